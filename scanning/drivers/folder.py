"""A folder (or one file) as a source: what a network scanner or a phone has dropped there."""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from scanning.documents import SUFFIXES, pages_in
from scanning.errors import EmptyFolder, FileNotFound
from scanning.pages import ScannedPage
from scanning.sources import ScanRequest

#: Where a feeder folder puts the files it has given.
TAKEN = "da-lay"


class FolderSource:
    """Gives the pages of every image and PDF in `folder`, in the order a person would count them.

    With `takes_away` it is a feeder: a file whose pages were all asked past is moved to `TAKEN` below the
    folder, so that the next scan gives the next paper. Asking for the next page says that the last is safe.
    """

    def __init__(self, folder: Path, *, takes_away: bool = False) -> None:
        self._folder = folder
        self._takes_away = takes_away

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
        if self._folder.is_file():
            return [self._folder]
        if not self._folder.is_dir():
            raise FileNotFound(self._folder.name)
        found = [
            path
            for path in self._folder.iterdir()
            if path.is_file() and path.suffix.lower() in SUFFIXES and not path.name.startswith(".")
        ]
        if not found:
            raise EmptyFolder(self._folder.name)
        return sorted(found, key=_as_counted)

    def scan(self, request: ScanRequest) -> Iterator[ScannedPage]:
        yield from islice(self._pages(), request.most_pages)

    def _pages(self) -> Iterator[ScannedPage]:
        for path in self.files():
            yield from pages_in(path)
            if self._takes_away:
                _take_away(path)


def _take_away(path: Path) -> None:
    folder = path.parent / TAKEN
    folder.mkdir(exist_ok=True)
    target, number = folder / path.name, 1
    while target.exists():
        number += 1
        target = folder / f"{path.stem} ({number}){path.suffix}"
    path.replace(target)


def _as_counted(path: Path) -> list[tuple[int, int, str]]:
    """Sorts trang-2 before trang-10."""
    parts = re.split(r"(\d+)", path.name.lower())
    return [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in parts]
