"""The outbox in words: one line for each dossier, and never 'thất bại'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.workflow.amending import conflict_lines
from app.workflow.views import QueueRow
from offline_queue import listing, outbox
from offline_queue.changes import status_of
from offline_queue.edits import conflict_of, latest_version
from offline_queue.records import HistoryLine
from offline_queue.store import Store

_STATE_WORDS = {
    outbox.OutboxState.SEALED: "Đã lưu, chờ gửi",
    outbox.OutboxState.SENDING: "Đang gửi",
    outbox.OutboxState.TO_UPDATE: "Có thay đổi, chờ gửi",
    outbox.OutboxState.ACCEPTED: "Tỉnh đã nhận",
    outbox.OutboxState.NEEDS_OFFICER: "Cần cán bộ xem",
}


def queue_rows(rows: Sequence[outbox.OutboxRow], store: Store) -> tuple[QueueRow, ...]:
    """Rows of the outbox as the queue screen shows them, each with its history."""
    histories = listing.histories(store, [row.key for row in rows])
    return tuple(
        replace(_queue_row(row, histories[row.key]), **_from_the_province(row, store)) for row in rows
    )


def _from_the_province(row: outbox.OutboxRow, store: Store) -> dict[str, Any]:
    """Its word on what it has, and where its version differs from ours."""
    if row.state is outbox.OutboxState.NEEDS_OFFICER:
        conflict = conflict_of(store, row.key)
        if conflict is not None:
            ours = latest_version(store, row.key).body
            return {"differences": conflict_lines(ours, conflict.theirs)}
    status = status_of(store, row.key) if row.state is outbox.OutboxState.ACCEPTED else None
    return {"province_words": status.words} if status is not None else {}


def _queue_row(row: outbox.OutboxRow, history: Sequence[HistoryLine]) -> QueueRow:
    words = _STATE_WORDS[row.state]
    if row.state is outbox.OutboxState.SEALED and row.next_try_at is not None:
        words = f"Tỉnh bận, gửi lại {row.next_try_at:%H:%M}"
    elif row.state is outbox.OutboxState.SENDING and row.files:
        words = f"Đang gửi tệp {row.files_sent}/{row.files}"
    return QueueRow(
        key=row.key,
        code=row.number,
        applicant=row.title,
        procedure=row.about,
        sealed_at=row.sealed_at,
        state=str(row.state),
        state_text=words,
        files=row.files,
        files_sent=row.files_sent,
        size_bytes=row.size_bytes,
        attempts=row.attempts,
        next_try_at=row.next_try_at,
        reason=row.reason,
        history=tuple((line.at, line.detail) for line in history),
    )
