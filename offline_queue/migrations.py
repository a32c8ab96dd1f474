"""The tables of the queue, grown by small steps; each runs in a transaction, with the file copied first."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from filelock import FileLock
from sqlcipher3 import dbapi2

from offline_queue.errors import StoreError
from offline_queue.files import sync_folder
from offline_queue.listing_tables import LISTING_TABLES

if TYPE_CHECKING:
    import sqlite_utils

    from offline_queue.store import Store

Migration = Callable[["sqlite_utils.Database"], None]


def _first_tables(db: sqlite_utils.Database) -> None:
    statements = """
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    CREATE TABLE records (
        key TEXT PRIMARY KEY, code TEXT UNIQUE, alias TEXT UNIQUE, body TEXT NOT NULL, local TEXT NOT NULL,
        body_sha256 TEXT NOT NULL, sealed_at TEXT NOT NULL, title TEXT NOT NULL, about TEXT NOT NULL,
        CHECK (code IS NOT NULL OR alias IS NOT NULL)) STRICT;
    CREATE TABLE record_files (
        record_key TEXT NOT NULL REFERENCES records(key), part TEXT NOT NULL, name TEXT NOT NULL,
        media_type TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL, blob TEXT NOT NULL,
        upload_url TEXT, sent_at TEXT, PRIMARY KEY (record_key, part, name)) STRICT;
    CREATE TABLE outbox (
        record_key TEXT PRIMARY KEY REFERENCES records(key), position INTEGER NOT NULL UNIQUE,
        state TEXT NOT NULL CHECK (state IN ('sealed', 'sending', 'to_update', 'accepted', 'needs_officer')),
        attempts INTEGER NOT NULL DEFAULT 0, wait_s REAL NOT NULL DEFAULT 0, next_try_at TEXT,
        reason TEXT, official_code TEXT, settled_at TEXT) STRICT;
    CREATE INDEX outbox_by_state ON outbox (state, position);
    CREATE TABLE history (
        id INTEGER PRIMARY KEY, record_key TEXT NOT NULL REFERENCES records(key), at TEXT NOT NULL,
        event TEXT NOT NULL, detail TEXT NOT NULL) STRICT;
    CREATE INDEX history_by_record ON history (record_key, id);
    CREATE TABLE number_blocks (
        agency TEXT NOT NULL, day TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
        next INTEGER NOT NULL, PRIMARY KEY (agency, day, first), CHECK (next BETWEEN first AND last + 1)) STRICT;
    CREATE TABLE drafts (id TEXT PRIMARY KEY, body TEXT NOT NULL, touched_at TEXT NOT NULL) STRICT;
    CREATE TABLE audit (
        id INTEGER PRIMARY KEY, at TEXT NOT NULL, officer TEXT NOT NULL, action TEXT NOT NULL,
        subject TEXT NOT NULL) STRICT;
    """
    for statement in statements.split(";"):
        if statement.strip():
            db.execute(statement)


def _edits_and_news(db: sqlite_utils.Database) -> None:
    """Later versions of a record, what the province tells of it, and what went by bundle."""
    statements = """
    CREATE TABLE record_edits (
        record_key TEXT NOT NULL REFERENCES records(key), version INTEGER NOT NULL CHECK (version >= 2),
        origin TEXT NOT NULL CHECK (origin IN ('station', 'province')), body TEXT NOT NULL,
        body_sha256 TEXT NOT NULL, made_at TEXT NOT NULL, officer TEXT NOT NULL, reason TEXT NOT NULL,
        PRIMARY KEY (record_key, version)) STRICT;
    ALTER TABLE record_files ADD COLUMN since_version INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE outbox ADD COLUMN sent_version INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE outbox ADD COLUMN refused_version INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE outbox ADD COLUMN etag TEXT;
    ALTER TABLE outbox ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE outbox ADD COLUMN newest INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE outbox ADD COLUMN due TEXT;
    UPDATE outbox SET sent_version = 1, etag = (SELECT body_sha256 FROM records WHERE key = record_key)
        WHERE state = 'accepted';
    CREATE TABLE conflicts (
        record_key TEXT PRIMARY KEY REFERENCES records(key), revision INTEGER NOT NULL, theirs TEXT NOT NULL,
        seen_at TEXT NOT NULL) STRICT;
    CREATE TABLE statuses (
        record_key TEXT PRIMARY KEY REFERENCES records(key), status TEXT NOT NULL, words TEXT NOT NULL,
        is_result_ready INTEGER NOT NULL, at TEXT NOT NULL) STRICT;
    CREATE TABLE handovers (
        bundle TEXT NOT NULL, record_key TEXT NOT NULL REFERENCES records(key),
        direction TEXT NOT NULL CHECK (direction IN ('given', 'taken')), at TEXT NOT NULL,
        PRIMARY KEY (bundle, record_key)) STRICT;
    """
    for statement in statements.split(";"):
        if statement.strip():
            db.execute(statement)
    for statement in LISTING_TABLES:
        db.execute(statement)


def _officers(db: sqlite_utils.Database) -> None:
    """Who may sign in, and whose a record or draft is; what came before this step is nobody's."""
    statements = """
    CREATE TABLE officers (
        login TEXT PRIMARY KEY, full_name TEXT NOT NULL, position TEXT NOT NULL, role TEXT NOT NULL,
        is_active INTEGER NOT NULL, verifier TEXT NOT NULL, valid_until TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0, tried_at TEXT) STRICT;
    ALTER TABLE records ADD COLUMN officer TEXT;
    CREATE INDEX records_by_officer ON records (officer, key);
    ALTER TABLE drafts ADD COLUMN officer TEXT;
    """
    for statement in statements.split(";"):
        if statement.strip():
            db.execute(statement)


