"""Takes dotted, dashed and solid rules out of the picture that the reading engine sees.

Form rules run through and under the letters; the engine reads them as rows of full stops or loses the whole
line. The stored picture keeps them.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from scanning.pages import Pixels
from scanning.raster import components, places

_SOLID_SHARE = 0.85
_LEAST_LEADERS = 5


def without_rules(grey: Pixels, ink: Pixels, unit: float) -> Pixels:
    """`grey` with rules painted over; `ink` is its mask (255 where dark), `unit` pixels per 1/300 inch."""
    solid = _solid_rules(ink, unit)
    if solid.any():
        solid |= _frayed_edges(_less(ink, solid), solid, unit)
    rest = _less(ink, solid)
    specks = _leaders_and_specks(rest, unit)
    kept = _less(rest, specks)
    gone: Pixels = cv2.bitwise_or(solid, specks).astype(np.uint8, copy=False)
    reach = max(1, round(2 * unit))
    gone = cv2.dilate(gone, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)).astype(np.uint8, copy=False)
    # All bits set is white, the paper.
    return cv2.bitwise_or(grey, cv2.subtract(gone, kept)).astype(np.uint8, copy=False)


def _less(mask: Pixels, taken: Pixels) -> Pixels:
    """What of a mask (0 or 255) is not in the other."""
    return cv2.subtract(mask, taken).astype(np.uint8, copy=False)


def _solid_rules(ink: Pixels, unit: float) -> Pixels:
    """Thin long runs, across and down, without the strokes that cross them."""
    rules = np.zeros_like(ink)
    thick = round(11 * unit)
    for across in (True, False):
        found = _long_thin_runs(ink, unit, thick, across)
        if found is None:
            continue
        if not across:
            rules |= found & ink
            continue
        # Where ink stands both right above and right below, a letter's stroke crosses: leave it whole.
        gap = max(2, round(3 * unit))
        above = np.zeros_like(ink)
        below = np.zeros_like(ink)
        edge = cv2.dilate(ink & ~found, np.ones((gap, 1), np.uint8))
        above[thick:] = edge[:-thick]
        below[:-thick] = edge[thick:]
        rules |= found & ink & ~(above & below)
    return rules


def _long_thin_runs(ink: Pixels, unit: float, thick: int, across: bool) -> Pixels | None:
    """Runs of ink across (or down) that are long and thin enough for a rule; None without any.

    Looked for in every fourth column (or row): a long run shows in many of them side by side, at a tenth of the work.
    """
    bridge, length = max(3, round(7 * unit)), round((110 if across else 160) * unit)
    # A slightly leaning or broken rule still holds together when closed by a few pixels.
    closing = (1, bridge) if across else (bridge, 1)
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones(closing, np.uint8))
    step = max(1, min(4, length // 8))
    sampled, inked = (
        np.ascontiguousarray(each[:, ::step] if across else each[::step]) for each in (closed, ink)
    )
    opening = (1, length // step) if across else (length // step, 1)
    runs = cv2.morphologyEx(sampled, cv2.MORPH_OPEN, np.ones(opening, np.uint8)).astype(np.uint8, copy=False)
    if not cv2.countNonZero(runs):
        return None
    count, labels, facts, _ = components(runs)
    breadth = facts[:, cv2.CC_STAT_HEIGHT if across else cv2.CC_STAT_WIDTH]
    samples = np.maximum(facts[:, cv2.CC_STAT_WIDTH if across else cv2.CC_STAT_HEIGHT], 1)
    area = facts[:, cv2.CC_STAT_AREA]
    thin = (area / samples <= thick) & (breadth <= thick + samples * step * 0.03)
    # The feet of serif letters stand in a row too, but between them there is no ink.
    inside = places(runs)
    of = labels.ravel()[inside]
    thin &= np.bincount(of[inked.ravel()[inside] > 0], minlength=count) >= _SOLID_SHARE * area
    thin[0] = False
    if not thin.any():
        return None
    chosen = np.repeat(_painted(runs.shape, inside[thin[of]]), step, axis=1 if across else 0)
    whole = chosen[: ink.shape[0], : ink.shape[1]]
    # Each sample stands for the pixels around it; the closed ink says where the run really ends.
    reach = (1, 2 * step - 1) if across else (2 * step - 1, 1)
    found = cv2.bitwise_and(cv2.dilate(whole, np.ones(reach, np.uint8)), closed)
    return found.astype(np.uint8, copy=False)


def _frayed_edges(rest: Pixels, solid: Pixels, unit: float) -> Pixels:
    """What a noisy or blurred rule leaves along its edges: flat shreds, no strokes."""
    frayed = np.zeros_like(rest)
    reach, stroke, long = max(2, round(3 * unit)), max(3, round(5 * unit)), max(5, round(11 * unit))
    for down in (True, False):

        def line(length: int, down: bool = down) -> Pixels:
            return np.ones((length, 1) if down else (1, length), np.uint8)

        strokes = cv2.morphologyEx(rest, cv2.MORPH_OPEN, line(stroke))
        flat = cv2.bitwise_and(rest, cv2.bitwise_not(strokes), mask=cv2.dilate(solid, line(2 * reach + 1)))
        # The dot under a letter may touch the rule: only what is longer than any dot is a shred.
        frayed |= cv2.morphologyEx(flat, cv2.MORPH_OPEN, line(long, not down)).astype(np.uint8, copy=False)
    return frayed


def _leaders_and_specks(ink: Pixels, unit: float) -> Pixels:
    """Rows of dots or short dashes at one height, and single specks of dirt."""
    count, labels, facts, middles = components(ink)
    if count == 1:
        return np.zeros_like(ink)
    width, height = facts[:, cv2.CC_STAT_WIDTH], facts[:, cv2.CC_STAT_HEIGHT]
    area = facts[:, cv2.CC_STAT_AREA]
    small = (width <= 26 * unit) & (height <= max(3.0, 8 * unit))
    small[0] = False
    # Ink covers a twentieth of a page: what is asked of each pixel is asked of these only.
    inked = places(ink)
    of = labels.ravel()[inked]
    marks = _painted(ink.shape, inked[small[of]])
    sturdy = cv2.dilate(marks, np.ones((max(1, round(3 * unit)), 1), np.uint8))
    joined = cv2.morphologyEx(sturdy, cv2.MORPH_CLOSE, np.ones((1, round(30 * unit)), np.uint8))
    rows = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((1, round(100 * unit)), np.uint8))
    in_row = np.zeros(count, bool)
    in_row[np.unique(of[(rows.ravel()[inked] > 0) & small[of]])] = True
    dots = small & (width <= 10 * unit) & (width >= 2 * unit)
    in_row &= ~dots | _of_leaders(middles, in_row & dots, dots, unit)
    # Between the letters of a value typed over its dots the row is broken: its dots there go too.
    in_row |= _of_leaders(middles, in_row & dots, dots, unit)
    dust = (area > max(2, round(5 * unit * unit))) & (area <= round(12 * unit * unit))
    dust[0] = False
    if dust.any():
        # As large as the marks of small print: dust only where no letter is near.
        letters = _painted(ink.shape, inked[(area > round(12 * unit * unit))[of]])
        reach = 2 * max(1, round(9 * unit)) + 1
        near = cv2.dilate(letters, np.ones((reach, reach), np.uint8)).ravel()[inked] > 0
        dust[np.unique(of[near])] = False
    speck = (area <= max(2, round(5 * unit * unit))) | dust
    gone = (small & in_row) | speck
    gone[0] = False
    return _painted(ink.shape, inked[gone[of]])


def _painted(shape: tuple[int, ...], places: NDArray[np.intp]) -> Pixels:
    """255 at the given places of the flat picture, 0 elsewhere."""
    picture = np.zeros(shape, np.uint8)
    picture.ravel()[places] = 255
    return picture


def _of_leaders(
    middles: cv2.typing.MatLike, rows: NDArray[np.bool_], dots: NDArray[np.bool_], unit: float
) -> NDArray[np.bool_]:
    """Which of `dots` belong to a dotted row: at its height and in its step.

    The full stop before the row, the one in "10.000" and the dot under a letter may stand at the same height, but
    hardly ever in step.
    """
    found = np.zeros(len(dots), bool)
    for height in np.unique(np.round(middles[rows, 1])):
        near = np.flatnonzero(dots & (np.abs(middles[:, 1] - height) <= max(1.0, 1.2 * unit)))
        seeds = np.flatnonzero(rows & (np.abs(middles[:, 1] - height) <= max(1.0, 1.2 * unit)))
        if len(seeds) < _LEAST_LEADERS:
            # One or two are the ends of sentences or the marks of letters.
            found[seeds] |= len(seeds) > 2
            continue
        near = near[np.argsort(middles[near, 0])]
        found[near[_in_step(middles[near, 0])]] = True
    return found


def _in_step(places: cv2.typing.MatLike) -> list[int]:
    """Indices of the sorted `places` that lie on the grid of their longest even run, gaps bridged."""
    gaps = np.diff(places)
    step = float(np.median(gaps))
    even = np.abs(gaps - step) <= 0.14 * step + 0.5
    start, length, run = 0, 0, 0
    for index, is_even in enumerate(even):
        run = run + 1 if is_even else 0
        if run > length:
            start, length = index - run + 1, run
    kept = list(range(start, start + length + 1))
    for order, last in (
        (range(start - 1, -1, -1), start),
        (range(start + length + 1, len(places)), start + length),
    ):
        for index in order:
            distance = abs(float(places[index] - places[last]))
            count = max(1, round(distance / step))
            if abs(distance - count * step) <= min(0.3 * step, (0.14 + 0.01 * count) * step + 0.5):
                kept.append(index)
                last = index
    return kept
