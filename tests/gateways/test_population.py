"""The population register through its gateway: every answer it can give, and every way it can fail to."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import resources
from app.domain.addresses import Units
from app.domain.codes import PersonalId
from app.domain.people import PersonQuery, RegisteredPerson
from app.gateways.citizens import CitizenReader
from app.gateways.population import PopulationGateway
from app.workflow.errors import RegisterRefused
from offline_queue.errors import LineDown, Refused, ServerBusy
from tests.offline_queue.servers import Asked, Exchange, ScriptedServer, json_answer
from tests.sandbox.process import SandboxProcess

QUERY = PersonQuery(PersonalId("066188004127"), "Nguyễn Thị Phương Thảo Nguyên", date(1988, 5, 17))
READER = CitizenReader(
    Units.from_table(resources.load_json("units", "units-2026-07-25.json")),
    resources.load_toml("units", "peoples.toml"),
)
PERSON = """<CongDan><SoDinhDanh>{id}</SoDinhDanh>
<HoVaTen><Ho>Nguyễn</Ho><ChuDem>Thị</ChuDem><Ten>{name}</Ten></HoVaTen><GioiTinh>2</GioiTinh><DanToc>01</DanToc>
<NgayThangNamSinh><NgayThangNam>19880517</NgayThangNam></NgayThangNamSinh><QuocTich>VN</QuocTich>
<ThuongTru><MaTinhThanh>66</MaTinhThanh><MaPhuongXa>24121</MaPhuongXa><ChiTiet>{detail}</ChiTiet></ThuongTru>
</CongDan>"""


def gateway_to(url: str, timeout_s: float = 5.0) -> PopulationGateway:
    """As the program wires it."""
    return PopulationGateway(
        base_url=url,
        sector_code="G15-TP110",
        officer_id=lambda: "cb01",
        reader=READER,
        timeout_s=timeout_s,
    )


def xml(
    id: str = str(QUERY.personal_id), name: str = "Nguyên", detail: str = "Số 1", prolog: str = ""
) -> str:
    """A collection of one, written by hand."""
    return f"{prolog}<CongdanCollection>{PERSON.format(id=id, name=name, detail=detail)}</CongdanCollection>"


def told(message: object, code: object = "0") -> bytes:
    """The gateway's envelope."""
    return json.dumps({"error_code": code, "message": message}).encode()


@pytest.fixture
def sandbox(province: SandboxProcess) -> Iterator[SandboxProcess]:
    province.faults()
    yield province
    province.faults()


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(json_answer(told(xml()))) as running:
        yield running


def test_a_person_is_found_with_an_address_made_of_codes(sandbox: SandboxProcess) -> None:
    found = gateway_to(sandbox.url).look_up(QUERY)
    assert found == RegisteredPerson(
        personal_id=QUERY.personal_id,
        full_name="Nguyễn Thị Phương Thảo Nguyên",
        birth_date=QUERY.birth_date,
        sex="female",
        ethnicity="Kinh",
        nationality="Việt Nam",
        residence="Số 128/45 đường Y Moan Ênuôl, tổ dân phố 7, phường Tân Lập, tỉnh Đắk Lắk",
    )


def test_a_name_without_a_middle_and_another_people(sandbox: SandboxProcess) -> None:
    found = gateway_to(sandbox.url).look_up(
        PersonQuery(PersonalId("066085002316"), "Y Bhăm Niê Kđăm", date(1985, 9, 2))
    )
    assert found is not None
    assert (found.full_name, found.sex, found.ethnicity) == ("Y Bhăm Niê Kđăm", "male", "Ê-đê")
    assert found.residence == "Buôn Alê A, phường Ea Kao, tỉnh Đắk Lắk"


@pytest.mark.parametrize(
    "wrong",
    [
        {"full_name": "Nguyễn Thị Phương Thảo"},
        {"birth_date": date(1988, 5, 18)},
        {"personal_id": PersonalId("066188004128")},
    ],
)
def test_facts_that_fit_no_one_together_find_nobody(
    sandbox: SandboxProcess, wrong: dict[str, object]
) -> None:
    assert gateway_to(sandbox.url).look_up(replace(QUERY, **wrong)) is None  # type: ignore[arg-type]


def test_each_question_has_a_number_of_its_own(sandbox: SandboxProcess) -> None:
    gateway = gateway_to(sandbox.url)
    assert gateway.look_up(QUERY) == gateway.look_up(QUERY) is not None


@pytest.mark.parametrize(("fault", "words"), [("004", "Thủ tục này"), ("005", "Tài khoản cán bộ")])
def test_a_denial_says_who_must_act(sandbox: SandboxProcess, fault: str, words: str) -> None:
    sandbox.faults(population_error=fault)
    with pytest.raises(RegisterRefused, match=words) as no:
        gateway_to(sandbox.url).look_up(QUERY)
    assert "nhập theo giấy" in str(no.value)


def test_malformed_xml_is_said(sandbox: SandboxProcess) -> None:
    sandbox.faults(population_error="malformed")
    with pytest.raises(RegisterRefused, match="dở dang"):
        gateway_to(sandbox.url).look_up(QUERY)


