"""Later versions of a sealed record: nothing is overwritten, each is kept and sent in its turn.

The first version is the sealed record itself, from which the receipt was printed. The hash of a version's body is
also its entity tag (RFC 9110 section 8.8.3): an update names the version it was made from, and a province that
holds another says so instead of losing one of the two.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from offline_queue.errors import StoreError
from offline_queue.outbox import OutboxState, step
from offline_queue.records import FileEntry, add_files, add_history, canonical_json, write_audit
from offline_queue.store import Store

_NAMES = ("key", "code", "receipt_number")


class Origin(StrEnum):
    """Who made a version."""

    STATION = "station"
    PROVINCE = "province"


@dataclass(frozen=True)
class Version:
    """A record as it stood from `made_at` on; `number` counts from 1."""

    number: int
    origin: Origin
    body: Mapping[str, Any] = field(repr=False)
    body_sha256: str
    made_at: datetime
    officer: str
    reason: str


@dataclass(frozen=True)
class EditRequest:
    """A change after sealing: `change` makes the new body from the latest one, `files` come on top.

    What `change` raises ends it: nothing is kept. `event`, `history` and `action` name it in history and audit.
    """

    key: str
    change: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    made_at: datetime
    officer: str
    reason: str
    files: Sequence[FileEntry] = ()
    event: str = "edited"
    history: str = ""
    action: str = "edit"


@dataclass(frozen=True)
class Conflict:
    """Both sides changed a record: what the province holds, the how manieth version of its own, since when known."""

    key: str
    revision: int
    theirs: Mapping[str, Any] = field(repr=False)
    seen_at: datetime


class Choice(StrEnum):
    """Which side of a conflict goes on; the other stays in the history of versions."""

    OURS = "ours"
    THEIRS = "theirs"


def edit(store: Store, request: EditRequest) -> Version:
    """Keeps a new version and queues it, in one transaction; the same body again is no new version.

    A record that is being sent just now goes on with the version it has, and waits `to_update` afterwards. StoreError
    for an unknown record, for a body that renames it, and while both sides' changes wait for an officer's choice.
    """
    with store.transaction():
        latest = latest_version(store, request.key)
        if conflict_of(store, request.key) is not None:
            raise StoreError(
                "Hồ sơ này đang có hai bản sửa khác nhau ở máy và ở tỉnh; hãy chọn bản dùng tiếp rồi mới sửa."
            )
        plain = unnumbered(latest.body)
        changed = dict(request.change(plain))
        if changed == plain and not request.files:
            return latest
        if any(changed.get(name) != plain.get(name) for name in _NAMES):
            raise StoreError("Mã hồ sơ và số biên nhận đã in cho người dân, không thể sửa.")
        made = _append(
            store,
            request.key,
            latest.number + 1,
            Origin.STATION,
            changed,
            request.made_at,
            request.officer,
            request.reason,
        )
        add_files(store, request.key, request.files, since_version=made.number)
        state = _state(store, request.key)
        if state in (OutboxState.ACCEPTED, OutboxState.NEEDS_OFFICER):
            is_known = _numbers(store, request.key)[0] > 0
            step(
                store, request.key, OutboxState.TO_UPDATE if is_known else OutboxState.SEALED, request.made_at
            )
        words = request.history or f"Sửa hồ sơ (bản {made.number}): {request.reason}"
        add_history(store, request.key, request.made_at, request.event, words)
        write_audit(store, request.made_at, request.officer, request.action, request.key)
    return made


def unnumbered(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a version says, without its number."""
    return {name: value for name, value in body.items() if name != "version"}


def versions_of(store: Store, key: str) -> tuple[Version, ...]:
    """All versions, oldest first; StoreError for an unknown record."""
    first = store.rows("SELECT body, body_sha256, sealed_at FROM records WHERE key = ?", key)
    if not first:
        raise StoreError(f"Không có hồ sơ “{key}” trên máy này.")
    sealed = Version(
        1,
        Origin.STATION,
        json.loads(first[0]["body"]),
        first[0]["body_sha256"],
        datetime.fromisoformat(first[0]["sealed_at"]),
        "",
        "",
    )
    later = store.rows("SELECT * FROM record_edits WHERE record_key = ? ORDER BY version", key)
    return (sealed, *map(_version, later))


def latest_version(store: Store, key: str) -> Version:
    """How the record stands now; StoreError for an unknown record."""
    return versions_of(store, key)[-1]


def unsent_versions(store: Store, key: str) -> tuple[Version, ...]:
    """What the province has yet to be told, in order; what it refused is not told again."""
    sent, refused = _numbers(store, key)
    return tuple(v for v in versions_of(store, key) if v.number > max(sent, refused))


def untold_keys(store: Store, keys: Sequence[str]) -> frozenset[str]:
    """Which of these records have a version that the province has yet to be told, or were never taken by it."""
    rows = store.rows(
        """SELECT record_key FROM outbox o WHERE record_key IN (SELECT value FROM json_each(?))
           AND (etag IS NULL OR max(sent_version, refused_version) <
             (SELECT coalesce(max(version), 1) FROM record_edits e WHERE e.record_key = o.record_key))""",
        json.dumps(list(keys)),
    )
    return frozenset(row["record_key"] for row in rows)


def note_sent(store: Store, key: str, version: Version, revision: int, newest: int = 0) -> None:
    """The province has taken this version, as its own `revision`-th of the record; by now it has `newest`."""
    with store.transaction() as db:
        db.execute(
            """UPDATE outbox SET sent_version = ?, etag = ?, revision = ?, newest = max(newest, ?)
               WHERE record_key = ?""",
            [version.number, version.body_sha256, revision, newest, key],
        )


