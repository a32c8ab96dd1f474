"""Prints invented papers as A4 pages and knows the exact text that stands on them.

Every printed sheet carries its image, the text in reading order (dotted rules are drawn, they are not text)
and the value of every field, so that a reading can be measured against the truth.
"""

import math
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.resources import files

from PIL import Image, ImageChops, ImageDraw, ImageFont

from scanning.samples.people import SAMPLE_REQUESTER, SAMPLE_SUBJECT, SamplePerson

PAGE_DPI = 300
_BLACK = (24, 24, 26)
_INK = (34, 44, 120)
_PAPER = (253, 252, 248)
_STAMP = (206, 32, 44)
_LEFT, _RIGHT = 260, 2300


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """One printed paper: `image` is RGB at 300 dpi, `text` what a perfect reader would write down."""

    kind: str
    image: Image.Image
    text: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeclarationValues:
    """What is filled into a request for a copy of a civil-status extract (component G15-KQ003037)."""

    addressee: str = "Ủy ban nhân dân phường Buôn Ma Thuột, tỉnh Đắk Lắk"
    requester_name: str = SAMPLE_REQUESTER.full_name.upper()
    requester_birth_date: str = SAMPLE_REQUESTER.birth_text
    requester_residence: str = SAMPLE_REQUESTER.residence
    requester_id: str = SAMPLE_REQUESTER.personal_id
    relation: str = "Vợ"
    extract_kind: str = "khai sinh"
    subject_name: str = SAMPLE_SUBJECT.full_name.upper()
    subject_birth_date: str = SAMPLE_SUBJECT.birth_text
    subject_sex: str = SAMPLE_SUBJECT.sex_word
    subject_ethnicity: str = SAMPLE_SUBJECT.ethnicity
    subject_nationality: str = "Việt Nam"
    subject_residence: str = SAMPLE_SUBJECT.residence
    subject_id: str = SAMPLE_SUBJECT.personal_id
    registered_at: str = "UBND xã Ea Tu, thị xã Buôn Ma Thuột, tỉnh Đắk Lắk"
    registered_on: str = "14/05/1992"
    registration_number: str = "215/1992"
    registration_book: str = "01-TP/CC-1992"
    copies: str = "2"


@dataclass(frozen=True, slots=True)
class AuthorizationValues:
    """What is filled into a letter of authorisation (component G15-KQ003040)."""

    principal_name: str = SAMPLE_SUBJECT.full_name.upper()
    principal_birth_date: str = SAMPLE_SUBJECT.birth_text
    principal_id: str = SAMPLE_SUBJECT.personal_id
    principal_residence: str = SAMPLE_SUBJECT.residence
    agent_name: str = SAMPLE_REQUESTER.full_name.upper()
    agent_birth_date: str = SAMPLE_REQUESTER.birth_text
    agent_id: str = SAMPLE_REQUESTER.personal_id
    agent_residence: str = SAMPLE_REQUESTER.residence
    scope: str = (
        "Nộp hồ sơ, nộp lệ phí và nhận kết quả thủ tục cấp bản sao trích lục khai sinh "
        "tại Bộ phận Một cửa phường Buôn Ma Thuột."
    )
    made_on: str = "23/11/2026"


def declaration_for(requester: SamplePerson, subject: SamplePerson, **changed: str) -> DeclarationValues:
    """A declaration in which `requester` asks for a copy about `subject`; any field may be given."""
    values = {
        "requester_name": requester.full_name.upper(),
        "requester_birth_date": requester.birth_text,
        "requester_residence": requester.residence,
        "requester_id": requester.personal_id,
        "relation": "Bản thân" if requester == subject else "Người thân",
        "subject_name": subject.full_name.upper(),
        "subject_birth_date": subject.birth_text,
        "subject_sex": subject.sex_word,
        "subject_ethnicity": subject.ethnicity,
        "subject_residence": subject.residence,
        "subject_id": subject.personal_id,
        "registered_on": f"14/05/{subject.birth_date.year + 1}",
        "registration_number": f"215/{subject.birth_date.year + 1}",
        "registration_book": f"01-TP/CC-{subject.birth_date.year + 1}",
    }
    return DeclarationValues(**(values | changed))


@cache
def serif(size: int, style: str = "Regular") -> ImageFont.FreeTypeFont:
    """The Times-metric face in which official papers are set; size in pixels."""
    path = files("resources") / "fonts" / f"LiberationSerif-{style}.ttf"
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


