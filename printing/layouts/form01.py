"""Form 01: Giấy tiếp nhận hồ sơ và hẹn trả kết quả, A5.

Measures follow the form's drawing; what does not fit on one sheet goes on to the next, nothing is
made smaller.
"""

from __future__ import annotations

import textwrap
from typing import Any

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    KeepTogether,
    Paragraph,
    Spacer,
    Table,
)

from printing.fonts import BOLD, ITALIC, REGULAR
from printing.layouts import a5_form, sheet
from printing.layouts.a5_form import contact_row, row
from printing.layouts.choices import ReturnChoice
from printing.layouts.dossier_list import dossier_list
from printing.layouts.signatures import Signatories
from printing.layouts.text import (
    dots,
    markup,
    plain,
    spaced_phone,
    written_date,
    written_number,
    written_time,
)
from printing.slips import ReceiptSlip, SlipComponent

TITLE = "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ"
_SIZE = 9.75
_COLUMNS_MM = (8, 70, 13, 20, 13)
_CELL_SIZE, _CELL_LEADING_MM = 9.25, 3.93
_TABLE_HEAD_MM = 22.5
# A longer name of a paper goes on in a row of its own, so that each row fits on a sheet.
_NAME_PIECE = 900


def render(slip: ReceiptSlip, copy_number: int = 1) -> bytes:
    """The form as PDF; the same slip always gives the same bytes.

    ``copy_number`` above 1 marks a reprint at the top of each sheet.
    """
    head = sheet.Head(
        slip.superior_agency,
        slip.agency_lines,
        slip.number,
        f"{slip.place}, {written_date(slip.issued_on)}",
    )
    together = f" (1/{len(slip.dossiers)}, kèm danh sách)" if slip.dossiers else ""
    return a5_form.build(
        head,
        a5_form.Top((TITLE,), slip.code, slip.is_provisional, together),
        [*_fields(slip), *_components(slip), *_terms(slip)],
        title=f"Giấy tiếp nhận hồ sơ và hẹn trả kết quả {slip.code}",
        author=" ".join(slip.agency_lines),
        copy_number=copy_number,
    )


def _fields(slip: ReceiptSlip) -> list[Flowable]:
    beside = a5_form.beside_qr()
    applicant = _titled(slip.applicant_title, slip.applicant_name)
    owner = _titled(slip.owner_title, slip.owner_name)
    rows: list[Flowable] = [
        row("Bộ phận tiếp nhận", slip.reception_desk, beside),
        row("Tiếp nhận hồ sơ của", applicant, beside, is_bold=True),
        row("Hình thức nộp", slip.submission_channel, beside),
        row("Địa chỉ", slip.address, beside),
        contact_row(slip.phone, slip.email, beside),
        row("Số định danh cá nhân/Căn cước/Hộ chiếu", slip.personal_id),
        row("Chủ hồ sơ", owner, is_bold=True),
        row("Địa chỉ", slip.owner_address),
    ]
    code = f" (mã thủ tục {markup(slip.procedure_code)})" if slip.procedure_code.strip() else ""
    rows.append(Paragraph(f"Nội dung yêu cầu giải quyết: <b>{markup(slip.request)}</b>{code}", sheet.style()))
    return rows


def _titled(title: str, name: str) -> str:
    return f"{title} {name}".strip() if name.strip() else ""


def _components(slip: ReceiptSlip) -> list[Flowable]:
    heading = sheet.style(spaceBefore=1.24 * mm)
    bold = sheet.style(BOLD, _CELL_SIZE, _CELL_LEADING_MM, alignment=TA_CENTER)
    name = sheet.style(REGULAR, _CELL_SIZE, _CELL_LEADING_MM)
    centre = sheet.style(REGULAR, _CELL_SIZE, _CELL_LEADING_MM, alignment=TA_CENTER)

    def rows(number: int, component: SlipComponent) -> list[list[Any]]:
        counts = (component.originals, component.certified, component.copies)
        first, *others = textwrap.wrap(plain(component.name), _NAME_PIECE)
        return [
            [
                Paragraph(str(number), centre),
                Paragraph(markup(first), name),
                *(Paragraph(f"{count:02d}" if count else "", centre) for count in counts),
            ],
            *(["", Paragraph(markup(piece), name), "", "", ""] for piece in others),
        ]

    head = [
        [Paragraph("TT", bold), Paragraph("Tên giấy tờ", bold), Paragraph("Số lượng (bản)", bold), "", ""],
        ["", "", *(Paragraph(text, bold) for text in ("Bản chính", "Bản sao chứng thực", "Bản chụp"))],
    ]
    body = [
        row for number, component in enumerate(slip.components, start=1) for row in rows(number, component)
    ]
    table = Table(
        head + body,
        colWidths=[width * mm for width in _COLUMNS_MM],
        repeatRows=2,
        spaceBefore=1.18 * mm,
        style=[
            # Also for empty cells, which would ask for a face that is not embedded.
            ("FONT", (0, 0), (-1, -1), REGULAR, _CELL_SIZE),
            ("GRID", (0, 0), (-1, -1), 0.2 * mm, (0, 0, 0)),
            ("SPAN", (0, 0), (0, 1)),
            ("SPAN", (1, 0), (1, 1)),
            ("SPAN", (2, 0), (4, 0)),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("TOPPADDING", (0, 0), (-1, -1), 0.22 * mm),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 0.98 * mm),
            ("LEFTPADDING", (0, 0), (-1, -1), 1.2 * mm),
            ("RIGHTPADDING", (0, 0), (-1, -1), 1.2 * mm),
            *(("LEFTPADDING", (column, 0), (column, -1), 0.4 * mm) for column in (2, 3, 4)),
            *(("RIGHTPADDING", (column, 0), (column, -1), 0.4 * mm) for column in (2, 3, 4)),
        ],
    )
    # The heading never stands alone at the foot of a sheet: it wants the table's head and a row.
    first_row = body[0][1].wrap((_COLUMNS_MM[1] - 2.4) * mm, 0)[1] if body else 0.0
    start = CondPageBreak(_TABLE_HEAD_MM * mm + first_row)
    return [start, Paragraph("1. Thành phần hồ sơ nộp gồm:", heading), table]


