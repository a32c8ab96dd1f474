"""What of a citizen could be read off a disk by somebody who has no key."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.workflow.station import Station
from scanning.documents import pages_in
from scanning.originals import pack
from scanning.samples.people import SAMPLE_REQUESTER, SAMPLE_SUBJECT
from tests.faults.story import StoryTeller
from tests.faults.story_child import PHONE

#: Whole facts and telling parts of them; each is looked for in several spellings.
FACTS = (
    SAMPLE_REQUESTER.full_name,
    SAMPLE_REQUESTER.personal_id,
    SAMPLE_REQUESTER.residence,
    "Y Moan Ênuôl",
    SAMPLE_SUBJECT.full_name,
    SAMPLE_SUBJECT.personal_id,
    SAMPLE_SUBJECT.residence,
    PHONE,
    "215/1992",
)
MARKS = (b"%PDF", b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xdb", b"JFIF", b"SQLite format 3", b"xpacket")
SLICE_BYTES = 24


def spellings() -> Iterator[bytes]:
    """Every fact as it might be written."""
    for fact in FACTS:
        for text in (fact, fact.upper(), fact.lower(), unicodedata.normalize("NFD", fact)):
            for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
                yield text.encode(encoding)


def pieces_of_content(teller: StoryTeller, page: Path) -> list[bytes]:
    """Pieces of every file that the station keeps, and of the page as it came from the scanner."""

    def read(station: Station) -> list[bytes]:
        (row,) = station.queue()
        return [station.file(entry.blob) for entry in station.record(row.key).files]

    contents = [*teller.look(read), page.read_bytes(), *(pack(p) for p in pages_in(page))]
    return [
        content[len(content) * share // 10 :][:SLICE_BYTES]
        for content in contents
        for share in (1, 3, 5, 7, 9)
    ]


def found_in_clear(folder: Path, pieces: Sequence[bytes] = ()) -> list[str]:
    """What can be read off the disk: one line for each finding, that names the file and not the fact."""
    found = []
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if any(fact in name for fact in (*FACTS, "to-khai")):
            found.append(f"{name}: its name")
        if not path.is_file():
            continue
        raw = path.read_bytes()
        found += [f"{name}: a fact" for fact in spellings() if fact in raw]
        # A short mark may stand in random bytes by chance: only where a file begins is it telling.
        found += [f"{name}: mark {mark!r}" for mark in MARKS if mark in (raw if len(mark) > 4 else raw[:64])]
        found += [f"{name}: a piece of content" for piece in pieces if piece in raw]
    return found