class _Paper:
    """A page being printed from the top down; remembers each printed line as text."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (2480, 3508), _PAPER)
        self.draw = ImageDraw.Draw(self.image)
        self.y = 220
        self.lines: list[str] = []

    def centred(self, text: str, size: int, style: str = "Bold", *, middle: int = 1280, lead: int = 0) -> int:
        font = serif(size, style)
        width = int(font.getlength(text))
        self.draw.text((middle - width // 2, self.y), text, _BLACK, font)
        self.lines.append(text)
        self.y += int(size * 1.3) + lead
        return width

    def underline(self, width: int, *, middle: int = 1280) -> None:
        self.draw.line((middle - width // 2, self.y - 4, middle + width // 2, self.y - 4), _BLACK, 4)

    def pieces(
        self, *pieces: tuple[str, str, int], bold: bool = False, left: int = _LEFT, lead: int = 100
    ) -> None:
        """One line of (label, value, x at which the value's dotted rule ends; 0 means no rule)."""
        label_font, value_font = serif(54, "Bold" if bold else "Regular"), serif(54)
        x, words, tail = left, [], ""
        for label, value, end in pieces:
            if label:
                self.draw.text((x, self.y), label, _BLACK, label_font)
                words.append(label)
                x += int(label_font.getlength(label)) + 22
            if end:
                fitted, tail = _fit(value, value_font, end - x)
                self.dots(x - 8, end)
                self.draw.text((x, self.y), fitted, _INK, value_font)
                words.append(fitted)
                x = end + 24
        self.lines.append(" ".join(word for word in words if word))
        self.y += lead
        if tail:
            self.pieces(("", tail, _RIGHT), left=left, lead=lead)

    def dots(self, start: int, end: int) -> None:
        base = self.y + 62
        for x in range(start, end, 12):
            self.draw.ellipse((x, base, x + 4, base + 4), fill=(90, 90, 92))

    def paragraph(self, text: str, *, indent: int = 90) -> None:
        font, x, rest = serif(54), _LEFT + indent, text
        while rest:
            fitted, rest = _fit(rest, font, _RIGHT - x)
            self.draw.text((x, self.y), fitted, _BLACK, font)
            self.lines.append(fitted)
            self.y += 78
            x = _LEFT
        self.y += 30

    def signature(self, middle: int) -> None:
        """A pen stroke: it is no text, and a reader must not make any of it."""
        points = [
            (middle - 170 + 8 * t, self.y + 90 + 55 * math.sin(t * 0.62) * math.cos(t * 0.21))
            for t in range(46)
        ]
        self.draw.line(points, _INK, 6, joint="curve")
        self.y += 210

    def state_heading(self) -> None:
        self.centred("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 56)
        self.underline(self.centred("Độc lập - Tự do - Hạnh phúc", 56, lead=6))
        self.y += 70

    def printed(self, kind: str, fields: dict[str, str]) -> PrintedSheet:
        return PrintedSheet(kind, self.image, "\n".join(self.lines) + "\n", fields)


def _fit(text: str, font: ImageFont.FreeTypeFont, width: int) -> tuple[str, str]:
    """As many whole words as `width` pixels hold, and the rest."""
    words = text.split(" ")
    count = len(words)
    while count > 1 and font.getlength(" ".join(words[:count])) > width:
        count -= 1
    return " ".join(words[:count]), " ".join(words[count:])


def _spoken(day_text: str) -> tuple[str, str, str]:
    day, month, year = day_text.split("/")
    return day, month.lstrip("0"), year


def print_declaration(
    values: DeclarationValues | None = None, *, place: str = "Buôn Ma Thuột", made_on: str = "23/11/2026"
) -> PrintedSheet:
    """Prints a filled "Tờ khai cấp bản sao trích lục hộ tịch"."""
    v = values or DeclarationValues()
    paper = _Paper()
    paper.state_heading()
    paper.centred("TỜ KHAI CẤP BẢN SAO TRÍCH LỤC HỘ TỊCH", 64, lead=56)
    paper.pieces(("Kính gửi:", v.addressee, 2120), left=480, lead=130)
    paper.pieces(("Họ, chữ đệm, tên người yêu cầu:", v.requester_name, _RIGHT), bold=True)
    paper.pieces(("Ngày, tháng, năm sinh:", v.requester_birth_date, 2240))
    paper.pieces(("Nơi cư trú:", v.requester_residence, 2280))
    paper.pieces(("Số định danh cá nhân/Giấy tờ tùy thân:", v.requester_id, 2220))
    paper.pieces(("Quan hệ với người được cấp bản sao trích lục hộ tịch:", v.relation, 2220), lead=130)
    paper.pieces(
        ("Đề nghị cơ quan cấp bản sao trích lục:", v.extract_kind, 1560),
        ("cho người có tên dưới đây:", "", 0),
        lead=112,
    )
    paper.pieces(("Họ, chữ đệm, tên:", v.subject_name, _RIGHT), bold=True)
    paper.pieces(("Ngày, tháng, năm sinh:", v.subject_birth_date, 2240))
    paper.pieces(
        ("Giới tính:", v.subject_sex, 790),
        ("Dân tộc:", v.subject_ethnicity, 1450),
        ("Quốc tịch:", v.subject_nationality, 2210),
    )
    paper.pieces(("Nơi cư trú:", v.subject_residence, 2270))
    paper.pieces(("Số định danh cá nhân/Giấy tờ tùy thân:", v.subject_id, 2220))
    paper.pieces(("Đã đăng ký tại:", v.registered_at, 2260))
    day, month, year = _spoken(v.registered_on)
    paper.pieces(
        ("Ngày", day, 520),
        ("tháng", month, 780),
        ("năm", year, 1090),
        ("Số:", v.registration_number, 1520),
        ("Quyển số:", v.registration_book, 2290),
    )
    paper.pieces(("Số lượng bản sao yêu cầu cấp:", f"{int(v.copies):02d}", 1300), ("bản.", "", 0), lead=130)
    paper.paragraph(
        "Tôi cam đoan những nội dung khai trên đây là đúng sự thật và chịu trách nhiệm trước pháp luật "
        "về cam đoan của mình."
    )
    day, month, year = _spoken(made_on)
    paper.y += 20
    paper.centred(f"{place}, ngày {day} tháng {month} năm {year}", 54, "Italic", middle=1760, lead=18)
    paper.centred("Người yêu cầu", 54, middle=1840)
    paper.centred("(Ký, ghi rõ họ, chữ đệm, tên)", 48, "Italic", middle=1840)
    paper.signature(1840)
    paper.centred(v.requester_name.title(), 52, "Regular", middle=1840)
    return paper.printed("declaration_civil_extract", asdict(v))


def print_authorization(
    values: AuthorizationValues | None = None, *, place: str = "Buôn Ma Thuột", stamped: bool = False
) -> PrintedSheet:
    """Prints a filled "Giấy ủy quyền"; `stamped` sets a red round seal beside and over the signatures."""
    v = values or AuthorizationValues()
    paper = _Paper()
    paper.state_heading()
    paper.centred("GIẤY ỦY QUYỀN", 68, lead=56)
    for heading, who in (("I. Bên ủy quyền", "principal"), ("II. Bên được ủy quyền", "agent")):
        paper.pieces((heading, "", 0), bold=True)
        paper.pieces(("Họ, chữ đệm, tên:", getattr(v, f"{who}_name"), _RIGHT))
        paper.pieces(("Ngày, tháng, năm sinh:", getattr(v, f"{who}_birth_date"), 2240))
        paper.pieces(("Số định danh cá nhân:", getattr(v, f"{who}_id"), 2240))
        paper.pieces(("Nơi cư trú:", getattr(v, f"{who}_residence"), 2280), lead=120)
    paper.pieces(("III. Nội dung ủy quyền", "", 0), bold=True)
    paper.paragraph(v.scope)
    paper.paragraph(
        "Giấy ủy quyền này có hiệu lực kể từ ngày ký. Hai bên đã đọc lại, hiểu rõ và chịu trách nhiệm "
        "trước pháp luật về nội dung nêu trên."
    )
    day, month, year = _spoken(v.made_on)
    paper.y += 20
    paper.centred(f"{place}, ngày {day} tháng {month} năm {year}", 54, "Italic", middle=1760, lead=18)
    top = paper.y
    paper.centred("Bên ủy quyền", 54, middle=680)
    left_head = paper.lines.pop()
    paper.y = top
    paper.centred("Bên được ủy quyền", 54, middle=1800)
    paper.lines[-1] = f"{left_head} {paper.lines[-1]}"
    top = paper.y
    paper.signature(680)
    paper.y = top
    paper.signature(1800)
    top = paper.y
    paper.centred(v.principal_name.title(), 52, "Regular", middle=680)
    left_name = paper.lines.pop()
    paper.y = top
    paper.centred(v.agent_name.title(), 52, "Regular", middle=1800)
    paper.lines[-1] = f"{left_name} {paper.lines[-1]}"
    sheet = paper.printed("authorization", asdict(v))
    if stamped:
        red_stamp(sheet.image, (1240, paper.y - 330))
    return sheet


def print_official_letter(
    *, place: str = "Buôn Ma Thuột", subject: str = "V/v cung cấp thông tin hộ tịch"
) -> PrintedSheet:
    """Prints an agency's letter with the two-column head of NĐ 30/2020: agency left, state heading right."""
    paper = _Paper()
    for text, style, size in (
        ("ỦY BAN NHÂN DÂN", "Regular", 52),
        ("PHƯỜNG BUÔN MA THUỘT", "Bold", 52),
        ("Số: 128/UBND-VP", "Regular", 50),
    ):
        paper.centred(text, size, style, middle=620)
    paper.y = 220
    paper.centred("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 50, middle=1720)
    paper.underline(paper.centred("Độc lập - Tự do - Hạnh phúc", 52, middle=1720, lead=22), middle=1720)
    paper.centred(f"{place}, ngày 20 tháng 11 năm 2026", 50, "Italic", middle=1720)
    paper.y += 60
    paper.centred(subject, 50, "Regular", middle=620, lead=60)
    # The subject stands at the foot of the left column: it is read before the right one.
    paper.lines.insert(3, paper.lines.pop())
    paper.paragraph("Kính gửi: Trung tâm Phục vụ hành chính công phường Ea Kao.", indent=420)
    for text in (
        "Ủy ban nhân dân phường Buôn Ma Thuột nhận được đề nghị cung cấp thông tin hộ tịch của công dân "
        "để giải quyết thủ tục cấp bản sao trích lục khai sinh theo quy định của pháp luật về hộ tịch.",
        "Qua tra cứu Sổ đăng ký khai sinh lưu giữ tại địa phương, Ủy ban nhân dân phường xác nhận nội dung "
        "đăng ký đúng như tờ khai và gửi kèm bản sao để Quý cơ quan thực hiện các bước tiếp theo.",
        "Trân trọng cảm ơn sự phối hợp của Quý cơ quan.",
    ):
        paper.paragraph(text)
    return paper.printed("unknown", {})


def red_stamp(image: Image.Image, middle: tuple[int, int], *, radius: int = 210) -> None:
    """Presses a red round seal on `image`; ink lets what lies beneath show through."""
    layer = Image.new("RGB", image.size, (255, 255, 255))
    draw = ImageDraw.Draw(layer)
    x, y = middle
    for inset, width in ((0, 12), (78, 6)):
        ring = radius - inset
        draw.ellipse((x - ring, y - ring, x + ring, y + ring), outline=_STAMP, width=width)
    star = [
        (
            x + (54 if k % 2 == 0 else 22) * math.sin(k * math.pi / 5),
            y - (54 if k % 2 == 0 else 22) * math.cos(k * math.pi / 5),
        )
        for k in range(10)
    ]
    draw.polygon(star, fill=_STAMP)
    font = serif(46, "Bold")
    for number, letter in enumerate("ỦY BAN NHÂN DÂN PHƯỜNG MẪU ★ "):
        angle = math.tau * number / 29
        glyph = Image.new("L", (80, 80), 0)
        ImageDraw.Draw(glyph).text((40, 40), letter, 255, font, anchor="mm")
        turned = glyph.rotate(-math.degrees(angle))
        at = (int(x + (radius - 40) * math.sin(angle)) - 40, int(y - (radius - 40) * math.cos(angle)) - 40)
        layer.paste(_STAMP, at, turned)
    image.paste(Image.composite(_multiplied(image, layer), image, _inked(layer)))


def _inked(layer: Image.Image) -> Image.Image:
    return layer.convert("L").point(lambda level: 255 if level < 250 else 0)


def _multiplied(image: Image.Image, layer: Image.Image) -> Image.Image:
    return ImageChops.multiply(image, layer)
