"""What a try to send one record came to, written down: its next state, its history, its wait."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from random import Random
from typing import Any

from offline_queue.edits import note_conflict, note_refused, unsent_versions
from offline_queue.errors import QueueError, Refused, ServerBusy, StoreError
from offline_queue.outbox import OutboxState, last_wait_s, next_wait_s, note_upload, step
from offline_queue.records import get_record
from offline_queue.store import Store
from offline_queue.transport import Delivered, OnStore

log = logging.getLogger(__name__)


class Outcomes:
    """Writes outcomes into the outbox and tells `on_change` of each; on the round's own thread."""

    def __init__(
        self,
        on_store: OnStore,
        now: Callable[[], datetime],
        random: Random,
        on_change: Callable[[str], None],
    ) -> None:
        self._on_store = on_store
        self._now = now
        self._random = random
        self._on_change = on_change

    def begun(self, key: str, is_new_try: bool) -> None:
        """The record is on its way."""
        self._on_store(
            lambda store: step(store, key, OutboxState.SENDING, self._now(), is_new_try=is_new_try)
        )
        self._on_change(key)

    def line_broke(self, key: str) -> None:
        """It goes again as soon as there is a line."""
        self._wait_on(key, "Mất kết nối, sẽ gửi lại khi có mạng")

    def stopped(self, key: str) -> None:
        """The program ends; nothing happened to the record."""
        self._wait_on(key, "")

    def busy(self, key: str, busy: ServerBusy) -> None:
        """This record waits, longer each time; the others do not."""
        previous = self._on_store(lambda store: last_wait_s(store, key))
        wait_s = next_wait_s(previous, self._random, busy.retry_after_s)
        self._wait_on(key, "Máy chủ bận, hẹn gửi lại", reason=str(busy), wait_s=wait_s)

    def known(self, key: str, told: Delivered) -> None:
        """The other side knows it and lacks files."""
        self._wait_on(key, "Hệ thống tỉnh đã biết hồ sơ", official_code=told.official_code)

    def conflicting(self, key: str, theirs: Mapping[str, Any], revision: int) -> None:
        """An officer has to choose."""

        def note(store: Store) -> None:
            with store.transaction():
                note_conflict(store, key, theirs, revision, self._now())

        self._on_store(note)
        self._on_change(key)
        log.info("record %s: changed on both sides", key)

    def parked(self, key: str, no: Refused | StoreError) -> None:
        """An officer has to look."""

        def park(store: Store) -> None:
            with store.transaction():
                if isinstance(no, Refused):
                    note_refused(store, key)
                reason = _reason(no)
                step(store, key, OutboxState.NEEDS_OFFICER, self._now(), "Cần cán bộ xem", reason=reason)

        self._on_store(park)
        self._on_change(key)
        log.info("record %s: needs an officer", key)

    def accepted(self, key: str, code: str) -> None:
        """`accepted`, unless the record was edited while it was on its way."""
        now = self._now()

        def accept(store: Store) -> None:
            with store.transaction():
                for entry in get_record(store, key).files:
                    if not entry.is_sent:
                        note_upload(store, key, entry.part, entry.name, entry.upload_url, now)
                step(store, key, OutboxState.ACCEPTED, now, "Hệ thống tỉnh đã nhận đủ", official_code=code)
                if unsent_versions(store, key):
                    step(store, key, OutboxState.TO_UPDATE, now, "Có bản sửa mới, chờ gửi")

        self._on_store(accept)
        self._on_change(key)
        log.info("record %s: accepted", key)

    def _wait_on(
        self,
        key: str,
        event: str,
        reason: str | None = None,
        wait_s: float = 0.0,
        official_code: str | None = None,
    ) -> None:
        self._on_store(
            lambda store: step(
                store,
                key,
                OutboxState.SEALED,
                self._now(),
                event,
                reason=reason,
                wait_s=wait_s,
                official_code=official_code,
            )
        )
        self._on_change(key)
        log.info("record %s: %s", key, OutboxState.SEALED)


def _reason(no: QueueError) -> str:
    if isinstance(no, Refused) and no.status == 409:
        return "Hệ thống tỉnh đã có một hồ sơ khác mang cùng khóa; hồ sơ này vẫn nguyên trên máy, hãy báo quản trị."
    return str(no)
