"""Sealed records: body, file manifest, number, history line and outbox row in ONE transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from offline_queue.errors import StoreError
from offline_queue.numbers import SerialRequest, take_serial
from offline_queue.store import Store, insert


@dataclass(frozen=True)
class FileEntry:
    """One file of a record's manifest; `part` names what it is a part of, `blob` where it is kept."""

    part: str
    name: str
    media_type: str
    size: int
    sha256: str
    blob: str
    upload_url: str | None = None
    is_sent: bool = False


@dataclass(frozen=True)
class Numbered:
    """What the record is called: an official code where a leased serial was left, else an alias."""

    code: str | None
    alias: str | None


@dataclass(frozen=True)
class Record:
    """A sealed record, as stored; nothing ever changes its body."""

    key: str
    code: str | None
    alias: str | None
    body: Mapping[str, Any] = field(repr=False)
    local: Mapping[str, Any] = field(repr=False)
    body_sha256: str
    sealed_at: datetime
    files: tuple[FileEntry, ...]

    @property
    def number(self) -> str:
        """The official code, or the provisional number where there is none."""
        return self.code or self.alias or self.key


@dataclass(frozen=True)
class HistoryLine:
    """One thing that happened to a record."""

    at: datetime
    event: str
    detail: str


@dataclass(frozen=True)
class Draft:
    """A visit in progress and the login of whose it is; None for one from before officers."""

    body: dict[str, Any] = field(repr=False)
    officer: str | None


@dataclass(frozen=True)
class SealRequest:
    """What sealing needs: `name` turns a serial (or None) into the record's names, `body` makes its body,
    `local` are facts kept beside it and never sent."""

    key: str
    serial: SerialRequest
    name: Callable[[int | None], Numbered]
    body: Callable[[Numbered], Mapping[str, Any]]
    local: Mapping[str, Any]
    files: Sequence[FileEntry]
    sealed_at: datetime
    event: str
    officer: str
    title: str
    about: str
    due: datetime | None = None
    """The day promised to the citizen: of what waits, near ones go first."""


def seal(store: Store, request: SealRequest) -> Record:
    """Makes a record durable; when this returns, no crash can lose it. The draft of that key is gone.

    Sealing the same key again gives back what was sealed first, so that a retry after a crash between
    the commit and the screen makes nothing twice.
    """
    with store.transaction() as db:
        if existing := _find(store, "r.key = ?", request.key):
            return existing
        named = _free_name(store, request)
        body = canonical_json(request.body(named))
        sealed_at = request.sealed_at.isoformat()
        insert(
            db,
            "records",
            {
                "key": request.key,
                "code": named.code,
                "alias": named.alias,
                "body": body,
                "local": canonical_json(request.local),
                "body_sha256": hashlib.sha256(body.encode()).hexdigest(),
                "sealed_at": sealed_at,
                "title": request.title,
                "about": request.about,
                "officer": request.officer,
            },
        )
        add_files(store, request.key, request.files)
        db.execute(
            """INSERT INTO outbox (record_key, position, state, due)
               SELECT ?, coalesce(max(position), 0) + 1, 'sealed', ? FROM outbox""",
            [request.key, request.due.isoformat() if request.due else None],
        )
        add_history(store, request.key, request.sealed_at, "sealed", request.event)
        write_audit(store, request.sealed_at, request.officer, "seal", request.key)
        db.execute("DELETE FROM drafts WHERE id = ?", [request.key])
    found = _find(store, "r.key = ?", request.key)
    if found is None:  # the commit above returned: only a broken disk can get here
        raise StoreError("Hồ sơ vừa lưu không đọc lại được; hãy kiểm tra đĩa ngay.")
    return found


def _free_name(store: Store, request: SealRequest) -> Numbered:
    """The next number; one that another station's record brought here by hand is passed over."""
    while True:
        serial = take_serial(store, request.serial)
        named = request.name(serial)
        if serial is None or not store.rows(
            """SELECT 1 FROM records WHERE code = ?1 UNION ALL SELECT 1 FROM outbox WHERE official_code = ?1""",
            named.code,
        ):
            return named


def add_files(store: Store, key: str, files: Sequence[FileEntry], since_version: int = 1) -> None:
    """Names files of a record, from that version on; must be called inside a transaction."""
    for entry in files:
        insert(
            store.db,
            "record_files",
            {
                "record_key": key,
                "part": entry.part,
                "name": entry.name,
                "media_type": entry.media_type,
                "size": entry.size,
                "sha256": entry.sha256,
                "blob": entry.blob,
                "since_version": since_version,
            },
        )


