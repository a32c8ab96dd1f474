"""What can go wrong with the queue, by who must act; str() is one Vietnamese sentence for the officer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class QueueError(Exception):
    """Base of all faults a person can be told about."""


class StoreError(QueueError):
    """The database or a stored file cannot be used; nothing was changed."""


class KeyMissing(StoreError):
    """The station's key is not where it was put, so its database stays closed."""


class StationInUse(StoreError):
    """Another program works on the same data folder, and this job must be alone there."""


class UpkeepStopped(QueueError):
    """The person stopped a backup or a clean-up; what was there before is as it was."""


class LineDown(QueueError):
    """Nobody answered, or what answered is not the server (a captive portal): wait and try again."""


class ServerBusy(QueueError):
    """The server answered that it cannot now; `retry_after_s` is its own wish where it gave one.

    `is_for_all`: it has too much to do, whatever it is asked.
    """

    def __init__(self, message: str, retry_after_s: float | None = None, *, is_for_all: bool = False) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.is_for_all = is_for_all


class SendingStopped(QueueError):
    """The program ends while something is being sent; it goes on from there at the next start."""


class Refused(QueueError):
    """The server read the request and will not have it as it is; `fields` maps a field to the reason.

    `told` is the whole answer where it was JSON.
    """

    def __init__(
        self, message: str, status: int, fields: tuple[tuple[str, str], ...] = (), told: Any = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.fields = fields
        self.told = told


class Conflicting(QueueError):
    """Both sides changed a record; `theirs` is what the server holds, its `revision`-th version of it."""

    def __init__(self, message: str, theirs: Mapping[str, Any], revision: int) -> None:
        super().__init__(message)
        self.theirs = theirs
        self.revision = revision


class BundleRefused(QueueError):
    """A hand-over bundle cannot be written or taken; no record was changed by it."""


class HandoverStopped(QueueError):
    """An officer stopped a hand-over; what was taken before stays, and doing it again takes the rest."""
