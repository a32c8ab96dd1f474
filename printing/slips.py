"""What stands on a printed form, as plain values; the layouts only set it."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum

from printing.errors import SlipError


def check_code(code: str) -> None:
    """SlipError for a dossier code that cannot be printed; it is also the file's name: nothing leads out of a folder."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]{2,79}", code):
        raise SlipError("code: mã hồ sơ trống hoặc có ký tự lạ")


def check_agency_lines(lines: tuple[str, ...]) -> None:
    """SlipError unless the agency's name fills one or two lines of a head."""
    if not 1 <= len(lines) <= 2 or not all(line.strip() for line in lines):
        raise SlipError("agency_lines: cần một hoặc hai dòng tên cơ quan")


class ReturnBy(StrEnum):
    """How the citizen gets the result."""

    COUNTER = "counter"
    POST = "post"
    ONLINE = "online"


@dataclass(frozen=True)
class SlipComponent:
    """One paper of the dossier with its counts: originals, certified copies, plain copies."""

    name: str
    originals: int = 0
    certified: int = 0
    copies: int = 0

    def __post_init__(self) -> None:
        """Refuse an unnamed paper and counts that no counter has."""
        if not self.name.strip():
            raise SlipError("name: giấy tờ phải có tên")
        for count in (self.originals, self.certified, self.copies):
            if not 0 <= count <= 999:
                raise SlipError("originals/certified/copies: số lượng phải từ 0 đến 999")


@dataclass(frozen=True)
class SlipDossier:
    """One of several dossiers that a receipt is for; `fee` is the amount in words of the receipt."""

    code: str
    procedure: str
    procedure_code: str
    due: datetime
    fee: str
    is_provisional: bool = False

    def __post_init__(self) -> None:
        """Refuse a dossier without code, procedure or the zone of its day of return."""
        if not self.code.strip() or not self.procedure.strip():
            raise SlipError("dossiers: hồ sơ phải có mã và tên thủ tục")
        if self.due.tzinfo is None:
            raise SlipError("dossiers: thời điểm phải có múi giờ")


@dataclass(frozen=True)
class ReceiptSlip:
    """Form 01, the receipt with the day of return (decree 61/2018, circular 01/2018 article 9).

    ``agency_lines`` are the agency's name in capitals as its head shows it, one or two lines.
    ``code`` is the official dossier code, or the provisional receipt number where
    ``is_provisional``. Both times carry their offset and are printed as they stand. An empty text
    keeps its row, with dots to fill in by hand.
    """

    superior_agency: str
    agency_lines: tuple[str, ...]
    number: str
    place: str
    issued_on: date
    code: str
    reception_desk: str
    applicant_name: str
    submission_channel: str
    address: str
    phone: str
    email: str
    personal_id: str
    owner_name: str
    owner_address: str
    request: str
    procedure_code: str
    components: tuple[SlipComponent, ...]
    dossier_sets: int
    processing_time: str
    received_at: datetime
    due: datetime | None
    return_by: ReturnBy
    register_book: str
    register_serial: str
    lookup_url: str
    support_phone: str
    applicant_signer: str
    officer_name: str
    is_provisional: bool = False
    applicant_title: str = ""
    owner_title: str = ""
    return_desk: str = ""
    dossiers: tuple[SlipDossier, ...] = ()
    """Where the receipt is for several: all of them; `code` is then the first one's."""

    def __post_init__(self) -> None:
        """Refuse what cannot be printed truthfully.

        Raises SlipError with the name of the field.
        """
        check_code(self.code)
        for name in ("superior_agency", "applicant_name", "request"):
            if not getattr(self, name).strip():
                raise SlipError(f"{name}: không được để trống")
        check_agency_lines(self.agency_lines)
        if self.received_at.tzinfo is None or (self.due is not None and self.due.tzinfo is None):
            raise SlipError("received_at/due: thời điểm phải có múi giờ")
        if self.due is not None and self.due < self.received_at:
            raise SlipError("due: ngày hẹn trả trước lúc nhận")
        if not 0 < self.dossier_sets <= 999:
            raise SlipError("dossier_sets: số bộ phải từ 1 đến 999")
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, str) and any(ord(letter) < 32 for letter in value):
                raise SlipError(f"{field.name}: có ký tự điều khiển")
