"""What can go wrong with the queue, by who must act; str() is one Vietnamese sentence for the officer."""

from __future__ import annotations


class QueueError(Exception):
    """Base of all faults a person can be told about."""


class StoreError(QueueError):
    """The database or a stored file cannot be used; nothing was changed."""


class KeyMissing(StoreError):
    """The station's key is not where it was put, so its database stays closed."""


class LineDown(QueueError):
    """Nobody answered, or what answered is not the server (a captive portal): wait and try again."""


class ServerBusy(QueueError):
    """The server answered that it cannot now; `retry_after_s` is its own wish where it gave one."""

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Refused(QueueError):
    """The server read the request and will not have it as it is; `fields` maps a field to the reason."""

    def __init__(self, message: str, status: int, fields: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.fields = fields
