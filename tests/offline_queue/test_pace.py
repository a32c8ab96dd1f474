"""A station's pace: slower when the server is busy, free again soon, and nobody at the station waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_queue.errors import LineDown, Refused, SendingStopped, ServerBusy
from offline_queue.outbox import FIRST_WAIT_S
from offline_queue.pace import AFTER_OUTAGE_S, LONGEST_PAUSE_S, OUTAGE_S, Pace
from offline_queue.wire import LONGEST_IN_PLACE_S, MOST_TRIES, LineOptions, Wire
from tests.offline_queue.servers import Asked, Exchange, Script, ScriptedServer, json_answer

LONG_S = 1e6


class Clock:
    """Moves only when told."""

    def __init__(self) -> None:
        self.s = 0.0

    def __call__(self) -> float:
        return self.s


def test_a_station_that_is_never_told_busy_never_waits() -> None:
    clock = Clock()
    pace = Pace(Random(1), clock)
    for _ in range(5):
        assert pace.place() == clock.s
        pace.was_taken()
        assert pace.pause_s == 0.0


def test_a_busy_server_is_asked_more_slowly_and_a_quick_one_soon_without_a_pause() -> None:
    clock = Clock()
    pace = Pace(Random(1), clock)
    pace.was_busy(clock.s)
    first = pace.pause_s
    assert first >= FIRST_WAIT_S / 2
    clock.s += 1
    pace.was_busy(clock.s)
    assert pace.pause_s > first
    answers = 0
    while pace.pause_s:
        before = pace.pause_s
        clock.s = pace.place()
        pace.was_taken()
        assert pace.pause_s < before
        answers += 1
    assert answers < 250
    assert clock.s < 400


def test_lanes_that_left_together_tell_one_thing() -> None:
    clock = Clock()
    pace = Pace(Random(1), clock)
    left_at = [pace.place() for _ in range(16)]
    clock.s += 0.5
    pace.was_busy(left_at[0])
    first = pace.pause_s
    for at in left_at[1:]:
        pace.was_busy(at)
    assert pace.pause_s == first
    pace.was_busy(clock.s)
    assert pace.pause_s > first


def test_requests_of_all_lanes_leave_one_after_the_other() -> None:
    pace = Pace(Random(1), Clock(), pause_s=10.0)
    places = [pace.place() for _ in range(50)]
    gaps = [after - before for before, after in pairwise(places)]
    assert all(5.0 <= gap <= 15.0 for gap in gaps)
    assert max(gaps) - min(gaps) > 5.0, "thousands in step would knock in step"


def test_a_request_that_was_told_when_to_come_keeps_to_it_and_holds_nobody_up() -> None:
    pace = Pace(Random(1), Clock(), pause_s=10.0)
    assert pace.place(300.0) == 300.0
    assert pace.place() <= 15.0


@pytest.mark.parametrize(("away_s", "pause_s"), [(OUTAGE_S - 1, 0.0), (OUTAGE_S + 1, AFTER_OUTAGE_S)])
def test_only_after_a_long_outage_it_begins_slowly(away_s: float, pause_s: float) -> None:
    clock = Clock()
    pace = Pace(Random(1), clock)
    pace.line_broke()
    clock.s += away_s / 2
    pace.line_broke()
    clock.s += away_s / 2
    pace.was_taken()
    assert pace.pause_s == pause_s
    pace.was_taken()
    assert pace.pause_s < AFTER_OUTAGE_S, "an outage counts once"


def test_after_an_outage_it_is_no_quicker_than_it_was() -> None:
    clock = Clock()
    pace = Pace(Random(1), clock, pause_s=40.0)
    pace.line_broke()
    clock.s += 2 * OUTAGE_S
    pace.was_taken()
    assert pace.pause_s == 40.0


@given(
    seed=st.integers(0, 2**32),
    pause_s=st.floats(0, LONGEST_PAUSE_S),
    asked_s=st.none() | st.floats(0, 86_400),
)
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_the_server_is_never_undercut_and_the_pause_has_its_limit(
    seed: int, pause_s: float, asked_s: float | None
) -> None:
    pace = Pace(Random(seed), Clock(), pause_s)
    wait_s = pace.was_busy(0.0, asked_s)
    assert (asked_s or 0.0) <= wait_s <= 3 * (asked_s or 0.0)
    assert min(LONGEST_PAUSE_S, pause_s + FIRST_WAIT_S / 2) <= pace.pause_s <= LONGEST_PAUSE_S


def test_stations_told_the_same_retry_after_come_back_one_after_the_other() -> None:
    waits = [Pace(Random(seed)).was_busy(0.0, 100.0) for seed in range(200)]
    assert min(waits) < 110
    assert max(waits) > 280


# ---- threads that wait for their turn


def _started(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def _held_back() -> Pace:
    """One request has just left, the next may in a million seconds."""
    pace = Pace(Random(1), pause_s=LONG_S)
    pace.turn()
    return pace


def _until_waiting(pace: Pace, count: int) -> None:
    while pace.waiting < count:
        time.sleep(0.001)


def test_an_officer_s_wish_lets_one_waiting_request_go_and_keeps_the_pace() -> None:
    pace = _held_back()
    gone = threading.Semaphore(0)
    stopped: list[bool] = []

    def wait() -> None:
        try:
            pace.turn()
            gone.release()
        except SendingStopped:
            stopped.append(True)

    threads = [_started(wait) for _ in range(3)]
    _until_waiting(pace, 3)
    pace.hurry()
    assert gone.acquire(timeout=30)
    _until_waiting(pace, 2)
    assert pace.pause_s == LONG_S
    pace.stop()
    for thread in threads:
        thread.join()
    assert len(stopped) == 2


def test_a_wish_with_nobody_waiting_is_not_kept_for_later() -> None:
    pace = _held_back()
    pace.hurry()
    ended = threading.Event()

    def wait() -> None:
        with pytest.raises(SendingStopped):
            pace.turn()
        ended.set()

    thread = _started(wait)
    _until_waiting(pace, 1)
    assert not ended.is_set()
    pace.stop()
    thread.join()
    assert ended.is_set()


# ---- on the wire


class _Hurried(Pace):
    """Long pauses that this test does not sit through: the clock jumps to whatever is waited for."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.places: list[float] = []
        super().__init__(Random(1), self.clock)

    def place(self, wait_s: float = 0.0) -> float:
        at = super().place(wait_s)
        self.places.append(at)
        self.clock.s = max(self.clock.s, at)
        return at


