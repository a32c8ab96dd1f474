"""Pages that a power cut tore while the log was folded into the database; the log still has them whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from offline_queue.integrity import check_database
from offline_queue.store import Store

_KEY = bytes(range(32))
_PAGE_BYTES = 4096
_SALT_BYTES = 16


@pytest.fixture
def cut_off(tmp_path: Path) -> Iterator[Path]:
    """A database whose log holds every page of it, as it lies on the disk while a checkpoint is under way."""
    store = Store(tmp_path / "queue.db", _KEY)
    store.db.conn.execute("PRAGMA wal_autocheckpoint = 0")
    store.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    # Every page is written anew, so that the log could rebuild the file alone.
    store.db.conn.execute("VACUUM")
    store.put_setting("told", "kept")
    folder = tmp_path / "after the cut"
    folder.mkdir()
    for name in ("queue.db", "queue.db-wal"):
        shutil.copy(tmp_path / name, folder / name)
    yield folder / "queue.db"
    store.close()


def _garble(path: Path, offset: int, length: int) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(os.urandom(length))


def test_a_torn_page_is_read_from_the_log(cut_off: Path) -> None:
    _garble(cut_off, _PAGE_BYTES, 512)
    _garble(cut_off, _SALT_BYTES, 512)
    store = Store(cut_off, _KEY)
    assert store.get_setting("told") == "kept"
    store.close()
    store = Store(cut_off, _KEY)
    assert store.check_integrity()
    store.close()


def test_the_check_does_not_call_a_page_damaged_that_the_log_has(cut_off: Path) -> None:
    _garble(cut_off, _PAGE_BYTES, 512)
    assert check_database(cut_off, _KEY) is None
    store = Store(cut_off, _KEY)
    is_sound = store.check_integrity()
    store.close()
    assert is_sound


def test_a_torn_first_sector_does_not_lose_the_database(cut_off: Path) -> None:
    _garble(cut_off, 0, 512)
    store = Store(cut_off, _KEY)
    assert store.get_setting("told") == "kept"
    store.close()
