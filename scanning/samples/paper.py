"""A page being printed from the top down: state headings, labelled lines with dotted rules, boxes and tables."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PIL import Image, ImageDraw, ImageFont

from scanning.samples.faces import Face, serif, typed
from scanning.samples.handwriting import hand_of, write_by_hand

PAGE_DPI = 300
A4_WIDTH_PX, A4_HEIGHT_PX = 2480, 3508
LEFT, RIGHT = 260, 2300
BLACK = (24, 24, 26)
TYPED_INK = (34, 44, 120)
PAPER = (253, 252, 248)

Piece = tuple[str, str, int]
"""Label, name of the field after it (empty for none), x at which the field's dotted rule ends.

`name.day`, `name.month` and `name.year` are the parts of a day, each on a rule of its own.

`@name` is a day written out: "ngày 14 tháng 5 năm 1992"; its label is the word before the day.
"""


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """One printed paper: `image` is RGB at 300 dpi, `text` what a perfect reader would write down."""

    kind: str
    image: Image.Image
    text: str
    fields: dict[str, str] = field(default_factory=dict)
    """The value of each field that was filled in, written by hand or not."""
    handwritten: frozenset[str] = frozenset()
    """Fields that were filled in by hand: their place is known, their letters are nobody's truth."""
    places: dict[str, tuple[int, int, int, int]] = field(default_factory=dict)
    """Where each value stands on `image`: left, top, right, bottom in pixels."""