def _terms(slip: ReceiptSlip) -> list[Flowable]:
    usual = sheet.style()
    width = sheet.TEXT_WIDTH_MM * mm

    def filled(label: str, value: str) -> Paragraph:
        text = markup(value).rstrip(".")
        if text:
            return Paragraph(f"{label}: {text}.", usual)
        return Paragraph(
            f"{label}: {dots(width - stringWidth(f'{label}: ', REGULAR, _SIZE), REGULAR, _SIZE)}", usual
        )

    due_label = "5. Thời gian trả kết quả giải quyết hồ sơ"
    by_list = "theo từng hồ sơ trong danh sách; hồ sơ cuối cùng " if slip.dossiers else ""
    due = (
        Paragraph(f"{due_label}: {by_list}<b>{written_time(slip.due)}.</b>", usual)
        if slip.due
        else filled(due_label, "")
    )
    book = markup(slip.register_book) or "..........."
    serial = markup(slip.register_serial) or "..........."
    look_up = _look_up(slip)
    signatories = Signatories(
        ("NGƯỜI NỘP HỒ SƠ", slip.applicant_signer), ("NGƯỜI TIẾP NHẬN HỒ SƠ", slip.officer_name)
    )
    # Nobody signs a sheet that carries nothing but signatures.
    ending: list[Flowable] = [
        ReturnChoice(slip),
        Paragraph(f"Vào Sổ theo dõi hồ sơ, quyển số: {book}; số thứ tự: {serial}.", usual),
        Spacer(0, 0.82 * mm),
        *([Paragraph(look_up, sheet.style(ITALIC, 9, 4.1))] if look_up else []),
        signatories,
    ]
    return [
        Spacer(0, 1.35 * mm),
        *_sets(slip),
        filled("3. Thời gian giải quyết hồ sơ theo quy định", slip.processing_time),
        Paragraph(f"4. Thời gian nhận hồ sơ: {written_time(slip.received_at)}.", usual),
        due,
        KeepTogether(ending),
    ]


def _sets(slip: ReceiptSlip) -> list[Flowable]:
    count = f"2. Số lượng hồ sơ: {written_number(slip.dossier_sets)} bộ"
    if not slip.dossiers:
        return [Paragraph(f"{count}.", sheet.style())]
    return [Paragraph(f"{count}, theo danh sách:", sheet.style()), dossier_list(slip.dossiers)]


def _look_up(slip: ReceiptSlip) -> str:
    number = "số biên nhận tạm" if slip.is_provisional else "mã hồ sơ"
    parts = []
    if slip.lookup_url.strip():
        where = "trong danh sách" if slip.dossiers else "nêu trên"
        parts.append(f"tra cứu hồ sơ tại {markup(slip.lookup_url)} bằng {number} {where}")
    if slip.support_phone.strip():
        parts.append(f"điện thoại hỗ trợ: {markup(spaced_phone(slip.support_phone.strip()))}")
    text = "; ".join(parts)
    sentence = f"{text[0].upper()}{text[1:]}." if text else ""
    if any(dossier.is_provisional for dossier in slip.dossiers):
        return f"<b>Số ghi (số tạm) sẽ được thay bằng mã hồ sơ chính thức, báo sau.</b> {sentence}"
    if slip.is_provisional:
        return f"<b>Đây là số tạm; mã hồ sơ chính thức sẽ được cấp và báo sau.</b> {sentence}"
    return sentence
