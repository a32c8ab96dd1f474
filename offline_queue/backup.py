"""A backup of a station: its database at one moment, the encrypted files that it names, and its marker.

    FOLDER/motcua-STATION/files-MARK/ab/cd…    the files, each once, shared by all backups under one key
    FOLDER/motcua-STATION/20261122T101500/     queue.db, station.json, manifest.json

Everything is encrypted as it lies in the data folder. A backup has its name only when it was read back and
found good; what a stopped one left is files that the next one needs anyway. No key is in it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlcipher3 import dbapi2

from offline_queue.errors import StationInUse, StoreError, UpkeepStopped
from offline_queue.files import FileStore, blob_path, make_folder_durably, sync_folder, write_durably
from offline_queue.integrity import named_blobs, refuse_damaged, required_blobs
from offline_queue.keys import MARKER, StationKeys
from offline_queue.store import connect

DATABASE = "queue.db"
FILES = "files"
_MANIFEST = "manifest.json"

OnProgress = Callable[[int, int], None]
"""Is told how many files are done, and of how many."""
IsCancelled = Callable[[], bool]


def untold(_done: int, _total: int) -> None:
    """For who does not want to know how far it is."""


def never() -> bool:
    """For what nobody can stop."""
    return False


@dataclass(frozen=True)
class Backup:
    """One backup, read back and good. `missing` are files that were already damaged on the station."""

    folder: Path
    made_at: datetime
    station_id: str
    mark: str
    files: int
    copied: int
    missing: tuple[str, ...]

    @property
    def files_folder(self) -> Path:
        """Where its files lie, shared with the other backups under the same key."""
        return pool_of(self.folder.parent, self.mark)


def pool_of(station_folder: Path, mark: str) -> Path:
    """The folder of the files under one key."""
    return station_folder / f"files-{mark}"


def back_up(
    home: Path,
    keys: StationKeys,
    target: Path,
    now: datetime,
    on_progress: OnProgress = untold,
    is_cancelled: IsCancelled = never,
) -> Backup:
    """Makes a backup under `target` while the station works on; whole or absent.

    Files that are there already are not copied again, but read and checked. StoreError when the
    disk refuses or the database is damaged, UpkeepStopped when `is_cancelled` said so.
    """
    marker = (home / MARKER).read_bytes()
    station_folder = target / f"motcua-{json.loads(marker)['station_id']}"
    final = station_folder / f"{now:%Y%m%dT%H%M%S}"
    part = station_folder / f".{final.name}.part"
    try:
        if final.exists():
            raise StoreError(f"Đã có bản sao lưu {final.name}; hãy đợi một giây rồi làm lại.")
        make_folder_durably(station_folder)
        with FileLock(station_folder / "backup.lock").acquire(blocking=False):
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir(mode=0o700)
            try:
                _copy_database(home / DATABASE, keys.database, part / DATABASE)
                write_durably(part / MARKER, marker)
                copied, missing, total = _copy_files(
                    home / FILES, part, station_folder, keys, on_progress, is_cancelled
                )
                backup = Backup(
                    final, now, station_folder.name.removeprefix("motcua-"), keys.mark, total, copied, missing
                )
                _write_manifest(part, backup, keys)
                sync_folder(part)
                os.replace(part, final)
                sync_folder(station_folder)
            except BaseException:
                shutil.rmtree(part, ignore_errors=True)
                raise
            return backup
    except Timeout:
        raise StationInUse("Một lượt sao lưu khác đang ghi vào thư mục này; hãy đợi lượt đó xong.") from None
    except OSError as refused:
        raise StoreError(
            f"Không ghi được bản sao lưu ({refused.strerror}); hãy kiểm tra ổ đĩa sao lưu, dữ liệu trạm còn nguyên."
        ) from refused


def _copy_database(source: Path, key: bytes, target: Path) -> None:
    """A copy made by the database itself, of one moment, while others write; then it is read whole."""
    connection = connect(source, key, is_read_only=True)
    try:
        # A refusal to write would also refuse the copy, which writes into another file.
        connection.execute("PRAGMA query_only = OFF")
        connection.execute("VACUUM INTO ?", (str(target),))
    except dbapi2.DatabaseError as refused:
        raise StoreError(
            "Không sao được cơ sở dữ liệu: ổ sao lưu đầy hoặc dữ liệu có chỗ hỏng; hãy chạy motcua doctor, dữ liệu trạm còn nguyên."
        ) from refused
    finally:
        connection.close()
    with target.open("rb+") as copy:
        os.fsync(copy.fileno())
    refuse_damaged(target, key)


def _copy_files(
    source: Path,
    part: Path,
    station_folder: Path,
    keys: StationKeys,
    on_progress: OnProgress,
    is_cancelled: IsCancelled,
) -> tuple[int, tuple[str, ...], int]:
    pool = pool_of(station_folder, keys.mark)
    kept = FileStore(pool, keys.files, keys.names)
    required = required_blobs(part / DATABASE, keys.database)
    # A hash in a record's body looks like a name and is none: what is not required may be absent.
    names = sorted(
        name
        for name in required | named_blobs(part / DATABASE, keys.database)
        if name in required or blob_path(source, name).exists()
    )
    copied, missing = 0, []
    for done, name in enumerate(names):
        if is_cancelled():
            raise UpkeepStopped("Đã dừng sao lưu theo yêu cầu; các bản sao lưu trước còn nguyên.")
        on_progress(done, len(names))
        if kept.has(name):
            continue
        try:
            raw = blob_path(source, name).read_bytes()
        except OSError:
            missing.append(name)
            continue
        path = blob_path(pool, name)
        make_folder_durably(path.parent)
        write_durably(path, raw)
        if kept.has(name):
            copied += 1
        else:
            missing.append(name)
            path.unlink()
    on_progress(len(names), len(names))
    return copied, tuple(missing), len(names)


def _write_manifest(part: Path, backup: Backup, keys: StationKeys) -> None:
    table = asdict(backup) | {
        "folder": backup.folder.name,
        "made_at": backup.made_at.isoformat(),
        "database_sha256": _sha256(part / DATABASE),
        "marker_sha256": _sha256(part / MARKER),
    }
    table["proof"] = _proof(table, keys)
    write_durably(part / _MANIFEST, json.dumps(table).encode())


def open_backup(folder: Path) -> tuple[Backup, dict[str, Any]]:
    """What a backup says of itself, not checked yet, and its marker; StoreError where it is none."""
    try:
        table = json.loads((folder / _MANIFEST).read_bytes())
        marker = json.loads((folder / MARKER).read_bytes())
        backup = Backup(
            folder,
            datetime.fromisoformat(table["made_at"]),
            str(table["station_id"]),
            str(table["mark"]),
            int(table["files"]),
            int(table["copied"]),
            tuple(table["missing"]),
        )
        return backup, dict(marker)
    except (OSError, ValueError, KeyError, TypeError) as broken:
        raise StoreError(
            f"Thư mục {folder.name} không phải bản sao lưu trọn vẹn; hãy chọn bản khác trong thư mục sao lưu."
        ) from broken


def find_backup(folder: Path) -> Path:
    """The backup that a person means: this very folder, or the latest below it."""
    if (folder / _MANIFEST).exists():
        return folder
    found = [path.parent for path in (*folder.glob(f"*/{_MANIFEST}"), *folder.glob(f"*/*/{_MANIFEST}"))]
    found = [path for path in found if not path.name.startswith(".")]
    if not found:
        raise StoreError(f"Không có bản sao lưu nào trong {folder}; hãy kiểm tra lại thư mục.")
    if len({path.parent for path in found}) > 1:
        raise StoreError(
            f"Trong {folder} có bản sao lưu của nhiều trạm; hãy chỉ rõ thư mục motcua-… của trạm này."
        )
    return max(found, key=lambda path: path.name)


def verify_backup(backup: Backup, keys: StationKeys, on_progress: OnProgress = untold) -> frozenset[str]:
    """Reads a backup whole; gives the names of its files. StoreError with a sentence where it is not good."""
    folder = backup.folder
    try:
        table = json.loads((folder / _MANIFEST).read_bytes())
        proof = str(table.pop("proof"))
        is_whole = (
            hmac.compare_digest(proof, _proof(table, keys))
            and table["database_sha256"] == _sha256(folder / DATABASE)
            and table["marker_sha256"] == _sha256(folder / MARKER)
        )
    except (OSError, ValueError, KeyError, AttributeError):
        is_whole = False
    if not is_whole:
        raise StoreError(f"Bản sao lưu {folder.name} bị thay đổi hoặc hỏng; hãy dùng bản sao lưu khác.")
    refuse_damaged(folder / DATABASE, keys.database)
    kept = FileStore(backup.files_folder, keys.files, keys.names)
    required = required_blobs(folder / DATABASE, keys.database) - set(backup.missing)
    names = sorted(
        name
        for name in required | named_blobs(folder / DATABASE, keys.database)
        if name in required or blob_path(backup.files_folder, name).exists()
    )
    for done, name in enumerate(names):
        on_progress(done, len(names))
        if not kept.has(name) and name in required:
            raise StoreError(
                f"Bản sao lưu {folder.name} thiếu hoặc hỏng một tệp; hãy dùng bản sao lưu ở ổ khác."
            )
    return frozenset(names)


def _proof(table: dict[str, Any], keys: StationKeys) -> str:
    """Shows that a station's own key made the manifest: parts of two backups cannot be put together."""
    text = json.dumps({k: v for k, v in table.items() if k != "proof"}, sort_keys=True, default=list)
    key = hmac.digest(keys.database, b"motcua backup manifest", "sha256")
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
