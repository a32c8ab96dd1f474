"""One whole visit in a process of its own, made to be killed: each start goes on where the last one ended.

    python -m tests.faults.kills.visit_child PLAN.json

With `die_at` the process kills itself (SIGKILL, nothing is tidied up) at that event. Events are the moments
at which something has just become, or is about to become, true elsewhere: a file's rename, a commit, a
request, its answer, a page handed to the printer. The product knows nothing of this: the moments are
counted by wrapping library calls in this process only.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import requests
from sqlcipher3 import dbapi2

from app.bootstrap import open_station
from app.config import PrinterSettings, ServerSettings, Settings
from app.workflow.intake import IntakeSession
from app.workflow.station import Station
from app.workflow.views import FieldState
from offline_queue.records import Record
from printing.spool import PdfFolder
from scanning.documents import pages_in

DECLARATION = "000.00.00.G15-KQ003037"
_MOST_ROUNDS = 200


class Fate:
    """Counts events and ends the process at the chosen one."""

    def __init__(self, die_at: int | None) -> None:
        self._die_at = die_at
        self.events: list[str] = []

    def note(self, event: str) -> None:
        self.events.append(event)
        if len(self.events) == self._die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, owner: Any, name: str, event: str) -> None:
        """Notes an event before and after each call of `owner.name`."""
        original: Callable[..., Any] = getattr(owner, name)

        @wraps(original)
        def watched(*arguments: Any, **named: Any) -> Any:
            self.note(f"before {event}")
            result = original(*arguments, **named)
            self.note(f"after {event}")
            return result

        setattr(owner, name, watched)


def _watch_commits(fate: Fate) -> None:
    """Commits are statements: the connection is wrapped where it is opened."""
    connect = dbapi2.connect

    class Watched(dbapi2.Connection):  # type: ignore[misc, name-defined]
        def execute(self, sql: str, *values: Any) -> Any:
            if sql != "COMMIT":
                return super().execute(sql, *values)
            fate.note("before commit")
            result = super().execute(sql, *values)
            fate.note("after commit")
            return result

    dbapi2.connect = lambda *a, **k: connect(*a, factory=Watched, **k)


def play(plan: dict[str, Any], fate: Fate) -> None:
    """From the card to the province; every step is skipped where an earlier start has done it."""
    server = ServerSettings(url=plan["url"], timeout_s=5.0)
    settings = Settings(
        home=Path(plan["home"]),
        key_folder=Path(plan["keys"]),
        province=server,
        population=server,
        printer=PrinterSettings(kind="folder", folder=plan["printed"]),
    )
    with open_station(settings) as station:
        record = station.sealed(plan["visit"]) or _visit(station, plan)
        fate.note("before acknowledgement")
        _acknowledge(Path(plan["acks"]), record)
        fate.note("after acknowledgement")
        (row,) = station.queue(record.key)
        if not any("In giấy hẹn" in words for _at, words in row.history):
            station.print_record(record)
        for _ in range(_MOST_ROUNDS):
            station.sync_round()
            if station.queue(record.key)[0].state == "accepted":
                return
            station.retry(record.key)
        raise SystemExit(f"not accepted: {station.queue(record.key)[0]}")


def _visit(station: Station, plan: dict[str, Any]) -> Record:
    held = [s for s in station.resume() if s.visit.visit_id == plan["visit"]]
    session = held[0] if held else station.begin()
    session.take_key(plan["visit"])
    if session.visit.procedure is None:
        session.choose_procedure("2.000635", station.clock.now())
        session.choose_case("relative")
        station.save(session.visit)
    if session.visit.card is None:
        session.take_card(station.read_card(plan["card"]))
        station.save(session.visit)
    if session.visit.person is None:
        session.take_answer(*station.look_up(session.query))
        station.save(session.visit)
    _scan(station, session, Path(plan["page"]))
    for field in session.merged().values():
        if field.state is FieldState.DOUBTFUL:
            session.enter(field.field.name, plan["truth"].get(field.field.name, field.value))
            while session.confirm(field.field.name) is not None:
                pass
    station.save(session.visit)
    if station.codes_left() == 0:
        station.renew_numbers()
    return station.seal(session.finish(station.clock.now()))


def _scan(station: Station, session: IntakeSession, page: Path) -> None:
    if session.visit.documents.get(DECLARATION):
        return
    if session.visit.pending:
        pending = session.visit.pending[0]
        pages = station.pages_of(pending)
    else:
        pending, pages = station.keep(DECLARATION, pages_in(page))
        session.begin_scan(pending)
        station.save(session.visit)
    session.take_document(pending, station.read(pending, pages, "Tờ khai", 1))
    station.save(session.visit)


def _acknowledge(path: Path, record: Record) -> None:
    """The citizen has the code now: it stands outside the station, on synced paper."""
    with path.open("a", encoding="utf-8") as acks:
        acks.write(f"{record.key} {record.number}\n")
        acks.flush()
        os.fsync(acks.fileno())


def main() -> None:
    """Plays a plan; the number of events goes to stdout when it ends by itself."""
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    for name in ("urllib3", "PIL", "filelock", "keyring"):
        logging.getLogger(name).setLevel(logging.WARNING)
    plan = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    fate = Fate(plan.get("die_at"))
    fate.watch(os, "replace", "rename")
    fate.watch(requests.Session, "send", "request")
    fate.watch(PdfFolder, "submit", "print")
    _watch_commits(fate)
    play(plan, fate)
    sys.stdout.write(json.dumps(fate.events))


if __name__ == "__main__":
    main()
