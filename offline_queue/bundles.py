"""Hand-over without a line: records with their files from one station of an office to another, on a USB stick.

Nothing moves: what was given stays in the giver's queue until the province has it, for a stick can be lost. The key
made before sealing makes all of it repeatable: the same record given, taken or sent twice is one dossier.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from offline_queue.bundle_content import BundleContent, with_length
from offline_queue.bundle_files import (
    NOT_SOUND,
    Bundle,
    BundleKind,
    check_room,
    open_bundle,
    write_bundle,
)
from offline_queue.bundle_keys import Identity, Peer, open_identity
from offline_queue.bundle_records import (
    Fit,
    PackedRecord,
    RecordRefused,
    fit_of,
    keys_to_give,
    note_confirmed,
    note_given,
    pack,
    take_record,
)
from offline_queue.errors import BundleRefused, HandoverStopped, StoreError
from offline_queue.files import StoredFile
from offline_queue.outbox import OutboxState
from offline_queue.records import get_record
from offline_queue.store import Store
from offline_queue.transport import OnStore

#: For heads, tags and the records themselves, beside the files.
_ROOM_PER_RECORD_BYTES = 64 * 1024


class Stage(StrEnum):
    """What a hand-over is at."""

    WRITING = "writing"
    CHECKING = "checking"
    TAKING = "taking"


@dataclass(frozen=True)
class Progress:
    """How far a stage is, in bytes; `total` is a close guess while writing."""

    stage: Stage
    done: int
    total: int


@dataclass(frozen=True)
class LeftOut:
    """A record that was not given or not taken, and the sentence why."""

    key: str
    reason: str


@dataclass(frozen=True)
class Given:
    """What went into a bundle; `left_out` has files that can no longer be read."""

    bundle: str
    path: Path
    taker: str
    keys: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    size_bytes: int


@dataclass(frozen=True)
class Taken:
    """What came out of a bundle: new or later versions, what was here already, and what did not fit."""

    bundle: str
    giver: str
    keys: tuple[str, ...]
    known: tuple[str, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True)
class Confirmed:
    """The other station's word on what it has taken; `unknown` are keys that this station had not given so."""

    bundle: str
    taker: str
    keys: tuple[str, ...]
    unknown: tuple[str, ...]


