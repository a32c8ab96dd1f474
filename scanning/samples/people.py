"""Invented people whose numbers obey the rules of the 12-digit personal number (TT 59/2021/TT-BCA)."""

import random
import unicodedata
from dataclasses import dataclass
from datetime import date

from resources import load_json

_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Niê")
_MIDDLE_FEMALE = ("Thị", "Thị Ngọc", "Thị Phương", "Thị Ánh", "Thị Bích", "Thùy")
_MIDDLE_MALE = ("Văn", "Hoàng", "Đức", "Quốc", "Minh", "Hữu")
_GIVEN_FEMALE = ("Mẫu", "Tuyết", "Thảo", "Nguyệt", "Hằng", "Quỳnh", "Diễm", "Trâm")
_GIVEN_MALE = ("Thử", "Khánh", "Duy", "Dũng", "Nghĩa", "Thắng", "Tường", "Vỹ")
_PLACES = (
    ("066", "phường Tân Lập, tỉnh Đắk Lắk"),
    ("066", "phường Ea Kao, tỉnh Đắk Lắk"),
    ("048", "phường Hòa Cường, thành phố Đà Nẵng"),
    ("092", "phường Ninh Kiều, thành phố Cần Thơ"),
    ("019", "phường Phan Đình Phùng, tỉnh Thái Nguyên"),
    ("046", "phường Thuận Hóa, thành phố Huế"),
)
_STREETS = ("Nguyễn Tất Thành", "Y Moan Ênuôl", "Trần Hưng Đạo", "Lý Thường Kiệt", "Phan Bội Châu", "Lê Duẩn")


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """One invented person; number, sex and birth year agree."""

    full_name: str
    birth_date: date
    sex: str
    """`male` or `female`."""
    personal_id: str
    residence: str
    ethnicity: str = "Kinh"
    old_id: str = ""
    issued: date = date(2021, 7, 1)

    @property
    def sex_word(self) -> str:
        return "Nam" if self.sex == "male" else "Nữ"

    @property
    def birth_text(self) -> str:
        return self.birth_date.strftime("%d/%m/%Y")

    def qr_payload(self) -> str:
        """The text in the QR code of the 2021 citizen card."""
        return "|".join(
            (
                self.personal_id,
                self.old_id,
                self.full_name,
                self.birth_date.strftime("%d%m%Y"),
                self.sex_word,
                self.residence,
                self.issued.strftime("%d%m%Y"),
            )
        )

    def mrz_lines(self) -> tuple[str, str, str]:
        """The three 30-character lines on the back of the card (ICAO 9303 TD1 as Vietnam fills it)."""
        number = self.personal_id[3:]
        head = f"IDVNM{number}{mrz_check_digit(number)}{self.personal_id}<<"
        first = head + mrz_check_digit(self.personal_id + "<<")
        birth = self.birth_date.strftime("%y%m%d")
        expiry = self.birth_date.replace(year=self.birth_date.year + 60, day=1).strftime("%y%m%d")
        letter = "M" if self.sex == "male" else "F"
        second = f"{birth}{mrz_check_digit(birth)}{letter}{expiry}{mrz_check_digit(expiry)}VNM" + "<" * 11
        composite = mrz_check_digit(first[5:] + second[:7] + second[8:15] + second[18:29])
        words = unaccented(self.full_name).upper().split()
        third = words[0] + "<<" + "<".join(words[1:])
        return first, second + composite, third[:30].ljust(30, "<")


def mrz_check_digit(text: str) -> str:
    """The ICAO 9303 check digit: weights 7, 3, 1; `<` counts 0, A counts 10."""
    total = 0
    for place, letter in enumerate(text):
        value = 0 if letter == "<" else int(letter, 36)
        total += value * (7, 3, 1)[place % 3]
    return str(total % 10)


