"""What the other side says, and what is made of it: busy, refused, garbled; nobody else waits for it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from offline_queue.outbox import OutboxState, retry
from offline_queue.records import get_record
from offline_queue.sync import SyncReport
from tests.offline_queue.office import Office
from tests.offline_queue.servers import Asked, Exchange, Relay

SEALED, SENDING, TO_UPDATE, ACCEPTED, NEEDS_OFFICER = OutboxState


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
