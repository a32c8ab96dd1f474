"""A change of keys: all or nothing at every moment, and the old key opens nothing afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from offline_queue.backup import back_up
from offline_queue.errors import KeyMissing, StationInUse, StoreError
from offline_queue.files import FileStore, blobs_in
from offline_queue.keys import StationKeys
from offline_queue.presence import using
from offline_queue.restore import restore
from offline_queue.rotation import finish_rotation, rotate
from offline_queue.store import Store
from tests.offline_queue.homes import Home, flip
from tests.offline_queue.records import NOON


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.under(tmp_path / "station")


def check_old_key_opens_nothing(home: Home, old: StationKeys) -> None:
    """Neither the database nor any file."""
    with pytest.raises(StoreError):
        Store(home.folder / "queue.db", old.database)
    files = FileStore(home.folder / "files", old.files, old.names)
    assert not [name for name in blobs_in(home.folder / "files") if files.has(name)]


def test_everything_is_under_the_new_key_and_nothing_under_the_old(home: Home) -> None:
    expected = home.fill()
    old = home.keys()
    names = set(blobs_in(home.folder / "files"))
    done = rotate(home.folder, home.key_folder, None)
    assert (done.files, done.damaged, done.is_old_key_kept) == (7, 0, False)
    home.check(expected)
    check_old_key_opens_nothing(home, old)
    assert set(blobs_in(home.folder / "files")) == names
    assert len(list(home.key_folder.iterdir())) == 1
    rotate(home.folder, home.key_folder, None)
    home.check(home.fill() | expected)  # the same content still has the same name
    assert set(blobs_in(home.folder / "files")) == names


def test_the_copy_of_an_older_database_follows(home: Home) -> None:
    expected = home.fill()
    old = home.keys()
    shutil.copy(home.folder / "queue.db", home.folder / "queue.before-step-1.db")
    rotate(home.folder, home.key_folder, None)
    with pytest.raises(StoreError):
        Store(home.folder / "queue.before-step-1.db", old.database)
    Store(home.folder / "queue.before-step-1.db", home.keys().database).close()
    home.check(expected)


def test_a_new_passphrase_takes_over(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", tmp_path / "keys", "mật khẩu cũ")
    expected = home.fill(1)
    rotate(home.folder, home.key_folder, "mật khẩu cũ", "mật khẩu mới")
    with pytest.raises(KeyMissing):
        home.keys()
    Home(home.folder, home.key_folder, "mật khẩu mới").check(expected)


@pytest.mark.parametrize("finishing", ["mật khẩu cũ", "mật khẩu mới"])
def test_either_passphrase_finishes_what_was_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, finishing: str
) -> None:
    home = Home(tmp_path / "home", tmp_path / "keys", "mật khẩu cũ")
    expected = home.fill(1)
    with monkeypatch.context() as cut:
        cut.setattr(FileStore, "put", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            rotate(home.folder, home.key_folder, "mật khẩu cũ", "mật khẩu mới")
    with pytest.raises(KeyMissing):
        finish_rotation(home.folder, home.key_folder, "mật khẩu khác")
    finish_rotation(home.folder, home.key_folder, finishing)
    Home(home.folder, home.key_folder, "mật khẩu mới").check(expected)


def test_an_open_station_keeps_its_key(home: Home) -> None:
    expected = home.fill(1)
    old = home.keys()
    with using(home.folder), pytest.raises(StationInUse):
        rotate(home.folder, home.key_folder, None)
    assert home.keys() == old
    home.check(expected)


def test_a_damaged_database_is_refused_before_anything_is_done(home: Home) -> None:
    home.fill()
    database = home.folder / "queue.db"
    flip(database, database.stat().st_size // 2)
    before = database.read_bytes()
    with pytest.raises(StoreError, match="hỏng"):
        rotate(home.folder, home.key_folder, None)
    assert database.read_bytes() == before
    assert not (home.folder / "rotation.json").exists()


def test_a_file_that_no_key_opens_is_left_and_the_old_key_kept(home: Home) -> None:
    home.fill()
    (rotten,) = list((home.folder / "files").glob("*/*"))[:1]
    flip(rotten, 40)
    before = rotten.read_bytes()
    done = rotate(home.folder, home.key_folder, None)
    assert (done.damaged, done.is_old_key_kept) == (1, True)
    assert rotten.read_bytes() == before
    assert len(list(home.key_folder.iterdir())) == 2


def test_backups_of_both_keys_lie_side_by_side(home: Home, tmp_path: Path) -> None:
    expected = home.fill()
    first = back_up(home.folder, home.keys(), tmp_path / "disk", NOON)
    rotate(home.folder, home.key_folder, None)
    second = back_up(home.folder, home.keys(), tmp_path / "disk", NOON.replace(minute=1))
    assert first.files_folder != second.files_folder
    assert second.copied == 7
    shutil.rmtree(home.folder)
    with pytest.raises(KeyMissing):
        restore(first.folder, home.folder, home.key_folder, None, NOON, "cb01")
    restore(second.folder, home.folder, home.key_folder, None, NOON, "cb01")
    home.check(expected)


@pytest.mark.skipif(os.name != "posix", reason="needs fork and kill -9")
def test_killed_at_any_touch_of_the_disk_it_is_finished_or_undone(home: Home, tmp_path: Path) -> None:
    expected = home.fill(2, 1)
    old = home.keys()
    runs = tmp_path / "runs"
    runs.mkdir()
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.offline_queue.rotation_child",
            str(home.folder.parent),
            str(runs),
            os.environ.get("MOTCUA_ROTATION_STRIDE", "1"),
        ],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert done.returncode == 0, done.stderr
    cut_off, status = (int(word) for word in done.stdout.split())
    assert status == 0
    assert cut_off >= 40
    undone = 0
    for number in range(cut_off):
        cut = Home.under(runs / f"{number:04d}")
        finish_rotation(cut.folder, cut.key_folder, None)
        assert not (cut.folder / "rotation.json").exists()
        cut.check(expected)
        if cut.keys() == old:
            undone += 1
        else:
            check_old_key_opens_nothing(cut, old)
            assert len(list(cut.key_folder.iterdir())) <= 2
    assert 0 < undone < cut_off
