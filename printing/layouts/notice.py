"""Pieces of the forms 02 to 06: their head, rows about the dossier, justified paragraphs, tables and who signs."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from functools import cache
from itertools import zip_longest
from typing import Any

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Paragraph, Table

from printing.fonts import BOLD, REGULAR, register_faces
from printing.layouts import a5_form, sheet
from printing.layouts.a5_form import beside_qr, row
from printing.layouts.signatures import Signatories
from printing.layouts.text import dots, markup, plain, spaced_phone, written_date
from printing.outcome_slips import Contact, DossierFacts, FormHead

SIZE, _PITCH_MM, _ROW_PITCH_MM = 10.5, 5.0, 5.8
_TITLE_SIZE, _TITLE_WIDTH_MM = 12.5, 118.0
_MAIL_MM = 62.0
_CELL_SIZE, _CELL_LEADING_MM = 10, 4.35
_HEAD_ROW_MM = 8.0
#: Letters of one cell in one row; what is longer goes on in a row of its own, so that each row fits on a sheet.
_CELL_PIECE = 450
#: A table sets a face even for its empty cells; its own would be one that is not embedded.
_FACE = ("FONT", (0, 0), (-1, -1), REGULAR, _CELL_SIZE)

_SIGNED_BY_HEAD = "THỦ TRƯỞNG CƠ QUAN"


@cache
def _row_style() -> ParagraphStyle:
    register_faces()
    return sheet.style(REGULAR, SIZE, _ROW_PITCH_MM)


@cache
def _body_style() -> ParagraphStyle:
    register_faces()
    more = {"alignment": TA_JUSTIFY, "firstLineIndent": 8 * mm, "spaceBefore": 2.4 * mm}
    return sheet.style(REGULAR, SIZE, _PITCH_MM, **more)


def render(head: FormHead, story: list[Flowable], copy_number: int) -> bytes:
    """The whole form as PDF."""
    drawn = sheet.Head(
        head.superior_agency,
        head.agency_lines,
        head.number,
        f"{head.place}, {written_date(head.issued_on)}",
    )
    top = a5_form.Top(
        _title_lines(head.title),
        head.code,
        head.is_provisional,
        title_mm=40.2,
        title_size=_TITLE_SIZE,
        code_mm=46.0,
        qr_mm=52.5,
        rows_mm=52.3,
    )
    return a5_form.build(
        drawn,
        top,
        story,
        title=f"{' '.join(head.title)} {head.code}",
        author=" ".join(head.agency_lines),
        copy_number=copy_number,
    )


def dossier_rows(facts: DossierFacts, *, first: str = "Hồ sơ của", has_id: bool = False) -> list[Flowable]:
    """Whose dossier, what for, where they live; the first four stand beside the QR symbol."""
    beside = beside_qr(_row_style())
    rows: list[Flowable] = [
        row(first, facts.applicant, beside, is_bold=True),
        *([row("Chủ hồ sơ", facts.owner, beside, is_bold=True)] if facts.owner else []),
        row("Nội dung yêu cầu giải quyết", facts.request, beside, is_bold=True),
        Paragraph(_procedure(facts), beside),
        row("Địa chỉ", facts.address, beside),
    ]
    if has_id:
        rows.append(row("Số định danh cá nhân/Căn cước/Hộ chiếu", facts.personal_id, _row_style()))
    return [*rows, _contact(facts)]


def dossier_row(label: str, value: str, *, is_bold: bool = False) -> Paragraph:
    """One more row, over the whole width."""
    return row(label, value, _row_style(), is_bold=is_bold)


def paragraph(text: str, *, is_markup: bool = False) -> Paragraph:
    """A justified paragraph with its first line indented."""
    return Paragraph(text if is_markup else markup(text), _body_style())


def labelled(label: str, value: str) -> Paragraph:
    """A paragraph that begins with its label; dots to write on where there is nothing."""
    if text := markup(value).rstrip("."):
        return Paragraph(f"{label}: {text}.", _body_style())
    used = stringWidth(f"{label}: ", REGULAR, SIZE) + _body_style().firstLineIndent
    empty = dots(sheet.TEXT_WIDTH_MM * mm - used - 1, REGULAR, SIZE)
    return Paragraph(f"{label}: {empty}", ParagraphStyle("empty", parent=_body_style(), alignment=TA_LEFT))


def where_to_ask(contact: Contact, ending: str, opening: str = "Nếu có vướng mắc") -> Paragraph:
    """Who answers questions, and how the form closes."""
    counter = markup(contact.counter)
    at = f", công chức tại {counter[:1].lower()}{counter[1:]}" if counter else ""
    phone = (
        f", số điện thoại {markup(spaced_phone(contact.phone)).replace(' ', chr(160))}"
        if contact.phone
        else ""
    )
    return paragraph(
        f"{markup(opening)}, đề nghị Ông (Bà) liên hệ với {markup(contact.officer)}{at}{phone} {markup(ending)}./.",
        is_markup=True,
    )


def grid(titles: Sequence[str], rows: Sequence[Sequence[str]], widths_mm: Sequence[float]) -> list[Flowable]:
    """A numbered table whose head comes again on each sheet; the first column is the number."""
    head = sheet.style(BOLD, _CELL_SIZE, _CELL_LEADING_MM, alignment=TA_CENTER)
    cell = sheet.style(REGULAR, _CELL_SIZE, _CELL_LEADING_MM)
    centre = sheet.style(REGULAR, _CELL_SIZE, _CELL_LEADING_MM, alignment=TA_CENTER)
    body: list[list[Any]] = []
    for number, texts in enumerate(rows, 1):
        for index, parts in enumerate(zip_longest(*map(_pieces, texts), fillvalue="")):
            first = Paragraph(str(number), centre) if index == 0 else ""
            body.append([first, *(Paragraph(part or "&nbsp;", cell) for part in parts)])
    table = Table(
        [[Paragraph(markup(title), head) for title in ("TT", *titles)], *body],
        colWidths=[width * mm for width in widths_mm],
        repeatRows=1,
        hAlign="LEFT",
        spaceBefore=1.6 * mm,
        style=[
            _FACE,
            ("GRID", (0, 0), (-1, -1), 0.2 * mm, (0, 0, 0)),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("TOPPADDING", (0, 0), (-1, -1), 0.3 * mm),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 0.9 * mm),
            ("LEFTPADDING", (0, 0), (-1, -1), 1.2 * mm),
            ("RIGHTPADDING", (0, 0), (-1, -1), 1.2 * mm),
            ("LEFTPADDING", (0, 0), (0, -1), 0.4 * mm),
            ("RIGHTPADDING", (0, 0), (0, -1), 0.4 * mm),
        ],
    )
    return [table]


def _pieces(text: str) -> list[str]:
    """A cell's text as markup, in pieces that each fit on a sheet; its own line breaks stay."""
    pieces: list[str] = []
    length = 0
    for line in text.split("\n"):
        for part in textwrap.wrap(plain(line), _CELL_PIECE) or [""]:
            if pieces and length + len(part) <= _CELL_PIECE:
                pieces[-1] += f"<br/>{_bound(part)}"
                length += len(part)
            else:
                pieces.append(_bound(part))
                length = len(part)
    return pieces


