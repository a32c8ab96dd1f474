"""What every visit at a station shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from app.domain.addresses import Units
from app.domain.calendar import DueDate, StartRule, SupplementRule, WorkingCalendar
from app.domain.codes import ProcedureCode
from app.domain.course import Ground
from app.domain.dossier import Agency
from app.domain.errors import DomainError
from app.domain.forms import Form
from app.domain.linked import LinkedProcedures
from app.domain.officers import Officer
from app.domain.outcome_rules import OutcomeRules, RefusalReason, rules_on
from app.domain.procedure import Procedure
from app.workflow.ports import ProcedureFinder


@dataclass(frozen=True)
class Receipt:
    """Of what procedure and case a dossier was received, and when."""

    procedure: str
    case: str | None
    at: datetime


@dataclass(frozen=True)
class Counter:
    """What every visit at this station shares: the office, its rules and the procedures in force."""

    agency: Agency
    counter_name: str
    officer: Officer
    calendar: WorkingCalendar
    start_rule: StartRule
    procedures: Mapping[str, Procedure]
    forms: Mapping[str, Form]
    council_fees: Mapping[str, int] = field(default_factory=dict)
    """Amounts that the provincial council sets, by the fee's key."""

    links: Mapping[str, LinkedProcedures] = field(default_factory=dict)
    """Chains of procedures by their key."""

    outcome_rules: tuple[OutcomeRules, ...] = ()
    refusal_reasons: tuple[RefusalReason, ...] = ()
    supplement_rule: SupplementRule = SupplementRule.RESTART
    phone: str = ""
    """Of this counter, for whoever has a paper of ours in hand and a question."""

    units: Units = field(kw_only=True)
    finder: ProcedureFinder = field(kw_only=True)
    elsewhere: Callable[[str, date], Procedure | None] = lambda _code, _day: None
    """Where a procedure is looked for that this station has not prepared: the national catalogue."""

    def link(self, key: str) -> LinkedProcedures:
        """The chain of that key, or a sentence that names those there are."""
        if key not in self.links:
            raise DomainError(f"Trạm này không có liên thông “{key}”; có: {', '.join(self.links)}.")
        return self.links[key]

    def procedure(self, code: str, day: date) -> Procedure:
        """The procedure in force on that day; a sentence when this station does not have it."""
        found = self.procedures.get(str(ProcedureCode(code))) or self.elsewhere(code, day)
        if found is None:
            raise DomainError(
                f"Trạm này chưa có thủ tục {code}; các thủ tục có: {', '.join(self.procedures)}."
            )
        if not found.is_in_force(day):
            raise DomainError(f"Thủ tục {code} không có hiệu lực ngày {day:%d/%m/%Y}, hãy cập nhật danh mục.")
        return found

    def ground(self, now: datetime, received: Receipt | None = None) -> Ground:
        """What an outcome at this moment is judged by, for a dossier that was received so; None for a refusal."""

        def renew(asked_at: datetime, completed_at: datetime) -> DueDate:
            if received is None or received.case is None:
                raise DomainError("Hồ sơ này chưa rõ trường hợp nên không tính lại được ngày hẹn trả.")
            # The rules of the day it was received; only this needs the procedure to be known here.
            procedure = self.procedure(received.procedure, received.at.date())
            allowed = procedure.case(received.case).processing_time
            return self.calendar.due_after_supplement(
                received.at, asked_at, completed_at, allowed, self.supplement_rule, self.start_rule
            )

        return Ground(
            now, self.calendar, rules_on(now.date(), self.outcome_rules), renew, self.supplement_rule
        )
