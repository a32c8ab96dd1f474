"""One whole visit without a window, as a program of its own that may be killed at any moment.

    python -m tests.faults.story_child

The settings come from MOTCUA_* and the file in STORY_CONFIG; STORY_KEY, STORY_CARD, STORY_FEEDER
and STORY_ACKS say which visit it is, and STORY_DIE_AT where to die: the number of an event, its name, or
its name and which time ("put#2").
Started again on the same home it goes on where it was. Each line on stdout is one event; after
"line down" it waits for a line on stdin.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
from collections import Counter
from pathlib import Path

from app.bootstrap import open_station
from app.config import load_settings
from app.workflow.intake import IntakeSession
from app.workflow.pages import Feed, Page
from app.workflow.station import Station
from app.workflow.views import FieldState
from offline_queue import records
from offline_queue.outbox import OutboxState
from offline_queue.records import Record
from scanning.drivers.folder import FolderSource
from scanning.drivers.sample import SamplePaper, printed_paper
from scanning.sources import ScanRequest
from tests.faults.tracer import Tracer

PROCEDURE = "2.000635"
DECLARATION = "000.00.00.G15-KQ003037"
PHONE = "0905318642"
MOST_ROUNDS = 200


def tell(**facts: object) -> None:
    """One line for the parent."""
    sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
    sys.stdout.flush()


class Moment:
    """Counts what the tracer tells, and dies at the wanted moment as by a power cut."""

    def __init__(self, die_at: str) -> None:
        self._die_at = die_at
        self._lock = threading.Lock()
        self._count = 0
        self._seen: Counter[str] = Counter()

    def pass_by(self, event: str) -> None:
        """One event has come."""
        with self._lock:
            self._count += 1
            self._seen[event] += 1
            tell(event=event)
            if self._die_at in (str(self._count), event, f"{event}#{self._seen[event]}"):
                os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Goes on with the story until its dossier is at the province."""
    _log_to_stderr()
    tracer = Tracer(Moment(os.environ.get("STORY_DIE_AT", "")).pass_by)
    tracer.watch()
    key = os.environ["STORY_KEY"]
    with open_station(load_settings(Path(os.environ["STORY_CONFIG"]))) as station:
        station.sending.round()
        if station.codes_left() == 0:
            # A clock that the first round put right asks in the second for numbers of the right days.
            station.sending.round()
        record = station.sealed(key) or file_visit(station, key, tracer)
        acknowledge(record)
        tracer.pass_by("acknowledged")
        if not is_printed(station, key):
            station.print_record(record)
        send(station)
    tell(event="done")


def file_visit(station: Station, key: str, tracer: Tracer) -> Record:
    """The visit from where it stands to the seal, saved as a draft at each change."""
    session = next((s for s in station.resume() if s.visit.visit_id == key), None)
    if session is None:
        session = station.begin()
        session.take_key(key)
        station.save(session.visit)
    if session.visit.card is None:
        session.take_card(station.read_card(os.environ["STORY_CARD"]))
        station.save(session.visit)
    if session.visit.procedure is None:
        session.choose_procedure(PROCEDURE, station.clock.now())
        session.choose_case("relative")
        station.save(session.visit)
    if not session.visit.is_register_asked:
        session.take_answer(*station.look_up(session.query))
        station.save(session.visit)
    if not session.visit.documents:
        scan(station, session, tracer)
    for name, value in {**printed_paper(SamplePaper.DECLARATION).fields, "contact_phone": PHONE}.items():
        field = session.merged()[name]
        if field.state is FieldState.LOCKED or (
            field.value == value and field.state is not FieldState.DOUBTFUL
        ):
            continue
        session.enter(name, value)
        while session.confirm(name) is not None:
            pass
        station.save(session.visit)
    return station.seal(session.finish(station.clock.now()))


def scan(station: Station, session: IntakeSession, tracer: Tracer) -> None:
    """The feeder gives the declaration page by page; what came before a death is not asked for again."""
    feeder = FolderSource(Path(os.environ["STORY_FEEDER"]), takes_away=True)
    if feeder.is_usable()[0]:
        feed = Feed.begin(session.visit.visit_id, DECLARATION)
        given_again = session.given_again(DECLARATION)
        session.begin_feed(feed)

        def arrived(grown: Feed, page: Page) -> None:
            tracer.pass_by("page named")
            session.take_page(grown, page)
            station.save(session.visit)

        station.papers.feed(feed, feeder.scan(ScanRequest()), arrived, given_again=given_again)
        session.end_feed(feed)
        station.save(session.visit)
        station.papers.end_feed(feed)
    read_and_put_together(station, session)


def read_and_put_together(station: Station, session: IntakeSession) -> None:
    """What is safe and named is read and made one paper, saved at each step."""
    for page in session.sheets_to_read():
        session.take_finished(page.sheet, station.papers.read_page(page))
        station.save(session.visit)
    name = session.procedure.component(DECLARATION).name
    for component in session.papers_to_put_together():
        session.take_document(component, station.papers.put_together(session.visit, component, name))
        station.save(session.visit)


def acknowledge(record: Record) -> None:
    """Promises the citizen this number, outside the station's data: whatever happens now, it must hold."""
    line = json.dumps(
        {"key": record.key, "code": record.body["code"], "alias": record.body["receipt_number"]}
    )
    handle = os.open(os.environ["STORY_ACKS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, line.encode() + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)


def is_printed(station: Station, key: str) -> bool:
    """Whether a receipt was noted as printed."""
    lines = station.on_store(lambda store: records.history_of(store, key))
    return any(line.event == "printed" for line in lines)


def send(station: Station) -> None:
    """Rounds until nothing waits; an officer who looks on does not wait for a busy server's turn."""
    for _ in range(MOST_ROUNDS):
        report = station.sending.round()
        if station.sending.line().waiting == 0:
            return
        if report.line_fault is not None:
            tell(event="line down")
            sys.stdin.readline()
        for row in station.queue():
            if row.state == OutboxState.SEALED:
                station.retry(row.key)
    raise SystemExit("the dossier did not get through")


def _log_to_stderr() -> None:
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s"
    )
    for name in ("app", "offline_queue", "scanning", "printing"):
        logging.getLogger(name).setLevel(logging.DEBUG)


if __name__ == "__main__":
    main()
