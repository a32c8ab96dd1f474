"""Prints the papers of a request for a civil-status extract, and an official letter.

Every printed sheet carries its image, the text in reading order (dotted rules are drawn, they are not text)
and the value of every field, so that a reading can be measured against the truth.
"""

from dataclasses import asdict, dataclass

from scanning.samples.faces import Face, serif
from scanning.samples.paper import PAGE_DPI, RIGHT, Paper, PrintedSheet, wrap
from scanning.samples.people import SAMPLE_REQUESTER, SAMPLE_SUBJECT, SamplePerson
from scanning.samples.stamps import red_stamp

__all__ = [
    "PAGE_DPI",
    "AuthorizationValues",
    "DeclarationValues",
    "PrintedSheet",
    "declaration_for",
    "print_authorization",
    "print_declaration",
    "print_official_letter",
    "red_stamp",
    "serif",
]


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


def print_declaration(
    values: DeclarationValues | None = None,
    *,
    place: str = "Buôn Ma Thuột",
    made_on: str = "23/11/2026",
    handwritten: frozenset[str] = frozenset(),
    seed: int = 1,
    face: Face = Face.REGULAR,
) -> PrintedSheet:
    """Prints a filled "Tờ khai cấp bản sao trích lục hộ tịch"; the named fields are filled in by hand."""
    v = values or DeclarationValues()
    filled = asdict(v) | {"copies": f"{int(v.copies):02d}"}
    paper = Paper("declaration_civil_extract", filled, handwritten, seed=seed, face=face)
    paper.state_heading()
    paper.centred("TỜ KHAI CẤP BẢN SAO TRÍCH LỤC HỘ TỊCH", 64, lead=56)
    paper.row(("Kính gửi:", "addressee", 2120), left=480, lead=130)
    paper.row(("Họ, chữ đệm, tên người yêu cầu:", "requester_name", RIGHT), bold=True)
    paper.row(("Ngày, tháng, năm sinh:", "requester_birth_date", 2240))
    paper.row(("Nơi cư trú:", "requester_residence", 2280))
    paper.row(("Số định danh cá nhân/Giấy tờ tùy thân:", "requester_id", 2220))
    paper.row(("Quan hệ với người được cấp bản sao trích lục hộ tịch:", "relation", 2220), lead=130)
    paper.row(
        ("Đề nghị cơ quan cấp bản sao trích lục:", "extract_kind", 1560),
        ("cho người có tên dưới đây:", "", 0),
        lead=112,
    )
    paper.row(("Họ, chữ đệm, tên:", "subject_name", RIGHT), bold=True)
    paper.row(("Ngày, tháng, năm sinh:", "subject_birth_date", 2240))
    paper.row(
        ("Giới tính:", "subject_sex", 790),
        ("Dân tộc:", "subject_ethnicity", 1450),
        ("Quốc tịch:", "subject_nationality", 2210),
    )
    paper.row(("Nơi cư trú:", "subject_residence", 2270))
    paper.row(("Số định danh cá nhân/Giấy tờ tùy thân:", "subject_id", 2220))
    paper.row(("Đã đăng ký tại:", "registered_at", 2260))
    paper.row(
        ("Ngày", "registered_on.day", 520),
        ("tháng", "registered_on.month", 780),
        ("năm", "registered_on.year", 1090),
        ("Số:", "registration_number", 1520),
        ("Quyển số:", "registration_book", 2290),
    )
    paper.row(("Số lượng bản sao yêu cầu cấp:", "copies", 1300), ("bản.", "", 0), lead=130)
    paper.paragraph(
        "Tôi cam đoan những nội dung khai trên đây là đúng sự thật và chịu trách nhiệm trước pháp luật "
        "về cam đoan của mình."
    )
    signed_by_one(paper, place, made_on, "Người yêu cầu", v.requester_name)
    paper.values["copies"] = v.copies
    return paper.printed()


def signed_by_one(paper: Paper, place: str, made_on: str, role: str, name: str) -> None:
    """Place, day and one signature on the right."""
    paper.y += 20
    paper.centred(f"{place}, {spoken_day(made_on)}", 54, "Italic", middle=1760, lead=18)
    paper.centred(role, 54, middle=1840)
    paper.centred("(Ký, ghi rõ họ, chữ đệm, tên)", 48, "Italic", middle=1840)
    paper.signature(1840)
    paper.centred(name.title(), 52, "Regular", middle=1840)


def spoken_day(day_text: str) -> str:
    """ "ngày 23 tháng 11 năm 2026"."""
    day, month, year = day_text.split("/")
    return f"ngày {day} tháng {month.lstrip('0')} năm {year}"


def print_authorization(
    values: AuthorizationValues | None = None,
    *,
    place: str = "Buôn Ma Thuột",
    stamped: bool = False,
    handwritten: frozenset[str] = frozenset(),
    seed: int = 1,
    face: Face = Face.REGULAR,
) -> PrintedSheet:
    """Prints a filled "Giấy ủy quyền"; `stamped` sets a red round seal beside and over the signatures."""
    v = values or AuthorizationValues()
    paper = Paper("authorization", asdict(v), handwritten, seed=seed, face=face)
    paper.state_heading()
    paper.centred("GIẤY ỦY QUYỀN", 68, lead=56)
    for heading, who in (("I. Bên ủy quyền", "principal"), ("II. Bên được ủy quyền", "agent")):
        paper.row((heading, "", 0), bold=True)
        paper.row(("Họ, chữ đệm, tên:", f"{who}_name", RIGHT))
        paper.row(("Ngày, tháng, năm sinh:", f"{who}_birth_date", 2240))
        paper.row(("Số định danh cá nhân:", f"{who}_id", 2240))
        paper.row(("Nơi cư trú:", f"{who}_residence", 2280), lead=120)
    paper.row(("III. Nội dung ủy quyền", "", 0), bold=True)
    paper.paragraph(v.scope, name="scope")
    paper.paragraph(
        "Giấy ủy quyền này có hiệu lực kể từ ngày ký. Hai bên đã đọc lại, hiểu rõ và chịu trách nhiệm "
        "trước pháp luật về nội dung nêu trên."
    )
    paper.y += 20
    paper.centred(f"{place}, {spoken_day(v.made_on)}", 54, "Italic", middle=1760, lead=18)
    paper.side_by_side("Bên ủy quyền", "Bên được ủy quyền", 54)
    top = paper.y
    paper.signature(680)
    paper.y = top
    paper.signature(1800)
    paper.side_by_side(v.principal_name.title(), v.agent_name.title(), 52, "Regular")
    if stamped:
        red_stamp(paper.image, (1240, paper.y - 330))
    return paper.printed()


def print_official_letter(
    *, place: str = "Buôn Ma Thuột", subject: str = "V/v cung cấp thông tin hộ tịch"
) -> PrintedSheet:
    """Prints an agency's letter with the two-column head of NĐ 30/2020: agency left, state heading right."""
    paper = Paper("unknown")
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
    return paper.printed()


def print_plain_paper(title: str, about: str) -> PrintedSheet:
    """An invented paper of no known kind: a title, whom it is about, and a sentence."""
    paper = Paper("unknown")
    paper.centred("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 54)
    paper.underline(paper.centred("Độc lập - Tự do - Hạnh phúc", 56, lead=90))
    for line in wrap(title.upper(), serif(64, "Bold"), 1900):
        paper.centred(line, 64, lead=12)
    paper.y += 60
    paper.paragraph(f"Người liên quan: {about}.")
    paper.paragraph("Giấy này được lập để tập huấn và kiểm thử, không có giá trị pháp lý.")
    return paper.printed()
