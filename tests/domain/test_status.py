"""The table of statuses: what the portal's list says, and that nothing else is possible."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import DomainError
from app.domain.status import STAGES, Status, check_step

#: As the portal's rules are written, by number; the table must say the same.
LEGAL = {
    1: {2, 3},
    2: {4, 5, 7, 8},
    3: set(),
    4: {5, 6, 7, 8, 9},
    5: {4, 7, 8},
    6: {4, 8},
    7: {8},
    8: set(),
    9: {10},
    10: set(),
}


def test_the_table_is_the_portal_s() -> None:
    assert {int(s): {int(n) for n in stage.next} for s, stage in STAGES.items()} == LEGAL
    assert len({stage.words for stage in STAGES.values()}) == 10


@given(st.sampled_from(Status), st.sampled_from(Status))
def test_a_step_is_legal_or_refused_with_the_legal_ones(now: Status, wanted: Status) -> None:
    if wanted in LEGAL[now]:
        check_step(now, wanted)
        return
    with pytest.raises(DomainError) as refused:
        check_step(now, wanted)
    told = str(refused.value).partition(";")[2]
    named = {int(s) for s in Status if f"“{STAGES[s].words}”" in told}
    assert named == LEGAL[now]
    assert STAGES[now].words in str(refused.value)


@given(st.lists(st.sampled_from(Status), max_size=40))
def test_any_walk_keeps_to_the_table_and_ends_where_it_says(wishes: list[Status]) -> None:
    at, walked = Status.REGISTERED, [Status.REGISTERED]
    for wish in wishes:
        try:
            check_step(at, wish)
        except DomainError:
            continue
        at = wish
        walked.append(wish)
    assert all(int(b) in LEGAL[a] for a, b in pairwise(walked))
    assert not {Status.NOT_RECEIVED, Status.STOPPED, Status.RETURNED} & set(walked[:-1])
    if Status.RETURNED in walked:
        assert walked[-2] is Status.DONE


def test_every_status_can_be_reached_and_every_way_can_end() -> None:
    def reach(start: int) -> set[int]:
        seen, todo = {start}, [start]
        while todo:
            for follows in STAGES[Status(todo.pop())].next:
                if int(follows) not in seen:
                    seen.add(int(follows))
                    todo.append(int(follows))
        return seen

    assert reach(1) == set(range(1, 11))
    assert all(reach(status) & {3, 8, 10} for status in range(1, 11))
