"""What the station told people, kept outside of it: whatever happens, it must hold.

Pages: the feeder was asked for the next one, so the last is safe. Promises: the citizen knows the number.
Prints: the paper is in somebody's hand. Deliveries: the officer was told that the province has it all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.workflow.station import Station
from offline_queue import records
from offline_queue.records import Record


@dataclass
class Told:
    """Everything that was told until now."""

    pages: dict[str, list[str]] = field(default_factory=dict)  # SHA-256 of the originals, by the visit's key
    promises: dict[str, dict[str, str | None]] = field(default_factory=dict)
    printed: dict[str, int] = field(default_factory=dict)  # how often
    delivered: dict[str, str] = field(default_factory=dict)  # official code
    spent: set[str] = field(default_factory=set)  # blobs that only the draft named, which the seal ended


class Ledger:
    """An append-only file of what was told; a line that a death cut off was told to nobody."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def page(self, key: str, sha256: str) -> None:
        self._write(page=[key, sha256])

    def promise(self, record: Record) -> None:
        self._write(
            promise={
                "key": record.key,
                "code": record.body["code"],
                "alias": record.body["receipt_number"],
                "body": record.body_sha256,
            }
        )

    def printed(self, key: str) -> None:
        self._write(printed=key)

    def delivered(self, key: str, code: str) -> None:
        self._write(delivered=[key, code])

    def spent(self, blobs: Iterable[str]) -> None:
        """The draft is about to go; these blobs it named."""
        self._write(spent=sorted(blobs))

    def told(self) -> Told:
        """All whole lines."""
        text = self.path.read_text("utf-8") if self.path.exists() else ""
        return told_in(text)

    def _write(self, **line: Any) -> None:
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, json.dumps(line).encode() + b"\n")
        finally:
            os.close(handle)


def told_in(text: str) -> Told:
    """What a ledger's text says."""
    told = Told()
    for line in text.rpartition("\n")[0].splitlines():
        for what, value in json.loads(line).items():
            match what:
                case "page":
                    told.pages.setdefault(value[0], []).append(value[1])
                case "promise":
                    known = told.promises.setdefault(value["key"], value)
                    assert known == value, "one dossier was told under two numbers"
                case "printed":
                    told.printed[value] = told.printed.get(value, 0) + 1
                case "delivered":
                    told.delivered[value[0]] = value[1]
                case "spent":
                    told.spent |= set(value)
    return told


def history_count(station: Station, key: str, event: str) -> int:
    """How many lines of a record's history tell of this event."""
    lines = station.on_store(lambda store: records.history_of(store, key))
    return sum(line.event == event for line in lines)
