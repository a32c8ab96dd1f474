"""Rounds of sending against the sandbox's strict province: exactly once, nothing lost, nobody blocked."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import pytest

from app.gateways.provincial import ProvincialSystem
from offline_queue.files import FileStore
from offline_queue.outbox import OutboxRow, OutboxState, list_outbox, recover, retry, step
from offline_queue.records import Record, get_record, history_of, seal
from offline_queue.store import Store
from offline_queue.sync import Synchroniser, SyncReport
from tests.offline_queue.records import AGENCY, VIETNAM, block, give_numbers, paper, seal_request, today
from tests.offline_queue.servers import Asked, Exchange, Relay
from tests.sandbox.process import SandboxProcess

T = TypeVar("T")
SEALED, SENDING, TO_UPDATE, ACCEPTED, NEEDS_OFFICER = OutboxState


@dataclass
class Office:
    """One station against one province, with a clock that a test may move on."""

    store: Store
    files: FileStore
    province: SandboxProcess
    home: Path
    url: str = ""
    ahead: timedelta = timedelta(0)
    changed: list[str] = field(default_factory=list)

    def now(self) -> datetime:
        return datetime.now(VIETNAM) + self.ahead

    def on_store(self, function: Callable[[Store], T], /) -> T:
        return function(self.store)

    def synchroniser(self, url: str | None = None, secret: str = "sandbox") -> Synchroniser:
        transport = ProvincialSystem(url or self.url or self.province.url, "station", secret, 10.0)
        return Synchroniser(
            self.on_store,
            self.files,
            transport,
            self.now,
            self.home / "sync.lock",
            Random(1),
            self.changed.append,
        )

    def round(self, url: str | None = None) -> SyncReport:
        return self.synchroniser(url).round()

    def lease(self, size: int = 20) -> None:
        """Official numbers of today."""
        (lease,) = self.province.lease(size=size).json()["leases"]
        give_numbers(self.store, block(lease["first"], lease["last"], today()))

    def seal(self, *sizes: int, changes: dict[str, Any] | None = None) -> Record:
        """A record with files of these sizes."""
        papers = [paper(self.files, size, f"giay-{n}.pdf") for n, size in enumerate(sizes)]
        return seal(self.store, seal_request(files=papers, sealed_at=self.now(), changes=changes))

    def row(self, record: Record) -> OutboxRow:
        (row,) = list_outbox(self.store, record.key)
        return row

    def there(self, record: Record) -> dict[str, Any]:
        """What the province has of it, exactly one."""
        (found,) = [d for d in self.province.state() if d["key"] == record.key]
        return found

    def is_there(self, record: Record) -> bool:
        return any(d["key"] == record.key for d in self.province.state())

    def check_arrived(self, record: Record) -> None:
        """One dossier, complete, byte for byte."""
        found = self.there(record)
        assert found["complete"]
        assert found["code"] == (record.code or self.row(record).official_code)
        assert sorted((f["component"], f["name"], f["size"], f["sha256"]) for f in found["files"]) == sorted(
            (f.part, f.name, f.size, f.sha256) for f in record.files
        )
        row = self.row(record)
        assert (row.state, row.reason, row.next_try_at) == (ACCEPTED, None, None)
        assert row.files_sent == row.files


@pytest.fixture
def office(store: Store, files: FileStore, province: SandboxProcess, tmp_path: Path) -> Iterator[Office]:
    province.faults()
    bureau = Office(store, files, province, tmp_path)
    bureau.lease()
    yield bureau
    province.faults()


def test_a_record_arrives_once_and_whole(office: Office) -> None:
    records = [office.seal(3000, 200_000), office.seal(), office.seal(1)]
    assert office.round() == SyncReport(sent=3)
    for record in records:
        office.check_arrived(record)
        assert office.there(record)["times_received"] == 1
        assert [line.event for line in history_of(office.store, record.key)] == ["sealed", "accepted"]
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


def test_the_same_key_with_another_body_is_loud_and_stays_with_the_officer(office: Office) -> None:
    record, other = office.seal(100), office.seal()
    foreign = {**record.body, "copies": 9}
    assert office.province.put(foreign).status_code == 201
    assert office.round() == SyncReport(sent=1, needs_officer=1)
    row = office.row(record)
    assert row.state is NEEDS_OFFICER
    assert row.reason is not None
    assert "cùng khóa" in row.reason
    assert "vẫn nguyên trên máy" in row.reason
    assert office.row(other).state is ACCEPTED
    assert office.round() == SyncReport()  # it is not sent again by itself
    retry(office.store, record.key, office.now())
    assert office.round() == SyncReport(needs_officer=1)


def test_a_refusal_tells_the_field_s_reason_and_blocks_nobody(office: Office) -> None:
    wrong = office.seal(100, changes={"due": "2020-01-01T17:00:00+07:00"})
    others = [office.seal(100), office.seal()]
    assert office.round() == SyncReport(sent=2, needs_officer=1)
    row = office.row(wrong)
    assert row.state is NEEDS_OFFICER
    assert row.reason == "Máy chủ chưa nhận: Ngày hẹn trả trước thời điểm nhận."
    assert not office.is_there(wrong)
    for other in others:
        office.check_arrived(other)


def test_a_busy_server_is_asked_again_when_it_said(office: Office) -> None:
    record = office.seal()
    office.province.faults(status=503, retry_after_s=600)
    before = office.now()
    assert office.round() == SyncReport(waiting=1)
    row = office.row(record)
    assert row.state is SEALED
    assert row.next_try_at is not None
    assert row.next_try_at >= before + timedelta(seconds=600)
    assert "bận" in (row.reason or "")
    office.province.faults()
    assert office.round() == SyncReport()  # not yet
    office.ahead = timedelta(seconds=599)
    assert not office.is_there(record)
    office.ahead = timedelta(seconds=700)
    assert office.round() == SyncReport(sent=1)
    office.check_arrived(record)


def test_a_server_that_wants_to_be_left_alone_for_ages_does_not_stop_the_queue(office: Office) -> None:
    record, other = office.seal(), office.seal()

    def spoil(asked: Asked, exchange: Exchange) -> bool:
        if record.key in asked.path:
            exchange.answer(503, Retry_After="9" * 30)
            return True
        return False

    with Relay(office.province.url, spoil) as relay:
        assert office.round(relay.url) == SyncReport(sent=1, waiting=1)
    assert office.row(record).state is SEALED
    office.check_arrived(other)


def test_waits_grow_while_a_server_stays_busy(office: Office) -> None:
    record = office.seal()
    office.province.faults(status=500)
    waits = []
    sync = office.synchroniser()
    for _ in range(12):
        began = office.now()
        assert sync.round().waiting == 1
        at = office.row(record).next_try_at
        assert at is not None
        waits.append((at - began).total_seconds())
        office.ahead += timedelta(seconds=waits[-1] + 1)
    assert min(waits) >= 2
    assert max(waits) > 5 * waits[0]
    assert office.row(record).attempts == 12


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


@pytest.mark.parametrize("way", ["hang_up", "html", "garbled"])
def test_a_record_at_which_the_line_always_breaks_does_not_stand_before_the_others(
    office: Office, way: str
) -> None:
    stubborn, *others = [office.seal(100) for _ in range(4)]

    def spoil(asked: Asked, exchange: Exchange) -> bool:
        if stubborn.key not in asked.path:
            return False
        if way == "hang_up":
            exchange.hang_up()
        elif way == "html":
            exchange.answer(200, b"<html>", Content_Type="text/html")
        else:
            exchange.answer(200, b'{"code": ', Content_Type="application/json")
        return True

    with Relay(office.province.url, spoil) as relay:
        for _ in range(3):
            office.round(relay.url)
    for other in others:
        office.check_arrived(other)
    assert office.row(stubborn).state is SEALED
    office.round()
    office.check_arrived(stubborn)


def test_a_proxy_that_finds_one_record_too_large_parks_that_one(office: Office) -> None:
    large, other = office.seal(), office.seal()

    def spoil(asked: Asked, exchange: Exchange) -> bool:
        if large.key in asked.path:
            exchange.answer(413, b"<html>413</html>", Content_Type="text/html")
            return True
        return False

    with Relay(office.province.url, spoil) as relay:
        assert office.round(relay.url) == SyncReport(sent=1, needs_officer=1)
    assert "413" in (office.row(large).reason or "")
    office.check_arrived(other)


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"null",
        b"{}",
        b'{"code": null, "complete": true, "missing_files": []}',
        b'{"code": "", "complete": true, "missing_files": []}',
        b'{"code": "H15-261123-0001", "complete": "false", "missing_files": []}',
        b'{"code": "H15-261123-0001", "complete": true, "missing_files": ["ab"]}',
        b'{"code": "H15-261123-0001", "complete": true, "missing_files": null}',
        b'{"code": "H15-261123-0001", "complete": true, "missing_files": [null]}',
    ],
)
def test_a_word_that_is_not_plain_is_no_verdict(office: Office, body: bytes) -> None:
    record, other = office.seal(100), office.seal()

    def spoil(asked: Asked, exchange: Exchange) -> bool:
        if record.key in asked.path:
            exchange.answer(200, body, Content_Type="application/json")
            return True
        return False

    with Relay(office.province.url, spoil) as relay:
        assert office.round(relay.url) == SyncReport(sent=1, waiting=1)
    assert office.row(record).state is SEALED
    assert office.row(record).official_code is None
    office.check_arrived(other)
    retry(office.store, record.key, office.now())
    office.round()
    office.check_arrived(record)


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"files": null}', b'{"files": [null]}', b'{"files": [{}]}'])
def test_a_garbled_account_of_the_files_is_no_verdict(office: Office, body: bytes) -> None:
    record = office.seal(100)

    def spoil(asked: Asked, exchange: Exchange) -> bool:
        if asked.method == "GET" and record.key in asked.path:
            exchange.answer(200, body, Content_Type="application/json")
            return True
        return False

    with Relay(office.province.url, spoil) as relay:
        assert office.round(relay.url) == SyncReport(waiting=1)
    assert office.row(record).state is SEALED


def test_a_file_that_the_server_does_not_have_after_all_is_sent_anew(office: Office) -> None:
    """The server says so from its own bytes: the upload that looked whole is forgotten and made again."""
    record = office.seal(5000)
    office.province.faults(drop_ack_rate=1.0)
    office.round()
    office.province.faults()

    def spoil(asked: Asked, exchange: Exchange) -> bool:
        if asked.method == "GET" and record.key in asked.path:
            digest = record.files[0].sha256
            exchange.answer(
                200,
                f'{{"code": "x", "complete": false, "files": [{{"sha256": "{digest}", "received": false}}]}}'.encode(),
                Content_Type="application/json",
            )
            return True
        return False

    with Relay(office.province.url, spoil) as relay:
        assert office.round(relay.url).waiting == 1
    assert get_record(office.store, record.key).files[0].upload_url is None
    office.ahead = timedelta(hours=1)
    assert office.round() == SyncReport(sent=1)
    office.check_arrived(record)


def test_a_file_that_was_tampered_with_goes_to_the_officer_and_never_out(
    office: Office, tmp_path: Path
) -> None:
    record, other = office.seal(4000), office.seal(100)
    blob = record.files[0].blob
    path = tmp_path / "files" / blob[:2] / blob[2:]
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert office.round() == SyncReport(sent=1, needs_officer=1)
    assert "bị thay đổi" in (office.row(record).reason or "")
    assert not office.there(record)["complete"]
    office.check_arrived(other)
    path.write_bytes(whole)  # restored from the copy
    retry(office.store, record.key, office.now())
    assert office.round() == SyncReport(sent=1)
    office.check_arrived(record)


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


def test_a_station_that_is_not_enrolled_parks_nothing(office: Office) -> None:
    record = office.seal()
    assert office.synchroniser(secret="wrong").round() == SyncReport(waiting=1)
    assert "đăng ký" in (office.row(record).reason or "")
    assert office.row(record).state is SEALED


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b'{"error": "invalid_client"}'),
        (403, b'{"error": "access_denied"}'),
        (200, b"{}"),
        (200, b"[]"),
        (200, b'{"access_token": null}'),
        (200, b'{"access_token": "x", "expires_in": "soon"}'),
        (200, b'{"access_token": ""}'),
    ],
)
def test_no_token_of_any_kind_parks_a_dossier(office: Office, status: int, body: bytes) -> None:
    record = office.seal()

    def spoil(asked: Asked, exchange: Exchange) -> bool:
        if asked.path.startswith("/oauth2"):
            exchange.answer(status, body, Content_Type="application/json")
            return True
        return False

    with Relay(office.province.url, spoil) as relay:
        assert office.round(relay.url) == SyncReport(waiting=1)
    assert office.row(record).state is SEALED


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
