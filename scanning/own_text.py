"""The words that a born-digital PDF page says of itself: exact, so nothing is recognised anew."""

import unicodedata

import pypdfium2
import pypdfium2.raw as pdfium

from scanning.pages import PageText, TextLine, Word

_LEAST_LETTERS = 20
_SCANNED_SHARE = 0.6
"""A picture over more of the page than this is a scan, and words over it are somebody's recognition."""


def own_text(page: pypdfium2.PdfPage, scale: float) -> PageText | None:
    """The page's own words with boxes in pixels (`scale` pixels a point), or None for a scanned page.

    To be called with PDFIUM_LOCK held.
    """
    width, height = page.get_size()
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = item.get_bounds()
        if (right - left) * (top - bottom) > _SCANNED_SHARE * width * height:
            return None
    text = page.get_textpage()
    try:
        lines = _lines(text, height, scale)
    finally:
        text.close()
    letters = sum(character.isalnum() for line in lines for word in line.words for character in word.text)
    return PageText(tuple(lines)) if letters >= _LEAST_LETTERS else None


def _lines(text: pypdfium2.PdfTextPage, height: float, scale: float) -> list[TextLine]:
    lines: list[TextLine] = []
    words: list[Word] = []
    letters: list[tuple[str, tuple[float, float, float, float]]] = []

    def end_word() -> None:
        if letters:
            written = unicodedata.normalize("NFC", "".join(letter for letter, _ in letters))
            left, bottom = min(b[0] for _, b in letters), min(b[1] for _, b in letters)
            right, top = max(b[2] for _, b in letters), max(b[3] for _, b in letters)
            box = (left * scale, (height - top) * scale, right * scale, (height - bottom) * scale)
            words.append(Word(written, 1.0, (round(box[0]), round(box[1]), round(box[2]), round(box[3]))))
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
        else:
            letters.append((letter, text.get_charbox(index)))
    end_line()
    return lines
