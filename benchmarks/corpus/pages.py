"""Kinds of page: running text, forms, tables, letters with a two-column head, typewriter faces.

Each is an A4 sheet at 300 dpi with the exact text in reading order.
"""

import itertools
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from PIL import Image, ImageDraw, ImageFont

from benchmarks.corpus.words import Words

WIDTH, HEIGHT, DPI = 2480, 3508, 300
_LEFT, _RIGHT = 300, 2260
_INK = (24, 24, 28)
_FACES = {
    "serif": ("resources.fonts", "LiberationSerif-Regular.ttf", "LiberationSerif-Bold.ttf"),
    "sans": ("resources.fonts", "NotoSans-Regular.ttf", "NotoSans-SemiBold.ttf"),
    "modern": ("resources.fonts", "BeVietnamPro-Regular.ttf", "BeVietnamPro-Bold.ttf"),
    "italic": ("resources.fonts", "LiberationSerif-Italic.ttf", "LiberationSerif-BoldItalic.ttf"),
    "typewriter": (
        "scanning.samples",
        "fonts/LiberationMono-Regular.ttf",
        "fonts/LiberationMono-Regular.ttf",
    ),
}


@dataclass(eq=False)
class Sheet:
    """One printed page; `lines` is its text in reading order, `facts` the values printed in it by kind."""

    kind: str
    image: Image.Image
    lines: list[str] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"


@cache
def _font(face: str, bold: bool, size: int) -> ImageFont.FreeTypeFont:
    package, regular, heavy = _FACES[face]
    path = files(package).joinpath(*(heavy if bold else regular).split("/"))
    return ImageFont.truetype(str(path), size)


