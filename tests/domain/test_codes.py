"""Codes: what is printed is read back, and nonsense is refused in one sentence."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.codes import (
    AgencyId,
    DossierCode,
    PersonalId,
    ProcedureCode,
    ReceiptNumber,
    normalise_phone,
)
from app.domain.errors import DomainError

days = st.dates(date(2000, 1, 1), date(2068, 12, 31))
agencies = st.builds(
    lambda letter, number, leaves: ".".join([f"{letter}{number:02d}", *leaves]),
    st.sampled_from("GH"),
    st.integers(1, 63),
    st.lists(st.from_regex(r"[0-9A-Z]{1,4}", fullmatch=True), max_size=4),
)


@given(agencies, days, st.integers(1, 9_999_999))
def test_a_dossier_code_is_read_back(agency: str, day: date, serial: int) -> None:
    code = DossierCode(agency, day, serial)
    assert DossierCode.parse(str(code)) == code
    assert DossierCode.parse(f"  {str(code).lower()} ") == code


@pytest.mark.parametrize(
    "text",
    [
        "H15.24.3-261123-0047",
        "H15.50.05.13-261008-0975",
        "000.00.01.H22-260101-0001",
        "G01-261123-123456",
    ],
)
def test_codes_in_use_are_read(text: str) -> None:
    assert str(DossierCode.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "H15.24.3", "H15.24.3-261332-0001", "H15.24.3-261123-47", "Z99-261123-0001", "H15-261123-0001\n2"],
)
def test_what_is_no_dossier_code_is_refused(text: str) -> None:
    with pytest.raises(DomainError):
        DossierCode.parse(text)


def test_a_code_of_tomorrow_is_refused() -> None:
    with pytest.raises(DomainError, match="sau hôm nay"):
        DossierCode.parse("H15.24.3-261123-0047", today=date(2026, 11, 22))


def test_both_orders_of_an_agency_id_are_the_same_agency() -> None:
    assert AgencyId.parse("000.00.34.H12") == AgencyId.parse("H12.34")
    assert str(AgencyId.parse("000.12.34.H12")) == "H12.34.12"


@given(st.integers(0, 2**64), days)
def test_a_provisional_number_is_read_back_and_never_looks_official(bits: int, day: date) -> None:
    number = ReceiptNumber.make("q03", day, bits)
    assert ReceiptNumber(str(number)) == number
    with pytest.raises(DomainError):
        DossierCode.parse(str(number))


@given(st.integers(0, 999), st.integers(0, 9), st.integers(0, 99), st.integers(0, 999_999))
def test_a_personal_id_tells_sex_and_year(place: int, century: int, year: int, rest: int) -> None:
    personal_id = PersonalId(f"{place:03d}{century}{year:02d}{rest:06d}")
    assert personal_id.sex == ("female" if century % 2 else "male")
    assert personal_id.birth_year == 1900 + century // 2 * 100 + year
    assert not personal_id.disagreements(date(personal_id.birth_year, 1, 1), personal_id.sex)
    assert len(personal_id.disagreements(date(personal_id.birth_year - 1, 1, 1), "neither")) == 2
    assert personal_id.digits[:8] not in personal_id.masked


@given(st.text())
def test_whatever_is_not_twelve_digits_is_no_personal_id(text: str) -> None:
    if len(text) == 12 and text.isascii() and text.isdigit():
        assert str(PersonalId(text)) == text
    else:
        with pytest.raises(DomainError):
            PersonalId(text)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0912 345 678", "0912345678"),
        ("+84912345678", "0912345678"),
        ("84 912.345.678", "0912345678"),
        ("02623851234", "02623851234"),
    ],
)
def test_phones_are_brought_into_one_shape(typed: str, kept: str) -> None:
    assert normalise_phone(typed) == kept


@pytest.mark.parametrize("typed", ["", "091234567", "0112345678", "09123456789", "không có"])
def test_phones_that_cannot_be_dialled_are_refused(typed: str) -> None:
    with pytest.raises(DomainError, match="10 chữ số"):
        normalise_phone(typed)


def test_a_procedure_code_has_its_shape() -> None:
    assert str(ProcedureCode("2.000635")) == "2.000635"
    with pytest.raises(DomainError):
        ProcedureCode("2.635")
