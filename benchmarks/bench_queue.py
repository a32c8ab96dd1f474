"""A long queue: the same few actions among a hundred records and among a hundred thousand, and 30 days offline."""

from __future__ import annotations

import argparse
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from uuid6 import uuid7

from app.domain.calendar import VIETNAM
from benchmarks.tables import Measured, show
from offline_queue import listing
from offline_queue.files import FileStore
from offline_queue.numbers import NumberBlock, SerialRequest, add_blocks
from offline_queue.outbox import OutboxState, recover, step
from offline_queue.records import FileEntry, Numbered, SealRequest, get_record, seal
from offline_queue.store import Store

_KEY = bytes(range(32))
_AGENCY = "H15.50.05.13"
_FIRST_DAY = datetime(2026, 10, 1, 8, tzinfo=VIETNAM)
_A_DAY = 200
_BODY_BYTES = 3000
_FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Hoàng", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô")
_MIDDLES = ("Văn", "Thị", "Đức", "Minh", "Thị Phương", "Hữu", "Thanh", "Ngọc", "Quốc")
_NAMES = (
    "Anh",
    "Bình",
    "Châu",
    "Dũng",
    "Đạt",
    "Giang",
    "Hà",
    "Khánh",
    "Lan",
    "Ơn",
    "Phúc",
    "Quyên",
    "Thảo",
    "Út",
)
_SEARCHES = (
    "nguyen thi phuong thao",
    "đỗ út",
    "ng th",
    "dang quoc 0042",
    "7301",
    "khong co ai",
    "261001-01",
    "t",
)


