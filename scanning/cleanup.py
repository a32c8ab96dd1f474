"""Straightens, lights and clears a scanned page so that the engine reads letters and nothing else."""

import math
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from scanning.framing import cropped_to_paper, paper_corners
from scanning.pages import CleanPage, Pixels, ScannedPage
from scanning.quality import is_blank, verdict, verdicts_on
from scanning.raster import coarsened, share_below
from scanning.ruling import without_rules

_A4_LONG_SIDE_INCH = 11.69
_LARGEST_SKEW = 45.0
_SHEETS_MM = ((210.0, 297.0), (148.0, 210.0), (297.0, 420.0), (105.0, 148.0), (215.9, 279.4), (215.9, 355.6))
_LOST_INK = 40
_LEANING_DPI = 150
"""Fine enough to tell a tenth of a degree across a page."""
_READING_DPI = 300
_LOWEST_READING_DPI, _HIGHEST_READING_DPI = 240, 420
_CARD_LONG_SIDE_INCH, _CARD_ASPECT = 3.37, 1.586
_NOISY_SIGMA = 7.0
_SEAL_DPI = 90
_DARK_INK, _PALEST_INK = 90, 215
_SMALLEST_SIDE = 64
_PAPER_FROM = 218
_PALEST_MASKED = 204
_UPSIDE_DOWN_FROM = 1.3


def clean(page: ScannedPage) -> CleanPage:
    """All steps of cleaning in the order in which they help each other.

    Text lines lie level afterwards. Whether they stand on their heads only the reading engine can tell: see
    `turned_page`.
    """
    pixels = _at_least_small(page.pixels)
    corners = paper_corners(pixels)
    picture = cropped_to_paper(pixels, corners)
    dpi = believable_dpi(picture, page.dpi)
    rough_dpi = min(dpi, _LEANING_DPI)
    rough = resized(picture, rough_dpi / dpi)
    skew, sideways = lean(ink_mask(flattened(grey_without_red(rough, rough_dpi)), rough_dpi))
    picture = _cut_to_sheet(straightened(picture, skew), picture.shape, skew, dpi)
    if sideways:
        picture = turned(picture, 90)
    reading_dpi = _READING_DPI if dpi < _LOWEST_READING_DPI or dpi > _HIGHEST_READING_DPI else dpi
    grey = evened(resized(picture, reading_dpi / dpi), reading_dpi)
    blank = is_blank(grey, reading_dpi)
    return CleanPage(
        picture=picture,
        ink=without_rules(grey, ink_mask(grey, reading_dpi), reading_dpi / 300),
        dpi=dpi,
        ink_dpi=reading_dpi,
        rotation=90 if sideways else 0,
        skew=round(skew, 2),
        blank=blank,
        verdicts=(verdict("blank"),) if blank else verdicts_on(pixels, dpi, corners),
    )


def as_it_is(page: ScannedPage) -> CleanPage:
    """A born-digital page: nothing to turn, straighten or clear."""
    dpi = page.dpi or _READING_DPI
    grey = cv2.cvtColor(page.pixels, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
    blank = page.own_text is not None and not page.own_text.lines and is_blank(grey, dpi)
    verdicts = (verdict("blank"),) if blank else ()
    return CleanPage(page.pixels, grey, dpi, dpi, rotation=0, skew=0.0, blank=blank, verdicts=verdicts)


def _at_least_small(pixels: Pixels) -> Pixels:
    """Pictures of a few pixels get white around them: every later step may count on some room."""
    below, right = (max(0, _SMALLEST_SIDE - side) for side in pixels.shape[:2])
    return np.pad(pixels, ((0, below), (0, right), (0, 0)), constant_values=255) if below or right else pixels


def turned_page(page: CleanPage, clockwise: int) -> CleanPage:
    """The same page after further quarter turns."""
    return replace(
        page,
        picture=turned(page.picture, clockwise),
        ink=turned(page.ink, clockwise),
        rotation=(page.rotation + clockwise) % 360,
    )


def seems_upside_down(ink: Pixels) -> bool:
    """Whether the lines carry more ink below their letters' bodies than above: Vietnamese has it the other way.

    A guess that costs next to nothing and saves reading such a page twice; the reading itself has the last word.
    """
    rows = (cv2.resize(ink, None, fx=1 / 3, fy=1 / 3, interpolation=cv2.INTER_AREA) < 140).sum(axis=1)
    above = below = 0
    starts = np.flatnonzero(np.diff(np.concatenate(([0], (rows > 0).astype(np.int8), [0]))))
    for start, end in zip(starts[::2], starts[1::2], strict=True):
        line = rows[start:end]
        body = np.flatnonzero(line > 0.5 * line.max())
        if 6 <= end - start <= 60:
            above += int(line[: body[0]].sum())
            below += int(line[body[-1] + 1 :].sum())
    return above + below > 0 and below > _UPSIDE_DOWN_FROM * above


def resized(picture: Pixels, scale: float) -> Pixels:
    if scale == 1.0:
        return picture
    way = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=way).astype(np.uint8, copy=False)


