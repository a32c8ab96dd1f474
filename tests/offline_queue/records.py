"""Records of invented people to be sealed, in the shape that the sandbox's strict province takes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from uuid6 import uuid7

from offline_queue.files import FileStore
from offline_queue.numbers import NumberBlock, SerialRequest, add_blocks
from offline_queue.records import FileEntry, Numbered, SealRequest
from offline_queue.store import Store
from tests.sandbox.process import AGENCY, VIETNAM, dossier, today

COMPONENT = "000.00.00.G15-KQ003204"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=VIETNAM)

NOON_DAY = NOON.date()


def new_key() -> str:
    """A key as a visit makes it."""
    return str(uuid7())


def block(first: int = 1, last: int = 50, day: date = NOON_DAY) -> NumberBlock:
    """Serials of the training agency."""
    return NumberBlock(AGENCY, day, first, last)


def give_numbers(store: Store, *blocks: NumberBlock) -> None:
    """As a lease would."""
    add_blocks(store, blocks or (block(),))


def paper(files: FileStore, size: int = 3000, name: str = "to-khai.pdf", part: str = COMPONENT) -> FileEntry:
    """A kept file of that size; the same size gives the same bytes."""
    content = Random(size).randbytes(size)
    kept = files.put(content)
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    return FileEntry(part, name, "application/pdf", size, kept.sha256, kept.blob)


def seal_request(
    key: str | None = None,
    files: Sequence[FileEntry] = (),
    sealed_at: datetime = NOON,
    changes: Mapping[str, Any] | None = None,
) -> SealRequest:
    """What a finished visit asks of the queue."""
    key = key or new_key()
    day = sealed_at.date()

    def name(serial: int | None) -> Numbered:
        if serial is None:
            return Numbered(None, f"TN-Q03-{day:%y%m%d}-{key[-6:].upper()}")
        return Numbered(f"{AGENCY}-{day:%y%m%d}-{serial:04d}", None)

    def body(named: Numbered) -> Mapping[str, Any]:
        listed = [
            {"name": f.name, "size": f.size, "sha256": f.sha256, "media_type": f.media_type} for f in files
        ]
        whole = dossier(
            named.code,
            listed,
            key=key,
            receipt_number=named.alias,
            received_at=sealed_at.isoformat(timespec="seconds"),
            due=(sealed_at + timedelta(days=1)).isoformat(timespec="seconds"),
        )
        return whole | dict(changes or {})

    return SealRequest(
        key=key,
        serial=SerialRequest(AGENCY, day),
        name=name,
        body=body,
        local={"counter": "Quầy số 3"},
        files=files,
        sealed_at=sealed_at,
        event="Tiếp nhận, lưu trên máy",
        officer="cb01",
        title="Nguyễn Thị Phương Thảo Nguyên",
        about="Đăng ký lại khai sinh",
    )


__all__ = [
    "AGENCY",
    "COMPONENT",
    "NOON",
    "VIETNAM",
    "block",
    "give_numbers",
    "new_key",
    "paper",
    "seal_request",
    "today",
]
