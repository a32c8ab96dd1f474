"""The words of a paper as one stream in which every label is followed by its value.

Two columns are read one after the other; where both share a column of labels, the labels come before each.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from scanning.pages import Word
from scanning.readers.papers import ReadPage

_LEAST_GUTTER_STEP = 6


@dataclass(frozen=True, slots=True)
class Placed:
    """A word with the page and line it stands on and the edges of its column."""

    word: Word
    page: int
    """From 1."""
    row: int
    """Line, counted through all pages."""
    left: int
    right: int


Row = tuple[Placed, ...]


def rows_of(pages: Sequence[ReadPage], first: int, count: int) -> tuple[Row, ...]:
    """Lines of `count` pages from number `first` (from 1), with the page's own edges as column edges."""
    rows: list[Row] = []
    for number, page in enumerate(pages[first - 1 : first - 1 + count], first):
        words = [word for line in page.text.lines for word in line.words]
        left = min((word.box[0] for word in words), default=0)
        right = max((word.box[2] for word in words), default=0)
        if page.width:
            # Rules end where the margin begins: printed margins are about alike on both sides.
            right = max(right, page.width - min(left, page.width // 12))
        for line in page.text.lines:
            rows.append(tuple(Placed(word, number, len(rows), left, right) for word in line.words))
    return tuple(rows)


def joined(rows: Sequence[Row]) -> tuple[Placed, ...]:
    return tuple(placed for row in rows for placed in row)


def side_by_side(rows: Sequence[Row], gutter: int) -> tuple[Row, ...]:
    """All lines left of the gutter, then all lines right of it."""
    left = [tuple(p for p in row if _middle(p) < gutter) for row in rows]
    right = [tuple(p for p in row if _middle(p) >= gutter) for row in rows]
    return (
        *(tuple(replace(p, right=min(p.right, gutter)) for p in row) for row in left if row),
        *(tuple(replace(p, left=max(p.left, gutter)) for p in row) for row in right if row),
    )


def with_common_labels(rows: Sequence[Row], first: int, second: int) -> tuple[Row, ...]:
    """Labels stand left of `first`, values in two columns parted at `second`: label, value for one, then the other.

    A line whose label does not begin with a capital goes on with the label above.
    """
    groups: list[list[Row]] = []
    for row in rows:
        label = [p for p in row if _middle(p) < first]
        if not groups or (label and not label[0].word.text[:1].islower()):
            groups.append([])
        groups[-1].append(row)
    flow: list[Row] = []
    for low, high in ((first, second), (second, None)):
        for group in groups:
            words = [p for row in group for p in row]
            right = high if high is not None else max((p.right for p in words), default=first)
            labels = [replace(p, left=low, right=right) for p in words if _middle(p) < first]
            values = [
                replace(p, left=low, right=right) for p in words if low <= _middle(p) < (high or right + 1)
            ]
            flow += [tuple(labels), tuple(values)]
    return tuple(row for row in flow if row)


def clear_gap(rows: Sequence[Row], start: int, end: int) -> int:
    """The x in [start, end] crossed by the fewest words: the middle of the widest such stretch."""
    boxes = [placed.word.box for row in rows for placed in row]
    places = range(start, max(start, end) + 1, _LEAST_GUTTER_STEP)
    crossed = [(sum(box[0] < x < box[2] for box in boxes), x) for x in places]
    fewest = min(count for count, _ in crossed)
    stretches = [
        [x for _, x in group]
        for count, group in groupby(crossed, key=lambda each: each[0])
        if count == fewest
    ]
    widest = max(stretches, key=len)
    return widest[len(widest) // 2]


def _middle(placed: Placed) -> float:
    return (placed.word.box[0] + placed.word.box[2]) / 2
