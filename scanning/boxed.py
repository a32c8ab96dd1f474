"""Reads digits in ruled boxes: the boxes are found, each is emptied of its edges, the row is read as one line.

The engine takes the edges of boxes for strokes, and a stroke may be a 1. What stands between the edges is therefore
read apart, twice and in two spacings: only where both agree, and every inked box gave one digit, is the number
believed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from scanning.ocr import never, read_words
from scanning.pages import Box, CleanPage, PageText, Pixels, TextLine, Word

_MM_PER_INCH = 25.4
_SEEKING_DPI = 150
"""Enough to see edges; finer only costs time."""
_EDGE_MM, _HIGHEST_MM = 4.0, 12.0
_NARROWEST_MM, _WIDEST_MM = 3.5, 10.0
_THICKEST_MM = 0.9
_FEWEST_CELLS, _MOST_CELLS = 9, 20
_DIGITS = "0123456789"
_LEAST_INK = 0.012
"""Share of a box that is dark where a digit stands; an i-dot's worth of dirt is less."""
_DISAGREED = 0.5
_EDGE_INKED = 0.8
_SEAL_REDNESS, _DARKEST_SEAL = 40, 110


@dataclass(frozen=True, slots=True)
class DigitGrid:
    """A row of equal boxes that share their edges."""

    edges: tuple[int, ...]
    """x of each upright edge in pixels of the cleaned page, one more than there are boxes."""
    top: int
    bottom: int
    edge_width: int

    @property
    def box(self) -> Box:
        return self.edges[0], self.top, self.edges[-1], self.bottom

    @property
    def cells(self) -> tuple[Box, ...]:
        """What lies between the edges of each box."""
        inset = self.edge_width // 2 + 2
        return tuple(
            (left + inset, self.top + inset, right - inset, self.bottom - inset)
            for left, right in zip(self.edges, self.edges[1:], strict=False)
        )


def with_boxed_digits(
    text: PageText,
    page: CleanPage,
    grids: Sequence[DigitGrid] | None = None,
    *,
    cancelled: Callable[[], bool] = never,
) -> PageText:
    """`text` (boxes in pixels of the page's picture) with what was read across each row of boxes replaced by one word.

    The word holds the digits; its confidence is at most 0.5 where the two readings differ or a box gave none. An
    empty row of boxes gives no word. Raises what `scanning.ocr.read_words` raises.
    """
    lines = list(text.lines)
    for grid in grids_on(page) if grids is None else grids:
        lines = _replaced(lines, grid, _digits_in(grid, page, cancelled))
    return PageText(tuple(lines))


def grids_on(page: CleanPage) -> tuple[DigitGrid, ...]:
    """All rows of at least nine boxes on the page, from the top down."""
    shrink = min(1.0, _SEEKING_DPI / page.dpi)
    dpi = page.dpi * shrink
    per_mm = dpi / _MM_PER_INCH
    picture = page.picture
    if shrink < 1:
        picture = cv2.resize(picture, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA).astype(
            np.uint8
        )
    grey = _without_seals(picture)
    ink = cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, max(31, round(dpi * 0.25)) | 1, 16
    )
    # An edge that leans by a pixel still holds together.
    ink = cv2.dilate(ink, np.ones((1, 2), np.uint8))
    upright = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((round(_EDGE_MM * per_mm), 1), np.uint8))
    _, _, facts, middles = cv2.connectedComponentsWithStats(upright)
    bars = [
        (float(middles[k][0]), int(y), int(y + height), int(width))
        for k, (_x, y, width, height, _area) in enumerate(facts)
        if k and width <= _THICKEST_MM * per_mm + 2 and height <= _HIGHEST_MM * per_mm
    ]
    bars.sort()
    grids: list[DigitGrid] = []
    taken: set[tuple[float, int, int, int]] = set()
    for bar in bars:
        if bar in taken:
            continue
        row = _row_from(bar, bars, ink, per_mm)
        if _FEWEST_CELLS < len(row) <= _MOST_CELLS + 1:
            taken |= set(row)
            grids.append(
                DigitGrid(
                    tuple(round(x / shrink) for x, *_ in row),
                    round(float(np.median([top for _, top, _, _ in row])) / shrink),
                    round(float(np.median([bottom for _, _, bottom, _ in row])) / shrink),
                    max(2, round(float(np.median([width for *_, width in row])) / shrink)),
                )
            )
    return tuple(sorted(grids, key=lambda grid: grid.top))


