"""What the province tells: read by a cursor, each page applied in one transaction together with the cursor."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from offline_queue.edits import (
    Version,
    conflict_of,
    note_conflict,
    note_sent,
    revision_of,
    take_theirs,
    unsent_versions,
)
from offline_queue.records import add_history, canonical_json
from offline_queue.store import Store

_CURSOR = "changes_cursor"
_NEWS = "news."


class ChangeKind(StrEnum):
    """What a line of the feed is about; kinds that a later province invents are passed over."""

    STATUS = "status"
    RESULT = "result"
    EDITED = "edited"
    CATALOGUE = "catalogue"
    CALENDAR = "calendar"


@dataclass(frozen=True)
class Change:
    """One line: `key` names the record where it is about one, `facts` depend on the kind."""

    kind: str
    key: str
    at: datetime
    facts: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class ChangePage:
    """Lines in order, and the cursor after the last of them."""

    cursor: str
    changes: Sequence[Change]


@dataclass(frozen=True)
class Status:
    """Where a dossier stands at the province, in its own words."""

    status: str
    words: str
    is_result_ready: bool
    at: datetime


def cursor_of(store: Store) -> str:
    """Where to go on reading; empty before the first time."""
    return store.get_setting(_CURSOR) or ""


def apply_changes(store: Store, page: ChangePage, now: datetime) -> tuple[str, ...]:
    """Applies a page; gives back the keys of the records that changed. A page applied twice changes nothing."""
    touched: list[str] = []
    with store.transaction() as db:
        for change in page.changes:
            if change.kind in (ChangeKind.CATALOGUE, ChangeKind.CALENDAR):
                version = str(change.facts.get("version", ""))
                db.table("settings").upsert({"name": _NEWS + change.kind, "value": version}, pk="name")
            elif store.rows("SELECT 1 FROM records WHERE key = ?", change.key) and _apply(store, change, now):
                touched.append(change.key)
        db.table("settings").upsert({"name": _CURSOR, "value": page.cursor}, pk="name")
    return tuple(touched)


def follow(store: Store, change: Change, now: datetime) -> bool:
    """Applies one line about a record by itself; whether anything changed."""
    with store.transaction():
        return _apply(store, change, now)


def status_of(store: Store, key: str) -> Status | None:
    """The province's last word on a record; None before it said any."""
    return statuses_of(store, [key]).get(key)


def statuses_of(store: Store, keys: Sequence[str]) -> dict[str, Status]:
    """The same for many, in one query; without those of which it said nothing."""
    rows = store.rows(
        "SELECT * FROM statuses WHERE record_key IN (SELECT value FROM json_each(?))", json.dumps(list(keys))
    )
    return {
        row["record_key"]: Status(
            row["status"], row["words"], bool(row["is_result_ready"]), datetime.fromisoformat(row["at"])
        )
        for row in rows
    }


def news_version(store: Store, kind: ChangeKind) -> str | None:
    """The newest version of the catalogue or the calendar that the province has told of."""
    return store.get_setting(_NEWS + kind)


def _apply(store: Store, change: Change, now: datetime) -> bool:
    match change.kind:
        case ChangeKind.STATUS | ChangeKind.RESULT:
            return _note_status(store, change)
        case ChangeKind.EDITED:
            return _take_edit(store, change, now)
    return False


def _note_status(store: Store, change: Change) -> bool:
    known = status_of(store, change.key)
    if known is not None and known.at >= change.at:
        return False
    is_ready = change.kind == ChangeKind.RESULT
    status = str(change.facts.get("status", "")) or ("result_ready" if is_ready else "")
    words = str(change.facts.get("words", "")) or status
    store.db.table("statuses").upsert(
        {
            "record_key": change.key,
            "status": status,
            "words": words,
            "is_result_ready": int(is_ready),
            "at": change.at.isoformat(),
        },
        pk="record_key",
    )
    add_history(store, change.key, change.at, "status", f"Tỉnh: {words}")
    return True


def _unknown_to_them(store: Store, change: Change) -> tuple[Version, ...]:
    """Our versions that the province cannot have seen when it made its own: `base` names the one it changed.

    The first is no edit: a province that changes a record has it, even where its answer was lost.
    """
    unsent = unsent_versions(store, change.key)
    for version in unsent:
        if version.body_sha256 == change.facts.get("base"):
            return tuple(later for later in unsent if later.number > version.number)
    return unsent


def _take_edit(store: Store, change: Change, now: datetime) -> bool:
    theirs, revision = change.facts.get("body"), change.facts.get("revision")
    if not isinstance(theirs, dict) or not isinstance(revision, int):
        return False
    if revision <= revision_of(store, change.key):
        return False
    etag = hashlib.sha256(canonical_json(theirs).encode()).hexdigest()
    for version in unsent_versions(store, change.key):
        if version.body_sha256 == etag:
            # Our own: it arrived, only the answer was lost.
            note_sent(store, change.key, version, revision)
            return True
    if conflict_of(store, change.key) or any(
        version.number > 1 for version in _unknown_to_them(store, change)
    ):
        note_conflict(store, change.key, theirs, revision, now)
        return True
    version = take_theirs(store, change.key, theirs, revision, change.at, "Tỉnh sửa hồ sơ")
    add_history(store, change.key, change.at, "edited", f"Tỉnh sửa hồ sơ (bản {version.number})")
    return True
