"""Prints the declarations of civil status after the annexes of TT 04/2020/TT-BTP: marital status, birth, death,
marriage."""

from collections.abc import Mapping

from scanning.samples.faces import Face
from scanning.samples.paper import RIGHT, Paper, PrintedSheet
from scanning.samples.sheets import signed_by_one, spoken_day

_VOW = (
    "Tôi cam đoan những nội dung khai trên đây là đúng sự thật và chịu trách nhiệm trước pháp luật "
    "về cam đoan của mình."
)
NOBODY: frozenset[str] = frozenset()


def print_marital_status_declaration(
    values: Mapping[str, str],
    *,
    handwritten: frozenset[str] = NOBODY,
    seed: int = 1,
    face: Face = Face.REGULAR,
) -> PrintedSheet:
    """Prints a filled "Tờ khai cấp Giấy xác nhận tình trạng hôn nhân"."""
    paper = Paper("declaration_marital_status", values, handwritten, seed=seed, face=face)
    paper.state_heading()
    paper.centred("TỜ KHAI CẤP GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", 58, lead=50)
    paper.row(("Kính gửi:", "addressee", 2200), left=440, lead=120)
    paper.row(("Họ, chữ đệm, tên người yêu cầu:", "requester_name", RIGHT))
    paper.row(("Nơi cư trú:", "requester_residence", RIGHT))
    paper.row(("Giấy tờ tùy thân:", "requester_id", RIGHT))
    paper.row(("Quan hệ với người được cấp Giấy xác nhận tình trạng hôn nhân:", "relation", RIGHT))
    paper.y += 20
    paper.paragraph("Đề nghị cấp Giấy xác nhận tình trạng hôn nhân cho người có tên dưới đây:", indent=90)
    paper.row(("Họ, chữ đệm, tên:", "subject_name", RIGHT))
    paper.row(("Ngày, tháng, năm sinh:", "subject_birth_date", RIGHT))
    paper.row(
        ("Giới tính:", "subject_sex", 760),
        ("Dân tộc:", "subject_ethnicity", 1400),
        ("Quốc tịch:", "subject_nationality", RIGHT),
    )
    paper.row(("Giấy tờ tùy thân:", "subject_id", RIGHT))
    paper.row(("Nơi cư trú:", "subject_residence", RIGHT))
    paper.row(("Tình trạng hôn nhân:", "marital_status", RIGHT))
    paper.row(("Mục đích yêu cầu cấp Giấy xác nhận tình trạng hôn nhân:", "purpose", RIGHT), lead=110)
    paper.paragraph(_VOW)
    signed_by_one(paper, values["made_at"], values["made_on"], "Người yêu cầu", values["requester_name"])
    return _without(paper, "made_at")


def print_birth_declaration(
    values: Mapping[str, str],
    *,
    handwritten: frozenset[str] = NOBODY,
    seed: int = 1,
    face: Face = Face.REGULAR,
) -> PrintedSheet:
    """Prints a filled "Tờ khai đăng ký khai sinh"."""
    paper = Paper("declaration_birth", values, handwritten, seed=seed, face=face, size=50)
    paper.y = 170
    paper.state_heading()
    paper.centred("TỜ KHAI ĐĂNG KÝ KHAI SINH", 62, lead=36)
    paper.row(("Kính gửi:", "addressee", 2200), left=440, lead=100)
    lead = 88
    paper.row(("Họ, chữ đệm, tên người yêu cầu:", "requester_name", RIGHT), lead=lead)
    paper.row(("Nơi cư trú:", "requester_residence", RIGHT), lead=lead)
    paper.row(("Số định danh cá nhân/Giấy tờ tùy thân:", "requester_id", RIGHT), lead=lead)
    paper.row(("Quan hệ với người được khai sinh:", "relation", RIGHT), lead=lead)
    paper.row(("Đề nghị cơ quan đăng ký khai sinh cho người dưới đây:", "", 0), lead=lead, bold=True)
    paper.row(("Họ, chữ đệm, tên:", "child_name", RIGHT), lead=lead)
    paper.row(
        ("Ngày, tháng, năm sinh:", "child_birth_date", 1240),
        ("ghi bằng chữ:", "child_birth_date_words", RIGHT),
        lead=lead,
    )
    paper.row(
        ("Giới tính:", "child_sex", 760),
        ("Dân tộc:", "child_ethnicity", 1400),
        ("Quốc tịch:", "child_nationality", RIGHT),
        lead=lead,
    )
    paper.row(("Nơi sinh:", "birth_place", RIGHT), lead=lead)
    paper.row(("Quê quán:", "home_place", RIGHT), lead=lead)
    for who, word in (("mother", "mẹ"), ("father", "cha")):
        paper.row((f"Họ, chữ đệm, tên người {word}:", f"{who}_name", RIGHT), lead=lead)
        paper.row(
            ("Năm sinh:", f"{who}_birth_year", 760),
            ("Dân tộc:", f"{who}_ethnicity", 1400),
            ("Quốc tịch:", f"{who}_nationality", RIGHT),
            lead=lead,
        )
        paper.row(("Nơi cư trú:", f"{who}_residence", RIGHT), lead=lead)
    paper.y += 10
    paper.paragraph(_VOW)
    signed_by_one(paper, values["made_at"], values["made_on"], "Người yêu cầu", values["requester_name"])
    return _without(paper, "made_at")


