"""Fees as data: by dossier, copy, page or person, by channel and case, with steps, a ceiling and exemptions.

Sources: TT 281/2016/TT-BTC and TT 226/2016/TT-BTC (hộ tịch, chứng thực), TT 75/2022/TT-BTC (cư trú), resolutions of the
provincial councils for what the law leaves to them: such an amount stands in the station's own table or is unknown,
never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.domain.dossier import Channel
from app.domain.errors import DomainError

_MOST = {"copies": 100, "pages": 5000, "persons": 500}
_LABELS = {"copies": "Số bản", "pages": "Số trang", "persons": "Số người"}


class FeeBasis(StrEnum):
    """What an amount is counted by."""

    DOSSIER = "dossier"
    COPY = "copy"
    PAGE = "page"
    PERSON = "person"


_COUNTED = {
    FeeBasis.DOSSIER: frozenset[str](),
    FeeBasis.COPY: frozenset({"copies"}),
    FeeBasis.PAGE: frozenset({"pages", "copies"}),
    FeeBasis.PERSON: frozenset({"persons"}),
}


@dataclass(frozen=True)
class FeeCounts:
    """What is counted in one dossier; refuses numbers that no counter takes in."""

    copies: int = 1
    pages: int = 1
    persons: int = 1

    def __post_init__(self) -> None:
        for name, most in _MOST.items():
            if not 1 <= getattr(self, name) <= most:
                raise DomainError(f"{_LABELS[name]} phải từ 1 đến {most}, hãy xem lại.")


@dataclass(frozen=True)
class Exemption:
    """Who need not pay: 'Người có công với cách mạng'; what proves it is shown at the counter or in a register."""

    code: str
    name: str


@dataclass(frozen=True)
class FeeStep:
    """From which unit on (counted from 1) each costs that much."""

    first: int
    vnd: int


@dataclass(frozen=True)
class FeeRule:
    """One phí or lệ phí of a procedure. Without steps the amount is the provincial council's to set."""

    key: str
    name: str
    basis: FeeBasis
    steps: tuple[FeeStep, ...]
    most_vnd: int | None
    """The ceiling for one copy."""
    channels: frozenset[Channel]
    cases: frozenset[str]
    exemptions: tuple[Exemption, ...]

    @classmethod
    def from_table(cls, table: Mapping[str, Any], every_case: frozenset[str]) -> FeeRule:
        """Reads one `[[fees]]`: `vnd`, or `steps = [[1, 2000], [3, 1000]]`, or neither."""
        steps = table.get("steps") or ([[1, table["vnd"]]] if "vnd" in table else [])
        cases = frozenset(table.get("cases", every_case))
        if not cases <= every_case:
            raise ValueError(f"fee {table['name']}: unknown cases {sorted(cases - every_case)}")
        return cls(
            key=table.get("key", ""),
            name=table["name"],
            basis=FeeBasis(table.get("per", "dossier")),
            steps=tuple(FeeStep(first, vnd) for first, vnd in steps),
            most_vnd=table.get("most_vnd"),
            channels=frozenset(Channel(c) for c in table.get("channels", Channel)),
            cases=cases,
            exemptions=tuple(Exemption(**e) for e in table.get("exemptions", ())),
        )

    def amount(self, counts: FeeCounts, council_vnd: int | None = None) -> int | None:
        """Whole đồng; None where the council's amount is not known at this station."""
        steps = self.steps or ((FeeStep(1, council_vnd),) if council_vnd is not None else ())
        if not steps:
            return None
        units = {
            FeeBasis.DOSSIER: 1,
            FeeBasis.COPY: counts.copies,
            FeeBasis.PAGE: counts.pages,
            FeeBasis.PERSON: counts.persons,
        }[self.basis]
        total = 0
        for step, after in zip(steps, (*steps[1:], None), strict=True):
            last = units if after is None else min(units, after.first - 1)
            total += max(0, last - step.first + 1) * step.vnd
        if self.most_vnd is not None and self.basis is FeeBasis.PAGE:
            total = min(total, self.most_vnd)
        return total * counts.copies if self.basis is FeeBasis.PAGE else total


@dataclass(frozen=True)
class FeeLine:
    """One line of what a citizen pays; `vnd` is None where the council's amount is not known here."""

    name: str
    vnd: int | None
    reason: str


@dataclass(frozen=True)
class FeeTable:
    """All fees of a procedure."""

    rules: tuple[FeeRule, ...] = ()

    def exemptions(self, case: str, channel: Channel) -> tuple[Exemption, ...]:
        """Who is exempt from something in that case."""
        found = {e.code: e for rule in self._for(case, channel) for e in rule.exemptions}
        return tuple(found.values())

    def counted(self, case: str, channel: Channel) -> frozenset[str]:
        """Which counts the amounts of that case hang on."""
        found: set[str] = set()
        for rule in self._for(case, channel):
            found |= _COUNTED[rule.basis]
        return frozenset(found)

    def lines(
        self,
        case: str,
        channel: Channel,
        counts: FeeCounts,
        exemption: str | None = None,
        council: Mapping[str, int] | None = None,
    ) -> tuple[FeeLine, ...]:
        """What is to be paid; `council` gives the amounts of this province by the fee's key."""
        return tuple(_line(rule, counts, exemption, council or {}) for rule in self._for(case, channel))

    def _for(self, case: str, channel: Channel) -> tuple[FeeRule, ...]:
        return tuple(rule for rule in self.rules if case in rule.cases and channel in rule.channels)


def total_vnd(lines: tuple[FeeLine, ...]) -> int | None:
    """The sum; None as soon as one amount is not known."""
    amounts = [line.vnd for line in lines]
    return None if None in amounts else sum(amount for amount in amounts if amount is not None)


def money(vnd: int) -> str:
    """16000 -> '16.000 đ'."""
    return f"{vnd:,}".replace(",", ".") + " đ"


def _line(rule: FeeRule, counts: FeeCounts, exemption: str | None, council: Mapping[str, int]) -> FeeLine:
    if (exempt := next((e for e in rule.exemptions if e.code == exemption), None)) is not None:
        return FeeLine(rule.name, 0, f"miễn: {exempt.name}")
    amount = rule.amount(counts, council.get(rule.key))
    if amount is None:
        return FeeLine(rule.name, None, "theo nghị quyết của HĐND tỉnh, trạm chưa có mức này")
    steps = rule.steps or (FeeStep(1, council[rule.key]),)
    each = money(steps[0].vnd)
    words = {
        FeeBasis.DOSSIER: "mỗi hồ sơ",
        FeeBasis.COPY: f"{counts.copies} bản × {each}",
        FeeBasis.PAGE: f"{counts.pages} trang, {counts.copies} bản",
        FeeBasis.PERSON: f"{counts.persons} người × {each}",
    }[rule.basis]
    return FeeLine(rule.name, amount, words if amount else "không thu")
