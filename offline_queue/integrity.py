"""Is a station's database sound: every page authentic, every table in order. For any thread, beside the owner's.

It reads through a connection of its own that writes nothing, so that the window works on meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from offline_queue.errors import StoreError
from offline_queue.store import connect, explain, fold_log

_DAMAGED = (
    "Cơ sở dữ liệu có chỗ hỏng ({what}); hãy đóng chương trình rồi khôi phục từ bản sao lưu gần nhất "
    "(motcua queue restore), tệp hỏng được giữ lại."
)
#: A page that another program is just writing may look torn once, never each time.
_LOOKS = 3
_BLOB = re.compile(r"[0-9a-f]{64}")


def check_database(path: Path, key: bytes) -> str | None:
    """None when the database is sound, else the sentence to tell; reads the whole file.

    StoreError when it cannot be opened at all.
    """
    connection = connect(path, key, is_read_only=True)
    try:
        bad: set[str] = set()
        fold_log(connection)
        for look in range(_LOOKS):
            found = {str(row[0]) for row in connection.execute("PRAGMA cipher_integrity_check")}
            bad = found & bad if look else found
            if not bad:
                break
        if bad:
            return _DAMAGED.format(what=f"{len(bad)} trang")
        if connection.execute("PRAGMA quick_check").fetchone() != ("ok",):
            return _DAMAGED.format(what="bảng không khớp")
    except dbapi2.DatabaseError as refused:
        if "locked" in str(refused) or "busy" in str(refused):
            raise explain(refused) from refused
        return _DAMAGED.format(what="không đọc hết được")
    finally:
        connection.close()
    return None


def named_blobs(path: Path, key: bytes) -> frozenset[str]:
    """Every name of a stored file that stands anywhere in the database: records, drafts, later versions.

    Whatever looks like a name counts as one, in every column of every table: a table that a later step
    brings is covered too. StoreError when the database cannot be read to its end.
    """
    connection = connect(path, key, is_read_only=True)
    try:
        connection.execute("BEGIN")  # one moment of the database for all tables
        return frozenset(name for text in _texts(connection) for name in _BLOB.findall(text))
    except dbapi2.DatabaseError as refused:
        raise explain(refused) from refused
    finally:
        connection.close()


def required_blobs(path: Path, key: bytes) -> frozenset[str]:
    """The stored files that sealed records are made of."""
    connection = connect(path, key, is_read_only=True)
    try:
        return frozenset(row[0] for row in connection.execute("SELECT blob FROM record_files"))
    except dbapi2.DatabaseError as refused:
        raise explain(refused) from refused
    finally:
        connection.close()


def _texts(connection: Any) -> Iterator[str]:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (table,) in tables:
        quoted = table.replace('"', '""')
        for row in connection.execute(f'SELECT * FROM "{quoted}"'):  # noqa: S608
            yield from (value for value in row if isinstance(value, str))


def refuse_damaged(path: Path, key: bytes) -> None:
    """StoreError with the sentence where the database is not sound."""
    if (fault := check_database(path, key)) is not None:
        raise StoreError(fault)
