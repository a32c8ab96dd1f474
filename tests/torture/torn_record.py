"""Records every change that a session makes to the disk, by strace: what the kernel was asked, in its order.

Nothing is compiled, nothing of the program is touched, and every library is seen alike, SQLite included.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

_CALLS = (
    "open,openat,creat,write,pwrite64,writev,pwritev,lseek,fsync,fdatasync,rename,renameat,renameat2,"
    "link,linkat,unlink,unlinkat,rmdir,truncate,ftruncate,fallocate,mkdir,mkdirat,close"
)
_LINE = re.compile(r"(?:\d+ +)?(\w+)\((.*)\) += (-?\d+)(?:<((?:\\x[0-9a-f]{2})*)>)?")
_FD = re.compile(r"(\d+)<((?:\\x[0-9a-f]{2})*)>(\(deleted\))?")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_RESUMED = re.compile(r"\d+ +<\.\.\. \w+ resumed>(.*)", re.DOTALL)
_UNKNOWN = ("writev", "pwritev", "link", "linkat", "fallocate", "truncate")


class Change(StrEnum):
    CREATE = "create"
    MAKE_FOLDER = "make folder"
    WRITE = "write"
    CUT = "cut"  # truncate
    RENAME = "rename"
    REMOVE = "remove"
    SYNC = "sync"  # of a file or a folder


@dataclass(frozen=True)
class Step:
    """One change; paths relative to the recorded folder ("" is the folder itself)."""

    change: Change
    path: str
    to: str = ""
    offset: int = 0  # of a write; the length that a cut leaves
    data: bytes = b""


class NotRecordable(Exception):
    """The session did something to the disk that the model does not know: it must learn it first."""


def why_not() -> str:
    """Why nothing can be recorded here; "" where it can."""
    if os.name != "posix":
        return "strace is for Linux"
    try:
        tried = subprocess.run(
            ["strace", "-f", "-o", "/dev/null", "true"], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return "strace is not installed"
    return "" if tried.returncode == 0 else f"strace may not trace here: {tried.stderr.strip()[-200:]}"


def record(command: list[str], folder: Path, log: Path, environment: dict[str, str]) -> list[Step]:
    """Runs the command and gives every change it made below `folder`, which exists."""
    done = subprocess.run(
        ["strace", "-f", "-y", "-xx", "-s", "33554432", "-e", f"trace={_CALLS}", "-o", str(log), *command],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return list(_steps(log, str(folder.resolve())))


def _steps(log: Path, root: str) -> Iterator[Step]:
    places: dict[str, int] = {}  # where the next plain write of a descriptor goes
    appending: set[str] = set()
    sizes: dict[str, int] = {}
    begun: dict[str, str] = {}
    with log.open(encoding="ascii") as lines:
        for line in lines:
            if (
                (whole := _joined(line, begun)) is None
                or (match := _LINE.match(whole)) is None
                or int(match[3]) < 0
            ):
                continue
            call, told, result = match[1], match[2], int(match[3])
            if call in ("open", "openat", "creat"):
                yield from _opened(root, told, result, match[4] or "", places, appending, sizes)
                continue
            fds = _FD.findall(told)
            if call in ("rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat"):
                yield from _named(root, call, [_plain(text) for text in _TEXT.findall(told)], sizes)
                continue
            if not fds:
                continue
            number, name, is_gone = fds[0]
            path = _below(root, _plain(name))
            if path is None or is_gone:
                continue
            if call in ("fsync", "fdatasync"):
                yield Step(Change.SYNC, path)
            elif call == "lseek":
                places[number] = result
            elif call in ("write", "pwrite64"):
                data = _bytes(_TEXT.findall(told)[0])[:result]
                if call == "pwrite64":
                    offset = int(told.rsplit(",", 1)[1])
                else:
                    offset = sizes.get(path, 0) if number in appending else places.get(number, 0)
                    places[number] = offset + result
                sizes[path] = max(sizes.get(path, 0), offset + result)
                yield Step(Change.WRITE, path, offset=offset, data=data)
            elif call == "ftruncate":
                sizes[path] = int(told.rsplit(",", 1)[1])
                yield Step(Change.CUT, path, offset=sizes[path])
            elif call in _UNKNOWN:
                raise NotRecordable(f"{call} of {path}")


def _joined(line: str, begun: dict[str, str]) -> str | None:
    """A call that another thread interrupted counts from its end; None while it lasts."""
    thread = line.split(" ", 1)[0]
    if "<unfinished ..." in line:
        begun[thread] = line.partition("<unfinished ...")[0]
        return None
    if (match := _RESUMED.match(line)) is not None:
        return begun.pop(thread) + match[1]
    return line


def _opened(
    root: str,
    told: str,
    number: int,
    name: str,
    places: dict[str, int],
    appending: set[str],
    sizes: dict[str, int],
) -> Iterator[Step]:
    path = _below(root, _plain(name))
    if path is None:
        return
    places[str(number)] = 0
    appending.discard(str(number))
    if "O_APPEND" in told:
        appending.add(str(number))
    if "O_CREAT" in told and path not in sizes:
        sizes[path] = 0
        yield Step(Change.CREATE, path)
    elif "O_TRUNC" in told and sizes.get(path, 0):
        sizes[path] = 0
        yield Step(Change.CUT, path)


def _named(root: str, call: str, names: list[str], sizes: dict[str, int]) -> Iterator[Step]:
    paths = [_below(root, name) for name in names]
    path = paths[0] if paths else None
    if path is None:
        return
    if call.startswith("rename"):
        to = paths[1]
        if to is None:
            raise NotRecordable("a file was moved out of the recorded folder")
        sizes[to] = sizes.pop(path, 0)
        yield Step(Change.RENAME, path, to=to)
    elif call.startswith("mkdir"):
        yield Step(Change.MAKE_FOLDER, path)
    else:
        sizes.pop(path, None)
        yield Step(Change.REMOVE, path)


def _below(root: str, path: str) -> str | None:
    """Relative to the recorded folder; None elsewhere. The session names its files by whole paths."""
    if path == root:
        return ""
    return path[len(root) + 1 :] if path.startswith(f"{root}/") else None


def _bytes(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))


def _plain(escaped: str) -> str:
    return os.fsdecode(_bytes(escaped))
