"""Procedures as data: cases, papers, guidance, fees and processing times, each with its days in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from app.domain.calendar import ProcessingTime, TimeUnit
from app.domain.codes import ProcedureCode
from app.domain.errors import DomainError
from app.domain.fees import FeeRule, FeeTable
from app.domain.guidance import Guidance

#: What can make a paper unnecessary.
_SOURCES = frozenset({"card", "register", "result_store", "earlier_dossier"})


class ComponentUse(StrEnum):
    """What becomes of a paper: handed in, or only shown."""

    SUBMIT = "submit"
    SHOW = "show"


@dataclass(frozen=True)
class ComponentRequirement:
    """Thành phần hồ sơ phải nộp: `code` is the national key (…-KQnnnnnn), kept as an opaque string."""

    code: str
    name: str
    use: ComponentUse
    originals: int
    copies: int
    is_required: bool
    cases: frozenset[str]
    proven_by: frozenset[str]  # sources that make the paper unnecessary, see `_SOURCES`
    reader: str | None  # the kind of paper that `scanning` recognises for it
    fills: Mapping[str, str]  # what is read from the paper -> the field of the declaration it speaks of
    plain: str = ""  # one sentence for the citizen: what it is and where one gets it
    results: frozenset[str] = (
        frozenset()
    )  # codes under which the result store may hold it: its own, unless others
    instead_of: str | None = None  # the code of the paper that this one may take the place of


@dataclass(frozen=True)
class ProcedureCase:
    """Trường hợp: one situation with its own papers and time."""

    code: str
    name: str
    processing_time: ProcessingTime


@dataclass(frozen=True)
class NotNeeded:
    """What people bring for nothing, and why it stays at home."""

    name: str
    reason: str


@dataclass(frozen=True)
class Procedure:
    """Thủ tục hành chính, one version of it."""

    code: ProcedureCode
    name: str
    short_name: str
    sector_code: str
    sector_name: str
    form: str
    counted_by: Mapping[str, str]  # "copies", "pages", "persons" -> the field of the declaration that says it
    cases: tuple[ProcedureCase, ...]
    guidance: Guidance
    components: tuple[ComponentRequirement, ...]
    not_needed: tuple[NotNeeded, ...]
    fees: FeeTable
    result: str
    handled_by: str
    legal_basis: tuple[str, ...]
    effective_from: date
    effective_to: date | None

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> Procedure:
        """Reads the TOML table of resources/procedures; a table with a hole is an error that names it."""
        every = frozenset(case["code"] for case in table["cases"])
        components = tuple(_component(paper, every) for paper in table["components"])
        codes = [paper.code for paper in components]
        if len(set(codes)) != len(codes):
            raise ValueError(f"procedure {table['code']}: one paper stands twice")
        if strange := {p.instead_of for p in components if p.instead_of} - set(codes):
            raise ValueError(f"procedure {table['code']}: no paper {strange}")
        return cls(
            code=ProcedureCode(table["code"]),
            name=table["name"],
            short_name=table["short_name"],
            sector_code=table["sector"]["code"],
            sector_name=table["sector"]["name"],
            form=table["form"],
            counted_by=table.get("counted_by", {}),
            cases=tuple(
                ProcedureCase(
                    code=case["code"],
                    name=case["name"],
                    processing_time=ProcessingTime(case["time"]["quantity"], TimeUnit(case["time"]["unit"])),
                )
                for case in table["cases"]
            ),
            guidance=Guidance.from_table(table),
            components=components,
            not_needed=tuple(NotNeeded(**each) for each in table.get("not_needed", ())),
            fees=FeeTable(tuple(FeeRule.from_table(fee, every) for fee in table.get("fees", ()))),
            result=table.get("result", ""),
            handled_by=table["handled_by"],
            legal_basis=tuple(table.get("legal_basis", ())),
            effective_from=table["effective_from"],
            effective_to=table.get("effective_to"),
        )

    def is_in_force(self, day: date) -> bool:
        """True on the days this version counts; an old dossier keeps the version it was received under."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)

    def case(self, code: str) -> ProcedureCase:
        """The case of that code, or a sentence that names the ones there are."""
        for case in self.cases:
            if case.code == code:
                return case
        known = ", ".join(case.code for case in self.cases)
        raise DomainError(f"Thủ tục {self.code} không có trường hợp “{code}”; các trường hợp: {known}.")

    def components_of(self, case: str | None) -> tuple[ComponentRequirement, ...]:
        """Only the papers of that case; before a case is chosen, those that every case asks for."""
        if case is None:
            every = {c.code for c in self.cases}
            return tuple(paper for paper in self.components if paper.cases >= every)
        return tuple(paper for paper in self.components if case in paper.cases)

    def component(self, code: str) -> ComponentRequirement:
        """The paper with that code, or a sentence that says it is not asked for."""
        for paper in self.components:
            if paper.code == code:
                return paper
        raise DomainError(f"Thủ tục {self.code} không yêu cầu thành phần “{code}”, hãy bỏ giấy này ra.")


def _component(paper: Mapping[str, Any], every: frozenset[str]) -> ComponentRequirement:
    cases = frozenset(paper.get("cases", every))
    proven_by = frozenset(paper.get("proven_by", ()))
    if not cases <= every or not proven_by <= _SOURCES:
        raise ValueError(f"paper {paper['code']}: unknown {sorted((cases - every) | (proven_by - _SOURCES))}")
    return ComponentRequirement(
        code=paper["code"],
        name=paper["name"],
        use=ComponentUse(paper["use"]),
        originals=paper.get("originals", 0),
        copies=paper.get("copies", 0),
        is_required=paper.get("required", True),
        cases=cases,
        proven_by=proven_by,
        reader=paper.get("reader"),
        fills=paper.get("fills", {}),
        plain=paper.get("plain", ""),
        results=frozenset(paper.get("results", (paper["code"],))),
        instead_of=paper.get("instead_of"),
    )
