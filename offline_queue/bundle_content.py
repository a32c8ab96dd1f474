"""What stands inside a bundle: pieces with their length before them, and files of a known length after a record."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from offline_queue.bundle_files import NOT_SOUND, Bundle
from offline_queue.bundle_records import PackedFile, PackedRecord
from offline_queue.errors import BundleRefused

_LENGTH_BYTES = 4


def with_length(text: bytes) -> bytes:
    """A piece as it is written."""
    return len(text).to_bytes(_LENGTH_BYTES) + text


class BundleContent:
    """The plain content of a bundle, read by length."""

    def __init__(self, bundle: Bundle, steps: Callable[[int], None]) -> None:
        self._pieces = bundle.content()
        self._steps = steps
        self._waiting = bytearray()

    def is_at_end(self) -> bool:
        """True when nothing is left."""
        while not self._waiting:
            if not self._has_more():
                return True
        return False

    def read(self, length: int) -> bytes:
        """Exactly that many bytes; BundleRefused when the content ends before."""
        while len(self._waiting) < length:
            if not self._has_more():
                raise BundleRefused(NOT_SOUND)
        data = bytes(self._waiting[:length])
        del self._waiting[:length]
        return data

    def skip(self, files: Sequence[PackedFile]) -> None:
        """Passes over files that are not needed."""
        for file in files:
            self.read(file.size)

    def record(self) -> PackedRecord:
        """The next record."""
        return PackedRecord.from_json(self._counted())

    def table(self) -> dict[str, Any]:
        """The next thing as a JSON object."""
        try:
            table = json.loads(self._counted())
        except ValueError as broken:
            raise BundleRefused(NOT_SOUND) from broken
        if not isinstance(table, dict):
            raise BundleRefused(NOT_SOUND)
        return table

    def _has_more(self) -> bool:
        piece = next(self._pieces, None)
        if piece is None:
            return False
        self._steps(len(piece))
        self._waiting += piece
        return True

    def _counted(self) -> bytes:
        return self.read(int.from_bytes(self.read(_LENGTH_BYTES)))
