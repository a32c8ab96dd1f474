"""The whole outbox by one plain statement: what the pages of `offline_queue.listing` are compared with."""

from __future__ import annotations

from offline_queue.outbox import OutboxRow, outbox_row
from offline_queue.store import Store


def list_outbox(store: Store, key: str | None = None) -> tuple[OutboxRow, ...]:
    """All rows: needing the officer first, then sending, then waiting by age, then accepted."""
    rows = store.rows(
        """SELECT o.*, r.code, r.alias, r.sealed_at, r.title, r.about,
             count(f.name) AS files, count(f.sent_at) AS files_sent, coalesce(sum(f.size), 0) AS size_bytes
           FROM outbox o JOIN records r ON r.key = o.record_key LEFT JOIN record_files f ON f.record_key = r.key
           WHERE ?1 IS NULL OR r.key = ?1 GROUP BY r.key
           ORDER BY CASE o.state WHEN 'needs_officer' THEN 0 WHEN 'sending' THEN 1 WHEN 'accepted' THEN 3 ELSE 2 END,
             o.position""",
        key,
    )
    return tuple(map(outbox_row, rows))
