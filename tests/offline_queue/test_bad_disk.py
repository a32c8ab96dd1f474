"""A disk that is full, read-only or rots: told at once in a sentence, nothing acknowledged is lost, a way back."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from random import Random

import pytest

from offline_queue import store as store_module
from offline_queue.backup import Backup, back_up
from offline_queue.errors import StoreError
from offline_queue.integrity import check_database
from offline_queue.records import seal
from offline_queue.restore import restore
from offline_queue.rotation import finish_rotation
from offline_queue.store import Store
from offline_queue.write_ahead import LogState, examine_log
from tests.offline_queue.homes import Home, flip
from tests.offline_queue.records import NOON, seal_request

ROOT = Path(__file__).parents[2]
SALT_BYTES = 16
PLACES = 60


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.under(tmp_path)


def child(code: str, *arguments: object, inside: tuple[str, ...] = ()) -> list[str]:
    """Runs code in a process of its own; gives the lines it wrote."""
    done = subprocess.run(
        [*inside, sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        env=os.environ,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


# ---- full

_LIMITED = """
import resource, signal, sys
from pathlib import Path
from offline_queue.backup import back_up
from offline_queue.errors import StoreError
from offline_queue.restore import restore
from offline_queue.rotation import rotate
from tests.offline_queue.homes import Home
from tests.offline_queue.records import NOON, paper
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
home = Home.under(Path(sys.argv[1]))
keys, files = home.keys(), home.files()
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000,) * 2)
jobs = {
    "back_up": lambda: back_up(home.folder, keys, Path(sys.argv[2]), NOON),
    "rotate": lambda: rotate(home.folder, home.key_folder, None),
    "restore": lambda: restore(Path(sys.argv[3]), home.folder, home.key_folder, None, NOON, "cb01", replaces_sound=True),
    "put": lambda: paper(files, 60_000),
}
try:
    jobs[sys.argv[4]]()
except StoreError as told:
    print(told)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX file size limit")
@pytest.mark.parametrize("job", ["back_up", "rotate", "restore", "put"])
def test_a_job_that_finds_no_room_says_so_and_leaves_everything(home: Home, tmp_path: Path, job: str) -> None:
    expected = home.fill()
    backup = back_up(home.folder, home.keys(), tmp_path / "disk", NOON)
    (told,) = child(_LIMITED, tmp_path, tmp_path / "full disk", backup.folder, job)
    assert "hãy" in told
    finish_rotation(home.folder, home.key_folder, None)
    home.check(expected)
    assert not list((tmp_path / "full disk").rglob("manifest.json"))
    assert not list(home.folder.glob("restoring*"))


_MOUNTED = """
import subprocess, sys
from pathlib import Path
from offline_queue.errors import StoreError
from offline_queue.presence import using
from offline_queue.records import seal
from tests.offline_queue.homes import Home
from tests.offline_queue.records import paper, seal_request
folder, kind = Path(sys.argv[1]), sys.argv[2]
options = ["-t", "tmpfs", "-o", "size=1500k", "tmpfs"] if kind == "full" else ["--bind", str(folder)]
subprocess.run(["mount", *options, str(folder)], check=True)
home = Home.under(folder)
expected = home.fill()
files, sealed = home.files(), {}
def told(act):
    try:
        act()
    except (StoreError, OSError) as refused:
        print(type(refused).__name__, str(refused))
    else:
        print("nothing told")
def work(with_paper):
    for n in range(1000 if kind == "full" else 5):
        record = seal(store, seal_request(files=[paper(files, 30_000 + n)] if with_paper else []))
        sealed[record.key] = record.body_sha256
def open_it():
    with using(home.folder), home.store():
        pass
if kind == "full":
    with home.store() as store:
        told(lambda: work(True))
        told(lambda: work(False))
        print(store.rows("SELECT count(*) AS n FROM records")[0]["n"] == len(expected) + len(sealed))
    subprocess.run(["mount", "-o", "remount,size=8m", str(folder)], check=True)
else:
    with home.store() as store:
        work(True)
    subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True)
    told(lambda: paper(files, 50_000))
    told(open_it)
    print(True)
    subprocess.run(["mount", "-o", "remount,rw,bind", str(folder)], check=True)
home.check(expected | sealed)
print(len(sealed) > 4, home.fill(1) != {})
"""