def _without_seals(picture: Pixels) -> Pixels:
    """Grey, with white for what is red and light; an edge under a seal is dark in the red channel too."""
    red, green, blue = cv2.split(picture)
    redness = cv2.subtract(red, cv2.max(green, blue))
    _, is_red = cv2.threshold(redness, _SEAL_REDNESS, 255, cv2.THRESH_BINARY)
    _, is_light = cv2.threshold(red, _DARKEST_SEAL, 255, cv2.THRESH_BINARY)
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return cv2.bitwise_or(grey, cv2.bitwise_and(is_red, is_light)).astype(np.uint8, copy=False)


_Bar = tuple[float, int, int, int]


def _row_from(first: _Bar, bars: Sequence[_Bar], ink: NDArray[Any], per_mm: float) -> list[_Bar]:
    """The longest row of edges at one distance that begins with `first`; an edge broken by grain is put back."""
    x, top, bottom, thick = first
    slack = 1.2 * per_mm
    level = [bar for bar in bars if bar[0] > x and abs(bar[1] - top) < slack and abs(bar[2] - bottom) < slack]
    best: list[_Bar] = [first]
    for second in level:
        pitch = second[0] - x
        if not _NARROWEST_MM * per_mm <= pitch <= _WIDEST_MM * per_mm:
            continue
        row = [first, second]
        while len(row) <= _MOST_CELLS:
            expected = row[-1][0] + (row[-1][0] - x) / (len(row) - 1)
            near = min(level, key=lambda bar: abs(bar[0] - expected))
            if abs(near[0] - expected) <= 0.09 * pitch and near not in row:
                row.append(near)
            elif _is_edge(ink, expected, top, bottom):
                row.append((expected, top, bottom, thick))
            else:
                break
        if len(row) > len(best):
            best = row
    if len(best) > _FEWEST_CELLS // 2:
        pitch = (best[-1][0] - x) / (len(best) - 1)
        while len(best) <= _MOST_CELLS and _is_edge(ink, best[0][0] - pitch, top, bottom):
            best.insert(0, (best[0][0] - pitch, top, bottom, thick))
    return best


def _is_edge(ink: NDArray[Any], x: float, top: int, bottom: int) -> bool:
    """Whether an upright line, however broken, runs from top to bottom at `x`."""
    column = ink[top:bottom, max(0, round(x) - 1) : max(0, round(x) + 2)]
    return column.size > 0 and float(np.mean(column.max(axis=1) > 0)) > _EDGE_INKED


def _digits_in(grid: DigitGrid, page: CleanPage, cancelled: Callable[[], bool]) -> Word | None:
    """One word of the digits in the boxes; None where all are empty."""
    scale = page.ink_dpi / page.dpi
    cells = [_cell(page.ink, cell, scale) for cell in grid.cells]
    inked = [float(np.mean(cell < 128)) > _LEAST_INK for cell in cells]
    if not any(inked):
        return None
    filled = [cell for cell, has_ink in zip(cells, inked, strict=True) if has_ink]
    readings = [
        _read_line(_in_one_line(filled, gap), page.ink_dpi, cancelled)
        for gap in (round(page.ink_dpi * 0.05), round(page.ink_dpi * 0.02))
    ]
    (first, sure), (second, other) = readings
    # Two readings that agree bear each other out.
    confidence = max(sure, other)
    if first != second or len(first) != len(filled):
        confidence = min(confidence, _DISAGREED)
    digits = first if abs(len(first) - len(filled)) <= abs(len(second) - len(filled)) else second
    return Word(digits or "?", confidence, grid.box)


