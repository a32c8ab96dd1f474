"""A refusal to receive (form 03): a record whose first version already says so, with a code and no due date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.course import Kind, iso
from app.domain.dossier import SCHEMA, Agency, Channel, ReturnBy, person_table
from app.domain.officers import Officer
from app.domain.people import Applicant
from app.domain.status import Status


@dataclass(frozen=True)
class Refusal:
    """Who asked for what and why it was not received; papers and declaration go back and are not kept."""

    key: str
    procedure_code: str
    procedure_name: str
    sector_code: str
    sector_name: str
    case_code: str | None
    agency: Agency
    counter: str
    phone: str
    channel: Channel
    return_by: ReturnBy
    submitted_at: datetime
    refused_at: datetime
    applicant: Applicant
    reason_code: str
    reason: str
    officer: Officer

    def body(self, code: str | None, receipt_number: str | None) -> dict[str, Any]:
        """The record that is sealed and sent; the same schema as a received dossier, status 3."""
        officer = {"id": self.officer.login, "name": self.officer.full_name}
        return {
            "schema": SCHEMA,
            "key": self.key,
            "code": code,
            "receipt_number": receipt_number,
            "procedure": {"code": self.procedure_code, "name": self.procedure_name, "case": self.case_code},
            "agency": {"id": str(self.agency.id), "name": self.agency.name},
            "channel": str(self.channel),
            "received_at": iso(self.refused_at),
            "due": None,
            "applicant": person_table(self.applicant),
            "owner": None,
            "form": {},
            "fee_vnd": None,
            "copies": 0,
            "components": [],
            "return_by": str(self.return_by),
            "officer": officer,
            "history": [],
            "status": int(Status.NOT_RECEIVED),
            "events": [
                {
                    "kind": str(Kind.REFUSED),
                    "at": iso(self.refused_at),
                    "officer": officer,
                    "status": int(Status.NOT_RECEIVED),
                    "submitted_at": iso(self.submitted_at),
                    "reason_code": self.reason_code,
                    "reason": self.reason,
                    "contact": {"counter": self.counter, "phone": self.phone},
                }
            ],
        }

    def local(self) -> dict[str, Any]:
        """What form 03 needs beside the body; kept with the record, never sent."""
        return {
            "superior": self.agency.superior,
            "agency_lines": list(self.agency.lines),
            "place": self.agency.place,
            "counter": self.counter,
            "sector_code": self.sector_code,
            "sector_name": self.sector_name,
        }
