"""A folder (or one file) as a source: what a network scanner or a phone has dropped there."""

import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from enum import StrEnum
from itertools import islice
from pathlib import Path

from scanning.device_errors import FilesSetAside
from scanning.documents import SUFFIXES, pages_from, pages_in
from scanning.drivers.arrival import Arrival
from scanning.errors import Cancelled, EmptyFolder, FileNotFound, ScanError
from scanning.pages import ScannedPage
from scanning.sources import ScanRequest

#: Where a feeder folder puts the files it has given.
TAKEN = "da-lay"
#: Where it puts files that cannot be read, each with its sentence.
UNREADABLE = "khong-doc-duoc"
_REASON = ".ly-do.txt"
_LEDGER = ".da-lay.json"
_PRIVATE = 0o700
_PARTIAL = re.compile(r"^(\.|~)|~$|\.(part|partial|crdownload|download|tmp|filepart)$", re.IGNORECASE)


class After(StrEnum):
    """What becomes of a file once its pages are safe."""

    KEEP = "keep"
    MOVE = "move"
    DELETE = "delete"


class FolderSource:
    """Gives the pages of every image and PDF in `folder`, in the order a person would count them.

    With `after` set to move or delete it is a feeder: a file whose pages were all asked past goes to `TAKEN`
    below the folder (seen by this account only) or is deleted, so that the next scan gives the next paper.
    Asking for the next page says that the last is safe. Such a feeder waits for files that are still being
    written, and puts files that cannot be read into `UNREADABLE` without stopping at them.

    `takes_away` is the older word for `after=After.MOVE`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        after: After | str = After.KEEP,
        takes_away: bool = False,
        arrival: Arrival | None = None,
    ) -> None:
        self._folder = folder
        self._after = After.MOVE if takes_away else After(after)
        self._arrival = arrival or Arrival()

    @property
    def name(self) -> str:
        return f"Thư mục {self._folder.name}"

    def is_usable(self) -> tuple[bool, str]:
        try:
            self.files()
        except (EmptyFolder, FileNotFound) as error:
            return False, str(error)
        return True, ""

    def files(self) -> list[Path]:
        """The files that will be read; raises FileNotFound or EmptyFolder."""
        found = self._present()
        if not found:
            raise EmptyFolder(self._folder.name)
        return found

    def scan(self, request: ScanRequest) -> Iterator[ScannedPage]:
        """What lies there now. A feeder raises FilesSetAside at its end, after all readable pages."""
        if self._after is After.KEEP:
            pages = (page for path in self.files() for page in pages_in(path))
            yield from islice(pages, request.most_pages)
        else:
            self.files()
            troubles: list[ScanError] = []
            yield from islice(self._fed(self._round(request), request, troubles.append), request.most_pages)
            if troubles:
                raise FilesSetAside(UNREADABLE, [str(trouble) for trouble in troubles])

    def watch(
        self, request: ScanRequest, on_set_aside: Callable[[ScanError], None], *, poll_s: float = 0.5
    ) -> Iterator[ScannedPage]:
        """The pages of every file as it comes, until cancelled; `on_set_aside` hears of each unreadable file.

        Where files are kept, each is given once as long as the watch lasts. Raises Cancelled, and
        FileNotFound once the folder itself is gone.
        """

        def coming() -> Iterator[Path]:
            given: set[str] = set()
            while True:
                for path in self._round(request):
                    if self._after is not After.KEEP:
                        yield path
                    elif (mark := _mark(path)) not in given:
                        given.add(mark)
                        yield path
                _rest(poll_s, request)

        yield from islice(self._fed(coming(), request, on_set_aside), request.most_pages)

    def _present(self) -> list[Path]:
        if self._folder.is_file():
            return [self._folder]
        if not self._folder.is_dir():
            raise FileNotFound(self._folder.name)
        is_feeder = self._after is not After.KEEP
        found = [
            path
            for path in self._folder.iterdir()
            if path.is_file()
            and path.suffix.lower() in SUFFIXES
            and not _PARTIAL.search(path.name)
            # A link dropped into a shared folder could name any file of this account.
            and not (is_feeder and path.is_symlink())
        ]
        return sorted(found, key=_as_counted)

    def _round(self, request: ScanRequest) -> Iterator[Path]:
        """The files there now, each as soon as it is whole; one that vanishes or never fills is passed over."""
        for path in self._present():
            while not self._arrival.is_whole(path):
                if not path.exists() or self._arrival.is_stale_and_empty(path):
                    break
                _rest(self._arrival.step_s, request)
            else:
                yield path

    def _fed(
        self, paths: Iterator[Path], request: ScanRequest, on_set_aside: Callable[[ScanError], None]
    ) -> Iterator[ScannedPage]:
        ledger = _Ledger(self._folder / _LEDGER) if self._after is not After.KEEP else None
        for path in paths:
            if request.cancelled():
                raise Cancelled
            entry = _mark(path)
            try:
                content = path.read_bytes()
            except OSError:
                continue  # taken by someone else, or still locked: the next round tells
            digest = hashlib.sha256(content).hexdigest()
            if ledger is not None and ledger.holds(entry, digest):
                # Its pages are safe: only taking it away had not come to pass.
                self._take_away(path, ledger, entry)
                continue
            try:
                yield from pages_from(content, path.name)
            except ScanError as error:
                if self._after is not After.KEEP:
                    _set_aside(path, error)
                on_set_aside(error)
                continue
            # What has changed meanwhile is another paper: it stays, and comes whole next time.
            if ledger is not None and _mark(path) == entry:
                ledger.enter(entry, digest)
                self._take_away(path, ledger, entry)

    def _take_away(self, path: Path, ledger: "_Ledger", entry: str) -> None:
        try:
            if self._after is After.DELETE:
                path.unlink(missing_ok=True)
            else:
                _move(path, path.parent / TAKEN)
        except OSError:
            return  # held open by a virus scanner, say: the ledger keeps it from being given again
        ledger.strike(entry)


class _Ledger:
    """Files whose pages are safe but which may still lie there: names, times and digests, nothing else.

    Written before a file is taken away and struck afterwards, so that neither a crash in between nor a
    file that will not go makes the same paper come twice.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entries: dict[str, str] = {}
        with suppress(OSError, ValueError):
            told = json.loads(path.read_text("utf-8"))
            self._entries = (
                {str(key): str(value) for key, value in told.items()} if isinstance(told, dict) else {}
            )

    def holds(self, entry: str, digest: str) -> bool:
        return self._entries.get(entry) == digest

    def enter(self, entry: str, digest: str) -> None:
        self._entries[entry] = digest
        self._write()

    def strike(self, entry: str) -> None:
        self._entries.pop(entry, None)
        self._write()

    def _write(self) -> None:
        if not self._entries:
            self._path.unlink(missing_ok=True)
            return
        part = self._path.with_name(f"{self._path.name}.part")
        with part.open("w", encoding="utf-8") as handle:
            json.dump(self._entries, handle)
            handle.flush()
            os.fsync(handle.fileno())
        part.replace(self._path)


