"""The database: encrypted, durable, one writer at a time, and a sentence for every way it can be refused."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from offline_queue.errors import StoreError
from offline_queue.records import get_record, seal
from offline_queue.store import Store
from tests.offline_queue.conftest import DATABASE_KEY
from tests.offline_queue.records import give_numbers, seal_request

PLANTED = "Nguyễn Thị Phương Thảo Nguyên"


def test_the_pragmas_are_really_in_force(store: Store) -> None:
    def told(name: str) -> object:
        return store.db.conn.execute(f"PRAGMA {name}").fetchone()[0]

    assert told("journal_mode") == "wal"
    assert told("synchronous") == 2
    assert told("foreign_keys") == 1
    assert told("temp_store") == 2
    assert store.db.conn.execute("PRAGMA cipher_version").fetchone()
    with pytest.raises(StoreError), store.transaction() as db:
        db.execute("INSERT INTO outbox (record_key, position, state) VALUES ('nobody', 1, 'sealed')")


def test_the_file_tells_nothing_without_the_key(store: Store, tmp_path: Path) -> None:
    give_numbers(store)
    seal(store, seal_request())
    for path in (tmp_path / "queue.db", tmp_path / "queue.db-wal"):
        raw = path.read_bytes()
        assert len(raw) > 1000
        assert not raw.startswith(b"SQLite format 3")
        for encoding in ("utf-8", "utf-16-le"):
            assert PLANTED.encode(encoding) not in raw
        assert b"CREATE TABLE" not in raw
    plain = sqlite3.connect(tmp_path / "queue.db")
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        plain.execute("SELECT count(*) FROM sqlite_master")
    plain.close()


@pytest.mark.parametrize("key", [bytes(32), DATABASE_KEY[::-1]])
def test_a_wrong_key_is_a_sentence(
    store: Store, tmp_path: Path, key: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    seal(store, seal_request())
    with pytest.raises(StoreError, match="khóa không khớp"):
        Store(tmp_path / "queue.db", key)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused(tmp_path: Path, length: int) -> None:
    with pytest.raises(StoreError, match="32 byte"):
        Store(tmp_path / "queue.db", bytes(length))
    assert not (tmp_path / "queue.db").exists()


def test_a_plain_database_is_not_taken_for_ours(tmp_path: Path) -> None:
    plain = sqlite3.connect(tmp_path / "queue.db")
    plain.execute("CREATE TABLE t (x)")
    plain.commit()
    plain.close()
    before = (tmp_path / "queue.db").read_bytes()
    with pytest.raises(StoreError):
        Store(tmp_path / "queue.db", DATABASE_KEY)
    assert (tmp_path / "queue.db").read_bytes() == before


def test_what_was_committed_is_there_after_opening_again(tmp_path: Path) -> None:
    first = Store(tmp_path / "queue.db", DATABASE_KEY)
    key = seal(first, seal_request()).key
    first.put_setting("last_sync", "hôm qua")
    first.close()
    again = Store(tmp_path / "queue.db", DATABASE_KEY)
    assert get_record(again, key).key == key
    assert (again.get_setting("last_sync"), again.get_setting("nothing")) == ("hôm qua", None)
    again.close()


def test_an_error_inside_takes_everything_back(store: Store) -> None:
    store.put_setting("a", "1")
    with pytest.raises(ZeroDivisionError), store.transaction() as db:
        db.execute("UPDATE settings SET value = '2'")
        raise ZeroDivisionError
    assert store.get_setting("a") == "1"
    with pytest.raises(StoreError), store.transaction() as db:
        db.execute("UPDATE settings SET value = '3'")
        db.execute("INSERT INTO settings (name, value) VALUES ('a', 'x')")
    assert store.get_setting("a") == "1"
    store.put_setting("a", "4")  # the connection is usable as before
    assert store.get_setting("a") == "4"


def test_another_thread_is_refused(store: Store) -> None:
    refusals: list[str] = []

    def touch() -> None:
        for act in (
            store.check_integrity,
            store.close,
            lambda: store.put_setting("a", "1"),
            lambda: store.rows("SELECT 1"),
        ):
            try:
                act()
            except AssertionError as refused:
                refusals.append(str(refused))

    thread = threading.Thread(target=touch)
    thread.start()
    thread.join()
    assert len(refusals) == 4


def test_a_second_program_writes_into_the_same_file(store: Store, tmp_path: Path) -> None:
    store.put_setting("a", "1")
    other = Store(tmp_path / "queue.db", DATABASE_KEY)
    other.put_setting("b", "2")
    assert store.get_setting("b") == "2"
    with store.transaction() as db:
        db.execute("UPDATE settings SET value = '9' WHERE name = 'a'")
        assert other.get_setting("a") == "1"  # readers see the last commit meanwhile
    assert other.get_setting("a") == "9"
    other.close()


def test_a_lock_that_does_not_end_is_a_sentence(store: Store, tmp_path: Path) -> None:
    other = Store(tmp_path / "queue.db", DATABASE_KEY)
    other.db.conn.execute("PRAGMA busy_timeout = 50")  # not half a minute for a test
    with store.transaction(), pytest.raises(StoreError, match="đang được chương trình khác dùng"):
        other.put_setting("a", "1")
    other.put_setting("a", "1")
    other.close()


def test_sound_data_pass_the_integrity_check(store: Store) -> None:
    give_numbers(store)
    for _ in range(20):
        seal(store, seal_request())
    assert store.check_integrity()


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_one_flipped_byte_is_found(tmp_path: Path, share: float) -> None:
    first = Store(tmp_path / "queue.db", DATABASE_KEY)
    for _ in range(40):
        seal(first, seal_request())
    assert first.check_integrity()
    first.close()
    raw = bytearray((tmp_path / "queue.db").read_bytes())
    assert len(raw) > 20 * 4096
    raw[int(len(raw) * share)] ^= 1
    (tmp_path / "queue.db").write_bytes(raw)
    again = Store(tmp_path / "queue.db", DATABASE_KEY)
    assert not again.check_integrity()
    again.close()


def test_reading_a_damaged_page_is_a_sentence_too(tmp_path: Path) -> None:
    first = Store(tmp_path / "queue.db", DATABASE_KEY)
    for _ in range(40):
        seal(first, seal_request())
    first.close()
    raw = bytearray((tmp_path / "queue.db").read_bytes())
    for page in range(1, len(raw) // 4096):
        raw[page * 4096 + 2000] ^= 1
    (tmp_path / "queue.db").write_bytes(raw)
    with pytest.raises(StoreError):
        again = Store(tmp_path / "queue.db", DATABASE_KEY)
        try:
            again.rows("SELECT body FROM records")
        finally:
            again.close()


_FILL = """
import resource, signal, sys
from pathlib import Path
from offline_queue.errors import StoreError
from offline_queue.store import Store
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = Store(Path(sys.argv[1]), bytes(range(32)))
store.put_setting("kept", "before")
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000,) * 2)
try:
    for n in range(1000):
        store.put_setting(f"n{n}", "x" * 10_000)
except StoreError as told:
    print(told)
print(store.get_setting("kept"), store.check_integrity())
"""


@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX file size limit")
def test_a_disk_that_takes_no_more_is_a_sentence_and_loses_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FILL, str(tmp_path / "queue.db")],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert done.returncode == 0, done.stderr
    sentence, state = done.stdout.splitlines()
    assert "đã lưu còn nguyên" in sentence
    assert state == "before True"
    again = Store(tmp_path / "queue.db", DATABASE_KEY)
    assert again.get_setting("kept") == "before"
    assert again.check_integrity()
    again.close()
