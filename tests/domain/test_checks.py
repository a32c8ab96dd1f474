"""Checks beyond patterns: numbers in use, check digits, addresses in force, numbers against persons."""

from __future__ import annotations

import pytest

from app.domain.checks import findings
from app.office import load_form, load_units

UNITS = load_units()
BUSINESS = load_form("household-business")
EXTRACT = load_form("civil-status-extract")


@pytest.mark.parametrize(
    ("address", "doubt"),
    [
        ("Số 128/45 đường Y Moan Ênuôl, phường Tân Lập, tỉnh Đắk Lắk", None),
        ("Buôn Alê A, phường Ea Kao, Đắk Lắk", None),
        ("phường Bến Nghé, quận 1, thành phố Hồ Chí Minh", "cấp huyện"),
        ("xã Ea Tu, thị xã Buôn Ma Thuột, tỉnh Đắk Lắk", "cấp huyện"),
        ("Số 1, xã Không Có, tỉnh Đắk Lắk", "không có “xã Không Có”"),
        ("Số 1, tỉnh Hà Tây", "không có tỉnh, thành phố “tỉnh Hà Tây”"),
        ("", None),
    ],
)
def test_addresses_are_held_against_the_units_in_force(address: str, doubt: str | None) -> None:
    found = UNITS.doubt(address)
    assert (found is None) if doubt is None else (found is not None and doubt in found)


@pytest.mark.parametrize(
    ("phone", "is_odd"), [("0905318642", False), ("02438251234", False), ("0241234567", True)]
)
def test_a_phone_of_no_range_in_use_is_a_warning(phone: str, is_odd: bool) -> None:
    found = findings(EXTRACT, {"contact_phone": phone}, UNITS)
    assert [f.is_refusal for f in found] == ([False] if is_odd else [])


@pytest.mark.parametrize(
    ("code", "is_refused"),
    [("0100233488", False), ("0100233489", True), ("0100233488-001", False), ("066188004127", False)],
)
def test_a_tax_code_has_a_check_digit(code: str, is_refused: bool) -> None:
    found = findings(BUSINESS, {"tax_code": code}, UNITS)
    assert [f.is_refusal for f in found] == ([True] if is_refused else [])


def test_a_number_that_does_not_fit_its_person_is_a_warning() -> None:
    values = {"subject_id": "066085002316", "subject_birth_date": "02/09/1985", "subject_sex": "Nam"}
    assert findings(EXTRACT, values, UNITS) == ()
    (one,) = findings(EXTRACT, {**values, "subject_sex": "Nữ"}, UNITS)
    assert (one.field, one.is_refusal) == ("subject_id", False)


def test_findings_speak_of_every_row_of_a_table() -> None:
    form = load_form("residence-change").with_rows({"members": 2})
    values = {"members.2.id": "066085002316", "members.2.birth_date": "02/09/1990"}
    assert [f.field for f in findings(form, values, UNITS)] == ["members.2.id"]
