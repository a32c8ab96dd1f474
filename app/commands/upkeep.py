"""`motcua queue backup | restore | recovery | rotate-key | clean`: looking after what a station keeps."""

from __future__ import annotations

import getpass
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from typing import Any

from app.bootstrap import finish_interrupted, open_station
from app.commands.answers import answer, say, tell
from app.config import Settings
from app.domain.officers import Right
from app.workflow.access import system_user
from app.workflow.clock import StationClock
from app.workflow.errors import WorkflowError
from offline_queue.backup import DATABASE, back_up, find_backup
from offline_queue.keys import MARKER, StationKeys, open_keys
from offline_queue.orphans import collect_orphans
from offline_queue.recovery import write_recovery
from offline_queue.restore import Recovery, restore
from offline_queue.rotation import rotate

_RECOVERY_PASSPHRASE = "MOTCUA_RECOVERY_PASSPHRASE"  # noqa: S105
_NEW_PASSPHRASE = "MOTCUA_NEW_PASSPHRASE"  # noqa: S105


def _backup(options: Namespace, settings: Settings) -> int:
    keys = _keys(settings)
    # An open station is in use: no restore, rotation or clean-up comes between.
    with open_station(settings) as station:
        station.access.require(Right.LOOK_AFTER)
        done = back_up(
            settings.home, keys, options.target.absolute(), station.clock.now(), _progress("Sao lưu")
        )
        station.audit("backup", done.folder.name)
    _report(
        options,
        {
            "folder": str(done.folder),
            "files": done.files,
            "copied": done.copied,
            "missing": len(done.missing),
        },
        f"Đã sao lưu vào {done.folder}: {done.files} tệp, {done.copied} tệp mới; đã đọc lại và khớp.",
    )
    if done.missing:
        tell(
            f"{len(done.missing)} tệp trên trạm đã hỏng từ trước nên không có trong bản sao; hãy khôi phục từ bản cũ."
        )
    if keys.kept_in != "passphrase":
        tell("Bản sao lưu không chứa khóa; hãy giữ tệp khôi phục (motcua queue recovery) ở nơi khác.")
    return 1 if done.missing else 0


def _restore(options: Namespace, settings: Settings) -> int:
    recovery = Recovery(options.recovery, _ask_passphrase(is_new=False)) if options.recovery else None
    done = restore(
        find_backup(options.target.absolute()),
        settings.home,
        settings.key_folder,
        settings.passphrase,
        StationClock().now(),
        system_user(),
        recovery,
        replaces_sound=options.replace,
        on_progress=_progress("Kiểm tra bản sao lưu"),
    )
    table = {
        "folder": str(done.backup.folder),
        "waiting": done.waiting,
        "aside": str(done.aside) if done.aside else None,
        "was_done_before": done.was_done_before,
    }
    if done.was_done_before:
        _report(options, table, "Trạm đã được khôi phục từ bản sao lưu này; không làm gì thêm.")
        return 0
    _report(
        options,
        table,
        f"Đã khôi phục bản sao lưu lúc {done.backup.made_at:%H:%M %d/%m/%Y}; {done.waiting} hồ sơ sẽ hỏi lại hệ thống tỉnh.",
    )
    tell("Số đã cấp trước không dùng nữa; khi có mạng hãy chạy motcua sync, trước đó cấp số biên nhận tạm.")
    if done.aside:
        tell(f"Dữ liệu cũ được giữ nguyên trong {done.aside}.")
    return 0


def _recovery(options: Namespace, settings: Settings) -> int:
    _keys(settings)
    write_recovery(
        settings.home,
        settings.key_folder,
        settings.passphrase,
        options.target.absolute(),
        _ask_passphrase(is_new=True),
    )
    _report(
        options,
        {"file": str(options.target)},
        f"Đã ghi {options.target}; hãy cất tệp và mật khẩu ở hai nơi, ngoài máy này.",
    )
    return 0


def _rotate(options: Namespace, settings: Settings) -> int:
    _keys(settings)
    done = rotate(
        settings.home,
        settings.key_folder,
        settings.passphrase,
        os.environ.get(_NEW_PASSPHRASE) or None,
        _progress("Đổi khóa"),
    )
    _report(
        options,
        {"files": done.files, "damaged": done.damaged, "is_old_key_kept": done.is_old_key_kept},
        f"Đã đổi khóa: cơ sở dữ liệu và {done.files} tệp. Hãy sao lưu lại và làm tệp khôi phục mới ngay.",
    )
    if done.is_old_key_kept:
        tell("Khóa cũ còn được giữ, vì có dữ liệu cũ đặt riêng hoặc tệp hỏng mà khóa mới không mở được.")
    return 1 if done.damaged else 0


def _clean(options: Namespace, settings: Settings) -> int:
    done = collect_orphans(
        settings.home, _keys(settings).database, StationClock().now(), is_dry_run=options.dry_run
    )
    _report(
        options,
        {"files": done.files, "half_written": done.half_written, "size_bytes": done.size_bytes},
        f"{'Có thể dọn' if options.dry_run else 'Đã dọn'} {done.files} tệp thừa, {done.half_written} tệp ghi dở, "
        f"{done.size_bytes / 1024**2:.1f} MB.",
    )
    return 0


Action = Callable[[Namespace, Settings], int]
ACTIONS: Mapping[str, Action] = {
    "backup": _backup,
    "restore": _restore,
    "recovery": _recovery,
    "rotate-key": _rotate,
    "clean": _clean,
}


def _keys(settings: Settings) -> StationKeys:
    """The keys of a station that is there: looking after none must not make a new one."""
    if not (settings.home / MARKER).exists() and not (settings.home / DATABASE).exists():
        raise WorkflowError(f"Chưa có dữ liệu trạm trong {settings.home}; hãy kiểm tra MOTCUA_HOME.")
    finish_interrupted(settings)
    return open_keys(settings.home, settings.key_folder, settings.passphrase)


def _ask_passphrase(*, is_new: bool) -> str:
    given = os.environ.get(_RECOVERY_PASSPHRASE)
    if given:
        return given
    if not sys.stdin.isatty():
        raise WorkflowError(
            f"Cần mật khẩu của tệp khôi phục; hãy đặt biến {_RECOVERY_PASSPHRASE} rồi làm lại."
        )
    asked = getpass.getpass("Mật khẩu của tệp khôi phục: ")
    if is_new and getpass.getpass("Nhập lại mật khẩu: ") != asked:
        raise WorkflowError("Hai lần nhập mật khẩu không giống nhau; hãy làm lại.")
    return asked


def _progress(words: str) -> Callable[[int, int], None]:
    """Tells how far it is each tenth of the way, where it takes long enough to be asked."""
    told = 0

    def on_progress(done: int, total: int) -> None:
        nonlocal told
        if total >= 100 and done * 10 // total > told:
            told = done * 10 // total
            tell(f"{words}: {done}/{total} tệp")

    return on_progress


def _report(options: Namespace, table: Mapping[str, Any], words: str) -> None:
    if options.json:
        answer(table)
    else:
        say(words)
