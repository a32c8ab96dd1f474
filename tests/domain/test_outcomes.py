"""Each outcome's rule on fixed days of November 2026 (24/11 is a holiday), and what holds for all of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import resources
from app.domain.calendar import VIETNAM, DueDate, ProcessingTime, SupplementRule, TimeUnit, WorkingCalendar
from app.domain.course import Ground, Outcome, Standing, carry_out
from app.domain.errors import DomainError
from app.domain.outcome_rules import (
    OutcomeRules,
    reasons_from,
    reasons_on,
    refusal_words,
    rules_from,
    rules_on,
)
from app.domain.outcomes import (
    Apologise,
    AskSupplement,
    CompleteSupplement,
    HandOver,
    PaperAsked,
    Proof,
    RecordResult,
    Signing,
    Stop,
    Transfer,
    Withdraw,
    check_refusal_time,
)
from app.domain.status import STAGES, Status
from sandbox.dossiers import Event

CALENDAR = WorkingCalendar.from_table(resources.load_toml("calendar", "2026.toml"))
RULES = rules_from(resources.load_toml("outcomes.toml"))
REASONS = reasons_from(resources.load_toml("reasons.toml"))
RECEIVED = datetime(2026, 11, 18, 9, 0, tzinfo=VIETNAM)
DUE = datetime(2026, 11, 30, 17, 0, tzinfo=VIETNAM)
FIVE_DAYS = ProcessingTime(5, TimeUnit.WORKING_DAY)
OFFICER = {"id": "an", "name": "Nguyễn Văn An"}
APPLICANT, OWNER, STRANGER = "001199000007", "001299000008", "001199000015"
SUPPLEMENT = AskSupplement((PaperAsked("Giấy ủy quyền", "Bổ sung chữ ký ở trang 2"),), "Thiếu chữ ký")


def at(day: int, hour: int = 10, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=VIETNAM)


def ground(moment: datetime, rule: SupplementRule = SupplementRule.RESTART) -> Ground:
    def renew(asked_at: datetime, completed_at: datetime) -> DueDate:
        return CALENDAR.due_after_supplement(RECEIVED, asked_at, completed_at, FIVE_DAYS, rule)

    return Ground(moment, CALENDAR, rules_on(moment.date(), RULES), renew, rule)


def body(**more: Any) -> dict[str, Any]:
    return {
        "received_at": RECEIVED.isoformat(),
        "due": DUE.isoformat(),
        "applicant": {"personal_id": APPLICANT, "full_name": "Nguyễn Thị Mẫu"},
        "owner": {"personal_id": OWNER, "full_name": "Lê Văn Mẫu"},
        **more,
    }


def done(*steps: tuple[Outcome, datetime], start: dict[str, Any] | None = None) -> dict[str, Any]:
    table = start or body()
    for outcome, moment in steps:
        table, _ = carry_out(table, outcome, ground(moment), OFFICER)
    return table


def refused(outcome: Outcome, moment: datetime, table: dict[str, Any] | None = None) -> str:
    with pytest.raises(DomainError) as told:
        carry_out(table or body(), outcome, ground(moment), OFFICER)
    return str(told.value)


def warned(outcome: Outcome, moment: datetime, table: dict[str, Any] | None = None) -> str:
    return " ".join(carry_out(table or body(), outcome, ground(moment), OFFICER)[1])


# ---- supplements


def test_a_supplement_stops_the_clock_and_its_completion_counts_anew() -> None:
    asked = done((SUPPLEMENT, at(19)))
    assert (asked["status"], asked["due"]) == (5, DUE.isoformat())
    assert asked["events"][0]["papers"] == [{"name": "Giấy ủy quyền", "what": "Bổ sung chữ ký ở trang 2"}]
    complete = done((CompleteSupplement(), at(26)), start=asked)
    assert complete["status"] == 4
    # 26/11 (Thursday) and five working days more: 27, 30, 1, 2, 3
    assert complete["due"] == "2026-12-03T17:00:00+07:00"
    assert complete["events"][1]["due_before"] == DUE.isoformat()


def test_an_office_that_pauses_gives_only_what_was_left() -> None:
    asked = done((SUPPLEMENT, at(20)))
    paused, _ = carry_out(asked, CompleteSupplement(), ground(at(26), SupplementRule.PAUSE), OFFICER)
    # two of five were used (19 and 20): 27, 30, 1
    assert paused["due"] == "2026-12-01T17:00:00+07:00"


@pytest.mark.parametrize("completed", [False, True])
def test_a_second_supplement_is_refused_ever_after_with_what_it_would_cost(completed: bool) -> None:
    steps: list[tuple[Outcome, datetime]] = [(SUPPLEMENT, at(19))]
    if completed:
        steps.append((CompleteSupplement(), at(20)))
    other = AskSupplement(SUPPLEMENT.papers, "Lại thiếu")
    told = refused(other, at(23), done(*steps))
    assert "một lần" in told
    assert "trễ hạn theo Bộ chỉ số 766" in told


def test_a_late_supplement_is_warned_of() -> None:
    # received on Wednesday 18/11: 19, 20, 23
    assert warned(SUPPLEMENT, at(23, 16, 59)) == ""
    assert "3 ngày làm việc" in warned(SUPPLEMENT, at(25))
    assert "23/11/2026" in warned(SUPPLEMENT, at(25))
    assert "quá ngày hẹn" in warned(SUPPLEMENT, at(1, month=12))


def test_what_was_not_asked_for_cannot_be_completed() -> None:
    assert "không chuyển sang" in refused(CompleteSupplement(), at(19), done((Transfer("Tư pháp"), at(19))))
    assert "không chờ bổ sung" in refused(CompleteSupplement(), at(19))


def test_a_supplement_names_papers_and_a_reason() -> None:
    assert "giấy tờ" in refused(AskSupplement((), "Thiếu"), at(19))
    assert "lý do" in refused(AskSupplement(SUPPLEMENT.papers, "  "), at(19))
    assert "tên giấy tờ" in refused(AskSupplement((PaperAsked("", "nộp"),), "Thiếu"), at(19))


# ---- apology


def test_an_apology_gives_a_later_working_day_and_keeps_the_status() -> None:
    table = done((Apologise("Chờ xác minh", date(2026, 12, 2)), at(29)))
    assert (table["status"], table["due"]) == (2, "2026-12-02T17:00:00+07:00")
    assert table["events"][0]["due_before"] == DUE.isoformat()


def test_an_apology_on_the_day_itself_is_too_late() -> None:
    told = refused(Apologise("Chờ xác minh", date(2026, 12, 2)), at(30, 7, 0))
    assert "ít nhất 1 ngày" in told
    assert "29/11/2026" in told


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 30), "phải sau ngày hẹn cũ"),
        (date(2026, 11, 20), "phải sau ngày hẹn cũ"),
        (date(2026, 12, 5), "không phải ngày làm việc; gần nhất là 07/12/2026"),
    ],
)
def test_another_appointment_is_later_and_on_a_working_day(day: date, words: str) -> None:
    assert words in refused(Apologise("Chờ xác minh", day), at(20))


def test_an_apology_comes_once() -> None:
    table = done((Apologise("Chờ xác minh", date(2026, 12, 2)), at(20)))
    assert "chỉ được hẹn lại một lần" in refused(Apologise("Nữa", date(2026, 12, 9)), at(27), table)


def test_no_apology_while_the_clock_stands_still_or_after_the_end() -> None:
    apology = Apologise("Chờ xác minh", date(2026, 12, 2))
    assert "không hẹn lại" in refused(apology, at(20), done((SUPPLEMENT, at(19))))
    assert "không hẹn lại" in refused(apology, at(20), done((Stop("Trùng hồ sơ"), at(19))))


# ---- transfer, result, hand-over


def test_a_dossier_received_before_three_goes_on_the_same_day() -> None:
    assert warned(Transfer("Tư pháp"), at(18, 17)) == ""
    assert "18/11/2026" in warned(Transfer("Tư pháp"), at(19, 8))
    late = body(received_at=at(18, 15, 30).isoformat())
    assert warned(Transfer("Tư pháp"), at(19, 8), late) == ""
    assert "19/11/2026" in warned(Transfer("Tư pháp"), at(20, 8), late)


def test_a_dossier_that_waits_for_papers_is_not_passed_on() -> None:
    assert "complete" in refused(Transfer("Tư pháp"), at(19), done((SUPPLEMENT, at(19))))


def finished(moment: datetime) -> dict[str, Any]:
    return done(
        (Transfer("Tư pháp"), at(18)), (RecordResult("12/TLHT", "Lê Thị Chủ", Signing.DIGITAL), moment)
    )


def test_a_result_comes_after_the_work_and_is_handed_over_with_proof() -> None:
    assert "“Đang xử lý”" in refused(RecordResult("12", "Lê Thị Chủ", Signing.PAPER), at(19))
    table = done((HandOver(APPLICANT, Proof.CARD, Signing.PAD), at(27)), start=finished(at(26)))
    event = table["events"][-1]
    assert table["status"] == 10
    assert event["receiver_name"] == "Nguyễn Thị Mẫu"
    assert (event["proof"], event["signing"], event["officer"]) == ("card", "pad", OFFICER)
    assert "bước cuối" in refused(Stop("Nhầm"), at(27), table)


def test_a_late_result_is_warned_of() -> None:
    working = done((Transfer("Tư pháp"), at(18)))
    result = RecordResult("12", "Lê Thị Chủ", Signing.PAPER)
    assert warned(result, at(30, 17, 0), working) == ""
    assert "trễ hạn" in warned(result, at(30, 17, 1), working)


def test_the_owner_may_come_a_stranger_only_with_an_authorisation() -> None:
    ready = finished(at(26))
    owner = done((HandOver(OWNER, Proof.TYPED, Signing.PAPER), at(27)), start=ready)
    assert owner["events"][-1]["receiver_name"] == "Lê Văn Mẫu"
    assert "ủy quyền" in refused(HandOver(STRANGER, Proof.CARD, Signing.PAPER, "Ai Đó"), at(27), ready)
    named = HandOver(STRANGER, Proof.TYPED, Signing.PAPER, "Trần Thị Thay", "15/GUQ")
    event = done((named, at(27)), start=ready)["events"][-1]
    assert (event["receiver_name"], event["authority"]) == ("Trần Thị Thay", "15/GUQ")
    nameless = HandOver(STRANGER, Proof.TYPED, Signing.PAPER, "", "15/GUQ")
    assert "họ tên người được ủy quyền" in refused(nameless, at(27), ready)


def test_a_typed_number_that_is_none_is_refused() -> None:
    refused(HandOver("12", Proof.TYPED, Signing.PAPER), at(27), finished(at(26)))


# ---- the end without a result


def test_a_citizen_may_withdraw_until_there_is_a_result_and_the_office_closes_it() -> None:
    table = done((Withdraw("Không còn nhu cầu"), at(19)))
    assert table["status"] == 7
    assert done((Stop("Người nộp đã rút"), at(19)), start=table)["status"] == 8
    assert "“Đã trả kết quả”" in refused(Withdraw("Thôi"), at(27), finished(at(26)))


def test_a_stop_without_a_word_on_fees_and_papers_is_warned_of() -> None:
    assert "phí" in warned(Stop("Trùng hồ sơ"), at(19))
    assert warned(Stop("Trùng hồ sơ", returned="Trả lại đủ"), at(19)) == ""


# ---- what holds for all


ALL: tuple[Outcome, ...] = (
    Transfer("Tư pháp"),
    SUPPLEMENT,
    CompleteSupplement(),
    Apologise("Chờ xác minh", date(2026, 12, 2)),
    Stop("Trùng hồ sơ"),
    Withdraw("Không còn nhu cầu"),
    RecordResult("12/TLHT", "Lê Thị Chủ", Signing.DIGITAL),
    HandOver(APPLICANT, Proof.CARD, Signing.PAPER),
)


@given(st.lists(st.sampled_from(ALL), max_size=14))
def test_any_sequence_keeps_the_table_the_limits_and_the_past(wishes: list[Outcome]) -> None:
    table = body()
    for outcome in wishes:
        before = Standing.of(table)
        try:
            table, _ = carry_out(table, outcome, ground(at(19)), OFFICER)
        except DomainError:
            assert Standing.of(table) == before
            continue
        after = Standing.of(table)
        assert after.events[: len(before.events)] == before.events
        if len(after.events) > len(before.events):
            assert after.status == before.status or after.status in STAGES[before.status].next
            assert after.events[-1]["status"] == after.status
        else:
            assert after == before
    kinds = [event["kind"] for event in Standing.of(table).events]
    assert kinds.count("supplement_asked") <= 1
    assert kinds.count("apologised") <= 1
    assert kinds.count("handed_over") <= 1


@pytest.mark.parametrize("number", range(len(ALL)))
def test_the_same_again_is_no_second_one(number: int) -> None:
    outcome = ALL[number]
    ways: dict[int, tuple[tuple[Outcome, datetime], ...]] = {
        2: ((SUPPLEMENT, at(19)),),
        6: ((Transfer("Tư pháp"), at(18)),),
        7: ((Transfer("Tư pháp"), at(18)), (ALL[6], at(19))),
    }
    once = done(*ways.get(number, ()), (outcome, at(19, 11)))
    again, warnings = carry_out(once, outcome, ground(at(20)), OFFICER)
    assert again == once
    assert warnings == ("Việc này đã ghi trước đó, không ghi thêm lần nữa.",)


def test_a_clock_behind_the_last_event_is_refused() -> None:
    assert "chỉnh giờ" in refused(Stop("Trùng"), at(18), done((SUPPLEMENT, at(19))))


def test_a_text_too_long_to_print_is_refused() -> None:
    assert "dài quá" in refused(Withdraw("x" * 2001), at(19))


_TEXT = st.text(max_size=2100)


@settings(max_examples=300)
@given(_TEXT, _TEXT, _TEXT)
def test_whatever_text_is_taken_here_the_province_takes_and_paper_too(one: str, two: str, three: str) -> None:
    """What is sealed cannot be mended by another event: it must not be refused later, by printer or province."""
    outcomes: tuple[tuple[Outcome, dict[str, Any]], ...] = (
        (AskSupplement((PaperAsked(one, two),), three, one[:40], two[:10]), body()),
        (Transfer(one, two), body()),
        (Stop(one, two, three), body()),
        (Withdraw(one), body()),
        (RecordResult(one, two, Signing.PAPER), done((Transfer("Tư pháp"), at(18)))),
        (Apologise(one, date(2026, 12, 2)), body()),
        (HandOver(STRANGER, Proof.TYPED, Signing.PAPER, one, two), finished(at(20))),
    )
    for outcome, table in outcomes:
        try:
            changed, _ = carry_out(table, outcome, ground(at(23)), OFFICER)
        except DomainError:
            continue
        event = changed["events"][-1]
        Event.model_validate(event)
        for text in (value for value in event.values() if isinstance(value, str)):
            assert " ".join(text.split()) == text
            assert all(ord(letter) >= 32 for letter in text)


@pytest.mark.parametrize(
    ("name", "is_taken"), [("K'Brăk Niê-Mlô", True), ("Anh 2", False), ("A\x07n", False)]
)
def test_a_receiver_s_name_is_a_name(name: str, is_taken: bool) -> None:
    outcome = HandOver(STRANGER, Proof.TYPED, Signing.PAPER, name, "15/GUQ")
    if is_taken:
        assert done((outcome, at(27)), start=finished(at(26)))["events"][-1]["receiver_name"] == name
    else:
        assert "họ tên" in refused(outcome, at(27), finished(at(26)))


# ---- refusing to receive


def test_receiving_is_refused_within_three_working_days() -> None:
    check_refusal_time(RECEIVED, ground(at(23, 17, 0)))
    with pytest.raises(DomainError, match="3 ngày làm việc"):
        check_refusal_time(RECEIVED, ground(at(25)))


def test_reasons_are_of_their_day_and_some_want_particulars() -> None:
    known = reasons_on(date(2026, 11, 19), REASONS)
    assert known
    assert reasons_on(date(2017, 1, 1), REASONS) == ()
    assert refusal_words("identity_not_proven", "", known).startswith("Người nộp")
    assert refusal_words("other", " Sai   mẫu. ", known) == "Lý do khác. Sai mẫu."
    with pytest.raises(DomainError, match="nói rõ"):
        refusal_words("other", " ", known)
    with pytest.raises(DomainError, match="not_competent"):
        refusal_words("none", "", known)


def test_one_set_of_rules_holds_on_each_day() -> None:
    def of(day: date) -> OutcomeRules:
        return rules_on(day, RULES)

    assert of(date(2025, 6, 30)).law == "Nghị định 61/2018/NĐ-CP"
    assert of(date(2025, 7, 1)).law == "Nghị định 118/2025/NĐ-CP"
    assert set(of(date(2026, 11, 19)).titles) == {"02", "03", "04", "05", "06"}
    assert set(of(date(2026, 11, 19)).supplement_effects) == set(SupplementRule)
    with pytest.raises(DomainError):
        of(date(2017, 1, 1))


def test_a_received_dossier_stands_at_two_until_something_happens() -> None:
    assert Standing.of(body()).status is Status.RECEIVED


def test_what_the_province_leaves_out_or_empty_is_read_as_empty() -> None:
    bare = {"received_at": RECEIVED.isoformat(), "applicant": {"personal_id": APPLICANT}}
    for more in ({}, {"status": None, "events": None, "owner": None, "due": None}):
        standing = Standing.of({**bare, **more})
        assert (standing.status, standing.due, standing.events) == (Status.RECEIVED, None, ())
        assert standing.people == {APPLICANT: ""}
