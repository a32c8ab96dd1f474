"""The strokes of which a hand makes Vietnamese letters, digits and marks, on a small grid.

A point is two characters: x in grid steps, then y above the baseline (small letters reach 4, capitals 7); `a` to `c`
are one to three steps below it. Strokes are parted by `/`.
"""

import unicodedata
from functools import cache

Stroke = tuple[tuple[float, float], ...]

_LETTERS = {
    "a": "34 14 03 01 10 20 32 34/34 31 40", "b": "07 00/03 14 24 33 31 20 10 01", "c": "33 24 14 03 01 10 20 31",
    "d": "37 30/33 24 14 03 01 10 20 31", "e": "02 32 33 24 14 03 01 10 20 31", "f": "47 37 26 20/14 44",
    "g": "33 24 14 03 01 10 20 31/34 3b 2c 1c 0b", "h": "07 00/03 14 24 33 30", "i": "04 01 10/06 07",
    "j": "24 2b 1c 0b/26 27", "k": "07 00/34 02 30", "l": "07 01 10", "m": "04 00/03 14 24 33 30/33 44 54 63 60",
    "n": "04 00/03 14 24 33 30", "o": "14 03 01 10 20 31 33 24 14", "p": "04 0c/03 14 24 33 31 20 10 01",
    "q": "34 3c/33 24 14 03 01 10 20 31", "r": "04 00/02 13 24 34", "s": "33 24 14 03 12 22 31 20 10 01",
    "t": "17 11 20 30/04 34", "u": "04 01 10 20 31/34 30", "v": "04 20 44", "w": "04 10 23 30 44",
    "x": "04 30/34 00", "y": "04 01 10 20 31/34 3b 2c 1c 0b", "z": "04 34 00 30",
    "A": "00 27 40/13 33", "B": "00 07 27 36 35 24 04/24 33 31 20 00", "C": "46 27 17 05 02 10 20 41",
    "D": "00 07 27 45 42 20 00", "E": "47 07 00 40/04 34", "F": "47 07 00/04 34", "G": "46 27 17 05 02 10 30 41 43 23",
    "H": "07 00/47 40/04 44", "I": "07 00", "J": "37 32 20 10 01", "K": "07 00/47 03 40", "L": "07 00 40",
    "M": "00 07 32 67 60", "N": "00 07 40 47", "O": "27 17 05 02 10 30 42 45 37 27", "P": "00 07 27 36 35 24 04",
    "Q": "27 17 05 02 10 30 42 45 37 27/22 4a", "R": "00 07 27 36 35 24 04/24 40",
    "S": "46 37 17 06 05 14 34 43 41 30 10 01", "T": "07 47/27 20", "U": "07 02 10 30 42 47", "V": "07 20 47",
    "W": "07 10 35 50 67", "X": "07 40/47 00", "Y": "07 24 47/24 20", "Z": "07 47 00 40",
    "0": "27 17 05 02 10 20 32 35 27", "1": "05 27 20", "2": "05 17 27 35 34 00 30",
    "3": "06 17 27 36 35 24 14/24 33 31 20 10 01", "4": "27 02 42/34 30", "5": "37 07 04 24 33 31 20 00",
    "6": "37 15 02 10 20 31 32 23 13 02", "7": "07 37 10", "8": "14 05 06 17 27 36 35 24 14 03 01 10 20 31 33 24",
    "9": "35 24 14 05 06 17 27 36 35 20", "/": "0a 37", "-": "03 23", ",": "10 0a", ".": "00 10", ":": "00 10/03 13",
    "@": "32 23 12 21 32 30 50 65 37 17 04 01 2a 4a", "(": "27 05 02 20", ")": "07 25 22 00", "+": "03 43/25 21",
}  # fmt: skip
_CIRCUMFLEX, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT = "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"


@cache
def strokes_of(character: str) -> tuple[tuple[Stroke, ...], tuple[Stroke, ...], float]:
    """Strokes of the letter, strokes of its marks, and how many grid steps wide it is; nothing for unknown ones."""
    signs = unicodedata.normalize("NFD", character.replace("đ", "d\u0335").replace("Đ", "D\u0335"))
    base, marks = signs[0], signs[1:]
    if base not in _LETTERS:
        return (), (), 3.0
    body = tuple(
        tuple((float(int(point[0])), _height(point[1])) for point in stroke.split())
        for stroke in _LETTERS[base].split("/")
    )
    width = max(x for stroke in body for x, _ in stroke)
    top = 7.0 if base.isupper() else 4.0
    if marks and base == "i":
        body = body[:1]
    added: list[Stroke] = []
    middle, above = width / 2, top + 0.7
    # The roof or bowl first: a tone stands over it.
    for mark in sorted(marks, key=lambda each: each not in (_CIRCUMFLEX, _BREVE, _HORN)):
        added.append(_mark(mark, middle, above, width, top))
        if mark in (_CIRCUMFLEX, _BREVE):
            above += 1.7
    return body, tuple(added), width


def _height(sign: str) -> float:
    return float(sign) if sign.isdigit() else -float("abc".index(sign) + 1)


def _mark(mark: str, middle: float, above: float, width: float, top: float) -> Stroke:
    shapes: dict[str, Stroke] = {
        _ACUTE: ((middle - 0.2, above), (middle + 0.9, above + 1.4)),
        _GRAVE: ((middle - 0.9, above + 1.4), (middle + 0.2, above)),
        _HOOK: ((middle - 0.5, above + 1.3), (middle + 0.4, above + 1.5), (middle + 0.1, above)),
        _TILDE: ((middle - 1.2, above), (middle - 0.4, above + 0.8), (middle + 0.4, above), (middle + 1.2, above + 0.8)),
        _DOT: ((middle, -1.6), (middle + 0.3, -1.4)),
        _CIRCUMFLEX: ((middle - 1.1, above), (middle, above + 1.2), (middle + 1.1, above)),
        _BREVE: ((middle - 1.1, above + 1.0), (middle, above + 0.1), (middle + 1.1, above + 1.0)),
        _HORN: ((width - 0.3, top - 0.2), (width + 0.9, top + 0.1), (width + 0.8, top + 1.1)),
    }  # fmt: skip
    # The bar of đ is all that is left.
    bar = ((-0.6, 3.6), (1.8, 3.6)) if top > 4 else ((1.6, 5.8), (4.0, 5.8))
    return shapes.get(mark, bar)
