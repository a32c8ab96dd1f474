"""What faces read: found however it is typed, paged without gaps or repeats, figures that are always true."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offline_queue import listing
from offline_queue.files import FileStore
from offline_queue.listing import WAITING
from offline_queue.outbox import LEGAL_STEPS, OutboxState, step
from offline_queue.records import Record, add_files, get_record, history_of, seal
from offline_queue.store import Store
from tests.offline_queue.conftest import DATABASE_KEY
from tests.offline_queue.records import AGENCY, NOON, give_numbers, paper, seal_request
from tests.offline_queue.rows import list_outbox

SEALED, SENDING, TO_UPDATE, ACCEPTED, NEEDS_OFFICER = OutboxState
RELEASED = Path(__file__).parent / "released" / "step-1.db"


def seal_for(store: Store, name: str, personal_id: str = "066188004127", owner: Any = None) -> Record:
    """A record of that applicant."""
    applicant = {"full_name": name, "personal_id": personal_id}
    request = seal_request(changes={"applicant": applicant, "owner": owner})
    return seal(store, replace(request, title=name))


def found(store: Store, words: str) -> list[str]:
    """Names of what a search finds, in its order."""
    return [row.title for row in listing.search(store, words).rows]


def settle(store: Store, key: str, official_code: str | None = None, minutes: int = 0) -> None:
    """The province takes it."""
    at = NOON + timedelta(minutes=minutes)
    step(store, key, SENDING, at)
    step(store, key, ACCEPTED, at, "nhận", official_code=official_code)


@pytest.fixture
def people(store: Store) -> Store:
    """Three with official codes 0001 to 0003."""
    owner = {"full_name": "Lê Đoàn Út", "personal_id": "048222777888"}
    with store.transaction():
        give_numbers(store)
        seal_for(store, "Đỗ Thị Phương Thảo", "066188004127")
        seal_for(store, "Nguyễn Văn Ơn", "001099012345")
        seal_for(store, "Trần Ưng Ỷ Đặng", "079201543210", owner)
    return store


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Đỗ Thị Phương Thảo", "Đỗ Thị Phương Thảo"),
        ("do thi phuong thao", "Đỗ Thị Phương Thảo"),
        ("THẢO đỗ", "Đỗ Thị Phương Thảo"),
        ("dỗ phư", "Đỗ Thị Phương Thảo"),
        ("nguyen on", "Nguyễn Văn Ơn"),
        ("ơn", "Nguyễn Văn Ơn"),
        ("ung y dang", "Trần Ưng Ỷ Đặng"),
        ("doan ut", "Trần Ưng Ỷ Đặng"),
        ("048222777888", "Trần Ưng Ỷ Đặng"),
        ("066188004127", "Đỗ Thị Phương Thảo"),
        ("4127", "Đỗ Thị Phương Thảo"),
        ("2345", "Nguyễn Văn Ơn"),
        (f"{AGENCY}-261123-0002", "Nguyễn Văn Ơn"),
        (f"{AGENCY}-261123-0002".lower(), "Nguyễn Văn Ơn"),
        ("261123-0003", "Trần Ưng Ỷ Đặng"),
        ("23-0003", "Trần Ưng Ỷ Đặng"),
        ("0001", "Đỗ Thị Phương Thảo"),
        ("02", "Nguyễn Văn Ơn"),
        ("van 02", "Nguyễn Văn Ơn"),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_one_is_found_however_it_is_typed(people: Store, words: str, name: str, form: Any) -> None:
    assert found(people, unicodedata.normalize(form, words)) == [name]


@pytest.mark.parametrize(
    "words", ["", "  ", "-", "_", "thảo nguyễn", "6188004", "0009", "\0", '"', "x" * 300]
)
def test_what_does_not_fit_finds_nothing(people: Store, words: str) -> None:
    assert found(people, words) == []


def test_all_that_fit_come_newest_first(people: Store) -> None:
    assert found(people, AGENCY) == ["Trần Ưng Ỷ Đặng", "Nguyễn Văn Ơn", "Đỗ Thị Phương Thảo"]
    first = listing.search(people, AGENCY, limit=2)
    second = listing.search(people, AGENCY, limit=2, after=first.next)
    assert [row.title for row in second.rows] == ["Đỗ Thị Phương Thảo"]
    assert second.next is None


def test_a_provisional_number_still_finds_it_when_the_official_code_has_come(store: Store) -> None:
    record = seal_for(store, "Hồ Văn Bơ")
    assert record.alias is not None
    code = f"{AGENCY}-261124-0417"
    assert found(store, "0417") == []
    settle(store, record.key, code)
    for words in (record.alias, record.alias[-6:], code, "261124-0417", "417", "ho bo"):
        assert found(store, words) == ["Hồ Văn Bơ"], words
    assert get_record(store, code) == get_record(store, record.alias) == get_record(store, record.key)


@given(words=st.text(max_size=30) | st.from_regex(r'["*():^+\-A-Z{} ]{1,20}', fullmatch=True))
@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_nothing_typed_breaks_the_search(people: Store, words: str) -> None:
    assert len(listing.search(people, words).rows) <= 3


def test_a_released_file_is_searched_and_counted_once_grown(tmp_path: Path) -> None:
    shutil.copy(RELEASED, tmp_path / "queue.db")
    store = Store(tmp_path / "queue.db", DATABASE_KEY)
    rows = list_outbox(store)
    for row in rows:
        record = get_record(store, row.key)
        assert row.key in [hit.key for hit in listing.search(store, record.number).rows]
        assert row.key in [
            hit.key for hit in listing.search(store, record.body["applicant"]["personal_id"]).rows
        ]
    assert listing.sums(store) == counted(store)
    assert store.check_integrity()
    give_numbers(store)
    seal_for(store, "Đỗ Ơn")
    assert found(store, "do on") == ["Đỗ Ơn"]
    store.close()


def test_a_copy_of_the_file_finds_the_same(people: Store, tmp_path: Path) -> None:
    people.db.conn.execute("VACUUM INTO ?", (str(tmp_path / "copy.db"),))
    copy = Store(tmp_path / "copy.db", DATABASE_KEY)
    assert found(copy, "do thi") == ["Đỗ Thị Phương Thảo"]
    assert found(copy, "0003") == ["Trần Ưng Ỷ Đặng"]
    assert copy.check_integrity()
    copy.close()


def test_a_disk_that_cannot_be_written_to_is_still_searched(people: Store) -> None:
    assert found(people, "do thi") == ["Đỗ Thị Phương Thảo"]
    seal_for(people, "Hồ Văn Bơ")
    people.db.conn.execute("PRAGMA query_only = ON")
    assert found(people, "do thi") == ["Đỗ Thị Phương Thảo"]
    people.db.conn.execute("PRAGMA query_only = OFF")
    assert found(people, "ho bo") == ["Hồ Văn Bơ"]


def test_records_are_found_on_both_sides_of_the_moment_they_are_indexed(store: Store) -> None:
    with store.transaction():
        names = [f"Hồ {'Văn ' * (n % 3)}Số{n}" for n in range(40)]
        for name in names:
            seal_for(store, name)
    assert sorted(found(store, "ho")) == sorted(names)
    seal_for(store, "Hồ Sau Cùng")
    assert found(store, "ho")[0] == "Hồ Sau Cùng"
    assert len(found(store, "ho")) == 41


# Pages


def walk(store: Store, states: Collection[OutboxState], is_newest_first: bool, limit: int = 3) -> list[str]:
    """All keys, page by page."""
    keys, after = [], None
    while True:
        page = listing.page(store, states, limit=limit, after=after, is_newest_first=is_newest_first)
        assert len(page.rows) <= limit
        keys += [row.key for row in page.rows]
        after = page.next
        if after is None:
            return keys


@pytest.fixture
def mixed(store: Store) -> tuple[Store, list[str]]:
    """Twenty records in all states, oldest first."""
    ways = ((), (SENDING,), (SENDING, ACCEPTED), (NEEDS_OFFICER,), (SENDING, ACCEPTED, TO_UPDATE))
    with store.transaction():
        give_numbers(store)
        keys = [seal(store, seal_request()).key for _ in range(20)]
        for n, key in enumerate(keys):
            for to in ways[n % 5]:
                step(store, key, to, NOON)
    return store, keys


@pytest.mark.parametrize("is_newest_first", [False, True])
@pytest.mark.parametrize("states", [set(OutboxState), WAITING, {ACCEPTED}, {NEEDS_OFFICER, ACCEPTED}, set()])
def test_pages_hold_each_row_of_a_group_once(
    mixed: tuple[Store, list[str]], states: set[OutboxState], is_newest_first: bool
) -> None:
    store, keys = mixed
    now = {row.key: row.state for row in list_outbox(store)}
    expected = [key for key in keys if now[key] in states]
    assert walk(store, states, is_newest_first) == (expected[::-1] if is_newest_first else expected)


@pytest.mark.parametrize("seed", range(6))
def test_pages_are_whole_while_rows_change_their_state(mixed: tuple[Store, list[str]], seed: int) -> None:
    store, keys = mixed
    random, seen, after = Random(seed), list[str](), None
    stayed = {row.key for row in list_outbox(store) if row.state in WAITING}
    while True:
        page = listing.page(store, WAITING, limit=3, after=after)
        seen += [row.key for row in page.rows]
        for key in random.sample(keys, 4):
            state = listing.find_row(store, key)
            assert state is not None
            step(store, key, random.choice(sorted(LEGAL_STEPS[state.state])), NOON)
        stayed &= {row.key for row in list_outbox(store) if row.state in WAITING}
        seal(store, seal_request())
        after = page.next
        if after is None or len(seen) > 60:
            break
    assert len(seen) == len(set(seen))
    assert stayed <= set(seen)


def test_one_row_and_a_page_tell_the_same_as_the_whole_list(
    mixed: tuple[Store, list[str]], files: FileStore
) -> None:
    store, _keys = mixed
    seal(store, seal_request(files=[paper(files, 500, "a.pdf"), paper(files, 700, "b.pdf")]))
    whole = {row.key: row for row in list_outbox(store)}
    assert {row.key: row for row in listing.page(store).rows} == whole
    assert all(listing.find_row(store, key) == row for key, row in whole.items())
    assert listing.find_row(store, "x") is None


def test_histories_of_a_page_are_those_of_each(mixed: tuple[Store, list[str]]) -> None:
    store, keys = mixed
    assert listing.histories(store, keys) == {key: history_of(store, key) for key in keys}
    assert listing.histories(store, ["x"]) == {"x": ()}


def test_accepted_since_a_moment_the_latest_first(store: Store) -> None:
    keys = [seal(store, seal_request()).key for _ in range(4)]
    for minutes, key in zip((10, 40, 20, 30), keys, strict=True):
        settle(store, key, minutes=minutes)
    since = NOON + timedelta(minutes=20)
    assert [row.key for row in listing.settled_since(store, since)] == [keys[1], keys[3], keys[2]]
    assert [row.key for row in listing.settled_since(store, since, limit=1)] == [keys[1]]
    step(store, keys[1], TO_UPDATE, NOON)
    assert [row.key for row in listing.settled_since(store, since)] == [keys[3], keys[2]]


def test_the_next_due_is_the_earliest_of_those_that_wait(store: Store) -> None:
    keys = [seal(store, seal_request()).key for _ in range(3)]
    assert listing.next_due(store) is None
    for key, wait_s in zip(keys, (50.0, 20.0, 30.0), strict=True):
        step(store, key, SENDING, NOON)
        step(store, key, SEALED, NOON, wait_s=wait_s)
    assert listing.next_due(store) == NOON + timedelta(seconds=20)
    step(store, keys[1], SENDING, NOON)
    assert listing.next_due(store) == NOON + timedelta(seconds=30)


# Figures


def counted(store: Store) -> listing.QueueSums:
    """The figures, counted row by row."""
    records: dict[OutboxState, int] = {}
    size_bytes: dict[OutboxState, int] = {}
    for row in list_outbox(store):
        records[row.state] = records.get(row.state, 0) + 1
        size_bytes[row.state] = size_bytes.get(row.state, 0) + row.size_bytes
    return listing.QueueSums(records, size_bytes)


@pytest.mark.parametrize("seed", range(3))
def test_figures_are_true_after_any_steps_and_later_files(store: Store, files: FileStore, seed: int) -> None:
    random = Random(seed)
    for turn in range(30):
        entry = paper(files, random.randrange(1, 900), f"{turn}.pdf")
        record = seal(store, seal_request(files=[entry][: random.randrange(2)]))
        row = random.choice(list_outbox(store))
        step(store, row.key, random.choice(sorted(LEGAL_STEPS[row.state])), NOON)
        if random.random() < 0.3:
            with store.transaction():
                add_files(store, record.key, [paper(files, 77, "thêm.pdf")], since_version=2)
        assert listing.sums(store) == counted(store)
    told = listing.sums(store)
    assert told.waiting == sum(told.records.get(state, 0) for state in WAITING) > 0
    assert told.waiting_bytes > 0
    assert told.needs_officer == told.records.get(NEEDS_OFFICER, 0)


def test_a_sealing_taken_back_leaves_neither_figures_nor_words(store: Store) -> None:
    with pytest.raises(RuntimeError), store.transaction():
        seal_for(store, "Đỗ Ơn")
        assert found(store, "do on") == ["Đỗ Ơn"]
        raise RuntimeError
    assert found(store, "do on") == []
    assert listing.sums(store) == listing.QueueSums({}, {})