def _bound(text: str) -> str:
    """Markup in which a short number stays with its word: "trang 2" is not broken."""
    return re.sub(r"(?<=\w) (?=\d{1,3}\b)", "\u00a0", markup(text))


def room_for(height_mm: float) -> Flowable:
    """The next sheet where less than that is left: a heading never stands alone at the foot."""
    return CondPageBreak(height_mm * mm)


def signed_end(last: list[Flowable], right: tuple[str, str], left: tuple[str, str] = ("", "")) -> Flowable:
    """The last words with who signs: nobody signs a sheet that carries nothing but signatures."""
    return KeepTogether([*last, Signatories(left, right)])


def signed_by_head(last: list[Flowable]) -> Flowable:
    """The same where the head of the agency signs, whose name is written with the signature."""
    return signed_end(last, (_SIGNED_BY_HEAD, ""))


def _procedure(facts: DossierFacts) -> str:
    sector = f"; lĩnh vực: {markup(facts.sector)}" if facts.sector else ""
    return f"Mã thủ tục: {markup(facts.procedure_code)}{sector}"


def _contact(facts: DossierFacts) -> Table:
    phone = markup(spaced_phone(facts.phone)) or dots(25 * mm, REGULAR, SIZE)
    email = markup(facts.email) or dots(45 * mm, REGULAR, SIZE)
    cells = [[Paragraph(f"Số điện thoại: {phone}", _row_style()), Paragraph(f"Email: {email}", _row_style())]]
    width = sheet.TEXT_WIDTH_MM - _MAIL_MM
    return Table(
        cells,
        colWidths=[_MAIL_MM * mm, width * mm],
        hAlign="LEFT",
        style=[
            _FACE,
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            *(
                (name, (0, 0), (-1, -1), 0)
                for name in ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING", "BOTTOMPADDING")
            ),
        ],
    )


def _title_lines(title: tuple[str, ...]) -> tuple[str, ...]:
    """The title in capitals, as its rule breaks it; a line too long for the sheet in two of nearly the same length."""
    lines: list[str] = []
    for text in (plain(line).upper() for line in title):
        words = text.split()
        halves = [(" ".join(words[:n]), " ".join(words[n:])) for n in range(1, len(words))]
        is_long = _width(text) > _TITLE_WIDTH_MM * mm and halves
        lines += min(halves, key=lambda pair: max(map(_width, pair))) if is_long else [text]
    return tuple(lines)


def _width(text: str) -> float:
    return float(stringWidth(text, BOLD, _TITLE_SIZE))
