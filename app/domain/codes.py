"""Codes of the one-door counter: dossier, agency, person, procedure, provisional receipt.

Sources: dossier code TT 01/2018/TT-VPCP art. 19 and NĐ 61/2018 art. 26; agency id QĐ 20/2020/QĐ-TTg
art. 4 (level 1 on the left) and QCVN 102:2016 (level 1 on the right); personal id TT 59/2021/TT-BCA.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from app.domain.errors import DomainError

_AGENCY = re.compile(r"[A-Y]\d{2}(?:\.[0-9A-Z]{1,4})*")
_OLD_AGENCY = re.compile(r"(?:[0-9A-Z]{2,4}\.)+[A-Y]\d{2}")
_DOSSIER = re.compile(
    r"(?P<agency>(?:\d{3}\.\d{2}\.\d{2}\.)?[A-Y]\d{2}(?:\.[0-9A-Z]{1,4})*)-(?P<day>\d{6})-(?P<serial>\d{4,7})"
)
_PERSON = re.compile(r"\d{12}")
_PROCEDURE = re.compile(r"\d\.\d{6}")
_RECEIPT = re.compile(r"TN-[A-Z0-9]{1,8}-\d{6}-[0-9A-HJKMNP-TV-Z]{6}")
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class AgencyId:
    """Mã định danh cơ quan in the order in force: level 1 on the left ('H15.24.3'), at most 35 characters."""

    text: str

    def __post_init__(self) -> None:
        if len(self.text) > 35 or not _AGENCY.fullmatch(self.text):
            raise DomainError(f"Mã định danh cơ quan “{self.text}” không đúng dạng, ví dụ đúng: H15.24.3.")

    @classmethod
    def parse(cls, text: str) -> AgencyId:
        """Reads either order; an old '000.00.34.H12' becomes 'H12.34', so that both compare equal."""
        text = text.strip().upper()
        if _OLD_AGENCY.fullmatch(text) and not _AGENCY.fullmatch(text):
            groups = [g for g in reversed(text.split(".")) if g.strip("0")]
            text = ".".join(groups)
        return cls(text)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class DossierCode:
    """Mã số hồ sơ: agency, receiving day in Việt Nam, serial of that day (at least 4 digits)."""

    agency: str
    day: date
    serial: int

    def __post_init__(self) -> None:
        if not 1 <= self.serial <= 9_999_999:
            raise DomainError(f"Số thứ tự {self.serial} của mã hồ sơ phải từ 1 đến 9999999.")
        if not _DOSSIER.fullmatch(str(self)):
            raise DomainError(f"Mã hồ sơ “{self}” không đúng dạng, ví dụ đúng: H15.24.3-261123-0047.")

    @classmethod
    def parse(cls, text: str, today: date | None = None) -> DossierCode:
        """Reads a code; the day must exist and, where `today` is given, not lie in the future."""
        match = _DOSSIER.fullmatch(text.strip().upper())
        if not match:
            raise DomainError(f"“{text}” không phải mã hồ sơ, ví dụ đúng: H15.24.3-261123-0047.")
        try:
            day = datetime.strptime(match["day"], "%y%m%d").date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            raise DomainError(f"Ngày {match['day']} trong mã hồ sơ không có thật, hãy xem lại mã.") from None
        if today is not None and day > today:
            raise DomainError(f"Mã hồ sơ ghi ngày {day:%d/%m/%Y}, sau hôm nay; hãy xem lại mã.")
        return cls(match["agency"], day, int(match["serial"]))

    def __str__(self) -> str:
        return f"{self.agency}-{self.day:%y%m%d}-{self.serial:04d}"


@dataclass(frozen=True)
class ReceiptNumber:
    """Số biên nhận tạm: given where no leased serial is left; openly provisional, an alias for ever.

    'TN-Q03-261123-7K2M9P': station, receiving day, six letters of Crockford's alphabet, which a person
    can read over the telephone without confusing 0/O or 1/I.
    """

    text: str

    def __post_init__(self) -> None:
        if not _RECEIPT.fullmatch(self.text):
            raise DomainError(f"“{self.text}” không phải số biên nhận tạm, ví dụ đúng: TN-Q03-261123-7K2M9P.")

    @classmethod
    def make(cls, station: str, day: date, random_bits: int) -> ReceiptNumber:
        """Makes a number from at least 30 random bits (of the dossier's own key)."""
        letters = "".join(_CROCKFORD[(random_bits >> (5 * i)) & 31] for i in range(6))
        return cls(f"TN-{station.upper()}-{day:%y%m%d}-{letters}")

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class PersonalId:
    """Số định danh cá nhân: 12 digits, `PPP G YY RRRRRR` (birth province, century and sex, year, random)."""

    digits: str

    def __post_init__(self) -> None:
        if not _PERSON.fullmatch(self.digits):
            raise DomainError("Số định danh cá nhân phải có đúng 12 chữ số, hãy nhập lại theo thẻ căn cước.")

    @property
    def sex(self) -> str:
        """'male' or 'female', from the parity of the fourth digit."""
        return "female" if int(self.digits[3]) % 2 else "male"

    @property
    def birth_year(self) -> int:
        """Four-digit year, from the century digit (0-1: 20th, 2-3: 21st ...) and the next two."""
        return 1900 + 100 * (int(self.digits[3]) // 2) + int(self.digits[4:6])

    def disagreements(self, birth_date: date | None, sex: str | None) -> tuple[str, ...]:
        """Warnings, not refusals: a corrected civil status keeps the old number (TT 59/2021)."""
        found = []
        if birth_date is not None and birth_date.year != self.birth_year:
            found.append(f"Số định danh ứng với năm sinh {self.birth_year}, giấy tờ ghi {birth_date.year}.")
        if sex is not None and sex != self.sex:
            said = {"male": "nam", "female": "nữ"}
            found.append(
                f"Số định danh ứng với giới tính {said[self.sex]}, giấy tờ ghi {said.get(sex, sex)}."
            )
        return tuple(found)

    @property
    def masked(self) -> str:
        """For screens and audit lines that others may see: only the last four digits."""
        return "*" * 8 + self.digits[-4:]

    def __str__(self) -> str:
        return self.digits


@dataclass(frozen=True)
class ProcedureCode:
    """Mã thủ tục hành chính of the national database: one digit, a dot, six digits."""

    text: str

    def __post_init__(self) -> None:
        if not _PROCEDURE.fullmatch(self.text):
            raise DomainError(f"“{self.text}” không phải mã thủ tục, ví dụ đúng: 2.000635.")

    def __str__(self) -> str:
        return self.text


def normalise_phone(text: str) -> str:
    """A Vietnamese mobile or landline number as 0xxxxxxxxx; refuses what cannot be dialled."""
    digits = re.sub(r"[\s.\-()]", "", text)
    digits = re.sub(r"^\+?84(?=\d{9,10}$)", "0", digits)
    if re.fullmatch(r"0[35789]\d{8}", digits) or re.fullmatch(r"02\d{8,9}", digits):
        return digits
    raise DomainError(
        "Số điện thoại phải có 10 chữ số và bắt đầu bằng 0 (di động 03, 05, 07, 08, 09), hãy nhập lại."
    )
