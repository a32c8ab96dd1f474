"""Finds QR codes, barcodes and the machine-readable zone of a card in a picture."""

import re
import time
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import chain

import cv2
import numpy as np
import zxingcpp

from scanning.cards import parse_card_text
from scanning.code_views import CodeView, busy_areas, overlap, quick_views, views, without_repeats
from scanning.errors import OcrTimedOut, ScanError
from scanning.ocr import read_words
from scanning.pages import Box, FoundCode, Pixels
from scanning.zones import level_bands, restored

PATIENCE_S = 2.5
"""Most that a patient search may take of one processor core."""
ZONE_PATIENCE_S = 8.0
"""Most that the search for a zone takes by the clock; each asking of the engine is within it."""
_QR = zxingcpp.BarcodeFormat.QRCode
#: Forms that carry a checksum of their own; weaker ones (ITF, Codabar, Code 39) are "found" in plain print.
_BARCODES = [zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.PDF417]
_BARCODE_SIDE = 2000
"""A bar of 0.25 mm is still wider than one and a half pixels on an A4 page of this height."""
_SMALLEST_SIDE = 20
_BAND_DPI = 400
_LARGEST_INK = 2600
_ZONE_TIMEOUT_S = 4.0
_MRZ_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"


def codes_in(picture: Pixels) -> tuple[FoundCode, ...]:
    """Codes that show at the first look: fast enough for every page."""
    grey = _grey(picture)
    found = _read(CodeView(grey, 1.0, 0.0, 0.0))
    scale = min(1.0, _BARCODE_SIDE / max(grey.shape))
    sized = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    view = CodeView(sized.astype(np.uint8, copy=False), scale, 0.0, 0.0)
    bars = zxingcpp.read_barcodes(view.picture, formats=_BARCODES, try_downscale=False, try_invert=False)
    return (*found, *(_as_found(code, view) for code in bars if code.text))


def codes_in_patiently(picture: Pixels) -> tuple[FoundCode, ...]:
    """QR codes that are blurred, smeared, noisy, scratched or small as well; takes at most `PATIENCE_S`.

    What only shows after undoing damage is believed if it reads as a citizen card, or if two different views
    show the same: a code's own checksum is not asked hundreds of times for nothing.
    """
    grey = _grey(picture)
    deadline_s = time.thread_time() + PATIENCE_S
    whole = CodeView(grey, 1.0, 0.0, 0.0)
    seen = zxingcpp.read_barcodes(grey, formats=_QR, return_errors=True)
    found = [_as_found(code, whole) for code in seen if code.valid and code.text]
    located = [_as_found(code, whole).box for code in seen if not code.valid]
    likely = [box for box in located if min(box[2] - box[0], box[3] - box[1]) >= _SMALLEST_SIDE]
    # An area that was located must be a code; one that is only busy is searched thoroughly for want of others.
    for area in without_repeats(chain(likely, busy_areas(grey))):
        if time.thread_time() > deadline_s:
            break
        if any(overlap(area, code.box) > 0.2 for code in found):
            continue
        is_thorough = not found or area in likely
        code = _shown((views if is_thorough else quick_views)(grey, area), deadline_s)
        if code is not None and all(code.text != other.text for other in found):
            found.append(code)
    if not found:
        code = _shown(_whole_views(grey), deadline_s)
        found += [code] if code is not None else []
    return tuple(found)


def _shown(shown: Iterable[CodeView], deadline_s: float) -> FoundCode | None:
    """The first believable code of an area's views."""
    doubtful: set[str] = set()
    for view in shown:
        for code in _read_either_way(view):
            if _is_card(code.text) or code.text in doubtful:
                return code
            doubtful.add(code.text)
        if time.thread_time() > deadline_s:
            return None
    return None


def _read(view: CodeView) -> tuple[FoundCode, ...]:
    codes = zxingcpp.read_barcodes(view.picture, formats=_QR)
    return tuple(_as_found(code, view) for code in codes if code.text)


def _read_either_way(view: CodeView) -> tuple[FoundCode, ...]:
    """By local contrast, then by one level of grey for all: the better one where the picture is all grain."""
    local = zxingcpp.read_barcodes(view.picture, formats=_QR, try_invert=False)
    codes = local or zxingcpp.read_barcodes(
        view.picture, formats=_QR, try_invert=False, binarizer=zxingcpp.Binarizer.GlobalHistogram
    )
    return tuple(_as_found(code, view) for code in codes if code.text)


