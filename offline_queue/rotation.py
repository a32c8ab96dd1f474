"""A new secret for a station: its database and every stored file are encrypted anew; the old key opens nothing.

A journal holds each secret under the other one. Before it is written nothing has happened; from then on the
change is finished, by whoever opens the station next. Nothing is encrypted in place: the database is
rebuilt beside the old one and read whole before it takes its place, each file is replaced by a rename.
The key of the files' names stays, so that no record has to be rewritten.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from sqlcipher3 import dbapi2

from offline_queue.backup import FILES, OnProgress, untold
from offline_queue.errors import KeyMissing, StationInUse, StoreError
from offline_queue.files import FileStore, blobs_in, sync_folder, write_durably
from offline_queue.integrity import refuse_damaged
from offline_queue.keys import (
    MARKER,
    ROTATION_JOURNAL,
    SECRET_BYTES,
    Marker,
    StationKeys,
    carry_names,
    derive_key,
    forget_secret,
    keep_secret,
    keys_of,
    open_small,
    read_marker,
    read_secret,
    seal_small,
    write_marker,
)
from offline_queue.presence import alone
from offline_queue.restore import ASIDE
from offline_queue.store import connect


@dataclass(frozen=True)
class Rotation:
    """What a change of keys did. `damaged` files opened under no key and were left as they were."""

    files: int
    damaged: int
    is_old_key_kept: bool


def rotate(
    home: Path,
    key_folder: Path,
    passphrase: str | None,
    new_passphrase: str | None = None,
    on_progress: OnProgress = untold,
) -> Rotation:
    """Gives the station in `home` a new secret; nobody else may use it meanwhile.

    `passphrase` opens the old one; the new one is wrapped by `new_passphrase`, else by `passphrase`, else
    kept as at the first start. StationInUse, KeyMissing or StoreError before anything was changed.
    """
    with alone(home):
        if (home / ROTATION_JOURNAL).exists():
            return _finish(home, key_folder, passphrase, on_progress)
        old = read_marker(home / MARKER)
        old_secret = read_secret(old, key_folder, passphrase)
        keys = keys_of(old, old_secret)
        for path in sorted(home.glob("*.db")):
            refuse_damaged(path, keys.database)
        new_secret = secrets.token_bytes(SECRET_BYTES)
        key_name = f"{old['station_id']}-{secrets.token_hex(4)}"
        try:
            new = (
                {"station_id": old["station_id"]}
                | keep_secret(new_secret, key_name, key_folder, new_passphrase or passphrase)
                | carry_names(keys.names, new_secret)
            )
            journal = {
                "old": old,
                "new": new,
                "new_by_old": seal_small(derive_key(old_secret, b"rotation"), new_secret),
                "old_by_new": seal_small(derive_key(new_secret, b"rotation"), old_secret),
            }
            write_durably(home / ROTATION_JOURNAL, json.dumps(journal).encode(), mode=0o600)
        except OSError as refused:
            raise StoreError(
                f"Không ghi được khóa mới ({refused.strerror}); khóa cũ vẫn dùng, hãy kiểm tra đĩa rồi làm lại."
            ) from refused
        return _finish(home, key_folder, passphrase, on_progress)


def finish_rotation(home: Path, key_folder: Path, passphrase: str | None) -> None:
    """Ends a change of keys that was interrupted; nothing to do is the common case."""
    if (home / ROTATION_JOURNAL).exists():
        with alone(home, wait_s=20.0):
            if (home / ROTATION_JOURNAL).exists():
                _finish(home, key_folder, passphrase, untold)


def _finish(home: Path, key_folder: Path, passphrase: str | None, on_progress: OnProgress) -> Rotation:
    journal_file = home / ROTATION_JOURNAL
    try:
        journal = json.loads(journal_file.read_bytes())
        old, new = dict(journal["old"]), dict(journal["new"])
    except (OSError, ValueError, KeyError, TypeError) as broken:
        raise StoreError(f"Tệp {ROTATION_JOURNAL} đã hỏng; hãy khôi phục từ bản sao lưu.") from broken
    try:
        files = damaged = 0
        if read_marker(home / MARKER) != new:
            old_keys, new_keys = _both_keys(old, new, journal, key_folder, passphrase)
            for path in sorted(home.glob("*.db")):
                _rebuild(path, old_keys.database, new_keys.database)
            files, damaged = _encrypt_anew(home / FILES, old_keys, new_keys, on_progress)
            write_marker(home / MARKER, new)
        # Data that a restore moved aside, and files that no key opened, can be read by the old key at best.
        is_old_key_kept = bool(damaged) or any(home.glob(f"{ASIDE}*"))
        if not is_old_key_kept:
            forget_secret(old, key_folder)
        journal_file.unlink()
        sync_folder(home)
    except OSError as refused:
        raise StoreError(
            f"Chưa đổi khóa xong ({refused.strerror}); hãy dọn chỗ trống rồi mở lại để làm nốt, dữ liệu còn nguyên."
        ) from refused
    return Rotation(files, damaged, is_old_key_kept)


def _both_keys(
    old: Marker, new: Marker, journal: dict[str, str], key_folder: Path, passphrase: str | None
) -> tuple[StationKeys, StationKeys]:
    """Either secret opens the other: who has only the new passphrase, or only the old one, can finish."""
    try:
        try:
            old_secret = read_secret(old, key_folder, passphrase)
            new_secret = open_small(derive_key(old_secret, b"rotation"), journal["new_by_old"])
        except KeyMissing:
            new_secret = read_secret(new, key_folder, passphrase)
            old_secret = open_small(derive_key(new_secret, b"rotation"), journal["old_by_new"])
    except (InvalidTag, ValueError, KeyError) as broken:
        raise StoreError(f"Tệp {ROTATION_JOURNAL} đã hỏng; hãy khôi phục từ bản sao lưu.") from broken
    return keys_of(old, old_secret), keys_of(new, new_secret)


def _rebuild(path: Path, old_key: bytes, new_key: bytes) -> None:
    """The same database under the new key, in place only when it was read whole; done already is fine."""
    part = path.with_name(f"{path.name}.next")
    part.unlink(missing_ok=True)
    if _opens(path, new_key):
        return
    connection = connect(path, old_key)
    try:
        # Folds the log in and takes it away: it must not be found beside the new file. Refused while others read.
        if connection.execute("PRAGMA journal_mode = DELETE").fetchone() != ("delete",):
            raise dbapi2.OperationalError("locked")
        connection.execute("VACUUM INTO ?", (str(part),))
    except dbapi2.DatabaseError as refused:
        if "locked" in str(refused):
            raise StationInUse(
                "Chương trình khác đang mở cơ sở dữ liệu; hãy đóng chương trình đó rồi làm lại."
            ) from refused
        raise StoreError(
            "Chưa đổi được khóa của cơ sở dữ liệu; hãy dọn chỗ trống rồi mở lại để làm nốt, dữ liệu còn nguyên."
        ) from refused
    finally:
        connection.close()
    _rekey(part, old_key, new_key)
    refuse_damaged(part, new_key)
    with part.open("rb+") as content:
        os.fsync(content.fileno())
    os.replace(part, path)
    sync_folder(path.parent)


def _rekey(path: Path, old_key: bytes, new_key: bytes) -> None:
    connection = dbapi2.connect(str(path), isolation_level=None)
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{old_key.hex()}'\"")
        connection.execute(f"PRAGMA rekey = \"x'{new_key.hex()}'\"")
    except dbapi2.DatabaseError as refused:
        raise StoreError(
            "Chưa đổi được khóa của cơ sở dữ liệu; hãy dọn chỗ trống rồi mở lại để làm nốt, dữ liệu còn nguyên."
        ) from refused
    finally:
        connection.close()


def _opens(path: Path, key: bytes) -> bool:
    try:
        connect(path, key, is_read_only=True).close()
    except StoreError:
        return False
    return True


def _encrypt_anew(
    folder: Path, old_keys: StationKeys, new_keys: StationKeys, on_progress: OnProgress
) -> tuple[int, int]:
    old_files = FileStore(folder, old_keys.files, old_keys.names)
    new_files = FileStore(folder, new_keys.files, new_keys.names)
    names = sorted(blobs_in(folder))
    damaged = 0
    for done, name in enumerate(names):
        on_progress(done, len(names))
        if new_files.has(name):
            continue
        if not old_files.has(name):
            damaged += 1
        elif new_files.put(old_files.get(name)).blob != name:
            raise StoreError("Một tệp đã lưu không mang đúng tên của nó; hãy chạy motcua doctor.")
    on_progress(len(names), len(names))
    return len(names), damaged
