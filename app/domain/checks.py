"""Checks beyond a field's pattern. A refusal says the rule; a warning only asks for another look.

Sources: numbering plan of Việt Nam as `phonenumbers` has it, check digit of tax codes as `python-stdnum` has it, QĐ
19/2025/QĐ-TTg (34 provinces, 3,321 communes).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import stdnum.vn.mst
from stdnum.exceptions import ValidationError

from app.domain.addresses import Units
from app.domain.codes import PersonalId
from app.domain.errors import DomainError
from app.domain.forms import Form, FormField, parse_date
from app.domain.people import SEX_WORDS

_SEXES = {words: sex for sex, words in SEX_WORDS.items()}


@dataclass(frozen=True)
class Finding:
    """Something about one field's value; `is_refusal` stops an acceptance."""

    field: str
    sentence: str
    is_refusal: bool


def findings(form: Form, values: Mapping[str, str], units: Units) -> tuple[Finding, ...]:
    """Everything that is odd about these values, in the order of the form."""
    found: list[Finding] = []
    for field in form.fields:
        value = values.get(field.name, "")
        if not value:
            continue
        match field.check:
            case "phone":
                found += _phone(field, value)
            case "tax":
                found += _tax(field, value)
            case "address":
                if (doubt := units.doubt(value)) is not None:
                    found.append(Finding(field.name, f"{field.label}: {doubt}.", is_refusal=False))
        if field.kind == "id":
            found += _number(field, value, values)
    return tuple(found)


def _phone(field: FormField, value: str) -> list[Finding]:
    # Its tables are large: the window opens without them.
    import phonenumbers

    try:
        is_in_use = phonenumbers.is_valid_number(phonenumbers.parse(value, "VN"))
    except phonenumbers.NumberParseException:
        is_in_use = False
    if is_in_use:
        return []
    return [
        Finding(field.name, f"{field.label}: đầu số của {value} không có trong kho số, hãy hỏi lại.", False)
    ]


def _tax(field: FormField, value: str) -> list[Finding]:
    if len(value) == 12:
        return []  # since 1 July 2025 a person's own number
    try:
        stdnum.vn.mst.validate(value)
    except ValidationError:
        return [
            Finding(field.name, f"{field.label}: {value} sai chữ số kiểm tra, không thể là mã số thuế.", True)
        ]
    return []


def _number(field: FormField, value: str, values: Mapping[str, str]) -> list[Finding]:
    """The number against birth date and sex beside it; a corrected civil status keeps its old number: a warning."""
    prefix = field.name.removesuffix("id")
    birth, sex = values.get(f"{prefix}birth_date", ""), values.get(f"{prefix}sex", "")
    try:
        number, day = PersonalId(value), parse_date(birth)
    except DomainError:
        return []
    return [
        Finding(field.name, f"{field.label}: {words}", is_refusal=False)
        for words in number.disagreements(day, _SEXES.get(sex))
    ]
