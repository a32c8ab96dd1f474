"""Reads a table of like rows, such as the members of a household: columns by their place, rows by their number."""

import re
from collections.abc import Sequence

from scanning.pages import Box, FieldReading, Word
from scanning.readers.days import day_on_line
from scanning.readers.descriptions import RowTable
from scanning.readers.flow import Row, clear_gap
from scanning.readers.labels import best_window
from scanning.readers.spelling import folded
from scanning.readers.values import FieldZone, reading_of, united

_FEWEST_DIGITS = 6


def table_rows(rows: Sequence[Row], table: RowTable) -> tuple[int, int]:
    """First line of the table and the line after its last; (0, 0) where it is not on the page."""
    top = 0
    for number, row in enumerate(rows):
        words = [folded(placed.word.text) for placed in row]
        if top == 0 and best_window(words, table.after) is not None:
            top = number + 1
        elif top and (best_window(words, table.until) is not None or day_on_line(_text(row)) is not None):
            return top, number
    return (top, len(rows)) if top else (0, 0)


def read_table(
    rows: Sequence[Row], table: RowTable, *, marks_are_kept: bool
) -> tuple[list[FieldReading], list[FieldZone]]:
    """Fields and zones of every row of the table; `rows` are its lines, heads included."""
    if not rows:
        return [], []
    edges = _edges(rows, table)
    members: dict[int, list[Row]] = {}
    for row in rows:
        if _begins_member(row, edges):
            members[max(max(members, default=0) + 1, _running_number(row, edges))] = []
        if members:
            members[max(members)].append(row)
    fields: list[FieldReading] = []
    zones: list[FieldZone] = []
    for number, member in members.items():
        words = [placed for row in member for placed in row]
        _, top, _, bottom = united([placed.word.box for placed in words])
        for column, left, right in zip(table.columns, edges, edges[1:], strict=False):
            if not column.name:
                continue
            cell = [p.word for p in words if left <= (p.word.box[0] + p.word.box[2]) / 2 < right]
            name = f"{table.prefix}_{number}_{column.name}"
            box: Box = (left, max(0, top - 12), right, bottom + 12)
            zones.append(FieldZone(name, words[0].page, box, (box,), tuple(cell)))
            reading = reading_of(
                name, column.type, _letters(cell), words[0].page, marks_are_kept=marks_are_kept
            )
            if reading is not None:
                fields.append(reading)
    return fields, zones


def _text(row: Row) -> str:
    return " ".join(placed.word.text for placed in row)


def _letters(words: Sequence[Word]) -> tuple[Word, ...]:
    return tuple(word for word in words if any(map(str.isalnum, word.text)))


def _running_number(row: Row, edges: Sequence[int]) -> int:
    """What stands in the first column, 0 for no small number: rows above it may be beyond reading."""
    first = "".join(p.word.text for p in row if (p.word.box[0] + p.word.box[2]) / 2 < edges[1]).strip("|[].)")
    return int(first) if re.fullmatch(r"[1-9]", first) else 0


def _begins_member(row: Row, edges: Sequence[int]) -> bool:
    """A running number in the first column, or a line full of digits."""
    first = [p.word.text for p in row if (p.word.box[0] + p.word.box[2]) / 2 < edges[1]]
    numbered = bool(first) and re.fullmatch(r"\d{1,2}[.)]?", first[0].strip("|[]")) is not None
    digits = sum(letter.isdigit() for p in row for letter in p.word.text)
    return numbered or (not first and digits >= _FEWEST_DIGITS)


def _edges(rows: Sequence[Row], table: RowTable) -> list[int]:
    """Described shares of the table's width, each moved to the nearest gap between words."""
    left = min(placed.word.box[0] for row in rows for placed in row)
    right = max(placed.word.box[2] for row in rows for placed in row)
    width = right - left
    edges = [left - 20]
    for share, before, after in zip(table.edges[1:-1], table.edges, table.edges[2:], strict=False):
        low = left + round(width * (share - (share - before) * 0.35))
        high = left + round(width * (share + (after - share) * 0.35))
        edges.append(clear_gap(rows, low, high))
    return [*edges, right + 40]
