"""Paper in, text and fields out: the acceptance of the scanning package."""

import json
from pathlib import Path

import pytest

from scanning.digitised import Digitised, write
from scanning.errors import Cancelled, NothingScanned
from scanning.pages import FieldState
from scanning.pipeline import digitise
from scanning.samples.cards import card_on_page, print_card_front
from scanning.samples.damage import Damage
from scanning.samples.people import SAMPLE_REQUESTER
from scanning.samples.sheets import (
    DeclarationValues,
    PrintedSheet,
    print_authorization,
    print_declaration,
    print_official_letter,
)
from tests.samples.corpus import character_error_rate, saved


@pytest.fixture(scope="module")
def declaration() -> PrintedSheet:
    return print_declaration()


@pytest.fixture(scope="module")
def skewed(declaration: PrintedSheet, tmp_path_factory: pytest.TempPathFactory) -> Digitised:
    return digitise(saved(declaration, tmp_path_factory.mktemp("skewed"), "skew"))


def assert_fields(digitised: Digitised, truth: dict[str, str], *, but: tuple[str, ...] = ()) -> None:
    read = {reading.name: reading.value for reading in digitised.fields}
    assert {k: v for k, v in read.items() if k not in but} == {k: v for k, v in truth.items() if k not in but}


def test_a_page_at_four_degrees_is_read_and_written(
    skewed: Digitised, declaration: PrintedSheet, tmp_path: Path
) -> None:
    pdf, text, facts = write(skewed, tmp_path)
    assert character_error_rate(text.read_text("utf-8"), declaration.text) <= 0.02
    assert pdf.read_bytes() == skewed.pdf
    told = json.loads(facts.read_text("utf-8"))
    assert told["kind"] == "declaration_civil_extract"
    assert told["pages"][0]["skew"] == pytest.approx(4, abs=0.15)
    assert told["pages"][0]["rotation"] == 0
    expected = {"input", "kind", "kind_confidence", "fields", "pages", "corrections", "metadata", "timings_s"}
    assert expected == set(told)
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


def test_the_fields_of_a_skewed_declaration_are_right(skewed: Digitised, declaration: PrintedSheet) -> None:
    # "Ênuôl" is no Vietnamese syllable: the engine's language model may take its last letter for an i.
    assert_fields(skewed, declaration.fields, but=("requester_residence",))
    residence = skewed.value("requester_residence") or ""
    assert character_error_rate(residence, declaration.fields["requester_residence"]) < 0.05
    assert residence.endswith("phường Tân Lập, tỉnh Đắk Lắk")
    states = {reading.name: reading.state for reading in skewed.fields}
    assert states["requester_id"] == states["subject_birth_date"] == FieldState.SURE


def test_each_field_has_its_box_on_the_page(skewed: Digitised) -> None:
    page = skewed.pages[0]
    boxes = {reading.name: reading.box for reading in skewed.fields}
    for left, top, right, bottom in boxes.values():
        assert 0 <= left < right <= page.width
        assert 0 <= top < bottom <= page.height
    assert boxes["requester_id"][3] < boxes["subject_id"][1]
    assert boxes["subject_sex"][2] < boxes["subject_ethnicity"][0]


@pytest.mark.parametrize(
    ("condition", "rotation", "limit"),
    [
        ("upside_down", 180, 0.02),
        ("sideways", 90, 0.02),
        ("noise", 0, 0.03),
        ("shadow", 0, 0.02),
        ("phone", 0, 0.03),
        ("all_at_once", 0, 0.03),
    ],
)
def test_a_damaged_page_is_read(
    condition: str, rotation: int, limit: float, declaration: PrintedSheet, tmp_path: Path
) -> None:
    digitised = digitise(saved(declaration, tmp_path, condition))
    assert digitised.pages[0].rotation == rotation
    assert character_error_rate(digitised.text, declaration.text) <= limit
    assert digitised.value("requester_id") == declaration.fields["requester_id"]
    assert digitised.value("subject_birth_date") == declaration.fields["subject_birth_date"]


def test_a_steep_page_of_low_resolution_is_read(declaration: PrintedSheet, tmp_path: Path) -> None:
    small = declaration.image.resize((1240, 1754))
    sheet = PrintedSheet(declaration.kind, small, declaration.text, declaration.fields)
    digitised = digitise(saved(sheet, tmp_path, Damage(skew_degrees=-14)))
    assert digitised.pages[0].skew == pytest.approx(-14, abs=0.15)
    assert character_error_rate(digitised.text, declaration.text) <= 0.02


def test_an_authorisation_is_read(tmp_path: Path) -> None:
    sheet = print_authorization(stamped=True)
    digitised = digitise(saved(sheet, tmp_path, "skew"))
    assert digitised.kind == "authorization"
    assert character_error_rate(digitised.text, sheet.text) <= 0.02
    assert_fields(digitised, sheet.fields, but=("agent_residence",))


def test_the_columns_of_a_letter_head_are_read_one_after_the_other(tmp_path: Path) -> None:
    sheet = print_official_letter()
    digitised = digitise(saved(sheet, tmp_path, "skew"))
    assert digitised.kind == "unknown"
    assert digitised.fields == ()
    assert character_error_rate(digitised.text, sheet.text) <= 0.02


def test_a_card_on_the_glass_is_read_by_its_code(tmp_path: Path) -> None:
    digitised = digitise(saved(card_on_page(print_card_front()), tmp_path, "skew"))
    assert digitised.kind == "citizen_card"
    assert digitised.value("personal_id") == SAMPLE_REQUESTER.personal_id
    assert digitised.value("full_name") == SAMPLE_REQUESTER.full_name


def test_what_is_not_written_is_not_invented(tmp_path: Path) -> None:
    sheet = print_declaration(DeclarationValues(relation="", requester_id="", subject_id="06608500231"))
    digitised = digitise(saved(sheet, tmp_path))
    assert digitised.value("relation") is None
    assert digitised.value("requester_id") is None
    states = {reading.name: reading.state for reading in digitised.fields}
    assert states["subject_id"] == FieldState.DOUBTFUL


def test_a_number_that_disagrees_with_the_birth_year_is_doubtful(tmp_path: Path) -> None:
    sheet = print_declaration(DeclarationValues(subject_birth_date="02/09/1958"))
    digitised = digitise(saved(sheet, tmp_path))
    states = {reading.name: reading.state for reading in digitised.fields}
    assert states["subject_id"] == states["subject_birth_date"] == FieldState.DOUBTFUL
    assert states["requester_id"] == FieldState.SURE


def test_a_cancel_between_the_steps_stops_the_work(declaration: PrintedSheet, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        digitise(saved(declaration, tmp_path), cancelled=lambda: True)


def test_no_pages_is_an_error_that_says_so() -> None:
    with pytest.raises(NothingScanned, match="Chưa có trang nào"):
        digitise([])