def _is_card(text: str) -> bool:
    try:
        card = parse_card_text(text)
    except ScanError:
        return False
    return all(unicodedata.category(letter) != "Cc" for letter in card.full_name + card.address)


def _whole_views(grey: Pixels) -> Iterator[CodeView]:
    """The whole picture in other sizes, for a code that is no busy area of its own."""
    long_side = max(grey.shape)
    for scale in (0.5, 2.0, 1.5, 0.33):
        if 300 <= long_side * scale <= 5200:
            way = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
            sized = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=way).astype(np.uint8, copy=False)
            yield CodeView(sized, scale, 0.0, 0.0)
            soft = cv2.GaussianBlur(sized, (0, 0), 2.0)
            yield CodeView(
                cv2.addWeighted(sized, 2.2, soft, -1.2, 0).astype(np.uint8, copy=False), scale, 0.0, 0.0
            )


def _grey(picture: Pixels) -> Pixels:
    return (
        picture
        if picture.ndim == 2
        else cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
    )


def _as_found(code: zxingcpp.Barcode, view: CodeView) -> FoundCode:
    place = code.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    across = [view.left + corner.x / view.scale for corner in corners]
    down = [view.top + corner.y / view.scale for corner in corners]
    box: Box = (round(min(across)), round(min(down)), round(max(across)), round(max(down)))
    return FoundCode(code.text, code.format.name, box)


def machine_readable_zones(ink: Pixels, dpi: int) -> Iterator[str]:
    """Readings of the three lines of 30 characters at the foot of a card, joined by newlines, likeliest first.

    `ink` is a cleaned page or a photograph as it came, grey, either way up. Letters that can only be digits
    there (and the other way round) are set right; which reading is true, if any, the check digits must tell.
    Other views are read only as long as the caller asks on.
    """
    deadline_s = time.monotonic() + ZONE_PATIENCE_S
    for band in level_bands(ink):
        is_zone = False
        for view in restored(band):
            for upright in (view, cv2.rotate(view, cv2.ROTATE_180).astype(np.uint8, copy=False)):
                if time.monotonic() > deadline_s:
                    return
                zone = _zone_in(upright, _BAND_DPI)
                if zone is not None:
                    is_zone = True
                    yield zone
            if not is_zone:
                break
    # A clean page where the zone is no band of its own.
    for scale in (1.0, 0.6, 0.75, 0.5) if max(ink.shape) <= _LARGEST_INK else ():
        sized = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(
            np.uint8, copy=False
        )
        zone = _zone_in(sized, dpi)
        if zone is None:
            return
        yield zone


def _zone_in(picture: Pixels, dpi: int) -> str | None:
    try:
        text = read_words(
            picture, dpi, page_mode=6, language="eng", whitelist=_MRZ_LETTERS, timeout_s=_ZONE_TIMEOUT_S
        )
    except OcrTimedOut:
        # The grain of a desk keeps the engine busy; three lines of print do not.
        return None
    lines = [re.sub(r"[^A-Z0-9<]", "", line.text.upper()) for line in text.lines]
    for first, second, third in zip(lines, lines[1:], lines[2:], strict=False):
        start = re.search(r"[I1LT][D0O]V[NMH]", first[:6])
        if start and 26 <= len(first) - start.start() <= 34 and 26 <= len(second) <= 34:
            return "\n".join((_first_line(first[start.start() :]), _second_line(second), _third_line(third)))
    return None


_TO_DIGIT = str.maketrans("OQDILZSBG", "000112586")
_TO_LETTER = str.maketrans("01258", "OIZSB")


def _first_line(line: str) -> str:
    number = line[5:].translate(_TO_DIGIT)
    digits = re.sub(r"\D", "", number)
    return f"IDVNM{digits[:22]}<<{digits[22:23]}" if len(digits) >= 23 else line.ljust(30, "<")[:30]


def _second_line(line: str) -> str:
    dates, rest = line[:15], line[15:]
    birth, sex, expiry = dates[:7].translate(_TO_DIGIT), dates[7:8], dates[8:15].translate(_TO_DIGIT)
    last = rest[-1:].translate(_TO_DIGIT)
    return f"{birth}{sex}{expiry}VNM{'<' * 11}{last}"


def _third_line(line: str) -> str:
    # Fillers at the end of a line are often read as K, L or C.
    return re.sub(r"[<KLC]{4,}$", "", line.translate(_TO_LETTER)).rstrip("<").ljust(30, "<")[:30]
