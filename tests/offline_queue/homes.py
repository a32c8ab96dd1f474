"""A station's whole data folder with records in it, and what must be found in it again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from offline_queue.files import FileStore
from offline_queue.keys import StationKeys, open_keys
from offline_queue.records import FileEntry, get_record, save_draft, seal
from offline_queue.store import Store
from tests.offline_queue.records import NOON, give_numbers, new_key, paper, seal_request


@dataclass(frozen=True)
class Home:
    """A data folder and the folder of its key."""

    folder: Path
    key_folder: Path
    passphrase: str | None = None

    @classmethod
    def under(cls, folder: Path, passphrase: str | None = None) -> Home:
        return cls(folder / "home", folder / "keys", passphrase)

    def keys(self) -> StationKeys:
        return open_keys(self.folder, self.key_folder, self.passphrase)

    def files(self) -> FileStore:
        keys = self.keys()
        return FileStore(self.folder / "files", keys.files, keys.names)

    @contextmanager
    def store(self) -> Iterator[Store]:
        store = Store(self.folder / "queue.db", self.keys().database)
        try:
            yield store
        finally:
            store.close()

    def fill(self, records: int = 3, files: int = 2) -> dict[str, str]:
        """Seals records and keeps a draft; gives what must come back: the bodies' hashes by key."""
        kept = self.files()
        with self.store() as store:
            give_numbers(store)
            made = []
            for n in range(records):
                papers = [paper(kept, 1000 + 10 * n + f, f"giay-{f}.pdf") for f in range(files)]
                made.append(seal(store, seal_request(files=papers)))
            draft = paper(kept, 777)
            save_draft(store, new_key(), {"finished": {f"{draft.blob}/1//": {"blob": draft.blob}}}, NOON)
        return {record.key: record.body_sha256 for record in made}

    def check(self, expected: dict[str, str]) -> None:
        """Every record is there with its very bytes, the database is sound and the draft's file opens."""
        kept = self.files()
        with self.store() as store:
            assert store.check_integrity()
            assert {row["key"] for row in store.rows("SELECT key FROM records")} >= set(expected)
            for key, body_sha256 in expected.items():
                record = get_record(store, key)
                assert record.body_sha256 == body_sha256
                for entry in record.files:
                    self._check_file(kept, entry)
            for row in store.rows("SELECT body FROM drafts"):
                assert kept.get(row["body"].split('"blob":"')[1][:64])

    @staticmethod
    def _check_file(kept: FileStore, entry: FileEntry) -> None:
        assert hashlib.sha256(kept.get(entry.blob)).hexdigest() == entry.sha256

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        with self.store() as store:
            return store.rows(sql, *values)


def flip(path: Path, at: int, bit: int = 0) -> None:
    """One bit of a file turned over, as a bad disk does."""
    raw = bytearray(path.read_bytes())
    raw[at] ^= 1 << bit
    path.write_bytes(raw)
