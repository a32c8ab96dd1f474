"""A share of the torn writes, and the rules of the disk that forgets."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from tests.torture.torn_disk import Disk, Mood
from tests.torture.torn_record import Change, Step, record, why_not

ROOT = Path(__file__).parents[2]
STATES = 60
needs_strace = pytest.mark.skipif(bool(why_not()), reason=why_not() or "strace works")


@needs_strace
def test_a_folder_torn_by_a_power_cut_opens_with_everything_that_was_told() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.torture", "torn", "--count", str(STATES), "--seed", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    facts = re.search(r"(\d+) states .* (\d+) changes left to chance; (\d+) promises", done.stdout)
    assert facts is not None
    assert int(facts[1]) == STATES
    assert int(facts[2]) > STATES
    assert int(facts[3]) > STATES


_TELLTALE = """
import os, sys
folder = sys.argv[1]
os.mkdir(folder + "/a")
handle = os.open(folder + "/a/.part", os.O_WRONLY | os.O_CREAT)
os.write(handle, b"mot"); os.write(handle, "cửa".encode()); os.pwrite(handle, b"M", 0); os.fsync(handle)
os.ftruncate(handle, 4); os.close(handle)
os.rename(folder + "/a/.part", folder + "/a/tệp")
there = os.open(folder + "/a", os.O_RDONLY); os.fsync(there)
more = os.open(folder + "/a/tệp", os.O_WRONLY | os.O_APPEND); os.write(more, b"+")
os.unlink(folder + "/a/tệp")
open("/dev/null", "w").write("elsewhere")
"""


@needs_strace
def test_the_recorder_sees_every_change_with_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "watched").mkdir()
    steps = record(
        [sys.executable, "-c", _TELLTALE, str(tmp_path / "watched")],
        tmp_path / "watched",
        tmp_path / "log",
        {},
    )
    assert steps == [
        Step(Change.MAKE_FOLDER, "a"),
        Step(Change.CREATE, "a/.part"),
        Step(Change.WRITE, "a/.part", offset=0, data=b"mot"),
        Step(Change.WRITE, "a/.part", offset=3, data="cửa".encode()),
        Step(Change.WRITE, "a/.part", offset=0, data=b"M"),
        Step(Change.SYNC, "a/.part"),
        Step(Change.CUT, "a/.part", offset=4),
        Step(Change.RENAME, "a/.part", to="a/tệp"),
        Step(Change.SYNC, "a"),
        Step(Change.WRITE, "a/tệp", offset=4, data=b"+"),
        Step(Change.REMOVE, "a/tệp"),
    ]


_FIRST_START = """
import sys
from pathlib import Path
from app.bootstrap import open_station
from app.config import PrinterSettings, Settings
folder = Path(sys.argv[1])
printer = PrinterSettings(kind="folder", folder=str(folder / "printed"))
with open_station(Settings(home=folder / "home", key_folder=folder / "keys", printer=printer)) as station:
    station.keep_file(b"a page")
    station.printer.submit(b"%PDF", "receipt")
"""


@needs_strace
def test_the_folders_of_the_first_start_are_as_durable_as_what_is_in_them(tmp_path: Path) -> None:
    watched = tmp_path / "watched"
    watched.mkdir()
    null = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    disk = Disk()
    for step in record([sys.executable, "-c", _FIRST_START, str(watched)], watched, tmp_path / "log", null):
        disk.take(step)
    disk.rebuild(tmp_path / "after", Mood.DROPS, 512, Random(1))
    found = {path.relative_to(tmp_path / "after").as_posix() for path in (tmp_path / "after").iterdir()}
    assert found >= {"home", "keys", "printed"}


def _outcomes(disk: Disk, folder: Path, mood: Mood, sector: int = 4) -> set[tuple[tuple[str, bytes], ...]]:
    found = set()
    for seed in range(300):
        target = folder / str(seed)
        disk.rebuild(target, mood, sector, Random(seed))
        found.add(
            tuple(
                sorted((str(p.relative_to(target)), p.read_bytes()) for p in target.rglob("*") if p.is_file())
            )
        )
    return found


def test_what_was_synced_stays_in_every_mood(tmp_path: Path) -> None:
    disk = Disk()
    for step in (
        Step(Change.CREATE, "f"),
        Step(Change.WRITE, "f", data=b"12345678"),
        Step(Change.SYNC, "f"),
        Step(Change.SYNC, ""),
    ):
        disk.take(step)
    for mood in Mood:
        assert _outcomes(disk, tmp_path / mood, mood) == {(("f", b"12345678"),)}


def test_a_synced_file_whose_name_was_not_synced_may_be_gone(tmp_path: Path) -> None:
    disk = Disk()
    for step in (
        Step(Change.CREATE, "f"),
        Step(Change.WRITE, "f", data=b"1"),
        Step(Change.SYNC, "f"),
        Step(Change.RENAME, "f", to="g"),
    ):
        disk.take(step)
    gone, old, new = (), (("f", b"1"),), (("g", b"1"),)
    assert _outcomes(disk, tmp_path / "drops", Mood.DROPS) == {gone}
    assert _outcomes(disk, tmp_path / "keeps", Mood.KEEPS) == {new}
    assert _outcomes(disk, tmp_path / "any", Mood.SUBSET) == {gone, old, new}


def test_unsynced_sectors_come_in_any_combination(tmp_path: Path) -> None:
    disk = Disk()
    head = "0123456789abcdef"  # as long as what the model spares
    for step in (
        Step(Change.CREATE, "f"),
        Step(Change.WRITE, "f", data=head.encode() + b"--------"),
        Step(Change.SYNC, "f"),
        Step(Change.SYNC, ""),
        Step(Change.WRITE, "f", offset=16, data=b"AAAABBBB"),
    ):
        disk.take(step)
    in_order = {one[0][1][16:] for one in _outcomes(disk, tmp_path / "order", Mood.IN_ORDER)}
    assert in_order == {b"--------", b"AAAABBBB"}
    subset = {one[0][1][16:] for one in _outcomes(disk, tmp_path / "any", Mood.SUBSET)}
    assert subset == {b"--------", b"AAAA----", b"----BBBB", b"AAAABBBB"}
    assert len(_outcomes(disk, tmp_path / "garbled", Mood.GARBLES)) > 20
