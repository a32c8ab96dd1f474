"""The queue's steps: only legal ones, nothing vanishes, waits are neither too short nor too long."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from offline_queue.errors import StoreError
from offline_queue.files import FileStore
from offline_queue.outbox import (
    FIRST_WAIT_S,
    LEGAL_STEPS,
    LONGEST_WAIT_S,
    OutboxState,
    due_keys,
    last_wait_s,
    next_wait_s,
    note_upload,
    recover,
    retry,
    step,
)
from offline_queue.records import get_record, history_of, seal
from offline_queue.store import Store
from tests.offline_queue.conftest import DATABASE_KEY
from tests.offline_queue.records import AGENCY, NOON, paper, seal_request
from tests.offline_queue.rows import list_outbox

SEALED, SENDING, TO_UPDATE, ACCEPTED, NEEDS_OFFICER = OutboxState


class Queue(RuleBasedStateMachine):
    """Any order of steps, retries, crashes and restarts, held against a plain dictionary."""

    keys = Bundle("keys")

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store(Path(self.folder.name) / "queue.db", DATABASE_KEY)
        self.model: dict[str, OutboxState] = {}
        self.attempts: dict[str, int] = {}

    @rule(target=keys)
    def seal(self) -> str:
        key = seal(self.store, seal_request()).key
        self.model[key], self.attempts[key] = SEALED, 0
        return key

    @rule(key=keys, to=st.sampled_from(OutboxState), wait_s=st.sampled_from((0.0, 30.0)))
    def step(self, key: str, to: OutboxState, wait_s: float) -> None:
        lines = len(history_of(self.store, key))
        if to in LEGAL_STEPS[self.model[key]]:
            step(self.store, key, to, NOON, "bước", wait_s=wait_s)
            self.model[key] = to
            self.attempts[key] += to is SENDING
            assert len(history_of(self.store, key)) == lines + 1
        else:
            with pytest.raises(StoreError, match="không thể chuyển"):
                step(self.store, key, to, NOON, "bước")
            assert len(history_of(self.store, key)) == lines

    @rule(key=keys)
    def retry(self, key: str) -> None:
        if self.model[key] is ACCEPTED:
            with pytest.raises(StoreError, match="đã nhận"):
                retry(self.store, key, NOON)
            return
        retry(self.store, key, NOON)
        if self.model[key] is NEEDS_OFFICER:
            self.model[key] = SEALED

    @rule()
    def crash_and_recover(self) -> None:
        self.store.close()
        self.store = Store(Path(self.folder.name) / "queue.db", DATABASE_KEY)
        sending = [key for key, state in self.model.items() if state is SENDING]
        assert recover(self.store, NOON) == len(sending)
        self.model |= dict.fromkeys(sending, SEALED)

    @invariant()
    def nothing_vanishes_and_all_is_as_it_should(self) -> None:
        if not hasattr(self, "model"):
            return
        rows = list_outbox(self.store)
        assert {row.key: row.state for row in rows} == self.model
        assert {row.key: row.attempts for row in rows} == self.attempts
        due = due_keys(self.store, NOON + timedelta(days=1))
        assert set(due) == {key for key, state in self.model.items() if state in (SEALED, TO_UPDATE)}

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self.folder.cleanup()


TestQueue = Queue.TestCase
TestQueue.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, derandomize=True, database=None
)


def test_every_state_has_a_way_on_and_all_are_reached() -> None:
    assert set(LEGAL_STEPS) == set(OutboxState)
    assert all(LEGAL_STEPS.values())
    assert set().union(*LEGAL_STEPS.values()) == set(OutboxState)
    assert ACCEPTED not in LEGAL_STEPS[SEALED]  # nobody is told "accepted" without a verdict


def test_a_row_that_is_not_there_is_a_sentence(store: Store) -> None:
    with pytest.raises(StoreError, match="Không có hồ sơ “x”"):
        step(store, "x", SENDING, NOON)
    with pytest.raises(StoreError, match="Không có hồ sơ “x”"):
        retry(store, "x", NOON)


def test_a_busy_row_waits_and_the_others_do_not(store: Store) -> None:
    busy, other = (seal(store, seal_request()).key for _ in range(2))
    step(store, busy, SENDING, NOON)
    step(store, busy, SEALED, NOON, "Máy chủ bận", reason="bận", wait_s=40.0)
    assert due_keys(store, NOON) == [other]
    assert due_keys(store, NOON + timedelta(seconds=39)) == [other]
    assert set(due_keys(store, NOON + timedelta(seconds=40))) == {busy, other}
    assert last_wait_s(store, busy) == 40.0
    (row,) = list_outbox(store, busy)
    assert (row.next_try_at, row.reason) == (NOON + timedelta(seconds=40), "bận")
    retry(store, busy, NOON)  # the officer does not wait
    assert set(due_keys(store, NOON)) == {busy, other}


def test_a_clock_put_back_does_not_make_a_row_wait_for_days(store: Store) -> None:
    key = seal(store, seal_request()).key
    wrong = NOON + timedelta(days=2)
    step(store, key, SENDING, wrong)
    step(store, key, SEALED, wrong, wait_s=40.0)
    assert due_keys(store, wrong) == []
    assert due_keys(store, NOON) == [key]


def test_a_row_that_failed_lets_the_untried_go_first(store: Store) -> None:
    stubborn, other = (seal(store, seal_request()).key for _ in range(2))
    assert due_keys(store, NOON) == [stubborn, other]
    step(store, stubborn, SENDING, NOON)
    step(store, stubborn, SEALED, NOON, "Mất kết nối")
    assert due_keys(store, NOON) == [other, stubborn]


def test_an_accepted_row_keeps_its_official_code(store: Store) -> None:
    key = seal(store, seal_request()).key
    step(store, key, SENDING, NOON)
    step(store, key, ACCEPTED, NOON, official_code=f"{AGENCY}-261123-0001")
    step(store, key, TO_UPDATE, NOON)
    step(store, key, SENDING, NOON)
    step(store, key, ACCEPTED, NOON)
    (row,) = list_outbox(store)
    assert row.official_code == row.number == f"{AGENCY}-261123-0001"


def test_a_recovered_row_tells_why(store: Store) -> None:
    key = seal(store, seal_request()).key
    step(store, key, SENDING, NOON)
    assert recover(store, NOON) == 1
    assert recover(store, NOON) == 0
    assert "khởi động lại" in history_of(store, key)[-1].detail
    assert due_keys(store, NOON) == [key]


def test_an_upload_s_place_is_remembered(store: Store, files: FileStore) -> None:
    record = seal(store, seal_request(files=[paper(files)]))
    (entry,) = record.files
    note_upload(store, record.key, entry.part, entry.name, "http://h/v1/files/1", None)
    (noted,) = get_record(store, record.key).files
    assert (noted.upload_url, noted.is_sent) == ("http://h/v1/files/1", False)
    note_upload(store, record.key, entry.part, entry.name, "http://h/v1/files/1", NOON)
    assert get_record(store, record.key).files[0].is_sent
    assert list_outbox(store)[0].files_sent == 1


@given(
    seed=st.integers(0, 2**32),
    previous_s=st.floats(0, 10_000, allow_nan=False),
    asked_s=st.none() | st.floats(0, 86_400, allow_nan=False),
)
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
def test_a_wait_is_within_its_limits_and_never_undercuts_the_server(
    seed: int, previous_s: float, asked_s: float | None
) -> None:
    wait = next_wait_s(previous_s, Random(seed), asked_s)
    assert wait >= FIRST_WAIT_S
    assert wait <= max(LONGEST_WAIT_S, asked_s or 0)
    assert wait >= (asked_s or 0)
    assert wait == next_wait_s(previous_s, Random(seed), asked_s)


def test_two_stations_that_failed_together_do_not_come_back_together() -> None:
    random = Random(1)
    waits, wait = [], 0.0
    for _ in range(40):
        wait = next_wait_s(wait, random)
        waits.append(wait)
    assert len({round(w, 3) for w in waits}) > 30
    assert max(waits) <= LONGEST_WAIT_S
    assert max(waits) > 60  # it does grow