class Handover:
    """Gives and takes bundles for one station; slow, so not for a window's thread.

    `keep` and `read` are the station's file store. `on_progress` is told of each piece; once `is_cancelled` says
    True, HandoverStopped is raised at the next.
    """

    def __init__(
        self,
        on_store: OnStore,
        keep: Callable[[bytes], StoredFile],
        read: Callable[[str], bytes],
        *,
        station: str,
        officer: str,
        now: Callable[[], datetime],
        on_progress: Callable[[Progress], None] = lambda _progress: None,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self._on_store = on_store
        self._keep = keep
        self._read = read
        self._station = station
        self._officer = officer
        self._now = now
        self._on_progress = on_progress
        self._is_cancelled = is_cancelled

    def identity(self) -> Identity:
        """This station's own keys."""
        return self._on_store(lambda store: open_identity(store, self._station))

    def give(self, path: Path, taker: Peer, keys_or_numbers: Sequence[str] = ()) -> Given:
        """Writes a bundle of these records, else of all that no one else is known to have.

        BundleRefused when there is nothing to give, or the stick will not have it; StoreError for an unknown record.
        """
        keys = self._on_store(lambda store: _chosen(store, keys_or_numbers))
        keys, left_out = self._readable(keys)
        if not keys:
            why = left_out[0].reason if left_out else "mọi hồ sơ đã được tỉnh hoặc trạm khác nhận."
            raise BundleRefused(f"Không có hồ sơ nào để bàn giao: {why}")
        total = self._on_store(lambda store: _size_of(store, keys))
        check_room(path.parent, total)
        steps = self._steps(Stage.WRITING, total)
        bundle = write_bundle(
            path,
            BundleKind.DOSSIERS,
            self.identity(),
            taker,
            self._pieces(keys, steps),
            self._steps(Stage.CHECKING, total),
        )
        now = self._now()
        self._on_store(lambda store: note_given(store, bundle, keys, taker.name, now, self._officer))
        return Given(bundle, path, taker.name, tuple(keys), tuple(left_out), path.stat().st_size)

    def take(self, path: Path, trusted: Sequence[Peer], receipt: Path | None = None) -> Taken | Confirmed:
        """Takes what a bundle brings: records, or another station's word on what it took.

        `receipt` is where to write this station's word for the giver. BundleRefused, with nothing taken, when the
        bundle is not sound; a single record that does not fit is in `left_out`.
        """
        own = self.identity()
        if receipt is not None and receipt.exists():
            raise BundleRefused(f"Đã có tệp {receipt.name}; hãy chọn tên khác cho giấy báo nhận.")
        bundle = open_bundle(path, own, trusted, self._steps(Stage.CHECKING, path_size(path)))
        content = BundleContent(bundle, self._steps(Stage.TAKING, bundle.size))
        if bundle.kind is BundleKind.RECEIPT:
            return self._take_receipt(bundle, content.table())
        taken, versions = self._take_records(bundle, content)
        if receipt is not None:
            table = {"bundle": bundle.id, "versions": versions}
            word = with_length(json.dumps(table).encode())
            write_bundle(receipt, BundleKind.RECEIPT, own, bundle.giver, [word])
        return taken

    # ---- giving

    def _readable(self, keys: Sequence[str]) -> tuple[list[str], list[LeftOut]]:
        """One rotten file must not keep all other records from being given."""
        sound, left_out = [], []
        for key in keys:
            self._stop_if_asked()
            try:
                for blob in self._on_store(lambda store, key=key: pack(store, key))[1]:  # type: ignore[misc]
                    self._read(blob)
            except StoreError as rotten:
                left_out.append(LeftOut(key, str(rotten)))
            else:
                sound.append(key)
        return sound, left_out

    def _pieces(self, keys: Sequence[str], steps: Callable[[int], None]) -> Iterator[bytes]:
        for key in keys:
            packed, blobs = self._on_store(lambda store, key=key: pack(store, key))  # type: ignore[misc]
            text = with_length(packed.to_json())
            steps(len(text))
            yield text
            for blob in blobs:
                data = self._read(blob)
                steps(len(data))
                yield data

    # ---- taking

    def _take_records(self, bundle: Bundle, content: BundleContent) -> tuple[Taken, dict[str, list[str]]]:
        taken: list[str] = []
        known: list[str] = []
        left_out: list[LeftOut] = []
        versions: dict[str, list[str]] = {}
        while not content.is_at_end():
            packed = content.record()
            try:
                fit = self._take_one(bundle, packed, content)
            except RecordRefused as refused:
                left_out.append(LeftOut(packed.key, str(refused)))
            else:
                (known if fit is Fit.KNOWN else taken).append(packed.key)
                versions[packed.key] = list(packed.hashes)
        return Taken(bundle.id, bundle.giver.name, tuple(taken), tuple(known), tuple(left_out)), versions

    def _take_one(self, bundle: Bundle, packed: PackedRecord, content: BundleContent) -> Fit:
        try:
            fit = self._on_store(lambda store: fit_of(store, packed))
        except RecordRefused:
            content.skip(packed.files)
            raise
        if fit is Fit.KNOWN:
            content.skip(packed.files)
            return fit
        # Files first, each synced to disk: a record never names what a crash can take away.
        stored = [self._keep(content.read(file.size)) for file in packed.files]
        if [s.sha256 for s in stored] != [file.sha256 for file in packed.files]:
            raise RecordRefused("Một tệp trong gói không khớp với hồ sơ; hãy làm lại gói ở trạm giao.")
        blobs, now = [s.blob for s in stored], self._now()
        return self._on_store(
            lambda store: take_record(store, packed, blobs, bundle.id, bundle.giver.name, now, self._officer)
        )

    def _take_receipt(self, bundle: Bundle, word: dict[str, Any]) -> Confirmed:
        try:
            given, versions = str(word["bundle"]), dict(word["versions"])
        except (KeyError, TypeError, ValueError) as broken:
            raise BundleRefused(NOT_SOUND) from broken
        now, taker = self._now(), bundle.giver.name
        confirmed: list[str] = []
        unknown: list[str] = []
        for key, hashes in versions.items():
            is_ours = self._on_store(
                lambda store, key=key, hashes=hashes: note_confirmed(  # type: ignore[misc]
                    store, given, key, hashes, taker, now, self._officer
                )
            )
            (confirmed if is_ours else unknown).append(key)
        return Confirmed(given, taker, tuple(confirmed), tuple(unknown))

    # ---- both

    def _steps(self, stage: Stage, total: int) -> Callable[[int], None]:
        done = 0

        def pass_by(count: int) -> None:
            nonlocal done
            self._stop_if_asked()
            done += count
            self._on_progress(Progress(stage, done, max(total, done)))

        return pass_by

    def _stop_if_asked(self) -> None:
        if self._is_cancelled():
            raise HandoverStopped(
                "Đã dừng bàn giao theo yêu cầu; hồ sơ trên máy còn nguyên, có thể làm lại bất cứ lúc nào."
            )


def path_size(path: Path) -> int:
    """How long the file is; 0 where it cannot be asked, as the opening will say why."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _chosen(store: Store, keys_or_numbers: Sequence[str]) -> list[str]:
    if not keys_or_numbers:
        return keys_to_give(store)
    keys = list(dict.fromkeys(get_record(store, wanted).key for wanted in keys_or_numbers))
    for key in keys:
        if store.rows("SELECT 1 FROM outbox WHERE record_key = ? AND state = ?", key, OutboxState.ACCEPTED):
            raise BundleRefused(
                f"Hệ thống tỉnh đã nhận hồ sơ “{key}”, không cần bàn giao; hãy bỏ khỏi --key."
            )
    return keys


def _size_of(store: Store, keys: Sequence[str]) -> int:
    rows = store.rows("SELECT record_key, sum(size) AS size FROM record_files GROUP BY record_key")
    sizes = {row["record_key"]: row["size"] for row in rows}
    return sum(sizes.get(key, 0) + _ROOM_PER_RECORD_BYTES for key in keys)
