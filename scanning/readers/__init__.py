"""One reader for every described kind of paper; the kind that explains the pages best wins."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from scanning.pages import PageText
from scanning.readers import citizen_card
from scanning.readers.descriptions import PaperDescription, paper_descriptions
from scanning.readers.form import read_form
from scanning.readers.papers import PaperReading, ReadPage
from scanning.readers.recognition import likeness
from scanning.readers.values import FieldZone

__all__ = ["UNKNOWN", "FieldZone", "PaperReading", "ReadPage", "likely_kind", "read"]

UNKNOWN = "unknown"
_LEAST_CONFIDENCE = 0.6
_LIKE_A_CARD = (UNKNOWN, citizen_card.KIND, citizen_card.KIND + "_back")
_CANDIDATES = 3
"""Kinds that are read to the end: title and anchors choose them, the labels decide."""
_PER_TITLE_LETTER = 0.001
"""Of two titles that match alike the longer one is meant: the shorter is contained in it."""


def read(pages: Sequence[ReadPage], folder: Path | None = None) -> PaperReading:
    """Kind, confidence, fields and zones of the pages; `unknown` without fields where no kind is likely enough.

    `folder` may describe further kinds of paper; raises PaperDescriptionInvalid where one is faulty.
    """
    by_code = citizen_card.from_code(pages)
    # A card copied behind a declaration does not make the whole a card.
    if by_code is not None and likely_kind(pages[0].text, folder) in _LIKE_A_CARD:
        return by_code
    ranked: list[tuple[float, PaperReading]] = []
    for rough, length, number, description in _candidates(pages, paper_descriptions(folder)):
        reading = read_form(pages, number, description)
        confidence = round(0.75 * rough + 0.25 * reading.label_share, 3)
        ranked.append(
            (confidence + _PER_TITLE_LETTER * length, replace(reading.paper, confidence=confidence))
        )
    if not ranked:
        return PaperReading(UNKNOWN, 1.0, ())
    best = max(ranked, key=lambda each: each[0])[1]
    if best.confidence < _LEAST_CONFIDENCE:
        return PaperReading(UNKNOWN, round(1 - best.confidence, 3), ())
    return best


def likely_kind(text: PageText, folder: Path | None = None) -> str:
    """The kind whose title and anchors one page shows, without reading its fields: a tenth of the work of `read`."""
    score, kind = max((likeness(text, each)[0], each.kind) for each in paper_descriptions(folder))
    return kind if score >= _LEAST_CONFIDENCE else UNKNOWN


def _candidates(
    pages: Sequence[ReadPage], descriptions: Sequence[PaperDescription]
) -> list[tuple[float, int, int, PaperDescription]]:
    """Likeness, letters of the title, page number and description of the likeliest kinds."""
    rough = [
        (*likeness(page.text, description), number, description)
        for description in descriptions
        for number, page in enumerate(pages, 1)
    ]
    rough.sort(key=lambda each: each[0] + _PER_TITLE_LETTER * each[1], reverse=True)
    return rough[:_CANDIDATES]
