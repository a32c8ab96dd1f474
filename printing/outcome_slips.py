"""What stands on the forms of an outcome (02 to 06), as plain values; the layouts only set it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from typing import Any

from printing.errors import SlipError
from printing.slips import check_agency_lines, check_code


class _Checked:
    """Refuses letters that cannot be printed, in every text however deep."""

    def __post_init__(self) -> None:
        for name, text in _texts(self):
            if any(ord(letter) < 32 and letter != "\n" for letter in text):
                raise SlipError(f"{name}: có ký tự điều khiển")


@dataclass(frozen=True)
class FormHead(_Checked):
    """Agency, number, place and day of a form, its title in lines by the rules of that day, and the dossier it is about."""

    title: tuple[str, ...]
    superior_agency: str
    agency_lines: tuple[str, ...]
    number: str
    place: str
    issued_on: date
    code: str
    is_provisional: bool

    def __post_init__(self) -> None:
        """Refuse what cannot be printed truthfully; SlipError names the field."""
        super().__post_init__()
        check_code(self.code)
        if not self.title or not all(line.strip() for line in self.title):
            raise SlipError("title: không được để trống")
        check_agency_lines(self.agency_lines)


@dataclass(frozen=True)
class DossierFacts(_Checked):
    """Whose dossier, and what is asked for."""

    applicant: str
    owner: str
    address: str
    phone: str
    email: str
    personal_id: str
    request: str
    procedure_code: str
    sector: str

    def __post_init__(self) -> None:
        """Refuse a dossier of nobody or about nothing."""
        super().__post_init__()
        for name in ("applicant", "request"):
            if not getattr(self, name).strip():
                raise SlipError(f"{name}: không được để trống")


@dataclass(frozen=True)
class Contact(_Checked):
    """Whom to ask."""

    officer: str
    counter: str
    phone: str


@dataclass(frozen=True)
class SupplementSlip(_Checked):
    """Form 02: papers as pairs of name and what to do; `effect` is the law's sentence on the time."""

    head: FormHead
    dossier: DossierFacts
    papers: tuple[tuple[str, str], ...]
    reason: str
    effect: str
    contact: Contact


@dataclass(frozen=True)
class RefusalSlip(_Checked):
    """Form 03."""

    head: FormHead
    dossier: DossierFacts
    submitted_at: datetime
    reason: str
    contact: Contact


@dataclass(frozen=True)
class ApologySlip(_Checked):
    """Form 04."""

    head: FormHead
    dossier: DossierFacts
    received_at: datetime
    due_before: datetime
    due: datetime
    reason: str


@dataclass(frozen=True)
class StopSlip(_Checked):
    """Form 05; an empty basis or word on fees and papers leaves a row to write on."""

    head: FormHead
    dossier: DossierFacts
    received_at: datetime
    basis: str
    reason: str
    returned: str
    contact: Contact


@dataclass(frozen=True)
class ControlStep(_Checked):
    """One hand-over in the control sheet."""

    what: str
    giver: str
    taker: str
    at: datetime | None
    outcome: str
    note: str


@dataclass(frozen=True)
class ControlSlip(_Checked):
    """Form 06."""

    head: FormHead
    dossier: DossierFacts
    received_at: datetime
    due: datetime | None
    handled_by: str
    steps: tuple[ControlStep, ...]


def _texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(each, name)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name), field.name)
