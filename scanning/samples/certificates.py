"""Prints certificates that citizens bring: birth, death extract, marriage, marital status, hospital, land."""

from collections.abc import Mapping

from scanning.samples.faces import Face
from scanning.samples.paper import RIGHT, Paper, PrintedSheet
from scanning.samples.sheets import spoken_day
from scanning.samples.stamps import red_stamp

NOBODY: frozenset[str] = frozenset()
_CREAM = (252, 247, 232)


def _signed_by_office(paper: Paper, title: str, name: str, *, stamped: bool = True) -> None:
    paper.centred(title, 48, middle=1780)
    paper.signature(1780)
    paper.centred(name, 50, middle=1780)
    if stamped:
        red_stamp(paper.image, (1560, paper.y - 210))


def _number(paper: Paper, lead: int = 80) -> None:
    paper.row(("Số:", "number", 2200), left=1800, lead=lead, dotted=False)


def print_birth_certificate(
    values: Mapping[str, str],
    *,
    handwritten: frozenset[str] = NOBODY,
    seed: int = 1,
    face: Face = Face.REGULAR,
) -> PrintedSheet:
    """Prints a "Giấy khai sinh"."""
    paper = Paper("birth_certificate", values, handwritten, seed=seed, face=face, size=50, colour=_CREAM)
    paper.state_heading()
    paper.centred("GIẤY KHAI SINH", 84, lead=10)
    _number(paper)
    lead = 90
    paper.row(("Họ, chữ đệm, tên:", "child_name", RIGHT), lead=lead, bold=True)
    paper.row(("Ngày, tháng, năm sinh:", "child_birth_date", RIGHT), lead=lead)
    paper.row(("Ghi bằng chữ:", "child_birth_date_words", RIGHT), lead=lead)
    paper.row(
        ("Giới tính:", "child_sex", 760),
        ("Dân tộc:", "child_ethnicity", 1400),
        ("Quốc tịch:", "child_nationality", RIGHT),
        lead=lead,
    )
    paper.row(("Nơi sinh:", "birth_place", RIGHT), lead=lead)
    paper.row(("Quê quán:", "home_place", RIGHT), lead=lead)
    paper.row(("Số định danh cá nhân:", "child_id", RIGHT), lead=lead)
    for who, word in (("mother", "mẹ"), ("father", "cha")):
        paper.row((f"Họ, chữ đệm, tên người {word}:", f"{who}_name", RIGHT), lead=lead)
        paper.row(
            ("Năm sinh:", f"{who}_birth_year", 760),
            ("Dân tộc:", f"{who}_ethnicity", 1400),
            ("Quốc tịch:", f"{who}_nationality", RIGHT),
            lead=lead,
        )
        paper.row(("Nơi cư trú:", f"{who}_residence", RIGHT), lead=lead)
    paper.row(("Họ, chữ đệm, tên người đi khai sinh:", "requester_name", RIGHT), lead=lead)
    paper.row(("Giấy tờ tùy thân:", "requester_id", RIGHT), lead=lead)
    paper.row(("Nơi đăng ký khai sinh:", "registered_at", RIGHT), lead=lead)
    paper.row(("Ngày, tháng, năm đăng ký:", "registered_on", RIGHT), lead=lead + 30)
    _signed_by_office(paper, "NGƯỜI KÝ GIẤY KHAI SINH", "Trần Văn Thử")
    return paper.printed()


def print_death_extract(
    values: Mapping[str, str],
    *,
    handwritten: frozenset[str] = NOBODY,
    seed: int = 1,
    face: Face = Face.REGULAR,
) -> PrintedSheet:
    """Prints a "Trích lục khai tử"."""
    paper = Paper("death_extract", values, handwritten, seed=seed, face=face, size=52)
    paper.two_column_head(("ỦY BAN NHÂN DÂN", values["office"].upper()), (f"Số: {values['number']}",))
    paper.centred(f"{values['made_at']}, {spoken_day(values['made_on'])}", 46, "Italic", middle=1720, lead=30)
    paper.centred("TRÍCH LỤC KHAI TỬ", 76, lead=50)
    paper.row(("Họ, chữ đệm, tên:", "deceased_name", RIGHT), bold=True)
    paper.row(("Ngày, tháng, năm sinh:", "deceased_birth_date", RIGHT))
    paper.row(
        ("Giới tính:", "deceased_sex", 760),
        ("Dân tộc:", "deceased_ethnicity", 1400),
        ("Quốc tịch:", "deceased_nationality", RIGHT),
    )
    paper.row(("Số định danh cá nhân/Giấy tờ tùy thân:", "deceased_id", RIGHT))
    paper.row(("Nơi cư trú cuối cùng:", "deceased_residence", RIGHT))
    paper.row(("Đã chết vào lúc:", "death_time", 1180), ("ngày", "@death_date", RIGHT))
    paper.row(("Nơi chết:", "death_place", RIGHT))
    paper.row(("Nguyên nhân chết:", "death_cause", RIGHT))
    paper.row(("Đã được đăng ký khai tử tại:", "registered_at", RIGHT))
    paper.row(("Số:", "registration_number", 900), ("ngày", "@registered_on", 2100), lead=140)
    _signed_by_office(paper, "NGƯỜI KÝ TRÍCH LỤC", "Lê Thị Mẫu")
    for name in ("office", "made_at"):
        paper.values.pop(name)
    return paper.printed()


