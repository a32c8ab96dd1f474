"""The outbox in words: one line for each dossier, and never 'thất bại'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.workflow.amending import conflict_lines
from app.workflow.views import QueueRow
from offline_queue import listing, outbox
from offline_queue.changes import statuses_of
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
    keys = [row.key for row in rows]
    histories = listing.histories(store, keys)
    statuses = statuses_of(store, keys)
    return tuple(
        replace(
            _queue_row(row, histories[row.key]),
            province_words=statuses[row.key].words if row.key in statuses else "",
            differences=_differences(row, store),
        )
        for row in rows
    )


def _differences(row: outbox.OutboxRow, store: Store) -> tuple[tuple[str, str, str], ...]:
    """Where the province's version differs from ours, while an officer has to choose."""
    if row.state is not outbox.OutboxState.NEEDS_OFFICER:
        return ()
    conflict = conflict_of(store, row.key)
    return () if conflict is None else conflict_lines(latest_version(store, row.key).body, conflict.theirs)


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
