"""The encrypted database of a station: SQLCipher through sqlite-utils, WAL, synchronous FULL.

One thread owns a Store. Other processes (the command line beside the window) may open the same file:
each write begins IMMEDIATE and waits its turn.
"""

from __future__ import annotations

import hashlib
import logging
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import sqlcipher3
from sqlcipher3 import dbapi2

from offline_queue.errors import StoreError

# sqlite-utils takes whatever 'pysqlite3' is as its driver; SQLCipher's exceptions are not sqlite3's, so
# it must be the same module or its error handling never fires. This is the only place that does it.
sys.modules.setdefault("pysqlite3", sqlcipher3)
sys.modules.setdefault("pysqlite3.dbapi2", dbapi2)
import sqlite_utils  # noqa: E402

from offline_queue.migrations import MIGRATIONS, migrate  # noqa: E402
from offline_queue.write_ahead import LogState, examine_log  # noqa: E402

if TYPE_CHECKING:
    import sqlite3

log = logging.getLogger(__name__)
_WAIT_S = 30.0
#: A log that another program is just writing looks otherwise a moment later.
_LOOK_AGAIN_S = 0.1


class Store:
    """An open database; every method must be called on the thread that opened it."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Opens or makes the file; StoreError when the key does not fit or the file is too new."""
        self.path = path
        self._owner = threading.get_ident()
        connection = connect(path, key)
        self.db = sqlite_utils.Database(
            cast("sqlite3.Connection", connection), execute_plugins=False, strict=True
        )
        try:
            migrate(self, MIGRATIONS)
        except BaseException:
            connection.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[sqlite_utils.Database]:
        """All or nothing; durable on disk when the block ends without an error.

        A full disk or a lock held too long becomes StoreError, with everything as it was before. Within another
        transaction it is a part of that one.
        """
        self._check_owner()
        if self.db.conn.in_transaction:
            yield self.db
            return
        try:
            self.db.conn.execute("BEGIN IMMEDIATE")
        except dbapi2.DatabaseError as refused:
            raise explain(refused) from refused
        try:
            yield self.db
            self.db.conn.execute("COMMIT")
        except dbapi2.DatabaseError as refused:
            self._roll_back()
            raise explain(refused) from refused
        except BaseException:
            self._roll_back()
            raise

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """Reads rows as dictionaries; StoreError where the file cannot be read."""
        self._check_owner()
        is_inside = self.db.conn.in_transaction
        try:
            # Not by sqlite-utils' own query: it sets a savepoint around each.
            cursor = self.db.conn.execute(sql, values)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor]
        except dbapi2.DatabaseError as refused:
            if not is_inside:
                self._roll_back()
            raise explain(refused) from refused

    def get_setting(self, name: str) -> str | None:
        """A small fact the queue remembers (clock offset, last sync)."""
        rows = self.rows("SELECT value FROM settings WHERE name = ?", name)
        return rows[0]["value"] if rows else None

    def put_setting(self, name: str, value: str) -> None:
        """Remembers a small fact."""
        with self.transaction() as db:
            db.table("settings").upsert({"name": name, "value": value}, pk="name")

    def check_integrity(self) -> bool:
        """True when every page is authentic (SQLCipher's HMAC) and the tables are sound; reads it all."""
        self._check_owner()
        try:
            fold_log(self.db.conn)
            pages = self.db.conn.execute("PRAGMA cipher_integrity_check").fetchall()
            return not pages and self.db.conn.execute("PRAGMA quick_check").fetchone() == ("ok",)
        except dbapi2.DatabaseError:
            return False

    def close(self) -> None:
        """Closes the file; the write-ahead log is folded in."""
        self._check_owner()
        self.db.close()

    def _roll_back(self) -> None:
        if self.db.conn.in_transaction:
            self.db.conn.execute("ROLLBACK")

    def _check_owner(self) -> None:
        if threading.get_ident() != self._owner:
            raise AssertionError("the store was touched from a thread that does not own it")


def insert(db: sqlite_utils.Database, table: str, row: Mapping[str, Any]) -> None:
    """Adds one row of known columns, inside a transaction.

    sqlite-utils looks the table up, sets savepoints and reads the row back for each of its inserts: a sealing has a
    dozen of them, and that took as long as the encryption and the disk.
    """
    columns, places = ", ".join(row), ", ".join("?" * len(row))
    db.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", list(row.values()))  # noqa: S608