def _cell(ink: Pixels, cell: Box, scale: float) -> Pixels:
    """The ink of a box without remains of edges that lean into it."""
    left, top, right, bottom = (round(edge * scale) for edge in cell)
    inside = ink[max(0, top) : bottom, max(0, left) : right].copy()
    count, labels, facts, _ = cv2.connectedComponentsWithStats((inside < 150).astype(np.uint8, copy=False))
    height, width = inside.shape
    for label in range(1, count):
        x, y, across, down, area = (int(fact) for fact in facts[label])
        at_side = x == 0 or x + across >= width
        at_end = y == 0 or y + down >= height
        is_edge = (at_side and across <= 0.12 * width) or (at_end and down <= 0.12 * height)
        if is_edge or area <= 0.004 * inside.size:
            inside[
                cv2.dilate((labels == label).astype(np.uint8, copy=False), np.ones((3, 3), np.uint8)) > 0
            ] = 255
    return inside


def _in_one_line(cells: Sequence[Pixels], gap: int) -> Pixels:
    """The digits side by side, `gap` pixels between them, each as high in the line as in its box."""
    height = max(cell.shape[0] for cell in cells)
    blank = np.full((height, gap), 255, np.uint8)
    pieces: list[NDArray[np.uint8]] = [blank, blank]
    for cell in cells:
        columns = np.flatnonzero((cell < 128).any(axis=0))
        digit = cell[:, columns[0] : columns[-1] + 1] if columns.size else cell
        low = np.full((height - cell.shape[0], digit.shape[1]), 255, np.uint8)
        pieces += [np.vstack([digit, low]), blank]
    line = np.hstack([*pieces, blank])
    return np.pad(line, gap, constant_values=255)


def _read_line(line: Pixels, dpi: int, cancelled: Callable[[], bool]) -> tuple[str, float]:
    words = [
        word
        for row in read_words(line, dpi, page_mode=7, whitelist=_DIGITS, cancelled=cancelled).lines
        for word in row.words
    ]
    return "".join(word.text for word in words), min((word.confidence for word in words), default=0.0)


def _replaced(lines: Sequence[TextLine], grid: DigitGrid, word: Word | None) -> list[TextLine]:
    """The lines without what was read of the boxes and with `word` on the line they stand on."""
    left, top, right, bottom = grid.box
    room = (bottom - top) // 4
    kept: list[tuple[TextLine, int]] = []
    for line in lines:
        outside: list[Word] = []
        for each in line.words:
            x, y = (each.box[0] + each.box[2]) / 2, (each.box[1] + each.box[3]) / 2
            if not (left - room < x < right + room and top - room < y < bottom + room):
                # A label whose last word was read together with the first edges ends before them.
                crosses = each.box[0] < left < each.box[2] and top < y < bottom
                outside.append(replace(each, box=(*each.box[:2], left - 1, each.box[3])) if crosses else each)
        overlap = sum(
            each.box[2] - each.box[0]
            for each in outside
            if top - room < (each.box[1] + each.box[3]) / 2 < bottom + room
        )
        kept.append((TextLine(tuple(outside)), overlap))
    if word is not None:
        nearest = max(range(len(kept)), key=lambda number: kept[number][1], default=None)
        if nearest is None or kept[nearest][1] == 0:
            place = sum(bool(line.words) and line.words[0].box[1] < top for line, _ in kept)
            kept.insert(place, (TextLine((word,)), 1))
        else:
            words = sorted((*kept[nearest][0].words, word), key=lambda each: each.box[0])
            kept[nearest] = (TextLine(tuple(words)), 1)
    return [line for line, _ in kept if line.words]
