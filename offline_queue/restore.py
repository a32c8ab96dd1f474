"""A backup brought back: checked whole, put in place at once, what was there moved aside and kept.

An older state has forgotten what came after it. So the restored station gives out no serial that it knew
(each may have been used since), forgets numbers it was asking for, and asks the province again for every
record that was not accepted: the same key and body is harmless there.
"""

from __future__ import annotations

import os
import secrets
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from offline_queue.backup import DATABASE, FILES, Backup, OnProgress, open_backup, untold, verify_backup
from offline_queue.errors import KeyMissing, StoreError
from offline_queue.files import blob_path, make_folder_durably, sync_folder, write_durably
from offline_queue.integrity import check_database
from offline_queue.keys import (
    MARKER,
    RESTORE_READY,
    ROTATION_JOURNAL,
    Marker,
    StationKeys,
    keep_secret,
    keys_of,
    read_marker,
    read_secret,
    write_marker,
)
from offline_queue.presence import alone
from offline_queue.records import add_history, write_audit
from offline_queue.recovery import read_recovery
from offline_queue.store import Store

_STAGING = "restoring.part"
ASIDE = "aside-"
_RESTORED_FROM = "restored_from"
#: Of a lease that was asked for before the backup: its blocks may have been given out and used since.
_LEASE_REQUEST = "lease_request"


@dataclass(frozen=True)
class Recovery:
    """A recovery file and the passphrase that opens it."""

    file: Path
    passphrase: str


@dataclass(frozen=True)
class Restored:
    """What a restore did. `aside` is where the former data lie; None where there were none."""

    backup: Backup
    waiting: int
    aside: Path | None
    was_done_before: bool = False


