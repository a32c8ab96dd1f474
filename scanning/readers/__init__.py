"""One module per kind of paper; the kind that explains the pages best wins."""

from collections.abc import Sequence

from scanning.readers import authorization, citizen_card, declaration_civil_extract
from scanning.readers.papers import PaperReading, Reader, ReadPage

READERS: tuple[Reader, ...] = (declaration_civil_extract.read, authorization.read, citizen_card.read)
UNKNOWN = "unknown"
_LEAST_CONFIDENCE = 0.6


def read(pages: Sequence[ReadPage]) -> PaperReading:
    """Kind, confidence and fields of the pages; `unknown` without fields where no reader is sure enough."""
    readings = [reader(pages) for reader in READERS]
    best = max(readings, key=lambda reading: reading.confidence)
    if best.confidence < _LEAST_CONFIDENCE:
        return PaperReading(UNKNOWN, round(1 - best.confidence, 3), ())
    return best
