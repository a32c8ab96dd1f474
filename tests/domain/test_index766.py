"""The index: what one dossier costs, and an office's figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar import VIETNAM
from app.domain.index766 import IndexFacts, IndexFlag, figures, flags

NOW = datetime(2026, 11, 28, 9, tzinfo=VIETNAM)
GOOD = IndexFacts(
    received_at=NOW - timedelta(days=2),
    due=NOW + timedelta(days=3),
    has_component_file=True,
    is_reused=True,
    is_from_store=True,
    is_register_used=True,
    is_synced=True,
)


def test_a_good_dossier_costs_nothing() -> None:
    assert flags(GOOD, NOW) == ()


@pytest.mark.parametrize(
    ("changes", "flag"),
    [
        ({"due": None}, IndexFlag.NO_DUE_DATE),
        ({"due": NOW - timedelta(hours=1)}, IndexFlag.LATE),
        ({"due": NOW + timedelta(hours=5)}, IndexFlag.DUE_SOON),
        ({"supplement_requests": 2}, IndexFlag.SECOND_SUPPLEMENT),
        ({"has_component_file": False}, IndexFlag.NO_COMPONENT_FILE),
        ({"is_reused": False}, IndexFlag.NOTHING_REUSED),
        ({"is_register_used": False}, IndexFlag.REGISTER_NOT_ASKED),
        ({"is_synced": False}, IndexFlag.LATE_SYNC),
    ],
)
def test_each_flag_is_raised_by_its_cause(changes: dict[str, object], flag: IndexFlag) -> None:
    assert flags(replace(GOOD, **changes), NOW) == (flag,)  # type: ignore[arg-type]
    assert flag.words.endswith(".")


def test_a_result_needs_its_file() -> None:
    finished = replace(GOOD, finished_at=NOW)
    assert flags(finished, NOW, is_still_open=False) == (IndexFlag.NO_RESULT_FILE,)


def test_an_offices_figures() -> None:
    finished = replace(GOOD, finished_at=NOW, has_result_file=True)
    late = replace(GOOD, finished_at=NOW + timedelta(days=9))
    lines = {line.code: line for line in figures([finished, finished, late, GOOD], NOW)}
    assert (lines["2"].count, lines["2"].total, lines["2"].points) == (2, 3, 13.33)
    assert (lines["4.1"].count, lines["4.1"].total, lines["4.1"].points) == (2, 3, 4.0)
    # Full at 80 %: two of three give 83 % of the points.
    assert lines["4.2"].points == 3.33
    assert lines["1.4"].points == 6


def test_an_empty_period_gives_no_points_and_no_share() -> None:
    assert all(line.points == 0 and line.share is None for line in figures([], NOW))


@given(st.lists(st.builds(IndexFacts, received_at=st.just(NOW), due=st.sampled_from([None, NOW, GOOD.due]),
    finished_at=st.sampled_from([None, NOW]), supplement_requests=st.integers(0, 3), has_component_file=st.booleans(),
    has_result_file=st.booleans(), is_reused=st.booleans(), is_synced=st.booleans()), max_size=8))  # fmt: skip
def test_points_stay_between_nought_and_the_most(dossiers: list[IndexFacts]) -> None:
    for line in figures(dossiers, NOW):
        assert 0 <= line.points <= line.most
        assert line.count <= line.total
