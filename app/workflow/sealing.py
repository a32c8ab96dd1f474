"""From a finished dossier to a durable record, and from the record to the paper.

A receipt is printed from what was stored, never from what is on screen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.domain.codes import DossierCode, ReceiptNumber
from app.domain.dossier import Dossier
from app.domain.fees import money
from app.domain.status import Status
from app.workflow.errors import WorkflowError
from app.workflow.presenting import long_date
from app.workflow.views import AcceptedView
from offline_queue.numbers import SerialRequest
from offline_queue.records import FileEntry, Numbered, Record, SealRequest
from printing.layouts import form01
from printing.slips import ReceiptSlip, ReturnBy, SlipComponent

LOOKUP_URL = "dichvucong.gov.vn"
_CHANNELS = {"direct": "trực tiếp", "online": "trực tuyến", "postal": "qua bưu chính"}
_RETURN_WORDS = {
    "counter": ("Quầy trả kết quả", "tại nơi nộp hồ sơ"),
    "post": ("Qua bưu chính", "về địa chỉ người nộp"),
    "online": ("Trực tuyến", "bản điện tử"),
}


def record_name(key: str, agency: str, day: date, station: str) -> Callable[[int | None], Numbered]:
    """What a record is called, with a serial or without one."""

    def name(serial: int | None) -> Numbered:
        if serial is not None:
            return Numbered(str(DossierCode(agency, day, serial)), None)
        random_bits = UUID(key).int & ((1 << 30) - 1)
        return Numbered(None, str(ReceiptNumber.make(station, day, random_bits)))

    return name


def seal_request(dossier: Dossier, station: str) -> SealRequest:
    """What the queue needs to seal this dossier; the serial is taken inside its transaction."""
    agency, day = str(dossier.agency.id), dossier.received_at.date()
    return SealRequest(
        key=dossier.key,
        serial=SerialRequest(agency, day),
        name=record_name(dossier.key, agency, day, station),
        body=lambda named: dossier.body(named.code, named.alias),
        local=dossier.local(),
        files=[
            FileEntry(c.code, f.name, f.media_type, f.size, f.sha256, f.blob)
            for c in dossier.components
            for f in c.files
        ],
        sealed_at=dossier.received_at,
        event="Tiếp nhận, lưu trên máy",
        officer=dossier.officer.login,
        title=dossier.applicant.full_name,
        about=dossier.procedure_name,
        due=dossier.due_at,
    )


def receipt_slip(record: Record) -> ReceiptSlip:
    """Form 01 from the sealed record; WorkflowError for a record that is no receipt."""
    if record.body.get("status") == Status.NOT_RECEIVED:
        raise WorkflowError(
            f"Hồ sơ {record.number} không được tiếp nhận nên không có giấy hẹn; hãy in phiếu từ chối (Mẫu 03)."
        )
    body, local = record.body, record.local
    applicant: Mapping[str, Any] = body["applicant"]
    received = datetime.fromisoformat(body["received_at"])
    number = record.number
    owner: Mapping[str, Any] | None = body["owner"]
    return ReceiptSlip(
        superior_agency=local["superior"],
        agency_lines=tuple(local["agency_lines"]),
        number=f"{serial_of(record)}/TNHS",
        place=local["place"],
        issued_on=received.date(),
        code=number,
        is_provisional=record.code is None,
        reception_desk=f"{local['counter']}, Bộ phận Một cửa",
        applicant_name=applicant["full_name"],
        submission_channel=_CHANNELS[body["channel"]],
        address=applicant["address"] or "",
        phone=applicant["phone"] or "",
        email=applicant["email"] or "",
        personal_id=applicant["personal_id"],
        owner_name=(owner or applicant)["full_name"],
        owner_address=(owner or applicant)["address"] or "",
        request=body["procedure"]["name"],
        procedure_code=body["procedure"]["code"],
        components=tuple(
            SlipComponent(c["name"], originals=c["originals"], certified=0, copies=c["copies"])
            for c in body["components"]
            if c["originals"] or c["copies"]
        ),
        dossier_sets=1,
        processing_time=local["processing_time"],
        received_at=received,
        due=datetime.fromisoformat(body["due"]),
        return_by=ReturnBy(body["return_by"]),
        register_book=f"01/{received:%Y}",
        register_serial=serial_of(record),
        lookup_url=LOOKUP_URL,
        support_phone="",
        applicant_signer=applicant["full_name"],
        officer_name=body["officer"]["name"],
    )


def print_receipt(record: Record, copy_number: int = 1) -> bytes:
    """The receipt as PDF bytes; copies after the first are marked as such."""
    return form01.render(receipt_slip(record), copy_number=copy_number)


def accepted_view(record: Record, receipt_pdf: bytes, codes_left: int | None) -> AcceptedView:
    """What the face shows after sealing, from the stored record."""
    body, local = record.body, record.local
    due = datetime.fromisoformat(body["due"])
    return_text, return_detail = _RETURN_WORDS[body["return_by"]]
    reasons = "; ".join(local["due_reasons"])
    return AcceptedView(
        key=record.key,
        code=record.code,
        receipt_number=record.alias,
        title="Đã tiếp nhận hồ sơ" if record.code else "Đã nhận, biên nhận tạm",
        applicant=body["applicant"]["full_name"],
        phone=body["applicant"]["phone"] or "",
        procedure=f"{body['procedure']['name']}, {body['copies']} bản",
        due_text=long_date(due.date()),
        due_detail=f"trước {due:%H:%M}",
        return_text=return_text,
        return_detail=return_detail,
        fee_text="Theo HĐND tỉnh" if body["fee_vnd"] is None else money(body["fee_vnd"]),
        fee_detail=f"{body['copies']} bản",
        handled_by=local["handled_by"] + (f" ({reasons})" if reasons else ""),
        codes_left=codes_left,
        receipt_pdf=receipt_pdf,
    )


def serial_of(record: Record) -> str:
    """The serial of the day, as the papers of a dossier are numbered."""
    return (
        f"{DossierCode.parse(record.code).serial:04d}"
        if record.code
        else (record.alias or "").rpartition("-")[2]
    )
