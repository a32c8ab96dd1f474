"""Dossiers that were handed in together: each keeps its own code and record, the group only says that they belong."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

from app.domain.errors import DomainError


@dataclass(frozen=True)
class LinkedPlace:
    """Where a dossier stands among those that were handed in together."""

    group: str  # UUIDv7, the same in all of them
    position: int  # from 1
    of: int
    procedure: str | None  # code of the chain, where it has one

    def __post_init__(self) -> None:
        if not 1 <= self.position <= self.of:
            raise DomainError(f"Vị trí hồ sơ {self.position}/{self.of} trong nhóm liên thông không hợp lệ.")


def key_in_group(first: str, position: int) -> str:
    """The key of the dossier at that place, 0 for the group itself, out of the first one's key.

    Always the same for the same first key, so that a visit that is filed again after a crash makes nothing twice.
    A UUIDv7 of the same millisecond.
    """
    if position == 1:
        return first
    base = UUID(first)
    digest = hashlib.sha256(f"{base}/{position}".encode()).digest()
    high = int.from_bytes(digest[:2], "big") & 0xFFF
    low = int.from_bytes(digest[2:10], "big") & ((1 << 62) - 1)
    return str(UUID(int=(base.int >> 80 << 80) | (7 << 76) | (high << 64) | (2 << 62) | low))