def get_record(store: Store, key_or_number: str) -> Record:
    """The record with that key, official code or provisional number; a sentence when there is none."""
    # Two halves with an index each: an OR across both tables would read every record.
    found = _find(
        store,
        """r.key IN (SELECT key FROM records WHERE key = ?1 OR code = ?1 OR alias = ?1
             UNION ALL SELECT record_key FROM outbox WHERE official_code = ?1)""",
        key_or_number,
    )
    if found is None:
        raise StoreError(
            f"Không có hồ sơ “{key_or_number}” trên máy này; hãy xem lại mã (motcua queue list)."
        )
    return found


def has_record(store: Store, key: str) -> bool:
    """True when a record of that key is sealed."""
    return bool(store.rows("SELECT 1 FROM records WHERE key = ?", key))


def history_of(store: Store, key: str) -> tuple[HistoryLine, ...]:
    """Everything that happened to a record, oldest first."""
    rows = store.rows("SELECT at, event, detail FROM history WHERE record_key = ? ORDER BY id", key)
    return tuple(HistoryLine(datetime.fromisoformat(r["at"]), r["event"], r["detail"]) for r in rows)


def add_history(store: Store, key: str, at: datetime, event: str, detail: str) -> None:
    """Appends a line; must be called inside a transaction, beside the change it tells of."""
    insert(store.db, "history", {"record_key": key, "at": at.isoformat(), "event": event, "detail": detail})


def write_audit(store: Store, at: datetime, officer: str, action: str, subject: str) -> None:
    """Appends who did what to which record; subjects are keys, never names or numbers."""
    insert(
        store.db,
        "audit",
        {"at": at.isoformat(), "officer": officer, "action": action, "subject": subject},
    )


def audit(store: Store, at: datetime, officer: str, action: str, subject: str) -> None:
    """One audit line in a transaction of its own, for actions that change nothing else."""
    with store.transaction():
        write_audit(store, at, officer, action, subject)


def canonical_json(body: Mapping[str, Any]) -> str:
    """One spelling for one body, so that equal bodies have equal hashes on both sides."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# Drafts: a visit in progress, saved at each change.


def save_draft(
    store: Store, draft_id: str, body: Mapping[str, Any], touched_at: datetime, officer: str | None = None
) -> None:
    """Keeps the visit as it stands; a draft whose record is already sealed is not brought back.

    A draft stays with the officer who first saved it, whoever goes on with it.
    """
    with store.transaction() as db:
        if not has_record(store, draft_id):
            db.execute(
                """INSERT INTO drafts (id, body, touched_at, officer) VALUES (?, ?, ?, ?)
                   ON CONFLICT (id) DO UPDATE SET body = excluded.body, touched_at = excluded.touched_at""",
                [draft_id, canonical_json(body), touched_at.isoformat(), officer],
            )


def load_drafts(store: Store) -> list[dict[str, Any]]:
    """The bodies of all visits in progress, oldest first."""
    return [draft.body for draft in list_drafts(store)]


def list_drafts(store: Store) -> list[Draft]:
    """The same, each with whose it is."""
    rows = store.rows("SELECT body, officer FROM drafts ORDER BY id")
    return [Draft(json.loads(row["body"]), row["officer"]) for row in rows]


def officer_of(store: Store, key: str) -> str | None:
    """Who took a record in; None for one from before officers, or from another station."""
    rows = store.rows("SELECT officer FROM records WHERE key = ?", key)
    return rows[0]["officer"] if rows else None


def drop_draft(store: Store, draft_id: str) -> None:
    """Forgets a visit that the officer gave up."""
    with store.transaction() as db:
        db.execute("DELETE FROM drafts WHERE id = ?", [draft_id])


def _find(store: Store, where: str, value: str) -> Record | None:
    rows = store.rows(
        f"SELECT r.*, o.official_code FROM records r JOIN outbox o ON o.record_key = r.key WHERE {where}",  # noqa: S608
        value,
    )
    if not rows:
        return None
    row = rows[0]
    return Record(
        key=row["key"],
        code=row["code"] or row["official_code"],
        alias=row["alias"],
        body=json.loads(row["body"]),
        local=json.loads(row["local"]),
        body_sha256=row["body_sha256"],
        sealed_at=datetime.fromisoformat(row["sealed_at"]),
        files=_files(store, row["key"]),
    )


def _files(store: Store, key: str) -> tuple[FileEntry, ...]:
    rows = store.rows("SELECT * FROM record_files WHERE record_key = ? ORDER BY part, name", key)
    return tuple(
        FileEntry(
            part=r["part"],
            name=r["name"],
            media_type=r["media_type"],
            size=r["size"],
            sha256=r["sha256"],
            blob=r["blob"],
            upload_url=r["upload_url"],
            is_sent=r["sent_at"] is not None,
        )
        for r in rows
    )
