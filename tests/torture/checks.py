"""What must hold of a station's folder after any death, and what must hold when all is done."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf

from app.config import Settings
from app.workflow.intake import IntakeSession
from app.workflow.station import Station
from offline_queue import records
from offline_queue.files import FileStore
from offline_queue.integrity import named_blobs, required_blobs
from offline_queue.keys import open_keys
from offline_queue.orphans import collect_orphans
from offline_queue.outbox import OutboxState
from offline_queue.records import Record
from tests.faults.story_child import DECLARATION
from tests.offline_queue.rows import list_outbox
from tests.torture.ledger import Told, history_count
from tests.torture.life import page_bytes
from tests.torture.plans import VisitScript

SEALED_WORDS = "Tiếp nhận, lưu trên máy"
_BLOB = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Leftovers:
    """What deaths left behind of files that nobody names; the collector takes those of the store away."""

    half_written: int  # temporary files whose rename a death prevented
    half_papers: int  # the same in the printer's folder
    unnamed: int  # whole blobs that a death kept from ever being named


def check_promises(
    station: Station, sessions: Sequence[IntakeSession], told: Told, visits: Sequence[VisitScript]
) -> None:
    """Right after a death: the database is sound, everything told is there, and nothing is there by halves."""
    assert station.on_store(lambda store: store.check_integrity())
    for promise in told.promises.values():
        record = station.record(promise["key"] or "")
        assert record.body["code"] == promise["code"]
        assert record.body["receipt_number"] == promise["alias"]
        assert record.body_sha256 == promise["body"]
    for key, times in told.printed.items():
        assert history_count(station, key, "printed") >= times
    rows = {row.key: row for row in station.on_store(list_outbox)}
    for key, code in told.delivered.items():
        assert rows[key].state is OutboxState.ACCEPTED
        assert station.record(key).number == code
    by_key = {session.visit.visit_id: session for session in sessions}
    for script in visits:
        record_or_none = station.sealed(script.key)
        given = told.pages.get(script.key, [])
        if record_or_none is not None:
            assert script.key not in by_key, "a sealed visit came back as a draft"
            _check_record(station, record_or_none, script)
        elif given:
            _check_pages(station, by_key[script.key], script, given)
    for session in by_key.values():
        for blob in _blobs_of(session):
            station.file(blob)


def _check_record(station: Station, record: Record, script: VisitScript) -> None:
    """Whole: the body is what was hashed, each file byte for byte, the paper has every page of the feeder."""
    body = records.canonical_json(record.body).encode()
    assert hashlib.sha256(body).hexdigest() == record.body_sha256
    assert record.files
    for entry in record.files:
        content = station.file(entry.blob)
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (entry.sha256, entry.size)
        with pikepdf.open(io.BytesIO(content)) as pdf:
            assert len(pdf.pages) == script.pages
    history = station.on_store(lambda store: records.history_of(store, record.key))
    assert sum(line.detail == SEALED_WORDS for line in history) == 1


def _check_pages(station: Station, session: IntakeSession, script: VisitScript, given: list[str]) -> None:
    """Every page that was taken from the feeder, in its order and none twice; one more may have come."""
    kept = session.visit.papers.get(DECLARATION, ())
    hashes = [page.sha256 for page in kept]
    assert hashes[: len(given)] == given, "a page that was told as safe is gone"
    assert len(set(hashes)) == len(hashes) <= len(given) + 1
    for number, page in enumerate(kept):
        assert station.file(page.original) == page_bytes(script.key, number)


def _blobs_of(session: IntakeSession) -> set[str]:
    visit = session.visit
    return {
        *(page.original for pages in visit.papers.values() for page in pages),
        *(done.blob for done in visit.finished.values()),
        *(document.blob for document in visit.documents.values()),
    }


def check_prints(station: Station, folder: Path) -> None:
    """Every paper in the printer's folder is whole and belongs to a sealed record."""
    for receipt in folder.glob("*.pdf"):
        assert not receipt.name.startswith(".")
        with pikepdf.open(receipt) as pdf:
            assert len(pdf.pages) >= 1
        assert station.record(receipt.stem).key


