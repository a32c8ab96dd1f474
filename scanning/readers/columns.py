"""Brings papers with two people side by side into one stream: finds their columns on the page."""

from collections.abc import Sequence

from scanning.readers.descriptions import Columns
from scanning.readers.flow import Row, clear_gap, side_by_side, with_common_labels
from scanning.readers.labels import best_window
from scanning.readers.spelling import folded


def in_one_stream(rows: Sequence[Row], columns: Columns | None) -> tuple[Row, ...]:
    """The lines with the columns read one after the other; as they are where the heads are not found."""
    heads = _heads(rows, columns) if columns else None
    if columns is None or heads is None:
        return tuple(rows)
    top, first_head, second_head = heads
    bottom = next(
        (
            number
            for number in range(top + 1, len(rows))
            if best_window(_folded(rows[number]), columns.until) is not None
        ),
        len(rows),
    )
    block = rows[top:bottom]
    if columns.have_own_labels:
        reach = max(40, (second_head - first_head) // 6)
        gutter = clear_gap(block, second_head - reach, second_head - 6)
        return (*rows[:top], *side_by_side(block, gutter), *rows[bottom:])
    left = min(placed.word.box[0] for row in block for placed in row)
    labels_end = clear_gap(block, left + (first_head - left) // 3, first_head - 4)
    gutter = clear_gap(block, first_head + 60, second_head - 4)
    body = with_common_labels(block[1:], labels_end, gutter)
    return (*rows[:top], *body, *rows[bottom:])


def _heads(rows: Sequence[Row], columns: Columns | None) -> tuple[int, int, int] | None:
    """The line on which both heads stand, and where each begins."""
    if columns is None:
        return None
    for number, row in enumerate(rows):
        words = _folded(row)
        second = best_window(words, columns.heads[1])
        if second is None:
            continue
        first = best_window(words[: second[0]], columns.heads[0])
        if first is not None:
            return number, row[first[0]].word.box[0], row[second[0]].word.box[0]
    return None


def _folded(row: Row) -> list[str]:
    return [folded(placed.word.text) for placed in row]