@pytest.mark.parametrize("fault", ["truncated", "timeout", "slow_drip"])
def test_an_answer_that_does_not_come_whole_in_time_is_a_line_that_is_down(
    sandbox: SandboxProcess, fault: str
) -> None:
    """`slow_drip` sends some bytes well within each read timeout: only a limit for the whole ends it."""
    sandbox.faults(population_error=fault)
    with pytest.raises(LineDown):
        gateway_to(sandbox.url, timeout_s=1.0).look_up(QUERY)


def test_other_ways_to_be_unreachable(sandbox: SandboxProcess) -> None:
    gateway = gateway_to(sandbox.url)
    for fault, kind in (
        ({"html": True}, LineDown),
        ({"html": False, "down": True}, LineDown),
        ({"down": False, "status": 503}, ServerBusy),
        ({"status": 404}, Refused),
    ):
        sandbox.faults(**fault)
        with pytest.raises(kind):
            gateway.look_up(QUERY)


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"null",
        b"5",
        b"{}",
        told(None),
        told("", None),
        told("<CongdanCollection>"),
        told("không phải XML"),
        told("\ud800"),
        told(xml(), "007"),
        told(xml(), -1),
        told(xml(id="12")),
        told(xml().replace("19880517", "17/05/1988")),
        told(xml().replace("19880517", "")),
        told(xml().replace("<GioiTinh>2", "<GioiTinh>9")),
        told("<C><CongDan/></C>"),
    ],
)
def test_an_answer_without_sense_is_said_in_one_sentence(server: ScriptedServer, body: bytes) -> None:
    server.script = json_answer(body)
    with pytest.raises(RegisterRefused) as no:
        gateway_to(server.url).look_up(QUERY)
    assert str(no.value).startswith("CSDLQG về dân cư")
    assert "nhập theo giấy" in str(no.value)


@pytest.mark.parametrize("message", ["<CongdanCollection/>", "<C><Khac/></C>"])
def test_an_empty_collection_is_nobody(server: ScriptedServer, message: str) -> None:
    server.script = json_answer(told(message))
    assert gateway_to(server.url).look_up(QUERY) is None


@pytest.mark.parametrize(
    "prolog", ["", '<?xml version="1.0" encoding="UTF-8"?>', '<?xml version="1.0" encoding="utf-16"?>']
)
def test_namespaces_and_prologs_vary(server: ScriptedServer, prolog: str) -> None:
    named = xml(prolog=prolog).replace("<CongdanCollection>", '<CongdanCollection xmlns="urn:other">')
    server.script = json_answer(told(named))
    found = gateway_to(server.url).look_up(QUERY)
    assert found is not None
    assert found.residence == "Số 1, phường Tân Lập, tỉnh Đắk Lắk"


def test_another_person_than_asked_for_is_not_taken_over(server: ScriptedServer) -> None:
    server.script = json_answer(told(xml(id="066085002316")))
    with pytest.raises(RegisterRefused, match="người khác"):
        gateway_to(server.url).look_up(QUERY)


def test_an_unknown_code_is_left_out_of_the_address(server: ScriptedServer) -> None:
    server.script = json_answer(told(xml().replace("24121", "99999").replace("<DanToc>01", "<DanToc>99")))
    found = gateway_to(server.url).look_up(QUERY)
    assert found is not None
    assert (found.residence, found.ethnicity) == ("Số 1, tỉnh Đắk Lắk", "")


def test_an_external_entity_is_refused_and_its_file_never_read(
    server: ScriptedServer, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("bí mật của trạm", "utf-8")
    prolog = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    server.script = json_answer(told(xml(detail="&e;", prolog=prolog)))
    with pytest.raises(RegisterRefused) as no:
        gateway_to(server.url).look_up(QUERY)
    assert "bí mật" not in str(no.value)


def test_an_external_entity_is_not_fetched_over_the_line(server: ScriptedServer) -> None:
    prolog = f'<!DOCTYPE x SYSTEM "{server.url}/evil.dtd" [<!ENTITY % p SYSTEM "{server.url}/evil"> %p;]>'
    server.script = json_answer(told(xml(prolog=prolog)))
    with contextlib.suppress(RegisterRefused):
        gateway_to(server.url).look_up(QUERY)
    assert [a.path for a in server.asked] == ["/population/TraCuuThongTinCongDan"]


def test_entities_that_multiply_are_refused(server: ScriptedServer) -> None:
    many = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    prolog = f'<!DOCTYPE x [<!ENTITY e0 "ha">{many}]>'
    server.script = json_answer(told(xml(detail="&e11;", prolog=prolog)))
    with pytest.raises(RegisterRefused):
        gateway_to(server.url).look_up(QUERY)


def test_the_question_is_as_the_gateway_wants_it(server: ScriptedServer) -> None:
    seen: list[dict[str, str]] = []

    def script(asked: Asked, exchange: Exchange) -> None:
        seen.append(json.loads(asked.body))
        exchange.answer(200, told("<C/>"), Content_Type="application/json")

    server.script = script
    assert gateway_to(server.url).look_up(QUERY) is None
    (question,) = seen
    assert question.pop("MaYeuCau")
    assert question == {
        "HoVaTen": "NGUYỄN THỊ PHƯƠNG THẢO NGUYÊN",
        "SoDinhDanh": "066188004127",
        "SoCMND": "",
        "NgayThangNam": "19880517",
        "Nam": "",
        "MaTichHop": "037",
        "MaDVC": "G15-TP110",
        "MaCanBo": "cb01",
    }