def believable_dpi(picture: Pixels, told: int | None) -> int:
    """What the file says, if a sheet of that size is likely; else as if it were A4, or a card."""
    long_side, short_side = int(max(picture.shape[:2])), int(min(picture.shape[:2]))
    if told is not None and 90 <= told <= 1250 and 2.5 <= long_side / told <= 24:
        return told
    card = abs(long_side / short_side - _CARD_ASPECT) < 0.05
    return max(50, round(long_side / (_CARD_LONG_SIDE_INCH if card else _A4_LONG_SIDE_INCH)))


def grey_without_red(picture: Pixels, dpi: int) -> Pixels:
    """Grey in which large red marks (seals) fade; small red print stays, it may be a number."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
    small, scale = coarsened(picture, _SEAL_DPI / dpi * max(picture.shape[:2]))
    channels = cv2.split(small)
    redder = cv2.subtract(channels[0], cv2.max(channels[1], channels[2]))
    _, red = cv2.threshold(redder, 28, 255, cv2.THRESH_BINARY)
    if not cv2.countNonZero(red):
        return grey
    reach = round(0.09 * dpi * scale) | 1
    whole = cv2.dilate(red, np.ones((reach, reach), np.uint8))
    count, _, facts, _ = cv2.connectedComponentsWithStats(whole)
    # 14 mm: no letter is so tall, every official seal is at least twice that.
    least = 0.55 * dpi * scale
    large = (facts[:, cv2.CC_STAT_WIDTH] > least) & (facts[:, cv2.CC_STAT_HEIGHT] > least)
    large[0] = False
    if count == 1 or not large.any():
        return grey
    # The whole box of a seal, for its star and its letters are separate pieces of ink.
    boxes = [(x, y, x + width, y + height) for x, y, width, height in (facts[large, :4] / scale).astype(int)]
    left, top, right, bottom = (
        int(edges) for edges in (*np.min(boxes, axis=0)[:2], *np.max(boxes, axis=0)[2:])
    )
    inside = np.zeros((bottom - top, right - left), np.uint8)
    for x1, y1, x2, y2 in boxes:
        inside[y1 - top : y2 - top, x1 - left : x2 - left] = 255
    around = np.ascontiguousarray(picture[top:bottom, left:right])
    inside = inside[: around.shape[0], : around.shape[1]]
    levels = np.arange(256, dtype=np.float32)
    channel = cv2.extractChannel(around, 0)
    paper = np.percentile(channel[inside > 0], 80)
    lifted = np.clip(levels * (paper / max(1.0, _red_level(around, inside))), 0, paper).astype(np.uint8)
    cv2.copyTo(cv2.LUT(channel, lifted), inside, grey[top:bottom, left:right])
    return grey


def _red_level(picture: Pixels, inside: Pixels) -> float:
    """How bright the seal's ink is in the red channel."""
    red, green, blue = cv2.split(picture)
    redder = cv2.subtract(red, cv2.max(green, blue))
    reddish = red[(redder > 60) & (inside > 0)]
    return float(np.percentile(reddish, 40)) if reddish.size else 255.0


