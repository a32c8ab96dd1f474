"""A visit file (VISIT.json) read and taken through the workflow, as far as one dossier goes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.domain.procedure import ComponentUse
from app.workflow.errors import WorkflowError
from app.workflow.intake import IntakeSession
from app.workflow.presenting import present
from app.workflow.reusing import ReuseQuestion
from app.workflow.station import Station
from app.workflow.views import BlockerKind, FieldState
from offline_queue.errors import QueueError
from offline_queue.records import Record
from scanning.documents import pages_in

_KEYS = frozenset(
    {
        "procedure",
        "case",
        "channel",
        "copies",
        "return_by",
        "applicant",
        "card_qr",
        "form",
        "components",
        "key",
        "answers",
        "exemption",
        "linked",
        "followers",
        "authority",
    }
)


def read_visit(path: Path) -> dict[str, Any]:
    """The visit file as a table; a sentence when it is no JSON object or has an unknown key."""
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as broken:
        raise WorkflowError(f"Tệp {path.name} không phải JSON hợp lệ ({broken}).") from broken
    if not isinstance(table, dict):
        raise WorkflowError(f"Tệp {path.name} phải là một đối tượng JSON.")
    if unknown := sorted(set(table) - _KEYS):
        raise WorkflowError(f"Tệp {path.name} có khóa lạ: {', '.join(unknown)}; hãy bỏ hoặc sửa tên.")
    if not table.get("procedure") and not table.get("linked"):
        raise WorkflowError(f"Tệp {path.name} thiếu mã thủ tục (procedure).")
    return table


def fill(
    station: Station, session: IntakeSession, table: Mapping[str, Any], papers: Mapping[str, list[Path]]
) -> tuple[str, ...]:
    """Everything the file says about the session's procedure; the warnings, or a sentence about what is missing."""
    _read(station, session, table, papers)
    return _end(station, session)


def _read(
    station: Station, session: IntakeSession, table: Mapping[str, Any], papers: Mapping[str, list[Path]]
) -> None:
    _choose(session, table)
    session.choose_ways(str(table.get("channel") or "direct"), str(table.get("return_by") or "counter"))
    if table.get("card_qr"):
        session.take_card(station.read_card(str(table["card_qr"])))
    _take_papers(station, session, papers)
    _enter(session, table)
    person, fault = station.look_up(session.query)
    session.take_answer(person, fault)
    for role, query in session.other_queries().items():
        other, _ = station.look_up(query)
        if other is not None:
            session.take_other(role, other)
    _ask_for_reuse(station, session)


def open_visit(station: Station, table: Mapping[str, Any], papers: Mapping[str, list[Path]]) -> IntakeSession:
    """The visit as the file tells it, its papers read and the register asked, whatever may be missing."""
    session = station.begin()
    if key := table.get("key"):
        session.take_key(str(key))
    session.choose_procedure(str(table["procedure"]), station.clock.now())
    _read(station, session, table, papers)
    return session


def fill_follower(
    station: Station, session: IntakeSession, table: Mapping[str, Any], papers: Mapping[str, list[Path]]
) -> tuple[str, ...]:
    """The same for a visit that follows another: who it is and what the register says is there already."""
    _choose(session, table)
    _take_papers(station, session, papers)
    _enter(session, table)
    _ask_for_reuse(station, session)
    return _end(station, session)


def _choose(session: IntakeSession, table: Mapping[str, Any]) -> None:
    if table.get("case"):
        session.choose_case(str(table["case"]))
    for question, said in (table.get("answers") or {}).items():
        session.answer(str(question), str(said))
    for name, said in (table.get("authority") or {}).items():
        session.type_authority(str(name), str(said))
    if table.get("exemption"):
        session.claim_exemption(str(table["exemption"]))


def _take_papers(station: Station, session: IntakeSession, papers: Mapping[str, list[Path]]) -> None:
    for component, paths in papers.items():
        station.papers.take_at_once(session, component, (page for path in paths for page in pages_in(path)))


def _ask_for_reuse(station: Station, session: IntakeSession) -> None:
    if (question := ReuseQuestion.of(session)) is not None:
        session.take_reused(station.reusing.find(question))


