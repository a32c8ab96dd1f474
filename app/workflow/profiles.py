"""How a paper is scanned: ways with a name, and which of them a procedure or a component takes by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from app.workflow.errors import WorkflowError
from app.workflow.views import ProfileView
from scanning.sources import ScanRequest


class PaperFrom(StrEnum):
    """Where in the device the paper lies."""

    ANY = "any"
    FEEDER = "feeder"
    GLASS = "glass"


_FROM_WORDS = {PaperFrom.FEEDER: "khay nạp", PaperFrom.GLASS: "mặt kính"}


@dataclass(frozen=True)
class ScanProfile:
    """One way to scan; `source` names a device where the station has several, `used_for` holds the codes of
    procedures and components that take it by themselves."""

    key: str
    name: str
    source: str = ""
    dpi: int = 300
    colour: bool = True
    paper_from: PaperFrom = PaperFrom.ANY
    both_sides: bool = False
    keeps_blank: bool = False
    used_for: tuple[str, ...] = ()

    @classmethod
    def from_table(cls, key: str, table: Mapping[str, Any]) -> ScanProfile:
        """Reads `[scanner.profiles.KEY]`; WorkflowError names the key that cannot be used."""
        known = {f.name for f in fields(cls)} - {"key"}
        if unknown := sorted(set(table) - known):
            raise WorkflowError(
                f"Cách quét “{key}” có khóa lạ: {', '.join(unknown)}; các khóa có: {', '.join(sorted(known))}."
            )
        try:
            paper_from = PaperFrom(table.get("paper_from", PaperFrom.ANY))
        except ValueError:
            raise WorkflowError(f"Cách quét “{key}”: paper_from phải là {', '.join(PaperFrom)}.") from None
        dpi = table.get("dpi", 300)
        if not isinstance(dpi, int) or not 75 <= dpi <= 1200:
            raise WorkflowError(f"Cách quét “{key}”: dpi phải là số từ 75 đến 1200.")
        rest = {name: value for name, value in table.items() if name not in ("paper_from", "used_for")}
        used_for = tuple(table.get("used_for", ()))
        return cls(key=key, **{"name": key, **rest}, paper_from=paper_from, used_for=used_for)

    def request(self, is_cancelled: Callable[[], bool]) -> ScanRequest:
        """What is asked of the source."""
        any_place = self.paper_from is PaperFrom.ANY
        return ScanRequest(
            dpi=self.dpi,
            colour=self.colour,
            both_sides=self.both_sides,
            from_feeder=None if any_place else self.paper_from is PaperFrom.FEEDER,
            cancelled=is_cancelled,
        )

    @property
    def detail(self) -> str:
        """'300 dpi, màu, khay nạp, hai mặt'."""
        words = [f"{self.dpi} dpi", "màu" if self.colour else "xám", _FROM_WORDS.get(self.paper_from, "")]
        words += ["hai mặt"] * self.both_sides + ["giữ trang trắng"] * self.keeps_blank
        return ", ".join(word for word in words if word)


#: What a station has that says nothing of its own.
STANDARD = (
    ScanProfile("usual", "Thường"),
    ScanProfile("both-sides", "Hai mặt", paper_from=PaperFrom.FEEDER, both_sides=True),
    ScanProfile("glass", "Từng tờ trên mặt kính", paper_from=PaperFrom.GLASS),
    ScanProfile("fine", "Chữ nhỏ, dấu mờ", dpi=600),
)


@dataclass(frozen=True)
class Profiles:
    """The ways to scan of a station; the first is taken where nothing else is said."""

    profiles: tuple[ScanProfile, ...] = STANDARD

    def usual(self, procedure: str | None, component: str) -> ScanProfile:
        """The one that F2 takes: named for the component, else for the procedure, else the first."""
        for code in (component, procedure):
            for profile in self.profiles:
                if code in profile.used_for:
                    return profile
        return self.profiles[0]

    def named(self, key: str) -> ScanProfile:
        """The profile of that key."""
        for profile in self.profiles:
            if profile.key == key:
                return profile
        raise WorkflowError("Cách quét này không còn; hãy chọn cách quét khác (Shift+F2).")

    def views(self, procedure: str | None, component: str) -> tuple[ProfileView, ...]:
        """All of them as a face shows them."""
        usual = self.usual(procedure, component)
        return tuple(ProfileView(p.key, p.name, p.detail, p is usual) for p in self.profiles)
