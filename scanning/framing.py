"""Finds the sheet of paper in the picture: black lid, dark table, page photographed askew."""

import cv2
import numpy as np
from numpy.typing import NDArray

from scanning.pages import Pixels
from scanning.raster import coarsened

_WORK_SIZE = 900
_SMALLEST_SHARE = 0.2
_EDGE_CONTRAST = 0.2
_LEVELS = (1.0, 0.85, 0.7, 0.55)
_A_SERIES = 2**0.5
Corners = NDArray[np.float32]


def cropped_to_paper(pixels: Pixels, corners: Corners | None) -> Pixels:
    """The sheet alone, seen squarely; the same picture where no sheet stands out from a darker ground.

    A shadow is no edge: the paper's brightness has to drop within a few pixels along its sides.
    """
    return pixels if corners is None else _seen_squarely(pixels, corners)


def paper_corners(pixels: Pixels) -> Corners | None:
    """Top-left, top-right, bottom-right, bottom-left of the sheet in pixels, or None.

    Light that falls off takes a corner of the paper below any one threshold, and wood is as bright as shaded
    paper in red but not in blue: several outlines are tried, the one with the sharpest sides wins.
    """
    small, scale = coarsened(pixels, _WORK_SIZE)
    best: tuple[float, Corners] | None = None
    red, green, blue = cv2.split(small)
    for channel in (cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue)):
        brightness: Pixels = cv2.GaussianBlur(channel, (5, 5), 0).astype(np.uint8, copy=False)
        level, _ = cv2.threshold(brightness, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        for share in _LEVELS:
            quad = _outlined(brightness, level * share)
            if quad is None:
                continue
            sharpness = _edge_contrast(brightness, quad)
            if best is None or sharpness > best[0] * 1.05:
                best = sharpness, quad
    if best is None or best[0] < _EDGE_CONTRAST:
        return None
    quad = best[1]
    inset = 1.5 * (quad.mean(axis=0) - quad) / np.linalg.norm(quad.mean(axis=0) - quad, axis=1)[:, None]
    return _ordered((quad + inset) / scale)


def _outlined(brightness: Pixels, level: float) -> Corners | None:
    """The four corners of the largest bright area, if it is one sheet with straight sides."""
    above = (brightness > level).astype(np.uint8, copy=False)
    bright = cv2.morphologyEx(above, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    bright = cv2.morphologyEx(bright, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
    outlines, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return None
    outline = max(outlines, key=cv2.contourArea)
    share = cv2.contourArea(outline) / bright.size
    if share < _SMALLEST_SHARE or share > 0.995:
        return None
    hull = cv2.convexHull(outline)
    if cv2.contourArea(outline) < 0.93 * cv2.contourArea(hull):
        return None
    quad = _four_corners(hull)
    return None if quad is None else _fitted(quad, outline[:, 0, :].astype(np.float32))


def _four_corners(hull: cv2.typing.MatLike) -> Corners | None:
    """The hull as four corners; a torn or folded corner is put back where the long sides would meet."""
    around = cv2.arcLength(hull, True)
    for slack in (0.01, 0.02, 0.03, 0.05):
        shape = cv2.approxPolyDP(hull, slack * around, True)[:, 0, :].astype(np.float32)
        if len(shape) == 4:
            return shape
        if len(shape) in (5, 6) and (whole := _long_sides_met(shape)) is not None:
            return whole
    return None


def _long_sides_met(shape: Corners) -> Corners | None:
    """Where the four longest sides of a polygon meet; None where too little of the sheet would be real."""
    ends = np.roll(shape, -1, axis=0)
    longest = sorted(np.argsort(np.linalg.norm(ends - shape, axis=1))[-4:])
    sides = [(shape[n], ends[n] - shape[n]) for n in longest]
    corners = []
    for (p, d), (q, e) in zip([sides[-1], *sides[:-1]], sides, strict=True):
        cross = float(d[0] * e[1] - d[1] * e[0])
        if abs(cross) < 0.3 * float(np.linalg.norm(d) * np.linalg.norm(e)):
            return None
        t = float((q - p)[0] * e[1] - (q - p)[1] * e[0]) / cross
        corners.append(p + t * d)
    whole = np.array(corners, np.float32)
    return whole if cv2.contourArea(shape) > 0.9 * cv2.contourArea(whole) else None


def _fitted(quad: Corners, outline: Corners) -> Corners:
    """Corners as crossings of lines fitted to the sides: far steadier than single outline points."""
    sides = []
    for start, end in zip(quad, np.roll(quad, -1, axis=0), strict=True):
        along = end - start
        length = float(np.linalg.norm(along))
        unit = along / length
        offset = outline - start
        distance = np.abs(offset[:, 0] * unit[1] - offset[:, 1] * unit[0])
        place = offset @ unit
        near = outline[(distance < 6) & (place > 0.08 * length) & (place < 0.92 * length)]
        if len(near) < 20:
            sides.append((start, unit))
            continue
        vx, vy, x, y = cv2.fitLine(near, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
        sides.append((np.array([x, y]), np.array([vx, vy])))
    crossings = []
    for (p, d), (q, e) in zip([sides[-1], *sides[:-1]], sides, strict=True):
        cross = d[0] * e[1] - d[1] * e[0]
        if abs(cross) < 0.2:
            return quad
        t = ((q - p)[0] * e[1] - (q - p)[1] * e[0]) / cross
        crossings.append(p + t * d)
    return np.array(crossings, np.float32)


def _edge_contrast(brightness: Pixels, quad: Corners) -> float:
    """How sharply brightness falls across the weakest side (0..1 of the paper's own), 0 for a shadow's edge.

    Sides that lie on the picture's own frame do not count.
    """
    height, width = brightness.shape
    middle = quad.mean(axis=0)
    drops: list[float] = []
    for start, end in zip(quad, np.roll(quad, -1, axis=0), strict=True):
        outward = np.array([end[1] - start[1], start[0] - end[0]])
        outward /= np.linalg.norm(outward)
        if outward @ (start - middle) < 0:
            outward = -outward
        side: list[float] = []
        for share in np.linspace(0.04, 0.96, 32):
            point = start + share * (end - start)
            inside, outside = point - 6 * outward, point + 6 * outward
            if 0 <= outside[0] < width and 0 <= outside[1] < height:
                ix, iy = np.clip(inside.astype(int), 0, (width - 1, height - 1))
                ox, oy = outside.astype(int)
                paper = float(brightness[iy, ix])
                side.append((paper - float(brightness[oy, ox])) / max(60.0, paper))
        if len(side) >= 16:
            # A quarter may be hidden by a finger or lost in shade, not more.
            drops.append(float(np.percentile(side, 25)))
    return max(0.0, min(drops)) if drops else 0.0


def _ordered(quad: Corners) -> Corners:
    sums, differences = quad.sum(axis=1), quad[:, 1] - quad[:, 0]
    picks = [sums.argmin(), differences.argmin(), sums.argmax(), differences.argmax()]
    return quad[picks].astype(np.float32)


def _seen_squarely(pixels: Pixels, corners: Corners) -> Pixels:
    top_left, top_right, bottom_right, bottom_left = corners
    width = (np.linalg.norm(top_right - top_left) + np.linalg.norm(bottom_right - bottom_left)) / 2
    height = (np.linalg.norm(bottom_left - top_left) + np.linalg.norm(bottom_right - top_right)) / 2
    ratio = max(width, height) / min(width, height)
    if abs(ratio - _A_SERIES) < 0.14:
        if height > width:
            height = width * _A_SERIES
        else:
            width = height * _A_SERIES
    size = (round(float(width)), round(float(height)))
    target = np.array([[0, 0], [size[0], 0], size, [0, size[1]]], np.float32)
    lens = cv2.getPerspectiveTransform(corners, target)
    return cv2.warpPerspective(
        pixels, lens, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    ).astype(np.uint8, copy=False)