def print_death_declaration(
    values: Mapping[str, str],
    *,
    handwritten: frozenset[str] = NOBODY,
    seed: int = 1,
    face: Face = Face.REGULAR,
) -> PrintedSheet:
    """Prints a filled "Tờ khai đăng ký khai tử"."""
    paper = Paper("declaration_death", values, handwritten, seed=seed, face=face, size=52)
    paper.state_heading()
    paper.centred("TỜ KHAI ĐĂNG KÝ KHAI TỬ", 62, lead=46)
    paper.row(("Kính gửi:", "addressee", 2200), left=440, lead=110)
    lead = 94
    paper.row(("Họ, chữ đệm, tên người yêu cầu:", "requester_name", RIGHT), lead=lead)
    paper.row(("Nơi cư trú:", "requester_residence", RIGHT), lead=lead)
    paper.row(("Số định danh cá nhân/Giấy tờ tùy thân:", "requester_id", RIGHT), lead=lead)
    paper.row(("Quan hệ với người đã chết:", "relation", RIGHT), lead=lead)
    paper.row(("Đề nghị cơ quan đăng ký khai tử cho người có tên dưới đây:", "", 0), lead=lead, bold=True)
    paper.row(("Họ, chữ đệm, tên:", "deceased_name", RIGHT), lead=lead)
    paper.row(("Ngày, tháng, năm sinh:", "deceased_birth_date", RIGHT), lead=lead)
    paper.row(
        ("Giới tính:", "deceased_sex", 760),
        ("Dân tộc:", "deceased_ethnicity", 1400),
        ("Quốc tịch:", "deceased_nationality", RIGHT),
        lead=lead,
    )
    paper.row(("Nơi cư trú cuối cùng:", "deceased_residence", RIGHT), lead=lead)
    paper.row(("Số định danh cá nhân/Giấy tờ tùy thân:", "deceased_id", RIGHT), lead=lead)
    paper.row(("Đã chết vào lúc:", "death_time", 1180), ("ngày", "@death_date", RIGHT), lead=lead)
    paper.row(("Nơi chết:", "death_place", RIGHT), lead=lead)
    paper.row(("Nguyên nhân chết:", "death_cause", RIGHT), lead=lead)
    paper.row(
        ("Số Giấy báo tử/Giấy tờ thay thế Giấy báo tử:", "notice_number", 1720),
        ("do", "notice_agency", RIGHT),
        lead=lead,
    )
    paper.row(("cấp ngày", "@notice_date", 1500), lead=lead + 16)
    paper.paragraph(_VOW)
    signed_by_one(paper, values["made_at"], values["made_on"], "Người yêu cầu", values["requester_name"])
    return _without(paper, "made_at")


def print_marriage_declaration(
    values: Mapping[str, str],
    *,
    handwritten: frozenset[str] = NOBODY,
    seed: int = 1,
    face: Face = Face.REGULAR,
) -> PrintedSheet:
    """Prints a filled "Tờ khai đăng ký kết hôn": a table with one column for each of the two."""
    paper = Paper("declaration_marriage", values, handwritten, seed=seed, face=face)
    paper.state_heading()
    paper.centred("TỜ KHAI ĐĂNG KÝ KẾT HÔN", 64, lead=46)
    paper.row(("Kính gửi:", "addressee", 2200), left=440, lead=130)
    parts = (
        ("Họ, chữ đệm, tên", "name"),
        ("Ngày, tháng, năm sinh", "birth_date"),
        ("Dân tộc", "ethnicity"),
        ("Quốc tịch", "nationality"),
        ("Nơi cư trú", "residence"),
        ("Giấy tờ tùy thân", "id"),
        ("Kết hôn lần thứ mấy", "marriage_count"),
    )
    rows = [("Thông tin", "Bên nữ", "Bên nam")]
    rows += [(label, f"bride_{name}", f"groom_{name}") for label, name in parts]
    paper.table((260, 760, 1530, 2300), rows, size=48)
    paper.paragraph(
        "Chúng tôi cam đoan những lời khai trên đây là đúng sự thật, việc kết hôn của chúng tôi là tự nguyện, "
        "không vi phạm quy định của Luật hôn nhân và gia đình Việt Nam."
    )
    paper.paragraph("Chúng tôi chịu hoàn toàn trách nhiệm trước pháp luật về nội dung cam đoan của mình.")
    paper.centred(f"{values['made_at']}, {spoken_day(values['made_on'])}", 52, "Italic", middle=1760, lead=18)
    signed_by_two(paper, ("Bên nữ", "Bên nam"), (values["bride_name"], values["groom_name"]))
    return _without(paper, "made_at")


def signed_by_two(paper: Paper, roles: tuple[str, str], names: tuple[str, str]) -> None:
    """Two signatures side by side."""
    paper.side_by_side(*roles, 52)
    paper.side_by_side(*("(Ký, ghi rõ họ, chữ đệm, tên)",) * 2, 44, "Italic")
    top = paper.y
    paper.signature(680)
    paper.y = top
    paper.signature(1800)
    paper.side_by_side(names[0].title(), names[1].title(), 52, "Regular")


def _without(paper: Paper, *names: str) -> PrintedSheet:
    """The printed sheet; the named values are no fields of it."""
    for name in names:
        paper.values.pop(name, None)
    return paper.printed()
