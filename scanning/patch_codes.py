"""Patch codes: four wide or narrow bars across a sheet that tell a stack's sheets apart.

Bars are 0.20 or 0.08 inch, spaces 0.08 inch, 0.80 inch in all, at least 2 inches long: public geometry of
the six patches of document scanners. Seen upside down, patch 3 is patch T, and 6 is 1.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scanning.pages import Pixels

PATTERNS = {"1": "WWNN", "2": "WNNW", "3": "WNWN", "4": "NWWN", "6": "NNWW", "T": "NWNW"}
"""Bars from the top of the sheet, wide or narrow."""
NARROW_INCH, WIDE_INCH, LENGTH_INCH = 0.08, 0.20, 2.5

_SEARCH_SIDE = 1170
"""Pixels of the longer side: 100 dpi on A4, eight to a narrow bar."""
_STEP = 4
_LEAST_LENGTH_SHARE = 0.085
"""An inch of A4's longer side: half of the least length, for sheets fed askew or cut off."""
_UNIT_SHARE = (0.0042, 0.0115)
"""A narrow bar against the sheet's longer side: 0.0068 on A4, room for other sheets."""
_NARROW, _WIDE = (0.5, 1.65), (1.85, 3.2)
_QUIET = 1.2
_MOST_DRIFT = 3
"""Pixels from one looked-at column to the next: 35 degrees and a rough edge."""


@dataclass(frozen=True, slots=True)
class _Sighting:
    name: str
    top: int
    unit: float


def patch_on(picture: Pixels) -> str | None:
    """The patch on a page (`1`, `2`, `3`, `4`, `6` or `T`), its bars running either way; None without one."""
    grey = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    scale = min(1.0, _SEARCH_SIDE / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    # Local: a shadow over half the sheet leaves paper bright and bars dark where they are.
    calm = cv2.medianBlur(small, 3)
    ground = cv2.blur(cv2.dilate(calm, np.ones((41, 41), np.uint8)), (81, 81)).astype(np.float32)
    dark = calm.astype(np.float32) < 0.7 * ground
    # One run that is broken by a speck is still one bar.
    solid = cv2.morphologyEx(dark.astype(np.uint8, copy=False), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    solid = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)).astype(np.uint8, copy=False)
    for bars in (solid, np.rot90(solid, -1)):
        name = _across(bars.astype(np.uint8, copy=False))
        if name is not None:
            return name
    return None


def _across(bars: Pixels) -> str | None:
    """The patch whose bars lie across, if enough columns beside each other show the same."""
    long_side = max(bars.shape)
    needed = round(_LEAST_LENGTH_SHARE * long_side / _STEP)
    running: list[tuple[_Sighting, int]] = []
    for column in range(0, bars.shape[1], _STEP):
        sightings = _sightings(bars[:, column], long_side)
        grown: list[tuple[_Sighting, int]] = []
        for sighting in sightings:
            before = [
                count
                for other, count in running
                if other.name == sighting.name and abs(other.top - sighting.top) <= _MOST_DRIFT
            ]
            count = max(before, default=0) + 1
            if count >= needed:
                return sighting.name
            grown.append((sighting, count))
        running = grown
    return None


def _sightings(column: NDArray[np.uint8], long_side: int) -> list[_Sighting]:
    """Every place in one column of pixels where four bars stand as in a patch."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], column.astype(np.int8), [0]))))
    if len(edges) < 8:
        return []
    runs = np.diff(edges)  # bar, space, bar, space ...
    found = []
    for start in range(0, len(runs) - 6, 2):
        seven = runs[start : start + 7]
        unit = float(seven.sum()) / 10
        if not _UNIT_SHARE[0] * long_side <= unit <= _UNIT_SHARE[1] * long_side:
            continue
        spaces = seven[1::2] / unit
        if spaces.min() < _NARROW[0] or spaces.max() > _NARROW[1]:
            continue
        letters = "".join(_letter(width) for width in seven[::2] / unit)
        before = runs[start - 1] if start else edges[0]
        after = runs[start + 7] if start + 7 < len(runs) else len(column) - edges[-1]
        # The sheet's own edge is quiet enough, where the bars stand close to it.
        is_first, is_last = start == 0, start + 7 >= len(runs)
        if (before < _QUIET * unit and not is_first) or (after < _QUIET * unit and not is_last):
            continue
        name = next((name for name, pattern in PATTERNS.items() if pattern == letters), None)
        if name is not None:
            found.append(_Sighting(name, int(edges[start]), unit))
    return found


def _letter(width: float) -> str:
    if _NARROW[0] <= width <= _NARROW[1]:
        return "N"
    return "W" if _WIDE[0] <= width <= _WIDE[1] else "?"
