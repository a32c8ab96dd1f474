"""What happens to files on the way: worn sticks, cut transfers, wrong names, lies in headers."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from random import Random

Mutation = Callable[[bytes, Random], bytes]
_SUFFIXES = (".jpg", ".png", ".tif", ".bmp", ".webp", ".pdf")
_EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def untouched(content: bytes, _dice: Random) -> bytes:
    return content


def flipped_bits(content: bytes, dice: Random) -> bytes:
    changed = bytearray(content)
    for _ in range(dice.choice((1, 2, 8, 40))):
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def flipped_head(content: bytes, dice: Random) -> bytes:
    changed = bytearray(content)
    for _ in range(dice.choice((1, 2, 5))):
        changed[dice.randrange(min(len(changed), 200))] = dice.randrange(256)
    return bytes(changed)


def cut_end(content: bytes, dice: Random) -> bytes:
    return content[: dice.randrange(len(content))]


def cut_start(content: bytes, dice: Random) -> bytes:
    return content[dice.randrange(len(content)) :]


def swapped_chunks(content: bytes, dice: Random) -> bytes:
    a, b, c, d = sorted(dice.randrange(len(content)) for _ in range(4))
    return content[:a] + content[c:d] + content[b:c] + content[a:b] + content[d:]


def removed_chunk(content: bytes, dice: Random) -> bytes:
    start = dice.randrange(len(content))
    return content[:start] + content[start + dice.choice((1, 4, 100, 2000)) :]


def repeated_chunk(content: bytes, dice: Random) -> bytes:
    start = dice.randrange(len(content))
    chunk = content[start : start + dice.choice((4, 60, 1000))]
    return content[:start] + chunk * dice.choice((2, 10, 60)) + content[start:]


def inserted_noise(content: bytes, dice: Random) -> bytes:
    place = dice.randrange(len(content))
    return content[:place] + dice.randbytes(dice.choice((1, 3, 50, 3000))) + content[place:]


def zeroed(content: bytes, dice: Random) -> bytes:
    start = dice.randrange(len(content))
    length = min(dice.choice((4, 64, 1024, 8192)), len(content) - start)
    return content[:start] + bytes(length) + content[start + length :]


def lying_words(content: bytes, dice: Random) -> bytes:
    """Extreme numbers where headers keep sizes, counts and offsets."""
    changed = bytearray(content)
    for _ in range(dice.choice((1, 2, 4))):
        form = dice.choice((">I", "<I", ">H", "<H"))
        size = struct.calcsize(form)
        place = dice.randrange(max(1, min(len(changed), 400) - size))
        if place + size <= len(changed):
            struct.pack_into(form, changed, place, dice.choice(_EXTREMES) & ((1 << 8 * size) - 1))
    return bytes(changed)


def lying_numbers(content: bytes, dice: Random) -> bytes:
    """Numbers written in figures, as in a PDF, made huge, negative or nothing; elsewhere as `lying_words`."""
    places = list(re.finditer(rb"(?<![\w.])\d{1,7}(?![\w.])", content))
    if not content.startswith(b"%PDF") or not places:
        return lying_words(content, dice)
    changed = content
    for found in sorted(
        dice.sample(places, min(len(places), dice.choice((1, 2, 6)))), key=lambda f: -f.start()
    ):
        lie = dice.choice((b"0", b"-1", b"1e9", b"2147483647", b"99999999999", b"3", b"/N", b"<<", b""))
        changed = changed[: found.start()] + lie + changed[found.end() :]
    return changed


def swapped_names(content: bytes, dice: Random) -> bytes:
    """A PDF's names exchanged; elsewhere as `swapped_chunks`."""
    names = sorted(set(re.findall(rb"/[A-Z][A-Za-z0-9]+", content)))
    if not content.startswith(b"%PDF") or len(names) < 2:
        return swapped_chunks(content, dice)
    one, other = dice.sample(names, 2)
    return content.replace(one, other, dice.choice((1, 3, -1)))


def nothing_left(_content: bytes, dice: Random) -> bytes:
    return bytes(dice.choice((0, 1, 8, 4096)))


def noise_alone(_content: bytes, dice: Random) -> bytes:
    return dice.randbytes(dice.choice((10, 500, 20_000)))


MUTATIONS: dict[str, Mutation] = {
    mutation.__name__: mutation
    for mutation in (
        untouched,
        flipped_bits,
        flipped_head,
        cut_end,
        cut_start,
        swapped_chunks,
        removed_chunk,
        repeated_chunk,
        inserted_noise,
        zeroed,
        lying_words,
        lying_numbers,
        swapped_names,
        nothing_left,
        noise_alone,
    )
}


def wrong_suffix(name: str, dice: Random) -> str:
    """The same file under another kind's name."""
    stem = name.rpartition(".")[0]
    return stem + dice.choice([suffix for suffix in _SUFFIXES if not name.endswith(suffix)])
