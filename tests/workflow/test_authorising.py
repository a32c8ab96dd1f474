"""Who acts for another: agent, term and scope of the letter of authorisation."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from app.config import Settings
from app.domain.authority import Authority
from app.domain.errors import DomainError
from app.office import load_counter
from app.workflow.counter import Counter
from app.workflow.errors import WorkflowError
from app.workflow.intake import IntakeSession
from app.workflow.presenting import present
from app.workflow.visit import Visit
from tests.workflow.visits import CARD, NOON, PERSON, read_paper

LETTER = "000.00.00.G15-KQ003159"
SAID = {
    "agent_name": CARD.full_name.upper(),
    "agent_id": str(CARD.personal_id),
    "principal_name": "Y Thử Niê",
    "principal_id": "066080000001",
    "scope": "Nộp hồ sơ và nhận kết quả đăng ký khai sinh cho con tôi",
    "made_on": "01/11/2026",
}


@pytest.fixture(scope="module")
def counter() -> Counter:
    return load_counter(Settings(Path("/nowhere"), Path("/nowhere")))


def authorised(counter: Counter, unsure: tuple[str, ...] = (), **changes: str) -> IntakeSession:
    session = IntakeSession.begin(counter, NOON)
    session.choose_procedure("1.001193", NOON)
    session.choose_case("own_authorised")
    session.take_card(CARD)
    session.take_answer(PERSON)
    read_paper(session, LETTER, {**SAID, **changes}, unsure)
    return session


def refusals(session: IntakeSession) -> list[str]:
    return [b.text for b in session.blockers() if b.target == LETTER]


def warnings(session: IntakeSession) -> list[str]:
    return [n for n in present(session, NOON).notices if "ủy quyền" in n]


def test_a_letter_that_fits_says_nothing(counter: Counter) -> None:
    session = authorised(counter)
    assert (refusals(session), warnings(session)) == ([], [])


def test_another_agent_is_refused_until_the_misreading_is_mended(counter: Counter) -> None:
    session = authorised(counter, agent_id="066080000777", agent_name="Lê Văn Khác")
    (refusal,) = refusals(session)
    assert "Lê Văn Khác" in refusal
    assert "vẫn giữ" in refusal
    session.type_authority("agent_id", str(CARD.personal_id))
    assert refusals(session) == []
    assert Visit.from_json(json.loads(json.dumps(session.visit.to_json()))) == session.visit


def test_an_agent_read_with_doubt_is_a_warning(counter: Counter) -> None:
    session = authorised(counter, unsure=("agent_id",), agent_id="066080000777")
    assert refusals(session) == []
    assert any("chưa chắc" in warning for warning in warnings(session))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"valid_until": "19/11/2026"}, "chỉ có hiệu lực đến 19/11/2026"),
        ({"made_on": "19/11/2025"}, "01 năm, đến 19/11/2026"),
        ({"scope": "Thay tôi đăng ký khai tử cho cha tôi"}, "thủ tục khác (“Đăng ký khai tử”)"),
        ({"scope": "Thay tôi làm thủ tục 1.000656"}, "thủ tục khác (“1.000656”)"),
        ({"scope": "Trông nhà và tưới vườn"}, "không nêu thủ tục này"),
    ],
)
def test_term_and_scope_are_warned_of_with_their_rule(
    counter: Counter, changes: dict[str, str], said: str
) -> None:
    session = authorised(counter)
    for name, value in changes.items():
        session.type_authority(name, value)
    (warning,) = warnings(session)
    assert said in warning
    assert "Bộ luật Dân sự 2015" in warning
    assert refusals(session) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"valid_until": "20/11/2026", "made_on": "01/01/2020"},
        {"made_on": "20/11/2025"},
        {"scope": "Mọi thủ tục tại Bộ phận Một cửa"},
        {"scope": "Thủ tục 1.001193"},
        {"scope": "Làm giấy khai sinh"},
    ],
)
def test_what_still_holds_is_not_warned_of(counter: Counter, changes: dict[str, str]) -> None:
    session = authorised(counter)
    for name, value in changes.items():
        session.type_authority(name, value)
    assert warnings(session) == []


def test_a_year_from_a_leap_day() -> None:
    assert Authority(made_on=date(2024, 2, 29)).last_day == date(2025, 2, 28)


def test_what_is_typed_must_be_able_to_stand(counter: Counter) -> None:
    session = authorised(counter)
    with pytest.raises(WorkflowError, match="không có ô"):
        session.type_authority("shoe_size", "42")
    with pytest.raises(DomainError, match="ngày có thật"):
        session.type_authority("valid_until", "31/02/2027")
    with pytest.raises(DomainError, match="12 chữ số"):
        session.type_authority("agent_id", "12")
