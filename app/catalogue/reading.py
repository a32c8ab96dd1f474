"""The importer's input side: whoever can turn a source into raw records may feed the catalogue.

A reader says whether a source is its own and yields RawRecords. Their `table` has the shape of the national export (see
docs/catalogue.md); values may be missing, of the wrong type or nonsense: the one normal form is made by
`normalising`, which never raises and names every doubt. A reader of another program is found by its entry point in the
group `motcua.catalogue_readers`; it is asked before our own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Protocol

from app.catalogue.errors import CatalogueError

_HEAD_BYTES = 64 * 1024
ENTRY_POINTS = "motcua.catalogue_readers"


@dataclass(frozen=True)
class RawRecord:
    """One procedure as a reader found it; `where` is for people: a line, a file name."""

    where: str
    table: Mapping[str, Any]


class CatalogueReader(Protocol):
    """Reads one kind of source."""

    @property
    def name(self) -> str:
        """What this kind of source is called in reports, in Vietnamese."""
        ...

    def recognises(self, path: Path, head: bytes) -> bool:
        """True where the source is of this kind; `head` are the first bytes of a file, empty for a folder."""
        ...

    def records(self, path: Path) -> Iterator[RawRecord]:
        """All records, one after the other; a part that cannot be read is a RawRecord with what there is."""
        ...


def readers() -> tuple[CatalogueReader, ...]:
    """Those of other programs first, then our own."""
    from app.catalogue.national_export import NationalExport
    from app.catalogue.portal_record import PortalRecord
    from app.catalogue.written_text import WrittenText

    others = tuple(point.load()() for point in entry_points(group=ENTRY_POINTS))
    return (*others, PortalRecord(), NationalExport(), WrittenText())


def reader_for(path: Path, among: Sequence[CatalogueReader] | None = None) -> CatalogueReader:
    """The reader of that source; CatalogueError with one sentence where nobody knows it."""
    if not path.exists():
        raise CatalogueError(f"Không có tệp “{path.name}”; hãy xem lại đường dẫn.")
    head = b""
    if path.is_file():
        with path.open("rb") as source:
            head = source.read(_HEAD_BYTES)
        if not head.strip():
            raise CatalogueError(f"Tệp “{path.name}” trống; danh mục đang dùng vẫn nguyên.")
    for reader in among if among is not None else readers():
        if reader.recognises(path, head):
            return reader
    raise CatalogueError(
        f"“{path.name}” không phải danh mục thủ tục mà chương trình biết đọc; danh mục đang dùng vẫn nguyên."
    )
