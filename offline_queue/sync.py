"""Brings sealed records across exactly once: the record first, then its files, then the server's word.

The network is asked on the caller's thread; every touch of the database goes through `on_store`, which
runs it where the connection lives. One round at a time for one data folder, also between processes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, Protocol, TypeVar

from filelock import FileLock, Timeout

from offline_queue.errors import LineDown, QueueError, Refused, ServerBusy, StoreError
from offline_queue.files import FileStore
from offline_queue.outbox import OutboxState, due_keys, last_wait_s, next_wait_s, note_upload, recover, step
from offline_queue.records import FileEntry, Record, get_record
from offline_queue.store import Store

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True)
class Delivered:
    """The server's word on a record: its official code, and the hashes of files it still wants."""

    official_code: str
    is_complete: bool
    missing: frozenset[str]


class Transport(Protocol):
    """How records reach the other side; raises LineDown, ServerBusy or Refused."""

    def put_record(self, key: str, body: Mapping[str, Any]) -> Delivered:
        """Hands over a record; the same key and body again is harmless."""
        ...

    def put_file(self, key: str, entry: FileEntry, data: bytes, on_started: Callable[[str], None]) -> None:
        """Brings one file over, resuming at `entry.upload_url`."""
        ...

    def ask(self, key: str) -> Delivered:
        """Where the record stands on the server, from the bytes it holds."""
        ...


class OnStore(Protocol):
    """Runs a function where the database lives and waits for its result."""

    def __call__(self, function: Callable[[Store], T], /) -> T: ...


@dataclass(frozen=True)
class SyncReport:
    """What one round did; `line_fault` is the sentence when the line was down."""

    sent: int = 0
    waiting: int = 0
    needs_officer: int = 0
    line_fault: str | None = None
    is_other_running: bool = False


class Synchroniser:
    """Runs rounds of sending for one station."""

    def __init__(
        self,
        on_store: OnStore,
        files: FileStore,
        transport: Transport,
        now: Callable[[], datetime],
        lock_file: Path,
        random: Random,
        on_change: Callable[[str], None] = lambda _key: None,
    ) -> None:
        self._on_store = on_store
        self._files = files
        self._transport = transport
        self._now = now
        self._lock = FileLock(lock_file, blocking=False)
        self._random = random
        self._on_change = on_change

    def recover(self) -> None:
        """At start: what a crash left 'sending' waits again, unless another process is sending just now."""
        with suppress(Timeout), self._lock:
            self._on_store(lambda store: recover(store, self._now()))

    def round(self) -> SyncReport:
        """Sends everything that is due now; stops at the first sign that the line is down."""
        try:
            with self._lock:
                # Whoever holds the lock is alone: a row still 'sending' is left from a crash.
                self._on_store(lambda store: recover(store, self._now()))
                return self._send_due()
        except Timeout:
            return SyncReport(is_other_running=True)

    def _send_due(self) -> SyncReport:
        sent = waiting = refused = 0
        for key in self._on_store(lambda store: due_keys(store, self._now())):
            record = self._on_store(lambda store, key=key: self._begin(store, key))  # type: ignore[misc]
            self._on_change(key)
            try:
                code = self._deliver(record)
            except LineDown as silent:
                self._settle(key, OutboxState.SEALED, "Mất kết nối, sẽ gửi lại khi có mạng")
                return SyncReport(sent, waiting + 1, refused, line_fault=str(silent))
            except ServerBusy as busy:
                waiting += 1
                previous = self._on_store(lambda store, key=key: last_wait_s(store, key))  # type: ignore[misc]
                wait_s = next_wait_s(previous, self._random, busy.retry_after_s)
                self._settle(
                    key, OutboxState.SEALED, "Máy chủ bận, hẹn gửi lại", reason=str(busy), wait_s=wait_s
                )
            except (Refused, StoreError) as no:
                refused += 1
                self._settle(key, OutboxState.NEEDS_OFFICER, "Cần cán bộ xem", reason=_reason(no))
            else:
                sent += 1
                self._settle(key, OutboxState.ACCEPTED, "Hệ thống tỉnh đã nhận đủ", official_code=code)
        return SyncReport(sent, waiting, refused)

    def _begin(self, store: Store, key: str) -> Record:
        step(store, key, OutboxState.SENDING, self._now())
        return get_record(store, key)

    def _deliver(self, record: Record) -> str:
        """The whole way of one record; returns its official code once the server holds every byte."""
        told = self._transport.put_record(record.key, record.body)
        for entry in record.files:
            if entry.sha256 in told.missing:
                self._send_file(record.key, entry)
        if told.missing:
            told = self._transport.ask(record.key)
        if not told.is_complete:
            # What the server hashed differs from what was sent: forget those uploads, start them anew.
            for entry in record.files:
                if entry.sha256 in told.missing:
                    self._note(record.key, entry, None, None)
            raise ServerBusy("Máy chủ chưa có đủ tệp của hồ sơ; chương trình sẽ gửi lại các tệp thiếu.")
        for entry in record.files:
            if not entry.is_sent:
                self._note(record.key, entry, entry.upload_url, self._now())
        return told.official_code

    def _send_file(self, key: str, entry: FileEntry) -> None:
        data = self._files.get(entry.blob)

        def remember(url: str) -> None:
            self._note(key, entry, url, None)

        self._transport.put_file(key, entry, data, remember)
        self._on_change(key)

    def _note(self, key: str, entry: FileEntry, url: str | None, sent_at: datetime | None) -> None:
        self._on_store(lambda store: note_upload(store, key, entry.part, entry.name, url, sent_at))

    def _settle(
        self,
        key: str,
        to: OutboxState,
        event: str,
        reason: str | None = None,
        wait_s: float = 0.0,
        official_code: str | None = None,
    ) -> None:
        log.info("record %s: %s", key, to)
        self._on_store(
            lambda store: step(
                store, key, to, self._now(), event, reason=reason, wait_s=wait_s, official_code=official_code
            )
        )
        self._on_change(key)


def _reason(no: QueueError) -> str:
    if isinstance(no, Refused) and no.status == 409:
        return "Hệ thống tỉnh đã có một hồ sơ khác mang cùng khóa; hồ sơ này vẫn nguyên trên máy, hãy báo quản trị."
    return str(no)
