"""The words before the commune in an address or the name of an office: vouched for only where they are usual ones."""

import re

from scanning.readers.spelling import canonical, folded

# What a number may follow.
_NUMBERED = (
    "số nhà", "số", "tổ dân phố", "tổ", "thôn", "xóm", "ấp", "bản", "buôn", "làng", "khu phố", "khu vực", "khu",
    "khóm", "đội", "ngõ", "hẻm", "ngách", "kiệt", "tiểu khu", "đường", "đường số", "phố",
)  # fmt: skip
_OFFICES = (
    "ủy ban nhân dân", "ubnd", "công an", "trạm y tế", "trung tâm y tế", "bệnh viện đa khoa", "bệnh viện phụ sản",
    "bệnh viện nhi", "bệnh viện", "sở tư pháp", "trung tâm phục vụ hành chính công",
)  # fmt: skip
_REQUESTS = (
    "đăng ký thường trú tại",
    "đăng ký tạm trú tại",
    "xác nhận cư trú tại",
    "xác nhận thông tin cư trú tại",
)
_STREETS = (
    "An Dương Vương", "Bà Triệu", "Bạch Đằng", "Cách Mạng Tháng Tám", "Cao Bá Quát", "Cao Thắng", "Chu Văn An",
    "Điện Biên Phủ", "Đinh Tiên Hoàng", "Đội Cấn", "Đống Đa", "Hai Bà Trưng", "Hàm Nghi", "Hàn Thuyên",
    "Hoàng Diệu", "Hoàng Hoa Thám", "Hoàng Quốc Việt", "Hoàng Văn Thụ", "Hồ Tùng Mậu", "Hồ Xuân Hương",
    "Hùng Vương", "Huỳnh Thúc Kháng", "Kim Đồng", "Lạc Long Quân", "Lê Duẩn", "Lê Đại Hành", "Lê Hồng Phong",
    "Lê Hoàn", "Lê Lai", "Lê Lợi", "Lê Quý Đôn", "Lê Thánh Tông", "Lê Văn Sỹ", "Lương Thế Vinh", "Lý Nam Đế",
    "Lý Thái Tổ", "Lý Thường Kiệt", "Lý Tự Trọng", "Mạc Đĩnh Chi", "Mạc Thị Bưởi", "Mai Hắc Đế", "Ngô Gia Tự",
    "Ngô Quyền", "Ngô Thì Nhậm", "Nguyễn Bỉnh Khiêm", "Nguyễn Chí Thanh", "Nguyễn Công Trứ", "Nguyễn Du",
    "Nguyễn Đình Chiểu", "Nguyễn Huệ", "Nguyễn Hữu Thọ", "Nguyễn Khuyến", "Nguyễn Lương Bằng", "Nguyễn Tất Thành",
    "Nguyễn Thái Học", "Nguyễn Thị Minh Khai", "Nguyễn Trãi", "Nguyễn Tri Phương", "Nguyễn Trường Tộ",
    "Nguyễn Văn Cừ", "Nguyễn Văn Linh", "Nguyễn Văn Trỗi", "Nguyễn Viết Xuân", "Phạm Hồng Thái", "Phạm Ngũ Lão",
    "Phạm Văn Đồng", "Phan Bội Châu", "Phan Chu Trinh", "Phan Đình Phùng", "Quang Trung", "Tản Đà", "Tô Hiến Thành",
    "Tố Hữu", "Tôn Đức Thắng", "Tôn Thất Thuyết", "Tống Duy Tân", "Trần Bình Trọng", "Trần Cao Vân",
    "Trần Hưng Đạo", "Trần Khánh Dư", "Trần Nhật Duật", "Trần Phú", "Trần Quang Khải", "Trần Quốc Toản",
    "Trương Định", "Trường Chinh", "Võ Nguyên Giáp", "Võ Thị Sáu", "Võ Văn Kiệt", "Võ Văn Tần", "Xô Viết Nghệ Tĩnh",
    "Yên Thế", "Yết Kiêu",
)  # fmt: skip
_NUMBER = r"\d{1,4}[a-z]?(?:[/-]\d{1,4}[a-z]?)*"


def _alternatives(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(canonical(word)) for word in sorted(words, key=len, reverse=True))


_REQUEST = rf"(?:(?:{_alternatives(_REQUESTS)})\s+)?"
_STREET = rf"(?:(?:đường|phố)\s+)?(?:{_alternatives(_STREETS)})"
_USUAL = re.compile(
    rf"{_REQUEST}(?:(?:{_alternatives(_NUMBERED)})\s+{_NUMBER}(?:\s+{_STREET})?|{_STREET}|{_alternatives(_OFFICES)})?"
)


def is_usual(part: str) -> bool:
    """Whether a part of an address between two commas is a number, a well-known street or an office."""
    return _USUAL.fullmatch(canonical(part)) is not None


def mended(part: str) -> str:
    """`part` with the marks of its first words as they are usually spelled: "Tố dân phố 3" is "Tổ dân phố 3"."""
    words = part.split()
    for usual in (*_NUMBERED, *_OFFICES, *_REQUESTS):
        count = len(usual.split())
        beginning = " ".join(words[:count])
        if folded(beginning) != folded(usual) or canonical(beginning) == canonical(usual):
            continue
        follows_number = len(words) > count and words[count][:1].isdigit()
        if usual not in _NUMBERED or follows_number:
            proper = usual[:1].upper() + usual[1:] if beginning[:1].isupper() else usual
            return " ".join([proper, *words[count:]])
    return part
