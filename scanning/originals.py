"""Pages as bytes: as they came, to be read again after a crash; as finished, to be put in another order."""

import io
import json
from dataclasses import asdict, replace
from itertools import accumulate, islice, pairwise

from PIL import Image

from scanning.documents import pages_from
from scanning.errors import NothingScanned
from scanning.ink_pieces import InkPieces
from scanning.pages import (
    DigitisedPage,
    FoundCode,
    PageLayers,
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
    facts, parts = asdict(replace(page, jpeg=b"", layers=None, pieces=None)), [page.jpeg]
    del facts["jpeg"], facts["layers"]
    if page.pieces is not None:
        facts["pieces"] = page.pieces.to_json()
    if page.layers is not None:
        parts += [page.layers.paper, page.layers.ink, page.layers.mask]
        facts["layers"] = [page.layers.paper_size, page.layers.ink_size, page.layers.mask_size]
    facts["lengths"] = [len(part) for part in parts]
    head = json.dumps(facts, ensure_ascii=False).encode()
    return b"".join((len(head).to_bytes(_HEAD_LENGTH, "big"), head, *parts))


def unpack_finished(data: bytes) -> DigitisedPage:
    """What `pack_finished` packed."""
    end = _HEAD_LENGTH + int.from_bytes(data[:_HEAD_LENGTH], "big")
    facts = json.loads(data[_HEAD_LENGTH:end])
    ends = list(accumulate(facts.pop("lengths"), initial=end))
    jpeg, *rest = (data[start:stop] for start, stop in pairwise(ends))
    layers = None
    if (sizes := facts.pop("layers", None)) is not None:
        paper_size, ink_size, mask_size = map(tuple, sizes)
        layers = PageLayers(rest[0], paper_size, rest[1], ink_size, rest[2], mask_size)
    lines = tuple(
        TextLine(tuple(Word(**{**word, "box": tuple(word["box"])}) for word in line["words"]))
        for line in facts.pop("text")["lines"]
    )
    verdicts = tuple(
        PageVerdict(v["name"], Severity(v["severity"]), v["advice"]) for v in facts.pop("verdicts")
    )
    codes = tuple(FoundCode(c["text"], c["form"], tuple(c["box"])) for c in facts.pop("codes"))
    kept = facts.pop("pieces")
    return DigitisedPage(
        jpeg=jpeg,
        text=PageText(lines),
        verdicts=verdicts,
        codes=codes,
        layers=layers,
        pieces=InkPieces.from_json(kept) if kept else None,
        **facts,
    )
