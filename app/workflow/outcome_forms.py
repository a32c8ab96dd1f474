"""Forms 02 to 06 from the sealed record: each from the version that its event made, so that a reprint is the same paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.course import KIND_WORDS, Kind, Standing
from app.domain.officers import Right
from app.domain.outcome_rules import OutcomeRules, rules_on
from app.domain.outcomes import SIGNING_WORDS
from app.domain.status import STAGES, Status
from app.workflow.errors import WorkflowError
from app.workflow.outcomes import Outcomes
from app.workflow.sealing import serial_of
from app.workflow.station import Station
from offline_queue import records
from offline_queue.records import Record
from offline_queue.store import Store
from printing.layouts import form02, form03, form04, form05, form06
from printing.outcome_slips import (
    ApologySlip,
    Contact,
    ControlSlip,
    ControlStep,
    DossierFacts,
    FormHead,
    RefusalSlip,
    StopSlip,
    SupplementSlip,
)

FORMS = ("02", "03", "04", "05", "06")
_EVENT_OF = {"02": Kind.SUPPLEMENT_ASKED, "03": Kind.REFUSED, "04": Kind.APOLOGISED, "05": Kind.STOPPED}
_NUMBERED = {"02": "HDHS", "03": "PTC", "04": "PXL", "05": "TBD", "06": "PKS"}
_MISSING = {
    "02": "Mẫu 02 chỉ có khi hồ sơ đã được yêu cầu bổ sung (motcua outcome MÃ supplement)",
    "03": "Mẫu 03 chỉ có khi không tiếp nhận hồ sơ (motcua outcome VISIT.json refuse)",
    "04": "Mẫu 04 chỉ có khi đã xin lỗi và hẹn lại (motcua outcome MÃ apologise)",
    "05": "Mẫu 05 chỉ có khi đã dừng giải quyết (motcua outcome MÃ stop)",
    "06": "Mẫu 06 đi theo hồ sơ đã tiếp nhận",
}


@dataclass(frozen=True)
class _Case:
    """A record as it stood when the form was made."""

    record: Record
    body: Mapping[str, Any]
    event: Mapping[str, Any]
    rules: OutcomeRules


class OutcomeForms:
    """Prints what belongs to a dossier's state, and says why where a form does not."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._outcomes = Outcomes(station)

    def pdf(self, key_or_number: str, form: str, copy_number: int = 1) -> bytes:
        """One form as PDF; WorkflowError where it does not belong to the dossier."""
        case = self._case(self._station.record(key_or_number), form)
        return _RENDER[form](case, form, copy_number)

    def print(self, key_or_number: str, form: str) -> str:
        """Prints it and notes that; returns where it went. PrintError says why not."""
        station = self._station
        record = station.record(key_or_number)
        case = self._case(record, form)
        if station.printer is None:
            raise WorkflowError("Chưa cài máy in; hồ sơ đã lưu an toàn, hãy ghi ra tệp bằng --out.")
        event = f"printed_{form}"
        history = station.on_store(lambda store: records.history_of(store, record.key))
        printed = sum(line.event == event for line in history)
        if printed:
            station.access.require(Right.REPRINT, record.key)
        pdf = _RENDER[form](case, form, printed + 1)
        where = station.printer.submit(pdf, f"{record.number}-mau-{form}")
        now, signs = station.clock.now(), station.access.signs

        def note(store: Store) -> None:
            with store.transaction():
                records.write_audit(store, now, signs, f"print_{form}", record.key)
                records.add_history(store, record.key, now, event, f"In Mẫu {form} lần {printed + 1}")

        station.on_store(note)
        return where

    def _case(self, record: Record, form: str) -> _Case:
        versions = self._outcomes.versions(record.key)
        now = Standing.of(versions[-1].body)
        if form not in FORMS:
            raise WorkflowError(f"Mẫu {form} là sổ theo dõi của cả quầy, không thuộc riêng một hồ sơ.")
        if form == "06":
            if now.status is Status.NOT_RECEIVED:
                raise _does_not_belong(form, now)
            moment = now.events[-1] if now.events else {"at": record.body["received_at"]}
            return self._with_rules(record, versions[-1].body, moment)
        if (event := now.last(_EVENT_OF[form])) is None:
            raise _does_not_belong(form, now)
        made = next(v for v in versions if event in (v.body.get("events") or ()))
        return self._with_rules(record, made.body, event)

    def _with_rules(self, record: Record, body: Mapping[str, Any], event: Mapping[str, Any]) -> _Case:
        day = datetime.fromisoformat(event["at"]).date()
        rules = rules_on(day, self._station.counter.outcome_rules)
        return _Case(record, body, event, rules)


def _does_not_belong(form: str, standing: Standing) -> WorkflowError:
    return WorkflowError(f"{_MISSING[form]}; hồ sơ này đang ở bước “{STAGES[standing.status].words}”.")


