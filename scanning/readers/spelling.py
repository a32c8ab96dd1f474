"""How Vietnamese is spelled: what survives a poor reading, and spellings that differ only in where a mark stands."""

import re
import unicodedata
from functools import lru_cache

from scanning.lexicon import without_marks

ABBREVIATIONS = frozenset(
    {"UBND", "HĐND", "TP", "TDP", "TT", "CA", "KP", "QL", "CCCD", "BHYT", "P", "Q", "X"}
)
# The same syllable with its mark on the first or on the second vowel: both spellings are in use.
_OLDER_PLACE = re.compile(
    r"(o)([aeAE])([\u0300\u0301\u0303\u0309\u0323])(?![\w\u0300-\u0323])|(u)(y)([\u0300\u0301\u0303\u0309\u0323])(?![\w])",
    re.I,
)


@lru_cache(20_000)
def folded(text: str) -> str:
    """Small letters and digits only, without marks or spaces: what survives a poor reading."""
    return without_marks(text).replace(" ", "")


def canonical(text: str) -> str:
    """Small letters, single blanks, every tone mark on the vowel where the older spelling puts it (hòa, thủy)."""
    parts = unicodedata.normalize("NFD", " ".join(text.lower().split()))
    moved = _OLDER_PLACE.sub(
        lambda found: f"{found[1]}{found[3]}{found[2]}" if found[1] else f"{found[4]}{found[6]}{found[5]}",
        parts,
    )
    return unicodedata.normalize("NFC", moved)
