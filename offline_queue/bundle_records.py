"""What a bundle says of one record, and how that goes out of one station's database and into another's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from offline_queue.bundle_files import NOT_SOUND
from offline_queue.edits import conflict_of, versions_of
from offline_queue.errors import BundleRefused, QueueError
from offline_queue.outbox import OutboxState, step
from offline_queue.records import FileEntry, add_files, add_history, has_record, write_audit
from offline_queue.store import Store

_RECORD = (
    "key",
    "code",
    "alias",
    "body",
    "local",
    "body_sha256",
    "sealed_at",
    "title",
    "about",
)
_OUTBOX = ("official_code", "due", "sent_version", "etag", "revision")
_FILE = ("part", "name", "media_type", "size", "sha256", "since_version")
_EDIT = ("version", "origin", "body", "body_sha256", "made_at", "officer", "reason")
_HISTORY = ("at", "event", "detail")


class RecordRefused(QueueError):
    """One record of a bundle does not fit into this station's; nothing of it is taken, the others go in."""


class Fit(StrEnum):
    """How a record of a bundle stands to what this station has."""

    NEW = "new"
    LATER = "later"
    KNOWN = "known"


@dataclass(frozen=True)
class PackedFile:
    """One file of a packed record; its plain bytes follow the record in the bundle, in this order."""

    part: str
    name: str
    media_type: str
    size: int
    sha256: str
    since_version: int


@dataclass(frozen=True)
class PackedRecord:
    """A record as a bundle carries it: rows as they were stored, bodies unparsed so that their hashes stay."""

    record: Mapping[str, Any] = field(repr=False)
    outbox: Mapping[str, Any]
    files: tuple[PackedFile, ...]
    edits: tuple[Mapping[str, Any], ...] = field(repr=False)
    history: tuple[Mapping[str, Any], ...] = field(repr=False)

    @property
    def key(self) -> str:
        """The record's key."""
        return str(self.record["key"])

    @property
    def version(self) -> int:
        """The latest version in it."""
        return int(self.edits[-1]["version"]) if self.edits else 1

    @property
    def hashes(self) -> tuple[str, ...]:
        """Of each version's body, oldest first."""
        return (self.record["body_sha256"], *(edit["body_sha256"] for edit in self.edits))

    def to_json(self) -> bytes:
        """As written into the bundle."""
        files = [{name: getattr(file, name) for name in _FILE} for file in self.files]
        table = {
            "record": self.record,
            "outbox": self.outbox,
            "files": files,
            "edits": self.edits,
            "history": self.history,
        }
        return json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, text: bytes) -> PackedRecord:
        """As read from a checked bundle; BundleRefused when it is not whole or a body is not what its hash says."""
        try:
            table = json.loads(text)
            packed = cls(
                record=_columns(table["record"], _RECORD),
                outbox=_columns(table["outbox"], _OUTBOX),
                files=tuple(PackedFile(**_columns(row, _FILE)) for row in table["files"]),
                edits=tuple(_columns(row, _EDIT) for row in table["edits"]),
                history=tuple(_columns(row, _HISTORY) for row in table["history"]),
            )
            is_whole = (
                all(_hash(row["body"]) == row["body_sha256"] for row in (packed.record, *packed.edits))
                and [edit["version"] for edit in packed.edits] == list(range(2, packed.version + 1))
                and all(isinstance(file.size, int) and file.size >= 0 for file in packed.files)
            )
        except (AttributeError, KeyError, TypeError, ValueError) as broken:
            raise BundleRefused(NOT_SOUND) from broken
        if not is_whole:
            raise BundleRefused(NOT_SOUND)
        return packed


def keys_to_give(store: Store) -> list[str]:
    """Every record that the province has not accepted and no other station has confirmed as it stands now."""
    rows = store.rows(
        """SELECT record_key AS key,
             (SELECT coalesce(max(version), 1) FROM record_edits e WHERE e.record_key = o.record_key) AS version
           FROM outbox o WHERE state <> 'accepted' ORDER BY position"""
    )
    return [r["key"] for r in rows if not _is_confirmed(store, r["key"], r["version"])]


def pack(store: Store, key: str) -> tuple[PackedRecord, tuple[str, ...]]:
    """The record for a bundle, and the blobs of its files in the same order."""
    (record,) = store.rows("SELECT * FROM records WHERE key = ?", key)
    (outbox,) = store.rows("SELECT * FROM outbox WHERE record_key = ?", key)
    files = store.rows("SELECT * FROM record_files WHERE record_key = ? ORDER BY part, name", key)
    edits = store.rows("SELECT * FROM record_edits WHERE record_key = ? ORDER BY version", key)
    history = store.rows("SELECT * FROM history WHERE record_key = ? ORDER BY id", key)
    packed = PackedRecord(
        record=_columns(record, _RECORD),
        outbox=_columns(outbox, _OUTBOX),
        files=tuple(PackedFile(**_columns(row, _FILE)) for row in files),
        edits=tuple(_columns(row, _EDIT) for row in edits),
        history=tuple(_columns(row, _HISTORY) for row in history),
    )
    return packed, tuple(row["blob"] for row in files)


