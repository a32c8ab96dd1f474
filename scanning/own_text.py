"""The words that a born-digital PDF page says of itself: exact, so nothing is recognised anew."""

import ctypes
import unicodedata
from collections.abc import Callable, Iterable

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from scanning.pages import Box, PageText, TextLine, Word

_LEAST_LETTERS = 20
_SCANNED_SHARE = 0.6
"""Pictures over more of the page than this are a scan, and words over them are somebody's recognition."""
_CELLS = 64
_UNSEEN = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)

Place = Callable[[float, float], tuple[int, int]]
"""From the page's own coordinates to pixels, whatever its rotation and crop box."""


def own_text(page: pypdfium2.PdfPage, width: int, height: int) -> PageText | None:
    """The page's own words with boxes in pixels of its picture, or None for a scanned page.

    Words that nobody can see are a recognition laid beneath a scan: they do not count. One thread at a time in a
    process may call this.
    """

    def place(x: float, y: float) -> tuple[int, int]:
        across, down = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, across, down)
        return across.value, down.value

    if _pictured_share(page, place, width, height) > _SCANNED_SHARE:
        return None
    text = page.get_textpage()
    try:
        lines = _lines(text, place)
    finally:
        text.close()
    letters = sum(character.isalnum() for line in lines for word in line.words for character in word.text)
    return PageText(tuple(lines)) if letters >= _LEAST_LETTERS else None


def _pictured_share(page: pypdfium2.PdfPage, place: Place, width: int, height: int) -> float:
    """How much of the page lies under pictures, all strips of a scan together."""
    covered = np.zeros((_CELLS, _CELLS), bool)
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        box = item.get_bounds()
        holder = item.container
        while holder is not None:
            box = _around(holder.get_matrix().on_point(x, y) for x, y in _corners(box))
            holder = holder.container
        left, top, right, bottom = _around(place(x, y) for x, y in _corners(box))
        across = np.clip(np.round(np.array([left, right]) / width * _CELLS), 0, _CELLS).astype(int)
        down = np.clip(np.round(np.array([top, bottom]) / height * _CELLS), 0, _CELLS).astype(int)
        covered[down[0] : down[1], across[0] : across[1]] = True
    return float(covered.mean())


def _corners(box: tuple[float, float, float, float]) -> tuple[tuple[float, float], ...]:
    left, low, right, high = box
    return (left, low), (right, low), (right, high), (left, high)


def _around(points: Iterable[tuple[float, float]]) -> tuple[float, float, float, float]:
    x, y = zip(*points, strict=True)
    return min(x), min(y), max(x), max(y)


def _lines(text: pypdfium2.PdfTextPage, place: Place) -> list[TextLine]:
    lines: list[TextLine] = []
    words: list[Word] = []
    letters: list[tuple[str, Box]] = []

    def end_word() -> None:
        if letters:
            written = unicodedata.normalize("NFC", "".join(letter for letter, _ in letters))
            lefts, tops, rights, bottoms = zip(*(box for _, box in letters), strict=True)
            words.append(Word(written, 1.0, (min(lefts), min(tops), max(rights), max(bottoms))))
            letters.clear()

    def end_line() -> None:
        end_word()
        if words:
            lines.append(TextLine(tuple(words)))
            words.clear()

    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, index)
        letter = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
        if letter in ("\n", "\r"):
            end_line()
        elif not letter or letter.isspace() or unicodedata.category(letter) == "Cc":
            end_word()
        elif _is_seen(text, index):
            left, top, right, bottom = _around(place(x, y) for x, y in _corners(text.get_charbox(index)))
            letters.append((letter, (int(left), int(top), int(right), int(bottom))))
    end_line()
    return lines


def _is_seen(text: pypdfium2.PdfTextPage, index: int) -> bool:
    item = pdfium.FPDFText_GetTextObject(text, index)
    return not item or pdfium.FPDFTextObj_GetTextRenderMode(item) not in _UNSEEN
