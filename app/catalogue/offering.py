"""A procedure that nobody prepared at this station, received by what the national catalogue says of it alone.

Its papers become a list to tick off, its situations a question, its declaration the general one. Where the catalogue
gives no time that a due date can be counted with, the procedure is refused: a date is never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from app.catalogue.searching import CatalogueSearch
from app.catalogue.versions import CatalogueShelf, IndexLine
from app.domain.calendar import ProcessingTime, TimeUnit
from app.domain.catalogue import CatalogueChannel, CatalogueEntry, CataloguePaper
from app.domain.dossier import Channel
from app.domain.errors import DomainError
from app.domain.procedure import ComponentUse, Procedure

GENERAL_FORM = "general"
_SHORT = 60


def offered(entry: CatalogueEntry) -> Procedure:
    """The procedure as a counter can receive it; DomainError says what the catalogue lacks for that."""
    situations = list(dict.fromkeys(paper.situation for paper in entry.papers if paper.situation))
    time = _time(entry)
    if time is None:
        raise DomainError(
            f"Danh mục chưa có thời hạn tính được cho thủ tục {entry.code}; hãy soạn thủ tục này trước khi tiếp nhận."
        )
    allowed = {"quantity": time.quantity, "unit": str(time.unit)}
    names = situations or ["Trường hợp chung"]
    cases: list[dict[str, Any]] = [
        {"code": f"s{n}", "name": name, "time": allowed} for n, name in enumerate(names, 1)
    ]
    questions = []
    if len(cases) > 1:
        for case in cases:
            case["when"] = {"situation": case["code"]}
        questions = [
            {
                "name": "situation",
                "text": "Công dân thuộc trường hợp nào?",
                "answers": [{"code": case["code"], "text": case["name"]} for case in cases],
            }
        ]
    table = {
        "code": entry.code,
        "name": entry.name,
        "short_name": entry.name if len(entry.name) <= _SHORT else entry.name[: _SHORT - 1] + "…",
        "sector": {"code": entry.sector_code, "name": entry.sector_name},
        "form": GENERAL_FORM,
        "result": "; ".join(result.name for result in entry.results),
        "handled_by": entry.agency or "Cơ quan giải quyết theo danh mục",
        "legal_basis": list(entry.legal_basis[:8]),
        "effective_from": entry.effective_from or date.min,
        "effective_to": entry.effective_to,
        "questions": questions,
        "cases": cases,
        "components": _components(entry.papers, cases),
        "fees": [fee for channel in _direct(entry) for fee in _fees(entry.code, channel)],
    }
    return Procedure.from_table(table)


class CatalogueFinder:
    """What an officer can look up and choose: the prepared procedures, and the catalogue once it is read."""

    def __init__(
        self, prepared: Mapping[str, Procedure], usual: Sequence[str], shelf: CatalogueShelf
    ) -> None:
        self._prepared, self._shelf = prepared, shelf
        self._order = [*(c for c in usual if c in prepared), *(c for c in prepared if c not in usual)]
        self._lines = [_line(code, procedure) for code, procedure in prepared.items()]
        self._search = CatalogueSearch(self._lines, prepared)

    def find(self, words: str, limit: int = 40) -> tuple[tuple[str, str], ...]:
        """Code and name, best first; for no words the prepared ones, those of every day first."""
        if not words.strip():
            return tuple((code, self._prepared[code].name) for code in self._order)
        return tuple((hit.line.code, hit.line.name) for hit in self._search.find(words, limit))

    def widen(self, today: date) -> None:
        """Reads the catalogue in use; takes a moment at the national scale, so not on the window's thread."""
        version = self._shelf.open()
        if version is None:
            return
        others = [line for line in version.in_force(today) if line.code not in self._prepared]
        version.close()
        self._search = CatalogueSearch([*self._lines, *others], self._prepared)


def catalogue_of(home: Path) -> CatalogueShelf:
    """The catalogue of a station."""
    return CatalogueShelf(home / "catalogue")


def from_catalogue(shelf: CatalogueShelf) -> Callable[[str, date], Procedure | None]:
    """Looks a procedure up in the version in use, each time anew: an import while the window is open counts."""

    def look_up(code: str, day: date) -> Procedure | None:
        version = shelf.open()
        if version is None:
            return None
        try:
            entry = version.find(code, day)
        finally:
            version.close()
        return offered(entry) if entry is not None else None

    return look_up


def _line(code: str, procedure: Procedure) -> IndexLine:
    # Officers type the short name as often as the official one.
    name = procedure.name
    if procedure.short_name.lower() not in name.lower():
        name = f"{name} ({procedure.short_name})"
    return IndexLine(code, name, procedure.sector_name, procedure.handled_by, None, None, "")


def _direct(entry: CatalogueEntry) -> list[CatalogueChannel]:
    return [channel for channel in entry.channels if channel.channel is Channel.DIRECT][:1] or list(
        entry.channels[:1]
    )


def _time(entry: CatalogueEntry) -> ProcessingTime | None:
    """The one time that all cases share, else the longest where all count in one unit: never too early a date."""
    told = [case.time.settled for case in entry.cases] or [c.time.settled for c in _direct(entry)]
    times = [time for time in told if time is not None]
    if not times or len(times) < len(told) or len({time.unit for time in times}) > 1:
        times = [time for c in _direct(entry) if (time := c.time.settled) is not None]
    if not times:
        return None
    longest = max(times, key=lambda time: time.quantity)
    return longest if longest.unit is not TimeUnit.SAME_DAY else None


def _components(papers: Sequence[CataloguePaper], cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_name = {case["name"]: case["code"] for case in cases}
    rows: dict[str, dict[str, Any]] = {}
    for n, paper in enumerate(papers, 1):
        code = paper.code or f"G{n}"
        here = [by_name[paper.situation]] if paper.situation else list(by_name.values())
        if (known := rows.get(code)) is not None and known["name"] == paper.name:
            known["cases"] = sorted({*known["cases"], *here})
            continue
        code = code if known is None else f"{code}#{n}"
        rows[code] = {
            "code": code,
            "name": paper.name or code,
            "use": str(paper.use),
            "originals": paper.originals or 0,
            "copies": paper.copies or 0,
            "cases": here,
            # What belongs to one case only, the catalogue says in words: an officer decides, paper by paper.
            "required": paper.use is ComponentUse.SUBMIT
            and not paper.is_electronic
            and _is_plain(paper.name),
        }
    return list(rows.values())


def _is_plain(name: str) -> bool:
    lowered = name.lower()
    return not any(word in lowered for word in ("trường hợp", "nếu ", "(nếu", "đối với"))


def _fees(code: str, channel: CatalogueChannel) -> list[dict[str, Any]]:
    """Fees with an amount as they are; those told in words as the council's, under the procedure's own key."""
    amounts = [fee for fee in channel.fees if fee.vnd is not None]
    if len(amounts) == len(channel.fees) and len(amounts) <= 1:
        return [{"name": "Phí, lệ phí", "vnd": fee.vnd} for fee in amounts if fee.vnd]
    # Several amounts in one channel belong to situations that only words tell apart.
    return [{"name": "Phí, lệ phí", "key": code}]