def restore(
    folder: Path,
    home: Path,
    key_folder: Path,
    passphrase: str | None,
    now: datetime,
    officer: str,
    recovery: Recovery | None = None,
    *,
    replaces_sound: bool = False,
    on_progress: OnProgress = untold,
) -> Restored:
    """Brings the backup in `folder` back into `home`, which must be empty or damaged.

    A sound station there is left alone with a sentence unless `replaces_sound`; one that was restored
    from this very backup is left as it is. Killed at any moment, nothing is lost and it can be done again.
    Raises StoreError, KeyMissing or StationInUse, each before anything in `home` was changed.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with alone(home):
        _move_in(home)
        backup, marker = open_backup(folder)
        if _is_sound(home, key_folder, passphrase) and not replaces_sound:
            if _restored_from(home, key_folder, passphrase) == _name_of(backup):
                return Restored(backup, 0, None, was_done_before=True)
            raise StoreError(
                "Thư mục dữ liệu đang có một trạm nguyên vẹn nên không khôi phục đè lên; "
                "nếu thật sự muốn, hãy thêm --replace, dữ liệu cũ sẽ được giữ riêng."
            )
        secret = _secret_of(backup, marker, key_folder, passphrase, recovery)
        keys = keys_of(marker, secret)
        names = verify_backup(backup, keys, on_progress)
        staging = home / _STAGING
        try:
            shutil.rmtree(staging, ignore_errors=True)
            _copy(backup, names, staging)
            waiting = _make_honest(staging / DATABASE, keys, backup, now, officer)
            write_marker(staging / MARKER, _settled(marker, secret, keys, key_folder, passphrase, recovery))
            sync_folder(staging)
            os.replace(staging, home / RESTORE_READY)
            sync_folder(home)
        except OSError as refused:
            shutil.rmtree(staging, ignore_errors=True)
            raise StoreError(
                f"Không ghi được dữ liệu khôi phục ({refused.strerror}); hãy dọn chỗ trống rồi làm lại, dữ liệu cũ còn nguyên."
            ) from refused
        except BaseException:
            shutil.rmtree(staging, ignore_errors=True)
            raise
        return Restored(backup, waiting, _move_in(home))


def finish_restore(home: Path) -> None:
    """Puts in place what an interrupted restore had ready; nothing to do is the common case."""
    if (home / RESTORE_READY).exists():
        with alone(home, wait_s=20.0):
            _move_in(home)


def _move_in(home: Path) -> Path | None:
    """Swaps the ready data in, piece by piece: what is still in the ready folder is what is still to be done."""
    ready = home / RESTORE_READY
    if not ready.exists():
        return None
    stamp = ready / "aside"
    if not stamp.exists():
        write_durably(stamp, f"{ASIDE}{secrets.token_hex(4)}".encode())
    aside = home / stamp.read_text("ascii")
    if (ready / DATABASE).exists():
        # The log of the former database would be taken for the new one's.
        for name in (f"{DATABASE}-wal", f"{DATABASE}-shm", f"{DATABASE}.next", ROTATION_JOURNAL):
            _move_aside(home / name, aside)
        for path in home.glob("*.before-step-*"):
            _move_aside(path, aside)
    for name in (FILES, DATABASE, MARKER):
        if (ready / name).exists():
            _move_aside(home / name, aside)
            os.replace(ready / name, home / name)
            sync_folder(home)
    shutil.rmtree(ready)
    sync_folder(home)
    return aside if aside.exists() else None


def _move_aside(path: Path, aside: Path) -> None:
    if not path.exists():
        return
    aside.mkdir(exist_ok=True, mode=0o700)
    os.replace(path, aside / path.name)
    sync_folder(aside)
    sync_folder(path.parent)


def _secret_of(
    backup: Backup, marker: Marker, key_folder: Path, passphrase: str | None, recovery: Recovery | None
) -> bytes:
    if recovery is not None:
        return read_recovery(recovery.file, recovery.passphrase, backup.mark)
    try:
        secret = read_secret(marker, key_folder, passphrase)
    except KeyMissing as missing:
        raise KeyMissing(
            "Máy này không có khóa của bản sao lưu; hãy thêm tệp khôi phục (--recovery) hoặc mật khẩu của trạm."
        ) from missing
    if StationKeys.derive(secret, "").mark != backup.mark:
        raise KeyMissing(
            "Khóa trên máy này không phải khóa của bản sao lưu; hãy thêm tệp khôi phục (--recovery)."
        )
    return secret


def _settled(
    marker: Marker,
    secret: bytes,
    keys: StationKeys,
    key_folder: Path,
    passphrase: str | None,
    recovery: Recovery | None,
) -> Marker:
    """The marker for this machine; a secret from a recovery file is put where this machine keeps secrets."""
    if recovery is None:
        return marker
    kept = {name: marker[name] for name in ("station_id", "names_sealed") if name in marker}
    # A name of its own: whatever lies under the former one, damaged or not, is not overwritten.
    return kept | keep_secret(secret, f"{marker['station_id']}-{keys.mark}", key_folder, passphrase)


def _copy(backup: Backup, names: frozenset[str], staging: Path) -> None:
    staging.mkdir(mode=0o700)
    (staging / FILES).mkdir(mode=0o700)
    for name in sorted(names):
        source = blob_path(backup.files_folder, name)
        if source.exists():
            target = blob_path(staging / FILES, name)
            make_folder_durably(target.parent)
            write_durably(target, source.read_bytes())
    write_durably(staging / DATABASE, (backup.folder / DATABASE).read_bytes())


def _make_honest(database: Path, keys: StationKeys, backup: Backup, now: datetime, officer: str) -> int:
    """Takes out of the copy what may have been used since it was made; gives how many records wait."""
    store = Store(database, keys.database)
    try:
        with store.transaction() as db:
            db.execute("UPDATE number_blocks SET next = last + 1")
            db.execute("DELETE FROM settings WHERE name = ?", [_LEASE_REQUEST])
            db.execute("UPDATE outbox SET state = 'sealed' WHERE state = 'sending'")
            db.execute(
                "UPDATE outbox SET attempts = 0, wait_s = 0, next_try_at = NULL WHERE state != 'accepted'"
            )
            waiting = store.rows("SELECT record_key FROM outbox WHERE state != 'accepted' ORDER BY position")
            for row in waiting:
                key = row["record_key"]
                db.execute(
                    "UPDATE record_files SET upload_url = NULL, sent_at = NULL WHERE record_key = ?", [key]
                )
                add_history(
                    store,
                    key,
                    now,
                    "restored",
                    f"Khôi phục từ bản sao lưu lúc {backup.made_at:%H:%M %d/%m/%Y}, sẽ hỏi lại hệ thống tỉnh",
                )
            write_audit(store, now, officer, "restore", _name_of(backup))
            db.table("settings").upsert({"name": _RESTORED_FROM, "value": _name_of(backup)}, pk="name")
    finally:
        store.close()
    for leftover in database.parent.glob(f"{DATABASE}-*"):
        leftover.unlink()
    with database.open("rb+") as content:
        os.fsync(content.fileno())
    return len(waiting)


def _name_of(backup: Backup) -> str:
    return f"{backup.station_id}/{backup.folder.name}"


def _keys_in(home: Path, key_folder: Path, passphrase: str | None) -> StationKeys:
    marker = read_marker(home / MARKER)
    return keys_of(marker, read_secret(marker, key_folder, passphrase))


def _is_sound(home: Path, key_folder: Path, passphrase: str | None) -> bool:
    """True for a station that can be worked with: its key, its database and every page of it are good."""
    if (home / ROTATION_JOURNAL).exists():
        return True
    try:
        return check_database(home / DATABASE, _keys_in(home, key_folder, passphrase).database) is None
    except StoreError:
        return False


def _restored_from(home: Path, key_folder: Path, passphrase: str | None) -> str | None:
    if (home / ROTATION_JOURNAL).exists():
        return None
    store = Store(home / DATABASE, _keys_in(home, key_folder, passphrase).database)
    try:
        return store.get_setting(_RESTORED_FROM)
    finally:
        store.close()
