"""What the law and the office set for outcomes, as data of a day: limits, forms' titles, reasons for refusing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.errors import DomainError
from app.domain.words import optional_text, text_of


@dataclass(frozen=True)
class OutcomeRules:
    """The limits in force between two days (both included); `law` is named in refusals."""

    supplements: int
    refusal_working_days: int
    apologies: int
    apology_days_before: int
    law: str
    supplement_effects: Mapping[str, str]
    """What form 02 says of the time, by what becomes of it (`SupplementRule`)."""
    titles: Mapping[str, str]
    effective_from: date = date.min
    effective_to: date = date.max


@dataclass(frozen=True)
class RefusalReason:
    """Why a dossier is not received; `needs_text` asks for particulars beside the general words."""

    code: str
    text: str
    needs_text: bool = False
    effective_from: date = date.min
    effective_to: date = date.max


def rules_on(day: date, known: Iterable[OutcomeRules]) -> OutcomeRules:
    """The rules of that day; DomainError where none hold."""
    for rules in known:
        if rules.effective_from <= day <= rules.effective_to:
            return rules
    raise DomainError(f"Chưa có quy định về kết quả hồ sơ cho ngày {day:%d/%m/%Y}, hãy xem lại đồng hồ.")


def reasons_on(day: date, known: Iterable[RefusalReason]) -> tuple[RefusalReason, ...]:
    """The reasons that may be given on that day."""
    return tuple(r for r in known if r.effective_from <= day <= r.effective_to)


def refusal_words(code: str, particulars: str, reasons: Iterable[RefusalReason]) -> str:
    """The whole reason as form 03 prints it; DomainError for an unknown code or missing particulars."""
    known = {reason.code: reason for reason in reasons}
    if (reason := known.get(code)) is None:
        listed = "; ".join(f"{r.code} ({r.text.rstrip('.')})" for r in known.values())
        raise DomainError(f"Không có lý do từ chối “{code}” trong danh mục; hãy chọn một trong: {listed}.")
    particulars = optional_text("lý do từ chối cụ thể", particulars)
    if reason.needs_text and not particulars:
        raise DomainError(f"Lý do “{reason.text.rstrip('.')}” phải nói rõ thêm, hãy ghi cụ thể (--text).")
    return text_of("lý do từ chối", f"{reason.text} {particulars}")


def rules_from(table: Mapping[str, Any]) -> tuple[OutcomeRules, ...]:
    """Reads the shape of resources/outcomes.toml."""
    return tuple(OutcomeRules(**row) for row in table["rules"])


def reasons_from(table: Mapping[str, Any]) -> tuple[RefusalReason, ...]:
    """Reads the shape of resources/reasons.toml."""
    return tuple(RefusalReason(**row) for row in table["refusal"])
