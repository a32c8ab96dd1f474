"""How fast a station asks of a server that it shares with thousands: slower at each "busy", faster at each answer.

A wait for one record alone does not spare the server when a hundred others go on, and a station that stops for good
leaves the server idle later. So the whole station has one pause between its requests. It grows as a record's wait
does and shrinks with each answer: all stations together settle a little above what the server can do. The figures are
those of `benchmarks/reconnect.py`. Proven there, not yet what a station does: the wire has to ask it before each request.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from offline_queue.outbox import next_wait_s

_SHRINK = 0.97
_GAIN = 0.0015
"""Requests a second that the rate gains in a second, at the least."""
_NO_PAUSE_S = 0.05
LONGEST_PAUSE_S = 60.0
AFTER_OUTAGE_S = 16.0


@dataclass
class Pace:
    """The pause of one station; not shared between threads."""

    random: Random
    pause_s: float = 0.0

    @property
    def is_free(self) -> bool:
        """True while nothing holds the station back: requests may go side by side."""
        return self.pause_s == 0.0

    def came_back(self) -> None:
        """The line is there again after an outage that thousands shared: begin slowly, all begin now."""
        self.pause_s = max(self.pause_s, AFTER_OUTAGE_S)

    def was_taken(self) -> None:
        """The server answered."""
        # Adding to the rate, not to its share, is what makes the rates of many stations even.
        self.pause_s *= min(_SHRINK, 1 / (1 + _GAIN * self.pause_s**2))
        if self.pause_s < _NO_PAUSE_S:
            self.pause_s = 0.0

    def was_busy(self, asked_s: float | None = None) -> float:
        """The server could not; seconds until the same request may be tried again.

        `asked_s` is its Retry-After: never undercut, and spread, for it told thousands the same.
        """
        self.pause_s = min(LONGEST_PAUSE_S, self.pause_s + next_wait_s(self.pause_s, self.random))
        if asked_s is None:
            return self.pause_s
        return max(self.pause_s, asked_s * self.random.uniform(1.0, 2.0))

    def gap_s(self) -> float:
        """Seconds to let pass before the next request; 0 while free."""
        return self.pause_s * self.random.uniform(0.5, 1.5)
