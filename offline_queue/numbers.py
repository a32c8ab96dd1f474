"""Leased serial numbers: blocks given by the server for one agency and day, used up one by one offline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from offline_queue.store import Store


@dataclass(frozen=True)
class SerialRequest:
    """Whose number, and of which day."""

    agency: str
    day: date


@dataclass(frozen=True)
class NumberBlock:
    """Serials first..last (both included) that only this station may use."""

    agency: str
    day: date
    first: int
    last: int


def take_serial(store: Store, request: SerialRequest) -> int | None:
    """The next unused serial, None when no block has any; call inside the transaction that uses it."""
    rows = store.rows(
        """UPDATE number_blocks SET next = next + 1 WHERE (agency, day, first) = (
             SELECT agency, day, first FROM number_blocks
             WHERE agency = ? AND day = ? AND next <= last ORDER BY first LIMIT 1)
           RETURNING next - 1 AS taken""",
        request.agency,
        request.day.isoformat(),
    )
    return int(rows[0]["taken"]) if rows else None


def add_blocks(store: Store, blocks: Iterable[NumberBlock]) -> None:
    """Keeps leased blocks; one that is known already (a lost answer, asked again) is not started anew.

    Nor is one that overlaps a known block (a server set back to an older state): each of its serials
    may have been given out here.
    """
    with store.transaction() as db:
        for block in blocks:
            db.execute(
                """INSERT INTO number_blocks (agency, day, first, last, next) SELECT ?1, ?2, ?3, ?4, ?3
                   WHERE NOT EXISTS (SELECT 1 FROM number_blocks
                     WHERE agency = ?1 AND day = ?2 AND first <= ?4 AND last >= ?3)""",
                [block.agency, block.day.isoformat(), block.first, block.last],
            )


def serials_left(store: Store, agency: str, day: date) -> int:
    """How many official numbers the station can still give on that day without a line."""
    rows = store.rows(
        "SELECT coalesce(sum(last - next + 1), 0) AS n FROM number_blocks WHERE agency = ? AND day = ?",
        agency,
        day.isoformat(),
    )
    return int(rows[0]["n"])
