"""Officers beside the records: attempts that survive a restart, and whose a draft or record is."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from offline_queue import listing, officers
from offline_queue.errors import StoreError
from offline_queue.officers import FIRST_DELAY_S, FREE_ATTEMPTS, LONGEST_DELAY_S, StoredOfficer
from offline_queue.outbox import OutboxState, step
from offline_queue.records import list_drafts, load_drafts, officer_of, save_draft, seal
from offline_queue.store import Store
from tests.offline_queue.conftest import DATABASE_KEY
from tests.offline_queue.records import NOON, give_numbers, seal_request

RELEASED = Path(__file__).parent / "released"
PASSWORD = "ba cây bưởi"


def enrolled(store: Store, login: str = "an") -> StoredOfficer:
    """An officer whose password is the one above."""
    officer = StoredOfficer(
        login,
        "Nguyễn Văn An",
        "Công chức Một cửa",
        "receiving",
        True,
        officers.make_verifier(PASSWORD),
        NOON + timedelta(days=90),
    )
    officers.put_officer(store, officer)
    return officer


def guess(store: Store, seconds: float = 0.0, login: str = "an") -> float:
    """One wrong attempt so long after noon; the wait where it was not let in."""
    _found, wait_s = officers.begin_attempt(store, login, NOON + timedelta(seconds=seconds))
    return wait_s


def test_what_is_kept_comes_back_and_the_verifier_is_argon2id(store: Store) -> None:
    officer = enrolled(store)
    assert officers.find_officer(store, "an") == officer
    assert officers.list_officers(store) == (officer,)
    assert officer.verifier.startswith("$argon2id$")
    assert officer.verifier not in repr(officer)
    assert officers.fits(officer.verifier, PASSWORD)
    assert not officers.fits(officer.verifier, PASSWORD + "!")
    with pytest.raises(StoreError, match="đặt lại mật khẩu"):
        officers.fits("spoiled", PASSWORD)


def test_wrong_attempts_wait_longer_and_longer_and_never_for_ever(store: Store) -> None:
    enrolled(store)
    assert [guess(store) for _ in range(FREE_ATTEMPTS)] == [0.0] * FREE_ATTEMPTS
    assert guess(store) == FIRST_DELAY_S
    assert guess(store, FIRST_DELAY_S - 1) == 1.0
    assert guess(store, FIRST_DELAY_S) == 0.0  # let in, and counted
    assert guess(store, FIRST_DELAY_S) == 2 * FIRST_DELAY_S
    assert officers.delay_after(10_000) == LONGEST_DELAY_S


def test_an_attempt_that_is_not_let_in_is_not_counted(store: Store) -> None:
    enrolled(store)
    for _ in range(20):
        guess(store)
    found = officers.find_officer(store, "an")
    assert found is not None
    assert found.attempts == FREE_ATTEMPTS


def test_the_wait_survives_a_restart_and_counts_for_every_program(tmp_path: Path) -> None:
    path = tmp_path / "queue.db"
    first = Store(path, DATABASE_KEY)
    enrolled(first)
    for _ in range(FREE_ATTEMPTS):
        guess(first)
    second = Store(path, DATABASE_KEY)
    assert guess(second) == FIRST_DELAY_S
    first.close()
    second.close()
    again = Store(path, DATABASE_KEY)
    assert guess(again) == FIRST_DELAY_S
    again.close()


def test_an_attempt_counts_before_it_is_checked(tmp_path: Path) -> None:
    """Killed between the password and its check: the attempt is on disk."""
    path = tmp_path / "queue.db"
    store = Store(path, DATABASE_KEY)
    enrolled(store)
    guess(store)
    beside = Store(path, DATABASE_KEY)  # what another process sees of it
    found = officers.find_officer(beside, "an")
    assert found is not None
    assert found.attempts == 1
    beside.close()
    store.close()


def test_the_right_password_lets_counting_begin_anew(store: Store) -> None:
    enrolled(store)
    for _ in range(FREE_ATTEMPTS):
        guess(store)
    officers.end_attempts(store, "an")
    assert guess(store) == 0.0


def test_a_clock_put_back_or_on_makes_no_wait_longer_than_its_own(store: Store) -> None:
    enrolled(store)
    for _ in range(FREE_ATTEMPTS):
        guess(store)
    assert guess(store, -86_400) == FIRST_DELAY_S
    assert guess(store, 86_400) == 0.0


def test_one_officer_s_wait_is_nobody_else_s(store: Store) -> None:
    enrolled(store)
    enrolled(store, "binh")
    for _ in range(FREE_ATTEMPTS + 1):
        guess(store)
    assert guess(store, login="binh") == 0.0


def test_nobody_unknown_or_shut_out_is_let_in(store: Store) -> None:
    officers.put_officer(store, replace(enrolled(store), is_active=False))
    assert officers.begin_attempt(store, "an", NOON) == (None, 0.0)
    assert officers.begin_attempt(store, "ai", NOON) == (None, 0.0)


def test_a_draft_stays_with_who_first_saved_it_and_a_record_with_who_sealed_it(store: Store) -> None:
    request = seal_request()
    save_draft(store, request.key, {"visit_id": request.key}, NOON, "an")
    save_draft(store, request.key, {"visit_id": request.key, "more": 1}, NOON, "binh")
    (draft,) = list_drafts(store)
    assert (draft.officer, draft.body["more"]) == ("an", 1)
    seal(store, request)
    assert officer_of(store, request.key) == request.officer == "cb01"
    assert list_drafts(store) == []


@pytest.mark.parametrize("step_of", ["step-1", "step-2"])
def test_what_came_before_officers_is_nobody_s(tmp_path: Path, step_of: str) -> None:
    shutil.copy(RELEASED / f"{step_of}.db", tmp_path / "queue.db")
    store = Store(tmp_path / "queue.db", DATABASE_KEY)
    assert officers.list_officers(store) == ()
    assert [d.officer for d in list_drafts(store)] == [None]
    assert load_drafts(store) == [{"visit_id": "x"}]
    rows = listing.page(store).rows
    assert [officer_of(store, row.key) for row in rows] == [None] * 3
    assert listing.page(store, officer="cb01").rows == ()
    sealed = seal(store, seal_request())
    assert [row.key for row in listing.page(store, officer="cb01").rows] == [sealed.key]
    store.close()


@pytest.fixture
def two_officers(store: Store) -> dict[str, list[str]]:
    """Keys of an's and binh's records in turn, some of them accepted."""
    give_numbers(store)
    keys: dict[str, list[str]] = {"an": [], "binh": []}
    for number in range(12):
        officer = ("an", "binh")[number % 2]
        request = replace(seal_request(), officer=officer)
        seal(store, request)
        keys[officer].append(request.key)
        if number >= 8:
            step(store, request.key, OutboxState.SENDING, NOON)
            step(store, request.key, OutboxState.ACCEPTED, NOON)
    return keys


@pytest.mark.parametrize("officer", ["an", "binh"])
def test_lists_are_narrowed_to_one_officer(
    store: Store, two_officers: dict[str, list[str]], officer: str
) -> None:
    own = set(two_officers[officer])
    assert {row.key for row in listing.page(store, officer=officer).rows} == own
    assert {row.key for row in listing.search(store, "thao nguyen", officer=officer).rows} == own
    settled = listing.settled_since(store, NOON, officer=officer)
    assert {row.key for row in settled} == own & {r.key for r in listing.settled_since(store, NOON)}
    assert len(settled) == 2


def test_pages_of_one_officer_s_records_join_without_gap_or_double(
    store: Store, two_officers: dict[str, list[str]]
) -> None:
    found: list[str] = []
    after = None
    while True:
        page = listing.page(store, limit=2, after=after, officer="an")
        found += [row.key for row in page.rows]
        after = page.next
        if after is None:
            break
    assert found == two_officers["an"]
    first = listing.search(store, "thao", limit=4, officer="an")
    rest = listing.search(store, "thao", limit=4, after=first.next, officer="an")
    assert [r.key for r in (*first.rows, *rest.rows)] == two_officers["an"][::-1]
