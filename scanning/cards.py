"""What a citizen card says, from the text of its QR code or of its machine-readable zone.

The QR layout of the 2021 card is known from public parsers: number | old number | name | ddmmyyyy | Nam or Nữ |
residence | date of issue. Later cards may add fields, so beyond the seventh nothing is taken by position.
The zone is ICAO 9303 TD1, with a check digit of its own over the 12-digit number in position 30.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from scanning.errors import NotACard, WrongCheckDigit

_PLACE_CODES = frozenset(
    f"{code:03d}"
    for code in (
        1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40,
        42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83,
        84, 86, 87, 89, 91, 92, 93, 94, 95, 96,
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CardReading:
    """The facts on a card; what the source does not hold is None or empty."""

    personal_id: str
    old_id: str | None
    full_name: str
    """From the zone: capital letters without marks."""
    birth_date: date | None
    birth_year: int | None
    sex: str
    """`male` or `female`."""
    address: str
    """As it stood when the card was issued: units may have changed since 1/7/2025."""
    issued: date | None
    source: str
    """`qr` or `mrz`."""
    warnings: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """The shape that `motcua identify` prints, without `input`."""
        return {
            "found": True,
            "source": self.source,
            "personal_id": self.personal_id,
            "old_id": self.old_id,
            "full_name": self.full_name,
            "birth_date": self.birth_date.isoformat() if self.birth_date else None,
            "sex": self.sex,
            "address": self.address,
            "issued": self.issued.isoformat() if self.issued else None,
            "warnings": list(self.warnings),
        }


def parse_card_text(text: str) -> CardReading:
    """Reads the text of a card's QR code, or the three lines of its zone.

    Raises NotACard for any other text and WrongCheckDigit for a zone that was misread.
    """
    plain = unicodedata.normalize("NFC", text).replace("\ufeff", "").replace("\r", "\n").strip()
    zone = re.sub(r"\s", "", plain)
    if zone.startswith("IDVNM"):
        return _from_zone(zone)
    return _from_qr(plain)


def _from_qr(text: str) -> CardReading:
    fields = [re.sub(r"\s+", " ", part).strip() for part in text.split("|")]
    if len(fields) < 6 or not re.fullmatch(r"\d{12}", fields[0], re.ASCII):
        raise NotACard
    sexes = {"nam": "male", "nữ": "female"}
    at = next((n for n in (3, 4) if n < len(fields) and fields[n].lower() in sexes), None)
    if at is None or not re.fullmatch(r"\d{8}", fields[at - 1], re.ASCII) or not fields[at - 2]:
        raise NotACard
    sex, name = sexes[fields[at].lower()], fields[at - 2]
    warnings: list[str] = []
    old_id = fields[1] if at == 4 and fields[1] else None
    if old_id is not None and not re.fullmatch(r"\d{9}|\d{12}", old_id, re.ASCII):
        warnings.append("Số chứng minh nhân dân cũ trên mã QR không đúng 9 chữ số; hãy đối chiếu với thẻ.")
    birth, year = _birth(fields[at - 1], warnings)
    issued = None
    if at + 2 < len(fields) and re.fullmatch(r"\d{8}", fields[at + 2], re.ASCII):
        issued = _day(fields[at + 2])
    if "\ufffd" in text or re.search(r"[?\d]", name):
        warnings.append("Chữ trong mã QR bị lỗi; hãy đối chiếu họ tên và địa chỉ với mặt thẻ.")
    address = fields[at + 1] if at + 1 < len(fields) else ""
    warnings += number_warnings(fields[0], sex=sex, birth_year=year)
    return CardReading(fields[0], old_id, name, birth, year, sex, address, issued, "qr", tuple(warnings))


def _birth(text: str, warnings: list[str]) -> tuple[date | None, int | None]:
    year = int(text[4:]) or None
    day = _day(text)
    if day is None and "00" in (text[:2], text[2:4]):
        warnings.append("Thẻ chỉ ghi một phần ngày sinh; hãy hỏi thêm giấy tờ nếu thủ tục cần ngày đầy đủ.")
    elif day is None:
        warnings.append("Ngày sinh trên mã QR không có thật; hãy đối chiếu với mặt thẻ.")
    return day, year


def _day(text: str) -> date | None:
    try:
        return date(int(text[4:]), int(text[2:4]), int(text[:2]))
    except ValueError:
        return None


def number_warnings(personal_id: str, *, sex: str, birth_year: int | None) -> list[str]:
    """How a 12-digit number disagrees with sex, birth year or the list of places (TT 59/2021/TT-BCA).

    Never a refusal: whoever had the civil status corrected keeps the old number.
    """
    warnings = []
    digit = int(personal_id[3])
    if (digit % 2 == 0) != (sex == "male"):
        warnings.append("Số định danh không khớp giới tính trên thẻ; hãy đối chiếu với CSDLQG về dân cư.")
    if birth_year is not None and 1900 + digit // 2 * 100 + int(personal_id[4:6]) != birth_year:
        warnings.append("Số định danh không khớp năm sinh trên thẻ; hãy đối chiếu với CSDLQG về dân cư.")
    if personal_id[:3] not in _PLACE_CODES:
        warnings.append("Ba số đầu của số định danh không thuộc danh sách tỉnh đã biết; hãy xem lại thẻ.")
    return warnings


def _from_zone(zone: str) -> CardReading:
    if len(zone) != 90 or not re.fullmatch(r"[A-Z0-9<]{90}", zone):
        raise NotACard
    first, second, third = zone[:30], zone[30:60], zone[60:]
    if not re.fullmatch(r"\d{22}<<\d", first[5:]) or second[15:18] != "VNM":
        raise WrongCheckDigit
    personal_id = first[15:27]
    composite = first[5:] + second[:7] + second[8:15] + second[18:29]
    checked = (
        (first[5:14], first[14]),
        (first[15:29], first[29]),
        (second[:6], second[6]),
        (second[8:14], second[14]),
        (composite, second[29]),
    )
    if any(check_digit(part) != digit for part, digit in checked) or first[5:14] != personal_id[3:]:
        raise WrongCheckDigit
    if second[7] not in "MF" or not second[:6].isdigit():
        raise WrongCheckDigit
    sex = "male" if second[7] == "M" else "female"
    # The zone has two digits of the year; the number's fourth digit says the century.
    century = 1900 + int(personal_id[3]) // 2 * 100
    year = century + int(second[:2])
    warnings = ["Họ tên ở mặt sau thẻ không có dấu; hãy đối chiếu với mặt trước."]
    birth, _ = _birth(f"{second[4:6]}{second[2:4]}{year:04d}", warnings)
    warnings += number_warnings(personal_id, sex=sex, birth_year=year)
    name = " ".join(third.replace("<", " ").split())
    if not name:
        raise WrongCheckDigit
    return CardReading(personal_id, None, name, birth, year, sex, "", None, "mrz", tuple(warnings))


def check_digit(text: str) -> str:
    """ICAO 9303 part 3: weights 7, 3, 1; `<` counts 0, A counts 10."""
    values = (0 if letter == "<" else int(letter, 36) for letter in text)
    return str(sum(value * (7, 3, 1)[place % 3] for place, value in enumerate(values)) % 10)
