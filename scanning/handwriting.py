"""Tells handwriting from print, field by field, so that what a hand wrote is never shown as read.

Print is what is known, so print is what is looked for: printed letters come again elsewhere on the page in the very
same shape, have the heights of the other printed letters, stand on one line, are separate pieces and are believed by
the engine. Ink in a field that shows too little of this is a hand's, whatever hand it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from scanning.boxed import DigitGrid
from scanning.cleanup import ink_mask
from scanning.ink_pieces import InkPieces
from scanning.pages import Box, CleanPage, FieldReading, FieldState, PageText, Pixels
from scanning.raster import components
from scanning.readers.values import FieldZone

_SEAL_REDNESS = 40
_MOST_PIECES = 6000
_SHAPE_HEIGHT, _SHAPE_WIDTH, _SHAPE_UNIT = 34, 46, 12.0
"""Pixels of the picture in which shapes are compared, and how high a typical letter is in it."""
_AT_ONCE = 256
_BODY = 0.55
"""Pieces at least so high, in typical letters, are letters; lower ones are marks, dots and commas."""
_BELIEVED = 0.8
_DATE_LABELS = frozenset({"ngày", "tháng", "năm", "giờ", "phút"})
_WEIGHTS: Mapping[str, float] = {"odd": 2.7, "unfit": 15.0, "believed": -3.2, "steady": -6.4}
_BIAS = -0.75
_OWN, _COMPANY, _SHIFT = 0.74, 0.64, -0.1
"""How much a field's own score counts and how much that of the page's other fields: a hand seldom writes one alone."""
_FULL_COMPANY = 3.0
"""Fields of score 0 that every page is thought to have besides: two fields are not yet company."""
_SURE_BELOW = -2.5
"""Between this and 0 the ink is like both: what was read is shown, but not as sure."""


def pieces_on(page: CleanPage, grids: Sequence[DigitGrid] = ()) -> InkPieces:
    """All pieces that may be letters; seals, remains of rules and the edges of `grids` (rows of boxes) are left out."""
    scale = page.dpi / page.ink_dpi
    ink = _without_seals(ink_mask(page.ink, page.ink_dpi), page)
    for grid in grids:
        _wipe_edges(ink, grid, scale)
    unit = page.ink_dpi / 300
    _, labels, facts, _ = components(ink)
    x, y, width, height, area = (column.astype(np.int32) for column in facts.T)
    is_rule = (height <= 6 * unit) & (width > 3 * height)
    is_bar = (width <= 10 * unit) & (height >= 58 * unit) & (area > 0.7 * width * height)
    kept = (area >= 25 * unit * unit) & ~is_rule & ~is_bar
    kept[0] = False
    # A page full of grain: its largest pieces say enough.
    numbers = np.flatnonzero(kept)
    numbers = np.sort(numbers[np.argsort(-area[numbers], kind="stable")[:_MOST_PIECES]])
    tall = height[numbers][height[numbers] >= 12 * unit]
    letter = float(np.median(tall)) if tall.size else 30 * unit
    boxes = np.stack([x, y, x + width, y + height], axis=1)[numbers]
    return InkPieces(boxes, _likeness(page.ink, labels, numbers, boxes, letter), letter, scale)


def judged(
    fields: Sequence[FieldReading],
    zones: Sequence[FieldZone],
    texts: Sequence[PageText],
    pieces: Sequence[InkPieces | None],
) -> tuple[FieldReading, ...]:
    """The fields as they may be shown; `texts` and `pieces` are those of the pages of the paper, in order (None: not judged).

    Written by hand: no value, doubtful, `is_handwritten`, its box around the ink; also where the engine read nothing.
    Nearly so: what was sure is doubtful. Everything else as it was.
    """
    by_name = {reading.name: reading for reading in fields}
    for name, (score, page, box) in _scores(zones, texts, pieces).items():
        reading = by_name.get(name)
        if score > 0:
            by_name[name] = FieldReading(name, "", 0.0, FieldState.DOUBTFUL, page, box, is_handwritten=True)
        elif reading is not None and score > _SURE_BELOW and reading.state is not FieldState.DOUBTFUL:
            confidence = min(reading.confidence, 0.6)
            by_name[name] = replace(reading, state=FieldState.DOUBTFUL, confidence=confidence)
    return tuple(by_name.values())


def _scores(
    zones: Sequence[FieldZone], texts: Sequence[PageText], pieces: Sequence[InkPieces | None]
) -> dict[str, tuple[float, int, Box]]:
    """For each field with letters in its zone: above 0 a hand, below 0 print; the page and the box of those letters."""
    scores: dict[str, tuple[float, int, Box]] = {}
    for number, (text, of_page) in enumerate(zip(texts, pieces, strict=True), 1):
        here = [zone for zone in zones if zone.page == number]
        if of_page is None or not here:
            continue
        page = _Page(of_page, text, here)
        alone: dict[str, tuple[float, Box]] = {}
        for zone in here:
            chosen = page.letters_in(zone)
            if chosen.any():
                alone[zone.name] = page.score(chosen, zone), page.box_around(chosen)
        bounded = {name: float(np.clip(score, -4, 4)) for name, (score, _) in alone.items()}
        total = sum(bounded.values())
        for name, (score, box) in alone.items():
            company = (total - bounded[name]) / (len(alone) - 1 + _FULL_COMPANY)
            scores[name] = _OWN * score + _COMPANY * company + _SHIFT, number, box
    return scores


class _Page:
    """The pieces of one page beside what was read there, and what its print is like."""

    def __init__(self, pieces: InkPieces, text: PageText, zones: Sequence[FieldZone]) -> None:
        self._pieces = pieces
        left, top, right, bottom = (column.astype(np.float64) * pieces.scale for column in pieces.boxes.T)
        self._x, self._y = (left + right) / 2, (top + bottom) / 2
        heights = pieces.boxes[:, 3] - pieces.boxes[:, 1]
        self._width = (pieces.boxes[:, 2] - pieces.boxes[:, 0]) / pieces.letter_height
        self._height = heights / pieces.letter_height
        self._is_body = self._height >= _BODY
        self._confidence = np.zeros(len(self._x))
        self._is_label = np.zeros(len(self._x), bool)
        self._is_claimed = np.zeros(len(self._x), bool)
        for zone in zones:
            for part in zone.parts if zone.is_label_found else ():
                self._is_claimed |= self._within(part)
        values = {word.box for zone in zones for word in zone.words}
        for word in (word for line in text.lines for word in line.words):
            under = self._within(word.box, room=4)
            self._confidence[under] = np.maximum(self._confidence[under], word.confidence)
            is_date_label = word.text.lower().strip(".,:") in _DATE_LABELS
            if word.confidence >= _BELIEVED and (word.box not in values or is_date_label):
                self._is_label |= under
        printed = self._is_label & self._is_body
        self._usual_likeness = float(np.median(pieces.likeness[printed])) if printed.any() else 0.98
        counts = np.bincount(heights[printed])
        common = np.flatnonzero(counts >= max(3, 0.01 * np.count_nonzero(printed)))
        self._usual_heights = common / pieces.letter_height

    def _within(self, box: Box, room: int = 0) -> NDArray[np.bool_]:
        left, top, right, bottom = box
        inside: NDArray[np.bool_] = (
            (self._x >= left) & (self._x < right) & (self._y >= top - room) & (self._y < bottom + room)
        )
        return inside

    def letters_in(self, zone: FieldZone) -> NDArray[np.bool_]:
        """Letters in the zone that are not those of a printed label."""
        inside = np.logical_or.reduce([self._within(part) for part in zone.parts])
        if not zone.is_label_found:
            # A place that was guessed gives way to one that was found.
            inside &= ~self._is_claimed
        letters: NDArray[np.bool_] = inside & self._is_body & ~self._is_label
        return letters

    def box_around(self, chosen: NDArray[np.bool_]) -> Box:
        """In pixels of the page's picture."""
        edges = self._pieces.boxes[chosen] * self._pieces.scale
        left, top = edges[:, :2].min(axis=0)
        right, bottom = edges[:, 2:].max(axis=0)
        return int(left), int(top), int(np.ceil(right)), int(np.ceil(bottom))

    def score(self, chosen: NDArray[np.bool_], zone: FieldZone) -> float:
        """Above 0 for a hand, below 0 for print, by these letters alone."""
        facts = self.facts(chosen, zone)
        return _BIAS + sum(weight * facts[name] for name, weight in _WEIGHTS.items())

    def facts(self, chosen: NDArray[np.bool_], zone: FieldZone) -> dict[str, float]:
        """What of the chosen letters is like print and what is not; broad pieces weigh more."""
        weight = self._width[chosen]
        unlike = np.log((1.01 - self._pieces.likeness[chosen]) / (1.01 - self._usual_likeness))
        offsets = np.concatenate([self._offsets(self._within(part) & chosen) for part in zone.parts])
        uneven = float(np.minimum(offsets, 0.3).mean()) if offsets.size else 0.05
        missed = np.zeros(np.count_nonzero(chosen))
        if self._usual_heights.size:
            missed = np.abs(self._height[chosen][:, None] - self._usual_heights[None, :]).min(axis=1)
        unfit = float(np.minimum(missed, 0.2).mean())
        # A few letters may stand level and fit by chance.
        much = min(1.0, len(missed) / 8)
        return {
            "odd": float(np.clip(np.average(unlike, weights=weight), 0, 4)),
            "unfit": unfit,
            "believed": float(np.average(self._confidence[chosen], weights=weight)),
            "steady": max(0.0, 1 - uneven / 0.06) * max(0.0, 1 - unfit / 0.06) * much,
        }

    def _offsets(self, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        """How far the feet of one line's letters stand from its base line, in letter heights."""
        if np.count_nonzero(chosen) < 2:
            return np.zeros(0)
        x = self._pieces.boxes[chosen, 0] / self._pieces.letter_height
        feet = self._pieces.boxes[chosen, 3] / self._pieces.letter_height
        slope = 0.0
        if len(x) > 2:
            first, second = np.triu_indices(len(x), 1)
            apart = np.abs(x[second] - x[first]) > 0.5
            if apart.any():
                rises = (feet[second] - feet[first])[apart] / (x[second] - x[first])[apart]
                slope = float(np.clip(np.median(rises), -0.015, 0.015))
        offsets = feet - slope * x
        distances: NDArray[np.float64] = np.abs(offsets - np.median(offsets))
        return distances


def _without_seals(ink: Pixels, page: CleanPage) -> Pixels:
    """Without what is red in the picture; print under a seal is dark and stays."""
    red, green, blue = cv2.split(page.picture)
    redness = cv2.subtract(red, cv2.max(green, blue))
    if redness.shape != ink.shape:
        redness = cv2.resize(redness, ink.shape[::-1], interpolation=cv2.INTER_AREA)
    _, seals = cv2.threshold(redness, _SEAL_REDNESS, 255, cv2.THRESH_BINARY)
    return cv2.subtract(ink, seals).astype(np.uint8, copy=False)


def _wipe_edges(ink: Pixels, grid: DigitGrid, scale: float) -> None:
    left, top, right, bottom = (round(edge / scale) for edge in grid.box)
    reach = max(3, round((grid.edge_width / 2 + 3) / scale))
    for edge in grid.edges:
        x = round(edge / scale)
        ink[max(0, top - reach) : bottom + reach, max(0, x - reach) : x + reach] = 0
    for y in (top, bottom):
        ink[max(0, y - reach) : y + reach, max(0, left) : right] = 0


def _likeness(
    grey: Pixels,
    labels: cv2.typing.MatLike,
    numbers: NDArray[np.intp],
    boxes: NDArray[np.int32],
    letter: float,
) -> NDArray[np.float32]:
    """Of each piece: the greatest likeness (cosine of their darkness) to any other of the same size in life."""
    scale = _SHAPE_UNIT / (0.8 * letter)
    dark = cv2.GaussianBlur(255 - grey, (0, 0), max(0.5, 0.45 / scale))
    found: list[NDArray[np.floating]] = []
    places: list[int] = []
    for place, (number, (left, top, right, bottom)) in enumerate(zip(numbers, boxes, strict=True)):
        width, height = (right - left) * scale, (bottom - top) * scale
        if width > _SHAPE_WIDTH - 2 or height > _SHAPE_HEIGHT - 2 or bottom - top < _BODY * letter:
            continue
        own = np.where(labels[top:bottom, left:right] == number, dark[top:bottom, left:right], 0)
        middle = np.array(
            [[scale, 0, (_SHAPE_WIDTH - width) / 2], [0, scale, (_SHAPE_HEIGHT - height) / 2]], np.float32
        )
        shape = cv2.warpAffine(own.astype(np.float32), middle, (_SHAPE_WIDTH, _SHAPE_HEIGHT)).ravel()
        found.append((shape / max(1e-6, float(np.linalg.norm(shape)))).astype(np.float32))
        places.append(place)
    best = np.zeros(len(numbers), np.float32)
    if not found:
        return best
    shapes = np.stack(found)
    nearest = np.zeros(len(found), np.float32)
    for start in range(0, len(shapes), _AT_ONCE):
        # Likeness goes both ways: each pair is asked once.
        near = shapes[start : start + _AT_ONCE] @ shapes[start:].T
        np.fill_diagonal(near, 0)
        nearest[start : start + _AT_ONCE] = np.maximum(nearest[start : start + _AT_ONCE], near.max(axis=1))
        nearest[start:] = np.maximum(nearest[start:], near.max(axis=0))
    best[places] = nearest
    return best