@cache
def may_mount() -> bool:
    """Whether this machine lets these tests have a disk of their own."""
    if shutil.which("unshare") is None:
        return False
    probe = ["unshare", "-m", "sh", "-c", "mount -t tmpfs tmpfs /mnt"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("kind", ["full", "read-only"])
def test_a_disk_that_takes_no_more_loses_nothing_and_works_again(tmp_path: Path, kind: str) -> None:
    if not may_mount():
        pytest.skip("needs the right to mount a disk (unshare -m)")
    folder = tmp_path / "disk"
    folder.mkdir()
    first, second, counted, after = child(_MOUNTED, folder, kind, inside=("unshare", "-m"))
    for told in (first, second):
        assert told.startswith("StoreError"), told
        assert "hãy" in told
        assert "còn nguyên" in told
    assert (counted, after) == ("True", "True True")


# ---- rotten


def faults(home: Home) -> str | None:
    """What a person is told at opening, or else by the check in the background."""
    try:
        keys = home.keys()
        Store(home.folder / "queue.db", keys.database).close()
        return check_database(home.folder / "queue.db", keys.database)
    except StoreError as told:
        return str(told)


def brought_back(backup: Backup, home: Home) -> None:
    restore(backup.folder, home.folder, home.key_folder, None, NOON, "cb01")


def test_every_flipped_bit_of_the_database_is_told_and_a_backup_brings_all_back(
    home: Home, tmp_path: Path
) -> None:
    expected = home.fill(6, 1)
    backup = back_up(home.folder, home.keys(), tmp_path / "disk", NOON)
    database = home.folder / "queue.db"
    sound, random = database.read_bytes(), Random(4)
    places = [*range(0, 100, 9), *(random.randrange(len(sound)) for _ in range(PLACES))]
    for place in places:
        database.write_bytes(sound)
        flip(database, place, random.randrange(8))
        told = faults(home)
        if place < SALT_BYTES:
            # Made from the key: the file's own is not needed.
            assert told is None
            home.check(expected)
            continue
        assert told is not None, place
        assert "hỏng" in told
    brought_back(backup, home)
    home.check(expected)


def test_a_flipped_bit_of_the_marker_is_told_or_harmless(home: Home, tmp_path: Path) -> None:
    expected = home.fill(1)
    backup = back_up(home.folder, home.keys(), tmp_path / "disk", NOON)
    marker = home.folder / "station.json"
    sound, told = marker.read_bytes(), 0
    for place in range(len(sound)):
        marker.write_bytes(sound)
        flip(marker, place, place % 8)
        told += faults(home) is not None
    assert told > len(sound) // 2
    home.folder.joinpath("station.json").write_bytes(sound[: len(sound) // 2])
    assert faults(home) is not None
    brought_back(backup, home)
    home.check(expected)


def crashed(home: Home, records: int = 12) -> dict[str, str]:
    """A station as kill -9 leaves it: what was sealed last stands in the log alone."""
    keys = home.keys()
    store = Store(home.folder / "queue.db", keys.database)
    made = [seal(store, seal_request()) for _ in range(records)]
    for name in ("queue.db", "queue.db-wal"):
        shutil.copy(home.folder / name, home.folder / f"{name}.kept")
    store.close()
    for name in ("queue.db", "queue.db-wal"):
        os.replace(home.folder / f"{name}.kept", home.folder / name)
    return {record.key: record.body_sha256 for record in made}


def test_a_crash_alone_is_no_fault(home: Home) -> None:
    expected = home.fill(1)
    sealed = crashed(home)
    assert examine_log(home.folder / "queue.db-wal") is LogState.SOUND
    home.check(expected | sealed)


def test_a_log_cut_short_by_a_crash_is_no_fault(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    """What the last, unfinished write left is forgotten, as it was never acknowledged."""
    home.fill(1)
    sealed = crashed(home)
    log = home.folder / "queue.db-wal"
    whole = log.read_bytes()
    for size in range(0, len(whole), 1999):
        log.write_bytes(whole[:size])
        assert examine_log(log) is not LogState.DAMAGED
    log.write_bytes(whole[: len(whole) - 4120])
    with caplog.at_level(logging.WARNING):
        found = {row["key"] for row in home.rows("SELECT key FROM records")}
    assert found >= set(list(sealed)[:-1])


@pytest.mark.parametrize("fate", ["garbled", "dropped"])
def test_a_last_write_torn_by_a_power_cut_is_never_taken_for_rot(home: Home, fate: str) -> None:
    """The sectors of a write that was not acknowledged may be on the disk or not, in any mixture."""
    home.fill(1)
    log = home.folder / "queue.db-wal"
    random = Random(7)
    with home.store() as store:
        for _ in range(5):
            seal(store, seal_request())
        acknowledged = log.read_bytes()
        with store.transaction() as db:
            db.table("settings").insert_all({"name": f"n{n}", "value": "x" * 900} for n in range(40))
        written = log.read_bytes()
        assert len(written) - len(acknowledged) > 5 * 4120
        torn = home.folder / "torn-wal"
        for _ in range(200):
            raw = bytearray(written)
            for sector in range(-(-len(acknowledged) // 512), len(raw) // 512):
                if random.random() < 0.3:
                    content = random.randbytes(512) if fate == "garbled" else bytes(512)
                    raw[sector * 512 : (sector + 1) * 512] = content
            torn.write_bytes(raw)
            assert examine_log(torn) is not LogState.DAMAGED
        # A log begun anew: only its first bytes were being written over frames that are all in the database.
        for _ in range(50):
            torn.write_bytes(random.randbytes(32) + written[32:])
            assert examine_log(torn) is LogState.SOUND


def opened_or_told(database: Path, key: bytes) -> Store | str:
    """The open store, or the sentence why it was not opened."""
    try:
        return Store(database, key)
    except StoreError as told:
        return str(told)


def test_a_flipped_bit_of_the_log_never_loses_an_acknowledged_record_in_silence(
    home: Home, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "_LOOK_AGAIN_S", 0.0)
    home.fill(1)
    sealed = crashed(home)
    database, log = home.folder / "queue.db", home.folder / "queue.db-wal"
    kept = {path: path.read_bytes() for path in (database, log)}
    random = Random(4)
    places = [*range(0, 56, 3), *(random.randrange(len(kept[log])) for _ in range(PLACES))]
    keys = home.keys()
    refused = 0
    for place in places:
        for path, content in kept.items():
            path.write_bytes(content)
        (home.folder / "queue.db-shm").unlink(missing_ok=True)
        flip(log, place, random.randrange(8))
        caplog.clear()
        opened = opened_or_told(database, keys.database)
        if isinstance(opened, str):
            assert "khôi phục từ bản sao lưu" in opened
            # Left as it was found, for who can mend it.
            assert len(log.read_bytes()) == len(kept[log])
            refused += 1
            continue
        found = {row["key"] for row in opened.rows("SELECT key FROM records")}
        opened.close()
        # The last write alone cannot be told from one that a power cut tore; it is said in the program's log.
        lost = set(sealed) - found
        assert lost <= {list(sealed)[-1]}, place
        assert not lost or "not whole" in caplog.text, place
    assert refused > len(places) * 0.8
