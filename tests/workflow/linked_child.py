"""Files a death and what follows from it, as a program that may be killed at any commit.

    python -m tests.workflow.linked_child HOME KEYS DIE_AT

DIE_AT is an event of `tests.faults.tracer` with which time it comes ("commit seal#2"), or empty. The last line on stdout
says which records there are.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections import Counter
from pathlib import Path

from app.bootstrap import open_station
from app.config import Settings
from app.workflow.intake import IntakeSession
from app.workflow.linked_sealing import seal_group, sealed_group
from app.workflow.linking import LinkedVisit
from app.workflow.visit import Visit
from offline_queue import records
from tests.faults.tracer import Tracer
from tests.workflow.linked_visits import ready_death
from tests.workflow.visits import NOON


def main(home: str, keys: str, die_at: str) -> None:
    """Goes on where it was: sealed already, or a draft, or nothing yet."""
    seen: Counter[str] = Counter()

    def pass_by(event: str) -> None:
        seen[event] += 1
        if die_at == f"{event}#{seen[event]}":
            os.kill(os.getpid(), signal.SIGKILL)

    with open_station(Settings(Path(home), Path(keys))) as station:
        drafts = station.on_store(records.list_drafts)
        if drafts:
            session = IntakeSession(station.counter, Visit.from_json(drafts[0].body))
            visit = LinkedVisit(session)
        elif station.queue():
            # The key is on the draft's receipt of the screen; here the group's first one is in the queue.
            rows = [station.record(row.key) for row in station.queue()]
            first = next(r for r in rows if r.body["linked"]["position"] == 1)
            sys.stdout.write(json.dumps([r.number for r in sealed_group(station, first.key)]) + "\n")
            return
        else:
            visit = ready_death(station.counter, station)
            station.save(visit.visit)
        Tracer(pass_by).watch()
        sealed = seal_group(station, visit.finish(NOON))
        sys.stdout.write(json.dumps([r.number for r in sealed]) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
