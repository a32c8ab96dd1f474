"""Outcomes at a station: each is one transaction that makes a later version of the record and queues it.

The rule is asked inside that transaction, of the version that is the latest there: two windows cannot ask for two
supplements. A refusal to receive is a record of its own, sealed as every dossier is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.course import KIND_WORDS, Kind, Outcome, Standing, carry_out
from app.domain.officers import Right
from app.domain.refusal import Refusal
from app.domain.status import STAGES, Status
from app.workflow.counter import Receipt
from app.workflow.errors import WorkflowError
from app.workflow.intake import IntakeSession
from app.workflow.sealing import record_name
from app.workflow.station import Station
from offline_queue import edits, records
from offline_queue.edits import EditRequest, Version
from offline_queue.numbers import SerialRequest
from offline_queue.records import Record, SealRequest

#: Which form an outcome gives into the citizen's hand, or lays beside the dossier.
FORM_OF: Mapping[Kind, str] = {
    Kind.SUPPLEMENT_ASKED: "02",
    Kind.REFUSED: "03",
    Kind.APOLOGISED: "04",
    Kind.STOPPED: "05",
    Kind.TRANSFERRED: "06",
}


@dataclass(frozen=True)
class Done:
    """How the dossier stands after an outcome; `form` is the form that now belongs to it."""

    record: Record
    version: int
    status: Status
    due: datetime | None
    form: str | None
    warnings: tuple[str, ...]

    @property
    def words(self) -> str:
        """The status as people say it."""
        return STAGES[self.status].words


class Outcomes:
    """What officers of this station do with dossiers after, or instead of, receiving them."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def standing(self, key_or_number: str) -> Standing:
        """How a dossier stands by its latest version."""
        return Standing.of(self._latest(self._station.record(key_or_number).key).body)

    def versions(self, key: str) -> tuple[Version, ...]:
        """All versions, oldest first: a form is printed from the one that its event made."""
        return self._station.amendments.versions(key)

    def carry_out(self, key_or_number: str, outcome: Outcome) -> Done:
        """Does it; NotAllowed, DomainError or StoreError say in a sentence why not, and nothing has changed then."""
        station = self._station
        record = station.record(key_or_number)
        signs = station.access.require(Right.MEND, record.key).signs
        now, counter = station.clock.now(), station.counter
        asked_for, received = record.body["procedure"], datetime.fromisoformat(record.body["received_at"])
        ground = counter.ground(now, Receipt(asked_for["code"], asked_for["case"], received))
        officer = {"id": counter.officer.login, "name": counter.officer.full_name}
        warnings: list[str] = []

        def change(body: Mapping[str, Any]) -> Mapping[str, Any]:
            changed, said = carry_out(body, outcome, ground, officer)
            warnings[:] = said
            return changed

        words = KIND_WORDS[outcome.kind]
        request = EditRequest(
            record.key,
            change,
            now,
            signs,
            words,
            event=str(outcome.kind),
            history=words,
            action=str(outcome.kind),
        )
        made = station.on_store(lambda store: edits.edit(store, request))
        return self._done(record, made, outcome.kind, tuple(warnings))

    def refuse(
        self, session: IntakeSession, reason: str, particulars: str, submitted_at: datetime | None
    ) -> Done:
        """Seals the refusal of a visit that is not received; the visit's draft is gone with it."""
        station = self._station
        station.access.require(Right.SEE_OWN)
        key = session.visit.visit_id
        if (sealed := station.sealed(key)) is not None:
            return self._refused_before(sealed)
        now = station.clock.now()
        refusal = session.refuse(reason, particulars, submitted_at or session.visit.begun_at, now)
        request = _seal_request(refusal, station)
        record = station.on_store(lambda store: records.seal(store, request))
        return self._done(record, self._latest(record.key), Kind.REFUSED, ())

    def _refused_before(self, record: Record) -> Done:
        if Standing.of(record.body).status is not Status.NOT_RECEIVED:
            raise WorkflowError(
                f"Lượt này đã được tiếp nhận thành hồ sơ {record.number} nên không từ chối tiếp nhận được; "
                "nếu không giải quyết tiếp được, hãy dừng giải quyết (stop)."
            )
        warning = "Việc từ chối này đã ghi trước đó, không ghi thêm lần nữa."
        return self._done(record, self._latest(record.key), Kind.REFUSED, (warning,))

    def _latest(self, key: str) -> Version:
        return self._station.on_store(lambda store: edits.latest_version(store, key))

    def _done(self, record: Record, version: Version, kind: Kind, warnings: tuple[str, ...]) -> Done:
        standing = Standing.of(version.body)
        return Done(record, version.number, standing.status, standing.due, FORM_OF.get(kind), warnings)


def _seal_request(refusal: Refusal, station: Station) -> SealRequest:
    agency, day = str(refusal.agency.id), refusal.refused_at.date()
    return SealRequest(
        key=refusal.key,
        serial=SerialRequest(agency, day),
        name=record_name(refusal.key, agency, day, station.station_id),
        body=lambda named: refusal.body(named.code, named.alias),
        local=refusal.local(),
        files=(),
        sealed_at=refusal.refused_at,
        event=f"{KIND_WORDS[Kind.REFUSED]}, lưu trên máy",
        officer=refusal.officer.login,
        title=refusal.applicant.full_name,
        about=refusal.procedure_name,
    )
