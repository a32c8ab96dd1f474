"""The station's corrected time: this machine's clock plus the offset the server's answers showed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.domain.calendar import VIETNAM

#: Smaller offsets are the line's own delay.
NOTICED_OFFSET_S = 5.0


class StationClock:
    """Never trusts a wrong local clock for codes and due dates once a server has told the time."""

    def __init__(self, offset_s: float = 0.0) -> None:
        self._offset = timedelta(0)
        self.correct(offset_s)

    def correct(self, offset_s: float) -> None:
        """Takes over what the server's last answer showed."""
        self._offset = timedelta(seconds=offset_s if abs(offset_s) >= NOTICED_OFFSET_S else 0.0)

    @property
    def is_corrected(self) -> bool:
        """True when this machine's own clock is wrong."""
        return bool(self._offset)

    def now(self) -> datetime:
        """The time in Việt Nam."""
        return (datetime.now(UTC) + self._offset).astimezone(VIETNAM)