def check_at_the_end(
    station: Station,
    settings: Settings,
    told: Told,
    visits: Sequence[VisitScript],
    province: Sequence[dict[str, Any]],
) -> Leftovers:
    """Each visit is one dossier here and the same one there; its number is its own; no file is left unexplained."""
    check_promises(station, station.resume(), told, visits)
    assert station.resume() == []
    assert station.on_store(records.load_drafts) == []
    here = {script.key: station.record(script.key) for script in visits}
    there = {dossier["key"]: dossier for dossier in province if dossier["key"] in here}
    # A death may come between the note of a print and the ledger's line: the history says more than was told.
    assert set(told.promises) == set(told.delivered) == set(here) == set(there)
    for key, record in here.items():
        assert len(told.pages[key]) == next(s.pages for s in visits if s.key == key)
        assert there[key]["complete"]
        assert there[key]["code"] == record.code
        assert sorted(
            (f["component"], f["name"], f["size"], f["sha256"]) for f in there[key]["files"]
        ) == sorted((f.part, f.name, f.size, f.sha256) for f in record.files)
        assert history_count(station, key, "printed") >= 1
    rows = station.on_store(list_outbox)
    assert {row.key: row.state for row in rows} == dict.fromkeys(here, OutboxState.ACCEPTED)
    used = station.on_store(
        lambda store: store.rows("SELECT coalesce(sum(next - first), 0) AS n FROM number_blocks")[0]["n"]
    )
    assert used == sum(record.body["code"] is not None for record in here.values()), "a serial was lost"
    folder = Path(settings.printer.folder)
    check_prints(station, folder)
    receipts = {station.record(path.stem).key for path in folder.glob("*.pdf")}
    assert receipts == set(here)
    half_papers = sum(path.name.startswith(".") for path in folder.iterdir())
    return _leftovers(settings.home / "files", here, told, half_papers)


def _leftovers(folder: Path, here: dict[str, Record], told: Told, half_papers: int) -> Leftovers:
    named = {entry.blob for record in here.values() for entry in record.files}
    on_disk, half_written = blobs_on(folder)
    assert named <= on_disk
    # What only the draft named went out of use with the seal; the rest nobody ever named.
    return Leftovers(half_written, half_papers, len(on_disk - named - told.spent))


def check_collected(settings: Settings) -> None:
    """Once the collector has been there, the store holds what records and drafts name, whole, and nothing else."""
    keys = open_keys(settings.home, settings.key_folder, settings.passphrase)
    collect_orphans(settings.home, keys.database, datetime.now(UTC) + timedelta(days=1), timedelta())
    folder = settings.home / "files"
    on_disk, half_written = blobs_on(folder)
    assert half_written == 0
    assert on_disk == named_blobs(settings.home / "queue.db", keys.database) & on_disk, "an orphan stayed"
    store = FileStore(folder, keys.files, keys.names)
    for blob in required_blobs(settings.home / "queue.db", keys.database):
        assert store.get(blob)


def blobs_on(folder: Path) -> tuple[set[str], int]:
    """Names of the whole blobs in a file store's folder, and how many temporary files lie beside them."""
    names: set[str] = set()
    half_written = 0
    for path in folder.glob("*/*"):
        name = path.parent.name + path.name
        if _BLOB.fullmatch(name):
            names.add(name)
        else:
            half_written += 1
    return names, half_written


def check_province(province: Sequence[dict[str, Any]], keys: set[str]) -> None:
    """The province has exactly these dossiers, each once, each under a code of its own."""
    assert sorted(d["key"] for d in province) == sorted(keys), "a dossier too many or too few"
    codes = [d["code"] for d in province]
    assert len(set(codes)) == len(codes), "one official code for two dossiers"
