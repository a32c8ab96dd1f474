"""Who works on a data folder: many programs may use it side by side, or one alone, kept by the system's locks.

A program that is killed is gone from here at once: the operating system gives its locks back.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from offline_queue.errors import StationInUse, StoreError
from offline_queue.files import make_folder_durably

_FOLDER = "in_use"
_GATE = "gate.lock"
#: A restore or a rotation of a big station takes minutes; nobody waits that long before a dead window.
_WAIT_S = 20.0


@contextmanager
def using(home: Path, wait_s: float = _WAIT_S) -> Iterator[None]:
    """Works on the folder beside others; StationInUse when somebody must be alone there for longer."""
    own = _folder(home) / f"{secrets.token_hex(8)}.lock"
    lock = FileLock(own)
    with _gate(home, wait_s):
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
        own.unlink(missing_ok=True)


@contextmanager
def alone(home: Path, wait_s: float = 0.0) -> Iterator[None]:
    """Nobody else works on the folder until the block ends; StationInUse when somebody does now."""
    with _gate(home, wait_s), ExitStack() as held:
        for path in sorted(_folder(home).glob("*.lock")):
            if path.name == _GATE:
                continue
            lock = FileLock(path)
            try:
                held.enter_context(lock.acquire(timeout=wait_s))
            except Timeout:
                raise StationInUse(
                    "Chương trình Một Cửa khác đang mở dữ liệu này; hãy đóng chương trình đó rồi làm lại."
                ) from None
            held.callback(path.unlink, missing_ok=True)
        yield


@contextmanager
def _gate(home: Path, wait_s: float) -> Iterator[None]:
    try:
        with FileLock(_folder(home) / _GATE).acquire(timeout=wait_s):
            yield
    except Timeout:
        raise StationInUse(
            "Dữ liệu của trạm đang được sao, khôi phục hoặc đổi khóa; hãy đợi việc đó xong rồi mở lại."
        ) from None


def _folder(home: Path) -> Path:
    folder = home / _FOLDER
    try:
        make_folder_durably(folder)
    except OSError as refused:
        raise StoreError(
            f"Không ghi được vào thư mục dữ liệu ({refused.strerror}); hãy kiểm tra đĩa và quyền ghi, dữ liệu còn nguyên."
        ) from refused
    return folder
