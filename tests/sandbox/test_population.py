from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Any

import pytest
import requests
from defusedxml import ElementTree
from uuid6 import uuid7

from sandbox.citizens import CITIZEN_COUNT, Citizen, citizens
from tests.sandbox.process import SandboxProcess

PEOPLE = citizens()
NAMESPACE = {"d": "http://www.mic.gov.vn/dancu/1.0"}


def _ask(
    sandbox: SandboxProcess, person: Citizen, timeout_s: float = 10, **changes: Any
) -> requests.Response:
    question = {
        "HoVaTen": person.full_name.upper(),
        "SoDinhDanh": person.personal_id,
        "SoCMND": None,
        "NgayThangNam": person.birth_date.strftime("%Y%m%d"),
        "Nam": None,
        "MaTichHop": "037",
        "MaDVC": "G15-TP110",
        "MaCanBo": "cb01",
        "MaYeuCau": str(uuid7()),
    } | changes
    return requests.post(f"{sandbox.url}/population/TraCuuThongTinCongDan", json=question, timeout=timeout_s)


def _found(answer: requests.Response) -> list[Any]:
    body = answer.json()
    assert body["error_code"] == "0"
    found: list[Any] = ElementTree.fromstring(body["message"]).findall("d:CongDan", NAMESPACE)
    return found


def _text(element: Any, path: str) -> str:
    found = element.find("/".join(f"d:{part}" for part in path.split("/")), NAMESPACE)
    assert found is not None, path
    return found.text or ""


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.personal_id)
def test_citizen_obeys_the_rules(person: Citizen) -> None:
    number = person.personal_id
    assert re.fullmatch(r"\d{12}", number)
    assert int(number[3]) % 2 == (1 if person.sex == "female" else 0)
    assert 1900 + 100 * (int(number[3]) // 2) + int(number[4:6]) == person.birth_date.year
    assert person.old_id is None or re.fullmatch(r"\d{9}", person.old_id)
    assert unicodedata.is_normalized("NFC", person.card_qr)
    fields = person.card_qr.split("|")
    assert len(fields) == 7
    assert fields[0] == number
    assert fields[2] == person.full_name == " ".join(person.full_name.split())
    assert fields[3] == person.birth_date.strftime("%d%m%Y")
    assert fields[4] == ("Nữ" if person.sex == "female" else "Nam")
    assert person.card_issued.year <= 2025


def test_citizens_are_many_distinct_and_always_the_same() -> None:
    assert len(PEOPLE) == CITIZEN_COUNT
    assert len({person.personal_id for person in PEOPLE}) == CITIZEN_COUNT
    assert citizens() == PEOPLE
    assert citizens(seed=5)[20:] != PEOPLE[20:]
    peoples = Counter(person.ethnicity for person in PEOPLE)
    assert min(peoples[code] for code in ("01", "10", "12")) >= 15
    assert max(len(person.full_name) for person in PEOPLE) >= 30
    assert 10 <= sum(person.old_id is not None for person in PEOPLE) <= CITIZEN_COUNT - 10


def test_relations_point_both_ways() -> None:
    by_id = {person.personal_id: person for person in PEOPLE}
    couples = [person for person in PEOPLE if person.spouse_id]
    children = [person for person in PEOPLE if person.father_id]
    assert len(couples) == 8
    assert len(children) == 7
    for person in couples:
        assert by_id[person.spouse_id or ""].spouse_id == person.personal_id
    for child in children:
        father, mother = by_id[child.father_id or ""], by_id[child.mother_id or ""]
        assert (father.sex, mother.sex) == ("male", "female")
        assert min(child.birth_date.year - parent.birth_date.year for parent in (father, mother)) >= 18


def test_demonstration_citizens(sandbox: SandboxProcess) -> None:
    first, second = requests.get(f"{sandbox.url}/sandbox/citizens", timeout=10).json()["citizens"][:2]
    assert first == {
        "personal_id": "066188004127",
        "full_name": "Nguyễn Thị Phương Thảo Nguyên",
        "birth_date": "1988-05-17",
        "sex": "female",
        "address": "Số 128/45 đường Y Moan Ênuôl, tổ dân phố 7, phường Tân Lập, tỉnh Đắk Lắk",
        "card_qr": "066188004127|240918273|Nguyễn Thị Phương Thảo Nguyên|17051988|Nữ|"
        "Số 128/45 đường Y Moan Ênuôl, tổ dân phố 7, Phường Tân Lập, Thành phố Buôn Ma Thuột, Đắk Lắk|09082021",
    }
    assert (second["personal_id"], second["full_name"]) == ("066085002316", "Y Bhăm Niê Kđăm")
    assert second["address"] == "Buôn Alê A, phường Ea Kao, tỉnh Đắk Lắk"


def test_number_name_and_birth_date_find_the_person(sandbox: SandboxProcess) -> None:
    (found,) = _found(_ask(sandbox, PEOPLE[0]))
    assert _text(found, "SoDinhDanh") == "066188004127"
    parts = [_text(found, f"HoVaTen/{part}") for part in ("Ho", "ChuDem", "Ten")]
    assert parts == ["Nguyễn", "Thị Phương Thảo", "Nguyên"]
    assert (_text(found, "GioiTinh"), _text(found, "DanToc")) == ("2", "01")
    assert (_text(found, "ThuongTru/MaTinhThanh"), _text(found, "ThuongTru/MaPhuongXa")) == ("66", "24121")
    assert _text(found, "VoChong/HoVaTen") == "Y Bhăm Niê Kđăm"
    (child,) = _found(_ask(sandbox, PEOPLE[2]))
    assert (_text(child, "Cha/SoDinhDanh"), _text(child, "Me/SoDinhDanh")) == ("066085002316", "066188004127")
    year_only = _ask(sandbox, PEOPLE[0], NgayThangNam=None, Nam="1988")
    assert len(_found(year_only)) == 1
    old = _ask(sandbox, PEOPLE[0], SoDinhDanh=None, SoCMND="240918273")
    assert len(_found(old)) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"HoVaTen": "NGUYỄN THỊ PHƯƠNG THẢO"},
        {"HoVaTen": "Nguyễn Thị Phương Thảo Nguyên"},
        {"HoVaTen": unicodedata.normalize("NFD", "NGUYỄN THỊ PHƯƠNG THẢO NGUYÊN")},
        {"NgayThangNam": "19880518"},
        {"NgayThangNam": None},
        {"NgayThangNam": None, "Nam": "1989"},
        {"SoDinhDanh": "066188004128"},
        {"SoDinhDanh": None},
    ],
)
def test_one_wrong_fact_finds_nobody(sandbox: SandboxProcess, change: dict[str, Any]) -> None:
    assert _found(_ask(sandbox, PEOPLE[0], **change)) == []


