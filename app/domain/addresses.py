"""Administrative units in force since 1 July 2025: 34 provinces, 3,321 communes, no district."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Units:
    """Names by code: provinces of 2 digits, communes of 5 digits."""

    provinces: Mapping[str, str]
    communes: Mapping[str, str]

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
        )

    def address(self, detail: str, commune: str, province: str) -> str:
        """One line as people write it; an unknown code is left out, never guessed."""
        parts = [
            detail.strip(),
            _lower_kind(self.communes.get(commune, "")),
            _lower_kind(self.provinces.get(province, "")),
        ]
        return ", ".join(part for part in parts if part)


def _lower_kind(name: str) -> str:
    """'Phường Tân Lập' inside a sentence is 'phường Tân Lập'."""
    return name[:1].lower() + name[1:]
