"""One station against one province, as a test of sending needs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from app.gateways.provincial import ProvincialSystem
from offline_queue.files import FileStore
from offline_queue.outbox import OutboxRow, OutboxState
from offline_queue.records import Record, seal
from offline_queue.store import Store
from offline_queue.sync import Synchroniser, SyncReport
from tests.offline_queue.records import VIETNAM, block, give_numbers, paper, seal_request, today
from tests.offline_queue.rows import list_outbox
from tests.sandbox.process import SandboxProcess

T = TypeVar("T")


@dataclass
class Office:
    """One station against one province, with a clock that a test may move on."""

    store: Store
    files: FileStore
    province: SandboxProcess
    home: Path
    url: str = ""
    ahead: timedelta = timedelta(0)
    changed: list[str] = field(default_factory=list)

    def now(self) -> datetime:
        return datetime.now(VIETNAM) + self.ahead

    def on_store(self, function: Callable[[Store], T], /) -> T:
        return function(self.store)

    def synchroniser(self, url: str | None = None, secret: str = "sandbox") -> Synchroniser:
        return Synchroniser(
            self.on_store,
            self.files,
            self.transport(url, secret),
            self.now,
            self.home / "sync.lock",
            Random(1),
            self.changed.append,
        )

    def transport(self, url: str | None = None, secret: str = "sandbox") -> ProvincialSystem:
        return ProvincialSystem(url or self.url or self.province.url, "station", secret, 10.0)

    def round(self, url: str | None = None) -> SyncReport:
        return self.synchroniser(url).round()

    def lease(self, size: int = 20) -> None:
        """Official numbers of today."""
        (lease,) = self.province.lease(size=size).json()["leases"]
        give_numbers(self.store, block(lease["first"], lease["last"], today()))

    def seal(self, *sizes: int, changes: dict[str, Any] | None = None) -> Record:
        """A record with files of these sizes."""
        papers = [paper(self.files, size, f"giay-{n}.pdf") for n, size in enumerate(sizes)]
        return seal(self.store, seal_request(files=papers, sealed_at=self.now(), changes=changes))

    def row(self, record: Record) -> OutboxRow:
        (row,) = list_outbox(self.store, record.key)
        return row

    def there(self, record: Record) -> dict[str, Any]:
        """What the province has of it, exactly one."""
        (found,) = [d for d in self.province.state() if d["key"] == record.key]
        return found

    def is_there(self, record: Record) -> bool:
        return any(d["key"] == record.key for d in self.province.state())

    def check_arrived(self, record: Record) -> None:
        """One dossier, complete, byte for byte."""
        found = self.there(record)
        assert found["complete"]
        assert found["code"] == (record.code or self.row(record).official_code)
        assert sorted((f["component"], f["name"], f["size"], f["sha256"]) for f in found["files"]) == sorted(
            (f.part, f.name, f.size, f.sha256) for f in record.files
        )
        row = self.row(record)
        assert (row.state, row.reason, row.next_try_at) == (OutboxState.ACCEPTED, None, None)
        assert row.files_sent == row.files
