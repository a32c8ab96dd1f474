"""The population register by SOAP: the same answers, the order it demands, and what it may never do."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.gateways.population_soap import PopulationSoap
from app.workflow.errors import RegisterRefused
from offline_queue.errors import LineDown
from tests.gateways.test_population import QUERY, READER, xml
from tests.offline_queue.servers import Asked, Exchange, ScriptedServer
from tests.sandbox.process import SandboxProcess


def soap_to(url: str) -> PopulationSoap:
    return PopulationSoap(url, "G15-TP110", lambda: "cb01", READER, timeout_s=5.0)


@pytest.fixture
def sandbox(province: SandboxProcess) -> Iterator[SandboxProcess]:
    province.faults()
    yield province
    province.faults()


def test_the_person_is_found_and_nobody_else_is(sandbox: SandboxProcess) -> None:
    gateway = soap_to(f"{sandbox.url}/population/soap")
    person = gateway.look_up(QUERY)
    assert person is not None
    assert (person.full_name, person.ethnicity, str(person.personal_id)) == (
        QUERY.full_name,
        "Kinh",
        str(QUERY.personal_id),
    )
    assert gateway.look_up(replace(QUERY, full_name="Nguyễn Thị Khác")) is None


@pytest.mark.parametrize(
    ("fault", "words"), [("004", "chưa được cấp quyền"), ("005", "chưa có quyền"), ("truncated", "dở dang")]
)
def test_what_the_register_refuses_is_one_sentence(sandbox: SandboxProcess, fault: str, words: str) -> None:
    sandbox.faults(population_error=fault)
    with pytest.raises(RegisterRefused, match=words):
        soap_to(f"{sandbox.url}/population/soap").look_up(QUERY)


def test_no_file_is_read_for_an_entity(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("mật", encoding="utf-8")
    evil = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file://{secret}">]>' + xml(detail="&x;")
    with answering(evil) as server, pytest.raises(RegisterRefused, match="dở dang"):
        soap_to(f"{server.url}/soap").look_up(QUERY)


def test_another_person_is_not_believed() -> None:
    with answering(xml(id="001199000007")) as server, pytest.raises(RegisterRefused, match="một người khác"):
        soap_to(f"{server.url}/soap").look_up(QUERY)


def test_the_question_is_signed_and_names_are_escaped() -> None:
    with answering("<CongdanCollection/>") as server:
        gateway = replace(
            soap_to(f"{server.url}/soap"),
            user="tram",
            secret="bi-mat",
            road_client="VN/GOV/1",
            api_key="khoa",
        )
        assert gateway.look_up(replace(QUERY, full_name="H'Wiêng <Niê> & Kđăm")) is None
        asked = server.asked[-1]
    stamp = asked.headers["Timestamp"]
    signed = hashlib.sha256(f"{server.url}/soaptram{stamp}bi-mat".encode()).hexdigest()
    assert (
        base64.b64decode(asked.headers["Authorization"].removeprefix("Basic ")).decode() == f"tram:{signed}"
    )
    assert (asked.headers["X-Road-Client"], asked.headers["ApiKey"]) == ("VN/GOV/1", "khoa")
    assert "H'WIÊNG &lt;NIÊ&gt; &amp; KĐĂM" in asked.body.decode()


def test_a_page_of_a_hotel_is_no_register() -> None:
    with answering("<html>đăng nhập</html>", kind="text/html") as server, pytest.raises(LineDown):
        soap_to(f"{server.url}/soap").look_up(QUERY)


def answering(text: str, kind: str = "text/xml") -> ScriptedServer:
    def answer(_asked: Asked, exchange: Exchange) -> None:
        exchange.answer(200, text.encode(), Content_Type=kind)

    return ScriptedServer(answer)
