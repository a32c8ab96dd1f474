"""The whole visit through IntakeSession, without a window, a device or a network."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.config import Settings
from app.domain.calendar import VIETNAM
from app.domain.errors import DomainError
from app.workflow.counter import Counter
from app.workflow.errors import WorkflowError
from app.workflow.intake import IntakeSession
from app.workflow.pages import Feed
from app.workflow.presenting import present
from app.workflow.views import BlockerKind, ComponentState, FieldState, Source
from app.workflow.visit import Visit
from tests.workflow import visits
from tests.workflow.visits import AUTHORISATION, CARD, DECLARATION, IDENTITY, NOON, PERSON


@pytest.fixture
def counter(settings: Settings) -> Counter:
    return visits.office(settings)


@pytest.fixture
def session(counter: Counter) -> IntakeSession:
    return visits.ready(counter)


def test_a_visit_from_card_to_dossier(session: IntakeSession) -> None:
    assert session.blockers() == ()
    dossier = session.finish(NOON)
    assert dossier.case_code == "relative"
    assert dossier.fee_vnd == 16_000
    assert dossier.due_at == datetime(2026, 11, 20, 17, tzinfo=VIETNAM)
    assert dossier.applicant.personal_id == CARD.personal_id
    assert dossier.form["requester_name"].source == "register"
    assert dossier.form["subject_name"].source == "paper"
    assert [c.code for c in dossier.components if c.files] == [DECLARATION]
    assert {c.code: c.proven_by for c in dossier.components if c.proven_by} == {
        IDENTITY: "card",
        "000.00.00.G15-KQ003785": "register",
    }


def test_an_empty_visit_says_what_it_needs(counter: Counter) -> None:
    session = IntakeSession.begin(counter, NOON)
    view = present(session, NOON)
    assert not view.can_be_accepted
    assert view.title == "Lượt mới"
    with pytest.raises(WorkflowError, match="Chưa chọn thủ tục"):
        session.finish(NOON)
    with pytest.raises(DomainError, match=r"1\.000000"):
        session.choose_procedure("1.000000", NOON)


def test_every_blocker_names_what_is_missing_and_where(counter: Counter) -> None:
    session = IntakeSession.begin(counter, NOON)
    session.choose_procedure("2.000635", NOON)
    kinds = {b.kind for b in session.blockers()}
    assert kinds == {BlockerKind.CASE, BlockerKind.COMPONENT, BlockerKind.FIELD}
    for blocker in session.blockers():
        assert blocker.text
        if blocker.kind is BlockerKind.FIELD:
            session.form.field(blocker.target)
        if blocker.kind is BlockerKind.COMPONENT:
            session.procedure.component(blocker.target)


def test_a_register_value_is_locked_until_a_reason_is_given(session: IntakeSession) -> None:
    with pytest.raises(WorkflowError, match="mở khóa"):
        session.enter("requester_name", "Người Khác")
    with pytest.raises(WorkflowError, match="lý do"):
        session.unlock("requester_name", "  ")
    session.unlock("requester_name", "Đã cải chính, hệ thống chưa cập nhật")
    assert session.enter("requester_name", "Nguyễn Thị Phương Thảo") is None
    assert session.confirm("requester_name") is not None  # the register says otherwise: asked once
    assert session.confirm("requester_name") is None
    filled = session.finish(NOON).form["requester_name"]
    assert filled.value == "Nguyễn Thị Phương Thảo"
    assert filled.unlock_reason == "Đã cải chính, hệ thống chưa cập nhật"
    assert filled.other_value == PERSON.full_name


def test_a_difference_between_register_and_paper_is_shown_with_both(counter: Counter) -> None:
    session = IntakeSession.begin(counter, NOON)
    session.choose_procedure("2.000635", NOON)
    session.take_card(CARD)
    session.take_answer(PERSON)
    visits.read_paper(session, values={**visits.PAPER, "requester_name": "NGUYỄN THỊ PHƯƠNG THẢO"})
    view = present(session, NOON)
    assert any("CSDLQG dân cư ghi" in n and "NGUYỄN THỊ PHƯƠNG THẢO" in n for n in view.notices)
    field = session.merged()["requester_name"]
    assert (field.value, field.state) == (PERSON.full_name, FieldState.LOCKED)


def test_an_unsure_reading_that_comes_close_is_no_difference(counter: Counter) -> None:
    for said, unsure, is_shown in (
        (PERSON.residence.replace("Ênuôl", "Ênuôi"), ("requester_residence",), False),
        (PERSON.residence.replace("Ênuôl", "Ênuôi"), (), True),
        ("Thôn 1, xã Ea Tu, tỉnh Đắk Lắk", ("requester_residence",), True),
    ):
        session = IntakeSession.begin(counter, NOON)
        session.choose_procedure("2.000635", NOON)
        session.take_card(CARD)
        session.take_answer(PERSON)
        visits.read_paper(session, values={**visits.PAPER, "requester_residence": said}, unsure=unsure)
        assert any("Nơi cư trú" in notice for notice in present(session, NOON).notices) == is_shown


def test_a_card_that_the_register_contradicts_is_shown(session: IntakeSession) -> None:
    session.take_answer(replace(PERSON, full_name="Nguyễn Thị Phương Thảo Nguyệt"))
    assert any("Thẻ căn cước ghi" in notice for notice in present(session, NOON).notices)


def test_the_case_and_capitals_of_a_name_are_no_difference(session: IntakeSession) -> None:
    assert session.merged()["requester_name"].other is None
    assert not any("Họ, chữ đệm, tên" in notice for notice in present(session, NOON).notices)


def test_without_the_register_the_card_fills_and_waits_for_verification(counter: Counter) -> None:
    session = IntakeSession.begin(counter, NOON)
    session.choose_procedure("2.000635", NOON)
    session.take_card(CARD)
    session.take_answer(None, "Chưa có mạng nên chưa tra được CSDLQG về dân cư.")
    field = session.merged()["requester_name"]
    assert field.reading is not None
    assert (field.state, field.reading.source) == (FieldState.LOCKED, Source.CARD_QR)
    assert any("chờ xác minh" in notice for notice in present(session, NOON).notices)
    visits.read_paper(session)
    assert session.finish(NOON).form["requester_name"].source == "card_qr"


def test_nobody_in_the_register_is_said(session: IntakeSession) -> None:
    session.visit = replace(session.visit, person=None)
    session.take_answer(None)
    assert any("không có người nào khớp" in notice for notice in present(session, NOON).notices)


def test_a_doubtful_value_stops_until_a_person_has_looked(counter: Counter) -> None:
    session = IntakeSession.begin(counter, NOON)
    session.choose_procedure("2.000635", NOON)
    session.take_card(CARD)
    session.take_answer(PERSON)
    visits.read_paper(session, unsure=("registration_number",))
    assert [b.target for b in session.blockers()] == ["registration_number"]
    assert session.confirm("registration_number") is None
    assert session.blockers() == ()


def test_two_papers_that_disagree_are_asked_about(counter: Counter) -> None:
    session = IntakeSession.begin(counter, NOON)
    session.choose_procedure("2.000635", NOON)
    session.choose_case("authorised")
    session.take_card(CARD)
    session.take_answer(PERSON)
    visits.read_paper(session)
    visits.read_paper(
        session, AUTHORISATION, {"principal_id": "066085002361", "principal_name": "Y BHĂM NIÊ KĐĂM"}
    )
    field = session.merged()["subject_id"]
    assert field.state is FieldState.DOUBTFUL
    question = session.confirm("subject_id")
    assert question is not None
    assert "066085002361" in question or "066085002316" in question
    session.take_suggestion("subject_id")
    assert session.merged()["subject_id"].state is not FieldState.DOUBTFUL
    filled = session.finish(NOON).form["subject_id"]
    assert {filled.value, filled.other_value} == {"066085002316", "066085002361"}


def test_the_relation_on_paper_settles_the_case_unless_a_person_chose(counter: Counter) -> None:
    session = IntakeSession.begin(counter, NOON)
    session.choose_procedure("2.000635", NOON)
    visits.read_paper(session)
    assert session.visit.case == "relative"
    chosen = IntakeSession.begin(counter, NOON)
    chosen.choose_procedure("2.000635", NOON)
    chosen.choose_case("self")
    visits.read_paper(chosen)
    assert chosen.visit.case == "self"
    assert any("ứng với trường hợp" in notice for notice in present(chosen, NOON).notices)


def test_another_person_s_card_in_the_middle_is_refused(session: IntakeSession) -> None:
    other = replace(CARD, personal_id=type(CARD.personal_id)("066085002316"))
    with pytest.raises(WorkflowError, match="người khác"):
        session.take_card(other)
    assert session.visit.card == CARD


def test_a_wrong_value_is_said_and_kept_as_typed(session: IntakeSession) -> None:
    problem = session.enter("subject_birth_date", "31/02/1985")
    assert problem is not None
    assert "ngày có thật" in problem
    assert session.merged()["subject_birth_date"].value == "31/02/1985"
    assert session.blockers()


def test_paper_being_scanned_and_read_is_waited_for(session: IntakeSession) -> None:
    feed = Feed.begin(session.visit.visit_id, DECLARATION)
    session.begin_feed(feed)
    assert _states(session)[DECLARATION] is ComponentState.SCANNING
    assert session.blockers()[0].kind is BlockerKind.SCANNING
    session.end_feed(feed)
    assert session.blockers() == ()
    visits.feed_pages(session)
    assert _states(session)[DECLARATION] is ComponentState.SCANNING
    assert session.blockers()[0].kind is BlockerKind.SCANNING
    visits.finish_pages(session)
    assert session.blockers()[0].kind is BlockerKind.SCANNING  # read, not yet put together
    visits.put_together(session)
    assert session.blockers() == ()


def _states(session: IntakeSession) -> dict[str, ComponentState]:
    return {c.code: c.state for c in present(session, NOON).components}


def test_a_draft_gives_the_whole_visit_back(session: IntakeSession, counter: Counter) -> None:
    session.unlock("requester_name", "Thử")
    session.enter("contact_phone", "0912 345 678")
    visits.feed_pages(session)
    body = json.loads(json.dumps(session.visit.to_json()))
    again = IntakeSession(counter, Visit.from_json(body))
    assert again.visit == session.visit
    assert present(again, NOON) == present(session, NOON)


def test_only_a_paper_to_be_shown_can_be_marked_as_seen(session: IntakeSession) -> None:
    with pytest.raises(WorkflowError, match="phải nộp"):
        session.mark_shown(DECLARATION)
    with pytest.raises(DomainError, match="không yêu cầu"):
        session.mark_shown("G99-KQ000000")


def test_a_procedure_is_not_changed_under_scanned_papers(session: IntakeSession) -> None:
    session.visit = replace(session.visit, procedure="1.000000")
    with pytest.raises(WorkflowError, match="lượt mới"):
        session.choose_procedure("2.000635", NOON)


def test_the_due_date_follows_the_hour_of_receipt(session: IntakeSession) -> None:
    late = session.due(NOON + timedelta(hours=1))
    assert late is not None
    assert late.at == datetime(2026, 11, 23, 17, tzinfo=VIETNAM)
    assert "Nhận sau 15:00" in present(session, NOON + timedelta(hours=1)).due_reason


def _handwritten(counter: Counter, *names: str) -> IntakeSession:
    session = IntakeSession.begin(counter, NOON)
    session.choose_procedure("2.000635", NOON)
    session.take_card(CARD)
    session.take_answer(PERSON)
    visits.read_paper(session, written=names)
    return session


def test_handwriting_is_shown_and_never_read(counter: Counter) -> None:
    session = _handwritten(counter, "registration_number", "registration_book")
    fields = {f.name: f for s in present(session, NOON).sections for f in s.fields}
    for name in ("registration_number", "registration_book"):
        field = fields[name]
        assert (field.value, field.state, field.source) == ("", FieldState.EMPTY, None)
        assert field.is_handwritten
        assert field.is_to_type
        assert field.crop is not None
        assert field.crop.box == (10, 20, 110, 50)
    assert {b.target for b in session.blockers()} == {"registration_number", "registration_book"}
    assert "2 ô viết tay" in next(
        c.detail for c in present(session, NOON).components if c.code == DECLARATION
    )


def test_typed_handwriting_keeps_its_picture_and_counts_as_typed(counter: Counter) -> None:
    session = _handwritten(counter, "registration_number")
    assert session.enter("registration_number", "215/1992") is None
    field = next(
        f for s in present(session, NOON).sections for f in s.fields if f.name == "registration_number"
    )
    assert (field.state, field.source) == (FieldState.TYPED, Source.TYPED)
    assert field.is_handwritten
    assert not field.is_to_type
    assert field.crop is not None
    assert session.blockers() == ()
    filled = session.finish(NOON).form["registration_number"]
    assert (filled.source, filled.confidence) == ("typed", None)


def test_handwriting_in_a_field_nobody_needs_may_be_dismissed(counter: Counter) -> None:
    session = _handwritten(counter, "registration_book")
    assert not session.form.field("registration_book").is_required
    assert [b.target for b in session.blockers()] == ["registration_book"]
    assert session.confirm("registration_book") is None
    assert session.blockers() == ()
    assert "registration_book" not in session.finish(NOON).form


def test_a_source_stands_above_handwriting(counter: Counter) -> None:
    session = _handwritten(counter, "requester_name")
    field = session.merged()["requester_name"]
    assert (field.value, field.state) == (PERSON.full_name, FieldState.LOCKED)
    assert session.blockers() == ()
