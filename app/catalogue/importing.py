"""One import: a source read, brought into the normal form, and put in use as a version, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from app.catalogue.errors import CatalogueError
from app.catalogue.normalising import normalise
from app.catalogue.reading import CatalogueReader, reader_for
from app.catalogue.versions import CatalogueShelf, VersionFacts
from app.domain.catalogue import CatalogueEntry, Doubt, DoubtKind

_TOLD_EACH = 200


def take_source(
    shelf: CatalogueShelf,
    path: Path,
    now: datetime,
    *,
    is_whole: bool = False,
    readers: Sequence[CatalogueReader] | None = None,
    on_progress: Callable[[int], None] = lambda _count: None,
) -> tuple[VersionFacts, tuple[Doubt, ...]]:
    """Imports a file or folder; the facts of the version now in use, and every doubt.

    `is_whole` says that what the source does not name is ended. CatalogueError where nothing usable was read; the
    version in use then stays.
    """
    reader = reader_for(path, readers)
    entries: dict[str, CatalogueEntry] = {}
    doubts: list[Doubt] = []
    count = 0
    for count, record in enumerate(reader.records(path), 1):
        entry, found = normalise(record)
        doubts += found
        if entry is not None:
            if entry.code in entries:
                # The later one counts, as in the source's own order; the former is told of whole.
                doubts.append(Doubt(DoubtKind.CODE_TWICE, entry.code, record.where, entries[entry.code].name))
            entries[entry.code] = entry
        if count % _TOLD_EACH == 0:
            on_progress(count)
    on_progress(count)
    if not entries:
        raise CatalogueError(f"“{path.name}” không có thủ tục nào dùng được; danh mục đang dùng vẫn nguyên.")
    source = f"{path.name} ({reader.name})"
    return shelf.take(entries.values(), doubts, source, now, is_whole=is_whole), tuple(doubts)
