"""Finds QR codes, barcodes and the machine-readable zone of a card in a picture."""

import re
from collections.abc import Iterator

import cv2
import numpy as np
import zxingcpp

from scanning.ocr import read_words
from scanning.pages import FoundCode, Pixels

_MRZ_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"


def codes_in(picture: Pixels) -> tuple[FoundCode, ...]:
    """Codes that show at the first look: fast enough for every page."""
    found = zxingcpp.read_barcodes(picture if picture.ndim == 2 else _grey(picture))
    return tuple(_as_found(code, 1.0) for code in found if code.text)


def codes_in_patiently(picture: Pixels) -> tuple[FoundCode, ...]:
    """Codes that need other sizes, contrasts or a turn to show; stops at the first view that yields any."""
    for view, scale in _views(_grey(picture) if picture.ndim == 3 else picture):
        found = tuple(_as_found(code, scale) for code in zxingcpp.read_barcodes(view) if code.text)
        if found:
            return found
    return ()


def _grey(picture: Pixels) -> Pixels:
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.uint8)


def _views(grey: Pixels) -> Iterator[tuple[Pixels, float]]:
    """The picture as it is, then otherwise: the commonest remedy first."""
    yield grey, 1.0
    long_side = max(grey.shape)
    scales = [s for s in (2.0, 0.5, 1.5, 3.0, 0.75, 0.33) if 500 <= long_side * s <= 5200]
    for scale in scales:
        way = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
        sized = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=way).astype(np.uint8)
        yield sized, scale
        yield cv2.createCLAHE(3.0, (8, 8)).apply(sized).astype(np.uint8), scale
        soft = cv2.GaussianBlur(sized, (0, 0), 2.0)
        yield cv2.addWeighted(sized, 2.2, soft, -1.2, 0).astype(np.uint8), scale
        yield cv2.medianBlur(sized, 3).astype(np.uint8), scale
        block = max(31, int(long_side * scale / 40)) | 1
        yield (
            (
                cv2.adaptiveThreshold(sized, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, block, 4)
            ).astype(np.uint8),
            scale,
        )
    for degrees in (15.0, 30.0, 45.0, 60.0, 75.0):
        middle = (grey.shape[1] / 2, grey.shape[0] / 2)
        turn = cv2.getRotationMatrix2D(middle, degrees, 1.0)
        # Boxes on a turned view would be wrong: such a code is boxed by the whole picture.
        yield cv2.warpAffine(grey, turn, grey.shape[::-1], borderValue=255.0).astype(np.uint8), 0.0


def _as_found(code: zxingcpp.Barcode, scale: float) -> FoundCode:
    corners = [
        code.position.top_left,
        code.position.top_right,
        code.position.bottom_right,
        code.position.bottom_left,
    ]
    across, down = [corner.x for corner in corners], [corner.y for corner in corners]
    if scale == 0.0:
        box = (0, 0, 0, 0)
    else:
        box = (
            round(min(across) / scale),
            round(min(down) / scale),
            round(max(across) / scale),
            round(max(down) / scale),
        )
    return FoundCode(code.text, code.format.name, box)


def machine_readable_zones(ink: Pixels, dpi: int) -> Iterator[str]:
    """Readings of the three lines of 30 characters at the foot of a card, joined by newlines, likeliest first.

    Letters that can only be digits there (and the other way round) are set right; which reading is true, if
    any, the check digits must tell. Other sizes are read only as long as the caller asks on.
    """
    for scale in (1.0, 0.6, 0.75, 0.5):
        sized = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.uint8)
        text = read_words(sized, dpi, page_mode=6, language="eng", whitelist=_MRZ_LETTERS)
        lines = [re.sub(r"[^A-Z0-9<]", "", line.text.upper()) for line in text.lines]
        for first, second, third in zip(lines, lines[1:], lines[2:], strict=False):
            if re.match(r"[I1L][D0O]V[NM]", first) and 26 <= len(first) <= 32 and 26 <= len(second) <= 34:
                yield "\n".join((_first_line(first), _second_line(second), _third_line(third)))
                break
        else:
            return


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
