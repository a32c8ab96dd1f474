"""Sealing: everything or nothing, once for each key, and the draft is gone for good."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import NoReturn

import pytest

from offline_queue.errors import StoreError
from offline_queue.files import FileStore
from offline_queue.numbers import serials_left
from offline_queue.outbox import OutboxState, step
from offline_queue.records import (
    FileEntry,
    SealRequest,
    audit,
    canonical_json,
    drop_draft,
    get_record,
    has_record,
    history_of,
    load_drafts,
    save_draft,
    seal,
)
from offline_queue.store import Store
from tests.offline_queue.records import (
    AGENCY,
    NOON,
    block,
    give_numbers,
    new_key,
    paper,
    seal_request,
)
from tests.offline_queue.rows import list_outbox

TABLES = ("records", "record_files", "outbox", "history", "audit")


def counts(store: Store) -> dict[str, int]:
    """Rows in every table that sealing writes."""
    return {table: store.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"] for table in TABLES}  # noqa: S608


class _BrokenBody(Exception):
    pass


def _raise(_given: object) -> NoReturn:
    raise _BrokenBody


def test_a_sealed_record_is_whole(store: Store, files: FileStore) -> None:
    give_numbers(store)
    request = seal_request(files=[paper(files), paper(files, 200, "giay-uy-quyen.pdf")])
    save_draft(store, request.key, {"visit_id": request.key}, NOON)
    record = seal(store, request)
    assert record.code == record.number == f"{AGENCY}-261123-0001"
    assert record.alias is None
    assert record.body["code"] == record.code
    assert record.body_sha256 == hashlib.sha256(canonical_json(record.body).encode()).hexdigest()
    assert {(f.name, f.sha256, f.is_sent) for f in record.files} == {
        (f.name, f.sha256, False) for f in request.files
    }
    assert get_record(store, record.code or "") == get_record(store, record.key) == record
    (row,) = list_outbox(store)
    assert (row.key, row.state, row.attempts, row.files, row.size_bytes) == (
        record.key,
        OutboxState.SEALED,
        0,
        2,
        3200,
    )
    assert [line.event for line in history_of(store, record.key)] == ["sealed"]
    assert store.rows("SELECT officer, action, subject FROM audit") == [
        {"officer": "cb01", "action": "seal", "subject": record.key}
    ]
    assert load_drafts(store) == []


@pytest.mark.parametrize("broken_in", ["name", "body", "files", "unserialisable"])
def test_a_seal_that_fails_in_the_middle_leaves_nothing(
    store: Store, files: FileStore, broken_in: str
) -> None:
    give_numbers(store)
    whole = seal_request(files=[paper(files)])
    save_draft(store, whole.key, {"visit_id": whole.key}, NOON)
    twice = [*whole.files, *whole.files]  # the same part and name again: refused at the second insert
    broken: SealRequest = {
        "name": lambda: replace(whole, name=_raise),
        "body": lambda: replace(whole, body=_raise),
        "files": lambda: replace(whole, files=twice),
        "unserialisable": lambda: replace(whole, body=lambda _named: {"at": NOON}),
    }[broken_in]()
    before = counts(store)
    with pytest.raises((_BrokenBody, StoreError, TypeError)):
        seal(store, broken)
    assert counts(store) == before == dict.fromkeys(TABLES, 0)
    assert serials_left(store, AGENCY, NOON.date()) == 50  # the number was given back
    assert load_drafts(store) == [{"visit_id": whole.key}]
    assert seal(store, whole).code == f"{AGENCY}-261123-0001"


def test_the_same_key_again_gives_what_was_sealed_first(store: Store, files: FileStore) -> None:
    give_numbers(store)
    first = seal(store, seal_request(files=[paper(files)]))
    other = seal_request(first.key, files=[paper(files, 99)], changes={"copies": 7})
    again = seal(store, other)
    assert again == first
    assert counts(store) == {"records": 1, "record_files": 1, "outbox": 1, "history": 1, "audit": 1}
    assert serials_left(store, AGENCY, NOON.date()) == 49


def test_a_sealed_visit_is_not_brought_back_by_a_late_draft(store: Store) -> None:
    request = seal_request()
    save_draft(store, request.key, {"n": 1}, NOON)
    save_draft(store, request.key, {"n": 2}, NOON)
    assert load_drafts(store) == [{"n": 2}]
    seal(store, request)
    save_draft(store, request.key, {"n": 3}, NOON)
    assert load_drafts(store) == []


def test_only_the_visit_that_was_given_up_is_dropped(store: Store) -> None:
    one, other = sorted((new_key(), new_key()))
    save_draft(store, one, {"visit_id": one}, NOON)
    save_draft(store, other, {"visit_id": other}, NOON)
    drop_draft(store, one)
    assert load_drafts(store) == [{"visit_id": other}]


def test_without_a_serial_the_number_is_an_alias_for_ever(store: Store) -> None:
    give_numbers(store, block(7, 7))
    with_code, without = seal(store, seal_request()), seal(store, seal_request())
    assert with_code.code == f"{AGENCY}-261123-0007"
    assert without.code is None
    assert without.alias is not None
    assert without.number == without.alias
    step(store, without.key, OutboxState.SENDING, NOON)
    step(store, without.key, OutboxState.ACCEPTED, NOON, official_code=f"{AGENCY}-261123-0900")
    for name in (without.key, without.alias, f"{AGENCY}-261123-0900"):
        found = get_record(store, name)
        assert (found.key, found.code, found.alias) == (without.key, f"{AGENCY}-261123-0900", without.alias)
    assert found.body["code"] is None  # what was sealed and printed never changes
    assert found.body_sha256 == without.body_sha256


def test_a_record_that_is_not_there_is_a_sentence(store: Store) -> None:
    assert not has_record(store, "x")
    with pytest.raises(StoreError, match="Không có hồ sơ “x”"):
        get_record(store, "x")


def test_one_file_may_belong_to_two_papers(store: Store, files: FileStore) -> None:
    kept = paper(files)
    copy = FileEntry("G99", kept.name, kept.media_type, kept.size, kept.sha256, kept.blob)
    assert len(seal(store, seal_request(files=[kept, copy])).files) == 2


def test_an_audit_line_stands_alone(store: Store) -> None:
    audit(store, NOON, "cb01", "look_up", "********4127")
    assert store.rows("SELECT at, action FROM audit") == [{"at": NOON.isoformat(), "action": "look_up"}]
