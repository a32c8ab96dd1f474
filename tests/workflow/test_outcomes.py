"""Outcomes through a real station, and the province that holds their status after a sync."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.bootstrap import open_station
from app.config import RuleSettings, Settings
from app.domain.course import Outcome, Standing
from app.domain.errors import DomainError
from app.domain.outcomes import (
    Apologise,
    CompleteSupplement,
    HandOver,
    Proof,
    RecordResult,
    Signing,
    Stop,
    Transfer,
    Withdraw,
)
from app.domain.status import Status
from app.workflow.access import NotAllowed
from app.workflow.errors import WorkflowError
from app.workflow.outcome_forms import OutcomeForms
from app.workflow.outcomes import Outcomes
from app.workflow.sealing import print_receipt
from app.workflow.station import Station
from offline_queue import records
from offline_queue.outbox import OutboxState, step
from tests.sandbox.process import SandboxProcess
from tests.workflow import visits
from tests.workflow.outcomes import SUPPLEMENT, held, later_day, seal, send
from tests.workflow.test_officers import enrol_all, enter

TRANSFER = Transfer("Tư pháp - Hộ tịch", "Lê Văn Nhận")
RESULT = RecordResult("12/TLHT", "Phạm Thị Chủ", Signing.DIGITAL)
HAND_OVER = HandOver(str(visits.CARD.personal_id), Proof.CARD, Signing.PAD)

#: What is done one after the other, and where each leaves the dossier.
WAYS: dict[str, tuple[tuple[Outcome, int], ...]] = {
    "to the end": ((TRANSFER, 4), (RESULT, 9), (HAND_OVER, 10)),
    "supplement": ((SUPPLEMENT, 5), (CompleteSupplement(), 4), (RESULT, 9)),
    "stopped": ((SUPPLEMENT, 5), (Stop("Không bổ sung", "Điều 9", "Trả lại đủ"), 8)),
    "withdrawn": ((TRANSFER, 4), (Withdraw("Không còn nhu cầu"), 7), (Stop("Người nộp rút"), 8)),
}


@pytest.mark.parametrize("way", WAYS)
def test_each_step_reaches_the_province_in_order(
    online: Settings, province: SandboxProcess, way: str
) -> None:
    with open_station(online) as station:
        record = seal(station)
        send(station)
        for number, (outcome, status) in enumerate(WAYS[way], 1):
            done = Outcomes(station).carry_out(record.number, outcome)
            assert (done.version, done.status) == (number + 1, status)
            send(station)
            body = held(province, record.key)
            assert (body["status"], len(body["events"]), body["version"]) == (status, number, number + 1)
            assert body["events"][-1]["kind"] == outcome.kind
        assert station.queue(record.key)[0].state == OutboxState.ACCEPTED


def test_steps_made_without_a_line_arrive_together_and_once(
    online: Settings, province: SandboxProcess
) -> None:
    with open_station(online) as station:
        send(station)
        province.faults(down=True)
        record = seal(station)
        for outcome, _ in WAYS["to the end"]:
            Outcomes(station).carry_out(record.key, outcome)
        province.faults(drop_ack_rate=0.4)
        for _ in range(60):
            station.sending.round()
            if station.sending.line().waiting == 0:
                break
            for row in station.queue():
                if row.state == OutboxState.SEALED:
                    station.retry(row.key)
        province.faults()
        send(station)
        body = held(province, record.key)
        assert body["status"] == 10
        assert [e["status"] for e in body["events"]] == [4, 9, 10]
        versions = Outcomes(station).versions(record.key)
        assert [v.body.get("status") for v in versions] == [None, 4, 9, 10]


def test_an_apology_moves_the_appointment_at_the_province_and_not_on_the_receipt(
    online: Settings, province: SandboxProcess
) -> None:
    with open_station(online) as station:
        send(station)
        record = seal(station)
        receipt = print_receipt(record)
        day = later_day(station, record)
        done = Outcomes(station).carry_out(record.key, Apologise("Chờ xác minh", day))
        assert done.due is not None
        assert done.due.date() == day
        assert done.form == "04"
        send(station)
        assert held(province, record.key)["due"] == done.due.isoformat()
        again = station.record(record.key)
        assert again.body == record.body
        assert print_receipt(again) == receipt


def test_a_supplement_counts_the_case_s_own_time_anew(settings: Settings) -> None:
    with open_station(settings) as station:
        record = seal(station)
        Outcomes(station).carry_out(record.key, SUPPLEMENT)
        done = Outcomes(station).carry_out(record.key, CompleteSupplement())
        procedure = station.counter.procedure("2.000635", record.sealed_at.date())
        allowed = procedure.case(record.body["procedure"]["case"]).processing_time
        event = Outcomes(station).standing(record.key).events[-1]
        expected = station.counter.calendar.due(
            datetime.fromisoformat(event["at"]), allowed, station.counter.start_rule
        )
        assert done.due == expected.at
        assert event["due_before"] == record.body["due"]


def test_what_is_refused_leaves_nothing_behind(settings: Settings) -> None:
    with open_station(settings) as station:
        record = seal(station)
        outcomes = Outcomes(station)
        outcomes.carry_out(record.key, SUPPLEMENT)
        before = _traces(station, record.key)
        with pytest.raises(DomainError, match="một lần"):
            outcomes.carry_out(record.key, replace(SUPPLEMENT, reason="Lại thiếu"))
        with pytest.raises(DomainError, match="không chuyển sang"):
            outcomes.carry_out(record.key, RESULT)
        assert _traces(station, record.key) == before


def _traces(station: Station, key: str) -> tuple[int, int, int]:
    def count(table: str) -> Callable[..., int]:
        return lambda store: int(store.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"])  # noqa: S608

    return (
        len(Outcomes(station).versions(key)),
        station.on_store(count("history")),
        station.on_store(count("audit")),
    )


def test_history_and_audit_tell_who_did_what(settings: Settings) -> None:
    with open_station(settings) as station:
        record = seal(station)
        Outcomes(station).carry_out(record.key, SUPPLEMENT)
        Outcomes(station).carry_out(record.key, SUPPLEMENT)
        history = station.on_store(lambda store: records.history_of(store, record.key))
        assert [line.event for line in history] == ["sealed", "supplement_asked"]
        assert history[-1].detail == "Yêu cầu bổ sung, hoàn thiện hồ sơ"
        rows = station.on_store(
            lambda store: store.rows(
                "SELECT officer, action FROM audit WHERE subject = ? ORDER BY id", record.key
            )
        )
        assert [row["action"] for row in rows].count("supplement_asked") == 1
        assert rows[-1]["officer"] == station.access.signs


def test_an_outcome_while_the_record_is_on_its_way_waits_its_turn(
    online: Settings, province: SandboxProcess
) -> None:
    with open_station(online) as station:
        send(station)
        record = seal(station)
        now = station.clock.now()
        station.on_store(lambda store: step(store, record.key, OutboxState.SENDING, now))
        Outcomes(station).carry_out(record.key, TRANSFER)
    with open_station(online) as station:
        send(station)
        assert held(province, record.key)["status"] == 4


def test_forms_say_what_the_record_says(settings: Settings) -> None:
    with open_station(settings) as station:
        record = seal(station)
        outcomes, forms = Outcomes(station), OutcomeForms(station)
        for form in ("02", "03", "04", "05", "07"):
            with pytest.raises(WorkflowError, match=f"Mẫu {form}"):
                forms.pdf(record.key, form)
        outcomes.carry_out(record.key, SUPPLEMENT)
        outcomes.carry_out(record.key, CompleteSupplement())
        day = later_day(station, record)
        outcomes.carry_out(record.key, Apologise("Chờ xác minh", day))
        outcomes.carry_out(record.key, Stop("Trùng hồ sơ", "Điều 9", "Trả lại đủ"))
        body = Outcomes(station).versions(record.key)[-1].body
        asked, _, apology, stopped = body["events"]
        applicant, procedure = body["applicant"], body["procedure"]
        common = [record.number, applicant["full_name"], procedure["name"], procedure["code"], "Hộ tịch"]
        said = {
            "02": [text for paper in asked["papers"] for text in paper.values()] + [asked["reason"]],
            "04": [apology["reason"], f"{day.day:02d} tháng", record.local["agency_lines"][0].upper()],
            "05": [stopped[name] for name in ("reason", "basis", "returned")],
            "06": [record.local["handled_by"], asked["officer"]["name"], "2 giấy tờ, xem Mẫu 02"],
        }
        for form, texts in said.items():
            words = _words(forms.pdf(record.key, form))
            for text in (*common, *texts):
                assert text in words, (form, text)
        assert forms.pdf(record.key, "02") == forms.pdf(record.key, "02")


@pytest.mark.parametrize(
    ("rule", "words"), [("restart", "được tính lại từ khi"), ("pause", "được tính tiếp từ khi")]
)
def test_form_02_says_what_becomes_of_the_time(settings: Settings, rule: str, words: str) -> None:
    with open_station(replace(settings, rules=RuleSettings(supplement=rule))) as station:
        record = seal(station)
        Outcomes(station).carry_out(record.key, SUPPLEMENT)
        assert Outcomes(station).standing(record.key).events[0]["clock"] == rule
    with open_station(settings) as station:
        assert words in _words(OutcomeForms(station).pdf(record.key, "02"))


def _words(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def test_another_officer_s_dossier_is_out_of_reach_and_the_lead_s_is_not(settings: Settings) -> None:
    with open_station(settings) as station:
        enrol_all(station)
        enter(station, "an")
        record = seal(station)
        enter(station, "binh")
        with pytest.raises(NotAllowed):
            Outcomes(station).carry_out(record.key, SUPPLEMENT)
        with pytest.raises(NotAllowed):
            OutcomeForms(station).pdf(record.key, "06")
        enter(station, "lan")
        Outcomes(station).carry_out(record.key, SUPPLEMENT)
        (event,) = Outcomes(station).standing(record.key).events
        assert event["officer"] == {"id": "lan", "name": "Phạm Ngọc Lan"}


# ---- refusing to receive


def test_a_refusal_is_a_numbered_record_that_the_province_holds(
    online: Settings, province: SandboxProcess
) -> None:
    with open_station(online) as station:
        send(station)
        before = station.codes_left()
        session = visits.ready(station.counter)
        station.save(session.visit)
        now = station.clock.now()
        done = Outcomes(station).refuse(session, "not_competent", "Nộp tại xã Ea Kao.", now)
        assert (done.status, done.form, done.record.code is None) == (Status.NOT_RECEIVED, "03", False)
        assert station.codes_left() == before - 1
        assert station.resume() == []
        again = Outcomes(station).refuse(session, "not_competent", "Nộp tại xã Ea Kao.", now)
        assert again.record.key == done.record.key
        assert station.codes_left() == before - 1
        send(station)
        body = held(province, done.record.key)
        assert (body["status"], body["due"], body["form"]) == (3, None, {})
        assert body["events"][0]["reason"].endswith("Nộp tại xã Ea Kao.")
        assert station.search(session.visit.card.full_name if session.visit.card else "")
        with pytest.raises(WorkflowError, match="Mẫu 03"):
            print_receipt(done.record)


def test_a_refused_dossier_goes_no_further(settings: Settings) -> None:
    with open_station(settings) as station:
        session = visits.ready(station.counter)
        done = Outcomes(station).refuse(session, "pending_elsewhere", "", station.clock.now())
        for outcome in (TRANSFER, SUPPLEMENT, Stop("x")):
            with pytest.raises(DomainError, match="bước cuối"):
                Outcomes(station).carry_out(done.record.key, outcome)


def test_a_visit_without_its_papers_can_be_refused_but_not_a_nameless_one(settings: Settings) -> None:
    with open_station(settings) as station:
        session = station.begin()
        session.choose_procedure("2.000635", station.clock.now())
        with pytest.raises(DomainError, match="số định danh"):
            Outcomes(station).refuse(session, "papers_missing", "Tờ khai", station.clock.now())
        session.take_card(visits.CARD)
        done = Outcomes(station).refuse(session, "papers_missing", "Tờ khai", station.clock.now())
        assert done.record.body["procedure"]["case"] is None


def test_after_three_working_days_nothing_is_refused(settings: Settings) -> None:
    with open_station(settings) as station:
        session, long_ago = visits.ready(station.counter), station.clock.now() - timedelta(days=15)
        with pytest.raises(DomainError, match="3 ngày làm việc"):
            Outcomes(station).refuse(session, "pending_elsewhere", "", long_ago)
        assert station.sealed(session.visit.visit_id) is None


def test_a_received_visit_is_not_refused_afterwards(settings: Settings) -> None:
    with open_station(settings) as station:
        session = visits.ready(station.counter)
        station.seal(session.finish(station.clock.now()))
        with pytest.raises(WorkflowError, match="đã được tiếp nhận"):
            Outcomes(station).refuse(session, "pending_elsewhere", "", station.clock.now())


def test_the_office_s_own_reasons_and_limits_win(settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    (settings.home / "reasons.toml").write_text(
        '[[refusal]]\ncode = "other"\ntext = "Lý do của tỉnh."\neffective_from = 2026-01-01\n', "utf-8"
    )
    with open_station(settings) as station:
        reasons = {reason.code: reason.text for reason in station.counter.refusal_reasons}
        assert reasons["other"] == "Lý do của tỉnh."
        assert "not_competent" in reasons


def test_a_dossier_stands_as_received_before_anything_else(settings: Settings) -> None:
    with open_station(settings) as station:
        record = seal(station)
        standing = Outcomes(station).standing(record.key)
        assert standing == Standing.of(record.body)
        assert standing.status is Status.RECEIVED