def print_marriage_certificate(
    values: Mapping[str, str],
    *,
    handwritten: frozenset[str] = NOBODY,
    seed: int = 1,
    face: Face = Face.REGULAR,
) -> PrintedSheet:
    """Prints a "Giấy chứng nhận kết hôn": wife on the left, husband on the right."""
    paper = Paper("marriage_certificate", values, handwritten, seed=seed, face=face, size=48, colour=_CREAM)
    paper.state_heading()
    paper.centred("GIẤY CHỨNG NHẬN KẾT HÔN", 76, lead=10)
    _number(paper, 110)
    top = paper.y
    bottoms = []
    for who, word, left, right in (("wife", "vợ", 200, 1210), ("husband", "chồng", 1270, 2300)):
        paper.y = top
        paper.row(
            (f"Họ, chữ đệm, tên {word}:", f"{who}_name", right), left=left, right=right, lead=92, bold=True
        )
        paper.row(("Ngày, tháng, năm sinh:", f"{who}_birth_date", right), left=left, right=right, lead=92)
        paper.row(
            ("Dân tộc:", f"{who}_ethnicity", left + 440),
            ("Quốc tịch:", f"{who}_nationality", right),
            left=left,
            right=right,
            lead=92,
        )
        paper.row(("Nơi cư trú:", f"{who}_residence", right), left=left, right=right, lead=92)
        paper.row(("Giấy tờ tùy thân:", f"{who}_id", right), left=left, right=right, lead=92)
        bottoms.append(paper.y)
    paper.y = max(bottoms) + 30
    paper.row(("Nơi đăng ký kết hôn:", "registered_at", RIGHT))
    paper.row(("Ngày, tháng, năm đăng ký:", "registered_on", RIGHT), lead=130)
    paper.side_by_side("Vợ", "Chồng", 50)
    y = paper.y
    paper.signature(680)
    paper.y = y
    paper.signature(1800)
    paper.side_by_side(values["wife_name"].title(), values["husband_name"].title(), 48, "Regular")
    paper.y += 50
    _signed_by_office(paper, "NGƯỜI KÝ GIẤY CHỨNG NHẬN KẾT HÔN", "Phạm Thị Mẫu")
    return paper.printed()


def print_marital_status_certificate(
    values: Mapping[str, str],
    *,
    handwritten: frozenset[str] = NOBODY,
    seed: int = 1,
    face: Face = Face.REGULAR,
) -> PrintedSheet:
    """Prints a "Giấy xác nhận tình trạng hôn nhân"."""
    paper = Paper("marital_status_certificate", values, handwritten, seed=seed, face=face, size=52)
    paper.two_column_head(("ỦY BAN NHÂN DÂN", values["office"].upper()), (f"Số: {values['number']}",))
    paper.centred(f"{values['made_at']}, {spoken_day(values['made_on'])}", 46, "Italic", middle=1720, lead=30)
    paper.centred("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", 66, lead=20)
    paper.row(("Xét đề nghị của ông/bà:", "requester_name", RIGHT))
    paper.row(("về việc cấp Giấy xác nhận tình trạng hôn nhân,", "", 0), lead=110)
    paper.centred("XÁC NHẬN:", 56, lead=20)
    paper.row(("Họ, chữ đệm, tên:", "subject_name", RIGHT), bold=True)
    paper.row(("Ngày, tháng, năm sinh:", "subject_birth_date", RIGHT))
    paper.row(
        ("Giới tính:", "subject_sex", 760),
        ("Dân tộc:", "subject_ethnicity", 1400),
        ("Quốc tịch:", "subject_nationality", RIGHT),
    )
    paper.row(("Giấy tờ tùy thân:", "subject_id", RIGHT))
    paper.row(("Nơi cư trú:", "subject_residence", RIGHT))
    paper.row(("Tình trạng hôn nhân:", "marital_status", RIGHT))
    paper.row(("Giấy này được cấp để:", "purpose", RIGHT))
    paper.paragraph("Giấy này có giá trị sử dụng trong thời hạn 06 tháng kể từ ngày cấp.", indent=0)
    _signed_by_office(paper, "NGƯỜI KÝ GIẤY XÁC NHẬN", "Võ Văn Thử")
    for name in ("office", "made_at"):
        paper.values.pop(name)
    return paper.printed()


