"""Questions that lead to one case: complete, without two answers, and for every procedure that is shipped."""

from __future__ import annotations

from typing import Any

import pytest

import resources
from app.domain.errors import DomainError
from app.domain.guidance import Guidance
from app.domain.procedure import Procedure
from app.office import load_form

PROCEDURES = [
    Procedure.from_table(resources.load_toml("procedures", path.name))
    for path in sorted(resources.path("procedures").glob("*.toml"))
]


def answers(*codes: str) -> list[dict[str, str]]:
    return [{"code": code, "text": code.title()} for code in codes]


TABLE: dict[str, Any] = {
    "code": "1.900001",
    "questions": [
        {"name": "who", "text": "Cho ai?", "answers": answers("self", "child")},
        {"name": "age", "text": "Mấy tuổi?", "when": {"who": "child"}, "answers": answers("small", "big")},
    ],
    "cases": [
        {"code": "own", "when": {"who": "self"}},
        {"code": "small", "when": {"who": "child", "age": "small"}},
        {"code": "big", "when": {"who": ["child"], "age": ["big"]}},
    ],
}


def test_only_what_matters_is_asked() -> None:
    guidance = Guidance.from_table(TABLE)
    first = guidance.next({})
    assert first is not None
    assert first.name == "who"
    assert guidance.next({"who": "self"}) is None
    assert guidance.case({"who": "self"}) == "own"
    second = guidance.next({"who": "child"})
    assert second is not None
    assert second.name == "age"
    assert guidance.case({"who": "child"}) is None
    assert guidance.case({"who": "child", "age": "big"}) == "big"
    assert [q.name for q in guidance.asked({"who": "self", "age": "big"})] == ["who"]


def test_answers_that_are_not_there_are_named() -> None:
    guidance = Guidance.from_table(TABLE)
    with pytest.raises(DomainError, match="không có câu trả lời “dog”; có: self, child"):
        guidance.question("who").answer("dog")
    with pytest.raises(DomainError, match="không có câu hỏi"):
        guidance.question("where")


@pytest.mark.parametrize(
    ("cases", "message"),
    [
        (TABLE["cases"][:2], "leads to no case"),
        ([*TABLE["cases"], {"code": "twice", "when": {"who": "self"}}], "leads to"),
        ([*TABLE["cases"], {"code": "odd", "when": {"who": "dog"}}], "unknown who"),
    ],
)
def test_a_table_with_a_hole_is_refused(cases: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Guidance.from_table({**TABLE, "cases": cases})


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda p: str(p.code))
def test_each_shipped_procedure_is_whole(procedure: Procedure) -> None:
    """Every way ends at a case; every case has papers, its own time, and a sentence for each paper."""
    form = load_form(procedure.form)
    names = {f.name for f in form.with_rows({group.name: group.most for group in form.groups}).fields}
    assert len(procedure.cases) == 1 or procedure.guidance.questions
    for question in procedure.guidance.questions:
        assert question.from_field is None or question.from_field in names
    assert set(procedure.counted_by.values()) <= names
    for case in procedure.cases:
        papers = procedure.components_of(case.code)
        assert papers
        for paper in papers:
            assert paper.plain.endswith("."), paper.name
            assert set(paper.fills.values()) <= names
    assert procedure.result
    assert procedure.legal_basis


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda p: str(p.code))
def test_the_applicant_is_asked_whatever_is_answered(procedure: Procedure) -> None:
    form = load_form(procedure.form)
    for attribute in ("personal_id", "full_name", "birth_date"):
        assert not form.field(form.applicant[attribute]).when
