"""Versions of the catalogue in the station's data folder: side by side, swapped in one step, taken back in one step.

A version is one zip file that never changes once it has its name; `current` names the one in use. Entries that an
import replaced stay in the new version with the day they ended, so that an old dossier keeps its old rules.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from filelock import FileLock

from app.catalogue.errors import CatalogueError
from app.domain.catalogue import CatalogueEntry, Doubt, DoubtKind
from offline_queue.files import sync_folder, write_durably

KEPT_VERSIONS = 6
_SUFFIX = ".zip"
_META, _INDEX, _REPORT = "meta.json", "index.json", "report.jsonl"
_LEVEL = 3


@dataclass(frozen=True)
class IndexLine:
    """What a search needs of one entry, and the days it counts: the stored entry does not know them."""

    code: str
    name: str
    sector: str
    agency: str
    effective_from: date | None
    effective_to: date | None
    digest: str

    @property
    def body(self) -> str:
        """Its part of the version's file."""
        return f"entries/{self.code}@{self.digest}.json"


@dataclass(frozen=True)
class VersionFacts:
    """One version: when and from what it was made, and how it differs from the one before."""

    id: str
    made_at: str
    source: str
    entries: int
    added: int
    changed: int
    unchanged: int
    ended: int
    doubts: Mapping[str, int]


class CatalogueVersion:
    """An open version; entries are read when asked for."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
            self.facts = VersionFacts(**json.loads(self._zip.read(_META)))
            self.lines = tuple(map(_line, json.loads(self._zip.read(_INDEX))))
        except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError) as damaged:
            raise CatalogueError(
                f"Bản danh mục {path.stem} bị hỏng; hãy quay về bản trước (motcua catalogue use) hoặc nhập lại."
            ) from damaged

    def entry(self, line: IndexLine) -> CatalogueEntry:
        """The whole entry of a line."""
        try:
            entry = CatalogueEntry.from_table(json.loads(self.body(line)))
        except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError) as damaged:
            raise CatalogueError(
                f"Thủ tục {line.code} trong bản danh mục {self.facts.id} bị hỏng; hãy nhập lại danh mục."
            ) from damaged
        return replace(entry, effective_from=line.effective_from, effective_to=line.effective_to)

    def body(self, line: IndexLine) -> bytes:
        """The stored text of an entry, as a newer version takes it over."""
        return self._zip.read(line.body)

    def find(self, code: str, day: date) -> CatalogueEntry | None:
        """The version of that procedure in force on that day."""
        return next((self.entry(line) for line in self.in_force(day) if line.code == code), None)

    def in_force(self, day: date) -> Iterator[IndexLine]:
        """The lines that count on that day."""
        return (line for line in self.lines if _counts(line, day))

    def doubts(self) -> Iterator[Doubt]:
        """Everything that was kept but not believed at the import."""
        for text in self._zip.read(_REPORT).decode().splitlines():
            table = json.loads(text)
            yield Doubt(DoubtKind(table["kind"]), table["procedure"], table["where"], table["raw"])

    def close(self) -> None:
        """Lets go of the file."""
        self._zip.close()


class CatalogueShelf:
    """All versions of one station."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def ids(self) -> tuple[str, ...]:
        """Oldest first."""
        return tuple(sorted(p.stem for p in self._folder.glob(f"*{_SUFFIX}")))

    def current_id(self) -> str | None:
        """The version in use; None before the first import."""
        try:
            return (self._folder / "current").read_text(encoding="utf-8").strip() or None
        except FileNotFoundError:
            return None

    def open(self, version: str | None = None) -> CatalogueVersion | None:
        """A version, the current one where none is named; None before the first import."""
        wanted = version or self.current_id()
        return CatalogueVersion(self._path(wanted)) if wanted else None

    def use(self, version: str) -> None:
        """Makes another version the current one; nothing else changes."""
        with self._alone():
            if version not in self.ids():
                raise CatalogueError(
                    f"Không có bản danh mục “{version}”; các bản có: {', '.join(self.ids()) or 'chưa có bản nào'}."
                )
            CatalogueVersion(self._path(version)).close()
            self._point_to(version)

    def take(
        self,
        entries: Iterable[CatalogueEntry],
        doubts: Sequence[Doubt],
        source: str,
        now: datetime,
        *,
        is_whole: bool = False,
    ) -> VersionFacts:
        """Makes a new version out of the current one and these entries, and uses it.

        An entry that says the same as before stays as it was. `is_whole` ends what the source does not name any more.
        Where nothing changes the current version stays, and its facts are given back.
        """
        with self._alone():
            before = self.open()
            try:
                return self._take(before, list(entries), doubts, source, now, is_whole)
            finally:
                if before is not None:
                    before.close()

    def _take(
        self,
        before: CatalogueVersion | None,
        entries: list[CatalogueEntry],
        doubts: Sequence[Doubt],
        source: str,
        now: datetime,
        is_whole: bool,
    ) -> VersionFacts:
        today = now.date()
        old = {line.code: line for line in before.lines if _counts(line, today)} if before else {}
        rows: list[tuple[IndexLine, CatalogueEntry | None]] = [
            (line, None) for line in (before.lines if before else ()) if not _counts(line, today)
        ]
        tally: Counter[str] = Counter()
        given = {entry.code: entry for entry in entries}
        for code, entry in given.items():
            line = _line_of(entry)
            known = old.pop(code, None)
            if known is not None and known.digest == line.digest:
                tally["unchanged"] += 1
                rows.append((known, None))
                continue
            tally["changed" if known is not None else "added"] += 1
            if known is not None:
                rows.append((replace(known, effective_to=today - timedelta(days=1)), None))
                entry = replace(entry, effective_from=entry.effective_from or today)
            rows.append((replace(line, effective_from=entry.effective_from), entry))
        for known in old.values():
            tally["ended"] += is_whole
            rows.append((replace(known, effective_to=today) if is_whole else known, None))
        if before is not None and not (tally["added"] or tally["changed"] or tally["ended"]):
            return replace(before.facts, added=0, changed=0, ended=0, unchanged=tally["unchanged"])
        counted = dict(Counter(str(doubt.kind) for doubt in doubts))
        facts = VersionFacts(
            f"{now:%Y%m%dT%H%M%S}-{hashlib.sha256(repr(sorted(line.digest for line, _ in rows)).encode()).hexdigest()[:8]}",
            now.isoformat(timespec="seconds"),
            source,
            sum(_counts(line, today) for line, _ in rows),
            tally["added"],
            tally["changed"],
            tally["unchanged"],
            tally["ended"],
            counted,
        )
        self._write(facts, rows, before, doubts)
        self._point_to(facts.id)
        self._prune(facts.id)
        return facts

    def _write(
        self,
        facts: VersionFacts,
        rows: Sequence[tuple[IndexLine, CatalogueEntry | None]],
        before: CatalogueVersion | None,
        doubts: Sequence[Doubt],
    ) -> None:
        path = self._path(facts.id)
        part = path.with_suffix(".part")
        try:
            with part.open("wb") as file:
                with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as packed:
                    packed.writestr(_META, json.dumps(facts.__dict__, ensure_ascii=False))
                    packed.writestr(
                        _INDEX, json.dumps([_line_table(line) for line, _ in rows], ensure_ascii=False)
                    )
                    packed.writestr(
                        _REPORT,
                        "".join(json.dumps(d.__dict__, ensure_ascii=False) + "\n" for d in doubts),
                    )
                    for body, text in _bodies(rows, before):
                        packed.writestr(body, text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)
            sync_folder(self._folder)
        except OSError as refused:
            part.unlink(missing_ok=True)
            raise CatalogueError(
                "Đĩa không cho ghi danh mục mới; hãy dọn chỗ trống rồi nhập lại, danh mục đang dùng vẫn nguyên."
            ) from refused

    def _point_to(self, version: str) -> None:
        write_durably(self._folder / "current", version.encode())

    def _prune(self, current: str) -> None:
        """Entries of old versions live on in newer ones: only the way back gets shorter."""
        for version in [v for v in self.ids() if v != current][: -KEPT_VERSIONS + 1]:
            self._path(version).unlink(missing_ok=True)

    def _path(self, version: str) -> Path:
        return self._folder / f"{version}{_SUFFIX}"

    def _alone(self) -> FileLock:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as refused:
            raise CatalogueError(f"Không tạo được thư mục danh mục ({refused.strerror}).") from refused
        return FileLock(self._folder / "lock")


