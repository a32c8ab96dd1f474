"""What all A5 forms of the counter share: sheets in a row, title, code and QR on the first, rows with a label."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, NextPageTemplate, PageTemplate, Paragraph

from printing.fonts import BOLD, REGULAR
from printing.layouts import sheet
from printing.layouts.text import dots, markup, plain, spaced_phone

#: Right of the rows that stand beside the QR symbol.
BESIDE_QR_MM = 102.0
_CODE_SPACING = 0.16
_CODE_SIZE = 10.5
_QR_LEFT_MM, _QR_SIDE_MM = 120.0, 19.0


@dataclass(frozen=True)
class Top:
    """What stands above the rows, and how far down: baselines of title and code, tops of QR and rows."""

    title: tuple[str, ...]
    code: str
    is_provisional: bool
    code_note: str = ""
    """Stands between the label of the code and its colon."""
    title_mm: float = 36.8
    title_size: float = 12
    code_mm: float = 42.37
    qr_mm: float = 46.5
    rows_mm: float = 46.16
    title_pitch_mm: float = 5.0

    @property
    def _extra_mm(self) -> float:
        return (len(self.title) - 1) * self.title_pitch_mm

    def draw(self, canvas: Any, overflow_mm: float) -> None:
        """On the first sheet, pushed down where the agency's name is long."""
        middle = (sheet.LEFT_MM + sheet.TEXT_WIDTH_MM / 2) * mm
        for number, line in enumerate(self.title):
            y_mm = self.title_mm + overflow_mm + number * self.title_pitch_mm
            sheet.centred(canvas, middle, sheet.up(y_mm), line, BOLD, self.title_size)
        overflow_mm += self._extra_mm
        self._draw_code(canvas, middle, sheet.up(self.code_mm + overflow_mm))
        sheet.draw_qr(canvas, self.code, _QR_LEFT_MM, self.qr_mm + overflow_mm, _QR_SIDE_MM)

    def rows_from(self, overflow_mm: float) -> float:
        """Where the rows begin, from the top of the sheet."""
        return self.rows_mm + overflow_mm + self._extra_mm

    def _draw_code(self, canvas: Any, middle: float, baseline: float) -> None:
        label = ("Số biên nhận tạm" if self.is_provisional else "Mã hồ sơ") + self.code_note + ": "
        label_width = stringWidth(label, REGULAR, _CODE_SIZE)
        code_width = stringWidth(self.code, BOLD, _CODE_SIZE) + _CODE_SPACING * (len(self.code) - 1)
        left = middle - (label_width + code_width) / 2
        canvas.setFont(REGULAR, _CODE_SIZE)
        canvas.drawString(left, baseline, label)
        canvas.setFont(BOLD, _CODE_SIZE)
        canvas.drawString(left + label_width, baseline, self.code, charSpace=_CODE_SPACING)


def build(
    head: sheet.Head, top: Top, story: list[Flowable], *, title: str, author: str, copy_number: int = 1
) -> bytes:
    """The form as PDF; the same input always gives the same bytes.

    ``copy_number`` above 1 marks a reprint at the top of each sheet.
    """
    if copy_number < 1:
        raise ValueError("copy_number starts at 1")

    def draw_first(canvas: Any, _: Any) -> None:
        head.draw(canvas)
        top.draw(canvas, head.overflow_mm)
        sheet.draw_copy_mark(canvas, copy_number)

    def draw_later(canvas: Any, _: Any) -> None:
        sheet.draw_page_number(canvas)
        sheet.draw_copy_mark(canvas, copy_number)

    output = BytesIO()
    document = BaseDocTemplate(
        output,
        pagesize=(sheet.PAGE_WIDTH_MM * mm, sheet.PAGE_HEIGHT_MM * mm),
        pageTemplates=[
            PageTemplate("first", [_frame(top.rows_from(head.overflow_mm))], onPage=draw_first),
            PageTemplate("later", [_frame(sheet.LATER_TOP_MM)], onPage=draw_later),
        ],
        **sheet.document_facts(title, author),
    )
    document.build([NextPageTemplate("later"), *story])
    return output.getvalue()


def _frame(top_mm: float) -> Frame:
    height_mm = sheet.PAGE_HEIGHT_MM - sheet.FOOT_MM - top_mm
    bare = {"leftPadding": 0, "rightPadding": 0, "topPadding": 0, "bottomPadding": 0}
    return Frame(sheet.LEFT_MM * mm, sheet.FOOT_MM * mm, sheet.TEXT_WIDTH_MM * mm, height_mm * mm, **bare)


def beside_qr(style: ParagraphStyle | None = None) -> ParagraphStyle:
    """The same style for rows that end before the QR symbol."""
    indent = (sheet.TEXT_WIDTH_MM - BESIDE_QR_MM) * mm
    if style is None:
        return sheet.style(rightIndent=indent)
    return ParagraphStyle(f"{style.name}-beside", parent=style, rightIndent=indent)


def row(label: str, value: str, style: ParagraphStyle | None = None, *, is_bold: bool = False) -> Paragraph:
    """A label and its value; without one, dots to fill in by hand."""
    style = style or sheet.style()
    text = markup(value)
    if not text:
        width = sheet.TEXT_WIDTH_MM * mm - style.rightIndent
        used = stringWidth(f"{label}: ", REGULAR, style.fontSize)
        text = dots(width - used, REGULAR, style.fontSize)
    return Paragraph(f"{label}: <b>{text}</b>" if is_bold and value.strip() else f"{label}: {text}", style)


def contact_row(phone: str, email: str, style: ParagraphStyle) -> Paragraph:
    """Telephone and e-mail in one row."""
    size, width = style.fontSize, sheet.TEXT_WIDTH_MM * mm - style.rightIndent
    phone, email = markup(spaced_phone(phone.strip())), markup(email)
    if not phone:
        phone = dots(0.45 * width - stringWidth("Số điện thoại: ", REGULAR, size), REGULAR, size)
    start = f"Số điện thoại: {phone}" + "\u00a0" * 8
    if not email:
        email = dots(width - stringWidth(f"{plain(start)}          Email: ", REGULAR, size), REGULAR, size)
    return Paragraph(f"{start} Email:\u00a0{email}", style)
