"""Vietnamese without its marks, as people type when they look for something."""

from __future__ import annotations

import re
import unicodedata

_BARE = str.maketrans("đĐ", "dD")
_MARKS = re.compile("[\u0300-\u036f]")


def folded(text: str) -> str:
    """Small letters without marks, the bar of đ too; as long as the composed text, so that places agree."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFD", text).translate(_BARE)
    return _MARKS.sub("", apart).lower()
