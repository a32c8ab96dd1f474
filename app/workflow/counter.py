"""What every visit at a station shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.domain.calendar import StartRule, WorkingCalendar
from app.domain.codes import ProcedureCode
from app.domain.dossier import Agency
from app.domain.errors import DomainError
from app.domain.forms import Form
from app.domain.officers import Officer
from app.domain.procedure import Procedure


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

    def procedure(self, code: str, day: date) -> Procedure:
        """The procedure in force on that day; a sentence when this station does not have it."""
        found = self.procedures.get(str(ProcedureCode(code)))
        if found is None:
            raise DomainError(
                f"Trạm này chưa có thủ tục {code}; các thủ tục có: {', '.join(self.procedures)}."
            )
        if not found.is_in_force(day):
            raise DomainError(f"Thủ tục {code} không có hiệu lực ngày {day:%d/%m/%Y}, hãy cập nhật danh mục.")
        return found
