"""Two stations of one office, each with a database, a file store and keys of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from offline_queue.bundle_keys import Peer
from offline_queue.bundles import Given, Handover, Progress, Taken
from offline_queue.files import FileStore
from offline_queue.records import FileEntry, Record, seal
from offline_queue.store import Store
from tests.offline_queue.records import COMPONENT, NOON, block, give_numbers, seal_request

T = TypeVar("T")
TABLES = (
    "records",
    "record_files",
    "outbox",
    "history",
    "record_edits",
    "handovers",
    "audit",
    "number_blocks",
)


@dataclass
class Desk:
    """One station; `name` also makes its keys."""

    name: str
    store: Store
    files: FileStore
    home: Path
    papers_made: int = 0
    seen: list[Progress] = field(default_factory=list)

    @classmethod
    def open(cls, home: Path, name: str) -> Desk:
        """The station of that home, made where there is none."""
        home.mkdir(parents=True, exist_ok=True)

        def key(use: str) -> bytes:
            return hashlib.sha256(f"{name} {use}".encode()).digest()

        return cls(
            name, Store(home / "queue.db", key("db")), FileStore(home / "files", key("f"), key("n")), home
        )

    def on_store(self, function: Callable[[Store], T], /) -> T:
        return function(self.store)

    def now(self) -> datetime:
        return NOON

    def handover(self, is_cancelled: Callable[[], bool] = lambda: False) -> Handover:
        return Handover(
            self.on_store,
            self.files.put,
            self.files.get,
            station=self.name,
            officer=f"cb-{self.name}",
            now=self.now,
            on_progress=self.seen.append,
            is_cancelled=is_cancelled,
        )

    @property
    def peer(self) -> Peer:
        return self.handover().identity().peer

    def seal(self, *sizes: int, key: str | None = None, changes: dict[str, Any] | None = None) -> Record:
        """A record with files of these sizes, no two alike."""
        papers = []
        for n, size in enumerate(sizes):
            self.papers_made += 1
            kept = self.files.put(Random(f"{self.name} {self.papers_made}").randbytes(size))
            papers.append(
                FileEntry(COMPONENT, f"giay-{n}.pdf", "application/pdf", size, kept.sha256, kept.blob)
            )
        return seal(self.store, seal_request(key, papers, changes=changes))

    def give_numbers(self, first: int = 1, last: int = 50) -> None:
        give_numbers(self.store, block(first, last))

    def give(self, path: Path, taker: Desk, *keys: str) -> Given:
        return self.handover().give(path, taker.peer, keys)

    def take(self, path: Path, giver: Desk, receipt: Path | None = None) -> Any:
        return self.handover().take(path, [giver.peer], receipt)

    def taken(self, path: Path, giver: Desk) -> Taken:
        took = self.take(path, giver)
        assert isinstance(took, Taken)
        return took

    def everything(self) -> dict[str, list[dict[str, Any]]]:
        """All rows that a hand-over could touch."""
        return {table: self.store.rows(f"SELECT * FROM {table}") for table in TABLES}  # noqa: S608

    def blobs(self) -> set[str]:
        """Names of the kept files."""
        return {p.parent.name + p.name for p in (self.home / "files").rglob("*") if p.is_file()}

    def events(self, key: str) -> list[str]:
        """What happened to a record."""
        return [
            r["event"]
            for r in self.store.rows("SELECT event FROM history WHERE record_key = ? ORDER BY id", key)
        ]
