"""`motcua outcome`: what becomes of a dossier after it was received, or that it is not received."""

from __future__ import annotations

from argparse import Namespace
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

from app.bootstrap import open_station
from app.commands.answers import answer, say, tell
from app.commands.visit_file import open_visit, papers_of, read_visit
from app.config import Settings
from app.domain.calendar import VIETNAM
from app.domain.course import KIND_WORDS, Outcome
from app.domain.forms import parse_date
from app.domain.outcomes import (
    Apologise,
    AskSupplement,
    CompleteSupplement,
    HandOver,
    PaperAsked,
    Proof,
    RecordResult,
    Signing,
    Stop,
    Transfer,
    Withdraw,
)
from app.domain.status import STAGES, Status
from app.workflow.errors import WorkflowError
from app.workflow.outcomes import Done, Outcomes
from app.workflow.station import Station
from offline_queue.errors import QueueError


def run(options: Namespace, settings: Settings) -> int:
    """Does it and answers only after it is durable on disk."""
    table = read_visit(Path(options.subject)) if options.action == "refuse" else None
    with open_station(settings) as station:
        station.sending.greet_where_possible()
        if options.action == "show":
            return _show(station, options)
        if table is not None:
            done = _refuse(station, options, table)
        else:
            done = Outcomes(station).carry_out(options.subject, _outcome(options, station))
    _tell(done, options)
    return 0


def _tell(done: Done, options: Namespace) -> None:
    result = {
        "key": done.record.key,
        "code": done.record.number,
        "version": done.version,
        "status": int(done.status),
        "words": done.words,
        "due": done.due.isoformat() if done.due else None,
        "form": done.form,
        "warnings": list(done.warnings),
    }
    if options.json:
        answer(result)
        return
    for warning in done.warnings:
        tell(f"Lưu ý: {warning}")
    is_running = done.status in (Status.RECEIVED, Status.IN_PROCESS, Status.PAYMENT_ASKED)
    due = f", hẹn trả {done.due.astimezone(VIETNAM):%H:%M %d/%m/%Y}" if done.due and is_running else ""
    paper = f"; in phiếu: motcua print {done.record.number} --form {done.form}" if done.form else ""
    say(f"{done.record.number}: {done.words}{due}. Đã lưu, sẽ gửi ở lượt đồng bộ tới (motcua sync){paper}.")


def _show(station: Station, options: Namespace) -> int:
    standing = Outcomes(station).standing(options.subject)
    record = station.record(options.subject)
    station.audit("show", record.key)
    stage = STAGES[standing.status]
    if options.json:
        answer(
            {
                "key": record.key,
                "code": record.number,
                "status": int(standing.status),
                "words": stage.words,
                "due": standing.due.isoformat() if standing.due else None,
                "next": sorted(int(status) for status in stage.next),
                "events": list(standing.events),
            }
        )
        return 0
    say(f"{record.number}: {stage.words}")
    for event in standing.events:
        say(f"  {datetime.fromisoformat(event['at']):%H:%M %d/%m/%Y}  {KIND_WORDS[event['kind']]}")
    return 0


def _refuse(station: Station, options: Namespace, table: dict[str, Any]) -> Done:
    outcomes, folder = Outcomes(station), Path(options.subject).parent
    submitted = _moment(options.submitted) if options.submitted else None
    known = station.sealed(str(table["key"])) if table.get("key") else None
    session = station.begin()
    if known is not None:
        session.take_key(known.key)
    else:
        session = open_visit(station, table, papers_of(table, folder, options.attach))
        if station.codes_left() == 0:
            with suppress(QueueError):
                station.sending.renew_numbers()
    return outcomes.refuse(session, options.reason, options.text, submitted)


def _outcome(options: Namespace, station: Station) -> Outcome:
    match options.action:
        case "transfer":
            return Transfer(options.to, options.receiver)
        case "supplement":
            counter = station.counter
            papers = tuple(map(_paper, options.papers))
            return AskSupplement(papers, options.reason, counter.counter_name, counter.phone)
        case "complete":
            return CompleteSupplement()
        case "apologise":
            return Apologise(options.reason, _day(options.due))
        case "stop":
            return Stop(
                options.reason,
                options.basis,
                options.returned,
                station.counter.counter_name,
                station.counter.phone,
            )
        case "withdraw":
            return Withdraw(options.reason)
        case "result":
            return RecordResult(options.number, options.signed_by, Signing(options.signed))
        case "hand-over":
            return _hand_over(options, station)
    raise WorkflowError(f"Không có việc “{options.action}”.")


def _hand_over(options: Namespace, station: Station) -> HandOver:
    signing = Signing(options.signed)
    if options.card:
        card = station.read_card(options.card)
        name = options.name or card.full_name
        return HandOver(str(card.personal_id), Proof.CARD, signing, name, options.authority)
    return HandOver(options.personal_id, Proof.TYPED, signing, options.name, options.authority)


def _paper(text: str) -> PaperAsked:
    name, sign, what = text.partition("=")
    if not sign:
        raise WorkflowError(f"--paper “{text}” phải có dạng TÊN_GIẤY=CẦN_LÀM_GÌ.")
    return PaperAsked(name, what)


def _day(text: str) -> date:
    with suppress(ValueError):
        return date.fromisoformat(text)
    return parse_date(text)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise WorkflowError(f"Thời điểm “{text}” phải có dạng 2026-11-20T14:26.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
