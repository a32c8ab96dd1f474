"""Reads the write-ahead log before the database does, to see what the database would not tell.

SQLite takes the first frame whose checksum is wrong for the end of the log. After a power cut that is
right: what follows was never acknowledged. But a byte that rotted in the middle makes it forget, without a
word, every commit behind it. The frames behind are still there and their checksums still chain, so that
the two cases can be told apart. Layout: sqlite.org/fileformat2.html, section 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

_HEADER_BYTES = 32
_FRAME_HEADER_BYTES = 24
#: SQLCipher's and SQLite's own; the store never asks for another.
_PAGE_BYTES = 4096
_FRAME_BYTES = _FRAME_HEADER_BYTES + _PAGE_BYTES
_MAGIC_LITTLE, _MAGIC_BIG = 0x377F0682, 0x377F0683
_MASK = 0xFFFFFFFF

Sum = tuple[int, int]
Words = npt.NDArray[np.uint32]


class LogState(StrEnum):
    """What the log's frames show."""

    SOUND = "sound"
    LAST_WRITE_UNSURE = "last_write_unsure"
    """The last write is whole but for a part: a power cut in the middle of it, or it rotted afterwards."""
    DAMAGED = "damaged"
    """A write that was acknowledged cannot be read; the database would forget it and all behind it."""


@dataclass(frozen=True)
class _Frame:
    commit_pages: int
    salts: Sum
    stored: Sum
    own: Sum  # of the frame's words alone, to be added to what is carried over


def examine_log(path: Path) -> LogState:
    """Looks at a `-wal` file; a missing or empty one is sound."""
    try:
        raw = path.read_bytes()
    except OSError:
        return LogState.SOUND
    count = (len(raw) - _HEADER_BYTES) // _FRAME_BYTES
    if count < 1:
        return LogState.SOUND
    head = np.frombuffer(raw[:_HEADER_BYTES], ">u4")
    salts = (int(head[4]), int(head[5]))
    body = np.frombuffer(raw, np.uint8, count * _FRAME_BYTES, _HEADER_BYTES).reshape(count, _FRAME_BYTES)
    for order in ("<u4", ">u4") if head[0] not in (_MAGIC_LITTLE, _MAGIC_BIG) else (_order(int(head[0])),):
        if _total(np.frombuffer(raw[:24], order)) == (int(head[6]), int(head[7])):
            return _walk(_frames(body, order), salts, (int(head[6]), int(head[7])))
    # A log begun anew has other salts than the old frames behind it, and those are all in the database.
    first = _frames(body[:1], "<u4")[0].salts
    return LogState.DAMAGED if first[0] == salts[0] or first[1] == salts[1] else LogState.SOUND


def _walk(frames: Sequence[_Frame], salts: Sum, carried: Sum) -> LogState:
    for index, frame in enumerate(frames):
        total = _carry(carried, frame.own)
        if frame.salts != salts or total != frame.stored:
            # The field with the checksum may be what rotted, or anything else: the chain goes on from either.
            return max(
                (_behind(frames, index, salts, start) for start in {frame.stored, total}),
                key=list(LogState).index,
            )
        carried = total
    return LogState.SOUND


def _behind(frames: Sequence[_Frame], bad: int, salts: Sum, carried: Sum) -> LogState:
    """What good frames behind a bad one prove: a commit is on the disk before the next write begins."""
    is_committed = frames[bad].commit_pages != 0
    is_whole = is_committed and bool(set(frames[bad].salts) & set(salts))
    for frame in frames[bad + 1 :]:
        carried = _carry(carried, frame.own)
        if frame.salts != salts or carried != frame.stored:
            break
        if is_committed:
            return LogState.DAMAGED
        is_committed = is_whole = frame.commit_pages != 0
    return LogState.LAST_WRITE_UNSURE if is_whole else LogState.SOUND


def _frames(body: npt.NDArray[np.uint8], order: str) -> list[_Frame]:
    heads = np.ascontiguousarray(body[:, :_FRAME_HEADER_BYTES]).view(">u4")
    summed = np.hstack([body[:, :8], body[:, _FRAME_HEADER_BYTES:]])
    own = _sums(np.ascontiguousarray(summed).view(order).astype(np.uint32))
    return [
        _Frame(int(h[1]), (int(h[2]), int(h[3])), (int(h[4]), int(h[5])), (int(o[0]), int(o[1])))
        for h, o in zip(heads, own, strict=True)
    ]


def _order(magic: int) -> str:
    return ">u4" if magic == _MAGIC_BIG else "<u4"


def _total(words: npt.NDArray[np.uint32]) -> Sum:
    own = _sums(words.astype(np.uint32).reshape(1, -1))[0]
    return int(own[0]), int(own[1])


# The checksum of two words a step, (s0 + s1 + x0, s0 + 2 s1 + x0 + x1), is linear in the words and in what
# is carried over: each word has its weight, and all frames are summed at once.


def _sums(words: Words) -> Words:
    weights, _ = _weights(words.shape[1])
    return np.stack([(words * row).sum(axis=1, dtype=np.uint32) for row in weights], axis=1)


def _carry(carried: Sum, own: Sum) -> Sum:
    _, (a, b, c, d) = _weights((_PAGE_BYTES + 8) // 4)
    return (a * carried[0] + b * carried[1] + own[0]) & _MASK, (
        c * carried[0] + d * carried[1] + own[1]
    ) & _MASK


@cache
def _weights(count: int) -> tuple[Words, tuple[int, int, int, int]]:
    """Weights of `count` words for both sums, and the matrix (a b; c d) for what is carried over."""
    weights = np.zeros((2, count), np.uint32)
    a, b, c, d = 1, 0, 0, 1
    for last in range(count - 2, -1, -2):
        weights[:, last] = ((a + b) & _MASK, (c + d) & _MASK)
        weights[:, last + 1] = (b, d)
        a, b, c, d = (a + b) & _MASK, (a + 2 * b) & _MASK, (c + d) & _MASK, (c + 2 * d) & _MASK
    return weights, (a, b, c, d)
