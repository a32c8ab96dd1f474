"""Cards: the text of their codes, and codes found in damaged pictures."""

import io
from datetime import date

import numpy as np
import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from mrz.checker.td1 import TD1CodeChecker
from PIL import Image

from scanning.cards import check_digit, parse_card_text
from scanning.errors import NotACard, ScanError, WrongCheckDigit
from scanning.pages import ScannedPage
from scanning.pipeline import identify
from scanning.samples.cards import print_card_back, print_card_front
from scanning.samples.damage import Damage, damaged
from scanning.samples.people import SamplePerson, invented_person, personal_number, unaccented

QR = "001199000007|012345678|Nguyễn Thị Mẫu|01011999|Nữ|Số 1, Phường A, Quận B, Hà Nội|01072021"
ZONE = "IDVNM1990000070001199000007<<1\n9901018F3901016VNM<<<<<<<<<<<4\nNGUYEN<<THI<MAU<<<<<<<<<<<<<<<"
LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
words = st.text(LETTERS, min_size=1, max_size=7).map(str.capitalize)


@st.composite
def people(draw: st.DrawFn) -> SamplePerson:
    sex = draw(st.sampled_from(("male", "female")))
    birth = draw(st.dates(date(1900, 1, 1), date(2026, 11, 22)))
    place = draw(st.sampled_from(("001", "048", "066", "079", "096")))
    return SamplePerson(
        full_name=" ".join(draw(st.lists(words, min_size=2, max_size=5))),
        birth_date=birth,
        sex=sex,
        personal_id=personal_number(place, sex, birth, draw(st.integers(0, 999_999))),
        residence=", ".join(draw(st.lists(words, min_size=1, max_size=4))),
        old_id=draw(st.sampled_from(("", "012345678"))),
        issued=draw(st.dates(date(2016, 1, 1), date(2026, 11, 22))),
    )


@given(people(), st.lists(words, max_size=4), st.sampled_from(("", "\r", "\ufeff")))
def test_a_card_code_gives_back_the_person(person: SamplePerson, extra: list[str], dirt: str) -> None:
    card = parse_card_text(dirt + "|".join([person.qr_payload(), *extra]) + dirt)
    assert card.personal_id == person.personal_id
    assert card.full_name == person.full_name
    assert card.birth_date == person.birth_date
    assert card.sex == person.sex
    assert card.address == person.residence
    assert card.issued == person.issued
    assert card.old_id == (person.old_id or None)
    assert card.source == "qr"
    assert card.warnings == ()


@given(people())
def test_the_zone_agrees_with_an_independent_checker(person: SamplePerson) -> None:
    zone = "\n".join(person.mrz_lines())
    checker = TD1CodeChecker(zone)
    assert checker.document_number_hash
    assert checker.birth_date_hash
    assert checker.expiry_date_hash
    assert checker.final_hash
    card = parse_card_text(zone)
    assert card.personal_id == person.personal_id
    assert card.birth_date == person.birth_date
    assert card.sex == person.sex
    name = unaccented(person.full_name).upper()
    assert name.startswith(card.full_name)
    assert card.source == "mrz"


@given(people(), st.integers(0, 59), st.sampled_from("0123456789"))
def test_a_changed_digit_is_noticed(person: SamplePerson, place: int, digit: str) -> None:
    zone = list("".join(person.mrz_lines()))
    if not zone[place].isdigit() or zone[place] == digit:
        return
    zone[place] = digit
    with pytest.raises(WrongCheckDigit):
        parse_card_text("".join(zone))


@given(st.text(max_size=120))
def test_no_text_at_all_does_worse_than_a_clear_no(text: str) -> None:
    with pytest.raises(ScanError):
        parse_card_text(text)


def test_the_published_samples() -> None:
    card = parse_card_text(QR)
    assert card.to_json() == {
        "found": True,
        "source": "qr",
        "personal_id": "001199000007",
        "old_id": "012345678",
        "full_name": "Nguyễn Thị Mẫu",
        "birth_date": "1999-01-01",
        "sex": "female",
        "address": "Số 1, Phường A, Quận B, Hà Nội",
        "issued": "2021-07-01",
        "warnings": [],
    }
    zone = parse_card_text(ZONE)
    assert (zone.personal_id, zone.full_name, zone.birth_date) == (
        "001199000007",
        "NGUYEN THI MAU",
        date(1999, 1, 1),
    )
    assert zone.warnings == ("Họ tên ở mặt sau thẻ không có dấu; hãy đối chiếu với mặt trước.",)
    assert check_digit("199000007") == "0"


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        (QR.replace("Nữ", "Nam"), "giới tính"),
        (QR.replace("01011999", "01011998"), "năm sinh"),
        (QR.replace("01011999", "00001999"), "một phần ngày sinh"),
        (QR.replace("01011999", "31021999"), "không có thật"),
        (QR.replace("001199000007", "003199000007"), "Ba số đầu"),
        (QR.replace("Mẫu", "M?u"), "bị lỗi"),
        (QR.replace("012345678", "12345"), "9 chữ số"),
    ],
)
def test_what_disagrees_is_a_warning_never_a_refusal(changed: str, part: str) -> None:
    card = parse_card_text(changed)
    assert len(card.warnings) == 1
    assert part in card.warnings[0]
    assert card.warnings[0] == card.warnings[0].strip()


def test_a_partial_birth_date_is_kept_as_a_year() -> None:
    card = parse_card_text(QR.replace("01011999", "00001999"))
    assert (card.birth_date, card.birth_year) == (None, 1999)


@pytest.mark.parametrize(
    "text", ["", "https://dichvucong.gov.vn", "1|2|3|4|5|6|7", QR.replace("Nữ", "X"), "IDVNM12"]
)
def test_other_codes_are_no_card(text: str) -> None:
    with pytest.raises(NotACard, match="không phải mã của thẻ"):
        parse_card_text(text)


def photographed(image: Image.Image, damage: Damage, seed: int = 1) -> ScannedPage:
    return ScannedPage(np.asarray(damaged(image, damage, seed)), None, "the.jpg", "")


@pytest.mark.parametrize(
    "damage",
    [
        Damage(skew_degrees=23, noise=12),
        Damage(quarter_turns=3, shadow=0.5),
        Damage(phone=True, jpeg_quality=60),
        Damage(blur=1.4, contrast=0.5),
    ],
)
def test_the_code_of_a_damaged_card_is_read_exactly(damage: Damage) -> None:
    person = invented_person(71)
    card = identify(photographed(print_card_front(person).image, damage))
    assert card is not None
    assert (card.personal_id, card.full_name, card.address) == (
        person.personal_id,
        person.full_name,
        person.residence,
    )


@pytest.mark.parametrize("damage", [Damage(), Damage(quarter_turns=2, noise=8)])
def test_the_zone_on_the_back_is_read(damage: Damage) -> None:
    person = invented_person(51)
    card = identify(photographed(print_card_back(person).image, damage))
    assert card is not None
    assert (card.personal_id, card.birth_date, card.source) == (person.personal_id, person.birth_date, "mrz")


def test_a_foreign_code_and_no_code_are_told_apart() -> None:
    made = io.BytesIO()
    segno.make("https://vi.du/ho-so/1").save(made, kind="png", scale=8, border=4)
    foreign = Image.open(made).convert("RGB")
    with pytest.raises(NotACard):
        identify(photographed(foreign, Damage()))
    assert identify(photographed(Image.new("RGB", (600, 400), (240, 240, 240)), Damage())) is None
