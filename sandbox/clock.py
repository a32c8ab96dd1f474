"""The server's clock: Vietnamese time, which can be set wrong on purpose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

VIETNAM = timezone(timedelta(hours=7))


class ServerClock:
    """Tells the time at the server; ``offset_s`` moves it away from the true time."""

    def __init__(self) -> None:
        self.offset_s: float = 0.0

    def now(self) -> datetime:
        """The server's time with its +07:00 offset."""
        return datetime.now(VIETNAM) + timedelta(seconds=self.offset_s)

    def http_date(self) -> str:
        """The same time as an RFC 9110 ``Date`` header value."""
        return format_datetime(self.now().astimezone(UTC), usegmt=True)
