"""Leased serials: each once, in order, never from a block that is known already."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_queue.errors import StoreError
from offline_queue.numbers import NumberBlock, SerialRequest, add_blocks, serials_left, take_serial
from offline_queue.store import Store
from tests.offline_queue.conftest import DATABASE_KEY
from tests.offline_queue.records import AGENCY, NOON, block

TODAY = NOON.date()
REQUEST = SerialRequest(AGENCY, TODAY)


def take(store: Store, request: SerialRequest = REQUEST) -> int | None:
    """One serial in a transaction of its own."""
    with store.transaction():
        return take_serial(store, request)


_blocks = st.tuples(st.integers(1, 60), st.integers(0, 9)).map(lambda p: (p[0], p[0] + p[1]))


@given(steps=st.lists(st.none() | _blocks, max_size=40))
@settings(max_examples=40, deadline=None, derandomize=True, database=None)
def test_no_serial_is_ever_given_twice(steps: list[tuple[int, int] | None]) -> None:
    """`None` takes a serial, a pair is a block from the server, also one that overlaps what is known."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "queue.db", DATABASE_KEY)
        taken: list[int] = []
        leased: set[int] = set()
        for wanted in steps:
            if wanted is None:
                left = serials_left(store, AGENCY, TODAY)
                serial = take(store)
                assert (serial is None) is (left == 0)
                if serial is not None:
                    assert serial in leased
                    taken.append(serial)
            else:
                add_blocks(store, [block(*wanted)])
                leased |= set(range(wanted[0], wanted[1] + 1))
        while (serial := take(store)) is not None:
            taken.append(serial)
        store.close()
    assert len(taken) == len(set(taken))
    assert set(taken) <= leased


def test_serials_come_in_order_through_the_blocks(store: Store) -> None:
    add_blocks(store, [block(51, 53), block(1, 3)])
    assert [take(store) for _ in range(7)] == [1, 2, 3, 51, 52, 53, None]
    assert take(store) is None


def test_a_known_block_is_not_started_anew(store: Store) -> None:
    add_blocks(store, [block(1, 3)])
    assert [take(store), take(store)] == [1, 2]
    add_blocks(store, [block(1, 3)])  # the lease asked again after a lost answer
    assert [take(store), take(store)] == [3, None]
    add_blocks(store, [block(1, 3), block(4, 4)])
    assert [take(store), take(store)] == [4, None]


def test_a_block_that_overlaps_a_known_one_is_not_taken(store: Store) -> None:
    add_blocks(store, [block(1, 10)])
    add_blocks(store, [block(5, 20), block(21, 22)])
    assert [take(store) for _ in range(13)] == [*range(1, 11), 21, 22, None]


def test_days_and_agencies_have_serials_of_their_own(store: Store) -> None:
    tomorrow = TODAY + timedelta(days=1)
    add_blocks(store, [block(1, 1), block(1, 1, tomorrow), NumberBlock("H15.24.4", TODAY, 1, 1)])
    assert take(store) == 1
    assert take(store) is None
    assert take(store, SerialRequest(AGENCY, tomorrow)) == 1
    assert take(store, SerialRequest("H15.24.4", TODAY)) == 1
    assert take(store, SerialRequest("H15.24.5", TODAY)) is None


def test_a_serial_is_given_back_when_its_transaction_fails(store: Store) -> None:
    add_blocks(store, [block(1, 2)])
    with pytest.raises(RuntimeError), store.transaction():
        assert take_serial(store, REQUEST) == 1
        raise RuntimeError
    assert take(store) == 1


def test_a_block_the_wrong_way_round_is_refused(store: Store) -> None:
    with pytest.raises(StoreError):
        add_blocks(store, [block(1, 5), block(10, 7)])
    assert take(store) is None
    assert serials_left(store, AGENCY, TODAY) == 0
