"""Fronts and backs of a stack, put in pairs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanning.stacking import UnevenStacks, collate


def test_a_stack_turned_over_gives_the_last_back_first() -> None:
    assert collate(["1", "3", "5"], ["6", "4", "2"], are_backs_reversed=True) == tuple("123456")


def test_a_stack_fed_again_from_its_first_sheet_is_in_order() -> None:
    assert collate(["1", "3", "5"], ["2", "4", "6"], are_backs_reversed=False) == tuple("123456")


@pytest.mark.parametrize(("fronts", "backs"), [(3, 2), (2, 3), (0, 1), (1, 0)])
def test_stacks_of_different_height_are_refused_with_both_counts(fronts: int, backs: int) -> None:
    with pytest.raises(UnevenStacks) as refused:
        collate(range(fronts), range(backs), are_backs_reversed=True)
    assert f"{fronts} trang" in str(refused.value)
    assert f"{backs} trang" in str(refused.value)
    assert "còn nguyên" in str(refused.value)


@given(st.integers(0, 60), st.booleans())
def test_every_page_is_there_once(sheets: int, is_reversed: bool) -> None:
    fronts, backs = [(n, "front") for n in range(sheets)], [(n, "back") for n in range(sheets)]
    given_backs = backs[::-1] if is_reversed else backs
    pairs = collate(fronts, given_backs, are_backs_reversed=is_reversed)
    assert pairs == tuple(page for n in range(sheets) for page in (fronts[n], backs[n]))
