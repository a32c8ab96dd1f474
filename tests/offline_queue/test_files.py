"""The encrypted file store: what is put comes back, what was touched is refused, a full disk says so."""

from __future__ import annotations

import hashlib
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_queue.errors import StoreError
from offline_queue.files import FileStore, write_durably
from tests.offline_queue.conftest import FILES_KEY, NAMES_KEY

PAGE = b"\xff\xd8\xff\xe0" + Random(7).randbytes(40_000)


def kept_files(tmp_path: Path) -> list[Path]:
    """Every file under the store's folder."""
    return [p for p in (tmp_path / "files").rglob("*") if p.is_file()]


@given(data=st.binary(max_size=2000))
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
def test_what_is_put_comes_back(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    files = FileStore(tmp_path_factory.getbasetemp() / "round-trip", FILES_KEY, NAMES_KEY)
    kept = files.put(data)
    assert files.get(kept.blob) == data
    assert (kept.sha256, kept.size) == (hashlib.sha256(data).hexdigest(), len(data))


def test_neither_content_nor_its_hash_can_be_read_off_the_disk(files: FileStore, tmp_path: Path) -> None:
    kept = files.put(PAGE)
    (path,) = kept_files(tmp_path)
    raw = path.read_bytes()
    assert PAGE[4:40] not in raw
    assert b"\xff\xd8\xff\xe0" not in raw
    name = path.parent.name + path.name
    assert name == kept.blob
    assert kept.sha256 not in name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_same_content_is_kept_once(files: FileStore, tmp_path: Path) -> None:
    assert files.put(PAGE) == files.put(PAGE)
    assert len(kept_files(tmp_path)) == 1
    files.put(PAGE + b"x")
    assert len(kept_files(tmp_path)) == 2


def test_other_keys_give_other_names_and_open_nothing(files: FileStore, tmp_path: Path) -> None:
    kept = files.put(PAGE)
    stranger = FileStore(tmp_path / "files", b"s" * 32, NAMES_KEY)
    with pytest.raises(StoreError, match="bị thay đổi"):
        stranger.get(kept.blob)
    assert FileStore(tmp_path / "elsewhere", FILES_KEY, b"n" * 32).put(PAGE).blob != kept.blob


@pytest.mark.parametrize("place", [0, 3, 4, 15, 16, 20_000, -1])
def test_one_changed_byte_is_refused(files: FileStore, tmp_path: Path, place: int) -> None:
    kept = files.put(PAGE)
    (path,) = kept_files(tmp_path)
    raw = bytearray(path.read_bytes())
    raw[place] ^= 1
    path.write_bytes(raw)
    with pytest.raises(StoreError, match="bị thay đổi"):
        files.get(kept.blob)


@pytest.mark.parametrize("length", [0, 3, 4, 5, 11, 12, 16, 31, 500])
def test_a_file_that_was_cut_short_is_refused(files: FileStore, tmp_path: Path, length: int) -> None:
    kept = files.put(PAGE)
    (path,) = kept_files(tmp_path)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(StoreError, match="bị thay đổi"):
        files.get(kept.blob)


def test_two_swapped_files_are_refused(files: FileStore, tmp_path: Path) -> None:
    one, other = files.put(PAGE), files.put(PAGE[::-1])
    paths = {p.parent.name + p.name: p for p in kept_files(tmp_path)}
    first, second = paths[one.blob].read_bytes(), paths[other.blob].read_bytes()
    paths[one.blob].write_bytes(second)
    paths[other.blob].write_bytes(first)
    for kept in (one, other):
        with pytest.raises(StoreError, match="bị thay đổi"):
            files.get(kept.blob)


def test_a_missing_file_is_a_sentence(files: FileStore) -> None:
    with pytest.raises(StoreError, match="Thiếu một tệp"):
        files.get("0" * 64)


def test_putting_the_content_again_mends_a_spoiled_file(files: FileStore, tmp_path: Path) -> None:
    """`put` promises that the content is safe: an officer who scans the paper again must be able to trust it."""
    kept = files.put(PAGE)
    (path,) = kept_files(tmp_path)
    path.write_bytes(b"MCF1" + bytes(100))
    assert files.put(PAGE) == kept
    assert files.get(kept.blob) == PAGE


def test_every_folder_on_the_way_is_made_durable(
    files: FileStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file whose new folder was not synced can vanish with it at a power cut."""
    synced: list[Path] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        real(handle)
        synced.append(Path(os.readlink(f"/proc/self/fd/{handle}")))

    monkeypatch.setattr(os, "fsync", fsync)
    kept = files.put(PAGE)
    shelf = tmp_path / "files" / kept.blob[:2]
    assert {shelf.parent, shelf.parent.parent} <= set(synced)
    assert [path.parent for path in synced][-2:] == [shelf, shelf.parent]  # the bytes, then their name


def test_a_refused_write_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "receipt.pdf"
    write_durably(target, b"old")

    def refuse(*_paths: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="Input/output"):
        write_durably(target, b"new")
    assert target.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["receipt.pdf"]


_FILL = """
import resource, signal, sys
from pathlib import Path
from offline_queue.errors import StoreError
from offline_queue.files import FileStore
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
if len(sys.argv) > 2:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
files = FileStore(Path(sys.argv[1]), bytes(range(32, 64)), bytes(range(64, 96)))
small = files.put(b"kept before")
try:
    files.put(bytes(3_000_000))
except StoreError as told:
    print(told)
assert files.get(small.blob) == b"kept before"
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MiB where the system lets us make one, else a plain folder."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = (
        os.name == "posix"
        and os.geteuid() == 0
        and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, check=False
        ).returncode
        == 0
    )
    yield folder
    if mounted:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="needs a POSIX file size limit")
def test_a_full_disk_is_a_sentence_and_nothing_half_written_is_left(small_disk: Path) -> None:
    limit = [] if os.path.ismount(small_disk) else ["1000000"]
    done = subprocess.run(
        [sys.executable, "-c", _FILL, str(small_disk / "files"), *limit],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Không ghi được tệp vào đĩa" in done.stdout
    assert "dọn chỗ trống" in done.stdout
    left = [p for p in (small_disk / "files").rglob("*") if p.is_file()]
    assert len(left) == 1
    assert left[0].stat().st_size < 100
