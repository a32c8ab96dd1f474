"""Finds the machine-readable zone on a photograph of a card's back and sets it level for the reading engine."""

import math
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from scanning.pages import Pixels

Corners = NDArray[np.float32]

_SEARCH_SIDE = 1000
_MOST_BANDS = 4
_ASPECT = (3.0, 11.0)
"""77 mm by 14 mm, seen at an angle, with or without what stands beside it."""
_SHORTEST_SHARE = 0.12
_BAND_WIDTH = 1260
"""Forty pixels to a character and a margin: the size at which the engine reads best."""


def level_bands(grey: Pixels) -> Iterator[Pixels]:
    """Dense bands of dark print as upright pictures of three lines or so, likeliest first.

    Each comes as it lies; it may stand on its head.
    """
    scale = min(1.0, _SEARCH_SIDE / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    for corners in _bands(cv2.GaussianBlur(small, (3, 3), 0).astype(np.uint8, copy=False)):
        yield _seen_level(grey, corners / scale)


def _bands(small: Pixels) -> list[Corners]:
    found: list[tuple[float, list[Corners]]] = []
    for letter in (11, 17, 25):
        ink = cv2.morphologyEx(small, cv2.MORPH_BLACKHAT, np.ones((letter, letter), np.uint8))
        # Print is dark against light paper; grain of a desk is dark against dark.
        paper = cv2.dilate(small, np.ones((letter, letter), np.uint8)).astype(np.float32)
        share = ink.astype(np.float32) / np.maximum(paper, 40)
        density = cv2.blur(share, (letter, letter))
        dense = (density > 0.45 * np.percentile(density, 99.5)).astype(np.uint8, copy=False)
        dense = cv2.morphologyEx(dense, cv2.MORPH_CLOSE, np.ones((letter, letter), np.uint8))
        for outline in cv2.findContours(dense, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]:
            rectangle = cv2.minAreaRect(outline)
            long_side, short_side = max(rectangle[1]), max(1.0, min(rectangle[1]))
            if long_side < _SHORTEST_SHARE * max(small.shape):
                continue
            if not _ASPECT[0] <= long_side / short_side <= _ASPECT[1]:
                continue
            filled = cv2.contourArea(outline) / (long_side * short_side)
            shapes = [cv2.boxPoints(rectangle).astype(np.float32), *_four_sided(outline, rectangle)]
            found.append((filled * long_side, [_grown(shape, letter) for shape in shapes]))
    found.sort(key=lambda each: -each[0])
    kept: list[list[Corners]] = []
    for _, shapes in found:
        middle = shapes[0].mean(axis=0)
        if all(np.linalg.norm(middle - other[0].mean(axis=0)) > 20 for other in kept):
            kept.append(shapes)
    return [shape for shapes in kept[:_MOST_BANDS] for shape in shapes]


def _four_sided(outline: cv2.typing.MatLike, rectangle: cv2.typing.RotatedRect) -> list[Corners]:
    """The band's own four corners, slanted as the camera saw it; nothing where it has no such shape."""
    hull = cv2.convexHull(outline)
    around = cv2.arcLength(hull, True)
    for slack in (0.01, 0.015, 0.02, 0.03, 0.04):
        shape = cv2.approxPolyDP(hull, slack * around, True)[:, 0, :].astype(np.float32)
        if len(shape) == 4:
            return [shape] if cv2.contourArea(shape) > 0.7 * rectangle[1][0] * rectangle[1][1] else []
    return []


def _grown(box: Corners, margin: float) -> Corners:
    """Corners from the left end's upper one clockwise, with room on all sides, the long side level or nearly."""
    sides = np.linalg.norm(box - np.roll(box, -1, axis=0), axis=1)
    start = 0 if sides[0] >= sides[1] else 1
    ordered = np.roll(box, -start, axis=0)
    along = (ordered[1] - ordered[0]) / max(1e-6, float(np.linalg.norm(ordered[1] - ordered[0])))
    if abs(math.degrees(math.atan2(float(along[1]), float(along[0])))) > 90:
        ordered = np.roll(ordered, 2, axis=0)
        along = -along
    across = ordered[3] - ordered[0]
    across = across / max(1e-6, float(np.linalg.norm(across)))
    out = np.array([-along - across, along - across, along + across, -along + across]) * margin
    return (ordered + out).astype(np.float32)


def _seen_level(grey: Pixels, corners: Corners) -> Pixels:
    width = float(np.linalg.norm(corners[1] - corners[0]))
    height = float(np.linalg.norm(corners[3] - corners[0]))
    size = (_BAND_WIDTH, max(60, round(_BAND_WIDTH * height / max(1.0, width))))
    target = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    lens = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    level = cv2.warpPerspective(grey, lens, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return level.astype(np.uint8, copy=False)


def restored(level: Pixels) -> Iterator[Pixels]:
    """A band with even light: as it is, then with the lens's blur undone, then with grain smoothed."""
    paper = cv2.GaussianBlur(cv2.dilate(level, np.ones((31, 31), np.uint8)), (0, 0), 15)
    even = np.clip(level.astype(np.float32) / np.maximum(paper.astype(np.float32), 30) * 235, 0, 255)
    calm: Pixels = even.astype(np.uint8, copy=False)
    yield calm
    soft = cv2.GaussianBlur(calm, (0, 0), 3.0)
    yield cv2.addWeighted(calm, 2.4, soft, -1.4, 0).astype(np.uint8, copy=False)
    yield cv2.GaussianBlur(calm, (0, 0), 1.8).astype(np.uint8, copy=False)