#: Never edited once released, only appended to: the file's user_version is the count applied.
MIGRATIONS: Sequence[Migration] = (_first_tables, _edits_and_news, _officers)


def migrate(store: Store, migrations: Sequence[Migration]) -> None:
    """Brings the file up to date; a file from a newer program is refused and left alone."""
    version = _version(store)
    if version > len(migrations):
        raise StoreError(
            f"Cơ sở dữ liệu thuộc bản mới hơn (bước {version}, bản này biết {len(migrations)}); hãy cập nhật chương trình."
        )
    if version == len(migrations):
        return
    if version == 0:
        _apply(store, migrations)
        return
    with FileLock(store.path.with_name(f"{store.path.name}.lock")):
        # Another process may have migrated while this one waited for the lock.
        if (version := _version(store)) < len(migrations):
            _copy_aside(store, version)
            _apply(store, migrations)


def _apply(store: Store, migrations: Sequence[Migration]) -> None:
    with store.transaction() as db:
        for step in range(_version(store), len(migrations)):
            migrations[step](db)
        db.conn.execute(f"PRAGMA user_version = {len(migrations)}")


def _version(store: Store) -> int:
    return int(store.db.conn.execute("PRAGMA user_version").fetchone()[0])


def _copy_aside(store: Store, version: int) -> None:
    """An encrypted copy made by the database itself, consistent even while others write.

    It has its name only when it is whole, and is made anew at each try: what an earlier try left may be
    half a file, or lack what was sealed since.
    """
    aside = store.path.with_name(f"{store.path.stem}.before-step-{version}{store.path.suffix}")
    part = aside.with_name(f"{aside.name}.part")
    try:
        part.unlink(missing_ok=True)
        store.db.conn.execute("VACUUM INTO ?", (str(part),))
        with part.open("rb+") as copy:
            os.fsync(copy.fileno())
        os.replace(part, aside)
        sync_folder(aside.parent)
    except (OSError, dbapi2.DatabaseError) as refused:
        raise StoreError(
            "Không sao được cơ sở dữ liệu trước khi nâng cấp; hãy dọn chỗ trống rồi mở lại, dữ liệu còn nguyên."
        ) from refused
