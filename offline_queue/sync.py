"""Brings sealed records across exactly once: facts before all else, then files, then the server's word.

The network is asked on a few lanes side by side; every touch of the database goes through `on_store` on the caller's
thread. Of one record only one thing is on its way at a time. One round at a time for one data folder, also between
processes.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import TypeVar

from filelock import FileLock, Timeout

from offline_queue.changes import apply_changes, cursor_of, follow
from offline_queue.edits import Version, etag_of, keys_behind, note_sent, unsent_versions, untold_keys
from offline_queue.errors import Conflicting, LineDown, Refused, SendingStopped, ServerBusy, StoreError
from offline_queue.files import FileStore
from offline_queue.lanes import Desk
from offline_queue.outbox import due_keys, note_upload, recover
from offline_queue.outcomes import Outcomes
from offline_queue.records import FileEntry, Record, get_record
from offline_queue.store import Store
from offline_queue.transport import Delivered, OnStore, Transport

log = logging.getLogger(__name__)
T = TypeVar("T")

LANES = 4
"""So many records at once fill a line of 1 Mbit/s and 200 ms with their files."""
FACTS_ON_A_LANE = 4
"""Facts are two kB: it takes four times as many to fill the same line with them."""
_MOST_PAGES = 50


@dataclass(frozen=True)
class SyncReport:
    """What one round did; `line_fault` is the sentence when the line was down at its end."""

    sent: int = 0
    waiting: int = 0
    needs_officer: int = 0
    line_fault: str | None = None
    is_other_running: bool = False
    answered: int = field(default=0, compare=False)
    """How many steps of records the server answered."""
    broken: int = field(default=0, compare=False)
    """How many a break of the line cut off; they are among the waiting."""


@dataclass
class _Round:
    """What the round has come to so far, and what it knows of the line."""

    sent: int = 0
    waiting: int = 0
    refused: int = 0
    answered: int = 0
    broken: int = 0
    line_fault: str | None = None
    is_proven: bool = False
    """One that went alone was answered, and nothing has broken since: only then records go on all lanes."""
    probe: str = ""
    """Which record goes alone to find that out."""
    is_over: bool = False

    def was_answered(self, key: str) -> None:
        """What was on its way before a break proves nothing about the line after it."""
        self.answered += 1
        if key == self.probe:
            self.is_proven, self.line_fault = True, None

    def line_broke(self, key: str, fault: str) -> None:
        """One break may be this record's own or a moment's; the probe's break ends the round."""
        self.waiting += 1
        self.broken += 1
        self.is_proven, self.line_fault = False, fault
        self.is_over = self.is_over or key == self.probe


