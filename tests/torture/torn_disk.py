"""A disk that forgets: a recorded session is replayed up to a moment, and what was not synced is left to chance.

The rules are harsher than any one file system's. Of a file, the writes since its last fsync are each kept,
dropped or garbled, sector by sector and in any order. Of a folder, the names made, changed and removed since
its own last fsync are kept up to some point of their order. An fsync of a file does not save its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath
from random import Random

from tests.torture.torn_record import Change, Step

#: SQLite rebuilds it at each start and never trusts what a crash left in it.
_SHARED_MEMORY = "-shm"
_SHARED_MEMORY_BYTES = 32768


class Mood(StrEnum):
    """How a disk treats what it was not told to keep."""

    KEEPS = "keeps all"
    DROPS = "drops all"
    IN_ORDER = "keeps the first ones"
    SUBSET = "keeps any of them"
    GARBLES = "keeps, drops or garbles any of them"


@dataclass
class _File:
    synced: bytes = b""
    pending: list[Step] = field(default_factory=list)  # writes and cuts since

    def sync(self) -> None:
        self.synced, self.pending = _applied(self.synced, self.pending), []


@dataclass
class _Folder:
    synced: dict[str, _File | _Folder] = field(default_factory=dict)
    pending: list[tuple[str, str, _File | _Folder | None]] = field(default_factory=list)

    def now(self) -> dict[str, _File | _Folder]:
        """The names as the running program sees them."""
        return self.after(len(self.pending))

    def after(self, count: int) -> dict[str, _File | _Folder]:
        names = dict(self.synced)
        for old, new, node in self.pending[:count]:
            names.pop(old, None)
            if node is not None:
                names[new] = node
        return names

    def sync(self) -> None:
        self.synced, self.pending = self.now(), []


class Disk:
    """Takes the steps of a session; `rebuild` writes what a power cut could leave now."""

    def __init__(self, made_before: Sequence[str] = ()) -> None:
        self._root = _Folder()
        for name in made_before:
            self.take(Step(Change.MAKE_FOLDER, name))
        self._root.sync()

    def take(self, step: Step) -> None:
        """One change comes."""
        match step.change:
            case Change.SYNC:
                node = self._find(step.path)
                if node is not None:
                    node.sync()
            case Change.CREATE:
                self._put("", step.path, _File())
            case Change.MAKE_FOLDER:
                self._put("", step.path, _Folder())
            case Change.RENAME:
                assert _parent(step.path) == _parent(step.to)
                self._put(_name(step.path), step.to, self._find(step.path))
            case Change.REMOVE:
                self._put(_name(step.path), step.path, None)
            case Change.WRITE | Change.CUT:
                node = self._find(step.path)
                assert isinstance(node, _File)
                node.pending.append(step)

    def rebuild(self, folder: Path, mood: Mood, sector: int, random: Random) -> int:
        """Writes the files; how many changes had to be left to chance."""
        return _rebuild(self._root, folder, mood, sector, random)

    def _put(self, old: str, path: str, node: _File | _Folder | None) -> None:
        folder = self._find(_parent(path))
        assert isinstance(folder, _Folder)
        folder.pending.append((old, _name(path), node))

    def _find(self, path: str) -> _File | _Folder | None:
        node: _File | _Folder | None = self._root
        for part in PurePosixPath(path).parts:
            if not isinstance(node, _Folder):
                return None
            node = node.now().get(part)
        return node


def _rebuild(folder: _Folder, path: Path, mood: Mood, sector: int, random: Random) -> int:
    path.mkdir(parents=True, exist_ok=True)
    chances = len(folder.pending)
    for name, node in folder.after(_kept_count(len(folder.pending), mood, random)).items():
        if isinstance(node, _Folder):
            chances += _rebuild(node, path / name, mood, sector, random)
        elif name.endswith(_SHARED_MEMORY):
            (path / name).write_bytes(random.randbytes(_SHARED_MEMORY_BYTES))
        else:
            chances += len(node.pending)
            (path / name).write_bytes(_torn(node, mood, sector, random))
    return chances


def _kept_count(count: int, mood: Mood, random: Random) -> int:
    match mood:
        case Mood.KEEPS:
            return count
        case Mood.DROPS:
            return 0
    return random.randint(0, count)


def _torn(file: _File, mood: Mood, sector: int, random: Random) -> bytes:
    match mood:
        case Mood.KEEPS:
            return _applied(file.synced, file.pending)
        case Mood.DROPS:
            return file.synced
        case Mood.IN_ORDER:
            return _applied(file.synced, file.pending[: random.randint(0, len(file.pending))])
    content = bytearray(file.synced)
    for step in file.pending:
        if step.change is Change.CUT:
            if random.random() < 0.5:
                content = bytearray(_applied(bytes(content), [step]))
            continue
        for start, part in _sectors(step, sector):
            fate = random.random()
            if fate < 0.4:
                _write(content, start, part)
            elif fate < 0.6 and mood is Mood.GARBLES:
                _write(content, start, random.randbytes(len(part)))
            elif fate < 0.8:
                # The length was noted, the bytes never came.
                _lengthen(content, start + len(part))
    return bytes(content)


def _sectors(step: Step, sector: int) -> list[tuple[int, bytes]]:
    """A write cut where the disk's sectors end."""
    parts, offset, end = [], step.offset, step.offset + len(step.data)
    while offset < end:
        stop = min(end, (offset // sector + 1) * sector)
        parts.append((offset, step.data[offset - step.offset : stop - step.offset]))
        offset = stop
    return parts


def _applied(content: bytes, steps: Sequence[Step]) -> bytes:
    result = bytearray(content)
    for step in steps:
        if step.change is Change.CUT:
            del result[step.offset :]
            _lengthen(result, step.offset)
        else:
            _write(result, step.offset, step.data)
    return bytes(result)


def _write(content: bytearray, offset: int, data: bytes) -> None:
    _lengthen(content, offset)
    content[offset : offset + len(data)] = data


def _lengthen(content: bytearray, length: int) -> None:
    content.extend(bytes(max(0, length - len(content))))


def _parent(path: str) -> str:
    return str(PurePosixPath(path).parent) if "/" in path else ""


def _name(path: str) -> str:
    return PurePosixPath(path).name
