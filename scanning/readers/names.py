"""Names of people: family names in use, and given names made of syllables in use."""

import re
from dataclasses import dataclass

from scanning.readers.given_names import is_given_name
from scanning.readers.spelling import canonical, folded

# Common family names; those whose letters without marks are no other family name's also mend a lost mark.
_FAMILY_NAMES = (
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương",
    "Lý", "Đinh", "Trương", "Lâm", "Trịnh", "Mai", "Hà", "Đào", "Đoàn", "Lương", "Cao", "Tô", "Tạ", "Tống", "Từ",
    "Thái", "Châu", "Chu", "Đàm", "Đồng", "Giang", "Kiều", "La", "Lưu", "Mạc", "Nghiêm", "Ninh", "Ông", "Phùng",
    "Quách", "Quan", "Tăng", "Thạch", "Thân", "Tiêu", "Triệu", "Trang", "Văn", "Viên", "Vương", "Âu", "Bạch", "Bành",
    "Bế", "Cù", "Diệp", "Doãn", "Hứa", "Khổng", "Khuất", "Lại", "Lò", "Lục", "Lường", "Ma", "Nông", "Phí", "Quàng",
    "Sầm", "Sơn", "Tòng", "Vi", "Hầu", "Giàng", "Sùng", "Thào", "Vàng", "Cà", "Lèo", "Kim", "Danh",
)  # fmt: skip
_MENDABLE = frozenset(
    {
        "Nguyễn", "Trần", "Phạm", "Huỳnh", "Hoàng", "Phan", "Đặng", "Bùi", "Ngô", "Dương", "Đinh", "Trương", "Trịnh",
    }
)  # fmt: skip

_KNOWN_FAMILIES = frozenset(map(canonical, _FAMILY_NAMES))


@dataclass(frozen=True, slots=True)
class CheckedName:
    """A person's name after a look at its parts."""

    text: str
    fits: bool
    """It is written like a name: two words of letters or more."""
    is_corrected: bool = False
    is_vouched: bool = False
    """The family name is known and every other word is a syllable of which names are made."""


def checked_name(raw: str) -> CheckedName:
    """A family name that differs from a common one by its marks alone was misread: NGUYÊN is NGUYỄN.

    Names of the peoples (Y Bhăm Niê Kđăm) fit and are left as read, but nothing vouches for them.
    """
    text = raw.strip(" .,")
    if re.fullmatch(r"[^\W\d_]+(?:[ '’-][^\W\d_]+)+", text) is None:
        return CheckedName(text, fits=False)
    family, rest = text.split(" ", 1) if " " in text else (text, "")
    if not (text.isupper() or text.istitle() or "'" in text or "’" in text):
        return CheckedName(text, fits=False)
    is_known = canonical(family) in _KNOWN_FAMILIES
    if not is_known:
        alike = [name for name in _MENDABLE if folded(name) == folded(family)]
        if len(alike) == 1:
            proper = alike[0].upper() if family.isupper() else alike[0]
            return CheckedName(f"{proper} {rest}".strip(), fits=True, is_corrected=True)
    return CheckedName(text, fits=True, is_vouched=is_known and all(map(is_given_name, rest.split())))
