"""How records reach the other side: what a round of sending asks of a transport, and what it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from offline_queue.changes import Change, ChangePage
from offline_queue.records import FileEntry
from offline_queue.store import Store

T = TypeVar("T")


@dataclass(frozen=True)
class Delivered:
    """The server's word on a record: its official code, and the hashes of files it still wants."""

    official_code: str
    is_complete: bool
    missing: frozenset[str]
    revision: int = 1
    """Of an answer to a version: the how manieth that the server took."""
    newest: int = 1
    """How many versions the server has by now."""


class Transport(Protocol):
    """How records reach the other side; raises LineDown, ServerBusy, Refused, Conflicting or SendingStopped. Asked
    from several threads."""

    def put_record(self, key: str, body: Mapping[str, Any]) -> Delivered:
        """Hands over a record; the same key and body again is harmless."""
        ...

    def update_record(self, key: str, version: int, body: Mapping[str, Any], etag: str) -> Delivered:
        """Hands over a later version made from the one with that tag; the same again is harmless."""
        ...

    def put_file(self, key: str, entry: FileEntry, data: bytes, on_started: Callable[[str], None]) -> None:
        """Brings one file over, resuming at `entry.upload_url`."""
        ...

    def ask(self, key: str) -> Delivered:
        """Where the record stands on the server, from the bytes it holds."""
        ...

    def held(self, key: str) -> Change:
        """The version that the server holds now, as the feed would tell it."""
        ...

    def changes(self, cursor: str) -> ChangePage:
        """What the server tells, after the cursor."""
        ...


class OnStore(Protocol):
    """Runs a function where the database lives and waits for its result."""

    def __call__(self, function: Callable[[Store], T], /) -> T: ...
