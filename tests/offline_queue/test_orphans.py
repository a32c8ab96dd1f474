"""Only what nothing can name goes, and only when it is old and nobody is at work."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from offline_queue.errors import StationInUse, StoreError
from offline_queue.files import blob_path, blobs_in
from offline_queue.orphans import Orphans, collect_orphans
from offline_queue.presence import using
from tests.offline_queue.homes import Home, flip
from tests.offline_queue.records import paper

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.under(tmp_path)


def collect(home: Home, *, is_dry_run: bool = False) -> Orphans:
    return collect_orphans(home.folder, home.keys().database, NOW, is_dry_run=is_dry_run)


def age(home: Home, days: float) -> None:
    """Every stored file is that old."""
    then = (NOW - timedelta(days=days)).timestamp()
    for path in (home.folder / "files").rglob("*"):
        os.utime(path, (then, then))


def test_files_of_records_and_drafts_stay_however_old(home: Home) -> None:
    expected = home.fill()
    age(home, 4000)
    assert collect(home) == Orphans(0, 0, 0)
    home.check(expected)


def test_old_files_that_nothing_names_go(home: Home) -> None:
    expected = home.fill()
    orphan = paper(home.files(), 4000).blob
    path = blob_path(home.folder / "files", orphan)
    half = path.with_name(f".{path.name}.0a1b2c3d")
    half.write_bytes(b"half")
    size = path.stat().st_size + 4
    age(home, 6.9)
    assert collect(home) == Orphans(0, 0, 0)
    age(home, 7.1)
    assert collect(home, is_dry_run=True) == Orphans(1, 1, size)
    assert path.exists()
    assert collect(home) == Orphans(1, 1, size)
    assert not path.exists()
    assert not half.exists()
    home.check(expected)


def test_a_name_in_any_table_keeps_its_file(home: Home) -> None:
    home.fill()
    orphan = paper(home.files(), 4000).blob
    with home.store() as store:
        store.put_setting("news", f'{{"page": "{orphan}/2/90/"}}')
    age(home, 30)
    assert collect(home) == Orphans(0, 0, 0)
    assert orphan in set(blobs_in(home.folder / "files"))


def test_nothing_is_collected_while_the_station_is_open(home: Home) -> None:
    home.fill()
    paper(home.files(), 4000)
    age(home, 30)
    with using(home.folder), pytest.raises(StationInUse):
        collect(home)
    assert collect(home).files == 1


def test_nothing_is_collected_on_the_word_of_a_damaged_database(home: Home) -> None:
    home.fill()
    before = set(blobs_in(home.folder / "files"))
    age(home, 30)
    database = home.folder / "queue.db"
    flip(database, database.stat().st_size // 2)
    with pytest.raises(StoreError, match="hỏng"):
        collect(home)
    assert set(blobs_in(home.folder / "files")) == before
