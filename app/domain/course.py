"""The course of a received dossier: how it stands, and how an outcome takes it one step on.

A dossier's body carries its `status` and a list of `events`; without them it has been received and no more. What each
outcome may do is said in `outcomes`; here is what holds for all of them. Nothing here stores or prints.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from app.domain.calendar import VIETNAM, DueDate, SupplementRule, WorkingCalendar
from app.domain.errors import DomainError
from app.domain.outcome_rules import OutcomeRules
from app.domain.status import Status, check_step


class Kind(StrEnum):
    """What an event of a dossier tells."""

    TRANSFERRED = "transferred"
    SUPPLEMENT_ASKED = "supplement_asked"
    SUPPLEMENT_COMPLETED = "supplement_completed"
    APOLOGISED = "apologised"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"
    RESULT_RECORDED = "result_recorded"
    HANDED_OVER = "handed_over"
    REFUSED = "refused"


KIND_WORDS: Mapping[str, str] = {
    Kind.TRANSFERRED: "Chuyển hồ sơ đến bộ phận giải quyết",
    Kind.SUPPLEMENT_ASKED: "Yêu cầu bổ sung, hoàn thiện hồ sơ",
    Kind.SUPPLEMENT_COMPLETED: "Người nộp đã bổ sung đủ",
    Kind.APOLOGISED: "Xin lỗi và hẹn lại ngày trả kết quả",
    Kind.STOPPED: "Dừng giải quyết hồ sơ",
    Kind.WITHDRAWN: "Người nộp rút hồ sơ",
    Kind.RESULT_RECORDED: "Có kết quả giải quyết",
    Kind.HANDED_OVER: "Trả kết quả",
    Kind.REFUSED: "Từ chối tiếp nhận",
}


@dataclass(frozen=True)
class Standing:
    """How a dossier stands, read from its latest version; one without a status has been received."""

    status: Status
    received_at: datetime
    due: datetime | None
    events: tuple[Mapping[str, Any], ...]
    people: Mapping[str, str]
    """Applicant and owner: number -> name."""

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Standing:
        """Reads a dossier's body; the province may leave out what is empty."""
        people = [person for person in (body["applicant"], body.get("owner")) if person]
        return cls(
            status=Status(body.get("status") or Status.RECEIVED),
            received_at=datetime.fromisoformat(body["received_at"]),
            due=datetime.fromisoformat(body["due"]) if body.get("due") else None,
            events=tuple(body.get("events") or ()),
            people={p["personal_id"]: p.get("full_name") or "" for p in people if p.get("personal_id")},
        )

    def last(self, kind: Kind) -> Mapping[str, Any] | None:
        """The latest event of that kind."""
        return next((e for e in reversed(self.events) if e["kind"] == kind), None)


@dataclass(frozen=True)
class Ground:
    """What an outcome is judged by: the moment, the calendar, the limits, and how time is renewed after a supplement."""

    at: datetime
    calendar: WorkingCalendar
    rules: OutcomeRules
    renew: Callable[[datetime, datetime], DueDate]
    """(asked at, completed at) -> the new appointment."""
    supplement_rule: SupplementRule = SupplementRule.RESTART


@dataclass(frozen=True)
class Ruling:
    """What an outcome makes of a dossier; without `due` the appointment stays."""

    facts: Mapping[str, Any]
    due: datetime | None = None
    warnings: tuple[str, ...] = ()


class Outcome(Protocol):
    """One thing that an officer does with a received dossier; without a `target` the status stays."""

    kind: ClassVar[Kind]
    target: ClassVar[Status | None]

    def asked(self) -> Mapping[str, Any]:
        """What the officer said: the same again is the same outcome, not a second one."""

    def rule(self, standing: Standing, ground: Ground) -> Ruling:
        """The rule of this outcome; DomainError where the law forbids it."""


def carry_out(
    body: Mapping[str, Any], outcome: Outcome, ground: Ground, officer: Mapping[str, str]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The body after the outcome, and what to warn of; the same outcome as the last again changes nothing."""
    standing, asked = Standing.of(body), outcome.asked()
    if standing.events and _is_same(standing.events[-1], outcome.kind, asked):
        return dict(body), ("Việc này đã ghi trước đó, không ghi thêm lần nữa.",)
    _check_once(standing, outcome.kind, ground.rules)
    if standing.events and ground.at < datetime.fromisoformat(standing.events[-1]["at"]):
        raise DomainError(
            "Đồng hồ của máy sớm hơn việc đã ghi gần nhất của hồ sơ, hãy chỉnh giờ rồi làm lại."
        )
    if outcome.target is not None:
        check_step(standing.status, outcome.target)
    ruling = outcome.rule(standing, ground)
    status = standing.status if outcome.target is None else outcome.target
    event = {
        "kind": str(outcome.kind),
        "at": iso(ground.at),
        "officer": dict(officer),
        "status": int(status),
        **ruling.facts,
    }
    changed = {**body, "status": int(status), "events": [*standing.events, event]}
    if ruling.due is not None:
        changed["due"] = iso(ruling.due)
    return changed, ruling.warnings


def _check_once(standing: Standing, kind: Kind, rules: OutcomeRules) -> None:
    count = sum(event["kind"] == kind for event in standing.events)
    if kind is Kind.SUPPLEMENT_ASKED and count >= rules.supplements:
        raise DomainError(
            f"Theo {rules.law}, mỗi hồ sơ chỉ được yêu cầu bổ sung một lần và hồ sơ này đã yêu cầu rồi; "
            "yêu cầu lần hai bị tính là trễ hạn theo Bộ chỉ số 766, hãy giải quyết tiếp hoặc dừng giải quyết."
        )
    if kind is Kind.APOLOGISED and count >= rules.apologies:
        raise DomainError(
            f"Theo {rules.law}, chỉ được hẹn lại một lần và hồ sơ này đã hẹn lại rồi; hãy giải quyết xong trước ngày hẹn."
        )


def _is_same(event: Mapping[str, Any], kind: Kind, asked: Mapping[str, Any]) -> bool:
    return event["kind"] == kind and all(event.get(name) == value for name, value in asked.items())


def iso(moment: datetime | None) -> str | None:
    """A moment as the record writes it: the country's time, to the second."""
    return None if moment is None else moment.astimezone(VIETNAM).isoformat(timespec="seconds")
