"""The gate: honest verdicts on a page while the paper still lies on the glass, each with its remedy.

It looks at the page as it came, before any cleaning: on a small copy for light and shape, on full-size tiles for
sharpness. Cheap enough to be asked for every page on arrival.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from scanning.pages import PageVerdict, Pixels, Severity
from scanning.raster import coarsened, components, percentile

_LOWEST_DPI = 140
_SMALL_SIDE = 900
_DARK_PAPER = 105
_BLURRED_FROM = 0.82
_SHAKEN = 0.15
_SHEET_SHAPES = (1.414, 1.294, 1.647, 1.586)
"""Long side over short: A sizes, letter, legal, card."""
_TILE = 512
_MOST_TILES = 6
_BAND_ROWS = 400

_ADVICE = {
    "blank": (Severity.INFO, "Trang trắng được để riêng; nếu trang có chữ mờ thì quét lại đậm hơn."),
    "low_resolution": (
        Severity.WARNING,
        "Độ phân giải thấp, chữ dễ đọc sai; hãy quét lại ở 300 dpi hoặc chụp gần hơn.",
    ),
    "too_dark": (Severity.WARNING, "Trang quá tối; hãy tăng sáng máy quét hoặc chụp ở nơi sáng hơn."),
    "blurred": (Severity.WARNING, "Trang bị mờ; hãy lau kính, giữ yên máy hoặc giấy rồi quét lại."),
    "glare": (Severity.WARNING, "Ánh đèn lóa mất chữ; hãy nghiêng giấy hoặc tắt đèn flash rồi chụp lại."),
    "cut_corner": (
        Severity.WARNING,
        "Góc giấy bị cắt, gấp hoặc nằm ngoài ảnh; hãy đặt cả tờ giấy vào khung rồi chụp lại.",
    ),
    "stripe": (
        Severity.WARNING,
        "Có vệt dọc suốt trang do bụi trên kính; hãy lau khe kính máy quét rồi quét lại.",
    ),
    "fingers": (Severity.WARNING, "Ngón tay che mép giấy; hãy buông tay hoặc giữ ở lề rồi chụp lại."),
    "poor_copy": (
        Severity.WARNING,
        "Bản chụp lại nhiều lần, dấu thanh đã mất nét; hãy xin bản rõ hơn và đối chiếu từng ô.",
    ),
}


def verdict(name: str) -> PageVerdict:
    """The verdict of that name in the words shown to the person at the glass."""
    return PageVerdict(name, *_ADVICE[name])


def verdicts_on(pixels: Pixels, dpi: int, corners: NDArray[np.float32] | None) -> tuple[PageVerdict, ...]:
    """What should be said about a page as it came, the gravest first; nothing where it is good.

    `pixels` is the page (RGB), `dpi` its believable resolution, `corners` where its sheet lies
    (`framing.paper_corners`). A page that turns out to be blank is judged later, see `is_blank`.
    """
    small, scale = coarsened(pixels, _SMALL_SIDE)
    sheet = _inside(small, None if corners is None else corners * scale)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
    found = []
    if float(np.percentile(grey[sheet], 75)) < _DARK_PAPER:
        found.append("too_dark")
    if dpi < _LOWEST_DPI:
        found.append("low_resolution")
    if blurring(pixels, dpi) > _BLURRED_FROM:
        found.append("blurred")
    if corners is not None:
        if _has_cut_corner(small, corners * scale):
            found.append("cut_corner")
        if _has_glare(grey, sheet):
            found.append("glare")
        if _has_fingers(small, sheet):
            found.append("fingers")
    if _has_stripe(_bounded(pixels, corners), dpi):
        found.append("stripe")
    if _is_poor_copy(pixels, dpi):
        found.append("poor_copy")
    return tuple(verdict(name) for name in found)


def is_blank(grey: Pixels, dpi: int) -> bool:
    """Whether an evenly lit page bears no more ink than dust and the shadow of its edges."""
    margin = round(dpi * 0.3)
    inner = grey[margin:-margin, margin:-margin] if min(grey.shape) > 3 * margin else grey
    sigma = max(0.8, dpi / 200)
    allowed, dark = 0.00025 * inner.size, 0
    reach = 8 * round(sigma + 1)
    # Band by band: most pages have more ink than that in their first lines.
    for top in range(0, inner.shape[0], _BAND_ROWS):
        above = min(top, reach)
        soft = cv2.GaussianBlur(inner[top - above : top + _BAND_ROWS + reach], (0, 0), sigma)
        dark += int(np.count_nonzero(soft[above : above + _BAND_ROWS] < 150))
        if dark >= allowed:
            return False
    return True


def blurring(picture: Pixels, dpi: int) -> float:
    """0..1: how much of its edges the inkiest part of a page keeps when blurred once more.

    A sharp page loses much, a page already blurred loses little. 0 where there is too little ink to tell.
    """
    judged = []
    for tile in _inky_tiles(picture):
        # Grain has sharp edges of its own: without it noise would pass for sharpness.
        grey = cv2.medianBlur(tile[..., 1] if tile.ndim == 3 else tile, 3)
        softer = cv2.GaussianBlur(grey, (0, 0), max(0.8, 1.5 * dpi / 300))
        across, down = _edge_kept(grey, softer, 1), _edge_kept(grey, softer, 0)
        # Shaken in one direction: its edges are gone, the others still stand.
        judged.append(max(across, down) + max(0.0, abs(across - down) - _SHAKEN))
    return min(1.0, float(np.median(judged))) if judged else 0.0


def _edge_kept(grey: cv2.typing.MatLike, softer: cv2.typing.MatLike, axis: int) -> float:
    behind, ahead = (np.s_[:, :-1], np.s_[:, 1:]) if axis else (np.s_[:-1], np.s_[1:])
    before = cv2.absdiff(grey[ahead], grey[behind]).astype(np.uint8, copy=False)
    after = cv2.absdiff(softer[ahead], softer[behind]).astype(np.uint8, copy=False)
    return percentile(after, 99) / max(1, percentile(before, 99))


def _inky_tiles(picture: Pixels) -> list[Pixels]:
    """The tiles with most contrast all over: where there is text, not the rim of the sheet."""
    rows, columns = max(1, picture.shape[0] // _TILE), max(1, picture.shape[1] // _TILE)
    tiles: list[tuple[float, int, Pixels]] = []
    for row in range(rows):
        for column in range(columns):
            tile = picture[row * _TILE : (row + 1) * _TILE, column * _TILE : (column + 1) * _TILE]
            coarse = tile[::4, ::4, 1].astype(np.float32)
            # Text changes within a few pixels everywhere; a shadow or the sheet's rim does so in one place.
            detail = np.abs(coarse - cv2.blur(coarse, (15, 15)))
            tiles.append((float(np.percentile(detail, 90)), len(tiles), tile))
    tiles.sort(key=lambda each: each[:2], reverse=True)
    return [tile for detail, _, tile in tiles[:_MOST_TILES] if detail > 12]


def _inside(small: Pixels, corners: NDArray[np.float32] | None) -> NDArray[np.bool_]:
    """Where the sheet lies on the small picture; everywhere where it fills the picture."""
    mask = np.zeros(small.shape[:2], np.uint8)
    if corners is None:
        return np.ones(small.shape[:2], bool)
    cv2.fillConvexPoly(mask, corners.astype(np.int32), 255)
    return mask > 0


def _has_cut_corner(small: Pixels, corners: NDArray[np.float32]) -> bool:
    """Whether a corner of the sheet's outline is not paper, or part of the sheet lies beyond the picture."""
    height, width = small.shape[:2]
    brightness: Pixels = cv2.GaussianBlur(small.max(axis=2), (5, 5), 0).astype(np.uint8, copy=False)
    middle = corners.mean(axis=0)
    touches = False
    for corner in corners:
        if not (3 < corner[0] < width - 4 and 3 < corner[1] < height - 4):
            touches = True
            continue
        towards = middle - corner
        paper = corner + 0.2 * towards
        place = corner + towards / np.linalg.norm(towards) * 0.02 * max(height, width)
        if _level(brightness, place) < 0.6 * _level(brightness, paper):
            return True
    if not touches:
        return False
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    across, down = (sides[0] + sides[2]) / 2, (sides[1] + sides[3]) / 2
    shape = max(across, down) / max(1.0, min(across, down))
    return all(abs(shape - known) > 0.05 for known in _SHEET_SHAPES)


