"""Confirm to durable: a whole sealing against a bare SQLite commit of the same bytes on the same disk."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from uuid6 import uuid7

from app.bootstrap import open_station
from app.config import ScannerSettings, Settings
from app.domain.calendar import VIETNAM
from app.domain.codes import PersonalId
from app.domain.people import CardFacts, RegisteredPerson
from app.workflow.intake import IntakeSession
from app.workflow.pages import Feed, FinishedPage
from app.workflow.sealing import print_receipt
from app.workflow.station import Station
from app.workflow.views import Source
from app.workflow.visit import Reading, ScannedDocument
from benchmarks.tables import Measured, show
from offline_queue.numbers import NumberBlock, add_blocks
from scanning.drivers.sample import SamplePaper, printed_paper
from scanning.samples.people import SAMPLE_REQUESTER

_COMPONENT = "000.00.00.G15-KQ003037"
_BODY_BYTES = 4096
_PDF = b"%PDF-1.7\n" + os.urandom(1_400_000)


def run(visits: int = 200) -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        settings = Settings(home / "home", home / "keys", scanner=ScannerSettings(source="sample"))
        with open_station(settings) as station:
            today = station.clock.now().astimezone(VIETNAM).date()
            blocks = [
                NumberBlock(str(station.counter.agency.id), today + timedelta(n), 1, 9999) for n in (0, 1)
            ]
            station.on_store(lambda store: add_blocks(store, blocks))
            sealed, files, receipts = [], [], []
            for _ in range(visits):
                session, file_s = _visit(station)
                files.append(file_s)
                began = time.perf_counter()
                record = station.seal(session.finish(station.clock.now()))
                sealed.append(time.perf_counter() - began)
                began = time.perf_counter()
                print_receipt(record)
                receipts.append(time.perf_counter() - began)
        show(
            "Niêm phong một hồ sơ (xác nhận → bền trên đĩa)",
            [
                Measured("niêm phong: bản ghi, số, hàng chờ, lịch sử", tuple(sealed)),
                Measured("cất một tệp PDF 1,4 MB, mã hóa, fsync", tuple(files)),
                Measured("vẽ giấy hẹn Mẫu 01", tuple(receipts)),
                Measured(
                    "nền: một lệnh ghi SQLite trần (WAL, FULL)",
                    _bare_commits(home / "bare.db", visits, _BODY_BYTES),
                ),
            ],
            "ms",
            1000,
        )


def _visit(station: Station) -> tuple[IntakeSession, float]:
    """A visit that lacks nothing, with its file in the store; the seconds the file took."""
    person = SAMPLE_REQUESTER
    session = station.begin()
    session.choose_procedure("2.000635", station.clock.now())
    number = PersonalId(person.personal_id)
    session.take_card(
        CardFacts(number, person.full_name, person.birth_date, person.sex, None, person.issued, "qr")
    )
    session.take_answer(
        RegisteredPerson(
            number, person.full_name, person.birth_date, person.sex, "Kinh", "Việt Nam", person.residence
        )
    )
    began = time.perf_counter()
    stored = station.keep_file(_PDF + UUID(str(uuid7())).bytes)
    file_s = time.perf_counter() - began
    feed = Feed.begin(session.visit.visit_id, _COMPONENT)
    feed = feed.with_page("to-khai.jpg", stored.blob, stored.sha256, 1)
    (page,) = feed.pages
    session.begin_feed(feed)
    session.take_page(feed, page)
    session.end_feed(feed)
    session.take_finished(page.sheet, FinishedPage(stored.blob, 2480, 3508, 0, is_blank=False))
    readings = {
        name: Reading(value, Source.PAPER, "Tờ khai", 0.97, component=_COMPONENT, box=(0, 0, 9, 9))
        for name, value in printed_paper(SamplePaper.DECLARATION).fields.items()
    }
    session.take_document(
        _COMPONENT,
        ScannedDocument(
            "to-khai.pdf", stored.blob, stored.sha256, stored.size, "declaration", (page.sheet,), readings
        ),
    )
    return session, file_s


def _bare_commits(path: Path, count: int, size: int) -> tuple[float, ...]:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE t (key INTEGER PRIMARY KEY, body BLOB)")
    seconds = []
    for _ in range(count):
        body = os.urandom(size)
        began = time.perf_counter()
        connection.execute("INSERT INTO t (body) VALUES (?)", (body,))
        seconds.append(time.perf_counter() - began)
    connection.close()
    return tuple(seconds)


if __name__ == "__main__":
    run()
