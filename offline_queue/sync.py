"""Brings sealed records across exactly once: every record's facts first, then files, then the server's word.

The network is asked on a few lanes side by side; every touch of the database goes through `on_store` on the caller's
thread. Of one record only one thing is on its way at a time. One round at a time for one data folder, also between
processes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, Protocol, TypeVar

from filelock import FileLock, Timeout

from offline_queue.changes import Change, ChangePage, apply_changes, cursor_of, follow
from offline_queue.edits import (
    Version,
    etag_of,
    keys_behind,
    note_conflict,
    note_refused,
    note_sent,
    unsent_versions,
)
from offline_queue.errors import Conflicting, LineDown, QueueError, Refused, ServerBusy, StoreError
from offline_queue.files import FileStore
from offline_queue.lanes import Desk
from offline_queue.outbox import OutboxState, due_keys, last_wait_s, next_wait_s, note_upload, recover, step
from offline_queue.records import FileEntry, Record, get_record
from offline_queue.store import Store

log = logging.getLogger(__name__)
T = TypeVar("T")

LANES = 4
"""Enough to keep a line of 200 ms busy with small requests."""
_MOST_PAGES = 50
_DUE_AT_ONCE = 200
"""Of thousands that wait, so many are told of before the first files are brought."""


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
    """How records reach the other side; raises LineDown, ServerBusy, Refused or Conflicting. Asked from several
    threads."""

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


@dataclass(frozen=True)
class SyncReport:
    """What one round did; `line_fault` is the sentence when the line was down."""

    sent: int = 0
    waiting: int = 0
    needs_officer: int = 0
    line_fault: str | None = None
    is_other_running: bool = False


@dataclass
class _Tally:
    """What the round has come to so far."""

    sent: int = 0
    waiting: int = 0
    refused: int = 0
    line_fault: str | None = None
    is_silent: bool = False
    """The line went down in this step: nothing more is begun."""


_Step = Callable[[Desk[Delivered], str], Delivered]


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
        lanes: int = LANES,
    ) -> None:
        self._on_store = on_store
        self._files = files
        self._transport = transport
        self._now = now
        self._lock = FileLock(lock_file, blocking=False)
        self._random = random
        self._on_change = on_change
        self._lanes = max(1, lanes)

    def recover(self) -> None:
        """At start: what a crash left 'sending' waits again, unless another process is sending just now."""
        with suppress(Timeout), self._lock:
            self._on_store(lambda store: recover(store, self._now()))

    def round(self) -> SyncReport:
        """Sends everything that is due now, then hears what is new; stops at the first sign that the line is down."""
        try:
            with self._lock:
                # Whoever holds the lock is alone: a row still 'sending' is left from a crash.
                self._on_store(lambda store: recover(store, self._now()))
                return self._sent_and_heard()
        except Timeout:
            return SyncReport(is_other_running=True)

    def _sent_and_heard(self) -> SyncReport:
        due = self._on_store(lambda store: due_keys(store, self._now()))
        tally = _Tally()
        for start in range(0, len(due), _DUE_AT_ONCE):
            part = due[start : start + _DUE_AT_ONCE]
            # The province sees every dossier before the first large file is on its way.
            wanted = self._side_by_side(part, self._announce, tally)
            self._side_by_side([key for key in part if key in wanted], self._bring(wanted), tally)
            if tally.line_fault is not None:
                break
        if tally.line_fault is None:
            try:
                self._catch_up()
                self._hear()
            except LineDown as silent:
                tally.line_fault = str(silent)
            except (ServerBusy, Refused) as later:
                log.info("the feed was not heard: %s", type(later).__name__)
        return SyncReport(tally.sent, tally.waiting, tally.refused, line_fault=tally.line_fault)

    def _catch_up(self) -> None:
        """Versions made before this station had the record: the feed told of them when it did not listen for it."""
        for key in self._on_store(keys_behind):
            change = self._transport.held(key)
            self._on_store(lambda store, change=change: follow(store, change, self._now()))  # type: ignore[misc]
            self._on_change(key)

    def _hear(self) -> None:
        """Reads the feed to its end; a page and its cursor are kept together."""
        for _ in range(_MOST_PAGES):
            cursor = self._on_store(cursor_of)
            page = self._transport.changes(cursor)
            if not page.changes:
                return
            for key in self._on_store(lambda store, page=page: apply_changes(store, page, self._now())):  # type: ignore[misc]
                self._on_change(key)
            if page.cursor == cursor:
                return

    # ---- one step of many records, side by side

    def _side_by_side(self, keys: Sequence[str], send: _Step, tally: _Tally) -> dict[str, frozenset[str]]:
        """Does one step for each record; gives back what the server still wants of those that went well.

        The database is touched on this thread only: lanes lay their wishes on a desk.
        """
        wanted: dict[str, frozenset[str]] = {}
        waiting = list(reversed(keys))
        desk = Desk[Delivered]()
        is_first_step = send == self._announce
        lanes = 1
        tally.is_silent = False

        def fill() -> None:
            while waiting and desk.open_count < lanes and not tally.is_silent:
                key = waiting.pop()
                self._begin(key, is_first_step)
                desk.open(key, pool.submit(send, desk, key))

        with ThreadPoolExecutor(self._lanes, "line") as pool:
            try:
                fill()
                while desk.open_count:
                    key, ended = desk.serve()
                    told = self._settle_outcome(key, ended, tally)
                    if told is not None:
                        wanted[key] = told.missing
                    # The first goes alone: a line that is down is found out by one record, not by all lanes.
                    lanes = self._lanes
                    fill()
            finally:
                desk.close()
        return wanted

    def _begin(self, key: str, is_new_try: bool) -> None:
        self._on_store(
            lambda store: step(store, key, OutboxState.SENDING, self._now(), is_new_try=is_new_try)
        )
        self._on_change(key)

    def _settle_outcome(self, key: str, ended: Future[Delivered], tally: _Tally) -> Delivered | None:
        try:
            told = ended.result()
        except LineDown as silent:
            tally.waiting += 1
            tally.is_silent, tally.line_fault = True, str(silent)
            self._settle(key, OutboxState.SEALED, "Mất kết nối, sẽ gửi lại khi có mạng")
        except ServerBusy as busy:
            tally.waiting += 1
            previous = self._on_store(lambda store: last_wait_s(store, key))
            wait_s = next_wait_s(previous, self._random, busy.retry_after_s)
            self._settle(key, OutboxState.SEALED, "Máy chủ bận, hẹn gửi lại", reason=str(busy), wait_s=wait_s)
        except Conflicting as conflict:
            tally.refused += 1
            theirs, revision = conflict.theirs, conflict.revision
            self._on_store(lambda store: self._note_conflict(store, key, theirs, revision))
            self._on_change(key)
        except (Refused, StoreError) as fault:
            tally.refused += 1
            no = fault
            self._on_store(lambda store: self._park(store, key, no))
            self._on_change(key)
        else:
            if not told.is_complete:
                self._settle(
                    key, OutboxState.SEALED, "Hệ thống tỉnh đã biết hồ sơ", official_code=told.official_code
                )
                return told
            tally.sent += 1
            self._on_store(lambda store: self._accept(store, key, told.official_code))
            self._on_change(key)
        return None

    def _note_conflict(self, store: Store, key: str, theirs: Mapping[str, Any], revision: int) -> None:
        with store.transaction():
            note_conflict(store, key, theirs, revision, self._now())
        log.info("record %s: changed on both sides", key)

    def _park(self, store: Store, key: str, no: Refused | StoreError) -> None:
        with store.transaction():
            if isinstance(no, Refused):
                note_refused(store, key)
            step(store, key, OutboxState.NEEDS_OFFICER, self._now(), "Cần cán bộ xem", reason=_reason(no))
        log.info("record %s: needs an officer", key)

    def _accept(self, store: Store, key: str, code: str) -> None:
        """`accepted`, unless the record was edited while it was on its way."""
        now = self._now()
        with store.transaction():
            for entry in get_record(store, key).files:
                if not entry.is_sent:
                    note_upload(store, key, entry.part, entry.name, entry.upload_url, now)
            step(
                store, key, OutboxState.ACCEPTED, self._now(), "Hệ thống tỉnh đã nhận đủ", official_code=code
            )
            if unsent_versions(store, key):
                step(store, key, OutboxState.TO_UPDATE, self._now(), "Có bản sửa mới, chờ gửi")
        log.info("record %s: accepted", key)

    # ---- one record; on a lane

    def _announce(self, desk: Desk[Delivered], key: str) -> Delivered:
        """Tells the province each version that it does not know; asks where it knows them all."""
        told: Delivered | None = None
        for version in self._asked(desk, lambda store: unsent_versions(store, key)):
            etag = self._asked(desk, lambda store: etag_of(store, key))
            if etag is None:
                told = self._transport.put_record(key, version.body)
            else:
                told = self._transport.update_record(key, version.number, version.body, etag)
            self._taken(desk, key, version, told)
        if told is not None:
            return told
        if self._asked(desk, lambda store: etag_of(store, key)) is None:
            # What the province holds under this key, if anything, is not from us.
            raise StoreError("Hệ thống tỉnh chưa nhận bản nào của hồ sơ này; hãy sửa hoặc gửi lại.")
        return self._transport.ask(key)

    def _taken(self, desk: Desk[Delivered], key: str, version: Version, told: Delivered) -> None:
        self._asked(desk, lambda store: note_sent(store, key, version, told.revision, told.newest))

    def _asked(self, desk: Desk[Delivered], function: Callable[[Store], T]) -> T:
        return desk.ask(lambda: self._on_store(function))

    def _bring(self, wanted: Mapping[str, frozenset[str]]) -> _Step:
        def bring(desk: Desk[Delivered], key: str) -> Delivered:
            record = self._asked(desk, lambda store: get_record(store, key))
            for entry in record.files:
                if entry.sha256 in wanted[key]:
                    self._send_file(desk, key, entry)
            told = self._transport.ask(key)
            if not told.is_complete:
                # What the server hashed differs from what was sent: forget those uploads, start them anew.
                self._asked(desk, lambda store: _forget(store, record, told.missing))
                raise ServerBusy("Máy chủ chưa có đủ tệp của hồ sơ; chương trình sẽ gửi lại các tệp thiếu.")
            return told

        return bring

    def _send_file(self, desk: Desk[Delivered], key: str, entry: FileEntry) -> None:
        data = self._files.get(entry.blob)

        def remember(url: str) -> None:
            self._asked(desk, lambda store: note_upload(store, key, entry.part, entry.name, url, None))

        self._transport.put_file(key, entry, data, remember)
        desk.ask(lambda: self._on_change(key))

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


def _forget(store: Store, record: Record, missing: frozenset[str]) -> None:
    for entry in record.files:
        if entry.sha256 in missing:
            note_upload(store, record.key, entry.part, entry.name, None, None)


def _reason(no: QueueError) -> str:
    if isinstance(no, Refused) and no.status == 409:
        return "Hệ thống tỉnh đã có một hồ sơ khác mang cùng khóa; hồ sơ này vẫn nguyên trên máy, hãy báo quản trị."
    return str(no)
