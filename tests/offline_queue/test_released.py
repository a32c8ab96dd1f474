"""A database of every released step opens in today's program, grows, and every record in it reads well.

`released/step-N.db` is a file as the program of step N left it, under the key of these tests: three records
(accepted, being sent, with the officer), a draft, and a block of numbers with two used.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from offline_queue.migrations import MIGRATIONS
from offline_queue.numbers import serials_left
from offline_queue.outbox import recover
from offline_queue.records import canonical_json, get_record, history_of, load_drafts
from offline_queue.store import Store
from tests.offline_queue.conftest import DATABASE_KEY
from tests.offline_queue.records import AGENCY, NOON, NOON_DAY
from tests.offline_queue.rows import list_outbox

RELEASED = sorted((Path(__file__).parent / "released").glob("step-*.db"))


def test_there_is_one_of_each_released_step() -> None:
    assert [path.stem for path in RELEASED][:2] == ["step-1", "step-2"]


@pytest.mark.parametrize("released", RELEASED, ids=lambda path: path.stem)
def test_a_released_database_grows_and_reads_well(released: Path, tmp_path: Path) -> None:
    shutil.copy(released, tmp_path / "queue.db")
    store = Store(tmp_path / "queue.db", DATABASE_KEY)
    assert store.rows("PRAGMA user_version")[0]["user_version"] == len(MIGRATIONS)
    assert store.check_integrity()
    rows = list_outbox(store)
    assert sorted(row.state for row in rows) == ["accepted", "needs_officer", "sending"]
    for row in rows:
        record = get_record(store, row.key)
        assert get_record(store, record.number) == record
        assert hashlib.sha256(canonical_json(record.body).encode()).hexdigest() == record.body_sha256
        assert record.body["key"] == record.key
        assert [entry.name for entry in record.files] == ["to-khai.pdf"]
        assert [line.event for line in history_of(store, row.key)] == ["sealed"]
        assert record.sealed_at == NOON
    assert recover(store, NOON) == 1
    assert serials_left(store, AGENCY, NOON_DAY) == 48
    assert load_drafts(store) == [{"visit_id": "x"}]
    store.close()
    again = Store(tmp_path / "queue.db", DATABASE_KEY)
    assert len(list_outbox(again)) == 3
    again.close()