def keys_behind(store: Store) -> tuple[str, ...]:
    """Records of which the province has told that it holds later versions than this station knows."""
    rows = store.rows(
        """SELECT record_key FROM outbox WHERE newest > revision
           AND record_key NOT IN (SELECT record_key FROM conflicts)"""
    )
    return tuple(row["record_key"] for row in rows)


def note_refused(store: Store, key: str) -> None:
    """The province will not have what was sent last: only a mended version is sent again."""
    with store.transaction() as db:
        unsent = unsent_versions(store, key)
        if unsent:
            db.execute("UPDATE outbox SET refused_version = ? WHERE record_key = ?", [unsent[0].number, key])


def etag_of(store: Store, key: str) -> str | None:
    """The tag of the version that this station knows the province to hold; None before the first."""
    rows = store.rows("SELECT etag FROM outbox WHERE record_key = ?", key)
    return rows[0]["etag"] if rows else None


def revision_of(store: Store, key: str) -> int:
    """How many versions of the province's this station has followed; what the feed tells of those is known."""
    rows = store.rows("SELECT revision FROM outbox WHERE record_key = ?", key)
    return int(rows[0]["revision"]) if rows else 0


def take_theirs(
    store: Store, key: str, theirs: Mapping[str, Any], revision: int, at: datetime, words: str
) -> Version:
    """The province's version becomes the latest; call inside a transaction."""
    made = _append(store, key, latest_version(store, key).number + 1, Origin.PROVINCE, theirs, at, "", words)
    note_sent(store, key, made, revision)
    return made


def note_conflict(store: Store, key: str, theirs: Mapping[str, Any], revision: int, now: datetime) -> None:
    """Both sides changed the record: both are kept, an officer chooses; call inside a transaction.

    Of several versions of theirs the newest counts.
    """
    known = conflict_of(store, key)
    if known is None or known.revision < revision:
        store.db.table("conflicts").upsert(
            {
                "record_key": key,
                "revision": revision,
                "theirs": canonical_json(theirs),
                "seen_at": now.isoformat(),
            },
            pk="record_key",
        )
    if _state(store, key) is not OutboxState.NEEDS_OFFICER:
        step(store, key, OutboxState.NEEDS_OFFICER, now, CONFLICT_WORDS, reason=CONFLICT_WORDS)


def conflict_of(store: Store, key: str) -> Conflict | None:
    """The open conflict of a record."""
    rows = store.rows("SELECT * FROM conflicts WHERE record_key = ?", key)
    if not rows:
        return None
    row = rows[0]
    return Conflict(key, row["revision"], json.loads(row["theirs"]), datetime.fromisoformat(row["seen_at"]))


def resolve(store: Store, key: str, choice: Choice, now: datetime, officer: str) -> Version:
    """Goes on with one side; the other stays among the versions. StoreError where there is no conflict."""
    with store.transaction() as db:
        conflict = conflict_of(store, key)
        if conflict is None:
            raise StoreError("Hồ sơ này không có bản sửa nào trái nhau.")
        ours = latest_version(store, key)
        made = take_theirs(
            store, key, conflict.theirs, conflict.revision, conflict.seen_at, "Bản sửa của tỉnh"
        )
        if choice is Choice.OURS:
            plain = unnumbered(ours.body)
            made = _append(
                store, key, made.number + 1, Origin.STATION, plain, now, officer, "Giữ bản sửa của máy này"
            )
        db.execute("DELETE FROM conflicts WHERE record_key = ?", [key])
        words = "Cán bộ chọn bản sửa của " + ("máy này" if choice is Choice.OURS else "tỉnh")
        step(store, key, OutboxState.TO_UPDATE if choice is Choice.OURS else OutboxState.SEALED, now, words)
        write_audit(store, now, officer, f"resolve_{choice}", key)
    return made


CONFLICT_WORDS = "Hồ sơ được sửa cả ở máy này và ở tỉnh; cả hai bản còn nguyên, hãy chọn bản dùng tiếp."


def _append(
    store: Store,
    key: str,
    number: int,
    origin: Origin,
    body: Mapping[str, Any],
    at: datetime,
    officer: str,
    reason: str,
) -> Version:
    # Ours carries its number, so that going back to an earlier wording is a body of its own.
    text = canonical_json({**body, "version": number} if origin is Origin.STATION else body)
    row = {
        "record_key": key,
        "version": number,
        "origin": origin,
        "body": text,
        "body_sha256": _hash(text),
        "made_at": at.isoformat(),
        "officer": officer,
        "reason": reason,
    }
    store.db.table("record_edits").insert(row)
    return _version(row)


def _version(row: Mapping[str, Any]) -> Version:
    return Version(
        row["version"],
        Origin(row["origin"]),
        json.loads(row["body"]),
        row["body_sha256"],
        datetime.fromisoformat(row["made_at"]),
        row["officer"],
        row["reason"],
    )


def _state(store: Store, key: str) -> OutboxState:
    return OutboxState(store.rows("SELECT state FROM outbox WHERE record_key = ?", key)[0]["state"])


def _numbers(store: Store, key: str) -> tuple[int, int]:
    row = store.rows("SELECT sent_version, refused_version FROM outbox WHERE record_key = ?", key)[0]
    return int(row["sent_version"]), int(row["refused_version"])


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
