"""Changes after sealing, on both sides: each is kept, each arrives once, none is lost without a choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
import requests

from offline_queue.changes import ChangeKind, apply_changes, cursor_of, news_version, status_of
from offline_queue.edits import (
    Choice,
    EditRequest,
    Origin,
    Version,
    conflict_of,
    edit,
    etag_of,
    latest_version,
    resolve,
    unsent_versions,
    versions_of,
)
from offline_queue.errors import StoreError
from offline_queue.outbox import OutboxState, retry
from offline_queue.records import Record, get_record, history_of
from offline_queue.sync import SyncReport
from tests.offline_queue.office import Office
from tests.offline_queue.records import paper

ACCEPTED, NEEDS_OFFICER, TO_UPDATE = (
    OutboxState.ACCEPTED,
    OutboxState.NEEDS_OFFICER,
    OutboxState.TO_UPDATE,
)


def with_form(**fields: Any) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    """A change of fields of the form."""
    return lambda body: {**body, "form": {**body["form"], **fields}}


def change(office: Office, record: Record, reason: str = "Sửa theo giấy", **fields: Any) -> Version:
    """An officer changes the form of a sealed record."""
    return edit(office.store, EditRequest(record.key, with_form(**fields), office.now(), "cb01", reason))


def held(office: Office, record: Record) -> dict[str, Any]:
    """What the province holds now."""
    answer = requests.get(f"{office.province.url}/sandbox/dossiers/{record.key}", timeout=10)
    body: dict[str, Any] = answer.json()
    return body


def province_edits(office: Office, record: Record, **fields: Any) -> None:
    """Somebody at the province changes the form."""
    requests.post(
        f"{office.province.url}/sandbox/dossiers/{record.key}/edits", json=fields, timeout=10
    ).raise_for_status()


def test_a_change_after_acceptance_arrives_as_a_version_of_its_own(office: Office) -> None:
    record = office.seal(100)
    office.round()
    made = change(office, record, note="hai")
    assert (made.number, office.row(record).state) == (2, TO_UPDATE)
    assert office.round() == SyncReport(sent=1)
    assert held(office, record)["form"]["note"] == "hai"
    assert office.row(record).state is ACCEPTED
    office.check_arrived(record)
    assert get_record(office.store, record.key).body == record.body, "the receipt's record never changes"
    assert [(v.number, v.origin) for v in versions_of(office.store, record.key)] == [
        (1, Origin.STATION),
        (2, Origin.STATION),
    ]
    assert office.round() == SyncReport()


def test_changes_before_the_first_sending_go_one_after_the_other(office: Office) -> None:
    record = office.seal()
    change(office, record, note="hai")
    change(office, record, note="ba", more="x")
    assert office.round() == SyncReport(sent=1)
    assert held(office, record)["form"] == {**record.body["form"], "note": "ba", "more": "x"}
    assert office.there(record)["times_received"] == 3


def test_the_same_wording_again_is_no_version_but_going_back_is(office: Office) -> None:
    record = office.seal()
    assert edit(
        office.store, EditRequest(record.key, dict, office.now(), "cb01", "không đổi gì")
    ) == latest_version(office.store, record.key)
    change(office, record, note="hai")
    office.round()
    edit(office.store, EditRequest(record.key, lambda _: record.body, office.now(), "cb01", "trả lại"))
    office.round()
    assert held(office, record)["form"] == record.body["form"]
    assert len(versions_of(office.store, record.key)) == 3


def test_a_paper_that_came_later_goes_with_its_version(office: Office) -> None:
    record = office.seal(100)
    office.round()
    later = paper(office.files, 5000, "bo-sung.pdf")

    def with_paper(body: Mapping[str, Any]) -> Mapping[str, Any]:
        first, *rest = body["components"]
        listed = {
            "name": later.name,
            "size": later.size,
            "sha256": later.sha256,
            "media_type": later.media_type,
        }
        return {**body, "components": [{**first, "files": [*first["files"], listed]}, *rest]}

    edit(
        office.store,
        EditRequest(record.key, with_paper, office.now(), "cb01", "Bổ sung giấy", files=[later]),
    )
    assert office.round() == SyncReport(sent=1)
    office.check_arrived(get_record(office.store, record.key))
    assert len(office.there(record)["files"]) == 2


def test_an_edit_while_the_record_is_on_its_way_waits_its_turn(office: Office) -> None:
    record = office.seal(100)
    edited: list[Version] = []

    synchroniser = office.synchroniser()

    def on_change(_key: str) -> None:
        if office.row(record).files_sent == 0 and not edited and office.row(record).state == "sending":
            edited.append(change(office, record, note="giữa chừng"))

    synchroniser._on_change = on_change
    synchroniser.round()
    assert edited
    assert office.row(record).state in (TO_UPDATE, ACCEPTED)
    office.round()
    assert office.row(record).state is ACCEPTED
    assert held(office, record)["form"]["note"] == "giữa chừng"


def test_a_lost_answer_to_an_update_makes_nothing_twice(office: Office) -> None:
    record = office.seal(100)
    office.round()
    change(office, record, note="hai")
    (made,) = unsent_versions(office.store, record.key)
    etag = etag_of(office.store, record.key)
    assert etag is not None
    # The province has it; the station died before it heard so.
    office.transport().update_record(record.key, made.number, made.body, etag)
    assert held(office, record)["form"]["note"] == "hai"
    province_edits(office, record, there="tỉnh sửa sau đó")
    assert office.round() == SyncReport(sent=1)
    assert held(office, record)["form"] == {**record.body["form"], "note": "hai", "there": "tỉnh sửa sau đó"}
    assert latest_version(office.store, record.key).body == held(office, record)


def test_what_the_province_refused_is_mended_and_goes_out(office: Office) -> None:
    record = office.seal(100, changes={"due": "2020-01-01T17:00:00+07:00"})
    assert office.round() == SyncReport(needs_officer=1)
    due = office.now().replace(microsecond=0).isoformat()
    edit(
        office.store,
        EditRequest(record.key, lambda b: {**b, "due": due}, office.now(), "cb01", "Sửa ngày hẹn"),
    )
    assert [v.number for v in unsent_versions(office.store, record.key)] == [2]
    assert office.round() == SyncReport(sent=1)
    assert held(office, record)["due"] == due


def test_a_foreign_dossier_under_our_key_is_never_taken_for_ours(office: Office) -> None:
    record = office.seal()
    office.province.put({**record.body, "copies": 9})
    for _ in range(3):
        assert office.round().sent == 0
        retry(office.store, record.key, office.now())
    assert office.round() == SyncReport(needs_officer=1)


@pytest.mark.parametrize("choice", list(Choice))
def test_changes_on_both_sides_are_kept_until_an_officer_chooses(office: Office, choice: Choice) -> None:
    record = office.seal(100)
    office.round()
    province_edits(office, record, note="của tỉnh")
    change(office, record, note="của máy")
    assert office.round() == SyncReport(needs_officer=1)
    row = office.row(record)
    assert row.state is NEEDS_OFFICER
    assert "cả hai bản còn nguyên" in (row.reason or "")
    conflict = conflict_of(office.store, record.key)
    assert conflict is not None
    assert conflict.theirs["form"]["note"] == "của tỉnh"
    with pytest.raises(StoreError, match="chọn bản"):
        change(office, record, note="nữa")
    resolve(office.store, record.key, choice, office.now(), "cb01")
    office.round()
    wanted = "của máy" if choice is Choice.OURS else "của tỉnh"
    assert held(office, record)["form"]["note"] == wanted
    assert latest_version(office.store, record.key).body["form"]["note"] == wanted
    assert {v.body["form"].get("note") for v in versions_of(office.store, record.key)} >= {
        "của máy",
        "của tỉnh",
    }
    assert office.row(record).state is ACCEPTED
    assert conflict_of(office.store, record.key) is None
    with pytest.raises(StoreError):
        resolve(office.store, record.key, choice, office.now(), "cb01")


def test_the_province_s_edit_alone_becomes_the_latest_version(office: Office) -> None:
    record = office.seal()
    office.round()
    province_edits(office, record, note="của tỉnh")
    office.round()
    latest = latest_version(office.store, record.key)
    assert (latest.origin, latest.body["form"]["note"]) == (Origin.PROVINCE, "của tỉnh")
    assert office.row(record).state is ACCEPTED
    change(office, record, mine="thêm")
    assert office.round() == SyncReport(sent=1)
    assert held(office, record)["form"] == {**record.body["form"], "note": "của tỉnh", "mine": "thêm"}


def test_statuses_results_and_new_catalogues_are_heard_once(office: Office) -> None:
    record = office.seal()
    office.round()
    for kind, key, facts in (
        ("status", record.key, {"status": "processing", "words": "Đang xử lý"}),
        ("catalogue", "", {"version": "2026-12"}),
        ("result", record.key, {"words": "Đã có kết quả"}),
        ("status", "0190f5aa-0000-7000-8000-000000000000", {"status": "x", "words": "của máy khác"}),
    ):
        requests.post(
            f"{office.province.url}/sandbox/news", json={"kind": kind, "key": key, "facts": facts}, timeout=10
        ).raise_for_status()
    office.round()
    status = status_of(office.store, record.key)
    assert status is not None
    assert (status.words, status.is_result_ready) == ("Đã có kết quả", True)
    assert news_version(office.store, ChangeKind.CATALOGUE) == "2026-12"
    told = [line.detail for line in history_of(office.store, record.key) if line.event == "status"]
    assert told == ["Tỉnh: Đã tiếp nhận", "Tỉnh: Đang xử lý", "Tỉnh: Đã có kết quả"]
    before = (cursor_of(office.store), told)
    # As after a restored backup: the whole feed once more.
    page = office.transport().changes("0")
    apply_changes(office.store, page, office.now())
    office.round()
    again = [line.detail for line in history_of(office.store, record.key) if line.event == "status"]
    assert (cursor_of(office.store), again) == before


def test_the_number_on_the_receipt_cannot_be_edited(office: Office) -> None:
    record = office.seal()
    with pytest.raises(StoreError, match="không thể sửa"):
        edit(
            office.store,
            EditRequest(record.key, lambda b: {**b, "code": "H15-1"}, office.now(), "cb01", "?"),
        )
    assert len(versions_of(office.store, record.key)) == 1


def test_a_record_taken_by_hand_after_the_province_changed_it_catches_up(office: Office) -> None:
    record = office.seal()
    office.province.put(dict(record.body))
    province_edits(office, record, note="trước khi trạm này có hồ sơ")
    page = office.transport().changes("0")
    office.store.put_setting("changes_cursor", page.cursor)  # heard before the record was here
    assert office.round() == SyncReport(sent=1)
    assert latest_version(office.store, record.key).body == held(office, record)
    assert held(office, record)["form"]["note"] == "trước khi trạm này có hồ sơ"


def test_a_number_that_came_by_hand_is_passed_over(office: Office) -> None:
    first = office.seal()
    assert first.code is not None
    # A block that was started anew, as after a restored backup.
    office.store.db.execute("UPDATE number_blocks SET next = first")
    second = office.seal()
    assert second.code is not None
    assert second.code != first.code
