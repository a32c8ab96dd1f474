"""What a citizen pays: steps, ceilings, channels, exemptions, and amounts that only the council knows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.dossier import Channel
from app.domain.errors import DomainError
from app.domain.fees import FeeCounts, FeeRule, FeeTable, money, total_vnd

CASES = frozenset({"a", "b"})
CERTIFYING = {"name": "Phí chứng thực", "per": "page", "steps": [[1, 2000], [3, 1000]], "most_vnd": 200_000}


def table(*rules: dict[str, Any]) -> FeeTable:
    return FeeTable(tuple(FeeRule.from_table(rule, CASES) for rule in rules))


def paid(rules: FeeTable, counts: FeeCounts = FeeCounts(), **more: Any) -> int | None:  # noqa: B008 (frozen)
    return total_vnd(rules.lines(more.pop("case", "a"), more.pop("channel", Channel.DIRECT), counts, **more))


@pytest.mark.parametrize(
    ("pages", "copies", "vnd"),
    [
        (1, 1, 2000),
        (2, 1, 4000),
        (3, 1, 5000),
        (10, 1, 12_000),
        (10, 3, 36_000),
        (500, 1, 200_000),
        (500, 2, 400_000),
    ],
)
def test_certified_pages(pages: int, copies: int, vnd: int) -> None:
    assert paid(table(CERTIFYING), FeeCounts(copies=copies, pages=pages)) == vnd


def test_channels_have_their_own_amounts() -> None:
    rules = table(
        {"name": "Lệ phí cư trú", "vnd": 20_000, "channels": ["direct", "postal"]},
        {"name": "Lệ phí cư trú", "vnd": 10_000, "channels": ["online"]},
    )
    assert paid(rules) == 20_000
    assert paid(rules, channel=Channel.ONLINE) == 10_000


def test_cases_persons_and_exemptions() -> None:
    rules = table(
        {
            "name": "Lệ phí theo danh sách",
            "per": "person",
            "vnd": 10_000,
            "cases": ["b"],
            "exemptions": [{"code": "merit", "name": "Người có công với cách mạng"}],
        }
    )
    assert paid(rules) == 0
    assert paid(rules, FeeCounts(persons=3), case="b") == 30_000
    assert paid(rules, FeeCounts(persons=3), case="b", exemption="merit") == 0
    (line,) = rules.lines("b", Channel.DIRECT, FeeCounts(), "merit")
    assert line.reason == "miễn: Người có công với cách mạng"
    assert [e.code for e in rules.exemptions("b", Channel.DIRECT)] == ["merit"]


def test_what_the_council_sets_is_not_guessed() -> None:
    rules = table({"key": "marital", "name": "Lệ phí xác nhận"}, {"name": "Bản sao", "vnd": 8000})
    assert paid(rules) is None
    assert paid(rules, council={"marital": 15_000}) == 23_000


@pytest.mark.parametrize("counts", [{"copies": 0}, {"copies": 101}, {"pages": -1}, {"persons": 501}])
def test_numbers_that_no_counter_takes_in_are_refused(counts: dict[str, int]) -> None:
    with pytest.raises(DomainError, match="phải từ 1 đến"):
        FeeCounts(**counts)


@given(st.integers(1, 4999), st.integers(1, 99))
def test_more_never_costs_less(pages: int, copies: int) -> None:
    rules = table(CERTIFYING)
    here, more = FeeCounts(copies=copies, pages=pages), FeeCounts(copies=copies + 1, pages=pages + 1)
    assert (paid(rules, more) or 0) >= (paid(rules, here) or 0) > 0


def test_an_amount_as_people_read_it() -> None:
    assert (money(0), money(16_000), money(1_250_000)) == ("0 đ", "16.000 đ", "1.250.000 đ")


def test_a_case_that_is_not_there_is_an_error_of_the_table() -> None:
    with pytest.raises(ValueError, match="unknown cases"):
        table({"name": "x", "vnd": 1000, "cases": ["c"]})
