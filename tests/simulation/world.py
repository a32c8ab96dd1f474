"""One seeded schedule: three stations, one province, cuts, deaths, clock jumps and edits on both sides."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from offline_queue.edits import Choice, EditRequest, conflict_of, edit, latest_version, resolve, versions_of
from offline_queue.errors import StoreError
from offline_queue.files import FileStore
from offline_queue.numbers import SerialRequest
from offline_queue.outbox import OutboxState, retry
from offline_queue.records import FileEntry, Numbered, SealRequest, seal
from offline_queue.store import Store
from offline_queue.sync import Synchroniser
from tests.offline_queue.rows import list_outbox
from tests.simulation.province import Died, Province, SeededLine, Weather, tag

T = TypeVar("T")
KEY = bytes(range(32))
_START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
_STEPS = 40
_MOST_ROUNDS = 60
_TEN_YEARS = timedelta(days=3653)


@dataclass
class Promise:
    """What was acknowledged about one dossier, outside of all stores."""

    body: Mapping[str, Any]
    holders: list[int]
    ours: list[str] = field(default_factory=list)
    theirs: list[str] = field(default_factory=list)
    choices: int = 0


class SimulatedStation:
    """A real store, file store and synchroniser on a simulated line and clock."""

    def __init__(self, number: int, world: World) -> None:
        self.number = number
        self._world = world
        self.home = world.folder / f"tram-{number}"
        self.home.mkdir()
        shutil.copyfile(world.template, self.home / "queue.db")
        self.weather = Weather()
        self.clock_error = timedelta(0)
        self.files = FileStore(self.home / "files", KEY, KEY)
        self.store = Store(self.home / "queue.db", KEY)
        self.deaths = 0

    def now(self) -> datetime:
        return self._world.now + self.clock_error

    def on_store(self, function: Callable[[Store], T], /) -> T:
        return function(self.store)

    def round(self) -> None:
        """One round of sending; a death in it is followed by a start."""
        line = SeededLine(self._world.province, self.weather, self._world.random)
        synchroniser = Synchroniser(
            self.on_store, self.files, line, self.now, self.home / "lock", self._world.random, lanes=1
        )
        try:
            synchroniser.round()
        except Died:
            self.deaths += 1
            self.restart()

    def restart(self) -> None:
        self.store.close()
        self.store = Store(self.home / "queue.db", KEY)


class World:
    """Plays the schedule of one seed and checks what must hold at its end."""

    def __init__(self, seed: int, folder: Path, template: Path) -> None:
        self.random = Random(seed)
        self.folder = folder
        self.template = template
        self.now = _START
        self.province = Province(lambda: self.now)
        self.stations = [SimulatedStation(n, self) for n in range(3)]
        self.promises: dict[str, Promise] = {}
        self._serial = 0

    def play(self) -> None:
        """Everything that happens."""
        acts = (self._seal, self._edit, self._edit_there, self._round, self._round, self._weather, self._jump,
                self._restart, self._choose, self._hand_over)  # fmt: skip
        for _ in range(_STEPS):
            self.now += timedelta(seconds=self.random.choice((1, 30, 900, 86_400)))
            self.random.choice(acts)(self.random.choice(self.stations))
        self._heal()

    def close(self) -> None:
        """Closes the stores."""
        for station in self.stations:
            station.store.close()

    # ---- what may happen

    def _seal(self, station: SimulatedStation) -> None:
        content = self.random.randbytes(40)
        kept = station.files.put(content)
        paper = FileEntry("giay", "giay.pdf", "application/pdf", len(content), kept.sha256, kept.blob)
        key = str(UUID(int=self.random.getrandbits(128)))
        self._serial += 1
        code = f"H15.24.3-261123-{self._serial:04d}"
        body = {
            "key": key,
            "code": code,
            "form": {"s": "", "p": ""},
            "components": [{"code": "giay", "files": [{"sha256": kept.sha256}]}],
        }
        self._take(station, key, body, paper)
        self.promises[key] = Promise(body, [station.number])

    def _take(self, station: SimulatedStation, key: str, body: Mapping[str, Any], paper: FileEntry) -> None:
        seal(
            station.store,
            SealRequest(
                key=key,
                serial=SerialRequest("không", self.now.date()),
                name=lambda _: Numbered(body["code"], None),
                body=lambda _: body,
                local={},
                files=[paper],
                sealed_at=station.now(),
                event="Tiếp nhận",
                officer="cb",
                title="",
                about="",
            ),
        )

    def _hand_over(self, station: SimulatedStation) -> None:
        """The same sealed record gets to another station by hand."""
        loose = [k for k, p in self.promises.items() if station.number not in p.holders and not p.ours]
        if not loose:
            return
        key = self.random.choice(loose)
        giver = self.stations[self.promises[key].holders[0]]
        (entry,) = giver.store.rows("SELECT blob FROM record_files WHERE record_key = ?", key)
        content = giver.files.get(entry["blob"])
        kept = station.files.put(content)
        paper = FileEntry("giay", "giay.pdf", "application/pdf", len(content), kept.sha256, kept.blob)
        self._take(station, key, self.promises[key].body, paper)
        self.promises[key].holders.append(station.number)

    def _edit(self, station: SimulatedStation) -> None:
        held = [k for k, p in self.promises.items() if station.number in p.holders]
        if not held:
            return
        key, token = self.random.choice(held), f"s{self.random.getrandbits(40):x}"
        try:
            edit(
                station.store,
                EditRequest(
                    key,
                    lambda body: {**body, "form": {**body["form"], "s": token}},
                    station.now(),
                    "cb",
                    "sửa",
                ),
            )
        except StoreError:
            assert conflict_of(station.store, key) is not None
            return
        self.promises[key].ours.append(token)

    def _edit_there(self, _station: SimulatedStation) -> None:
        if not self.province.dossiers:
            return
        key, token = self.random.choice(list(self.province.dossiers)), f"p{self.random.getrandbits(40):x}"
        self.province.edit(key, p=token)
        self.promises[key].theirs.append(token)

    def _round(self, station: SimulatedStation) -> None:
        station.round()

    def _weather(self, station: SimulatedStation) -> None:
        chance = self.random.random
        station.weather = Weather(
            chance() < 0.25, chance() * 0.3, chance() * 0.3, chance() * 0.3, chance() * 0.2
        )

    def _jump(self, station: SimulatedStation) -> None:
        station.clock_error = _TEN_YEARS * self.random.uniform(-1, 1)

    def _restart(self, station: SimulatedStation) -> None:
        station.restart()

    def _choose(self, station: SimulatedStation) -> None:
        for row in list_outbox(station.store):
            if row.state is not OutboxState.NEEDS_OFFICER:
                continue
            if conflict_of(station.store, row.key) is None:
                retry(station.store, row.key, station.now())
                continue
            self.promises[row.key].choices += 1
            resolve(station.store, row.key, self.random.choice(list(Choice)), station.now(), "cb")

    def _heal(self) -> None:
        """The line is good and clocks are right again; officers choose; until nothing moves any more."""
        for station in self.stations:
            station.weather, station.clock_error = Weather(), timedelta(0)
        for _ in range(_MOST_ROUNDS):
            self.now += timedelta(hours=1)
            for station in self.stations:
                self._choose(station)
                station.round()
            if self._is_quiet():
                return
        raise AssertionError("the stations never came to rest")

    def _is_quiet(self) -> bool:
        """Everything accepted, and one more round for all would hear nothing new."""
        return all(
            row.state is OutboxState.ACCEPTED
            for station in self.stations
            for row in list_outbox(station.store)
        ) and all(
            station.store.get_setting("changes_cursor") in (None, str(len(self.province.feed)))
            for station in self.stations
        )

    # ---- what must hold

    def check(self) -> None:
        """No record twice or missing, both sides equal, no edit lost without somebody's choice."""
        assert set(self.province.dossiers) == set(self.promises)
        for key, promise in self.promises.items():
            held = self.province.dossiers[key]
            assert held.created == 1
            assert held.told().is_complete
            kept: set[str] = set()
            for number in promise.holders:
                station = self.stations[number]
                versions = versions_of(station.store, key)
                assert versions[0].body == promise.body, "what the receipt was printed from"
                latest = latest_version(station.store, key)
                assert latest.body == held.body, "both sides show the same"
                assert tag(latest.body) == tag(held.body)
                kept |= {str(v.body["form"][side]) for v in versions for side in "sp"}
            assert kept >= {*promise.ours}, "every edit of an officer is still to be found"
            there = {str(body["form"]["p"]) for body in held.versions}
            assert there >= {*promise.theirs}
            if not promise.choices:
                assert held.body["form"]["p"] == (promise.theirs or [""])[-1]
                if len(promise.holders) == 1:
                    assert held.body["form"]["s"] == (promise.ours or [""])[-1]
                assert set(promise.ours) <= {str(b["form"]["s"]) for b in held.versions}
        for station in self.stations:
            for row in station.store.rows("SELECT blob, sha256 FROM record_files"):
                assert hashlib.sha256(station.files.get(row["blob"])).hexdigest() == row["sha256"]
