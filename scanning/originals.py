"""Pages as bytes: as they came, to be read again after a crash; as finished, to be put in another order."""

import io
import json
from dataclasses import asdict
from itertools import islice

from PIL import Image

from scanning.documents import pages_from
from scanning.errors import NothingScanned
from scanning.pages import (
    DigitisedPage,
    FoundCode,
    PageText,
    PageVerdict,
    ScannedPage,
    Severity,
    TextLine,
    Word,
)

_UNKNOWN_DPI = 1
_HEAD_LENGTH = 8


def pack(page: ScannedPage) -> bytes:
    """The page untouched: the bytes that came, or its pixels without loss where no bytes came."""
    if page.original:
        return page.original
    packed = io.BytesIO()
    dpi = page.dpi or _UNKNOWN_DPI
    Image.fromarray(page.pixels).save(packed, "PNG", compress_level=1, dpi=(dpi, dpi))
    return packed.getvalue()


def unpack(data: bytes, name: str, number: int = 1) -> ScannedPage:
    """The page that `pack` kept, `number` being its place in the file that it came from.

    Raises a ScanError where the bytes hold no such page.
    """
    page = next(islice(pages_from(data, name), number - 1, None), None)
    if page is None:
        raise NothingScanned
    return page


def pack_finished(page: DigitisedPage) -> bytes:
    """A finished page with its words, for `unpack_finished`: reordering pages must not mean reading them again."""
    facts = asdict(page)
    del facts["jpeg"]
    head = json.dumps(facts, ensure_ascii=False).encode()
    return len(head).to_bytes(_HEAD_LENGTH, "big") + head + page.jpeg


def unpack_finished(data: bytes) -> DigitisedPage:
    """What `pack_finished` packed."""
    end = _HEAD_LENGTH + int.from_bytes(data[:_HEAD_LENGTH], "big")
    facts = json.loads(data[_HEAD_LENGTH:end])
    lines = tuple(
        TextLine(tuple(Word(w["text"], w["confidence"], tuple(w["box"])) for w in line["words"]))
        for line in facts.pop("text")["lines"]
    )
    verdicts = tuple(
        PageVerdict(v["name"], Severity(v["severity"]), v["advice"]) for v in facts.pop("verdicts")
    )
    codes = tuple(FoundCode(c["text"], c["form"], tuple(c["box"])) for c in facts.pop("codes"))
    return DigitisedPage(jpeg=data[end:], text=PageText(lines), verdicts=verdicts, codes=codes, **facts)
