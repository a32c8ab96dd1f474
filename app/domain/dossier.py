"""The dossier as it is sealed: what the province receives and what every paper is printed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.domain.codes import AgencyId, PersonalId
from app.domain.errors import DomainError
from app.domain.forms import from_iso
from app.domain.groups import LinkedPlace
from app.domain.officers import Officer
from app.domain.people import Applicant

SCHEMA = "motcua.dossier/1"


class Channel(StrEnum):
    """Kênh thực hiện: how the dossier came (1 trực tiếp, 2 trực tuyến, 3 bưu chính on the portal)."""

    DIRECT = "direct"
    ONLINE = "online"
    POSTAL = "postal"


class ReturnBy(StrEnum):
    """Where the result is handed over."""

    COUNTER = "counter"
    POST = "post"
    ONLINE = "online"


@dataclass(frozen=True)
class Agency:
    """The receiving agency: the parent authority, its two-line name, the place a paper is dated from."""

    id: AgencyId
    name: str
    superior: str
    lines: tuple[str, ...]
    place: str


@dataclass(frozen=True)
class DossierFile:
    """One digitised file of a component."""

    name: str
    media_type: str
    size: int
    sha256: str
    blob: str


@dataclass(frozen=True)
class DossierComponent:
    """Thành phần hồ sơ đã nộp, with how it was satisfied: handed in, shown, or proven by a source."""

    code: str
    name: str
    originals: int
    copies: int
    files: tuple[DossierFile, ...]
    proven_by: str | None = None
    result_number: str | None = (
        None  # of a paper that is taken over: its number in the store, or the dossier it is of
    )


@dataclass(frozen=True)
class FilledField:
    """A value of the declaration with its provenance, kept for ever beside it."""

    value: str
    source: str
    confidence: float | None = None
    unlock_reason: str | None = None
    other_value: str | None = None
    said_by: str | None = None  # the declaration it was carried over from


@dataclass(frozen=True)
class Dossier:
    """Hồ sơ, finished and checked; its code or provisional number is given when it is sealed."""

    key: str
    procedure_code: str
    procedure_name: str
    sector_code: str
    case_code: str
    case_name: str
    handled_by: str
    processing_time: str
    agency: Agency
    counter: str
    channel: Channel
    received_at: datetime
    due_at: datetime
    due_reasons: tuple[str, ...]
    applicant: Applicant
    owner: Applicant | None
    form: Mapping[str, FilledField]
    fee_vnd: int | None  # None: set by the provincial council, not known at this station
    copies: int
    components: tuple[DossierComponent, ...]
    return_by: ReturnBy
    officer: Officer
    sector_name: str = ""
    linked: LinkedPlace | None = None

    def __post_init__(self) -> None:
        if self.received_at.tzinfo is None or self.due_at.tzinfo is None:
            raise DomainError("Thời điểm nhận và hẹn trả phải có múi giờ.")
        if self.due_at <= self.received_at:
            raise DomainError("Ngày hẹn trả phải sau lúc nhận hồ sơ, hãy xem lại đồng hồ và lịch làm việc.")

    def body(self, code: str | None, receipt_number: str | None) -> dict[str, Any]:
        """The record that is sealed and sent (schema motcua.dossier/1, see docs/openapi)."""
        return {
            "schema": SCHEMA,
            "key": self.key,
            "code": code,
            "receipt_number": receipt_number,
            "procedure": {"code": self.procedure_code, "name": self.procedure_name, "case": self.case_code},
            "agency": {"id": str(self.agency.id), "name": self.agency.name},
            "channel": str(self.channel),
            "received_at": self.received_at.isoformat(timespec="seconds"),
            "due": self.due_at.isoformat(timespec="seconds"),
            "applicant": person_table(self.applicant),
            "owner": person_table(self.owner) if self.owner else None,
            "form": {
                name: {k: v for k, v in vars(filled).items() if v is not None}
                for name, filled in self.form.items()
            },
            "fee_vnd": self.fee_vnd,
            "copies": self.copies,
            "components": [
                {
                    "code": c.code,
                    "name": c.name,
                    "originals": c.originals,
                    "copies": c.copies,
                    "files": [
                        {"name": f.name, "size": f.size, "sha256": f.sha256, "media_type": f.media_type}
                        for f in c.files
                    ],
                    **({"proven_by": c.proven_by} if c.proven_by else {}),
                    **({"result_number": c.result_number} if c.result_number else {}),
                }
                for c in self.components
            ],
            "return_by": str(self.return_by),
            "officer": {"id": self.officer.login, "name": self.officer.full_name},
            "history": [
                {
                    "event": "received",
                    "at": self.received_at.isoformat(timespec="seconds"),
                    "counter": self.counter,
                }
            ],
            **({"linked": dict(vars(self.linked))} if self.linked else {}),
        }

    def local(self) -> dict[str, Any]:
        """What the papers need beside the body; kept with the record, never sent."""
        return {
            "superior": self.agency.superior,
            "agency_lines": list(self.agency.lines),
            "place": self.agency.place,
            "counter": self.counter,
            "handled_by": self.handled_by,
            "processing_time": self.processing_time,
            "case_name": self.case_name,
            "due_reasons": list(self.due_reasons),
            "sector_code": self.sector_code,
            "sector_name": self.sector_name,
            "proven_by": {c.code: c.proven_by for c in self.components if c.proven_by},
        }


def applicant_from(table: Mapping[str, Any]) -> Applicant:
    """Reads a person as files and wires write one; a missing field is a sentence that names it."""
    for name, label in (
        ("personal_id", "số định danh"),
        ("full_name", "họ tên"),
        ("birth_date", "ngày sinh"),
    ):
        if not table.get(name):
            raise DomainError(f"Thiếu {label} của người nộp (applicant.{name}), hãy bổ sung.")
    return Applicant(
        personal_id=PersonalId(str(table["personal_id"])),
        full_name=str(table["full_name"]),
        birth_date=from_iso(str(table["birth_date"])),
        phone=table.get("phone") or None,
        email=table.get("email") or None,
        address=table.get("address") or None,
    )


def person_table(person: Applicant) -> dict[str, Any]:
    """A person as the record writes one."""
    return {
        "personal_id": str(person.personal_id),
        "full_name": person.full_name,
        "birth_date": person.birth_date.isoformat(),
        "phone": person.phone,
        "email": person.email,
        "address": person.address,
    }