_Step = Callable[[Desk[Delivered], str, Delivered | None], Delivered]


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
        """`lanes`: how many records bring their files at once; facts go on more. One: all goes one after the other."""
        self._on_store = on_store
        self._files = files
        self._transport = transport
        self._now = now
        self._lock = FileLock(lock_file, blocking=False)
        self._on_change = on_change
        self._outcomes = Outcomes(on_store, now, random, on_change)
        self._lanes = max(1, lanes)

    def recover(self) -> None:
        """At start: what a crash left 'sending' waits again, unless another process is sending just now."""
        with suppress(Timeout), self._lock:
            self._on_store(lambda store: recover(store, self._now()))

    def round(self) -> SyncReport:
        """Sends everything that is due now, then hears what is new; ends early when the line stays down."""
        try:
            with self._lock:
                # Whoever holds the lock is alone: a row still 'sending' is left from a crash.
                self._on_store(lambda store: recover(store, self._now()))
                return self._sent_and_heard()
        except Timeout:
            return SyncReport(is_other_running=True)

    def _sent_and_heard(self) -> SyncReport:
        due = self._on_store(lambda store: due_keys(store, self._now()))
        tally = _Round()
        self._send(due, tally)
        if tally.line_fault is None and not tally.is_over:
            try:
                self._catch_up()
                self._hear()
            except LineDown as silent:
                tally.line_fault = str(silent)
            except (ServerBusy, Refused, SendingStopped) as later:
                log.info("the feed was not heard: %s", type(later).__name__)
        return SyncReport(
            tally.sent,
            tally.waiting,
            tally.refused,
            line_fault=tally.line_fault,
            answered=tally.answered,
            broken=tally.broken,
        )

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

    # ---- many records, side by side

    def _send(self, keys: Sequence[str], tally: _Round) -> None:
        """Tells of what is new; what is known and lacks files gets them, on lanes of its own, in the order it was told.

        The database is touched on this thread only: lanes lay their wishes on a desk.
        """
        untold = self._on_store(lambda store: untold_keys(store, keys))
        facts = deque(key for key in keys if key in untold)
        files = deque(key for key in keys if key not in untold)
        told: dict[str, Delivered] = {}
        announced: set[str] = set()
        desk = Desk[Delivered]()

        def begin(key: str, send: _Step) -> None:
            tally.probe = "" if tally.is_proven else key
            self._outcomes.begun(key, is_new_try=key not in told)
            desk.open(key, pool.submit(send, desk, key, told.get(key)))

        def fill() -> None:
            # One goes alone: a line that is down is found out by one record, not by all lanes.
            while not tally.is_over and (not desk.open_count or (tally.is_proven and self._lanes > 1)):
                if facts and len(announced) < self._lanes * FACTS_ON_A_LANE:
                    announced.add(facts[0])
                    begin(facts.popleft(), self._announce)
                elif files and desk.open_count - len(announced) < self._lanes:
                    begin(files.popleft(), self._bring)
                else:
                    return

        with ThreadPoolExecutor(self._lanes * (1 + FACTS_ON_A_LANE), "line") as pool:
            try:
                fill()
                while desk.open_count:
                    key, ended = desk.serve()
                    word = self._settle(key, ended, tally)
                    announced.discard(key)
                    if word is not None and not word.is_complete:
                        told[key] = word
                        files.append(key)
                    fill()
            finally:
                desk.close()

    def _settle(self, key: str, ended: Future[Delivered], tally: _Round) -> Delivered | None:
        """Writes down what a step came to; the server's word where it gave one."""
        try:
            word = ended.result()
        except LineDown as silent:
            tally.line_broke(key, str(silent))
            self._outcomes.line_broke(key)
        except SendingStopped:
            tally.waiting += 1
            tally.is_over = True
            self._outcomes.stopped(key)
        except ServerBusy as busy:
            tally.waiting += 1
            tally.was_answered(key)
            self._outcomes.busy(key, busy)
        except Conflicting as conflict:
            tally.refused += 1
            tally.was_answered(key)
            self._outcomes.conflicting(key, conflict.theirs, conflict.revision)
        except Refused as no:
            tally.refused += 1
            tally.was_answered(key)
            self._outcomes.parked(key, no)
        except StoreError as damaged:
            tally.refused += 1
            self._outcomes.parked(key, damaged)
        else:
            tally.was_answered(key)
            if word.is_complete:
                tally.sent += 1
                self._outcomes.accepted(key, word.official_code)
            else:
                self._outcomes.known(key, word)
            return word
        return None

    # ---- one record; on a lane

    def _announce(self, desk: Desk[Delivered], key: str, told: Delivered | None) -> Delivered:
        """Tells the province each version that it does not know."""
        for version in self._asked(desk, lambda store: unsent_versions(store, key)):
            etag = self._asked(desk, lambda store: etag_of(store, key))
            if etag is None:
                told = self._transport.put_record(key, version.body)
            else:
                told = self._transport.update_record(key, version.number, version.body, etag)
            self._taken(desk, key, version, told)
        if told is None:
            # What the province holds under this key, if anything, is not from us.
            raise StoreError("Hệ thống tỉnh chưa nhận bản nào của hồ sơ này; hãy sửa hoặc gửi lại.")
        return told

    def _taken(self, desk: Desk[Delivered], key: str, version: Version, told: Delivered) -> None:
        self._asked(desk, lambda store: note_sent(store, key, version, told.revision, told.newest))

    def _asked(self, desk: Desk[Delivered], function: Callable[[Store], T]) -> T:
        return desk.ask(lambda: self._on_store(function))

    def _bring(self, desk: Desk[Delivered], key: str, told: Delivered | None) -> Delivered:
        """Brings the files that the server lacks; asks first where it was told of the record in an earlier round."""
        told = told or self._transport.ask(key)
        if told.is_complete:
            return told
        record = self._asked(desk, lambda store: get_record(store, key))
        for entry in record.files:
            if entry.sha256 in told.missing:
                self._send_file(desk, key, entry)
        told = self._transport.ask(key)
        if not told.is_complete:
            # What the server hashed differs from what was sent: forget those uploads, start them anew.
            missing = told.missing
            self._asked(desk, lambda store: _forget(store, record, missing))
            raise ServerBusy("Máy chủ chưa có đủ tệp của hồ sơ; chương trình sẽ gửi lại các tệp thiếu.")
        return told

    def _send_file(self, desk: Desk[Delivered], key: str, entry: FileEntry) -> None:
        data = self._files.get(entry.blob)

        def remember(url: str) -> None:
            self._asked(desk, lambda store: note_upload(store, key, entry.part, entry.name, url, None))

        self._transport.put_file(key, entry, data, remember)
        desk.ask(lambda: self._on_change(key))


def _forget(store: Store, record: Record, missing: frozenset[str]) -> None:
    for entry in record.files:
        if entry.sha256 in missing:
            note_upload(store, record.key, entry.part, entry.name, None, None)
