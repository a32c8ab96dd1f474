"""Everything that reads what others wrote: any text ends as a value or as one sentence, and nothing else.

`MOTCUA_EXAMPLES` sets how many cases each parser gets (60 here, 8,000 by `make parsers`, which is 104,000 in all).
"""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import resources
from app.catalogue.normalising import normalise
from app.catalogue.reading import RawRecord
from app.catalogue.searching import CatalogueSearch
from app.catalogue.versions import IndexLine
from app.catalogue.written_text import WrittenText
from app.domain.addresses import Units
from app.domain.codes import AgencyId, DossierCode, PersonalId, ProcedureCode, normalise_phone
from app.domain.errors import DomainError
from app.domain.forms import from_iso, parse_date
from app.domain.people import normalise_name
from app.gateways.citizens import CitizenReader
from app.workflow.errors import RegisterRefused
from scanning.cards import parse_card_text
from scanning.errors import ScanError
from tests.catalogue.records import raw

EXAMPLES = int(os.environ.get("MOTCUA_EXAMPLES", "60"))
MANY = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
#: Letters that break parsers: marks apart, directions, digits of other scripts, separators of our formats.
_LETTERS = st.sampled_from("|<>-./:;, \t\n\r\u200e\u0301\u1ea5đĐéK’'0123456789٣HGabcNguyễn&\"\0")
TEXTS = st.one_of(st.text(max_size=60), st.text(_LETTERS, max_size=80))


def near(*samples: str) -> st.SearchStrategy[str]:
    """One of the samples with a few letters changed, taken out or put in; or any text."""

    @st.composite
    def changed(draw: st.DrawFn) -> str:
        text = draw(st.sampled_from(samples))
        for _ in range(draw(st.integers(0, 4))):
            at = draw(st.integers(0, max(0, len(text) - 1)))
            text = (
                text[:at]
                + draw(st.one_of(st.just(""), _LETTERS, st.characters()))
                + text[at + draw(st.integers(0, 2)) :]
            )
        return text

    return st.one_of(changed(), TEXTS)


def _is_sentence(error: Exception) -> None:
    words = str(error)
    assert words.strip(), "no words"
    assert "Traceback" not in words


def _tried(parse: Callable[[str], object], text: str, *allowed: type[Exception]) -> None:
    try:
        parse(text)
    except allowed as error:
        _is_sentence(error)


PARSERS: dict[str, tuple[Callable[[str], object], tuple[str, ...]]] = {
    "dossier code": (
        lambda t: DossierCode.parse(t, date(2026, 11, 28)),
        ("H15.24.3-261128-0047", "000.00.01.H22-261001-0001"),
    ),
    "agency": (AgencyId.parse, ("H15.24.3", "000.00.34.H12")),
    "personal number": (PersonalId, ("066188004127", "001199000007")),
    "procedure": (ProcedureCode, ("2.000635",)),
    "phone": (normalise_phone, ("0905318642", "+84 905 318 642")),
    "day": (parse_date, ("17/05/1988", "1-1-2026")),
    "day of a wire": (from_iso, ("1988-05-17",)),
    "name": (normalise_name, ("Nguyễn Thị Phương Thảo", "H'Wiêng Niê Kđăm")),
}


@pytest.mark.parametrize("name", PARSERS)
@MANY
@given(st.data())
def test_codes_days_and_names(name: str, data: st.DataObject) -> None:
    parse, samples = PARSERS[name]
    _tried(parse, data.draw(near(*samples)), DomainError)


@MANY
@given(
    near(
        "001199000007|012345678|Nguyễn Thị Mẫu|01011999|Nữ|Số 1, Phường A, Quận B, Hà Nội|01072021",
        "IDVNM1990000070001199000007<<1\n9901018F3901016VNM<<<<<<<<<<<4\nNGUYEN<<THI<MAU<<<<<<<<<<<<<<<",
    )
)
def test_cards(text: str) -> None:
    _tried(parse_card_text, text, ScanError)


XML = (
    "<CongdanCollection><CongDan><SoDinhDanh>066188004127</SoDinhDanh><HoVaTen><Ho>Nguyễn</Ho><Ten>Mẫu</Ten></HoVaTen>"
    "<GioiTinh>2</GioiTinh><DanToc>01</DanToc><QuocTich>VN</QuocTich><NgayThangNamSinh><NgayThangNam>19880517"
    "</NgayThangNam></NgayThangNamSinh><ThuongTru><MaTinhThanh>66</MaTinhThanh></ThuongTru></CongDan></CongdanCollection>"
)
READER = CitizenReader(
    Units.from_table(resources.load_json("units", "units-2026-07-25.json")),
    resources.load_toml("units", "peoples.toml"),
)


@MANY
@given(near(XML, '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'))
def test_the_registers_answer(text: str) -> None:
    _tried(READER.read, text, RegisterRefused)


@MANY
@given(st.data())
def test_records_of_the_catalogue(data: st.DataObject) -> None:
    text = json.dumps(raw(), ensure_ascii=False)
    spoilt = data.draw(near(text))
    try:
        table: Any = json.loads(spoilt)
    except ValueError:
        table = {"unread": spoilt}
    entry, doubts = normalise(RawRecord("dòng 1", table if isinstance(table, dict) else {"unread": table}))
    assert entry is not None or doubts


TEXT = (
    "Mã thủ tục: 1.900003\nTên thủ tục: Thử\nThành phần hồ sơ:\n- Tờ khai Bản chính: 1 Bản sao: 0\n"
    "Cách thức thực hiện:\nTrực tiếp: 3 ngày"
)


@MANY
@given(near(TEXT))
def test_written_procedures(tmp_path: Path, text: str) -> None:
    path = tmp_path / "thu-tuc.txt"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    for record in WrittenText().records(path):
        normalise(record)


SEARCH = CatalogueSearch(
    [
        IndexLine(f"1.{n:06d}", name, "", "", None, None, "0")
        for n, name in enumerate(("Đăng ký khai sinh", "Tách hộ"))
    ]
)


@MANY
@given(near("khai sinh", "1.0000", "dang ki"))
def test_what_is_searched(text: str) -> None:
    for hit in SEARCH.find(text):
        assert 0 < hit.score <= 1.05


@MANY
@given(TEXTS)
def test_names_stay_composed(text: str) -> None:
    try:
        name = normalise_name(text)
    except DomainError:
        return
    assert unicodedata.is_normalized("NFC", name)
    assert name == normalise_name(name)
