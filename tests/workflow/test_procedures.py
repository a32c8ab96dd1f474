"""Every case of every procedure that is shipped can be received: guided, filled, priced, dated and finished."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from uuid import uuid4

import pytest

from app.commands.example import write_example
from app.config import Settings
from app.domain.errors import DomainError
from app.domain.people import RegisteredPerson
from app.domain.procedure import ComponentUse
from app.office import load_counter
from app.workflow.counter import Counter
from app.workflow.declaring import print_declaration
from app.workflow.errors import WorkflowError
from app.workflow.intake import IntakeSession
from app.workflow.presenting import present
from app.workflow.views import FieldState
from app.workflow.visit import Visit
from tests.workflow.visits import (
    CARD,
    NOON,
    PAPER,
    PERSON,
    feed_pages,
    finish_pages,
    put_together,
    read_paper,
)

_HERE = load_counter(Settings(Path("/nowhere"), Path("/nowhere")))
CASES = [(code, case.code) for code, p in _HERE.procedures.items() for case in p.cases]


@pytest.fixture(scope="module")
def counter() -> Counter:
    return load_counter(Settings(Path("/nowhere"), Path("/nowhere"), fees={"1.000656": 8000}))


def begun(counter: Counter, code: str) -> IntakeSession:
    session = IntakeSession.begin(counter, NOON)
    session.choose_procedure(code, NOON)
    session.take_card(CARD)
    session.take_answer(PERSON)
    return session


@pytest.mark.parametrize(("code", "case"), CASES)
def test_each_case_is_received(counter: Counter, code: str, case: str, tmp_path: Path) -> None:
    session = begun(counter, code)
    guidance = session.procedure.guidance
    while (question := guidance.next(session.visit.answers)) is not None:
        wanted = guidance.cases[case].get(question.name)
        session.answer(question.name, sorted(wanted)[0] if wanted else question.answers[0].code)
    assert session.visit.case == case
    for paper in session.procedure.components_of(case):
        if session.is_satisfied(paper) or not paper.is_required:
            continue
        if paper.use is ComponentUse.SHOW:
            session.mark_shown(paper.code)
        else:
            feed_pages(session, 1, paper.code)
            finish_pages(session)
            put_together(session, {})
    visit_file = json.loads(write_example(counter, code, tmp_path).read_text(encoding="utf-8"))
    for name, value in visit_file["form"].items():
        group, dot, _ = name.partition(".")
        field = session.merged().get(name)
        if (field is None and not dot) or (field is not None and field.state is FieldState.LOCKED):
            continue
        assert session.enter(name, value) is None, (name, group)
    for blocker in session.blockers():
        assert "cần để tính phí" in blocker.text
        session.enter(blocker.target, "3")
    assert [blocker.text for blocker in session.blockers()] == []
    dossier = session.finish(NOON)
    assert dossier.due_at > NOON
    assert dossier.fee_vnd is None or dossier.fee_vnd >= 0
    view = present(session, NOON)
    assert view.fee_text
    # A draft of it comes back as it was.
    assert Visit.from_json(json.loads(json.dumps(session.visit.to_json()))) == session.visit


def test_one_question_after_the_other_leads_to_the_case(counter: Counter) -> None:
    session = begun(counter, "1.001193")
    assert "Trẻ thuộc trường hợp nào?" in session.blockers()[0].text
    session.answer("situation", "normal")
    assert not session.visit.is_case_chosen
    assert "Bạn tự làm" in session.blockers()[0].text
    session.answer("authorised", "yes")
    assert session.visit.case == "own_authorised"
    # Another answer to the first question makes the second one pointless.
    session.answer("situation", "abandoned")
    assert (session.visit.case, session.visit.answers) == ("abandoned", {"situation": "abandoned"})
    names = [paper.name for paper in session.procedure.components_of(session.visit.case)]
    assert "Biên bản về việc trẻ bị bỏ rơi" in names
    assert "Giấy chứng sinh" not in names


def test_another_procedure_begins_its_guidance_anew(counter: Counter) -> None:
    session = begun(counter, "1.001193")
    session.answer("situation", "abandoned")
    session.choose_procedure("1.004222", NOON)
    assert session.visit.case is None
    assert session.visit.answers == {}


def test_what_is_the_same_is_asked_once(counter: Counter) -> None:
    session = begun(counter, "1.000894")
    assert session.merged()["bride_name"].value == ""
    session.enter("side", "Bên nữ")
    bride = session.merged()["bride_name"]
    assert (bride.value, bride.state) == (PERSON.full_name, FieldState.LOCKED)
    assert session.merged()["groom_name"].value == ""
    session.enter("side", "Bên nam")
    assert session.merged()["groom_id"].value == str(PERSON.personal_id)


def test_fields_come_and_go_with_what_they_depend_on(counter: Counter) -> None:
    session = begun(counter, "1.004873")
    assert "partner_name" not in session.merged()
    with pytest.raises(WorkflowError, match="không hỏi trong trường hợp này"):
        session.enter("partner_name", "Lê Văn Thử")
    session.enter("purpose_kind", "Đăng ký kết hôn")
    assert session.enter("partner_name", "Lê Văn Thử") is None
    session.enter("purpose_kind", "Vay vốn")
    assert "partner_name" not in session.merged()
    assert "purpose" in session.merged()


def test_rows_are_made_as_they_are_typed_and_added_up(counter: Counter) -> None:
    session = begun(counter, "1.011607")
    for row, income in ((1, "3000000"), (2, "1500000")):
        session.enter(f"members.{row}.name", f"Người Thử {row}")
        session.enter(f"members.{row}.works", "Có")
        session.enter(f"members.{row}.income", income)
    total = session.merged()["total_income"]
    assert (total.value, total.state) == ("4500000", FieldState.LOCKED)
    with pytest.raises(WorkflowError, match="tự cộng"):
        session.enter("total_income", "1")
    session.set_rows("members", 1)
    assert session.merged()["total_income"].value == "3000000"
    with pytest.raises(WorkflowError, match="từ 1 đến 15"):
        session.set_rows("members", 16)


def test_fees_follow_case_channel_count_and_exemption(counter: Counter) -> None:
    session = begun(counter, "1.004194")
    session.answer("who", "list")
    assert present(session, NOON).fee_reason == "nhập số người đăng ký"
    session.enter("persons", "12")
    assert present(session, NOON).fee_text == "120.000 đ"
    session.choose_ways("online", "online")
    assert present(session, NOON).fee_text == "60.000 đ"
    session.claim_exemption("poor")
    assert present(session, NOON).fee_text == "0 đ"
    with pytest.raises(WorkflowError, match="không có diện miễn"):
        session.claim_exemption("rich")


def test_an_amount_of_the_council_comes_from_the_offices_own_table(counter: Counter) -> None:
    session = begun(counter, "1.000656")
    session.choose_case("with_notice")
    assert present(session, NOON).fee_text == "8.000 đ"
    session = begun(counter, "1.004859")
    session.choose_case("correct")
    assert present(session, NOON).fee_text == "Theo HĐND tỉnh"


def test_a_province_adds_its_own(tmp_path: Path) -> None:
    own = tmp_path / "procedures"
    own.mkdir()
    shipped = (Path(__file__).parents[2] / "resources" / "procedures" / "2.000884.toml").read_text(
        encoding="utf-8"
    )
    (own / "3.900001.toml").write_text(
        shipped.replace("2.000884", "3.900001").replace("Ký tại quầy", "Của riêng tỉnh"), encoding="utf-8"
    )
    settings = Settings(tmp_path, tmp_path)
    assert load_counter(settings).procedures["3.900001"].cases[0].name == "Của riêng tỉnh"
    (own / "3.900002.toml").write_text('code = "3.900002"', encoding="utf-8")
    from app.config import ConfigError

    with pytest.raises(ConfigError, match=r"3\.900002\.toml của tỉnh không dùng được"):
        load_counter(settings)


def test_an_old_draft_without_the_new_facts_comes_back(counter: Counter) -> None:
    table = begun(counter, "2.000635").visit.to_json()
    for name in ("answers", "rows", "exemption"):
        del table[name]
    assert Visit.from_json(table).answers == {}


def test_unknown_answers_are_refused(counter: Counter) -> None:
    session = begun(counter, "1.001193")
    with pytest.raises(DomainError, match="không có câu trả lời"):
        session.answer("situation", str(uuid4()))


@pytest.mark.parametrize("code", sorted(_HERE.procedures))
def test_each_declaration_is_printed_to_be_signed(counter: Counter, code: str, tmp_path: Path) -> None:
    session = begun(counter, code)
    session.choose_case(session.procedure.cases[0].code)
    path = tmp_path / "to-khai.pdf"
    path.write_bytes(print_declaration(session, NOON.date()))
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
    shown = " ".join(text.split())
    assert PERSON.full_name in shown
    assert str(PERSON.personal_id) in shown


def test_whom_the_declaration_names_in_full_the_register_is_asked_about(counter: Counter) -> None:
    session = begun(counter, "2.000635")
    assert session.other_queries() == {}
    read_paper(session, unsure=("subject_name", "subject_residence"))
    query = session.other_queries()["subject"]
    assert (str(query.personal_id), query.full_name) == (PAPER["subject_id"], PAPER["subject_name"])
    subject = RegisteredPerson(
        query.personal_id, "Y Bhăm Niê Kđăm", query.birth_date, "male", "Ê-đê", "Việt Nam", "Buôn Alê A"
    )
    session.take_other("subject", subject)
    merged = session.merged()
    assert (merged["subject_name"].value, merged["subject_name"].state) == (
        subject.full_name,
        FieldState.LOCKED,
    )
    # Where the paper says otherwise, both are shown.
    assert merged["subject_residence"].other is not None or merged["subject_residence"].value == "Buôn Alê A"
    assert session.other_queries() == {}
    assert Visit.from_json(json.loads(json.dumps(session.visit.to_json()))).others == {"subject": subject}


def test_nobody_is_asked_about_twice(counter: Counter) -> None:
    session = begun(counter, "2.000635")
    own = {
        **PAPER,
        "subject_id": str(PERSON.personal_id),
        "subject_name": PERSON.full_name,
        "subject_birth_date": f"{PERSON.birth_date:%d/%m/%Y}",
    }
    read_paper(session, values=own)
    assert session.other_queries() == {}
