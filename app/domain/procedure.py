"""Procedures as data: cases, papers, fees and processing times, each with its days in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from app.domain.calendar import ProcessingTime, TimeUnit
from app.domain.codes import ProcedureCode
from app.domain.errors import DomainError


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
    proven_by: frozenset[str]  # sources that make the paper unnecessary: "card", "register"
    reader: str | None  # the kind of paper that `scanning` recognises for it
    fills: Mapping[str, str]  # what is read from the paper -> the field of the declaration it speaks of


@dataclass(frozen=True)
class ProcedureCase:
    """Trường hợp: one situation with its own papers and time. `when` fits the declaration's relation."""

    code: str
    name: str
    processing_time: ProcessingTime
    when_relation: frozenset[str]


@dataclass(frozen=True)
class Fee:
    """Phí, lệ phí: whole đồng for each copy asked for."""

    name: str
    vnd_per_copy: int

    def total_vnd(self, copies: int) -> int:
        """The amount for that many copies; at least one must be asked for."""
        if not 1 <= copies <= 100:
            raise DomainError("Số bản sao phải từ 1 đến 100, hãy xem lại.")
        return self.vnd_per_copy * copies


@dataclass(frozen=True)
class Procedure:
    """Thủ tục hành chính, one version of it."""

    code: ProcedureCode
    name: str
    short_name: str
    sector_code: str
    sector_name: str
    form: str
    relation_field: str
    copies_field: str
    cases: tuple[ProcedureCase, ...]
    components: tuple[ComponentRequirement, ...]
    fee: Fee
    handled_by: str
    effective_from: date
    effective_to: date | None

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> Procedure:
        """Reads the TOML table of resources/procedures; a table with a hole is a KeyError that names it."""
        every = frozenset(case["code"] for case in table["cases"])
        return cls(
            code=ProcedureCode(table["code"]),
            name=table["name"],
            short_name=table["short_name"],
            sector_code=table["sector"]["code"],
            sector_name=table["sector"]["name"],
            form=table["form"],
            relation_field=table["relation_field"],
            copies_field=table["copies_field"],
            cases=tuple(
                ProcedureCase(
                    code=case["code"],
                    name=case["name"],
                    processing_time=ProcessingTime(case["time"]["quantity"], TimeUnit(case["time"]["unit"])),
                    when_relation=frozenset(case.get("when_relation", ())),
                )
                for case in table["cases"]
            ),
            components=tuple(
                ComponentRequirement(
                    code=paper["code"],
                    name=paper["name"],
                    use=ComponentUse(paper["use"]),
                    originals=paper.get("originals", 0),
                    copies=paper.get("copies", 0),
                    is_required=paper.get("required", True),
                    cases=frozenset(paper["cases"]) if "cases" in paper else every,
                    proven_by=frozenset(paper.get("proven_by", ())),
                    reader=paper.get("reader"),
                    fills=paper.get("fills", {}),
                )
                for paper in table["components"]
            ),
            fee=Fee(table["fee"]["name"], table["fee"]["vnd_per_copy"]),
            handled_by=table["handled_by"],
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

    def case_for_relation(self, relation: str) -> ProcedureCase | None:
        """The case that the declaration's 'quan hệ' points to, None when no case says so."""
        said = relation.strip().lower()
        return next((case for case in self.cases if said in case.when_relation), None)

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
