"""A folder (or one file) as a source: what a network scanner or a phone has dropped there."""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from scanning.documents import SUFFIXES, pages_in
from scanning.errors import EmptyFolder, FileNotFound
from scanning.pages import ScannedPage
from scanning.sources import ScanRequest


class FolderSource:
    """Gives the pages of every image and PDF in `folder`, in the order a person would count them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

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
        pages = (page for path in self.files() for page in pages_in(path))
        yield from islice(pages, request.most_pages)


def _as_counted(path: Path) -> list[tuple[int, int, str]]:
    """Sorts trang-2 before trang-10."""
    parts = re.split(r"(\d+)", path.name.lower())
    return [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in parts]
