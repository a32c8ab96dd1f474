"""Single values out of a raw record: composed, counted and dated, and a doubt for each that is not believed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from app.catalogue.reading import RawRecord
from app.domain.catalogue import Doubt, DoubtKind

_MOST_COPIES = 20
_RAW_LETTERS = 300
_BLANKS = re.compile(r"[\r\n\t\u00a0\u3000\u2000-\u200a\u202f]+")
_INVISIBLE = ("Cf", "Cc", "Co", "Cs", "Cn")


class RawValues:
    """Reads the values of one record; nothing here raises."""

    def __init__(self, record: RawRecord) -> None:
        self.record, self.table = record, record.table
        self.doubts: list[Doubt] = []
        self.code = ""

    def doubt(self, kind: DoubtKind, where: str, raw: object) -> None:
        shown = raw if isinstance(raw, str) else repr(raw)
        self.doubts.append(Doubt(kind, self.code, where, shown[:_RAW_LETTERS]))

    def text(self, where: str, value: object) -> str:
        """Composed, without invisible letters, with single spaces; line breaks stay."""
        if value is None:
            return ""
        if not isinstance(value, str):
            if isinstance(value, int | float):
                return str(value)
            self.doubt(DoubtKind.NOT_UNDERSTOOD, where, value)
            return ""
        clean = value
        # A printable text has no invisible letter; most are, but for their line breaks.
        if not _BLANKS.sub(" ", value).isprintable():
            clean = "".join(c for c in value if c in "\r\n\t" or unicodedata.category(c) not in _INVISIBLE)
            if len(clean) != len(value):
                self.doubt(DoubtKind.INVISIBLE_LETTER, where, ascii(value))
        lines = (" ".join(line.split()) for line in unicodedata.normalize("NFC", clean).splitlines())
        return "\n".join(line for line in lines if line)

    def line(self, where: str, value: object) -> str:
        """As `text`, on one line."""
        return self.text(where, value).replace("\n", " ")

    def code_in(self, where: str, value: object, shape: re.Pattern[str]) -> str:
        """The code exactly as it came, but for spaces around it; one of another shape is a doubt."""
        text = value.strip() if isinstance(value, str) else "" if value is None else str(value)
        if text and not shape.fullmatch(text):
            self.doubt(DoubtKind.CODE_SHAPE, where, text)
        return text

    def maps(self, where: str, value: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The tables of a list; anything else in its place is a doubt."""
        if value is None or value == "":
            return
        if not isinstance(value, list | tuple):
            self.doubt(DoubtKind.NOT_UNDERSTOOD, where, value)
            return
        for n, each in enumerate(value):
            if isinstance(each, Mapping):
                yield f"{where}[{n}]", each
            else:
                self.doubt(DoubtKind.NOT_UNDERSTOOD, f"{where}[{n}]", each)

    def count(self, where: str, value: object) -> int | None:
        if value is None or value == "":
            return None
        try:
            number = int(str(value))
        except ValueError:
            number = -1
        if isinstance(value, bool) or not 0 <= number <= _MOST_COPIES:
            self.doubt(DoubtKind.QUANTITY_ODD, where, value)
            return None
        return number

    def day(self, key: str) -> date | None:
        text = self.text(key, self.table.get(key))
        if not text:
            return None
        found = re.match(r"(\d{4})-?(\d{2})-?(\d{2})", text)
        turned = re.match(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
        try:
            if found:
                return date(int(found[1]), int(found[2]), int(found[3]))
            if turned:
                return date(int(turned[3]), int(turned[2]), int(turned[1]))
        except ValueError:
            pass
        self.doubt(DoubtKind.DATE_ODD, key, text)
        return None
