"""Stored files that nothing names any more: pages of visits given up, and halves that a crash left.

Collected only while no program uses the station, so that no open visit can still name one, and only when
they are old: then everything that can name a file stands in the database.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from offline_queue.backup import DATABASE, FILES
from offline_queue.errors import StoreError
from offline_queue.files import blob_path, blobs_in
from offline_queue.integrity import named_blobs, refuse_damaged
from offline_queue.presence import alone

SAFE_AGE = timedelta(days=7)
#: As `write_durably` names what is not whole yet.
_HALF_WRITTEN = re.compile(r"\..+\.[0-9a-f]{8}")


@dataclass(frozen=True)
class Orphans:
    """How many files nothing names, how many half-written ones, and how much room both take."""

    files: int
    half_written: int
    size_bytes: int


def collect_orphans(
    home: Path, database_key: bytes, now: datetime, age: timedelta = SAFE_AGE, *, is_dry_run: bool = False
) -> Orphans:
    """Deletes stored files older than `age` that the database does not name; only counts in a dry run.

    StationInUse while the station is open, StoreError where the database is damaged: then what it names
    is not known, and nothing is deleted.
    """
    with alone(home):
        refuse_damaged(home / DATABASE, database_key)
        named = named_blobs(home / DATABASE, database_key)
        folder = home / FILES
        unnamed = [blob_path(folder, blob) for blob in blobs_in(folder) if blob not in named]
        halves = [
            path for path in folder.rglob(".*") if _HALF_WRITTEN.fullmatch(path.name) and path.is_file()
        ]
        latest = (now - age).timestamp()
        old_files = [path for path in unnamed if path.stat().st_mtime < latest]
        old_halves = [path for path in halves if path.stat().st_mtime < latest]
        size_bytes = sum(path.stat().st_size for path in (*old_files, *old_halves))
        if not is_dry_run:
            for path in (*old_files, *old_halves):
                try:
                    path.unlink()
                except OSError as refused:
                    raise StoreError(
                        f"Không xóa được tệp thừa ({refused.strerror}); hãy kiểm tra đĩa, hồ sơ còn nguyên."
                    ) from refused
        return Orphans(len(old_files), len(old_halves), size_bytes)