def print_birth_notice(
    values: Mapping[str, str],
    *,
    handwritten: frozenset[str] = NOBODY,
    seed: int = 1,
    face: Face = Face.REGULAR,
) -> PrintedSheet:
    """Prints a "Giấy chứng sinh" of a maternity ward."""
    paper = Paper("birth_notice", values, handwritten, seed=seed, face=face, size=52)
    paper.two_column_head(("SỞ Y TẾ", values["hospital"].upper()))
    paper.centred("GIẤY CHỨNG SINH", 76, lead=40)
    paper.row(("Họ và tên mẹ/Người nuôi dưỡng:", "mother_name", RIGHT))
    paper.row(("Ngày, tháng, năm sinh:", "mother_birth_date", RIGHT))
    paper.row(("Nơi đăng ký thường trú/tạm trú:", "mother_residence", RIGHT))
    paper.row(
        ("Số CCCD/Hộ chiếu/Mã số định danh:", "mother_id", 1700), ("Dân tộc:", "mother_ethnicity", RIGHT)
    )
    paper.row(("Đã sinh con vào lúc:", "birth_time", 1240), ("ngày", "@child_birth_date", RIGHT))
    paper.row(("Tại:", "birth_place", RIGHT))
    paper.row(("Số lần sinh:", "birth_count", 900), ("Số con hiện sống:", "living_children", RIGHT))
    paper.row(
        ("Số con trong lần sinh này:", "children_this_time", 1200), ("Giới tính của con:", "child_sex", RIGHT)
    )
    paper.row(("Cân nặng:", "weight_g", 900), ("gam", "", 0))
    paper.row(("Tình trạng của con:", "child_state", RIGHT))
    paper.row(("Dự định đặt tên con là:", "child_name", RIGHT))
    paper.row(("Người đỡ đẻ:", "midwife", RIGHT), lead=130)
    paper.centred(f"{values['made_at']}, {spoken_day(values['made_on'])}", 50, "Italic", middle=1760, lead=18)
    _signed_by_office(paper, "THỦ TRƯỞNG CƠ SỞ Y TẾ", "Ngô Thị Mẫu")
    for name in ("hospital", "made_at"):
        paper.values.pop(name)
    return paper.printed()


def print_land_certificate(
    values: Mapping[str, str],
    *,
    handwritten: frozenset[str] = NOBODY,
    seed: int = 1,
    face: Face = Face.REGULAR,
) -> PrintedSheet:
    """Prints page 1 of a land certificate (the pink book)."""
    paper = Paper(
        "land_certificate", values, handwritten, seed=seed, face=face, size=50, colour=(252, 236, 232)
    )
    paper.state_heading()
    paper.centred("GIẤY CHỨNG NHẬN", 80, lead=6)
    paper.centred("QUYỀN SỬ DỤNG ĐẤT,", 60, lead=4)
    paper.centred("QUYỀN SỞ HỮU TÀI SẢN GẮN LIỀN VỚI ĐẤT", 60, lead=50)
    paper.row(("1. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất:", "", 0), bold=True)
    paper.row(("Ông/bà:", "owner_name", RIGHT), dotted=False)
    paper.row(("Số định danh cá nhân:", "owner_id", RIGHT), dotted=False)
    paper.row(("Địa chỉ thường trú:", "owner_residence", RIGHT), dotted=False, lead=110)
    paper.row(("2. Thông tin thửa đất:", "", 0), bold=True)
    paper.row(("a) Thửa đất số:", "parcel_number", 1100), ("Tờ bản đồ số:", "map_sheet", RIGHT), dotted=False)
    paper.row(("b) Diện tích:", "area_m2", 900), ("m²", "", 0), dotted=False)
    paper.row(("c) Loại đất:", "land_use", RIGHT), dotted=False)
    paper.row(("d) Thời hạn sử dụng đất:", "term", RIGHT), dotted=False)
    paper.row(("đ) Hình thức sử dụng đất:", "manner_of_use", RIGHT), dotted=False)
    paper.row(("e) Địa chỉ:", "parcel_address", RIGHT), dotted=False, lead=130)
    paper.row(("3. Thông tin tài sản gắn liền với đất:", "assets", RIGHT), dotted=False, lead=130, bold=True)
    paper.centred(f"{values['made_at']}, {spoken_day(values['made_on'])}", 50, "Italic", middle=1700, lead=18)
    _signed_by_office(paper, "GIÁM ĐỐC", "Hồ Văn Thử")
    paper.row(("Số phát hành GCN:", "serial", 1300), left=260, dotted=False)
    paper.values.pop("made_at")
    return paper.printed()
