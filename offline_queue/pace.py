"""How fast a station asks of a server that it shares with thousands: slower at each "busy", faster at each answer.

A wait for one record alone does not spare the server when a hundred others go on, and a station that stops for good
leaves the server idle later. So the whole station has one pause between its requests. It grows as a record's wait
does and shrinks with each answer: all stations together settle a little above what the server can do.
`benchmarks/reconnect.py` runs this class for every station of the country.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random
from threading import Condition

from offline_queue.errors import SendingStopped
from offline_queue.outbox import next_wait_s

LONGEST_PAUSE_S = 60.0
OUTAGE_S = 600.0
"""A line that was away for longer was away for many."""
AFTER_OUTAGE_S = 7.0
_GAIN = 0.0018
"""Requests a second that the rate gains in a second. Added, not multiplied: it makes the rates of many stations even."""
_CAREFUL_GAIN = 0.0005
"""The same after an outage, for thousands speed up at once: until a "busy" has told what the server can do, or twice
the rate has shown that it can do more."""
_SHRINK = 0.975
"""At each answer the pause shrinks at least to this share, so that it ends."""
_NO_PAUSE_S = 0.05
_SPREAD = 3.0
"""Of a Retry-After: thousands were told the same."""


class Pace:
    """One station's pause between its requests, for all lanes; each request waits for its `turn`.

    `clock` tells seconds from any beginning.
    """

    def __init__(
        self, random: Random, clock: Callable[[], float] = time.monotonic, pause_s: float = 0.0
    ) -> None:
        self.pause_s = pause_s
        self._random = random
        self._clock = clock
        self._next_at = float("-inf")
        self._grown_at = float("-inf")
        self._down_since: float | None = None
        self._changed = Condition()
        self.waiting = 0
        """How many requests wait for their turn."""
        self._hurried = 0
        self._is_stopped = False
        self._is_careful = False

    # ---- before a request

    def turn(self, wait_s: float = 0.0) -> float:
        """Returns when a request may leave, at the earliest after `wait_s`, with that moment; SendingStopped where
        none may any more."""
        at = self.place(wait_s)
        with self._changed:
            self.waiting += 1
            while not self._is_stopped and not self._hurried and (left_s := at - self._clock()) > 0:
                self._changed.wait(left_s)
            self.waiting -= 1
            if self._is_stopped:
                raise SendingStopped("Chương trình đang đóng; phần chưa gửi sẽ đi tiếp ở lần mở sau.")
            now = self._clock()
            if at > now:
                self._hurried -= 1
            return now

    def place(self, wait_s: float = 0.0) -> float:
        """Takes the next place among this station's requests; the moment, by the clock, at which it is due."""
        with self._changed:
            now = self._clock()
            if wait_s or not self.pause_s:
                return now + wait_s
            self._next_at = max(now, self._next_at + self.pause_s * self._random.uniform(0.5, 1.5))
            return self._next_at

    # ---- after it

    def was_taken(self) -> None:
        """The server answered."""
        with self._changed:
            if not self._came_back():
                faster = 1 + (_CAREFUL_GAIN if self._is_careful else _GAIN) * self.pause_s**2
                self.pause_s *= 1 / faster if self._is_careful else min(_SHRINK, 1 / faster)
                self._is_careful = self._is_careful and self.pause_s > AFTER_OUTAGE_S / 2
            if self.pause_s < _NO_PAUSE_S:
                self.pause_s = 0.0

    def was_busy(self, left_at: float, asked_s: float | None = None) -> float:
        """The server could not do what left then; the same request may be tried again in its turn, after so many seconds at the least.

        `asked_s` is its Retry-After: never undercut, and spread, for it told thousands the same. Only that request
        keeps to it: stations that fell silent altogether would come back in waves.
        """
        with self._changed:
            self._came_back()
            self._is_careful = False
            if left_at >= self._grown_at:
                # What was on its way together on many lanes tells one thing, not many.
                self._grown_at = self._clock()
                grown_s = self.pause_s + next_wait_s(self.pause_s, self._random) / 2
                self.pause_s = min(LONGEST_PAUSE_S, grown_s)
            return 0.0 if asked_s is None else asked_s * self._random.uniform(1.0, _SPREAD)

    def line_broke(self) -> None:
        """Nobody answered."""
        with self._changed:
            if self._down_since is None:
                self._down_since = self._clock()

    def begin_slowly(self) -> None:
        """An outage that thousands shared is over: all begin now."""
        with self._changed:
            self._begin_slowly()

    def _begin_slowly(self) -> None:
        self.pause_s, self._is_careful = max(self.pause_s, AFTER_OUTAGE_S), True

    def _came_back(self) -> bool:
        """Whether this is the first answer after a long outage; then the station begins slowly."""
        down_since, self._down_since = self._down_since, None
        if down_since is None or self._clock() - down_since < OUTAGE_S:
            return False
        self._begin_slowly()
        return True

    # ---- by a person

    def hurry(self) -> None:
        """An officer asks for it now: the next request that waits leaves at once, the pace stays."""
        with self._changed:
            self._hurried = min(1, self.waiting)
            self._changed.notify_all()

    def stop(self) -> None:
        """The program ends: nothing waits and nothing leaves any more."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify_all()