def connect(path: Path, key: bytes, *, is_read_only: bool = False) -> Any:
    """A connection to an encrypted database, durable at each commit; it is the caller's to close.

    `is_read_only` refuses every write through this connection; the file must be there.
    StoreError when the key does not fit, the file cannot be used, or its log lost an acknowledged write.
    """
    if len(key) != 32:
        raise StoreError("Khóa cơ sở dữ liệu phải dài 32 byte.")
    if is_read_only and not path.exists():
        raise StoreError(f"Không có tệp {path.name}; hãy khôi phục từ bản sao lưu (motcua queue restore).")
    _refuse_damaged_log(path)
    *others, last = _spellings(path, key)
    for spelling in others:
        try:
            return _open(path, spelling, is_read_only)
        except _WrongKey:
            continue
    try:
        return _open(path, last, is_read_only)
    except _WrongKey as refused:
        raise StoreError(
            f"Không mở được cơ sở dữ liệu {path.name}: khóa không khớp hoặc tệp hỏng; dữ liệu vẫn nguyên trên đĩa."
        ) from refused


class _WrongKey(Exception):
    """What lies there is no database under this key."""


def _spellings(path: Path, key: bytes) -> list[str]:
    """The key as SQLCipher takes it, raw: the secret is uniformly random already and needs no derivation.

    SQLCipher salts it with the file's first 16 bytes, which stand in no log: a power cut that garbles the first
    sector would take the whole database with it. So the salt is made from the key, and files of the first release,
    which have one of chance, are opened by what stands in them.
    """
    salt = hashlib.sha256(b"motcua salt " + key).digest()[:16]
    ours, theirs = f"{key.hex()}{salt.hex()}", key.hex()
    try:
        with path.open("rb") as file:
            stands = file.read(16)
    except OSError:
        stands = b""
    return [ours] if stands in (b"", salt) else [theirs, ours]


def _open(path: Path, spelling: str, is_read_only: bool) -> Any:
    connection = None
    try:
        # An owner's thread is checked by Store; a connection that only reads may be closed elsewhere.
        connection = dbapi2.connect(str(path), timeout=_WAIT_S, isolation_level=None)
        # SQLCipher would print its own lines to stderr; the refusal below says it in one sentence.
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{spelling}'\"")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if is_read_only:
            connection.execute("PRAGMA query_only = ON")
        else:
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
    except dbapi2.DatabaseError as refused:
        if connection is not None:
            connection.close()
        if "not a database" not in str(refused) and "malformed" not in str(refused):
            raise explain(refused) from refused
        raise _WrongKey from refused
    return connection


def fold_log(connection: Any) -> None:
    """Brings the log's pages into the file as far as nobody reads there: SQLCipher's check looks at the file alone,
    where a power cut in a checkpoint leaves torn pages that the log has whole."""
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


def _refuse_damaged_log(path: Path) -> None:
    wal = path.with_name(f"{path.name}-wal")
    state = examine_log(wal)
    if state is not LogState.SOUND:
        time.sleep(_LOOK_AGAIN_S)
        state = examine_log(wal)
    if state is LogState.DAMAGED:
        raise StoreError(
            f"Tệp {wal.name} có chỗ hỏng, mở ra sẽ mất những hồ sơ ghi sau cùng nên chưa mở; "
            "hãy khôi phục từ bản sao lưu (motcua queue restore), tệp hỏng được giữ lại."
        )
    if state is LogState.LAST_WRITE_UNSURE:
        log.warning("the last write to %s is not whole and is left out", path.name)


def explain(refused: Exception) -> StoreError:
    """The sentence for what the database refused."""
    words = str(refused)
    if "full" in words:
        return StoreError(
            "Đĩa đã đầy nên chưa ghi được; hãy dọn chỗ trống rồi làm lại, những gì đã lưu còn nguyên."
        )
    if "readonly" in words or "unable to open" in words:
        return StoreError(
            "Đĩa không cho ghi nên chưa lưu được; hãy kiểm tra đĩa và quyền ghi rồi làm lại, những gì đã lưu còn nguyên."
        )
    if "malformed" in words or "not a database" in words:
        return StoreError(
            "Cơ sở dữ liệu có chỗ hỏng nên không đọc được; hãy chạy motcua queue restore với bản sao lưu."
        )
    if "locked" in words or "busy" in words:
        return StoreError(
            "Cơ sở dữ liệu đang được chương trình khác dùng; hãy đóng chương trình đó rồi làm lại."
        )
    return StoreError(
        f"Đĩa hoặc cơ sở dữ liệu từ chối ({type(refused).__name__}); hãy kiểm tra đĩa rồi làm lại, những gì đã lưu còn nguyên."
    )
