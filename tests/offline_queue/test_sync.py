"""Rounds of sending against the sandbox's strict province: exactly once, nothing lost, nobody blocked."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from offline_queue.files import FileStore
from offline_queue.outbox import OutboxState, recover, step
from offline_queue.records import get_record, history_of
from offline_queue.store import Store
from offline_queue.sync import SyncReport
from tests.offline_queue.office import Office
from tests.offline_queue.records import AGENCY
from tests.offline_queue.servers import Asked, Exchange, Relay
from tests.sandbox.process import SandboxProcess

SEALED, SENDING, TO_UPDATE, ACCEPTED, NEEDS_OFFICER = OutboxState


def test_a_record_arrives_once_and_whole(office: Office) -> None:
    records = [office.seal(3000, 200_000), office.seal(), office.seal(1)]
    assert office.round() == SyncReport(sent=3)
    for record in records:
        office.check_arrived(record)
        assert office.there(record)["times_received"] == 1
        events = [line.event for line in history_of(office.store, record.key)]
        # With files the province knows the dossier before it has it whole; at the end it tells its own status.
        assert events == ["sealed", *["sealed"] * bool(record.files), "accepted", "status"]
    assert office.round() == SyncReport()
    assert all(office.there(r)["times_received"] == 1 for r in records)
    assert set(office.changed) == {r.key for r in records}


def test_a_provisional_number_gets_its_official_code(office: Office) -> None:
    while (record := office.seal(500)).code is not None:
        pass
    assert record.alias is not None
    office.round()
    found = get_record(office.store, record.alias)
    assert found.code == office.there(record)["code"]
    office.check_arrived(record)
    assert get_record(office.store, found.code or "").key == record.key


def test_a_lost_acknowledgement_makes_nothing_twice(office: Office) -> None:
    record = office.seal(2000)
    office.province.faults(drop_ack_rate=1.0)
    report = office.round()
    assert report.line_fault is not None
    assert office.row(record).state is SEALED
    assert "Mất kết nối" in history_of(office.store, record.key)[-1].detail
    office.province.faults()
    assert office.round() == SyncReport(sent=1)
    office.check_arrived(record)
    assert office.there(record)["times_received"] == 2


def test_every_answer_may_be_lost_once_and_again(office: Office) -> None:
    records = [office.seal(300_000, 5000), office.seal(200_000)]
    office.province.faults(drop_ack_rate=0.5, seed=11)
    rounds = 0
    while any(office.row(r).state is not ACCEPTED for r in records):
        office.round()
        rounds += 1
        assert rounds < 100
    assert rounds > 2
    office.province.faults()
    for record in records:
        office.check_arrived(record)


def test_a_line_that_cuts_every_upload_still_brings_them_over(office: Office) -> None:
    record = office.seal(150_000)
    office.province.faults(cut_after_bytes=30_000)
    rounds = 0
    while office.row(record).state is not ACCEPTED:
        office.round()
        rounds += 1
        assert rounds < 50
    assert rounds >= 5  # each took about 30,000 bytes over and none started anew
    office.province.faults()
    office.check_arrived(record)


def test_errors_at_random_lose_nothing(office: Office) -> None:
    records = [office.seal(1000), office.seal(), office.seal(2000)]
    office.province.faults(error_rate=0.4, seed=5)
    rounds = 0
    while any(office.row(r).state is not ACCEPTED for r in records):
        office.round()
        office.ahead += timedelta(minutes=20)  # past every wait
        rounds += 1
        assert rounds < 100
    office.province.faults()
    for record in records:
        office.check_arrived(record)
        assert office.row(record).attempts <= rounds


def test_the_server_restarts_on_another_port_in_the_middle(
    store: Store, files: FileStore, tmp_path: Path
) -> None:
    province = SandboxProcess(tmp_path / "province")
    try:
        office = Office(store, files, province, tmp_path)
        office.lease()
        record = office.seal(300_000)
        province.faults(cut_after_bytes=50_000)
        while not get_record(store, record.key).files[0].upload_url:
            office.round()
        old = get_record(store, record.key).files[0].upload_url or ""
        assert old.startswith(province.url)
        province.close()
        assert office.round().line_fault is not None
        province.start()
        assert not old.startswith(province.url)
        assert office.round() == SyncReport(sent=1)
        office.check_arrived(record)
    finally:
        province.close()


def test_a_line_that_is_down_stops_the_round_and_counts_against_nobody_else(office: Office) -> None:
    records = [office.seal(), office.seal(), office.seal()]
    office.province.faults(down=True)
    report = office.round()
    assert report.line_fault is not None
    assert (report.sent, report.waiting, report.needs_officer) == (0, 1, 0)
    assert [office.row(r).attempts for r in records] == [1, 0, 0]
    assert {office.row(r).state for r in records} == {SEALED}
    assert all(office.row(r).next_try_at is None for r in records)
    office.province.faults()
    assert office.round() == SyncReport(sent=3)
    for record in records:
        office.check_arrived(record)


def test_a_captive_portal_is_a_line_that_is_down(office: Office) -> None:
    record = office.seal()
    office.province.faults(html=True)
    report = office.round()
    assert report.line_fault is not None
    assert "đăng nhập mạng" in report.line_fault
    assert office.row(record).state is SEALED


def test_after_a_restart_what_was_being_sent_is_sent_again(office: Office) -> None:
    records = [office.seal(100), office.seal()]
    for record in records:
        step(office.store, record.key, SENDING, office.now())
    assert office.round() == SyncReport(sent=2)
    for record in records:
        office.check_arrived(record)
        assert office.row(record).attempts == 2
    assert recover(office.store, office.now()) == 0


def test_two_synchronisers_at_once_send_once(office: Office) -> None:
    """The second one comes while the first waits for an answer: it leaves at once and touches nothing."""
    record = office.seal(100)
    asked, other_is_done = threading.Event(), threading.Event()

    def spoil(request: Asked, _exchange: Exchange) -> bool:
        if request.method == "PUT":
            asked.set()
            assert other_is_done.wait(20)
        return False

    reports: list[SyncReport] = []

    def second() -> None:
        assert asked.wait(20)
        # It must stop at the lock: the store belongs to the first one's thread and would refuse it.
        reports.append(office.round())
        other_is_done.set()

    thread = threading.Thread(target=second)
    thread.start()
    with Relay(office.province.url, spoil) as relay:
        assert office.round(relay.url) == SyncReport(sent=1)
    thread.join()
    assert reports == [SyncReport(is_other_running=True)]
    office.check_arrived(record)
    assert office.there(record)["times_received"] == 1


def test_no_personal_data_in_the_log(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        record = office.seal(100)
        office.round()
    lines = [r.getMessage() for r in caplog.records if r.name.startswith("offline_queue")]
    assert f"record {record.key}: accepted" in lines
    said = "\n".join(r.getMessage() for r in caplog.records)
    applicant = record.body["applicant"]
    for planted in (applicant["full_name"], applicant["personal_id"], applicant["phone"], AGENCY + "-"):
        assert planted not in said
