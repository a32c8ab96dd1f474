"""The A5 sheet that the counter's forms share: margins, head, page numbers, document facts.

Measures in millimetres from the top left corner, as the forms are specified; ``up`` turns them
into reportlab's points from the bottom.
"""

from __future__ import annotations

from typing import Any, Final

import segno
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Paragraph

from printing.fonts import BOLD, ITALIC, REGULAR, register_faces
from printing.layouts.text import markup, plain

PAGE_WIDTH_MM: Final = 148.0
PAGE_HEIGHT_MM: Final = 210.0
LEFT_MM: Final = 15.0
TEXT_WIDTH_MM: Final = 124.0
FOOT_MM: Final = 9.0
LATER_TOP_MM: Final = 15.0

_AGENCY_LEFT_MM, _AGENCY_WIDTH_MM = 15.0, 52.0
_NATION_LEFT_MM, _NATION_WIDTH_MM = 69.0, 70.0
_AGENCY_SIZE, _AGENCY_LEADING = 9.25, 3.94 * mm
_MOTTO = "Độc lập - Tự do - Hạnh phúc"


def up(y_mm: float) -> float:
    """Points from the bottom of the page for millimetres from its top."""
    return (PAGE_HEIGHT_MM - y_mm) * float(mm)


def style(font: str = REGULAR, size: float = 9.75, leading_mm: float = 4.465, **more: Any) -> ParagraphStyle:
    """A paragraph style; nothing on these forms is smaller than 9 points."""
    return ParagraphStyle(font, fontName=font, fontSize=size, leading=leading_mm * mm, **more)


def document_facts(title: str, author: str) -> dict[str, Any]:
    """Options for reportlab's document templates.

    The same input gives the same bytes, and no page starts with a face that is not embedded.
    """
    register_faces()
    return {
        "title": plain(title),
        "author": plain(author),
        "subject": "",
        "creator": "Một Cửa",
        "producer": "Một Cửa",
        "lang": "vi-VN",
        "invariant": 1,
        "initialFontName": REGULAR,
        "initialFontSize": 9.75,
    }


class Head:
    """The head of an official form: agency left, country right, number, place and date."""

    def __init__(
        self, superior: str, agency_lines: tuple[str, ...], number: str, place_and_date: str
    ) -> None:
        register_faces()
        centred = {"alignment": TA_CENTER}
        leading_mm = _AGENCY_LEADING / mm
        self._agency = [
            Paragraph(markup(superior.upper()), style(REGULAR, _AGENCY_SIZE, leading_mm, **centred)),
            *(
                Paragraph(markup(line.upper()), style(BOLD, _AGENCY_SIZE, leading_mm, **centred))
                for line in agency_lines
            ),
        ]
        heights = [paragraph.wrap(_AGENCY_WIDTH_MM * mm, 1000)[1] for paragraph in self._agency]
        self._heights = heights
        # Names of more than three lines push down everything below them.
        self.overflow_mm = max(0.0, sum(heights) / mm - 3 * leading_mm)
        self._number = number
        self._place_and_date = place_and_date

    def draw(self, canvas: Any) -> None:
        """Draw on the first page."""
        y = up(13.03) + _AGENCY_SIZE
        for paragraph, height in zip(self._agency, self._heights, strict=True):
            paragraph.drawOn(canvas, _AGENCY_LEFT_MM * mm, y - height)
            y -= height
        agency_centre = (_AGENCY_LEFT_MM + _AGENCY_WIDTH_MM / 2) * mm
        nation_centre = (_NATION_LEFT_MM + _NATION_WIDTH_MM / 2) * mm
        canvas.setLineWidth(0.25 * mm * 0.5)
        y_rule = up(22.92 + self.overflow_mm)
        canvas.line(agency_centre - 10 * mm, y_rule, agency_centre + 10 * mm, y_rule)
        centred(canvas, nation_centre, up(13.03), "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", BOLD, 9.25)
        centred(canvas, nation_centre, up(17.5), _MOTTO, BOLD, 10)
        half = stringWidth(_MOTTO, BOLD, 10) / 2
        canvas.line(nation_centre - half, up(19.12), nation_centre + half, up(19.12))
        baseline = up(28.25 + self.overflow_mm)
        centred(canvas, agency_centre, baseline, f"Số: {self._number or '...............'}", REGULAR, 9.75)
        centred(canvas, nation_centre, baseline, self._place_and_date, ITALIC, 9.75)


def centred(canvas: Any, x: float, y: float, text: str, font: str, size: float) -> None:
    """One centred line of text; ``y`` is its baseline, in points."""
    canvas.setFont(font, size)
    canvas.drawCentredString(x, y, plain(text))


def draw_page_number(canvas: Any) -> None:
    """The number of the page at its top, from the second page on."""
    if canvas.getPageNumber() > 1:
        centred(
            canvas, (LEFT_MM + TEXT_WIDTH_MM / 2) * mm, up(10.5), str(canvas.getPageNumber()), REGULAR, 9.75
        )


def draw_copy_mark(canvas: Any, copy_number: int) -> None:
    """Say at the top of the page that it is not the first print."""
    if copy_number > 1:
        canvas.setFont(ITALIC, 9)
        canvas.drawRightString((LEFT_MM + TEXT_WIDTH_MM) * mm, up(7.5), f"BẢN SAO lần {copy_number}")


def draw_qr(canvas: Any, text: str, x_mm: float, y_mm: float, side_mm: float) -> None:
    """A QR symbol, error level M, its top left corner at x and y; the caller keeps the white around it."""
    rows = [list(row) for row in segno.make_qr(text, error="m").matrix]
    module = side_mm * mm / len(rows)
    left, top = x_mm * mm, up(y_mm)
    path = canvas.beginPath()
    for line, row in enumerate(rows):
        for column, dark in enumerate(row):
            if dark:
                path.rect(left + column * module, top - (line + 1) * module, module, module)
    canvas.setFillGray(0)
    canvas.drawPath(path, stroke=0, fill=1)
