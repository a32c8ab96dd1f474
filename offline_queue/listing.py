"""What faces read of the queue, as quick among a hundred thousand records as among a hundred.

Rows are read in pages by their position, which a record keeps for ever: however many change their state between two
pages, none comes twice and none that belongs there throughout is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from offline_queue.errors import StoreError
from offline_queue.listing_tables import INDEX_THE_REST
from offline_queue.outbox import OutboxRow, OutboxState, outbox_row
from offline_queue.records import HistoryLine
from offline_queue.store import Store

WAITING = frozenset({OutboxState.SEALED, OutboxState.SENDING, OutboxState.TO_UPDATE})
PAGE_ROWS = 100
_SHORTEST_TAIL = 2

_NOT_ASKED = re.compile(r'["\0]')
_BARE = str.maketrans("đĐ", "dD")
_COLUMNS = "o.*, r.code, r.alias, r.sealed_at, r.title, r.about"


@dataclass(frozen=True)
class QueueSums:
    """How many records stand in each state, and the bytes of their files; states without records are left out."""

    records: Mapping[OutboxState, int]
    size_bytes: Mapping[OutboxState, int]

    @property
    def waiting(self) -> int:
        """Records that still go by themselves."""
        return sum(self.records.get(state, 0) for state in WAITING)

    @property
    def waiting_bytes(self) -> int:
        """What their files weigh."""
        return sum(self.size_bytes.get(state, 0) for state in WAITING)

    @property
    def needs_officer(self) -> int:
        """Records that wait for a person."""
        return self.records.get(OutboxState.NEEDS_OFFICER, 0)


@dataclass(frozen=True)
class QueuePage:
    """Some rows, and where the next page begins; None after the last."""

    rows: tuple[OutboxRow, ...]
    next: int | None


def sums(store: Store) -> QueueSums:
    """The whole queue in figures, kept up with every change: nothing is counted here."""
    rows = store.rows("SELECT state, records, size_bytes FROM queue_sums WHERE records > 0")
    return QueueSums(
        {OutboxState(row["state"]): row["records"] for row in rows},
        {OutboxState(row["state"]): row["size_bytes"] for row in rows},
    )


def page(
    store: Store,
    states: Collection[OutboxState] = frozenset(OutboxState),
    *,
    limit: int = PAGE_ROWS,
    after: int | None = None,
    is_newest_first: bool = False,
    officer: str | None = None,
) -> QueuePage:
    """At most `limit` rows in these states, oldest first or newest first; `after` is a page's `next`.

    With `officer` only what that one took in, here and in the other lists.
    """
    beyond, order = ("<", "DESC") if is_newest_first else (">", "ASC")
    # One walk along the index for each state: a single walk for all would sort everything that waits.
    walks = " UNION ALL ".join(
        f"""SELECT * FROM (SELECT position FROM outbox WHERE state = '{state}'
              AND (?1 IS NULL OR position {beyond} ?1){_taken_in_by("?3", officer)} ORDER BY position {order} LIMIT ?2)"""  # noqa: S608
        for state in sorted(states)
    )
    if not states:
        return QueuePage((), None)
    merged = f"SELECT position FROM ({walks}) ORDER BY position {order} LIMIT ?2"  # noqa: S608
    return _page(store, merged, limit, order, after, *_given(officer))


def settled_since(
    store: Store, since: datetime, *, limit: int = PAGE_ROWS, officer: str | None = None
) -> tuple[OutboxRow, ...]:
    """What the province accepted from that moment on, the latest first; moments are in the station's own zone."""
    rows = _rows(
        store,
        f"""SELECT position FROM outbox WHERE settled_at >= ?1{_taken_in_by("?3", officer)}
            ORDER BY settled_at DESC LIMIT ?2""",  # noqa: S608
        "o.settled_at DESC",
        since.isoformat(),
        limit,
        *_given(officer),
    )
    return tuple(map(outbox_row, rows))


def find_row(store: Store, key: str) -> OutboxRow | None:
    """The row of one record, by its key."""
    rows = _rows(store, "SELECT position FROM outbox WHERE record_key = ?1", "o.position", key)
    return outbox_row(rows[0]) if rows else None


