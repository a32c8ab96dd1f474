"""What reading a paper takes and gives."""

from dataclasses import dataclass

from scanning.pages import FieldReading, FoundCode, PageText
from scanning.readers.values import FieldZone


@dataclass(frozen=True, slots=True)
class ReadPage:
    """One page as its readers see it."""

    text: PageText
    codes: tuple[FoundCode, ...] = ()
    width: int = 0
    """Of the cleaned page in pixels; 0 where it is not known, then the printed words tell how far it reaches."""
    height: int = 0


@dataclass(frozen=True, slots=True)
class PaperReading:
    """What is made of the pages: how sure it is that this is such a paper, and the fields."""

    kind: str
    confidence: float
    fields: tuple[FieldReading, ...]
    zones: tuple[FieldZone, ...] = ()
    """Where each described field stands, whether anything was read there or not."""
    missing: tuple[str, ...] = ()
    """Required fields in which nothing was read."""
