"""A dossier as outcomes need one: sealed with a file that is really there, and an appointment far enough away."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import requests

from app.domain.outcomes import AskSupplement, PaperAsked
from app.workflow.station import Station
from offline_queue.records import Record
from tests.sandbox.process import SandboxProcess
from tests.workflow import visits

SUPPLEMENT = AskSupplement(
    (
        PaperAsked("Giấy ủy quyền", "Bổ sung chữ ký ở trang 2"),
        PaperAsked("Sổ hộ khẩu (bản chụp)", "Chụp lại cho rõ"),
    ),
    "Giấy ủy quyền chưa ký; bản chụp bị mờ",
)


def seal(station: Station, days: int = 14) -> Record:
    """A dossier of today that is promised for a day two weeks from now."""
    session = visits.ready(station.counter)
    kept = station.keep_file(b"%PDF-1.7 mot to khai")
    session.visit = replace(
        session.visit,
        documents={
            code: replace(document, blob=kept.blob, sha256=kept.sha256, size=kept.size)
            for code, document in session.visit.documents.items()
        },
    )
    dossier = session.finish(station.clock.now())
    return station.seal(replace(dossier, due_at=dossier.received_at + timedelta(days=days)))


def later_day(station: Station, record: Record) -> date:
    """A working day after the one that was promised."""
    due = date.fromisoformat(record.body["due"][:10])
    return station.counter.calendar.next_working_day(due)


def send(station: Station) -> None:
    """Rounds until nothing waits."""
    for _ in range(20):
        report = station.sending.round()
        assert report.line_fault is None
        if station.sending.line().waiting == 0:
            return
    raise AssertionError("the dossiers did not get through")


def held(province: SandboxProcess, key: str) -> dict[str, Any]:
    """What the province has of it."""
    body: dict[str, Any] = requests.get(f"{province.url}/sandbox/dossiers/{key}", timeout=10).json()
    return body