def fit_of(store: Store, packed: PackedRecord) -> Fit:
    """Whether there is anything to take; RecordRefused, with why, where taking would spoil something."""
    key = packed.key
    if not has_record(store, key):
        _check_numbers(store, packed)
        return Fit.NEW
    ours = tuple(version.body_sha256 for version in versions_of(store, key))
    common = min(len(ours), len(packed.hashes))
    if ours[0] != packed.hashes[0]:
        raise RecordRefused(
            "Trạm này đã có một hồ sơ khác mang cùng khóa; cả hai còn nguyên, hãy báo quản trị."
        )
    if ours[:common] != packed.hashes[:common]:
        raise RecordRefused(
            "Hồ sơ đã được sửa khác nhau ở hai trạm; cả hai bản còn nguyên, hãy thống nhất một bản."
        )
    if len(packed.hashes) <= len(ours):
        return Fit.KNOWN
    if conflict_of(store, key) is not None:
        raise RecordRefused(
            "Hồ sơ đang chờ chọn giữa bản của máy này và bản của tỉnh; hãy chọn xong rồi nhập lại gói."
        )
    return Fit.LATER


def take_record(
    store: Store,
    packed: PackedRecord,
    blobs: Sequence[str],
    bundle: str,
    giver: str,
    now: datetime,
    officer: str,
) -> Fit:
    """Takes a record whose files are safe in this station's file store; all of it in one transaction.

    A record that is here already gets the versions it lacks. Raises RecordRefused as `fit_of` does.
    """
    with store.transaction() as db:
        fit = fit_of(store, packed)
        key = packed.key
        known = len(versions_of(store, key)) if fit is not Fit.NEW else 0
        match fit:
            case Fit.KNOWN:
                return fit
            case Fit.NEW:
                db.table("records").insert(dict(packed.record))
                last = store.rows("SELECT coalesce(max(position), 0) AS last FROM outbox")[0]["last"]
                state = OutboxState.TO_UPDATE if packed.outbox["sent_version"] else OutboxState.SEALED
                db.table("outbox").insert(
                    {"record_key": key, "position": last + 1, "state": state, **packed.outbox}
                )
            case Fit.LATER:
                _queue_again(store, key, now)
        for file, blob in zip(packed.files, blobs, strict=True):
            if file.since_version > known:
                entry = FileEntry(file.part, file.name, file.media_type, file.size, file.sha256, blob)
                add_files(store, key, [entry], since_version=file.since_version)
        for edit in packed.edits[max(0, known - 1) :]:
            db.table("record_edits").insert({"record_key": key, **edit})
        there = {tuple(row[name] for name in _HISTORY) for row in _history(store, key)}
        for line in packed.history:
            if tuple(line[name] for name in _HISTORY) not in there:
                db.table("history").insert({"record_key": key, **line})
        words = f"Nhận bàn giao từ {giver}" + (f" (tới bản {packed.version})" if known else "")
        add_history(store, key, now, "taken_over", words)
        _note(store, bundle, key, "taken", now)
        write_audit(store, now, officer, "import", key)
    return fit


def note_given(
    store: Store, bundle: str, keys: Sequence[str], taker: str, now: datetime, officer: str
) -> None:
    """Marks records as copied into a bundle; they keep their place in the queue, for a stick can be lost."""
    with store.transaction():
        for key in keys:
            add_history(store, key, now, "handed_over", f"Đã chép vào gói bàn giao cho {taker}")
            _note(store, bundle, key, "given", now)
            write_audit(store, now, officer, "export", key)


def note_confirmed(
    store: Store, bundle: str, key: str, hashes: Sequence[str], taker: str, now: datetime, officer: str
) -> bool:
    """The taking station has these versions of the record; False where that is not what this station gave."""
    with store.transaction():
        if not store.rows(
            "SELECT 1 FROM handovers WHERE bundle = ? AND record_key = ? AND direction = 'given'", bundle, key
        ):
            return False
        ours = tuple(version.body_sha256 for version in versions_of(store, key))
        if not hashes or ours[: len(hashes)] != tuple(hashes):
            return False
        if not _is_confirmed(store, key, len(hashes)):
            add_history(store, key, now, _confirmation(len(hashes)), f"{taker} xác nhận đã nhận bàn giao")
            write_audit(store, now, officer, "confirm", key)
    return True


def _is_confirmed(store: Store, key: str, version: int) -> bool:
    return bool(
        store.rows("SELECT 1 FROM history WHERE record_key = ? AND event = ?", key, _confirmation(version))
    )


def _confirmation(version: int) -> str:
    # The event names the version: an edit made after the bundle must not count as confirmed.
    return f"confirmed_v{version}"


def _check_numbers(store: Store, packed: PackedRecord) -> None:
    codes = (packed.record["code"], packed.outbox["official_code"])
    clash = store.rows(
        """SELECT 1 FROM records r JOIN outbox o ON o.record_key = r.key
           WHERE r.code IN (?1, ?2) OR o.official_code IN (?1, ?2) OR r.alias = ?3""",
        *codes,
        packed.record["alias"],
    )
    if clash:
        number = packed.record["code"] or packed.record["alias"]
        raise RecordRefused(
            f"Số {number} đã thuộc một hồ sơ khác ở trạm này nên không nhận hồ sơ đó; hãy báo quản trị."
        )


def _queue_again(store: Store, key: str, now: datetime) -> None:
    (row,) = store.rows("SELECT state, sent_version FROM outbox WHERE record_key = ?", key)
    if row["state"] in (OutboxState.ACCEPTED, OutboxState.NEEDS_OFFICER):
        step(store, key, OutboxState.TO_UPDATE if row["sent_version"] else OutboxState.SEALED, now)


def _note(store: Store, bundle: str, key: str, direction: str, now: datetime) -> None:
    store.db.execute(
        "INSERT OR IGNORE INTO handovers (bundle, record_key, direction, at) VALUES (?, ?, ?, ?)",
        [bundle, key, direction, now.isoformat()],
    )


def _history(store: Store, key: str) -> list[dict[str, Any]]:
    return store.rows("SELECT at, event, detail FROM history WHERE record_key = ?", key)


def _columns(row: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
