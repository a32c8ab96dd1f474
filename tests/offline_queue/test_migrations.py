"""Growing the file: in one transaction, with the file copied aside first, and never backwards."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlite_utils

from offline_queue import store as store_module
from offline_queue.errors import StoreError
from offline_queue.migrations import MIGRATIONS, migrate
from offline_queue.records import get_record, seal
from offline_queue.store import Store
from tests.offline_queue.conftest import DATABASE_KEY
from tests.offline_queue.records import seal_request

VERSION = len(MIGRATIONS)


def open_store(tmp_path: Path) -> Store:
    """The same file again."""
    return Store(tmp_path / "queue.db", DATABASE_KEY)


def version_of(store: Store) -> int:
    """The count of steps applied."""
    return int(store.db.conn.execute("PRAGMA user_version").fetchone()[0])


def add_column(db: sqlite_utils.Database) -> None:
    """A step as a later release might bring."""
    db.execute("ALTER TABLE records ADD COLUMN remark TEXT")


def fail_half_way(db: sqlite_utils.Database) -> None:
    """A step with a fault in its second statement."""
    db.execute("ALTER TABLE records ADD COLUMN half TEXT")
    db.execute("INSERT INTO no_such_table VALUES (1)")


def asides(tmp_path: Path) -> list[Path]:
    """The copies put aside."""
    return sorted(tmp_path.glob("*before-step*"))


def columns(store: Store) -> set[str]:
    """Of the records."""
    return {row["name"] for row in store.rows("PRAGMA table_info(records)")}


@pytest.fixture
def sealed(tmp_path: Path) -> str:
    """The key of a record in a file of today's version."""
    store = open_store(tmp_path)
    key = seal(store, seal_request()).key
    store.close()
    return key


def test_a_new_file_is_of_today_s_version_and_has_no_copy(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    assert version_of(store) == VERSION
    store.close()
    assert asides(tmp_path) == []


def test_an_older_file_is_copied_aside_and_grown(tmp_path: Path, sealed: str) -> None:
    store = open_store(tmp_path)
    migrate(store, (*MIGRATIONS, add_column))
    assert version_of(store) == VERSION + 1
    assert "remark" in columns(store)
    assert get_record(store, sealed).key == sealed
    store.close()
    (aside,) = asides(tmp_path)
    assert not aside.read_bytes().startswith(b"SQLite format 3")
    old = Store(aside, DATABASE_KEY)
    assert version_of(old) == VERSION
    assert "remark" not in columns(old)
    assert get_record(old, sealed).key == sealed
    assert old.check_integrity()
    old.close()


def test_a_step_that_fails_takes_all_steps_back(tmp_path: Path, sealed: str) -> None:
    store = open_store(tmp_path)
    with pytest.raises(StoreError):
        migrate(store, (*MIGRATIONS, add_column, fail_half_way))
    assert version_of(store) == VERSION
    assert {"remark", "half"}.isdisjoint(columns(store))
    assert get_record(store, sealed).key == sealed
    migrate(store, (*MIGRATIONS, add_column))
    assert version_of(store) == VERSION + 1
    store.close()


@pytest.mark.parametrize("ending", ["", ".part"])
def test_a_copy_that_a_crash_left_half_made_is_made_anew(tmp_path: Path, sealed: str, ending: str) -> None:
    store = open_store(tmp_path)
    name = f"queue.before-step-{VERSION}.db"
    (tmp_path / f"{name}{ending}").write_bytes(b"half a page")
    migrate(store, (*MIGRATIONS, add_column))
    store.close()
    (aside,) = asides(tmp_path)
    assert aside.name == name
    old = Store(aside, DATABASE_KEY)
    assert get_record(old, sealed).key == sealed
    old.close()


def test_the_copy_holds_what_was_sealed_after_a_step_that_failed(tmp_path: Path, sealed: str) -> None:
    store = open_store(tmp_path)
    with pytest.raises(StoreError):
        migrate(store, (*MIGRATIONS, fail_half_way))
    later = seal(store, seal_request()).key
    migrate(store, (*MIGRATIONS, add_column))
    store.close()
    (aside,) = asides(tmp_path)
    old = Store(aside, DATABASE_KEY)
    assert {get_record(old, key).key for key in (sealed, later)} == {sealed, later}
    old.close()


def test_a_copy_that_cannot_be_made_is_a_sentence_and_nothing_grows(tmp_path: Path, sealed: str) -> None:
    store = open_store(tmp_path)
    (tmp_path / f"queue.before-step-{VERSION}.db.part").mkdir()
    with pytest.raises(StoreError):
        migrate(store, (*MIGRATIONS, add_column))
    assert version_of(store) == VERSION
    assert get_record(store, sealed).key == sealed
    store.close()


def test_a_file_of_a_newer_program_is_refused_and_left_alone(tmp_path: Path, sealed: str) -> None:
    store = open_store(tmp_path)
    store.db.conn.execute(f"PRAGMA user_version = {VERSION + 1}")
    store.close()
    before = (tmp_path / "queue.db").read_bytes()
    with pytest.raises(StoreError, match="bản mới hơn"):
        open_store(tmp_path)
    assert (tmp_path / "queue.db").read_bytes() == before
    assert asides(tmp_path) == []
    assert sealed


def test_a_file_of_today_is_opened_without_a_copy(tmp_path: Path, sealed: str) -> None:
    store = open_store(tmp_path)
    assert get_record(store, sealed).key == sealed
    store.close()
    assert asides(tmp_path) == []


def test_the_program_opens_with_the_steps_it_has(
    tmp_path: Path, sealed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "MIGRATIONS", (*MIGRATIONS, add_column))
    store = open_store(tmp_path)
    assert version_of(store) == VERSION + 1
    store.close()
    monkeypatch.undo()
    with pytest.raises(StoreError, match="bản mới hơn"):
        open_store(tmp_path)
    assert sealed
