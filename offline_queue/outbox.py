"""What waits to be sent: states, legal steps, and how long to wait after a failure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Any

from offline_queue.errors import StoreError
from offline_queue.records import add_history
from offline_queue.store import Store

FIRST_WAIT_S = 2.0
LONGEST_WAIT_S = 900.0


class OutboxState(StrEnum):
    """Where a record stands on its way; none of them means lost."""

    SEALED = "sealed"
    SENDING = "sending"
    TO_UPDATE = "to_update"
    ACCEPTED = "accepted"
    NEEDS_OFFICER = "needs_officer"


LEGAL_STEPS: Mapping[OutboxState, frozenset[OutboxState]] = {
    OutboxState.SEALED: frozenset({OutboxState.SENDING, OutboxState.NEEDS_OFFICER}),
    OutboxState.SENDING: frozenset(
        {OutboxState.SEALED, OutboxState.ACCEPTED, OutboxState.NEEDS_OFFICER, OutboxState.TO_UPDATE}
    ),
    OutboxState.TO_UPDATE: frozenset({OutboxState.SENDING, OutboxState.NEEDS_OFFICER}),
    OutboxState.ACCEPTED: frozenset({OutboxState.TO_UPDATE}),
    OutboxState.NEEDS_OFFICER: frozenset({OutboxState.SEALED, OutboxState.TO_UPDATE}),
}


@dataclass(frozen=True)
class OutboxRow:
    """One record's place in the queue."""

    key: str
    number: str
    state: OutboxState
    sealed_at: datetime
    attempts: int
    next_try_at: datetime | None
    reason: str | None
    official_code: str | None
    files: int
    files_sent: int
    size_bytes: int
    title: str
    about: str


def next_wait_s(previous_s: float, random: Random, asked_s: float | None = None) -> float:
    """Decorrelated jitter: stations that failed together do not come back together.

    `asked_s` is the server's Retry-After and is never undercut.
    """
    wait = min(LONGEST_WAIT_S, random.uniform(FIRST_WAIT_S, max(FIRST_WAIT_S, previous_s * 3)))
    return max(wait, asked_s or 0.0)


def outbox_row(row: Mapping[str, Any]) -> OutboxRow:
    """From columns of the outbox, of its record, and the count, sent count and size of its files."""
    return OutboxRow(
        key=row["record_key"],
        number=row["code"] or row["official_code"] or row["alias"],
        state=OutboxState(row["state"]),
        sealed_at=datetime.fromisoformat(row["sealed_at"]),
        attempts=row["attempts"],
        next_try_at=datetime.fromisoformat(row["next_try_at"]) if row["next_try_at"] else None,
        reason=row["reason"],
        official_code=row["official_code"],
        files=row["files"],
        files_sent=row["files_sent"],
        size_bytes=row["size_bytes"],
        title=row["title"],
        about=row["about"],
    )


def due_keys(store: Store, now: datetime) -> list[str]:
    """Keys that may be sent now: the least tried first, then those due soonest, then the oldest.

    A row at which the line breaks every time (a proxy that chokes on it) ends each round; it must not
    stand before the others for ever.
    """
    rows = store.rows(
        """SELECT record_key, next_try_at, wait_s FROM outbox WHERE state IN ('sealed', 'to_update')
           ORDER BY attempts, coalesce(substr(due, 1, 10), '9999'), position"""
    )
    return [r["record_key"] for r in rows if not _waits(r["next_try_at"], r["wait_s"], now)]


def _waits(next_try_at: str | None, wait_s: float, now: datetime) -> bool:
    if next_try_at is None:
        return False
    left_s = (datetime.fromisoformat(next_try_at) - now).total_seconds()
    # More than the whole wait: the clock was put back since, and nobody asked for that long a wait.
    return 0 < left_s <= wait_s + 1


def step(
    store: Store,
    key: str,
    to: OutboxState,
    now: datetime,
    event: str = "",
    *,
    reason: str | None = None,
    wait_s: float = 0.0,
    official_code: str | None = None,
    is_new_try: bool = True,
) -> None:
    """Moves a row along the table of legal steps, with its history line, in one transaction."""
    with store.transaction() as db:
        rows = store.rows("SELECT state FROM outbox WHERE record_key = ?", key)
        if not rows:
            raise StoreError(f"Không có hồ sơ “{key}” trong hàng chờ.")
        current = OutboxState(rows[0]["state"])
        if to not in LEGAL_STEPS[current]:
            raise StoreError(f"Hồ sơ đang ở trạng thái “{current}”, không thể chuyển sang “{to}”.")
        # A new try does not forget how long the last wait was, or the waits would never grow.
        kept_wait_s = last_wait_s(store, key) if to is OutboxState.SENDING else wait_s
        db.execute(
            """UPDATE outbox SET state = ?, reason = ?, wait_s = ?, next_try_at = ?,
                 attempts = attempts + ?, official_code = coalesce(?, official_code), settled_at = ?
               WHERE record_key = ?""",
            [
                to,
                reason,
                kept_wait_s,
                (now + timedelta(seconds=wait_s)).isoformat() if wait_s else None,
                1 if to is OutboxState.SENDING and is_new_try else 0,
                official_code,
                now.isoformat() if to is OutboxState.ACCEPTED else None,
                key,
            ],
        )
        if event:
            add_history(store, key, now, to, event)


def last_wait_s(store: Store, key: str) -> float:
    """How long this row waited last time."""
    rows = store.rows("SELECT wait_s FROM outbox WHERE record_key = ?", key)
    return float(rows[0]["wait_s"]) if rows else 0.0


def retry(store: Store, key: str, now: datetime) -> None:
    """An officer asks for another try at once: ends a wait, or takes a row back from the officer's desk."""
    rows = store.rows("SELECT state FROM outbox WHERE record_key = ?", key)
    if not rows:
        raise StoreError(f"Không có hồ sơ “{key}” trong hàng chờ.")
    state = OutboxState(rows[0]["state"])
    if state is OutboxState.NEEDS_OFFICER:
        with store.transaction() as db:
            # The province may have been mended since: what it refused goes once more as it is.
            db.execute("UPDATE outbox SET refused_version = 0 WHERE record_key = ?", [key])
            step(store, key, OutboxState.SEALED, now, "Cán bộ yêu cầu gửi lại")
    elif state in (OutboxState.SEALED, OutboxState.TO_UPDATE):
        with store.transaction() as db:
            db.execute("UPDATE outbox SET next_try_at = NULL, wait_s = 0 WHERE record_key = ?", [key])
    elif state is OutboxState.ACCEPTED:
        raise StoreError("Hệ thống tỉnh đã nhận hồ sơ này, không cần gửi lại.")


def recover(store: Store, now: datetime) -> int:
    """After a crash: what was being sent is sent again; the server knows the key and takes it once."""
    with store.transaction() as db:
        rows = store.rows("SELECT record_key FROM outbox WHERE state = 'sending'")
        db.execute("UPDATE outbox SET state = 'sealed', next_try_at = NULL WHERE state = 'sending'")
        for row in rows:
            add_history(store, row["record_key"], now, "sealed", "Chương trình khởi động lại, sẽ gửi lại")
    return len(rows)


def note_upload(
    store: Store, key: str, part: str, name: str, url: str | None, sent_at: datetime | None
) -> None:
    """Remembers where a file's upload stands, so that it resumes after a restart."""
    with store.transaction() as db:
        db.execute(
            "UPDATE record_files SET upload_url = ?, sent_at = ? WHERE record_key = ? AND part = ? AND name = ?",
            [url, sent_at.isoformat() if sent_at else None, key, part, name],
        )
