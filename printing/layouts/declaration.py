"""A declaration (tờ khai) on A4: the State's head, the title, what was declared, and where it is signed."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from printing.declarations import DeclarationSlip, DeclaredLine, DeclaredPart
from printing.fonts import BOLD, ITALIC, REGULAR
from printing.layouts import sheet
from printing.layouts.text import dots, markup, plain, written_date

_LEFT_MM: Final = 25.0
_WIDTH_MM: Final = 165.0
_TOP_MM, _FOOT_MM = 20.0, 18.0
_SIZE, _LEADING_MM = 12.5, 6.4
_GAP_MM = 6.0
_WIDE_SHARE = 1.9
_MOTTO = "Độc lập - Tự do - Hạnh phúc"
_PROMISE = (
    "Tôi cam đoan những nội dung khai trên đây là đúng sự thật và chịu trách nhiệm trước pháp luật "
    "về cam đoan của mình."
)


def render(slip: DeclarationSlip) -> bytes:
    """The declaration as PDF; the same slip always gives the same bytes."""
    output = BytesIO()
    bare = {"leftPadding": 0, "rightPadding": 0, "topPadding": 0, "bottomPadding": 0}
    frame = Frame(_LEFT_MM * mm, _FOOT_MM * mm, _WIDTH_MM * mm, A4[1] - (_TOP_MM + _FOOT_MM) * mm, **bare)
    document = BaseDocTemplate(
        output,
        pagesize=A4,
        pageTemplates=[PageTemplate("page", [frame], onPage=_number_page)],
        **sheet.document_facts(slip.title, slip.signer),
    )
    document.build([*_head(slip), *(each for part in slip.parts for each in _part(part)), *_end(slip)])
    return output.getvalue()


def _number_page(canvas: Any, _: Any) -> None:
    if canvas.getPageNumber() > 1:
        canvas.setFont(REGULAR, 11)
        canvas.drawCentredString(A4[0] / 2, A4[1] - 12 * mm, plain(str(canvas.getPageNumber())))


def _style(font: str = REGULAR, size: float = _SIZE, leading_mm: float = _LEADING_MM, **more: Any) -> Any:
    return sheet.style(font, size, leading_mm, **more)


def _head(slip: DeclarationSlip) -> list[Flowable]:
    centre = {"alignment": TA_CENTER}
    parts: list[Flowable] = [
        Paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", _style(BOLD, 12.5, **centre)),
        Paragraph(f"<u>{_MOTTO}</u>", _style(BOLD, 13, **centre)),
        Spacer(0, 7 * mm),
        Paragraph(markup(slip.title.upper()), _style(BOLD, 14.5, 7.2, **centre)),
        Spacer(0, 4 * mm),
    ]
    if slip.addressee.strip():
        parts += [
            Paragraph(f"Kính gửi: {markup(slip.addressee)}", _style(**centre)),
            Spacer(0, 3 * mm),
        ]
    return parts


def _part(part: DeclaredPart) -> list[Flowable]:
    title = Paragraph(markup(part.title), _style(BOLD, _SIZE, _LEADING_MM, spaceBefore=2.2 * mm))
    body = [_table(part)] if part.columns else [_row(pair) for pair in _in_rows(part.lines)]
    # A title never stands alone at the foot of a page.
    return [KeepTogether([title, *body[:1]]), *body[1:]]


def _in_rows(lines: tuple[DeclaredLine, ...]) -> list[tuple[DeclaredLine, ...]]:
    """Two narrow lines beside each other, a wide one alone."""
    rows: list[tuple[DeclaredLine, ...]] = []
    for line in lines:
        fits = not line.is_wide and _width_of(line) < (_WIDTH_MM - _GAP_MM) / 2 * mm
        if rows and fits and len(rows[-1]) == 1 and _is_narrow(rows[-1][0]):
            rows[-1] = (rows[-1][0], line)
        else:
            rows.append((line,))
    return rows


def _is_narrow(line: DeclaredLine) -> bool:
    return not line.is_wide and _width_of(line) < (_WIDTH_MM - _GAP_MM) / 2 * mm


def _width_of(line: DeclaredLine) -> float:
    width: float = stringWidth(f"{plain(line.label)}: {plain(line.value)}", REGULAR, _SIZE)
    return width + 2 * float(mm)


def _row(row: tuple[DeclaredLine, ...]) -> Flowable:
    if len(row) == 1:
        return _line(row[0], _WIDTH_MM)
    half = (_WIDTH_MM - _GAP_MM) / 2
    widths = [half * mm, _GAP_MM * mm, half * mm]
    cells = [[_line(row[0], half), "", _line(row[1], half)]]
    return Table(cells, colWidths=widths, style=_BARE)


def _line(line: DeclaredLine, width_mm: float) -> Paragraph:
    text = markup(line.value)
    if not text:
        used = stringWidth(f"{plain(line.label)}: ", REGULAR, _SIZE)
        text = dots(max(20.0, width_mm * mm - used - 2), REGULAR, _SIZE)
    return Paragraph(f"{markup(line.label)}: {text}", _style())


def _table(part: DeclaredPart) -> Table:
    head = [
        Paragraph(markup(name), _style(BOLD, 11, 5, alignment=TA_CENTER)) for name in ("TT", *part.columns)
    ]
    cell = _style(REGULAR, 11.5, 5.2)
    empty = ("",) * len(part.columns)
    rows = [
        [Paragraph(str(number), _style(REGULAR, 11.5, 5.2, alignment=TA_CENTER))]
        + [Paragraph(markup(value) or "&nbsp;", cell) for value in row]
        for number, row in enumerate(part.rows or (empty, empty), 1)
    ]
    first, shares = 10.0, [_WIDE_SHARE if name in part.wide else 1.0 for name in part.columns]
    each = (_WIDTH_MM - first) / sum(shares)
    return Table(
        [head, *rows],
        colWidths=[first * mm, *(share * each * mm for share in shares)],
        repeatRows=1,
        style=[_FACE, ("GRID", (0, 0), (-1, -1), 0.5, "#000000"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")],
        hAlign="LEFT",
        spaceBefore=1.5 * mm,
        spaceAfter=2 * mm,
    )


def _end(slip: DeclarationSlip) -> list[Flowable]:
    centre = {"alignment": TA_CENTER}
    signature = [
        Paragraph(markup(f"{slip.place}, {written_date(slip.made_on)}"), _style(ITALIC, **centre)),
        Paragraph("Người yêu cầu", _style(BOLD, **centre)),
        Paragraph("(Ký, ghi rõ họ, chữ đệm, tên)", _style(ITALIC, 11, 5, **centre)),
        Spacer(0, 20 * mm),
        Paragraph(markup(slip.signer) or "&nbsp;", _style(BOLD, **centre)),
    ]
    half = _WIDTH_MM / 2 * mm
    foot = Table([["", signature]], colWidths=[half, half], style=_BARE)
    # The promise is signed where it stands: both go to the next page together.
    return [Spacer(0, 3 * mm), KeepTogether([Paragraph(_PROMISE, _style()), Spacer(0, 3 * mm), foot])]


#: A table sets a face even for its empty cells; its own would be one that is not embedded.
_FACE = ("FONTNAME", (0, 0), (-1, -1), REGULAR)
_BARE = [
    _FACE,
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
]
