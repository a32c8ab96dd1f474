"""Administrative units in force since 1 July 2025: 34 provinces, 3,321 communes, no district."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_KIND = re.compile(r"^(?:tỉnh|thành phố|tp\.?|phường|xã|đặc khu)\s+")
_COMMUNE = re.compile(r"^(?:phường|xã|đặc khu)\s")
_OLD_LEVEL = re.compile(r"^(?:huyện|quận|thị xã|thị trấn)\s")


@dataclass(frozen=True)
class Units:
    """Names by code: provinces of 2 digits, communes of 5 digits."""

    provinces: Mapping[str, str]
    communes: Mapping[str, str]
    within: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Folded name of a province, without its kind -> the folded names of its communes."""

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> Units:
        """Reads resources/units."""
        return cls(
            {code: province["name"] for code, province in table["provinces"].items()},
            {
                code: name
                for province in table["provinces"].values()
                for code, name in province["communes"].items()
            },
            {
                _bare(province["name"]): frozenset(_bare(name) for name in province["communes"].values())
                for province in table["provinces"].values()
            },
        )

    def doubt(self, address: str) -> str | None:
        """What is odd about an address as people write it, in one sentence; None where nothing is.

        The original is kept in any case: cards and old papers carry addresses of three levels (before 1 July 2025).
        """
        parts = [part.strip() for part in address.split(",") if part.strip()]
        if not parts:
            return None
        if any(_OLD_LEVEL.match(part.lower()) for part in parts[-3:]):
            return "còn ghi cấp huyện, bỏ từ 01/7/2025; giữ nguyên văn, hãy ghi thêm đơn vị mới nếu biết"
        communes = self.within.get(_bare(parts[-1]))
        if communes is None:
            return f"không có tỉnh, thành phố “{parts[-1]}” trong 34 đơn vị hiện nay"
        if len(parts) > 1 and _COMMUNE.match(parts[-2].lower()) and _bare(parts[-2]) not in communes:
            return f"{parts[-1]} không có “{parts[-2]}”"
        return None

    def address(self, detail: str, commune: str, province: str) -> str:
        """One line as people write it; an unknown code is left out, never guessed."""
        parts = [
            detail.strip(),
            _lower_kind(self.communes.get(commune, "")),
            _lower_kind(self.provinces.get(province, "")),
        ]
        return ", ".join(part for part in parts if part)


def _bare(name: str) -> str:
    """Without kind, marks and case: 'Phường Tân Lập' -> 'tan lap'."""
    apart = unicodedata.normalize("NFD", _KIND.sub("", name.strip().lower()))
    return "".join(c for c in apart if unicodedata.category(c) != "Mn").replace("đ", "d")


def _lower_kind(name: str) -> str:
    """'Phường Tân Lập' inside a sentence is 'phường Tân Lập'."""
    return name[:1].lower() + name[1:]