def _end(station: Station, session: IntakeSession) -> tuple[str, ...]:
    warnings = _show_papers(session) + present(session, station.clock.now()).notices
    _refuse_what_is_missing(session)
    return warnings


def filed(record: Record, receipt: Path, warnings: Sequence[str]) -> dict[str, Any]:
    """What the command answers about one dossier that is durable now."""
    return {
        "key": record.key,
        "code": record.code,
        "receipt_number": record.alias,
        "due": record.body["due"],
        "fee_vnd": record.body["fee_vnd"],
        "receipt": str(receipt.absolute()),
        "warnings": list(warnings),
    }


def numbers_for(station: Station, count: int = 1) -> tuple[str, ...]:
    """Asks for official numbers where too few are left; the warning where none could be had."""
    if station.codes_left() < count:
        try:
            station.sending.renew_numbers()
        except QueueError:
            return ("Chưa lấy được số từ hệ thống tỉnh: cấp số biên nhận tạm, mã chính thức sẽ có sau.",)
    return ()


def papers_of(table: Mapping[str, Any], folder: Path, attached: Sequence[str] = ()) -> dict[str, list[Path]]:
    """Files by component, as the visit file and the command line name them."""
    found: dict[str, list[Path]] = {}
    for entry in table.get("components") or ():
        if not isinstance(entry, dict) or not isinstance(entry.get("code"), str):
            raise WorkflowError("Mỗi mục trong components phải có code, ví dụ 000.00.00.G15-KQ003037.")
        for path in entry.get("paths") or ():
            found.setdefault(entry["code"], []).append(folder / str(path))
    for pair in attached:
        code, sign, path = pair.partition("=")
        if not sign or not code or not path:
            raise WorkflowError(f"--attach “{pair}” phải có dạng MÃ_THÀNH_PHẦN=TỆP.")
        found.setdefault(code, []).append(Path(path))
    return found


def _enter(session: IntakeSession, table: Mapping[str, Any]) -> None:
    """What the file says; a value that a source has locked is left to the source."""
    given: dict[str, str] = {}
    applicant = table.get("applicant") or {}
    for attribute, name in session.form.applicant.items():
        if value := applicant.get(attribute):
            given[name] = _as_written(attribute, str(value))
    if table.get("copies") and (field := session.procedure.counted_by.get("copies")) is not None:
        given[field] = str(table["copies"])
    given |= {name: str(value) for name, value in (table.get("form") or {}).items()}
    for name, value in given.items():
        known = session.merged().get(name)
        if known is not None and known.state is FieldState.LOCKED:
            continue
        if (problem := session.enter(name, value)) is not None:
            raise WorkflowError(f"{problem} (form.{name})")
        session.confirm(name)
        session.confirm(name)


def _as_written(attribute: str, value: str) -> str:
    if attribute == "birth_date" and len(value) == 10 and value[4] == "-":
        year, month, day = value.split("-")
        return f"{day}/{month}/{year}"
    return value


def _show_papers(session: IntakeSession) -> tuple[str, ...]:
    """Papers to be shown count as seen by the officer who filed the visit, with a warning that says so."""
    warnings: list[str] = []
    for paper in session.procedure.components_of(session.visit.case):
        if paper.use is ComponentUse.SHOW and paper.is_required and not session.is_satisfied(paper):
            session.mark_shown(paper.code)
            warnings.append(f"“{paper.name}” ghi nhận là cán bộ đã xem, chưa có nguồn nào xác minh.")
    return tuple(warnings)


def _refuse_what_is_missing(session: IntakeSession) -> None:
    for blocker in session.blockers():
        if blocker.kind is BlockerKind.FIELD:
            field = session.merged()[blocker.target]
            read = f" Đọc từ giấy: “{field.value}”." if field.value else ""
            raise WorkflowError(f"{blocker.text}{read} Hãy ghi giá trị đúng vào form.{blocker.target}.")
        if blocker.kind is BlockerKind.CASE:
            known = ", ".join(c.code for c in session.procedure.cases)
            raise WorkflowError(f"{blocker.text} Hãy ghi vào case một trong: {known}.")
        raise WorkflowError(f"{blocker.text} (components: {blocker.target})")
