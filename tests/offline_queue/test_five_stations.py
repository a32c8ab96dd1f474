"""Five stations of one agency take official numbers at the same time, over a bad line, with restarts: none clash."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from app.bootstrap import open_station
from app.config import AgencySettings, ServerSettings, Settings, StationSettings
from app.workflow.station import Station
from offline_queue import numbers
from offline_queue.errors import QueueError
from offline_queue.outbox import OutboxState
from offline_queue.records import Record, seal
from tests.offline_queue.records import seal_request
from tests.offline_queue.rows import list_outbox
from tests.sandbox.process import AGENCY, VIETNAM, SandboxProcess, in_parallel

STATIONS = 5
DAYS = 7
SIZE = 8
LOW_MARK = 4
#: Lives of each station; between them the program ends and starts again on the same folder.
LIVES = 4


@dataclass
class Counter:
    """One station's settings and what it has given out."""

    settings: Settings
    random: Random
    sealed: list[Record] = field(default_factory=list)

    def seal(self, station: Station, at: datetime) -> Record:
        record = station.on_store(lambda store: seal(store, seal_request(sealed_at=at)))
        self.sealed.append(record)
        return record

    def left(self, station: Station, at: datetime) -> int:
        return station.on_store(lambda store: numbers.serials_left(store, AGENCY, at.date()))


@pytest.fixture
def counters(tmp_path: Path, province: SandboxProcess) -> Iterator[list[Counter]]:
    """Five stations that share nothing but the agency and the province."""
    province.faults()
    server = ServerSettings(url=province.url, timeout_s=5.0)
    yield [
        Counter(
            Settings(
                home=tmp_path / f"Q{n}",
                key_folder=tmp_path / f"keys-{n}",
                agency=AgencySettings(id=AGENCY),
                station=StationSettings(
                    id=f"Q{n}", leases_size=SIZE, leases_days=DAYS, leases_low_mark=LOW_MARK
                ),
                province=server,
            ),
            Random(n),
        )
        for n in range(STATIONS)
    ]
    province.faults()


def now() -> datetime:
    return datetime.now(VIETNAM)


def renew(station: Station) -> bool:
    """As each round of sync does; False where the answer was lost, and the next round asks again."""
    try:
        station.sending.renew_numbers()
    except QueueError:
        return False
    return True


def check_distinct(counters: list[Counter]) -> list[str]:
    codes = [record.code for counter in counters for record in counter.sealed if record.code]
    assert len(codes) == len(set(codes))
    return codes


def test_a_week_of_numbers_for_five_stations_never_clashes(
    counters: list[Counter], province: SandboxProcess
) -> None:
    first = now()
    week = [first + timedelta(days=n) for n in range(DAYS)]

    def work(index: int) -> tuple[int, int]:
        counter, renewals, lost = counters[index], 0, 0
        for _life in range(LIVES):
            with open_station(counter.settings) as station:
                for _round in range(3):
                    before = [counter.left(station, day) for day in week]
                    lost += not renew(station)
                    renewals += before != [counter.left(station, day) for day in week]
                    for _ in range(counter.random.randint(1, 5)):
                        counter.seal(station, counter.random.choice(week))
        return renewals, lost

    province.faults(drop_ack_rate=0.3, seed=7)
    told = in_parallel(STATIONS, work)
    province.faults()
    assert all(renewals >= 2 for renewals, _ in told), told
    assert sum(lost for _, lost in told) >= 3, told

    def finish(index: int) -> list[int]:
        counter = counters[index]
        with open_station(counter.settings) as station:
            station.sending.renew_numbers()  # what a lost answer left open
            station.sending.renew_numbers()
            lefts = [counter.left(station, day) for day in week]
            # All that is left is given out too: nothing of an earlier life comes again.
            for day, left in zip(week, lefts, strict=True):
                assert all(counter.seal(station, day).code for _ in range(left))
                assert counter.seal(station, day).code is None
            return lefts

    for lefts in in_parallel(STATIONS, finish):
        assert len(lefts) == DAYS
        assert all(left >= LOW_MARK for left in lefts)
    codes = check_distinct(counters)
    assert len(codes) >= STATIONS * DAYS * LOW_MARK
    # Every one was given by the counter that leased it: what a counter sealed lies in its own blocks.
    blocks: list[tuple[str, int, int]] = []
    for counter in counters:
        with open_station(counter.settings) as station:
            rows = station.on_store(lambda store: store.rows("SELECT * FROM number_blocks"))
            owned = {
                f"{AGENCY}-{row['day'][2:].replace('-', '')}-{serial:04d}"
                for row in rows
                for serial in range(row["first"], row["last"] + 1)
            }
            assert {r.code for r in counter.sealed if r.code} <= owned
            blocks += [(row["day"], row["first"], row["last"]) for row in rows]
    serials = [(day, serial) for day, start, last in blocks for serial in range(start, last + 1)]
    assert len(serials) == len(set(serials))


def test_used_up_numbers_turn_provisional_and_the_alias_stays(
    counters: list[Counter], province: SandboxProcess
) -> None:
    """Two restarts without a line, then all five come back at once while one answer in four is lost."""
    for counter in counters:
        counter.settings = replace(
            counter.settings, station=replace(counter.settings.station, leases_days=1, leases_size=3)
        )

    def leave_with_numbers(index: int) -> None:
        with open_station(counters[index].settings) as station:
            station.sending.renew_numbers()

    in_parallel(STATIONS, leave_with_numbers)
    for counter in counters:
        offline = replace(counter.settings, province=ServerSettings())
        for _life in range(2):
            with open_station(offline) as station:
                for _ in range(2):
                    counter.seal(station, now())
                assert counter.left(station, now()) == max(0, 3 - len(counter.sealed))
        assert [record.code is None for record in counter.sealed] == [False, False, False, True]
        assert counter.sealed[-1].alias
        assert counter.sealed[-1].number == counter.sealed[-1].alias
    check_distinct(counters)

    def come_back(index: int) -> None:
        with open_station(counters[index].settings) as station:
            for _ in range(60):
                station.on_store(lambda store: store.db.execute("UPDATE outbox SET next_try_at = NULL"))
                report = station.sending.round()
                if report.line_fault is None and station.sending.line().waiting == 0:
                    break

    province.faults(drop_ack_rate=0.25, seed=3)
    in_parallel(STATIONS, come_back)
    province.faults()
    for index in range(STATIONS):
        come_back(index)
    there = {dossier["key"]: dossier for dossier in province.state()}
    official: list[str] = []
    for counter in counters:
        with open_station(counter.settings) as station:
            assert {row.state for row in station.on_store(list_outbox)} == {OutboxState.ACCEPTED}
            for sealed in counter.sealed:
                record = station.record(sealed.number)
                assert (record.key, record.alias) == (sealed.key, sealed.alias)
                assert record.code == there[sealed.key]["code"]
                assert sealed.code in (None, record.code)
                official.append(record.code or "")
            # With a line again the next one is official at once.
            assert counter.seal(station, now()).code
    assert len(official) == len(set(official)) == 4 * STATIONS
    assert not set(official) & {counter.sealed[-1].code for counter in counters}
    check_distinct(counters)
