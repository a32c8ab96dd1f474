"""Reads a citizen card that was laid on the glass by its QR code; its printed words are described like any paper."""

from collections.abc import Sequence

from scanning.cards import CardReading, parse_card_text
from scanning.errors import ScanError
from scanning.pages import Box, FieldReading, FieldState
from scanning.readers.papers import PaperReading, ReadPage

KIND = "citizen_card"


def from_code(pages: Sequence[ReadPage]) -> PaperReading | None:
    """The first card whose code was found; None where no page bears one."""
    for number, page in enumerate(pages, 1):
        for code in page.codes:
            try:
                card = parse_card_text(code.text)
            except ScanError:
                continue
            return PaperReading(KIND, 0.99, fields_of(card, number, code.box))
    return None


def fields_of(card: CardReading, page: int, box: Box) -> tuple[FieldReading, ...]:
    """The card's facts as fields; those that a warning touches are doubtful."""
    birth = card.birth_date.strftime("%d/%m/%Y") if card.birth_date else ""
    issued = card.issued.strftime("%d/%m/%Y") if card.issued else ""
    values = {
        "personal_id": card.personal_id,
        "old_id": card.old_id or "",
        "full_name": card.full_name,
        "birth_date": birth,
        "sex": "Nam" if card.sex == "male" else "Nữ",
        "address": card.address,
        "issued": issued,
    }
    state = FieldState.DOUBTFUL if card.warnings else FieldState.SURE
    confidence = 0.6 if card.warnings else 0.99
    return tuple(
        FieldReading(name, value, confidence, state, page, box) for name, value in values.items() if value
    )
