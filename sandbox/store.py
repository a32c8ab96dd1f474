"""What the province remembers, in SQLite: what is acknowledged is durable.

Every change is one transaction with ``synchronous=FULL``. All calls come from the server's event
loop, one after the other, so there is one connection and no lock.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sandbox.dossiers import Dossier, canonical_agency

_SCHEMA = """
CREATE TABLE IF NOT EXISTS dossiers (
    key TEXT PRIMARY KEY, code TEXT NOT NULL UNIQUE, receipt_number TEXT UNIQUE,
    body_hash TEXT NOT NULL, body TEXT NOT NULL, received_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS arrivals (key TEXT PRIMARY KEY, times INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS listed_files (
    key TEXT NOT NULL, component TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL,
    size INTEGER NOT NULL, PRIMARY KEY (key, component, name, sha256));
CREATE TABLE IF NOT EXISTS stored_files (
    key TEXT NOT NULL, component TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL,
    size INTEGER NOT NULL, PRIMARY KEY (key, component, name, sha256));
CREATE TABLE IF NOT EXISTS leases (
    agency TEXT NOT NULL, day TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    station TEXT NOT NULL, client_id TEXT NOT NULL, PRIMARY KEY (agency, day, first)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lease_requests (
    request_key TEXT NOT NULL, client_id TEXT NOT NULL, body_hash TEXT NOT NULL, answer TEXT NOT NULL,
    PRIMARY KEY (request_key, client_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS versions (
    key TEXT NOT NULL, revision INTEGER NOT NULL, body_hash TEXT NOT NULL, body TEXT NOT NULL,
    origin TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (key, revision), UNIQUE (key, body_hash));
CREATE TABLE IF NOT EXISTS news (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, key TEXT NOT NULL, code TEXT NOT NULL,
    at TEXT NOT NULL, facts TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tokens (
    digest TEXT PRIMARY KEY, client_id TEXT NOT NULL, expires_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS population_requests (request_id TEXT PRIMARY KEY) WITHOUT ROWID;
"""
PROVINCE_STATION = "(province)"
LAST_SERIAL = 9999
NOT_RECEIVED = 3


class SerialsExhaustedError(Exception):
    """The agency's four-digit serials of that day are all given out."""


@dataclass(frozen=True)
class StoredDossier:
    """A dossier the province has accepted."""

    key: str
    code: str
    receipt_number: str | None
    body_hash: str
    received_at: str


@dataclass(frozen=True)
class FileRecord:
    """A file of a dossier, promised or stored; ``size`` in bytes."""

    component: str
    name: str
    sha256: str
    size: int


class ProvinceStore:
    """The province's records under one folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(folder / "province.sqlite3", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; durable when the block has ended."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def count_arrival(self, key: str) -> None:
        """Note that one more request with this key has reached the province."""
        with self.transaction() as connection:
            connection.execute(
                "INSERT INTO arrivals VALUES (?, 1) ON CONFLICT (key) DO UPDATE SET times = times + 1", (key,)
            )

    def find(self, key_code_or_alias: str) -> StoredDossier | None:
        """The dossier by its key, its official code or the provisional number it once had."""
        row = self._connection.execute(
            "SELECT key, code, receipt_number, body_hash, received_at FROM dossiers"
            " WHERE key = :x OR code = :x OR receipt_number = :x",
            {"x": key_code_or_alias},
        ).fetchone()
        return StoredDossier(*row) if row else None

    def accept(self, dossier: Dossier, body: dict[str, Any], digest: str, now: datetime) -> StoredDossier:
        """Store a new dossier with its list of files and its change line.

        A dossier that has only a provisional number gets an official one of its receiving day.
        """
        with self.transaction() as connection:
            code = dossier.code
            if code is None:
                day = dossier.received_at.date()
                first, _ = _lease_block(connection, dossier.agency.id, PROVINCE_STATION, "", day, 1)
                code = f"{dossier.agency.id}-{day:%y%m%d}-{first:04d}"
            stored = StoredDossier(dossier.key, code, dossier.receipt_number, digest, now.isoformat())
            connection.execute(
                "INSERT INTO dossiers VALUES (?, ?, ?, ?, ?, ?)",
                (
                    stored.key,
                    stored.code,
                    stored.receipt_number,
                    digest,
                    json.dumps(body, ensure_ascii=False),
                    stored.received_at,
                ),
            )
            _keep_version(connection, stored, body, "station", stored.received_at)
            _list_files(connection, dossier)
            _tell(
                connection,
                "status",
                stored.key,
                code,
                stored.received_at,
                {"status": "refused", "words": "Không tiếp nhận"}
                if dossier.status == NOT_RECEIVED
                else {"status": "received", "words": "Đã tiếp nhận"},
            )
        return stored

    def update(
        self, dossier: Dossier, body: dict[str, Any], digest: str, base: str, now: datetime
    ) -> StoredDossier | None:
        """Store a later version made from the version `base`; None where another one is held by now."""
        with self.transaction() as connection:
            known = self.find(dossier.key)
            if known is None or known.body_hash != base:
                return None
            stored = replace(known, body_hash=digest)
            _replace_body(connection, stored, body)
            _keep_version(connection, stored, body, "station", now.isoformat())
            _list_files(connection, dossier)
            # Another station of the office may have the dossier too; the one that sent it knows its own words.
            facts = {"body": body, "base": base, "revision": self.revision(dossier.key, digest)}
            _tell(connection, "edited", stored.key, stored.code, now.isoformat(), facts)
        return stored

    def revision(self, key: str, digest: str) -> int:
        """The how manieth version this was, 0 for one never stored: who asks again gets the same word again."""
        row = self._connection.execute(
            "SELECT revision FROM versions WHERE key = ? AND body_hash = ?", (key, digest)
        ).fetchone()
        return int(row[0]) if row else 0

    def newest(self, key: str) -> tuple[int, str]:
        """The number of the version held now, and since when."""
        row = self._connection.execute(
            "SELECT revision, at FROM versions WHERE key = ? ORDER BY revision DESC LIMIT 1", (key,)
        ).fetchone()
        return int(row[0]), str(row[1])

    def body(self, key: str) -> dict[str, Any]:
        """The version held now."""
        row = self._connection.execute("SELECT body FROM dossiers WHERE key = ?", (key,)).fetchone()
        return dict(json.loads(row[0]))

    def edit(self, key: str, body: dict[str, Any], digest: str, now: datetime) -> None:
        """Somebody at the province changes a dossier."""
        with self.transaction() as connection:
            known = self.find(key)
            if known is None:
                raise KeyError(key)
            stored = replace(known, body_hash=digest)
            _replace_body(connection, stored, body)
            _keep_version(connection, stored, body, "province", now.isoformat())
            facts = {"body": body, "base": known.body_hash, "revision": self.revision(key, digest)}
            _tell(connection, "edited", key, known.code, now.isoformat(), facts)

    def tell(self, kind: str, key: str, facts: dict[str, Any], now: datetime) -> None:
        """Add a line to the feed; `key` is empty where it is about no dossier."""
        known = self.find(key) if key else None
        with self.transaction() as connection:
            _tell(connection, kind, key, known.code if known else "", now.isoformat(), facts)

    def lease(
        self,
        agency: str,
        station: str,
        client_id: str,
        days: list[date],
        size: int,
        request: tuple[str, str] | None,
    ) -> list[dict[str, Any]] | None:
        """Blocks of serials, one a day, that no other station has.

        ``request`` is the idempotency key and the hash of the body: the same pair gets the same
        blocks again; None is answered where the key was used for another body.
        """
        with self.transaction() as connection:
            if request is not None:
                row = connection.execute(
                    "SELECT body_hash, answer FROM lease_requests WHERE request_key = ? AND client_id = ?",
                    (request[0], client_id),
                ).fetchone()
                if row is not None:
                    return list(json.loads(row[1])) if row[0] == request[1] else None
            leases = []
            for day in days:
                first, last = _lease_block(connection, agency, station, client_id, day, size)
                leases.append(
                    {
                        "agency": agency,
                        "station": station,
                        "day": day.isoformat(),
                        "first": first,
                        "last": last,
                    }
                )
            if request is not None:
                connection.execute(
                    "INSERT INTO lease_requests VALUES (?, ?, ?, ?)",
                    (request[0], client_id, request[1], json.dumps(leases)),
                )
        return leases

    def leaseholder(self, agency: str, day: date, serial: int) -> str | None:
        """The station that holds this serial, or None."""
        row = self._connection.execute(
            "SELECT station FROM leases WHERE agency = ? AND day = ? AND ? BETWEEN first AND last",
            (canonical_agency(agency), day.isoformat(), serial),
        ).fetchone()
        return str(row[0]) if row else None

    def listed_files(self, key: str) -> list[FileRecord]:
        """The files that the dossier promises."""
        return self._files("listed_files", key)

    def stored_files(self, key: str) -> list[FileRecord]:
        """The files that have arrived whole for the dossier."""
        return self._files("stored_files", key)

    def _files(self, table: str, key: str) -> list[FileRecord]:
        rows = self._connection.execute(
            f"SELECT component, name, sha256, size FROM {table} WHERE key = ? ORDER BY rowid",  # noqa: S608 - own constants
            (key,),
        )
        return [FileRecord(*row) for row in rows]

    def add_stored_file(self, key: str, file: FileRecord) -> None:
        """Note a file that is whole on disk; a second time changes nothing."""
        with self.transaction() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO stored_files VALUES (?, ?, ?, ?, ?)",
                (key, file.component, file.name, file.sha256, file.size),
            )

    def changes_since(self, cursor: int, limit: int) -> list[dict[str, Any]]:
        """Change lines after the cursor, in order."""
        rows = self._connection.execute(
            "SELECT seq, kind, key, code, at, facts FROM news WHERE seq > ? ORDER BY seq LIMIT ?",
            (cursor, limit),
        )
        return [
            {"seq": seq, "kind": kind, "key": key, "code": code, "at": at, "facts": json.loads(facts)}
            for seq, kind, key, code, at, facts in rows
        ]

    def add_token(self, digest: str, client_id: str, expires_at: float) -> None:
        """Remember an access token by its hash."""
        with self.transaction() as connection:
            connection.execute("INSERT INTO tokens VALUES (?, ?, ?)", (digest, client_id, expires_at))

    def token_client(self, digest: str, now: float) -> str | None:
        """The client of a live token, or None."""
        row = self._connection.execute(
            "SELECT client_id FROM tokens WHERE digest = ? AND expires_at > ?", (digest, now)
        ).fetchone()
        return str(row[0]) if row else None

    def is_first_population_request(self, request_id: str) -> bool:
        """Note the request id; False where it was used before."""
        with self.transaction() as connection:
            done = connection.execute("INSERT OR IGNORE INTO population_requests VALUES (?)", (request_id,))
            return done.rowcount == 1

    def state(self) -> list[dict[str, Any]]:
        """Everything accepted, for comparing with what a client believes."""
        stored: dict[str, list[FileRecord]] = defaultdict(list)
        listed: dict[str, set[FileRecord]] = defaultdict(set)
        for key, *file in self._connection.execute(
            "SELECT key, component, name, sha256, size FROM stored_files"
        ):
            stored[key].append(FileRecord(*file))
        for key, *file in self._connection.execute(
            "SELECT key, component, name, sha256, size FROM listed_files"
        ):
            listed[key].add(FileRecord(*file))
        rows = self._connection.execute(
            "SELECT key, code, times FROM dossiers JOIN arrivals USING (key) ORDER BY dossiers.rowid"
        )
        return [
            {
                "key": key,
                "code": code,
                "complete": listed[key] <= set(stored[key]),
                "times_received": times,
                "files": [
                    {"component": file.component, "name": file.name, "size": file.size, "sha256": file.sha256}
                    for file in stored[key]
                ],
            }
            for key, code, times in rows
        ]


def _list_files(connection: sqlite3.Connection, dossier: Dossier) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO listed_files VALUES (?, ?, ?, ?, ?)",
        [
            (dossier.key, component.code, file.name, file.sha256, file.size)
            for component in dossier.components
            for file in component.files
        ],
    )


def _replace_body(connection: sqlite3.Connection, stored: StoredDossier, body: dict[str, Any]) -> None:
    connection.execute(
        "UPDATE dossiers SET body_hash = ?, body = ? WHERE key = ?",
        (stored.body_hash, json.dumps(body, ensure_ascii=False), stored.key),
    )


def _keep_version(
    connection: sqlite3.Connection, stored: StoredDossier, body: dict[str, Any], origin: str, at: str
) -> None:
    connection.execute(
        "INSERT INTO versions VALUES (?1, (SELECT count(*) + 1 FROM versions WHERE key = ?1), ?2, ?3, ?4, ?5)",
        (stored.key, stored.body_hash, json.dumps(body, ensure_ascii=False), origin, at),
    )


def _tell(
    connection: sqlite3.Connection, kind: str, key: str, code: str, at: str, facts: dict[str, Any]
) -> None:
    connection.execute(
        "INSERT INTO news (kind, key, code, at, facts) VALUES (?, ?, ?, ?, ?)",
        (kind, key, code, at, json.dumps(facts, ensure_ascii=False)),
    )


def _lease_block(
    connection: sqlite3.Connection, agency: str, station: str, client_id: str, day: date, size: int
) -> tuple[int, int]:
    agency = canonical_agency(agency)
    row = connection.execute(
        "SELECT max(last) FROM leases WHERE agency = ? AND day = ?", (agency, day.isoformat())
    ).fetchone()
    first = (row[0] or 0) + 1
    last = first + size - 1
    if last > LAST_SERIAL:
        raise SerialsExhaustedError
    connection.execute(
        "INSERT INTO leases VALUES (?, ?, ?, ?, ?, ?)",
        (agency, day.isoformat(), first, last, station, client_id),
    )
    return first, last
