"""Linked procedures (liên thông) as data: which follow which, and how facts and results go from one to the next.

A table is checked when it is read against the procedures and declarations that it names: a field that is not there, a
fact without a target, or a required field that nobody fills and nobody is said to be asked for are errors that name it.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.domain.forms import Form
from app.domain.procedure import Procedure

#: The counter itself says whom a declaration is addressed to.
_OF_THE_COUNTER = frozenset({"addressee"})


@dataclass(frozen=True)
class LinkedFollower:
    """One procedure that follows: what it takes over from the first declaration, and what is still asked."""

    procedure: str
    facts: Mapping[str, str] = field(default_factory=dict)  # its field -> the field of the first declaration
    proposed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Its field -> wordings with {field} of the first declaration; the first that can be filled is proposed."""
    results: Mapping[str, str] = field(default_factory=dict)
    """Its paper -> the earlier procedure whose result stands in for it."""
    answers: Mapping[str, str] = field(default_factory=dict)  # of its guidance, known from the link
    rows: Mapping[str, int] = field(default_factory=dict)
    exemption: str | None = None
    asked: frozenset[str] = frozenset()  # required fields that no source can fill

    def wording(self, name: str, values: Mapping[str, str]) -> str:
        """What is proposed for a field; empty where the facts for it are not known."""
        for words in self.proposed.get(name, ()):
            if all(values.get(fact) for fact in facts_in(words)):
                return words.format_map(values)
        return ""


@dataclass(frozen=True)
class LinkedProcedures:
    """A chain of procedures that one person begins with one visit; `code` is the chain's own, where it has one."""

    key: str
    name: str
    first: str
    followers: tuple[LinkedFollower, ...]
    code: str | None = None
    left_out: tuple[str, ...] = ()  # what the chain has in law and this station does not, for the citizen

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> LinkedProcedures:
        """Reads the TOML table of resources/linked."""
        return cls(
            key=table["key"],
            name=table["name"],
            first=table["first"],
            followers=tuple(_follower(each) for each in table["followers"]),
            code=table.get("code"),
            left_out=tuple(table.get("left_out", ())),
        )

    @classmethod
    def listed(cls, procedures: Sequence[str]) -> LinkedProcedures:
        """Several matters of one person in one visit: nothing goes over but who it is."""
        first, *others = procedures
        return cls("", "", first, tuple(LinkedFollower(code) for code in others))

    @property
    def procedures(self) -> tuple[str, ...]:
        """All codes in their order."""
        return (self.first, *(follower.procedure for follower in self.followers))

    def check(self, procedures: Mapping[str, Procedure], forms: Mapping[str, Form]) -> None:
        """ValueError with the name of what does not fit."""
        if strange := [code for code in self.procedures if code not in procedures]:
            raise ValueError(f"link {self.key}: no procedure {strange}")
        source = {f.name for f in forms[procedures[self.first].form].fields}
        for place, follower in enumerate(self.followers, 1):
            procedure = procedures[follower.procedure]
            form = forms[procedure.form].with_rows(follower.rows)
            _check_fields(f"link {self.key}, {follower.procedure}", follower, form, source)
            _check_papers(
                f"link {self.key}, {follower.procedure}", follower, procedure, self.procedures[:place]
            )


def facts_in(words: str) -> frozenset[str]:
    """The facts that a wording names."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(words) if name)


def _follower(table: Mapping[str, Any]) -> LinkedFollower:
    return LinkedFollower(
        procedure=table["procedure"],
        facts=table.get("facts", {}),
        proposed={name: tuple(words) for name, words in table.get("proposed", {}).items()},
        results=table.get("results", {}),
        answers=table.get("answers", {}),
        rows=table.get("rows", {}),
        exemption=table.get("exemption"),
        asked=frozenset(table.get("asked", ())),
    )


def _check_fields(where: str, follower: LinkedFollower, form: Form, source: set[str]) -> None:
    known = {f.name for f in form.fields}
    told = {*follower.facts.values(), *_named(follower.proposed.values())}
    if strange := (told - source) | ({*follower.facts, *follower.proposed, *follower.asked} - known):
        raise ValueError(f"{where}: no fields {sorted(strange)}")
    filled = {*follower.facts, *follower.proposed, *form.applicant.values(), *_OF_THE_COUNTER}
    filled |= {f.name for f in form.fields if f.from_register or f.sum_of}
    left = {f.name for f in form.fields if f.is_required} - filled
    if left != follower.asked:
        raise ValueError(f"{where}: asked must be {sorted(left)}")


def _check_papers(where: str, follower: LinkedFollower, procedure: Procedure, earlier: Sequence[str]) -> None:
    if strange := set(follower.results) - {paper.code for paper in procedure.components}:
        raise ValueError(f"{where}: no papers {sorted(strange)}")
    if strange := set(follower.results.values()) - set(earlier):
        raise ValueError(f"{where}: no earlier procedures {sorted(strange)}")
    for question, answer in follower.answers.items():
        procedure.guidance.question(question).answer(answer)
    exemptions = {e.code for rule in procedure.fees.rules for e in rule.exemptions}
    if follower.exemption is not None and follower.exemption not in exemptions:
        raise ValueError(f"{where}: no exemption {follower.exemption}")


def _named(wordings: Iterable[tuple[str, ...]]) -> frozenset[str]:
    return frozenset(name for words in wordings for each in words for name in facts_in(each))