class _Pen:
    """Writes downwards on one sheet."""

    def __init__(self, kind: str, face: str, points: float) -> None:
        self.sheet = Sheet(kind, Image.new("RGB", (WIDTH, HEIGHT), "white"))
        self.draw = ImageDraw.Draw(self.sheet.image)
        self.face, self.size, self.y = face, round(points * DPI / 72), 260

    def font(self, bold: bool = False, scale: float = 1.0) -> ImageFont.FreeTypeFont:
        return _font(self.face, bold, round(self.size * scale))

    def wide(self, text: str, bold: bool = False, scale: float = 1.0) -> float:
        return float(self.font(bold, scale).getlength(text))

    def put(
        self, x: float, text: str, *, bold: bool = False, scale: float = 1.0, y: float | None = None
    ) -> None:
        self.draw.text((x, self.y if y is None else y), text, _INK, self.font(bold, scale))

    def down(self, lines: float = 1.45) -> None:
        self.y += round(self.size * lines)

    def centred(self, text: str, *, middle: int = WIDTH // 2, bold: bool = False, scale: float = 1.0) -> None:
        self.put(middle - self.wide(text, bold, scale) / 2, text, bold=bold, scale=scale)
        self.sheet.lines.append(text)
        self.down()

    def wrapped(self, text: str, left: int = _LEFT, right: int = _RIGHT, first: int = 0) -> list[str]:
        rows, row, start = [], "", left + first
        for word in text.split():
            longer = f"{row} {word}".strip()
            if row and start + self.wide(longer) > right:
                rows.append(row)
                row, start = word, left
            else:
                row = longer
        return [*rows, row]

    def paragraph(self, text: str, first: int = 120, left: int = _LEFT, right: int = _RIGHT) -> None:
        for number, row in enumerate(self.wrapped(text, left, right, first)):
            self.put(left + (first if number == 0 else 0), row)
            self.sheet.lines.append(row)
            self.down()

    @property
    def room(self) -> int:
        return HEIGHT - 260 - self.y


def prose(words: Words, face: str = "serif", points: float = 13) -> Sheet:
    """A page of running text under a title."""
    pen = _Pen("prose", face, points)
    pen.centred(
        words.pick("BÁO CÁO", "THÔNG BÁO", "BIÊN BẢN LÀM VIỆC", "QUYẾT ĐỊNH", "ĐƠN ĐỀ NGHỊ"),
        bold=True,
        scale=1.15,
    )
    pen.down(0.4)
    while pen.room > 700:
        pen.paragraph(words.paragraph(words.between(2, 3)))
        pen.down(0.3)
    return pen.sheet


def _state_head(pen: _Pen) -> None:
    pen.centred("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True)
    pen.centred("Độc lập - Tự do - Hạnh phúc", bold=True)
    pen.draw.line((980, pen.y - 8, 1500, pen.y - 8), _INK, 4)
    pen.down(0.8)


def _rows_of_facts(words: Words) -> list[tuple[str, str, str]]:
    name = words.name().upper()
    return [
        ("Kính gửi:", f"Ủy ban nhân dân {words.commune()}", "commune"),
        ("Họ, chữ đệm, tên người yêu cầu:", name, "name"),
        ("Ngày, tháng, năm sinh:", words.date(), "date"),
        ("Số định danh cá nhân:", words.number(), "number"),
        ("Nơi cư trú:", words.address(), "address"),
        ("Số điện thoại:", words.phone(), "number"),
        ("Họ, chữ đệm, tên người được khai:", words.name(), "name"),
        ("Ngày cấp giấy tờ:", words.date(), "date"),
        ("Giấy tờ tùy thân:", f"Căn cước số {words.number()}", "number"),
        ("Nơi đăng ký:", f"Ủy ban nhân dân {words.commune()}", "commune"),
        ("Nội dung đề nghị:", words.sentence(), "text"),
        ("Họ tên người làm chứng:", words.name(), "name"),
        ("Nơi ở hiện tại:", words.address(), "address"),
        ("Ngày hẹn trả kết quả:", words.date(), "date"),
        ("Lý do:", words.sentence(), "text"),
    ]


def form(words: Words, face: str = "serif", points: float = 13, *, rule: str = "dots") -> Sheet:
    """A declaration: labels and values on dotted leaders, on solid rules, or on nothing."""
    pen = _Pen("form" if rule == "dots" else "ruled_form", face, points)
    _state_head(pen)
    pen.centred(words.pick("TỜ KHAI", "GIẤY ĐỀ NGHỊ", "PHIẾU ĐĂNG KÝ"), bold=True, scale=1.2)
    pen.down(0.5)
    for label, value, kind in _rows_of_facts(words):
        pen.sheet.facts.append((kind, value))
        start = _LEFT + pen.wide(label + " ")
        for number, row in enumerate(pen.wrapped(f"{label} {value}")):
            if number == 0:
                pen.put(_LEFT, row)
            else:
                pen.put(_LEFT, row)
            end = _LEFT + pen.wide(row)
            below = pen.y + round(pen.size * 1.12)
            if rule == "solid":
                pen.draw.line((start if number == 0 else _LEFT, below, _RIGHT, below), _INK, 3)
            elif rule == "dots":
                x = end + 14
                while x < _RIGHT:
                    pen.draw.ellipse((x, below - 12, x + 5, below - 7), fill=_INK)
                    x += 16
            pen.sheet.lines.append(row)
            pen.down(1.6)
        pen.down(0.15)
    return pen.sheet


def ruled_form(words: Words, face: str = "serif", points: float = 13) -> Sheet:
    """A declaration whose values stand on solid rules."""
    return form(words, face, points, rule="solid")


def table(words: Words, face: str = "serif", points: float = 12) -> Sheet:
    """A list in a grid: number, name, birth date, personal number, commune."""
    pen = _Pen("table", face, points)
    pen.centred("DANH SÁCH KÈM THEO", bold=True, scale=1.15)
    pen.down(0.5)
    edges = (_LEFT - 60, _LEFT + 60, 960, 1330, 1760, _RIGHT + 60)
    rows = [("TT", "Họ và tên", "Ngày sinh", "Số định danh", "Nơi cư trú")]
    while len(rows) < 23:
        place = words.commune()
        if pen.wide(place) < edges[5] - edges[4] - 40:
            person = words.name()
            rows.append((str(len(rows)), person, words.date(), words.number(), place))
            pen.sheet.facts += [
                ("name", person),
                ("date", rows[-1][2]),
                ("number", rows[-1][3]),
                ("commune", place),
            ]
    tall = round(pen.size * 1.9)
    for row in rows:
        for left, right in itertools.pairwise(edges):
            pen.draw.rectangle((left, pen.y, right, pen.y + tall), outline=_INK, width=3)
        for left, text in zip(edges, row, strict=False):
            pen.put(left + 18, text, y=pen.y + pen.size * 0.35, bold=row is rows[0])
        pen.sheet.lines.append(" ".join(row))
        pen.y += tall
    pen.down(0.8)
    pen.paragraph(words.sentence())
    return pen.sheet


def letter(words: Words, face: str = "serif", points: float = 13) -> Sheet:
    """An agency's letter with its two-column head: left column first, then the right."""
    pen = _Pen("letter", face, points)
    commune = words.commune().upper()
    top = pen.y
    while pen.wide(commune, bold=True) > 900:
        commune = words.commune().upper()
    pen.centred("ỦY BAN NHÂN DÂN", middle=700)
    pen.centred(commune, middle=700, bold=True)
    pen.draw.line((600, pen.y - 8, 800, pen.y - 8), _INK, 4)
    pen.centred(f"Số: {words.between(1, 900)}/UBND-VP", middle=700)
    pen.y = top
    pen.centred("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", middle=1740, bold=True, scale=0.95)
    pen.centred("Độc lập - Tự do - Hạnh phúc", middle=1740, bold=True)
    pen.draw.line((1500, pen.y - 8, 1980, pen.y - 8), _INK, 4)
    day, month, year = words.date().split("/")
    pen.centred(f"Ngày {day} tháng {month} năm {year}", middle=1740)
    pen.down(1.2)
    pen.centred(f"Kính gửi: {words.name()}", middle=WIDTH // 2)
    pen.down(0.3)
    while pen.room > 1100:
        pen.paragraph(words.paragraph(2))
        pen.down(0.3)
    return pen.sheet


def typed(words: Words) -> Sheet:
    """An old paper from a typewriter: one width for all letters, some struck higher or lighter."""
    pen = _Pen("typed", "typewriter", 12)
    pen.centred("GIẤY CHỨNG NHẬN")
    pen.down(0.5)
    font = pen.font()
    step = font.getlength("n")
    while pen.room > 900:
        for number, row in enumerate(pen.wrapped(words.paragraph(2), first=120)):
            x: float = _LEFT + (120 if number == 0 else 0)
            for letter in row:
                grey = words.between(20, 70)
                pen.draw.text((x, pen.y + words.between(-2, 2)), letter, (grey, grey, grey + 4), font)
                x += step
            pen.sheet.lines.append(row)
            pen.down(1.5)
        pen.down(0.4)
    return pen.sheet


PRINTERS = (prose, form, ruled_form, table, letter)


def printed(kind: str, seed: int) -> Sheet:
    """One sheet of `kind`; face and size vary with the seed."""
    words = Words(seed)
    face = ("serif", "serif", "sans", "serif", "modern", "italic")[seed % 6]
    points = (13.0, 12.0, 12.0, 14.0, 11.0, 13.0)[seed % 6]
    match kind:
        case "prose":
            return prose(words, face, points)
        case "form":
            return form(words, "serif" if face == "italic" else face, points)
        case "ruled_form":
            return ruled_form(words, "serif" if face == "italic" else face, points)
        case "table":
            return table(words, "serif", 12 if seed % 2 else 11)
        case "letter":
            return letter(words, "serif", 13)
        case "typed":
            return typed(words)
    raise ValueError(kind)