def _bodies(
    rows: Sequence[tuple[IndexLine, CatalogueEntry | None]], before: CatalogueVersion | None
) -> Iterator[tuple[str, str | bytes]]:
    """Each text once: an entry that came back after another had replaced it is the same text."""
    texts: dict[str, Callable[[], str | bytes]] = {}
    for line, entry in rows:
        if entry is not None:
            texts[line.body] = lambda entry=entry: json.dumps(entry.to_table(), ensure_ascii=False)  # type: ignore[misc]
        elif before is not None:
            texts.setdefault(line.body, lambda line=line: before.body(line))  # type: ignore[misc]
    return ((body, text()) for body, text in texts.items())


def _counts(line: IndexLine, day: date) -> bool:
    return (line.effective_from is None or line.effective_from <= day) and (
        line.effective_to is None or day <= line.effective_to
    )


def _line_of(entry: CatalogueEntry) -> IndexLine:
    said = json.dumps(entry.to_table(), ensure_ascii=False, sort_keys=True)
    return IndexLine(
        entry.code,
        entry.name,
        entry.sector_name,
        entry.agency,
        entry.effective_from,
        entry.effective_to,
        hashlib.sha256(said.encode()).hexdigest()[:16],
    )


def _line_table(line: IndexLine) -> dict[str, Any]:
    return {key: str(value) if isinstance(value, date) else value for key, value in line.__dict__.items()}


def _line(table: Mapping[str, Any]) -> IndexLine:
    days = {
        key: date.fromisoformat(table[key]) if table[key] else None
        for key in ("effective_from", "effective_to")
    }
    return IndexLine(**{**table, **days})
