"""A station's pace: slower when the server is busy, free again soon, and even among many."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.pacing import AFTER_OUTAGE_S, LONGEST_PAUSE_S, Pace
from benchmarks.reconnect import PACED, RECORD_BY_RECORD, Outage, simulate
from offline_queue.outbox import FIRST_WAIT_S


def test_a_station_that_is_never_told_busy_never_waits() -> None:
    pace = Pace(Random(1))
    for _ in range(5):
        pace.was_taken()
        assert pace.is_free
        assert pace.gap_s() == 0.0


def test_a_busy_server_is_asked_more_slowly_and_a_quick_one_soon_without_a_pause() -> None:
    pace = Pace(Random(1))
    assert pace.was_busy() >= FIRST_WAIT_S
    first = pace.pause_s
    pace.was_busy()
    assert pace.pause_s > first
    spent_s, answers = 0.0, 0
    while not pace.is_free:
        before = pace.pause_s
        spent_s += pace.gap_s()
        pace.was_taken()
        assert pace.pause_s < before
        answers += 1
    assert answers < 250
    assert spent_s < 400


def test_after_an_outage_it_begins_slowly_but_no_slower_than_it_was() -> None:
    pace = Pace(Random(1))
    pace.came_back()
    assert pace.pause_s == AFTER_OUTAGE_S
    pace = Pace(Random(1), pause_s=40.0)
    pace.came_back()
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
    pace = Pace(Random(seed), pause_s)
    wait_s = pace.was_busy(asked_s)
    assert wait_s >= max(FIRST_WAIT_S, asked_s or 0.0)
    assert wait_s <= max(LONGEST_PAUSE_S, 2 * (asked_s or 0.0))
    assert max(pause_s, FIRST_WAIT_S) <= pace.pause_s <= LONGEST_PAUSE_S


def test_stations_told_the_same_retry_after_come_back_one_after_the_other() -> None:
    waits = [Pace(Random(seed)).was_busy(100.0) for seed in range(200)]
    assert min(waits) < 110
    assert max(waits) > 190


def test_a_province_of_stations_spares_its_server_and_still_drains() -> None:
    outage = Outage(hours=8.0, capacity=30.0)
    paced = simulate(outage, PACED, 1, units=34 * 40)
    each_alone = simulate(outage, RECORD_BY_RECORD, 1, units=34 * 40)
    assert paced.is_drained
    assert paced.peak < 1.3 < each_alone.peak
    assert paced.drain < 1.4 < each_alone.drain
    assert paced.busy_share < each_alone.busy_share
