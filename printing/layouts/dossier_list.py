"""The list of dossiers on a receipt for several that were handed in together."""

from __future__ import annotations

from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Table

from printing.fonts import BOLD, REGULAR
from printing.layouts import sheet
from printing.layouts.text import markup
from printing.slips import SlipDossier

_COLUMNS_MM = (8, 42, 39, 19, 16)
_SIZE, _LEADING_MM = 9.25, 3.93
_HEAD = ("TT", "Mã hồ sơ", "Thủ tục", "Hẹn trả", "Phí, lệ phí")


def dossier_list(dossiers: tuple[SlipDossier, ...]) -> Flowable:
    """One row for each: number, code or provisional number, procedure, day of return, fee."""
    bold = sheet.style(BOLD, _SIZE, _LEADING_MM, alignment=TA_CENTER)
    left = sheet.style(REGULAR, _SIZE, _LEADING_MM)
    centre = sheet.style(REGULAR, _SIZE, _LEADING_MM, alignment=TA_CENTER)
    right = sheet.style(REGULAR, _SIZE, _LEADING_MM, alignment=TA_RIGHT)

    def row(number: int, dossier: SlipDossier) -> list[Flowable]:
        code = markup(dossier.code) + ("<br/>(số tạm)" if dossier.is_provisional else "")
        procedure = f"{markup(dossier.procedure)} ({markup(dossier.procedure_code)})"
        due = f"{dossier.due:%H:%M}<br/>{dossier.due:%d/%m/%Y}"
        return [
            Paragraph(str(number), centre),
            Paragraph(code, left),
            Paragraph(procedure, left),
            Paragraph(due, centre),
            Paragraph(markup(dossier.fee), right),
        ]

    rows = [row(number, dossier) for number, dossier in enumerate(dossiers, 1)]
    return Table(
        [[Paragraph(text, bold) for text in _HEAD], *rows],
        colWidths=[width * mm for width in _COLUMNS_MM],
        repeatRows=1,
        spaceBefore=1.0 * mm,
        spaceAfter=1.0 * mm,
        style=[
            ("FONT", (0, 0), (-1, -1), REGULAR, _SIZE),
            ("GRID", (0, 0), (-1, -1), 0.2 * mm, (0, 0, 0)),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("TOPPADDING", (0, 0), (-1, -1), 0.22 * mm),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 0.98 * mm),
            ("LEFTPADDING", (0, 0), (-1, -1), 1.0 * mm),
            ("RIGHTPADDING", (0, 0), (-1, -1), 1.0 * mm),
        ],
    )
