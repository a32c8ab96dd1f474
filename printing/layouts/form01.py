"""Form 01: Giấy tiếp nhận hồ sơ và hẹn trả kết quả, A5.

Measures follow the form's drawing; what does not fit on one sheet goes on to the next, nothing is
made smaller.
"""

from __future__ import annotations

import textwrap
from io import BytesIO
from typing import Any

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    NextPageTemplate,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from printing.fonts import BOLD, ITALIC, REGULAR
from printing.layouts import sheet
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
_QR_LEFT_MM, _QR_TOP_MM, _QR_SIDE_MM = 120.0, 46.5, 19.0
_BESIDE_QR_MM = 102.0
_FIELDS_TOP_MM = 46.16
_COLUMNS_MM = (8, 70, 13, 20, 13)
_CELL_SIZE, _CELL_LEADING_MM = 9.25, 3.93
_TABLE_HEAD_MM = 22.5
# A longer name of a paper goes on in a row of its own, so that each row fits on a sheet.
_NAME_PIECE = 900
_CODE_SPACING = 0.16


def render(slip: ReceiptSlip, copy_number: int = 1) -> bytes:
    """The form as PDF; the same slip always gives the same bytes.

    ``copy_number`` above 1 marks a reprint at the top of each sheet.
    """
    if copy_number < 1:
        raise ValueError("copy_number starts at 1")
    head = sheet.Head(
        slip.superior_agency,
        slip.agency_lines,
        slip.number,
        f"{slip.place}, {written_date(slip.issued_on)}",
    )

    def draw_first(canvas: Any, _: Any) -> None:
        head.draw(canvas)
        middle = (sheet.LEFT_MM + sheet.TEXT_WIDTH_MM / 2) * mm
        sheet.centred(canvas, middle, sheet.up(36.8 + head.overflow_mm), TITLE, BOLD, 12)
        _draw_code(canvas, slip, middle, sheet.up(42.37 + head.overflow_mm))
        sheet.draw_qr(canvas, slip.code, _QR_LEFT_MM, _QR_TOP_MM + head.overflow_mm, _QR_SIDE_MM)
        sheet.draw_copy_mark(canvas, copy_number)

    def draw_later(canvas: Any, _: Any) -> None:
        sheet.draw_page_number(canvas)
        sheet.draw_copy_mark(canvas, copy_number)

    output = BytesIO()
    document = BaseDocTemplate(
        output,
        pagesize=(sheet.PAGE_WIDTH_MM * mm, sheet.PAGE_HEIGHT_MM * mm),
        pageTemplates=[
            PageTemplate("first", [_frame(_FIELDS_TOP_MM + head.overflow_mm)], onPage=draw_first),
            PageTemplate("later", [_frame(sheet.LATER_TOP_MM)], onPage=draw_later),
        ],
        **sheet.document_facts(
            f"Giấy tiếp nhận hồ sơ và hẹn trả kết quả {slip.code}", " ".join(slip.agency_lines)
        ),
    )
    story = [NextPageTemplate("later"), *_fields(slip), *_components(slip), *_terms(slip)]
    document.build(story)
    return output.getvalue()


def _frame(top_mm: float) -> Frame:
    height_mm = sheet.PAGE_HEIGHT_MM - sheet.FOOT_MM - top_mm
    bare = {"leftPadding": 0, "rightPadding": 0, "topPadding": 0, "bottomPadding": 0}
    return Frame(sheet.LEFT_MM * mm, sheet.FOOT_MM * mm, sheet.TEXT_WIDTH_MM * mm, height_mm * mm, **bare)


def _draw_code(canvas: Any, slip: ReceiptSlip, middle: float, baseline: float) -> None:
    label = "Số biên nhận tạm" if slip.is_provisional else "Mã hồ sơ"
    label += f" (1/{len(slip.dossiers)}, kèm danh sách): " if slip.dossiers else ": "
    label_width = stringWidth(label, REGULAR, 10.5)
    code_width = stringWidth(slip.code, BOLD, 10.5) + _CODE_SPACING * (len(slip.code) - 1)
    left = middle - (label_width + code_width) / 2
    canvas.setFont(REGULAR, 10.5)
    canvas.drawString(left, baseline, label)
    canvas.setFont(BOLD, 10.5)
    canvas.drawString(left + label_width, baseline, slip.code, charSpace=_CODE_SPACING)


def _fields(slip: ReceiptSlip) -> list[Flowable]:
    beside = sheet.style(rightIndent=(sheet.TEXT_WIDTH_MM - _BESIDE_QR_MM) * mm)
    applicant = _titled(slip.applicant_title, slip.applicant_name)
    owner = _titled(slip.owner_title, slip.owner_name)
    rows: list[Flowable] = [
        _row("Bộ phận tiếp nhận", slip.reception_desk, beside),
        _row("Tiếp nhận hồ sơ của", applicant, beside, is_bold=True),
        _row("Hình thức nộp", slip.submission_channel, beside),
        _row("Địa chỉ", slip.address, beside),
        _contact_row(slip, beside),
        _row("Số định danh cá nhân/Căn cước/Hộ chiếu", slip.personal_id),
        _row("Chủ hồ sơ", owner, is_bold=True),
        _row("Địa chỉ", slip.owner_address),
    ]
    code = f" (mã thủ tục {markup(slip.procedure_code)})" if slip.procedure_code.strip() else ""
    rows.append(Paragraph(f"Nội dung yêu cầu giải quyết: <b>{markup(slip.request)}</b>{code}", sheet.style()))
    return rows


def _titled(title: str, name: str) -> str:
    return f"{title} {name}".strip() if name.strip() else ""


def _row(label: str, value: str, style: Any = None, *, is_bold: bool = False) -> Paragraph:
    style = style or sheet.style()
    text = markup(value)
    if not text:
        width = sheet.TEXT_WIDTH_MM * mm - style.rightIndent
        text = dots(width - stringWidth(f"{label}: ", REGULAR, _SIZE), REGULAR, _SIZE)
    return Paragraph(f"{label}: <b>{text}</b>" if is_bold and value.strip() else f"{label}: {text}", style)


def _contact_row(slip: ReceiptSlip, style: Any) -> Paragraph:
    phone = markup(spaced_phone(slip.phone.strip()))
    email = markup(slip.email)
    width = _BESIDE_QR_MM * mm
    if not phone:
        room = 0.45 * width - stringWidth("Số điện thoại: ", REGULAR, _SIZE)
        phone = dots(room, REGULAR, _SIZE)
    start = f"Số điện thoại: {phone}" + "\u00a0" * 8
    if not email:
        email = dots(width - stringWidth(f"{plain(start)}          Email: ", REGULAR, _SIZE), REGULAR, _SIZE)
    return Paragraph(f"{start} Email:\u00a0{email}", style)


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
