"""What stands on a printed declaration, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from printing.errors import SlipError


@dataclass(frozen=True)
class DeclaredLine:
    """A label and what was declared; an empty value leaves dots to write on."""

    label: str
    value: str
    is_wide: bool = True


@dataclass(frozen=True)
class DeclaredPart:
    """A titled part: lines, or a table where `columns` are given."""

    title: str
    lines: tuple[DeclaredLine, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    wide: frozenset[str] = frozenset()
    """Of the columns, those that need more room."""


@dataclass(frozen=True)
class DeclarationSlip:
    """Tờ khai, filled in at the counter, for the citizen to read and sign."""

    title: str
    addressee: str
    parts: tuple[DeclaredPart, ...]
    place: str
    made_on: date
    signer: str

    def __post_init__(self) -> None:
        """Refuse a declaration of nobody; SlipError names the field."""
        if not self.title.strip() or not self.parts:
            raise SlipError("title/parts: tờ khai trống")
        if any(len(row) != len(part.columns) for part in self.parts for row in part.rows):
            raise SlipError("rows: bảng thiếu hoặc thừa cột")
