"""The small words of reading paper: a page as scanned, as cleaned, as read."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from scanning.ink_pieces import InkPieces

Pixels = NDArray[np.uint8]
"""Rows x columns (grey) or rows x columns x 3 (RGB), 0..255."""

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the cleaned page."""


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    confidence: float
    """0..1, from the reading engine."""
    box: Box
    raw: str = ""
    """For a mended word: what the engine had read."""


@dataclass(frozen=True, slots=True)
class TextLine:
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class PageText:
    """The words of one page, line by line in reading order."""

    lines: tuple[TextLine, ...]

    @property
    def text(self) -> str:
        return "".join(line.text + "\n" for line in self.lines)

    @property
    def confidence(self) -> float:
        """Mean confidence, each word weighing as much as it is long; 0 for a page without words."""
        weighed = [(len(word.text), word.confidence) for line in self.lines for word in line.words]
        total = sum(weight for weight, _ in weighed)
        return sum(weight * sure for weight, sure in weighed) / total if total else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class ScannedPage:
    """One page as it came: nothing turned, nothing brightened."""

    pixels: Pixels
    """RGB."""
    dpi: int | None
    """What the file or device says; None where it says nothing believable."""
    name: str
    sha256: str
    """Of the untouched bytes of the file (or of the pixels, where a device gave no file)."""
    number: int = 1
    """Place in its file, from 1."""
    original: bytes = field(default=b"", repr=False)
    """The untouched bytes as the file or the device gave them, of all its pages; empty where only pixels came."""
    pages_in_file: int = 1
    own_text: PageText | None = field(default=None, repr=False)
    """Of a born-digital page: its words as the file itself says them."""


class Severity(StrEnum):
    INFO = "info"
    WARNING = "warning"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class PageVerdict:
    """One honest remark on a page's quality, with what the person at the glass can do about it."""

    name: str
    severity: Severity
    advice: str


@dataclass(frozen=True, slots=True, eq=False)
class CleanPage:
    """A page turned upright, straightened and cropped."""

    picture: Pixels
    """RGB, what is stored: stamps, rules and handwriting are all kept."""
    ink: Pixels
    """Grey, for the reading engine only: even light, no rules, no red seals; `ink_dpi`, not `dpi`."""
    dpi: int
    ink_dpi: int
    rotation: int
    """Degrees clockwise by which the scanned page had to be turned: 0, 90, 180 or 270."""
    skew: float
    """Degrees by which its lines leaned counter-clockwise after that turn."""
    blank: bool
    verdicts: tuple[PageVerdict, ...] = ()


class FieldState(StrEnum):
    SURE = "sure"
    DOUBTFUL = "doubtful"
    CORRECTED = "corrected"
    """The reading was repaired by a rule of the field (a letter O among digits) and fits it now."""


@dataclass(frozen=True, slots=True)
class FieldReading:
    """The value of one field as read from paper."""

    name: str
    value: str
    confidence: float
    state: FieldState
    page: int
    """From 1."""
    box: Box
    is_handwritten: bool = False
    """Written by hand: nothing is read, `value` is empty, `box` is where the writing stands."""
    raw: str = ""
    """For a corrected value: what the engine had read."""


@dataclass(frozen=True, slots=True)
class FoundCode:
    """A QR code or barcode on a page."""

    text: str
    form: str
    """`QRCode`, `Code128` ..."""
    box: Box


@dataclass(frozen=True, slots=True)
class PageLayers:
    """A page's picture split for storing; sizes are (width, height) in pixels."""

    paper: bytes = field(repr=False)
    """JPEG, coarse: everything but ink."""
    paper_size: tuple[int, int]
    ink: bytes = field(repr=False)
    """JPEG, coarser: the colours of the ink."""
    ink_size: tuple[int, int]
    mask: bytes = field(repr=False)
    """CCITT group 4: where there is ink."""
    mask_size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class DigitisedPage:
    """One finished page: its stored picture as JPEG and the facts about it."""

    jpeg: bytes = field(repr=False)
    width: int
    height: int
    dpi: int
    rotation: int
    skew: float
    blank: bool
    verdicts: tuple[PageVerdict, ...]
    text: PageText = field(repr=False)
    sha256: str = ""
    """Of the original file's bytes."""
    codes: tuple[FoundCode, ...] = field(default=(), repr=False)
    layers: PageLayers | None = field(default=None, repr=False)
    """For the archive file; None where `jpeg` itself goes in."""
    pieces: InkPieces | None = field(default=None, repr=False)
    """The shapes of its ink, by which print and handwriting are told apart; None for blank and born-digital pages."""
    number: int = 1
    """Place in the file that it came from, from 1."""
    pages_in_file: int = 1
    is_born_digital: bool = False
