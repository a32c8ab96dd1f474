"""Leaves a part of a thin line to the person at work."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

_LONGEST_REST_S = 10.0


class LineShare:
    """While a person works, large sendings take turns and rest after each, so that they use `share` of the time.

    `share` is from above 0 to 1; `is_person_busy` is asked before each sending.
    """

    def __init__(self, share: float = 1.0, is_person_busy: Callable[[], bool] = lambda: False) -> None:
        if not 0 < share <= 1:
            raise ValueError("share must be above 0 and at most 1")
        self._share = share
        self._is_person_busy = is_person_busy
        self._turn = Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Around one large sending."""
        if self._share == 1 or not self._is_person_busy():
            yield
            return
        with self._turn:
            began = time.monotonic()
            yield
            spent_s = time.monotonic() - began
            time.sleep(min(_LONGEST_REST_S, spent_s * (1 - self._share) / self._share))
