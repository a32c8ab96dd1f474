"""Whether somebody works at this station just now: then a thin line is shared with them."""

from __future__ import annotations

import time

_RECENT_S = 30.0


class Activity:
    """Noted at each change of a visit; asked before each large sending. From any thread."""

    def __init__(self) -> None:
        self._last_s = float("-inf")

    def note(self) -> None:
        """Somebody did something."""
        self._last_s = time.monotonic()

    def is_recent(self) -> bool:
        """Whether that was within the last half minute."""
        return time.monotonic() - self._last_s < _RECENT_S