def run(many: int = 100_000, offline: int = 5_000, times: int = 400) -> None:
    """Prints the tables; `many` records against 100, `offline` dossiers of six files each."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        _compare(home, many, times)
        _thirty_days(home, offline, times)


class _Queue:
    """A station's database with so many records: 40 wait, one needs an officer, the others are accepted."""

    def __init__(self, path: Path, count: int, *, files: int = 2, waiting: int = 40) -> None:
        self.path, self.random, self.count = path, Random(count), count
        self.store = Store(path, _KEY)
        days = range(2 + (count + 1000) // _A_DAY)
        self.keys: list[str] = []
        with self.store.transaction():
            first = _FIRST_DAY.date()
            add_blocks(self.store, [NumberBlock(_AGENCY, first + timedelta(n), 1, 9999) for n in days])
            for n in range(count):
                self.keys.append(seal(self.store, self.request(n, files)).key)
                if n < count - waiting:
                    self._settle(self.keys[-1], n)
            step(self.store, self.keys[-1], OutboxState.NEEDS_OFFICER, _FIRST_DAY, "xem", reason="thiếu giấy")
        self.store.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @property
    def last_day(self) -> datetime:
        """When the last of its records were accepted."""
        return _FIRST_DAY + timedelta(days=(self.count - 1) // _A_DAY)

    def request(self, n: int, files: int = 2) -> SealRequest:
        """An invented dossier."""
        random = self.random
        at = _FIRST_DAY + timedelta(days=n // _A_DAY, seconds=30 * (n % _A_DAY))
        name = " ".join((random.choice(_FAMILIES), random.choice(_MIDDLES), random.choice(_NAMES)))
        person = {"full_name": name, "personal_id": f"{random.randrange(10**12):012d}"}
        filler = random.randbytes(_BODY_BYTES // 2).hex()

        def body(named: Numbered) -> dict[str, Any]:
            return {"code": named.code, "applicant": person, "owner": None, "form": filler}

        entries = [
            FileEntry(
                f"giay-{i}", f"giay-{i}.pdf", "application/pdf", 90_000, random.randbytes(32).hex(), "0" * 64
            )
            for i in range(files)
        ]
        return SealRequest(
            key=str(uuid7()),
            serial=SerialRequest(_AGENCY, at.date()),
            name=lambda serial: Numbered(f"{_AGENCY}-{at:%y%m%d}-{serial:04d}", None),
            body=body,
            local={"counter": "Quầy số 3"},
            files=entries,
            sealed_at=at,
            event="Tiếp nhận, lưu trên máy",
            officer="cb01",
            title=name,
            about="Đăng ký lại khai sinh",
        )

    def _settle(self, key: str, n: int) -> None:
        at = _FIRST_DAY + timedelta(days=n // _A_DAY, hours=1, seconds=n % _A_DAY)
        step(self.store, key, OutboxState.SENDING, at)
        step(self.store, key, OutboxState.ACCEPTED, at, "Hệ thống tỉnh đã nhận đủ")


def _timed(action: Callable[[int], object], times: int) -> tuple[float, ...]:
    seconds = []
    for n in range(times):
        began = time.perf_counter()
        action(n)
        seconds.append(time.perf_counter() - began)
    return tuple(seconds)


def _by_turns(
    action: Callable[[_Queue, int], object], large: _Queue, small: _Queue, times: int
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The same on both, by turns, so that what else the machine does meets both alike."""
    of_many: list[float] = []
    of_few: list[float] = []
    for n in range(times):
        of_many += _timed(lambda _n, n=n: action(large, n), 1)  # type: ignore[misc]
        of_few += _timed(lambda _n, n=n: action(small, n), 1)  # type: ignore[misc]
    return tuple(of_many), tuple(of_few)


def _compare(home: Path, many: int, times: int) -> None:
    small = _Queue(home / "small.db", 100)
    began = time.perf_counter()
    large = _Queue(home / "large.db", many)
    built_s = time.perf_counter() - began
    print(
        f"\nHàng chờ {many} hồ sơ: dựng trong {built_s:.0f} s, tệp {large.path.stat().st_size / 1e6:.0f} MB"
    )
    actions: dict[str, Callable[[_Queue, int], object]] = {
        "số liệu của hàng chờ": lambda q, _n: listing.sums(q.store),
        "màn hình hàng chờ: chờ gửi, cần xem, nhận hôm nay": lambda q, _n: _screen(q.store, q.last_day),
        "một trang 50 hồ sơ đã nhận, kèm lịch sử": lambda q, n: _a_page(q, n),
        "một hồ sơ theo mã": lambda q, n: get_record(q.store, _code(q, n)),
        "lần gửi lại kế tiếp": lambda q, _n: listing.next_due(q.store),
        "tìm một hồ sơ theo cả mã": lambda q, n: listing.search(q.store, _code(q, n), limit=20),
        **{
            f"tìm “{words}”, 20 hồ sơ": lambda q, _n, words=words: listing.search(q.store, words, limit=20)  # type: ignore[misc]
            for words in _SEARCHES
        },
    }
    for name, action in actions.items():
        of_many, of_few = _by_turns(action, large, small, times)
        rows = [
            Measured(f"trong {many}", of_many),
            Measured("trong 100", of_few),
        ]
        show(name, rows, "ms", 1000)
    bare = _Bare(home / "bare.db")
    sealed: dict[str, list[float]] = {"large": [], "small": [], "bare": []}
    for n in range(times):
        for name, queue in (("large", large), ("small", small)):
            request = queue.request(queue.count + n)
            sealed[name] += _timed(lambda _n: seal(queue.store, request), 1)  # noqa: B023
        sealed["bare"] += _timed(lambda _n: bare.commit(_BODY_BYTES + 1000), 1)
    show(
        "Niêm phong (bền trên đĩa), xen kẽ trong một lượt",
        [
            Measured(f"trong {many}", tuple(sealed["large"])),
            Measured("trong 100", tuple(sealed["small"])),
            Measured("nền: một lệnh ghi SQLite trần (WAL, FULL)", tuple(sealed["bare"])),
        ],
        "ms",
        1000,
    )
    small.store.close()
    large.store.close()
    bare.connection.close()


def _screen(store: Store, today: datetime) -> int:
    rows = [
        *listing.page(store, {OutboxState.NEEDS_OFFICER}).rows,
        *listing.page(store, listing.WAITING).rows,
        *listing.settled_since(store, today, limit=40),
    ]
    return len(listing.histories(store, [row.key for row in rows]))


def _a_page(queue: _Queue, n: int) -> int:
    accepted = {OutboxState.ACCEPTED}
    rows = listing.page(queue.store, accepted, limit=50, is_newest_first=True, after=queue.count - n % 5).rows
    return len(listing.histories(queue.store, [row.key for row in rows]))


def _code(queue: _Queue, n: int) -> str:
    at = _FIRST_DAY + timedelta(days=(n * 7919 % queue.count) // _A_DAY)
    return f"{_AGENCY}-{at:%y%m%d}-{1 + n % 90:04d}"


class _Bare:
    """The machine's own: one insert, one commit, no encryption."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        self.connection.execute("CREATE TABLE t (key INTEGER PRIMARY KEY, body BLOB)")

    def commit(self, size: int) -> None:
        self.connection.execute("INSERT INTO t (body) VALUES (?)", (os.urandom(size),))


def _thirty_days(home: Path, dossiers: int, times: int) -> None:
    """Nothing was sent for 30 days: opening, sealing and searching with all of it waiting and its files on disk."""
    files = FileStore(home / "files", _KEY, _KEY)
    queue = _Queue(home / "offline.db", dossiers, files=6, waiting=dossiers)
    for n in range(dossiers * 6):
        files.put(n.to_bytes(8, "big") * 64)
    # As after a crash in the middle of sending.
    for key in queue.keys[:4]:
        step(queue.store, key, OutboxState.SENDING, _FIRST_DAY)
    queue.store.close()
    opened = []
    for _ in range(7):
        began = time.perf_counter()
        store = Store(queue.path, _KEY)
        recover(store, _FIRST_DAY)
        _screen(store, _FIRST_DAY)
        opened.append(time.perf_counter() - began)
        store.close()
    queue.store = Store(queue.path, _KEY)
    bare = _Bare(home / "bare-2.db")
    sealed: list[float] = []
    bares: list[float] = []
    for n in range(times):
        request = queue.request(dossiers + n, 6)
        sealed += _timed(lambda _n: seal(queue.store, request), 1)  # noqa: B023
        bares += _timed(lambda _n: bare.commit(_BODY_BYTES + 3000), 1)
    searched = _timed(lambda n: listing.search(queue.store, _SEARCHES[n % len(_SEARCHES)], limit=20), times)
    show(
        f"30 ngày mất mạng: {dossiers} hồ sơ chờ gửi, {dossiers * 6} tệp trang",
        [
            Measured("mở kho, trả hồ sơ gửi dở về hàng chờ, màn hình", tuple(opened)),
            Measured("niêm phong", tuple(sealed)),
            Measured("tìm không dấu", searched),
            Measured("nền: một lệnh ghi SQLite trần (WAL, FULL)", tuple(bares)),
        ],
        "ms",
        1000,
    )
    queue.store.close()
    bare.connection.close()


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--smoke", action="store_true", help="vài trăm hồ sơ, để thử là chạy được")
    run(*((500, 20, 10) if options.parse_args().smoke else ()))
