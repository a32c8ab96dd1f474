"""A station's sending at a pace: it can be stopped and hurried, and keeps what it had begun."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest

from app.gateways.provincial import ProvincialSystem
from app.workflow.clock import StationClock
from app.workflow.sending import LeasePolicy, ProvinceLine, Sending
from offline_queue.outbox import OutboxState
from offline_queue.pace import AFTER_OUTAGE_S, OUTAGE_S, Pace
from offline_queue.records import history_of
from offline_queue.sync import Synchroniser, SyncReport
from offline_queue.timetable import Timetable
from offline_queue.wire import LineOptions
from tests.offline_queue.office import Office
from tests.offline_queue.records import AGENCY
from tests.offline_queue.servers import Asked, Exchange, Relay

_TOLD_TO_WAIT_S = "39"
"""Within what is waited in place; a test that sat through it would be seen."""


def sending_of(office: Office, url: str, pace: Pace) -> Sending:
    """As the program wires it."""
    clock = StationClock()
    province = ProvincialSystem(url, "station", "sandbox", 10.0, LineOptions(pace=pace))
    synchroniser = Synchroniser(
        office.on_store, office.files, province, clock.now, office.home / "sync.lock", Random(1)
    )
    line = ProvinceLine(province, synchroniser, pace, Timetable(Random(1)))
    return Sending(office.on_store, clock, LeasePolicy(AGENCY, "Q03", 1, 50, 1), line)


class BusyRelay(Relay):
    """Turns requests of one kind away while it is busy; `turned_away` is set by the first."""

    def __init__(self, target: str, path: str) -> None:
        self.is_busy = True
        self.turned_away = threading.Event()

        def spoil(asked: Asked, exchange: Exchange) -> bool:
            if not self.is_busy or not asked.path.startswith(path):
                return False
            exchange.answer(503, Retry_After=_TOLD_TO_WAIT_S)
            self.turned_away.set()
            return True

        super().__init__(target, spoil)


def beside(relay: BusyRelay, act: Callable[[], None]) -> threading.Thread:
    """What a person does while the round waits for its turn."""

    def work() -> None:
        assert relay.turned_away.wait(60)
        act()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


@pytest.mark.parametrize("path", ["/v1/time", "/v1/dossiers", "/v1/files", "/oauth2/token"])
def test_the_program_s_end_does_not_wait_for_a_busy_server(office: Office, path: str) -> None:
    record = office.seal(1000)
    with BusyRelay(office.province.url, path) as relay:
        sending = sending_of(office, relay.url, Pace(Random(1)))
        person = beside(relay, sending.stop)
        report = sending.round()
        person.join()
        assert report.sent == 0
        row = office.row(record)
        assert (row.state, row.reason, row.next_try_at) == (OutboxState.SEALED, None, None)
        told = [line.detail for line in history_of(office.store, record.key)]
        assert not any("Mất kết nối" in words or "bận" in words for words in told)
        asked = len(relay.asked)
        assert sending.round().sent == 0
        assert len(relay.asked) == asked, "nothing leaves any more"
        relay.is_busy = False
        assert sending_of(office, relay.url, Pace(Random(1))).round() == SyncReport(sent=1)
    office.check_arrived(record)


def test_an_officer_s_wish_does_not_wait_for_the_pace(office: Office) -> None:
    record = office.seal()
    pace = Pace(Random(1))
    with BusyRelay(office.province.url, "/v1/dossiers") as relay:
        sending = sending_of(office, relay.url, pace)

        is_over = threading.Event()

        def keep_wishing() -> None:
            relay.is_busy = False
            # What follows keeps the pace, so it has to be wished for too.
            while not is_over.wait(0.01):
                sending.hurry()

        person = beside(relay, keep_wishing)
        report = sending.round()
        is_over.set()
        person.join()
    assert report == SyncReport(sent=1)
    assert pace.pause_s > 0
    office.check_arrived(record)


@pytest.mark.parametrize(
    ("ago_s", "waits", "pause_s"),
    [(OUTAGE_S + 60, True, AFTER_OUTAGE_S), (OUTAGE_S - 60, True, 0.0), (OUTAGE_S + 60, False, 0.0)],
)
def test_where_the_power_was_away_too_the_window_begins_slowly(
    office: Office, ago_s: float, waits: bool, pause_s: float
) -> None:
    pace = Pace(Random(1))
    sending = sending_of(office, office.province.url, pace)
    sending.begin()
    assert pace.pause_s == 0.0, "a station that never sent had no outage"
    if waits:
        office.seal()
    last = (StationClock().now() - timedelta(seconds=ago_s)).isoformat()
    office.store.put_setting("last_sync", last)
    sending.begin()
    assert pace.pause_s == pause_s
