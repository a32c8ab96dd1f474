"""When the next round begins."""

from __future__ import annotations

from random import Random

from offline_queue.sync import SyncReport
from offline_queue.timetable import AGAIN_S, LONGEST_PROBE_S, REST_S, Timetable

SILENT = SyncReport(line_fault="không có mạng")


def test_a_dead_line_is_tried_less_and_less_often_but_at_least_every_two_minutes() -> None:
    waits = [[Timetable(Random(seed)).next_s(SILENT)] for seed in range(50)]
    for seed, told in enumerate(waits):
        timetable = Timetable(Random(seed))
        told[:] = [timetable.next_s(SILENT) for _ in range(40)]
        assert max(told) <= LONGEST_PROBE_S
        assert told[0] < 10
        # Up to its limit a wait depends on the one before; on the whole they grow.
        assert sum(told[20:]) > 4 * sum(told[:5])
    assert len({told[-1] for told in waits}) > 25, "stations must not knock in step"


def test_a_round_that_brought_something_is_followed_at_once() -> None:
    timetable = Timetable(Random(1))
    for _ in range(20):
        timetable.next_s(SILENT)
    assert timetable.next_s(SyncReport(line_fault="đứt", answered=1)) == AGAIN_S
    assert timetable.next_s(SILENT) < 10, "and the waits begin anew"


def test_what_a_short_break_cut_off_is_sent_soon_but_not_for_ever() -> None:
    timetable = Timetable(Random(1))
    assert timetable.next_s(SyncReport(waiting=1, broken=1, answered=5)) == AGAIN_S
    waits = [timetable.next_s(SyncReport(waiting=1, broken=1)) for _ in range(40)]
    assert max(waits) > 60


def test_with_a_line_it_rests_and_comes_back_for_what_was_told_to_wait() -> None:
    timetable = Timetable(Random(1))
    rests = [timetable.next_s(SyncReport(sent=1)) for _ in range(50)]
    assert 0.5 * REST_S <= min(rests) < max(rests) <= 1.5 * REST_S
    assert timetable.next_s(SyncReport(waiting=1), due_s=7.0) == 7.0
    assert timetable.next_s(SyncReport(waiting=1), due_s=-3.0) == AGAIN_S
    assert timetable.next_s(SyncReport(waiting=1), due_s=1e6) <= 1.5 * REST_S