def _head(case: _Case, form: str) -> FormHead:
    local, record = case.record.local, case.record
    return FormHead(
        title=tuple(case.rules.titles[form].splitlines()),
        superior_agency=local["superior"],
        agency_lines=tuple(local["agency_lines"]),
        number=f"{serial_of(record)}/{_NUMBERED[form]}",
        place=local["place"],
        issued_on=datetime.fromisoformat(case.event["at"]).date(),
        code=record.number,
        is_provisional=record.code is None,
    )


def _dossier(case: _Case) -> DossierFacts:
    body, applicant = case.body, case.body["applicant"]
    owner = body.get("owner")
    return DossierFacts(
        applicant=applicant["full_name"],
        owner=(owner.get("full_name") or "") if owner and owner != applicant else "",
        address=applicant.get("address") or "",
        phone=applicant.get("phone") or "",
        email=applicant.get("email") or "",
        personal_id=applicant["personal_id"],
        request=body["procedure"]["name"],
        procedure_code=body["procedure"]["code"],
        sector=case.record.local.get("sector_name") or "",
    )


def _contact(case: _Case) -> Contact:
    said = case.event.get("contact", {"counter": case.record.local["counter"], "phone": ""})
    return Contact(case.event["officer"]["name"], said["counter"], said["phone"])


def _supplement(case: _Case, form: str, copy: int) -> bytes:
    papers = tuple((paper["name"], paper["what"]) for paper in case.event["papers"])
    effect = case.rules.supplement_effects[case.event["clock"]]
    slip = SupplementSlip(
        _head(case, form), _dossier(case), papers, case.event["reason"], effect, _contact(case)
    )
    return form02.render(slip, copy)


def _refusal(case: _Case, form: str, copy: int) -> bytes:
    submitted = datetime.fromisoformat(case.event["submitted_at"])
    slip = RefusalSlip(_head(case, form), _dossier(case), submitted, case.event["reason"], _contact(case))
    return form03.render(slip, copy)


def _apology(case: _Case, form: str, copy: int) -> bytes:
    event = case.event
    slip = ApologySlip(
        head=_head(case, form),
        dossier=_dossier(case),
        received_at=datetime.fromisoformat(case.body["received_at"]),
        due_before=datetime.fromisoformat(event["due_before"]),
        due=datetime.fromisoformat(event["due"]),
        reason=event["reason"],
    )
    return form04.render(slip, copy)


def _stop(case: _Case, form: str, copy: int) -> bytes:
    event = case.event
    slip = StopSlip(
        head=_head(case, form),
        dossier=_dossier(case),
        received_at=datetime.fromisoformat(case.body["received_at"]),
        basis=event["basis"],
        reason=event["reason"],
        returned=event["returned"],
        contact=_contact(case),
    )
    return form05.render(slip, copy)


def _control(case: _Case, form: str, copy: int) -> bytes:
    standing = Standing.of(case.body)
    received = ControlStep(
        "Tiếp nhận hồ sơ",
        giver=case.body["applicant"]["full_name"],
        taker=case.body["officer"]["name"],
        at=standing.received_at,
        outcome="",
        note="",
    )
    slip = ControlSlip(
        head=_head(case, form),
        dossier=_dossier(case),
        received_at=standing.received_at,
        due=standing.due,
        handled_by=case.record.local["handled_by"],
        steps=(received, *(_step(event, standing) for event in standing.events)),
    )
    return form06.render(slip, copy)


def _step(event: Mapping[str, Any], standing: Standing) -> ControlStep:
    kind, officer, at = event["kind"], event["officer"]["name"], datetime.fromisoformat(event["at"])
    taker, note = "", ""
    if kind == Kind.TRANSFERRED:
        taker = f"{event['receiver']}, {event['unit']}" if event["receiver"] else event["unit"]
    elif kind == Kind.HANDED_OVER:
        taker, note = event["receiver_name"], SIGNING_WORDS[event["signing"]]
        note += f"; giấy ủy quyền số {event['authority']}" if event["authority"] else ""
    elif kind == Kind.RESULT_RECORDED:
        note = f"Số {event['number']}, {event['signed_by']} {SIGNING_WORDS[event['signing']]}"
    elif kind == Kind.SUPPLEMENT_ASKED:
        note = f"{len(event['papers'])} giấy tờ, xem Mẫu 02"
    elif "due" in event:
        note = f"Hẹn trả {datetime.fromisoformat(event['due']):%d/%m/%Y}"
    elif kind in (Kind.STOPPED, Kind.WITHDRAWN):
        note = event["reason"]
    is_judged = kind in (Kind.RESULT_RECORDED, Kind.HANDED_OVER) and standing.due is not None
    return ControlStep(
        KIND_WORDS[kind],
        giver=officer,
        taker=taker,
        at=at,
        outcome=_in_time(at, standing.due) if is_judged and standing.due else "",
        note=note,
    )


def _in_time(at: datetime, due: datetime) -> str:
    if at > due:
        return "Quá hạn"
    return "Đúng hạn" if at.date() == due.date() else "Trước hạn"


_RENDER: Mapping[str, Callable[[_Case, str, int], bytes]] = {
    "02": _supplement,
    "03": _refusal,
    "04": _apology,
    "05": _stop,
    "06": _control,
}