def _busy(times: int, status: int = 503, **headers: str) -> Script:
    """Turns away so many requests, then answers."""
    left = [times]
    well = json_answer()

    def script(asked: Asked, exchange: Exchange) -> None:
        if left[0]:
            left[0] -= 1
            exchange.answer(status, b"", **headers)
        else:
            well(asked, exchange)

    return script


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again_in_place(status: int) -> None:
    pace = _Hurried()
    with ScriptedServer(_busy(3, status)) as server:
        Wire(server.url, options=LineOptions(pace=pace)).ask_json("PUT", "v1/x", data=b"facts")
    assert [a.body for a in server.asked] == [b"facts"] * 4
    assert pace.places == sorted(pace.places)
    assert pace.pause_s > 0


def test_what_the_server_asked_for_is_waited_for() -> None:
    pace = _Hurried()
    with ScriptedServer(_busy(1, 500, Retry_After="40")) as server:
        Wire(server.url, options=LineOptions(pace=pace)).ask_json("GET", "v1/x")
    assert 40.0 <= pace.places[-1] - pace.places[0] <= 120.0


def test_in_place_has_an_end_and_then_the_record_waits() -> None:
    pace = _Hurried()
    with (
        ScriptedServer(_busy(100)) as server,
        pytest.raises(ServerBusy),
    ):
        Wire(server.url, options=LineOptions(pace=pace)).ask("GET", "v1/x")
    assert len(server.asked) == MOST_TRIES


def test_a_long_wait_is_the_record_s_not_the_lane_s() -> None:
    pace = _Hurried()
    told = str(int(LONGEST_IN_PLACE_S) + 1)
    with ScriptedServer(_busy(100, Retry_After=told)) as server, pytest.raises(ServerBusy) as busy:
        Wire(server.url, options=LineOptions(pace=pace)).ask("GET", "v1/x")
    assert len(server.asked) == 1
    assert busy.value.retry_after_s == LONGEST_IN_PLACE_S + 1


def test_a_server_that_stumbles_at_one_body_slows_nobody_down() -> None:
    pace = _Hurried()
    with ScriptedServer(_busy(100, 500)) as server, pytest.raises(ServerBusy):
        Wire(server.url, options=LineOptions(pace=pace)).ask("GET", "v1/x")
    assert len(server.asked) == 1
    assert pace.pause_s == 0.0


def test_a_refusal_is_an_answer_and_silence_is_none() -> None:
    pace = Pace(Random(1), pause_s=0.06)
    with ScriptedServer(_busy(1, 422)) as server, pytest.raises(Refused):
        Wire(server.url, options=LineOptions(pace=pace)).ask("GET", "v1/x")
    assert pace.pause_s < 0.06
    before = pace.pause_s
    with pytest.raises(LineDown):
        Wire(server.url, options=LineOptions(pace=pace)).ask("GET", "v1/x")
    assert pace.pause_s == before


def test_who_waits_in_person_is_answered_at_once_by_a_busy_server() -> None:
    with ScriptedServer(_busy(100)) as server, pytest.raises(ServerBusy):
        Wire(server.url).ask("GET", "population/x")
    assert len(server.asked) == 1