def unaccented(text: str) -> str:
    """Vietnamese text in plain Latin letters, as machine-readable zones print it."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def personal_number(province: str, sex: str, birth: date, serial: int) -> str:
    """A 12-digit number whose sex-and-century and year digits agree with the person."""
    century = (birth.year // 100 - 19) * 2 + (0 if sex == "male" else 1)
    return f"{province}{century}{birth.year % 100:02d}{serial % 1_000_000:06d}"


def invented_person(seed: int) -> SamplePerson:
    """The same invented person for the same seed."""
    draw = random.Random(seed)  # noqa: S311 - invented people need no secrecy
    sex = draw.choice(("male", "female"))
    middle, given = (_MIDDLE_MALE, _GIVEN_MALE) if sex == "male" else (_MIDDLE_FEMALE, _GIVEN_FEMALE)
    birth = date(draw.randint(1950, 2006), draw.randint(1, 12), draw.randint(1, 28))
    province, ward = draw.choice(_PLACES)
    return SamplePerson(
        full_name=f"{draw.choice(_FAMILY)} {draw.choice(middle)} {draw.choice(given)}",
        birth_date=birth,
        sex=sex,
        personal_id=personal_number(province, sex, birth, draw.randint(1, 999_999)),
        residence=f"Số {draw.randint(1, 399)} đường {draw.choice(_STREETS)}, {ward}",
        old_id=f"{draw.randint(10**8, 10**9 - 1)}" if draw.random() < 0.5 else "",
        issued=date(2021, draw.randint(1, 12), draw.randint(1, 28)),
    )


_MORE_FAMILY = (
    "Hoàng",
    "Phan",
    "Trịnh",
    "Đoàn",
    "Lương",
    "Mai",
    "Tạ",
    "Hà",
    "Cao",
    "Tô",
    "Lâm",
    "Đinh",
    "Võ",
    "Đào",
)
_MORE_GIVEN = (
    "An", "Bình", "Chi", "Đạt", "Giang", "Hải", "Hạnh", "Hậu", "Hòa", "Huệ", "Huyền", "Kiên", "Lan", "Liên", "Linh",
    "Loan", "Long", "Ly", "Mạnh", "Nga", "Ngân", "Nhung", "Oanh", "Phượng", "Quý", "Sơn", "Thành", "Thủy", "Tiến",
    "Toàn", "Trang", "Tú", "Tuấn", "Uyên", "Vân", "Việt", "Xuân", "Yến",
)  # fmt: skip
_ROADS = (
    "Hai Bà Trưng", "Nguyễn Huệ", "Lê Lợi", "Điện Biên Phủ", "Võ Văn Kiệt", "Hùng Vương", "Quang Trung", "Ngô Quyền",
    "Nguyễn Thị Minh Khai", "Phạm Ngũ Lão", "Trường Chinh", "Nguyễn Văn Cừ", "Bà Triệu", "Lạc Long Quân",
)  # fmt: skip


def invented_resident(seed: int, *, sex: str = "", born: tuple[int, int] = (1950, 2006)) -> SamplePerson:
    """Like `invented_person`, with an address in any of the communes of the country and many more names."""
    draw = random.Random(f"resident {seed}")  # noqa: S311 - invented people need no secrecy
    sex = sex or draw.choice(("male", "female"))
    middle, given = (_MIDDLE_MALE, _GIVEN_MALE) if sex == "male" else (_MIDDLE_FEMALE, _GIVEN_FEMALE)
    birth = date(draw.randint(*born), draw.randint(1, 12), draw.randint(1, 28))
    units = load_json("units", "units-2026-07-25.json")["provinces"]
    province = draw.choice(sorted(units))
    commune = draw.choice(sorted(units[province]["communes"].values()))
    home = f"{_lowered(commune)}, {_lowered(units[province]['name'])}"
    house = draw.choice(
        (
            f"Số {draw.randint(1, 399)} đường {draw.choice(_STREETS + _ROADS)}",
            f"Thôn {draw.randint(1, 12)}",
            f"Tổ dân phố {draw.randint(1, 25)}",
            f"Số {draw.randint(1, 99)}/{draw.randint(1, 40)} {draw.choice(_ROADS)}",
        )
    )
    return SamplePerson(
        full_name=(
            f"{draw.choice(_FAMILY + _MORE_FAMILY)} {draw.choice(middle)} {draw.choice(given + _MORE_GIVEN)}"
        ),
        birth_date=birth,
        sex=sex,
        personal_id=personal_number(draw.choice(_PLACES)[0], sex, birth, draw.randint(1, 999_999)),
        residence=f"{house}, {home}",
        ethnicity=draw.choice(("Kinh", "Kinh", "Kinh", "Tày", "Mường", "Nùng", "Khơ-me", "Thái", "Ê-đê")),
    )


def _lowered(unit: str) -> str:
    """The kind of unit in small letters, as it stands within an address: "phường Tân Lập"."""
    return unit[0].lower() + unit[1:] if not unit.startswith("Đặc") else "đặc" + unit[3:]


SAMPLE_REQUESTER = SamplePerson(
    full_name="Nguyễn Thị Phương Thảo Nguyên",
    birth_date=date(1988, 5, 17),
    sex="female",
    personal_id="066188004127",
    residence="Số 128/45 đường Y Moan Ênuôl, tổ dân phố 7, phường Tân Lập, tỉnh Đắk Lắk",
)
SAMPLE_SUBJECT = SamplePerson(
    full_name="Y Bhăm Niê Kđăm",
    birth_date=date(1985, 9, 2),
    sex="male",
    personal_id="066085002316",
    residence="Buôn Alê A, phường Ea Kao, tỉnh Đắk Lắk",
    ethnicity="Ê-đê",
)
