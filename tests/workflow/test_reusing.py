"""Re-use before asking: what the State has already need not be brought, and the dossier says where it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.bootstrap import open_station
from app.config import ResultSettings, Settings
from app.domain.reuse import Reused, ReuseSource
from app.gateways.result_store import ResultStoreGateway
from app.workflow.errors import RegisterRefused
from app.workflow.intake import IntakeSession
from app.workflow.presenting import present
from app.workflow.reusing import ReuseQuestion
from app.workflow.views import ComponentState
from tests.offline_queue.servers import Asked, Exchange, ScriptedServer, json_answer
from tests.sandbox.process import SandboxProcess
from tests.workflow.visits import CARD, NOON, PERSON, feed_pages, finish_pages, put_together

HOME = "000.00.00.G01-KQ003605"
CT01 = "000.00.00.G01-KQ003604"


@pytest.fixture
def with_store(settings: Settings, province: SandboxProcess) -> Iterator[Settings]:
    province.faults()
    yield replace(settings, results=ResultSettings(url=province.url, timeout_s=5.0))
    province.faults()


def residence(session: IntakeSession) -> IntakeSession:
    session.choose_procedure("1.004222", NOON)
    session.take_card(CARD)
    session.take_answer(PERSON)
    session.choose_case("owner")
    return session


def test_the_store_spares_the_citizen_a_paper(with_store: Settings, province: SandboxProcess) -> None:
    with open_station(with_store) as station:
        session = residence(station.begin())
        question = ReuseQuestion.of(session)
        assert question is not None
        assert dict(question.wanted) == {HOME: frozenset({HOME})}
        found = station.reusing.find(question)
        held = ResultStoreGateway(province.url).look_up(question.owner, "1.004222", {HOME})
        assert set(found) == {HOME for _ in held}
        session.take_reused(found or {HOME: Reused(ReuseSource.RESULT_STORE, "12/2025", "UBND")})
        view = next(c for c in present(session, NOON).components if c.code == HOME)
        assert view.state is ComponentState.REUSED
        assert view.detail.startswith("Không cần nộp: đã có ở Kho dữ liệu điện tử, số ")
        assert ReuseQuestion.of(session) is None
        session.decline_reused(HOME)
        assert not session.is_satisfied(session.procedure.component(HOME))


def test_an_earlier_dossier_of_the_same_person_spares_it_too(online: Settings) -> None:
    with open_station(online) as station:
        station.sending.round()
        first = residence(IntakeSession.begin(station.counter, station.clock.now()))
        stored = station.keep_file(b"%PDF-1.7 nha o")
        for code in (CT01, HOME):
            feed_pages(first, 1, code)
            finish_pages(first)
            put_together(first, {})
            document = first.visit.documents[code]
            real = replace(document, blob=stored.blob, sha256=stored.sha256, size=stored.size)
            first.visit = replace(first.visit, documents={**first.visit.documents, code: real})
        for name, value in (
            ("relation_to_head", "Chủ hộ"),
            ("request", "Đăng ký thường trú"),
        ):
            assert first.enter(name, value) is None
        record = station.seal(first.finish(station.clock.now()))
        again = residence(station.begin())
        question = ReuseQuestion.of(again)
        assert question is not None
        # Not while it is only here: the province may still refuse it.
        assert station.reusing.find(question) == {}
        assert station.sending.round().sent == 1
        found = station.reusing.find(question)
        assert found == {HOME: Reused(ReuseSource.EARLIER_DOSSIER, record.number, "")}
        again.take_reused(found)
        component = again._component(again.procedure.component(HOME))
        assert (component.proven_by, component.result_number) == ("earlier_dossier", record.number)


@pytest.mark.parametrize(
    "answer",
    [{"errorCode": "1"}, [], {"errorCode": "0", "result": {"DanhSachGiayToKetQua": [{"MaKetQua": 7}]}}],
)
def test_a_store_that_talks_nonsense_spares_nothing(settings: Settings, answer: object) -> None:
    def told(_asked: Asked, exchange: Exchange) -> None:
        json_answer(json.dumps(answer).encode())(_asked, exchange)

    with (
        ScriptedServer(told) as server,
        open_station(replace(settings, results=ResultSettings(url=server.url, timeout_s=2.0))) as station,
    ):
        question = ReuseQuestion.of(residence(station.begin()))
        assert question is not None
        assert station.reusing.find(question) == {}


def test_no_store_no_line_no_fault(settings: Settings) -> None:
    for results in (ResultSettings(), ResultSettings(url="http://127.0.0.1:9", timeout_s=1.0)):
        with open_station(replace(settings, results=results)) as station:
            question = ReuseQuestion.of(residence(station.begin()))
            assert question is not None
            assert station.reusing.find(question) == {}


def test_a_refusal_is_a_sentence(province: SandboxProcess, settings: Settings) -> None:
    with open_station(settings) as station:
        question = ReuseQuestion.of(residence(station.begin()))
    assert question is not None
    unknown = replace(question.owner, personal_id=type(question.owner.personal_id)("001199000007"))
    with pytest.raises(RegisterRefused, match="nhận giấy như thường"):
        ResultStoreGateway(province.url).look_up(unknown, "1.004222", {HOME})