class Paper:
    """A page and the values that are filled into it; remembers each printed line as text."""

    def __init__(
        self,
        kind: str = "",
        values: Mapping[str, str] | None = None,
        handwritten: frozenset[str] = frozenset(),
        *,
        colour: tuple[int, int, int] = PAPER,
        ink: tuple[int, int, int] = TYPED_INK,
        size: int = 54,
        seed: int = 1,
        face: Face = Face.REGULAR,
    ) -> None:
        self.kind = kind
        self.values = dict(values or {})
        self.handwritten = handwritten & {name for name, value in self.values.items() if value}
        self.image = Image.new("RGB", (A4_WIDTH_PX, A4_HEIGHT_PX), colour)
        self.draw = ImageDraw.Draw(self.image)
        self.ink, self.size, self.seed, self.face = ink, size, seed, face
        self.y = 220
        self.lines: list[str] = []
        self.places: dict[str, tuple[int, int, int, int]] = {}

    def centred(self, text: str, size: int, style: str = "Bold", *, middle: int = 1280, lead: int = 0) -> int:
        font = serif(size, style)
        width = int(font.getlength(text))
        self.draw.text((middle - width // 2, self.y), text, BLACK, font)
        self.lines.append(text)
        self.y += int(size * 1.3) + lead
        return width

    def side_by_side(self, left: str, right: str, size: int, style: str = "Bold") -> None:
        """Two centred texts on one line, as over signatures."""
        top = self.y
        self.centred(left, size, style, middle=680)
        self.y = top
        self.centred(right, size, style, middle=1800)
        first, second = self.lines[-2:]
        self.lines[-2:] = [" ".join(text for text in (first, second) if text)]

    def underline(self, width: int, *, middle: int = 1280) -> None:
        self.draw.line((middle - width // 2, self.y - 4, middle + width // 2, self.y - 4), BLACK, 4)

    def row(
        self,
        *pieces: Piece,
        bold: bool = False,
        left: int = LEFT,
        right: int = RIGHT,
        lead: int = 100,
        dotted: bool = True,
    ) -> None:
        """One line of labels and fields; a value that does not fit goes on below, between `left` and `right`."""
        words, tail, name = self._row(pieces, left, bold=bold, dotted=dotted)
        self.lines.append(" ".join(word for word in words if word))
        self.y += lead
        while tail:
            tail = self._more(name, tail, left, right, lead, dotted=dotted)

    def _row(
        self, pieces: Sequence[Piece], left: int, *, bold: bool, dotted: bool
    ) -> tuple[list[str], str, str]:
        label_font = serif(self.size, "Bold" if bold else "Regular")
        x, words, tail, last = left, [], "", ""
        for label, name, end in pieces:
            if name.startswith("@"):
                words.append(self.day(name[1:], x, before=label))
                x = end + 24
                continue
            if label:
                self.draw.text((x, self.y), label, BLACK, label_font)
                words.append(label)
                x += int(label_font.getlength(label)) + 22
            if name:
                fitted, tail, last = self._fill(name, self._value(name), x, end, dotted=dotted)
                words.append(fitted)
                x = end + 24
        return words, tail, last

    def _value(self, name: str) -> str:
        """The value of a field, or the part of a day: `registered_on.day`, `.month`, `.year`."""
        base, _, part = name.partition(".")
        value = self.values.get(base, "")
        if not part or not value:
            return value
        day, month, year = value.split("/")
        return {"day": day, "month": month.lstrip("0"), "year": year}[part]

    def _more(self, name: str, rest: str, left: int, right: int, lead: int, *, dotted: bool) -> str:
        fitted, tail, _ = self._fill(name, rest, left, right, dotted=dotted)
        self.lines.append(fitted)
        self.y += lead
        return tail

    def _fill(self, name: str, value: str, x: int, end: int, *, dotted: bool) -> tuple[str, str, str]:
        font = typed(self.size, self.face)
        by_hand = name.partition(".")[0] in self.handwritten
        # A hand needs more room than type.
        fitted, tail = fit(value, font, int((end - x) * (0.8 if by_hand else 1)))
        if dotted:
            self.dots(x - 8, end)
        if by_hand:
            reached = write_by_hand(self.draw, fitted, (x, self.y), end, seed=self.seed, size=self.size)
        else:
            self.draw.text((x, self.y), fitted, self.ink, font)
            reached = x + int(font.getlength(fitted))
        if fitted:
            self._remember(name.partition(".")[0], (x, self.y, reached, self.y + int(self.size * 1.25)))
        return ("" if by_hand else fitted), tail, name

    def _remember(self, name: str, box: tuple[int, int, int, int]) -> None:
        known = self.places.get(name, box)
        self.places[name] = (
            min(known[0], box[0]),
            min(known[1], box[1]),
            max(known[2], box[2]),
            max(known[3], box[3]),
        )

    def day(self, name: str, x: int, *, before: str = "ngày", style: str = "Regular") -> str:
        """ "ngày 14 tháng 5 năm 1992" with the filled parts in the field's ink; answers with its text."""
        day, month, year = (self.values.get(name) or "//").split("/")
        start, words = x, []
        for label, part in ((before, day), ("tháng", month.lstrip("0")), ("năm", year)):
            self.draw.text((x, self.y), label, BLACK, serif(self.size, style))
            x += int(serif(self.size, style).getlength(label)) + 18
            words.append(label)
            if not part:
                x += 120
            elif name in self.handwritten:
                x = write_by_hand(self.draw, part, (x, self.y), x + 300, seed=self.seed, size=self.size) + 8
            else:
                self.draw.text((x, self.y), part, self.ink, typed(self.size, self.face))
                words.append(part)
                x += int(typed(self.size, self.face).getlength(part)) + 18
        self._remember(name, (start, self.y, x, self.y + int(self.size * 1.25)))
        return " ".join(words)

    def boxed(self, label: str, name: str, *, left: int = LEFT, cell: int = 66, lead: int = 110) -> None:
        """A label and one ruled box for each of twelve digits."""
        font, value = serif(self.size), self.values.get(name, "")
        self.draw.text((left, self.y), label, BLACK, font)
        x = left + int(font.getlength(label)) + 30
        start, top = x, self.y - 6
        for place in range(12):
            self.draw.rectangle((x, top, x + cell, top + 78), outline=(60, 60, 62), width=3)
            digit = value[place : place + 1]
            if digit and name in self.handwritten:
                write_by_hand(
                    self.draw, digit, (x + 16, self.y), x + cell, seed=place, size=50, hand=hand_of(self.seed)
                )
            elif digit:
                self.draw.text(
                    (x + cell / 2, top + 39), digit, self.ink, typed(self.size, self.face), anchor="mm"
                )
            x += cell
        if value:
            self._remember(name, (start, top, x, top + 78))
        self.lines.append(label if name in self.handwritten else f"{label} {value}".strip())
        self.y += lead

    def table(
        self, edges: Sequence[int], rows: Sequence[Sequence[str]], *, size: int = 46, head_rows: int = 1
    ) -> None:
        """A ruled table; a cell that is the name of a field holds its value, any other its own text."""
        for number, cells in enumerate(rows):
            style = "Bold" if number < head_rows else "Regular"
            wrapped = [
                wrap(self.values.get(cell, cell), self._font(cell, size, style), edges[k + 1] - edges[k] - 36)
                for k, cell in enumerate(cells)
            ]
            height = max(len(lines) for lines in wrapped) * int(size * 1.3) + 34
            for k, lines in enumerate(wrapped):
                self.draw.rectangle(
                    (edges[k], self.y, edges[k + 1], self.y + height), outline=(50, 50, 52), width=3
                )
                self._cell(cells[k], lines, edges[k] + 18, edges[k + 1], size, style)
            for depth in range(max(map(len, wrapped))):
                here = [
                    lines[depth]
                    for k, lines in enumerate(wrapped)
                    if depth < len(lines) and cells[k] not in self.handwritten
                ]
                self.lines.append(" ".join(text for text in here if text))
            self.y += height
        self.lines = [line for line in self.lines if line]
        self.y += 40

    def _cell(self, cell: str, lines: Sequence[str], x: int, end: int, size: int, style: str) -> None:
        is_field = cell in self.values
        for depth, text in enumerate(lines):
            top = self.y + 17 + depth * int(size * 1.3)
            if cell in self.handwritten:
                reached = write_by_hand(
                    self.draw,
                    text,
                    (x, top),
                    end - 8,
                    seed=depth,
                    size=int(size * 0.8),
                    hand=hand_of(self.seed),
                )
            else:
                font = self._font(cell, size, style)
                self.draw.text((x, top), text, self.ink if is_field else BLACK, font)
                reached = x + int(font.getlength(text))
            if is_field and text:
                self._remember(cell, (x, top, reached, top + int(size * 1.25)))

    def _font(self, cell: str, size: int, style: str) -> ImageFont.FreeTypeFont:
        return typed(size, self.face) if cell in self.values else serif(size, style)

    def dots(self, start: int, end: int) -> None:
        base = self.y + int(self.size * 1.15)
        for x in range(start, end, 12):
            self.draw.ellipse((x, base, x + 4, base + 4), fill=(90, 90, 92))

    def paragraph(self, text: str, *, indent: int = 90, name: str = "") -> None:
        """Running text; with `name` it is the value of that field."""
        font, x, rest = serif(self.size), LEFT + indent, text
        while rest:
            fitted, rest = fit(rest, font, RIGHT - x)
            if name and name in self.handwritten:
                write_by_hand(self.draw, fitted, (x, self.y), RIGHT, seed=self.seed, size=self.size)
            else:
                self.draw.text((x, self.y), fitted, BLACK, font)
                self.lines.append(fitted)
            if name:
                width = int(font.getlength(fitted))
                self._remember(name, (x, self.y, x + width, self.y + int(self.size * 1.25)))
            self.y += round(self.size * 1.44)
            x = LEFT
        self.y += 30

    def signature(self, middle: int) -> None:
        """A pen stroke: it is no text, and a reader must not make any of it."""
        points = [
            (middle - 170 + 8 * t, self.y + 90 + 55 * math.sin(t * 0.62) * math.cos(t * 0.21))
            for t in range(46)
        ]
        self.draw.line(points, TYPED_INK, 6, joint="curve")
        self.y += 210

    def state_heading(self) -> None:
        self.centred("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 56)
        self.underline(self.centred("Độc lập - Tự do - Hạnh phúc", 56, lead=6))
        self.y += 70

    def two_column_head(self, agency: Sequence[str], beneath: Sequence[str] = ()) -> None:
        """Agency on the left, state heading on the right (NĐ 30/2020): read one column after the other."""
        top = self.y
        for number, text in enumerate(agency):
            bold = number == len(agency) - 1
            self.centred(text, 44, "Bold" if bold else "Regular", middle=620)
        for text in beneath:
            self.centred(text, 44, "Regular", middle=620)
        bottom, self.y = self.y, top
        self.centred("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 44, middle=1720)
        self.underline(self.centred("Độc lập - Tự do - Hạnh phúc", 46, middle=1720, lead=22), middle=1720)
        self.y = max(bottom, self.y) + 70

    def printed(self) -> PrintedSheet:
        filled = {name: value for name, value in self.values.items() if value}
        text = "\n".join(line for line in self.lines if line) + "\n"
        return PrintedSheet(self.kind, self.image, text, filled, self.handwritten, self.places)


def fit(text: str, font: ImageFont.FreeTypeFont, width: int) -> tuple[str, str]:
    """As many whole words as `width` pixels hold, and the rest."""
    words = text.split(" ")
    count = len(words)
    while count > 1 and font.getlength(" ".join(words[:count])) > width:
        count -= 1
    return " ".join(words[:count]), " ".join(words[count:])


def wrap(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """`text` in lines of at most `width` pixels."""
    lines, rest = [], text
    while rest:
        line, rest = fit(rest, font, width)
        lines.append(line)
    return lines or [""]
