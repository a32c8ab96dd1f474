"""People as the counter meets them: who asks, what the card says, what the register answers."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from app.domain.codes import PersonalId, normalise_phone
from app.domain.errors import DomainError

SEX_WORDS = {"male": "Nam", "female": "Nữ"}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")


def normalise_name(text: str) -> str:
    """NFC, one space between words; refuses what no register would hold (digits, symbols, nothing)."""
    name = " ".join(unicodedata.normalize("NFC", text).replace("\u200e", "").split())
    if not name:
        raise DomainError("Họ tên còn trống, hãy nhập họ tên như trên giấy tờ.")
    if len(name) > 120:
        raise DomainError("Họ tên dài quá 120 chữ, hãy xem lại.")
    for letter in name:
        if not (letter.isalpha() or unicodedata.category(letter) == "Mn" or letter in " '’-."):
            raise DomainError(f"Họ tên không thể có ký tự “{letter}”, hãy nhập lại như trên giấy tờ.")
    return name


def is_same_name(one: str, other: str) -> bool:
    """Compares names as the register does: NFC, upper case, one space; tone marks count."""

    def fold(text: str) -> str:
        return " ".join(unicodedata.normalize("NFC", text).replace("’", "'").upper().split())

    return fold(one) == fold(other)


@dataclass(frozen=True)
class PersonQuery:
    """What a lookup in the population register needs: number, name and birth date together."""

    personal_id: PersonalId
    full_name: str
    birth_date: date


@dataclass(frozen=True)
class CardFacts:
    """What a citizen card itself says, by QR or MRZ."""

    personal_id: PersonalId
    full_name: str
    birth_date: date | None
    sex: str | None
    address: str | None
    issued: date | None
    source: str
    warnings: tuple[str, ...] = ()

    @property
    def query(self) -> PersonQuery | None:
        """The lookup this card allows; None when the birth date is only partly known."""
        if self.birth_date is None:
            return None
        return PersonQuery(self.personal_id, self.full_name, self.birth_date)


@dataclass(frozen=True)
class RegisteredPerson:
    """The population register's answer about one person; dates whole, address as the register writes it."""

    personal_id: PersonalId
    full_name: str
    birth_date: date
    sex: str
    ethnicity: str
    nationality: str
    residence: str


@dataclass(frozen=True)
class Applicant:
    """Người nộp: who stands at the counter; also the shape of the dossier's owner (chủ hồ sơ)."""

    personal_id: PersonalId
    full_name: str
    birth_date: date
    phone: str | None = None
    email: str | None = None
    address: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "full_name", normalise_name(self.full_name))
        if self.phone:
            object.__setattr__(self, "phone", normalise_phone(self.phone))
        if self.email and not _EMAIL.fullmatch(self.email):
            raise DomainError(f"Địa chỉ thư điện tử “{self.email}” không đúng dạng, hãy nhập lại.")
