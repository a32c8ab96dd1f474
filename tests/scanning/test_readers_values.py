"""Values as read: what is vouched for, what is mended with its raw reading kept, what stays doubtful."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources import load_json
from scanning.pages import FieldReading, FieldState, Word
from scanning.readers.checks import after_checks
from scanning.readers.days import dated_from, day_from_words, day_on_line
from scanning.readers.descriptions import Check
from scanning.readers.places import checked_address
from scanning.readers.spelling import canonical
from scanning.readers.value_types import ValueType
from scanning.readers.values import reading_of
from scanning.samples.invented import day_in_words

SURE, DOUBTFUL, CORRECTED = FieldState.SURE, FieldState.DOUBTFUL, FieldState.CORRECTED


def read_value(
    kind: ValueType, text: str, confidence: float = 0.96, *, usual: tuple[str, ...] = (), boxed: bool = False
) -> FieldReading:
    words = [Word(part, confidence, (60 * n, 0, 60 * n + 50, 40)) for n, part in enumerate(text.split())]
    reading = reading_of("field", kind, words, 1, usual=usual, is_boxed=boxed)
    assert reading is not None
    return reading


@pytest.mark.parametrize(
    ("kind", "text", "value", "state"),
    [
        (ValueType.DATE, "14/5/1992", "14/05/1992", SURE),
        (ValueType.DATE, "14 tháng 5 năm 1992", "14/05/1992", SURE),
        (ValueType.DATE, "l4/05/1992", "14/05/1992", CORRECTED),
        (ValueType.DATE, "31/02/1992", "31/02/1992", DOUBTFUL),
        (ValueType.PERSONAL_ID, "066 188 004127", "066188004127", SURE),
        (ValueType.PERSONAL_ID, "O66188004127", "066188004127", CORRECTED),
        (ValueType.PERSONAL_ID, "999188004127", "999188004127", DOUBTFUL),
        (ValueType.PERSONAL_ID, "06618800412", "06618800412", DOUBTFUL),
        (ValueType.IDENTITY, "Căn cước số 066188004127", "066188004127", DOUBTFUL),
        (ValueType.IDENTITY, "240123456", "240123456", DOUBTFUL),
        (ValueType.NAME, "NGUYỄN THỊ MẪU", "NGUYỄN THỊ MẪU", SURE),
        (ValueType.NAME, "NGUYÊN THỊ MẪU", "NGUYỄN THỊ MẪU", CORRECTED),
        (ValueType.NAME, "TẠ THỊ NGỌC VẾN", "TẠ THỊ NGỌC VẾN", DOUBTFUL),
        (ValueType.NAME, "Y BHĂM NIÊ KĐĂM", "Y BHĂM NIÊ KĐĂM", DOUBTFUL),
        (ValueType.NAME, "Trần Văn 7hử", "Trần Văn 7hử", DOUBTFUL),
        (ValueType.SEX, "Nữ", "Nữ", SURE),
        (ValueType.SEX, "Nư", "Nữ", CORRECTED),
        (ValueType.SEX, "Nơ", "Nơ", DOUBTFUL),
        (ValueType.ETHNICITY, "Ê-đê", "Ê-đê", SURE),
        (ValueType.ETHNICITY, "E-đê", "Ê-đê", CORRECTED),
        (ValueType.NATIONALITY, "Viêt Nam", "Việt Nam", CORRECTED),
        (ValueType.NATIONALITY, "Wakanda", "Wakanda", DOUBTFUL),
        (ValueType.RELATION, "Bản thân", "Bản thân", SURE),
        (ValueType.RELATION, "Bạn học", "Bạn học", DOUBTFUL),
        (ValueType.NUMBER_OF_YEAR, "215/1992", "215/1992", SURE),
        (ValueType.NUMBER_OF_YEAR, "2l5/1992", "215/1992", CORRECTED),
        (ValueType.PHONE, "0912 345 678", "0912345678", SURE),
        (ValueType.PHONE, "0112345678", "0112345678", DOUBTFUL),
        (ValueType.EMAIL, "ten@example.vn", "ten@example.vn", DOUBTFUL),
        (ValueType.AREA, "242,3 m²", "242,3", SURE),
        (ValueType.TIME, "07 giờ 30 phút", "07 giờ 30 phút", SURE),
        (ValueType.TIME, "27 giờ 30 phút", "27 giờ 30 phút", DOUBTFUL),
        (ValueType.DATE_WORDS, "Ngày mười bốn, tháng năm, năm hai nghìn", "Ngày mười bốn, tháng năm, năm hai nghìn", SURE),
        (ValueType.SENTENCE, "Nộp hồ sơ và nhận kết quả.", "Nộp hồ sơ và nhận kết quả.", DOUBTFUL),
        (ValueType.COUNT, "02", "2", SURE),
    ],
)  # fmt: skip
def test_a_value_is_sure_only_where_something_vouches_for_it(
    kind: ValueType, text: str, value: str, state: FieldState
) -> None:
    reading = read_value(kind, text)
    assert (reading.value, reading.state) == (value, state)
    assert reading.raw == (text if state is CORRECTED else "")


def test_an_unsure_engine_makes_any_value_doubtful() -> None:
    assert read_value(ValueType.NAME, "NGUYỄN THỊ MẪU", 0.8).state is DOUBTFUL
    assert read_value(ValueType.DATE, "14/05/1992", 0.8).state is DOUBTFUL


def test_digits_in_boxes_need_no_edge_among_them() -> None:
    assert read_value(ValueType.PERSONAL_ID, "|0|6|6|1|8|8|0|0|4|1|2|7|", boxed=True).state is DOUBTFUL
    assert read_value(ValueType.PERSONAL_ID, "066188004127", boxed=True).state is SURE


def test_a_phrase_is_sure_only_in_a_usual_wording() -> None:
    usual = ("Đã ly hôn, chưa kết hôn lại", "Chưa kết hôn")
    assert read_value(ValueType.PHRASE, "Chưa kết hôn", usual=usual).state is SURE
    mended = read_value(ValueType.PHRASE, "Đã ly hôn, chưa kết hôn tại", usual=usual)
    assert (mended.value, mended.state) == (usual[0], CORRECTED)
    assert mended.raw == "Đã ly hôn, chưa kết hôn tại"
    assert read_value(ValueType.PHRASE, "Vợ đi vắng", usual=usual).state is DOUBTFUL


def test_a_page_that_lost_marks_vouches_for_no_name() -> None:
    words = [Word(part, 0.96, (0, 0, 9, 9)) for part in ("NGUYỄN", "THỊ", "MẪU")]
    reading = reading_of("name", ValueType.NAME, words, 1, marks_are_kept=False)
    assert reading is not None
    assert reading.state is DOUBTFUL


@pytest.mark.parametrize(
    ("text", "value", "state"),
    [
        ("Thôn 3, xã Đông Anh, thành phố Hà Nội", None, SURE),
        ("Số 12/4 đường Lê Duẩn, phường Tân Lập, tỉnh Đắk Lắk", None, SURE),
        ("phường Cầu Giấy, Hà Nội", None, SURE),
        ("Thôn 3,xã Đông Anh ,thành phố Hà Nội", "Thôn 3, xã Đông Anh, thành phố Hà Nội", SURE),
        ("xã ĐÔNG Anh, thành phố Hà Nội", None, DOUBTFUL),
        ("phường Yên Hòa, thành phố Hà Nội", None, SURE),
        ("phường Cầu Giây, thành phố Hà Nội", "phường Cầu Giấy, thành phố Hà Nội", CORRECTED),
        ("Tố dân phố 3, phường Cầu Giấy, thành phố Hà Nội", "Tổ dân phố 3, phường Cầu Giấy, thành phố Hà Nội", CORRECTED),
        ("Ủy ban nhân dân phường Tân Lập tỉnh Đăk Lắk", "Ủy ban nhân dân phường Tân Lập, tỉnh Đắk Lắk", CORRECTED),
        # A letter more or less may be another place.
        ("xã Đông Anhh, thành phố Hà Nội", None, DOUBTFUL),
        # Places of before 1/7/2025 stay as they are.
        ("UBND xã Ea Tu, thị xã Buôn Ma Thuột, tỉnh Đắk Lắk", None, DOUBTFUL),
        ("xã Thanh Liêm, huyện Thanh Liêm, tỉnh Hà Nam", None, DOUBTFUL),
        ("xã An Bình, tỉnh Hà Nam", None, DOUBTFUL),
        # A street that nobody vouches for.
        ("Số 1 đường Y Moan Ênuôl, phường Tân Lập, tỉnh Đắk Lắk", None, DOUBTFUL),
    ],
)  # fmt: skip
def test_the_lexicon_vouches_mends_marks_and_leaves_the_rest(
    text: str, value: str | None, state: FieldState
) -> None:
    reading = read_value(ValueType.ADDRESS, text)
    assert (reading.value, reading.state) == (value or text, state)


def test_every_commune_in_force_is_known_as_it_is_written() -> None:
    provinces = load_json("units", "units-2026-07-25.json")["provinces"].values()
    count = 0
    for province in provinces:
        for commune in province["communes"].values():
            checked = checked_address(f"{commune}, {province['name']}")
            assert checked.is_known, (commune, province["name"])
            assert not checked.is_corrected, (commune, province["name"])
            count += 1
    assert count == 3321


@given(st.text(max_size=60))
def test_no_text_makes_a_value_fall_over(text: str) -> None:
    for kind in ValueType:
        words = [Word(part, 0.9, (0, 0, 9, 9)) for part in text.split()]
        reading_of("field", kind, words, 1)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2090, 12, 31)))
def test_a_day_in_words_is_that_day(day: date) -> None:
    text = day.strftime("%d/%m/%Y")
    assert day_from_words(day_in_words(text)) == text


def test_a_day_is_found_at_the_end_of_the_line_of_place_and_day() -> None:
    assert day_on_line("Đông Anh, ngày 3 tháng 11 năm 2026") == "03/11/2026"
    assert dated_from(["Đông", "Anh,", "ngày", "3", "tháng", "Z7", "năm", "2026"]) == 2
    assert dated_from(["Ngày,", "tháng,", "năm", "sinh:", "03/11/1990"]) is None
    assert day_on_line("Đông Anh, ngày 31 tháng 11 năm 2026") is None


def test_both_places_of_a_mark_are_one_spelling() -> None:
    assert canonical("Thanh Hoá") == canonical("Thanh Hóa")
    assert canonical("thuỷ") == canonical("THỦY")
    assert canonical("hoàn") == "hoàn"


def field(name: str, value: str) -> FieldReading:
    return FieldReading(name, value, 0.95, SURE, 1, (0, 0, 9, 9))


@pytest.mark.parametrize(
    ("rule", "values", "doubtful"),
    [
        ("number_fits_person", ("066188004127", "17/05/1988", "Nữ"), 0),
        ("number_fits_person", ("066188004127", "17/05/1989", "Nữ"), 2),
        ("number_fits_person", ("066188004127", "17/05/1988", "Nam"), 2),
        ("number_fits_person", ("240123456", "17/05/1989", "Nam"), 0),
        ("same_day", ("14/05/1992", "Ngày mười bốn, tháng năm, năm một nghìn chín trăm chín mươi hai"), 0),
        ("same_day", ("14/05/1993", "Ngày mười bốn, tháng năm, năm một nghìn chín trăm chín mươi hai"), 2),
        ("same_year", ("215/1992", "14/05/1992"), 0),
        ("same_year", ("215/1992", "14/05/1993"), 2),
    ],
)
def test_fields_that_contradict_each_other_are_doubtful(
    rule: str, values: tuple[str, ...], doubtful: int
) -> None:
    names = tuple(f"f{n}" for n in range(len(values)))
    checked = after_checks([field(*pair) for pair in zip(names, values, strict=True)], [Check(rule, names)])
    assert sum(reading.state is DOUBTFUL for reading in checked) == doubtful