def flattened(grey: Pixels) -> Pixels:
    """Paper brought to one white everywhere: shadows and lamps divided out."""
    height, width = grey.shape
    small = cv2.resize(grey, None, fx=1 / 8, fy=1 / 8, interpolation=cv2.INTER_AREA)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((27, 27), np.uint8))
    paper = cv2.medianBlur(paper, 21)
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    even = cv2.divide(grey, np.maximum(paper, 20), scale=245)
    return even.astype(np.uint8, copy=False)


def evened(picture: Pixels, dpi: int) -> Pixels:
    """The grey picture for reading: no seal, even light, noise out if there is any, ink dark."""
    grey = flattened(grey_without_red(picture, dpi))
    sigma = noise_level(grey)
    if sigma > _NOISY_SIGMA:
        grey = cv2.medianBlur(grey, 3).astype(np.uint8, copy=False)
        grey = cv2.GaussianBlur(grey, (0, 0), 1.0 if sigma < 20 else 1.4).astype(np.uint8, copy=False)
    return whitened(darkened(grey))


def whitened(grey: Pixels) -> Pixels:
    """The paper's grain gone into white, ink as it was: the engine takes grain for strokes."""
    levels = np.arange(256, dtype=np.float32)
    gain = np.clip((levels - 120) / (_PAPER_FROM - 120), 0, 1)
    curve = np.clip(levels + gain * (255 - _PAPER_FROM), 0, 255).astype(np.uint8, copy=False)
    return cv2.LUT(grey, curve).astype(np.uint8, copy=False)


def noise_level(grey: Pixels) -> float:
    """Standard deviation of the noise in grey levels; letters hardly count, being few."""
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    middle = grey[grey.shape[0] // 4 : grey.shape[0] * 3 // 4, grey.shape[1] // 4 : grey.shape[1] * 3 // 4]
    # Every second row and column tells as much in a quarter of the time.
    response = np.abs(cv2.filter2D(middle, cv2.CV_16S, kernel)[::2, ::2])
    return float(np.median(response) / 0.6745 / 6)


def darkened(grey: Pixels) -> Pixels:
    """Faint print stretched until its ink is dark."""
    threshold, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    share = share_below(grey)
    darker = float(share[int(threshold) - 1]) if threshold >= 1 else 0.0
    ink = float(np.searchsorted(share, 0.25 * darker)) if darker else 0.0
    # Dark enough, or nothing but the paper's own grain.
    if not _DARK_INK <= ink <= _PALEST_INK:
        return grey
    white = 238.0
    levels = np.arange(256, dtype=np.float32)
    stretched = (levels - ink) * (255 / max(40.0, white - ink)) + 20
    return cv2.LUT(grey, np.clip(stretched, 0, 255).astype(np.uint8, copy=False)).astype(np.uint8, copy=False)


def ink_mask(grey: Pixels, dpi: int) -> Pixels:
    """255 where there is ink, on a picture with even light."""
    block = max(31, round(dpi * 0.25)) | 1
    local = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, 22)
    _, dark = cv2.threshold(grey, _PALEST_MASKED, 255, cv2.THRESH_BINARY_INV)
    return cv2.bitwise_and(local, dark).astype(np.uint8, copy=False)