def search(
    store: Store,
    words: str,
    *,
    limit: int = PAGE_ROWS,
    after: int | None = None,
    officer: str | None = None,
) -> QueuePage:
    """Records that fit every word, newest first; tone marks and the bar of đ may be typed or left out.

    A word fits the beginning of a part of the applicant's or owner's name or of any of the record's numbers, or
    the end of a number: of the code, of a personal number. Nothing fits no words.
    """
    asked = _expression(words)
    if not asked:
        return QueuePage((), None)
    _index_the_rest(store)
    whose = _taken_in_by("?4", officer, "(SELECT record_key FROM outbox WHERE position = record_words.rowid)")
    found = f"""SELECT rowid AS position FROM record_words WHERE record_words MATCH ?3
                 AND rowid < coalesce(?1, 9223372036854775807){whose} ORDER BY rowid DESC LIMIT ?2"""  # noqa: S608
    return _page(store, found, limit, "DESC", after, asked, *_given(officer))


def next_due(store: Store) -> datetime | None:
    """When the first of the rows that were told to wait may be tried again; None where none was."""
    rows = store.rows(
        """SELECT next_try_at FROM outbox WHERE next_try_at IS NOT NULL AND state IN ('sealed', 'to_update')
           ORDER BY next_try_at LIMIT 1"""
    )
    return datetime.fromisoformat(rows[0]["next_try_at"]) if rows else None


def histories(store: Store, keys: Sequence[str]) -> dict[str, tuple[HistoryLine, ...]]:
    """What happened to each of these records, oldest first, in one query for a whole page."""
    rows = store.rows(
        """SELECT record_key, at, event, detail FROM history
           WHERE record_key IN (SELECT value FROM json_each(?)) ORDER BY record_key, id""",
        json.dumps(list(keys)),
    )
    lines: dict[str, list[HistoryLine]] = {key: [] for key in keys}
    for row in rows:
        lines[row["record_key"]].append(
            HistoryLine(datetime.fromisoformat(row["at"]), row["event"], row["detail"])
        )
    return {key: tuple(told) for key, told in lines.items()}


def _taken_in_by(place: str, officer: str | None, key: str = "record_key") -> str:
    """A condition; empty for everybody's, so that nothing more is looked up where nobody is left out."""
    # From the index alone: the column itself lies behind the body of the record.
    found = f"SELECT 1 FROM records WHERE officer = {place} AND key = {key}"  # noqa: S608
    return "" if officer is None else f" AND EXISTS ({found})"


def _given(officer: str | None) -> tuple[str, ...]:
    return () if officer is None else (officer,)


def _index_the_rest(store: Store) -> None:
    if store.rows(
        """SELECT 1 WHERE (SELECT coalesce(max(position), 0) FROM outbox)
             > (SELECT coalesce(max(rowid), 0) FROM record_words)"""
    ):
        # Where the disk cannot be written to, all but the last few are still found.
        with suppress(StoreError), store.transaction() as db:
            db.execute(INDEX_THE_REST)


def _page(store: Store, positions: str, limit: int, order: str, after: int | None, *values: Any) -> QueuePage:
    rows = _rows(store, positions, f"o.position {order}", after, limit + 1, *values)
    return QueuePage(
        tuple(map(outbox_row, rows[:limit])), rows[limit - 1]["position"] if len(rows) > limit else None
    )


def _rows(store: Store, positions: str, order: str, *values: Any) -> list[dict[str, Any]]:
    return store.rows(
        f"""WITH page (position) AS MATERIALIZED ({positions})
            SELECT {_COLUMNS}, count(f.name) AS files, count(f.sent_at) AS files_sent,
              coalesce(sum(f.size), 0) AS size_bytes
            FROM page JOIN outbox o ON o.position = page.position JOIN records r ON r.key = o.record_key
            LEFT JOIN record_files f ON f.record_key = r.key GROUP BY o.position ORDER BY {order}""",  # noqa: S608
        *values,
    )


def _expression(words: str) -> str:
    """The question in the index's own language; empty where nothing is asked."""
    return " AND ".join(
        _either(word) for word in words.translate(_BARE).split() if re.search(r"[^\W_]", word)
    )


def _either(word: str) -> str:
    plain = _NOT_ASKED.sub(" ", word)
    begins = f'words : "{plain}" *'
    # Only numbers are looked for by their end; a name would cost a second walk and find nothing.
    if len(plain) < _SHORTEST_TAIL or not re.search(r"[0-9]", plain):
        return begins
    return f'({begins} OR tails : "{plain[::-1]}" *)'