def _level(brightness: Pixels, place: NDArray[np.float32]) -> float:
    x, y = int(place[0]), int(place[1])
    return float(np.percentile(brightness[max(0, y - 4) : y + 5, max(0, x - 4) : x + 5], 75))


def _has_glare(grey: Pixels, sheet: NDArray[np.bool_]) -> bool:
    """A patch burnt out to white on paper that is clearly darker elsewhere, wide enough to swallow words."""
    paper = float(np.percentile(grey[sheet], 60))
    if paper > 225:
        return False
    white = ((grey >= 252) & sheet).astype(np.uint8, copy=False)
    burnt = cv2.morphologyEx(white, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
    # A lamp's image lies within the sheet; the lit part of a page in half shade reaches its rim.
    within = cv2.erode(sheet.astype(np.uint8, copy=False), np.ones((15, 15), np.uint8)) > 0
    count, labels, facts, _ = cv2.connectedComponentsWithStats(burnt)
    return any(
        facts[label, cv2.CC_STAT_AREA] > 0.004 * np.count_nonzero(sheet)
        and bool(within[labels == label].all())
        for label in range(1, count)
    )


def _has_fingers(small: Pixels, sheet: NDArray[np.bool_]) -> bool:
    """Something of the colour of skin that reaches over the sheet's rim."""
    colours = cv2.cvtColor(small, cv2.COLOR_RGB2YCrCb)
    red, blue = colours[..., 1], colours[..., 2]
    skin = (red > 142) & (red < 180) & (blue > 85) & (blue < 122) & (colours[..., 0] > 60)
    inner = cv2.erode(
        sheet.astype(np.uint8, copy=False),
        np.ones((61, 61), np.uint8),
        borderType=cv2.BORDER_CONSTANT,
        borderValue=0,
    )
    rim = sheet & ~inner.astype(bool)
    blob = cv2.morphologyEx(
        (skin & sheet).astype(np.uint8, copy=False), cv2.MORPH_OPEN, np.ones((9, 9), np.uint8)
    )
    count, labels, facts, _ = cv2.connectedComponentsWithStats(blob)
    return any(
        facts[label, cv2.CC_STAT_AREA] > 0.0015 * sheet.size and bool((rim & (labels == label)).any())
        for label in range(1, count)
    )


def _bounded(pixels: Pixels, corners: NDArray[np.float32] | None) -> Pixels:
    """The largest upright box within the sheet: without lid or desk."""
    if corners is None:
        return pixels
    top_left, top_right, bottom_right, bottom_left = corners.astype(int)
    top, bottom = max(top_left[1], top_right[1], 0), min(bottom_left[1], bottom_right[1])
    left, right = max(top_left[0], bottom_left[0], 0), min(top_right[0], bottom_right[0])
    inner = pixels[top + 8 : bottom - 8, left + 8 : right - 8]
    return inner if min(inner.shape[:2]) > 200 else pixels


def _has_stripe(picture: Pixels, dpi: int) -> bool:
    """A thin line straight down the whole page, from edge to edge: dust before a feeder's eye.

    A table's rule ends with the table; this one runs through the margins too.
    """
    step = max(1, picture.shape[0] // 400)
    rows = np.ascontiguousarray(picture[::step])
    wide = max(3, round(dpi / 25))
    grey = cv2.cvtColor(rows, cv2.COLOR_RGB2GRAY).astype(np.float32)
    ground = cv2.blur(grey, (4 * wide + 1, 1))
    strong = np.abs(grey - ground) > 25
    share = strong.mean(axis=0)
    inner = share[wide * 4 : -wide * 4] if len(share) > wide * 12 else share
    hits = inner > 0.93
    if not hits.any():
        return False
    widths = np.diff(np.flatnonzero(np.diff(np.concatenate(([0], hits.astype(np.int8), [0])))))[::2]
    return bool((widths <= wide).any())


def _is_poor_copy(picture: Pixels, dpi: int) -> bool:
    """Black dust all over and nothing between black and white: the mark of copies of copies."""
    # The middle tells it; single grains are noise of a camera, not dust of a copier.
    height, width = picture.shape[:2]
    middle = picture[height // 5 : -(height // 5) or None, width // 5 : -(width // 5) or None, 1]
    grey = cv2.medianBlur(np.ascontiguousarray(middle), 3)
    sample = grey[::3, ::3]
    between = float(np.mean((sample > 60) & (sample < 195)))
    dark = float(np.mean(sample < 60))
    if dark < 0.002 or between > 0.6 * dark:
        return False
    ink = (grey < 100).astype(np.uint8, copy=False)
    _count, _, facts, _ = components(ink)
    area = facts[1:, cv2.CC_STAT_AREA]
    specks = int(np.count_nonzero(area <= 14 * (dpi / 300) ** 2))
    return specks > 500 * (grey.size / 8_700_000) and specks > 0.22 * len(area)