def _set_aside(path: Path, error: ScanError) -> None:
    # Where even that fails the file stays, and is spoken of again at the next scan.
    with suppress(OSError):
        target = _move(path, path.parent / UNREADABLE)
        target.with_name(target.name + _REASON).write_text(f"{error}\n", encoding="utf-8")


def _move(path: Path, folder: Path) -> Path:
    """Into a folder that this account alone can open, under a name that is free."""
    folder.mkdir(mode=_PRIVATE, exist_ok=True)
    if os.name == "posix":
        folder.chmod(_PRIVATE)
    target, number = folder / path.name, 1
    while target.exists():
        number += 1
        target = folder / f"{path.stem} ({number}){path.suffix}"
    return path.replace(target)


def _rest(seconds: float, request: ScanRequest) -> None:
    """Waits, asking ten times a second whether to stop."""
    end = time.monotonic() + seconds
    while True:
        if request.cancelled():
            raise Cancelled
        left_s = end - time.monotonic()
        if left_s <= 0:
            return
        time.sleep(min(0.1, left_s))


def _mark(path: Path) -> str:
    """Tells a file from another of the same name."""
    try:
        facts = path.stat()
    except OSError:
        return path.name
    return f"{path.name} {facts.st_size} {facts.st_mtime_ns}"


def _as_counted(path: Path) -> list[tuple[int, int, str]]:
    """Sorts trang-2 before trang-10."""
    parts = re.split(r"(\d+)", path.name.lower())
    return [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in parts]
