"""When the next round of sending begins."""

from __future__ import annotations

from random import Random

from offline_queue.outbox import next_wait_s
from offline_queue.sync import SyncReport

REST_S = 60.0
"""Between rounds while there is a line: what is sealed is sent at once, this is for the feed and what waits."""
AGAIN_S = 1.0
LONGEST_PROBE_S = 120.0


class Timetable:
    """Without a line the waits grow up to two minutes, and no two stations wait the same."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._probe_s = 0.0

    def next_s(self, report: SyncReport, due_s: float | None = None) -> float:
        """Seconds from the end of a round to the next; `due_s`: until the first row that was told to wait."""
        has_broken = report.line_fault is not None or report.broken > 0
        if not has_broken or report.answered:
            self._probe_s = 0.0
        if not has_broken:
            rest_s = REST_S * self._random.uniform(0.5, 1.5)
            return rest_s if due_s is None else min(rest_s, max(AGAIN_S, due_s))
        if report.answered:
            # It carried something too: a short break, not an outage.
            return AGAIN_S
        self._probe_s = min(LONGEST_PROBE_S, next_wait_s(self._probe_s, self._random))
        return self._probe_s
