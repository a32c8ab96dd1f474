"""Prints form CT01 of the residence register (TT 53/2025/TT-BCA): boxes for digits and a household table."""

from collections.abc import Mapping

from scanning.samples.faces import Face
from scanning.samples.paper import RIGHT, Paper, PrintedSheet
from scanning.samples.sheets import spoken_day

MEMBERS = 2


def print_residence_change(
    values: Mapping[str, str],
    *,
    handwritten: frozenset[str] = frozenset(),
    seed: int = 1,
    face: Face = Face.REGULAR,
) -> PrintedSheet:
    """Prints a filled "Tờ khai thay đổi thông tin cư trú" with two household members."""
    paper = Paper("residence_change", values, handwritten, seed=seed, face=face, size=50)
    paper.y = 130
    paper.centred("Mẫu CT01 ban hành kèm theo Thông tư số 53/2025/TT-BCA", 38, "Italic", middle=1700)
    paper.state_heading()
    paper.centred("TỜ KHAI THAY ĐỔI THÔNG TIN CƯ TRÚ", 60, lead=36)
    paper.row(("Kính gửi (1):", "addressee", 2200), left=440, lead=110)
    paper.row(("1. Họ, chữ đệm và tên:", "declarant_name", RIGHT), lead=92)
    paper.row(
        ("2. Ngày, tháng, năm sinh:", "declarant_birth_date", 1400),
        ("3. Giới tính:", "declarant_sex", RIGHT),
        lead=100,
    )
    paper.boxed("4. Số định danh cá nhân:", "declarant_id")
    paper.row(
        ("5. Số điện thoại liên hệ:", "declarant_phone", 1340),
        ("6. Email:", "declarant_email", RIGHT),
        lead=92,
    )
    paper.row(
        ("7. Họ, chữ đệm và tên chủ hộ:", "head_name", 1540),
        ("8. Mối quan hệ với chủ hộ:", "relation_to_head", RIGHT),
        lead=100,
    )
    paper.boxed("9. Số định danh cá nhân của chủ hộ:", "head_id")
    paper.row(("10. Nội dung đề nghị (2):", "request", RIGHT), lead=92)
    paper.row(("11. Những thành viên trong hộ gia đình cùng thay đổi:", "", 0), lead=90)
    rows: list[tuple[str, ...]] = [
        (
            "TT",
            "Họ, chữ đệm và tên",
            "Ngày, tháng, năm sinh",
            "Giới tính",
            "Số định danh cá nhân",
            "Mối quan hệ với chủ hộ",
        )
    ]
    for number in range(1, MEMBERS + 1):
        prefix = f"member_{number}_"
        rows.append(
            (
                str(number),
                *(f"{prefix}{name}" for name in ("name", "birth_date", "sex", "id", "relation")),
            )
        )
    paper.table((200, 300, 880, 1180, 1380, 1900, 2320), rows, size=42)
    paper.centred(f"{values['made_at']}, {spoken_day(values['made_on'])}", 48, "Italic", middle=1760, lead=14)
    paper.side_by_side("Ý KIẾN CỦA CHỦ HỘ", "NGƯỜI KÊ KHAI", 44)
    paper.side_by_side("(Ghi rõ nội dung và ký, ghi rõ họ tên)", "(Ký, ghi rõ họ tên)", 40, "Italic")
    top = paper.y
    paper.signature(680)
    paper.y = top
    paper.signature(1800)
    paper.side_by_side(values["head_name"].title(), values["declarant_name"].title(), 48, "Regular")
    paper.values.pop("made_at")
    return paper.printed()
