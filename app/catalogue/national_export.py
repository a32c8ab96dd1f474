"""The national export: JSON Lines (also gzipped), or one JSON list, of records as the portal gives them."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.catalogue.errors import CatalogueError
from app.catalogue.reading import RawRecord

_GZIP = b"\x1f\x8b"


class NationalExport:
    """Recognised by its first record: an object with a code and a checklist."""

    name = "bản kết xuất của Cơ sở dữ liệu quốc gia"

    def recognises(self, path: Path, head: bytes) -> bool:
        """True for JSON that starts with a record or a list of them."""
        del path
        if head.startswith(_GZIP):
            try:
                head = zlib.decompressobj(wbits=31).decompress(head, 64 * 1024)
            except zlib.error:
                return False
        return head.lstrip(b"\xef\xbb\xbf \t\r\n[").startswith(b"{") and b'"code"' in head

    def records(self, path: Path) -> Iterator[RawRecord]:
        """Each line by itself: one that is no JSON is told of with what stood there."""
        text = _text(path)
        if text.lstrip().startswith("["):
            yield from _list(path, text)
            return
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                yield RawRecord(f"dòng {number}", table_of(line))


def table_of(text: str) -> dict[str, Any]:
    """The JSON object of that text, else a table that holds the text under the key that nobody reads."""
    try:
        table = json.loads(text)
    except (ValueError, RecursionError):
        return {"unread": text}
    return table if isinstance(table, dict) else {"unread": table}


def _list(path: Path, text: str) -> Iterator[RawRecord]:
    try:
        tables = json.loads(text)
    except (ValueError, RecursionError) as broken:
        raise CatalogueError(
            f"“{path.name}” không phải JSON trọn vẹn; danh mục đang dùng vẫn nguyên."
        ) from broken
    for number, table in enumerate(tables, 1):
        yield RawRecord(f"mục {number}", table if isinstance(table, dict) else {"unread": table})


def _text(path: Path) -> str:
    data = path.read_bytes()
    try:
        if data.startswith(_GZIP):
            data = gzip.decompress(data)
        return data.decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as broken:
        raise CatalogueError(
            f"Tệp “{path.name}” bị cắt hoặc hỏng nên chưa nhập gì; danh mục đang dùng vẫn nguyên."
        ) from broken
