"""Declarations and people: names, dates, the schema and the layout agree."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import resources
from app.domain.addresses import Units
from app.domain.codes import PersonalId
from app.domain.errors import DomainError
from app.domain.forms import normalise_date, parse_date
from app.domain.people import Applicant, is_same_name, normalise_name
from app.domain.procedure import Procedure
from app.office import load_form

FORM = load_form("civil-status-extract")
PROCEDURE = Procedure.from_table(resources.load_toml("procedures", "2.000635.toml"))
GOOD = {
    "addressee": "Ủy ban nhân dân phường Buôn Ma Thuột",
    "requester_name": "Nguyễn Thị Mẫu",
    "requester_id": "001199000007",
    "requester_birth_date": "01/01/1999",
    "requester_residence": "Số 1, phường A",
    "relation": "Bản thân",
    "extract_kind": "khai sinh",
    "subject_name": "Nguyễn Thị Mẫu",
    "subject_birth_date": "01/01/1999",
    "registered_at": "UBND xã A",
    "copies": "2",
}


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_dates_are_read_as_people_write_them(day: date) -> None:
    for text in (
        f"{day:%d/%m/%Y}",
        f"{day.day}-{day.month}-{day.year}",
        f"{day.day}.{day.month:02d}.{day.year}",
    ):
        assert parse_date(text) == day
        assert normalise_date(text) == f"{day:%d/%m/%Y}"


@pytest.mark.parametrize("text", ["", "31/02/2020", "1988-05-17", "17/05/88", "ngày 17"])
def test_days_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(DomainError, match="ngày có thật"):
        parse_date(text)


def test_a_finished_declaration_is_accepted() -> None:
    FORM.validate(GOOD)


@pytest.mark.parametrize("name", [n for n in GOOD if FORM.field(n).is_required])
def test_each_required_field_is_asked_for_by_name(name: str) -> None:
    with pytest.raises(DomainError, match=f"{FORM.field(name).label}.*còn trống"):
        FORM.validate({k: v for k, v in GOOD.items() if k != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [("requester_id", "123"), ("subject_birth_date", "30/02/1985"), ("extract_kind", "giấy khác"), ("copies", "0"),
     ("copies", "hai"), ("contact_phone", "123"), ("registration_number", "số 7")],
)  # fmt: skip
def test_a_value_that_cannot_stand_is_refused(name: str, value: str) -> None:
    assert FORM.problem(name, value)
    with pytest.raises(DomainError):
        FORM.validate({**GOOD, name: value})


def test_an_unknown_field_is_named() -> None:
    with pytest.raises(DomainError, match="subject_shoe_size"):
        FORM.field("subject_shoe_size")


@pytest.mark.parametrize(
    "name", ["H'Wiêng Niê Kđăm", "Y Bhăm Niê Kđăm", "Lê", "Công Huyền Tôn Nữ Thị Phương Thảo", "K’Brếp"]
)
def test_names_of_every_people_are_names(name: str) -> None:
    assert normalise_name(f"  {unicodedata.normalize('NFD', name)}  ") == name
    assert is_same_name(name, name.upper())


@pytest.mark.parametrize("name", ["", "   ", "Nguyễn 3", "a@b", "X" * 121])
def test_what_no_register_would_hold_is_refused(name: str) -> None:
    with pytest.raises(DomainError):
        normalise_name(name)


def test_tone_marks_make_another_name() -> None:
    assert not is_same_name("Nguyễn Thị Mẫu", "Nguyễn Thị Mậu")


def test_an_applicant_is_checked() -> None:
    with pytest.raises(DomainError, match="thư điện tử"):
        Applicant(PersonalId("001199000007"), "Nguyễn Thị Mẫu", date(1999, 1, 1), email="mẫu")


def test_only_the_papers_of_the_case_are_asked_for() -> None:
    own = {paper.code for paper in PROCEDURE.components_of("self")}
    authorised = {paper.code for paper in PROCEDURE.components_of("authorised")}
    assert authorised - own == {"000.00.00.G15-KQ003040"}
    assert {p.code for p in PROCEDURE.components_of(None)} == own


def test_every_field_that_a_paper_fills_exists() -> None:
    for paper in PROCEDURE.components:
        for name in paper.fills.values():
            FORM.field(name)


def test_the_relation_answers_the_guidance() -> None:
    (question,) = PROCEDURE.guidance.questions
    said = question.meant_by(" VỢ ")
    assert said is not None
    assert PROCEDURE.guidance.case({"for_whom": said.code}) == "relative"
    assert question.meant_by("người quen") is None


def test_all_units_in_force_are_there() -> None:
    units = Units.from_table(resources.load_json("units", "units-2026-07-25.json"))
    assert (len(units.provinces), len(units.communes)) == (34, 3321)
    assert units.provinces["75"] == "Thành phố Đồng Nai"
    assert units.address("Số 1", "không có", "66") == "Số 1, tỉnh Đắk Lắk"