def test_request_id_works_once(sandbox: SandboxProcess) -> None:
    request_id = str(uuid7())
    assert len(_found(_ask(sandbox, PEOPLE[1], MaYeuCau=request_id))) == 1
    again = _ask(sandbox, PEOPLE[1], MaYeuCau=request_id).json()
    assert again["error_code"] == "-1"
    assert "CongDan" not in again["message"]


@pytest.mark.parametrize("code", ["004", "005"])
def test_denials(sandbox: SandboxProcess, code: str) -> None:
    sandbox.faults(population_error=code)
    assert _ask(sandbox, PEOPLE[0]).json()["error_code"] == code


def test_broken_answers(sandbox: SandboxProcess) -> None:
    sandbox.faults(population_error="malformed")
    with pytest.raises(ElementTree.ParseError):
        _found(_ask(sandbox, PEOPLE[0]))
    sandbox.faults(population_error="truncated")
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        _ask(sandbox, PEOPLE[0])
    sandbox.faults(population_error="timeout")
    with pytest.raises(requests.ReadTimeout):
        _ask(sandbox, PEOPLE[0], timeout_s=1)
    sandbox.faults(population_error="slow_drip")
    with requests.Session() as session:
        answer = session.post(
            f"{sandbox.url}/population/TraCuuThongTinCongDan",
            json={
                "HoVaTen": PEOPLE[1].full_name.upper(),
                "SoDinhDanh": PEOPLE[1].personal_id,
                "NgayThangNam": PEOPLE[1].birth_date.strftime("%Y%m%d"),
                "MaTichHop": "037",
                "MaDVC": "G15-TP110",
                "MaCanBo": "cb01",
                "MaYeuCau": str(uuid7()),
            },
            timeout=10,
            stream=True,
        )
        pieces = answer.raw.stream(64)
        first = next(pieces)
        assert len(first) < int(answer.headers["Content-Length"])
        answer.close()
    sandbox.faults()
    assert len(_found(_ask(sandbox, PEOPLE[0]))) == 1
