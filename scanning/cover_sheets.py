"""Draws the sheets that are laid between papers before a stack is scanned in one go."""

import io

import segno
from PIL import Image, ImageDraw, ImageFont

import resources
from scanning.patch_codes import LENGTH_INCH, NARROW_INCH, PATTERNS, WIDE_INCH
from scanning.separation import Separator, SeparatorKind

DPI = 300
_WIDTH, _HEIGHT = 2480, 3508
_CODE_SIDE = 700
_CORNER_SIDE = 330
_EDGE = 150
_HEADINGS = {
    SeparatorKind.DOSSIER: "HỒ SƠ MỚI",
    SeparatorKind.COMPONENT: "GIẤY TỜ TIẾP THEO",
    SeparatorKind.PAPER: "GIẤY TỜ TIẾP THEO",
}
_ADVICE = "Tờ phân cách: đặt trước giấy tờ rồi quét cả tập. Không nộp kèm hồ sơ."


def cover_sheet(separator: Separator, title: str = "") -> Image.Image:
    """One A4 sheet at 300 dpi, black on white; `title` says in words what the code means.

    A dossier or component sheet has its code three times, for a corner may be torn or a staple hide one, and
    bears a patch 2; a sheet of kind PAPER is a patch T. Raises ValueError for an unreadable kind or code.
    """
    sheet = Image.new("L", (_WIDTH, _HEIGHT), 255)
    draw = ImageDraw.Draw(sheet)
    is_patch = separator.kind is SeparatorKind.PAPER
    heading = _HEADINGS.get(separator.kind)
    if heading is None:
        raise ValueError(separator.kind)
    pattern = PATTERNS["T" if is_patch else "2"]
    _bars(draw, pattern, _EDGE)
    if is_patch:
        # From the foot upwards too: the sheet may be fed either way up.
        _bars(draw, pattern[::-1], _HEIGHT - _EDGE - round(0.8 * DPI))
    else:
        code = _qr(separator.payload, _CODE_SIDE)
        sheet.paste(code, ((_WIDTH - _CODE_SIDE) // 2, 1250))
        corner = _qr(separator.payload, _CORNER_SIDE)
        sheet.paste(corner, (_EDGE, _HEIGHT - _EDGE - _CORNER_SIDE))
        sheet.paste(corner, (_WIDTH - _EDGE - _CORNER_SIDE, _HEIGHT - _EDGE - _CORNER_SIDE))
    _centred(draw, heading, 780, 130, "BeVietnamPro-Bold.ttf")
    _centred(draw, title, 2050, 80, "BeVietnamPro-SemiBold.ttf")
    _centred(draw, separator.code, 2250, 64, "BeVietnamPro-Regular.ttf")
    _centred(draw, _ADVICE, 2500, 44, "BeVietnamPro-Regular.ttf")
    return sheet


def as_pdf(sheets: list[Image.Image]) -> bytes:
    """The sheets for the printer, one to a page."""
    target = io.BytesIO()
    sheets[0].save(target, "PDF", resolution=DPI, save_all=True, append_images=sheets[1:])
    return target.getvalue()


def _bars(draw: ImageDraw.ImageDraw, pattern: str, top: int) -> None:
    length = round(LENGTH_INCH * DPI)
    left = (_WIDTH - length) // 2
    for letter in pattern:
        thick = round((WIDE_INCH if letter == "W" else NARROW_INCH) * DPI)
        draw.rectangle((left, top, left + length, top + thick - 1), fill=0)
        top += thick + round(NARROW_INCH * DPI)


def _qr(text: str, side_px: int) -> Image.Image:
    target = io.BytesIO()
    code = segno.make_qr(text, error="q")
    module = max(1, side_px // code.symbol_size(border=4)[0])
    code.save(target, kind="png", scale=module, border=4)
    drawn = Image.open(target).convert("L")
    square = Image.new("L", (side_px, side_px), 255)
    square.paste(drawn, ((side_px - drawn.width) // 2,) * 2)
    return square


def _centred(draw: ImageDraw.ImageDraw, text: str, top: int, size: int, face: str) -> None:
    """One line in the middle, set smaller where it would leave the sheet."""
    path = str(resources.path("fonts", face))
    font = ImageFont.truetype(path, size)
    width = draw.textlength(text, font)
    if width > _WIDTH - 2 * _EDGE:
        font = ImageFont.truetype(path, max(20, int(size * (_WIDTH - 2 * _EDGE) / width)))
        width = draw.textlength(text, font)
    draw.text(((_WIDTH - width) / 2, top), text, 0, font)
