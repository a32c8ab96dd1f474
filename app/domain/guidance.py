"""Guidance: a few questions that lead to the one case, and to what must be brought for it.

A decision table as data: each case says under which answers it holds. The table is checked when it is read: every way
through the questions ends at exactly one case, or the station refuses the procedure and says where the hole is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.errors import DomainError

Answers = Mapping[str, str]
Conditions = Mapping[str, frozenset[str]]
"""Question -> the answers under which something holds; all of them must fit."""


@dataclass(frozen=True)
class Answer:
    """One way to answer; `said` are words on a declaration that mean the same."""

    code: str
    text: str
    said: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Question:
    """One question, asked only where `when` holds; `from_field` is a field of the declaration that may answer it."""

    name: str
    text: str
    answers: tuple[Answer, ...]
    when: Conditions
    help: str = ""
    from_field: str | None = None

    def answer(self, code: str) -> Answer:
        """The answer of that code, or a sentence that names those there are."""
        for each in self.answers:
            if each.code == code:
                return each
        known = ", ".join(each.code for each in self.answers)
        raise DomainError(f"Câu hỏi “{self.text}” không có câu trả lời “{code}”; có: {known}.")

    def meant_by(self, words: str) -> Answer | None:
        """The answer that these words of a declaration point to; None when they point to none."""
        said = " ".join(words.lower().split())
        return next((each for each in self.answers if said in each.said), None)


@dataclass(frozen=True)
class Guidance:
    """The questions of a procedure in their order, and the table from answers to cases."""

    questions: tuple[Question, ...]
    cases: Mapping[str, Conditions]

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> Guidance:
        """Reads `[[questions]]` and the `when` of `[[cases]]`; a hole or two cases for one way are a ValueError."""
        questions = tuple(_question(q) for q in table.get("questions", ()))
        cases = {case["code"]: _conditions(case.get("when", {})) for case in table["cases"]}
        guidance = cls(questions, cases)
        guidance._check(str(table["code"]))
        return guidance

    def question(self, name: str) -> Question:
        """The question of that name, or a sentence that says there is none."""
        for each in self.questions:
            if each.name == name:
                return each
        raise DomainError(f"Thủ tục này không có câu hỏi “{name}”.")

    def asked(self, answers: Answers) -> tuple[Question, ...]:
        """The questions that these answers lead to, answered ones first in their order, then the next one."""
        found = []
        for question in self.questions:
            if not holds(question.when, answers):
                continue
            found.append(question)
            if question.name not in answers:
                break
        return tuple(found)

    def next(self, answers: Answers) -> Question | None:
        """What to ask now; None when nothing is left to ask."""
        found = self.asked(answers)
        return found[-1] if found and found[-1].name not in answers else None

    def case(self, answers: Answers) -> str | None:
        """The case, once every question that matters is answered."""
        if self.next(answers) is not None:
            return None
        return next((code for code, when in self.cases.items() if holds(when, answers)), None)

    def answers_of(self, case: str) -> dict[str, str]:
        """What answering one by one would have said for that case, as far as only one answer fits."""
        return {name: next(iter(fit)) for name, fit in self.cases[case].items() if len(fit) == 1}

    def _check(self, code: str) -> None:
        names = [question.name for question in self.questions]
        for when in (*self.cases.values(), *(q.when for q in self.questions)):
            for name, fit in when.items():
                known = {a.code for q in self.questions if q.name == name for a in q.answers}
                if not fit <= known:
                    raise ValueError(f"guidance of {code}: unknown {name} = {sorted(fit - known)}")
        if len(set(names)) != len(names):
            raise ValueError(f"guidance of {code}: two questions of one name")
        if not self.questions:
            return
        for way in self._ways({}):
            found = [case for case, when in self.cases.items() if holds(when, way)]
            if len(found) != 1:
                raise ValueError(f"guidance of {code}: {dict(way)} leads to {found or 'no case'}")

    def _ways(self, answers: dict[str, str]) -> Iterator[Answers]:
        question = self.next(answers)
        if question is None:
            yield answers
            return
        for each in question.answers:
            yield from self._ways({**answers, question.name: each.code})


def holds(when: Conditions, answers: Answers) -> bool:
    """True where every named question has one of the fitting answers."""
    return all(answers.get(name) in fit for name, fit in when.items())


def _question(table: Mapping[str, Any]) -> Question:
    return Question(
        name=table["name"],
        text=table["text"],
        answers=tuple(
            Answer(each["code"], each["text"], frozenset(each.get("said", ()))) for each in table["answers"]
        ),
        when=_conditions(table.get("when", {})),
        help=table.get("help", ""),
        from_field=table.get("from_field"),
    )


def _conditions(table: Mapping[str, Any]) -> Conditions:
    return {name: frozenset([fit] if isinstance(fit, str) else fit) for name, fit in table.items()}