def lean(ink: Pixels) -> tuple[float, bool]:
    """Degrees counter-clockwise by which text lines lean, and whether they run up the page.

    The angle whose row sums of ink rise and fall most sharply is that of the lines.
    """
    small = ink.copy()
    edge = max(4, small.shape[0] // 60)
    small[:edge], small[-edge:], small[:, :edge], small[:, -edge:] = 0, 0, 0, 0
    rows, columns = np.nonzero(small)
    if len(rows) < 200:
        return 0.0, False
    step = max(1, len(rows) // 60_000)
    # Anywhere within its pixel: on the bare grid the diagonal would look like a row of lines.
    dice = np.random.default_rng(0)
    x = columns[::step] + dice.random(len(columns[::step]), np.float32)
    y = rows[::step] + dice.random(len(rows[::step]), np.float32)
    coarse = np.arange(-_LARGEST_SKEW, _LARGEST_SKEW + 0.01, 0.5)
    across = [_sharpness(x[::3], y[::3], angle) for angle in coarse]
    up = [_sharpness(y[::3], -x[::3], angle) for angle in coarse]
    sideways = max(up) > max(across)
    first = float(coarse[int(np.argmax(up if sideways else across))])
    if sideways:
        x, y = y, -x
    fine = np.arange(first - 0.6, first + 0.61, 0.05)
    return float(fine[int(np.argmax([_sharpness(x, y, angle) for angle in fine]))]), sideways


def _sharpness(x: NDArray[np.float32], y: NDArray[np.float32], degrees: float) -> float:
    radians = math.radians(degrees)
    rows = y * math.cos(radians) + x * math.sin(radians)
    sums = np.bincount((rows - rows.min()).astype(np.int64)).astype(np.float64)
    return float(np.sum(np.diff(sums) ** 2))


def straightened(picture: Pixels, skew: float) -> Pixels:
    """The picture turned clockwise by `skew` degrees; the new corners take the paper's own colour."""
    if abs(skew) < 0.05:
        return picture
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -skew, 1.0)
    cos, sin = abs(turn[0, 0]), abs(turn[0, 1])
    size = (round(width * cos + height * sin), round(height * cos + width * sin))
    turn[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    paper = np.median(picture[:: max(1, height // 200), :: max(1, width // 200)].reshape(-1, 3), axis=0)
    return cv2.warpAffine(
        picture, turn, size, flags=cv2.INTER_CUBIC, borderValue=tuple(float(c) for c in paper)
    ).astype(np.uint8, copy=False)


def _cut_to_sheet(straight: Pixels, before: tuple[int, ...], skew: float, dpi: int) -> Pixels:
    """Without the corners that straightening has added, where the sheet's true size is known.

    Either the picture was a sheet of a usual size before, or it is just as large as one becomes when it lies askew.
    Ink that would be lost forbids the cut.
    """
    height, width = before[:2]
    if straight.shape[:2] == (height, width):
        return straight
    cos, sin = np.cos(np.deg2rad(abs(skew))), np.sin(np.deg2rad(abs(skew)))
    dark = _dark_grid(straight)
    for short_mm, long_mm in _SHEETS_MM:
        short, long = short_mm / 25.4 * dpi, long_mm / 25.4 * dpi
        for across, down in ((short, long), (long, short)):
            if _is_near(width, across) and _is_near(height, down):
                size = width, height
            elif _is_near(width, across * cos + down * sin) and _is_near(height, across * sin + down * cos):
                size = round(across), round(down)
            else:
                continue
            left, top = (straight.shape[1] - size[0]) // 2, (straight.shape[0] - size[1]) // 2
            top, left = max(0, top), max(0, left)
            inside = dark[top // 4 : (top + size[1]) // 4, left // 4 : (left + size[0]) // 4]
            if np.count_nonzero(dark) - np.count_nonzero(inside) < _LOST_INK:
                return np.ascontiguousarray(straight[top : top + size[1], left : left + size[0]])
    return straight


def _is_near(length: float, wanted: float) -> bool:
    return abs(length - wanted) < 0.02 * wanted


def _dark_grid(picture: Pixels) -> NDArray[np.bool_]:
    """Where every fourth pixel of every fourth row is clearly darker than the paper."""
    red, green, blue = cv2.split(np.ascontiguousarray(picture[::4, ::4]))
    sample = cv2.min(cv2.min(red, green), blue)
    grid: NDArray[np.bool_] = sample < 0.6 * np.percentile(sample, 80)
    return grid


def turned(picture: Pixels, clockwise: int) -> Pixels:
    """Quarter turns without loss."""
    ways = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
    way = ways.get(clockwise % 360)
    return picture if way is None else cv2.rotate(picture, way).astype(np.uint8, copy=False)
