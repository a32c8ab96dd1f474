"""Who acts for another: the letter of authorisation of a visit, read from paper or typed, and what it allows."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date

from app.domain.authority import Authority
from app.domain.codes import PersonalId
from app.domain.errors import DomainError
from app.domain.forms import parse_date
from app.domain.procedure import ComponentRequirement, Procedure
from app.workflow.errors import WorkflowError
from app.workflow.views import Blocker, BlockerKind
from app.workflow.visit import Visit

AUTHORITY_LABELS = {
    "agent_name": "Người được ủy quyền",
    "agent_id": "Số định danh người được ủy quyền",
    "principal_name": "Người ủy quyền",
    "principal_id": "Số định danh người ủy quyền",
    "scope": "Nội dung ủy quyền",
    "made_on": "Ngày lập",
    "valid_until": "Có hiệu lực đến",
}
_DAYS = frozenset({"made_on", "valid_until"})
_READER = "authorization"


def checked_fact(name: str, value: str) -> str:
    """A fact of the letter as an officer types it; a sentence where it cannot stand."""
    if name not in AUTHORITY_LABELS:
        raise WorkflowError(f"Văn bản ủy quyền không có ô “{name}”; có: {', '.join(AUTHORITY_LABELS)}.")
    clean = " ".join(value.split())
    if clean and name in _DAYS:
        return f"{parse_date(clean):%d/%m/%Y}"
    return str(PersonalId(clean)) if clean and name.endswith("_id") else clean


def letter_of(visit: Visit, procedure: Procedure) -> ComponentRequirement | None:
    """The paper of the visit's case that authorises somebody."""
    if visit.case is None:
        return None
    return next((p for p in procedure.components_of(visit.case) if p.reader == _READER), None)


def authority_of(visit: Visit, procedure: Procedure) -> Authority | None:
    """What the letter says, typed facts over read ones; None where there is no letter."""
    letter = letter_of(visit, procedure)
    if letter is None:
        return None
    document = visit.documents.get(letter.code)
    readings = document.readings if document is not None else {}
    said = {name: r.value for name, r in readings.items() if name in AUTHORITY_LABELS} | dict(visit.authority)
    if not said:
        return None
    agent = "agent_id" if said.get("agent_id") else "agent_name"
    is_sure = agent in visit.authority or (agent in readings and readings[agent].is_sure)
    words = {name: value for name, value in said.items() if name not in _DAYS}
    days = {name: _day(said.get(name, "")) for name in _DAYS}
    return Authority(**words, **days, is_sure=is_sure)  # type: ignore[arg-type]


def authority_blockers(visit: Visit, procedure: Procedure, applicant: Mapping[str, str]) -> list[Blocker]:
    """The agent of the letter is not who stands here: nothing can be taken in from them."""
    letter, authority = letter_of(visit, procedure), authority_of(visit, procedure)
    number, name = applicant.get("personal_id", ""), applicant.get("full_name", "")
    if letter is None or authority is None or not authority.is_sure or authority.names(number, name):
        return []
    text = (
        f"Văn bản ủy quyền ghi người được ủy quyền là {authority.agent_name or authority.agent_id}, "
        f"không phải người nộp {name or number}: chưa nhận được hồ sơ này. Giấy tờ đã quét vẫn giữ; "
        "hãy mời đúng người, hoặc sửa lại ô đọc sai."
    )
    return [Blocker(BlockerKind.COMPONENT, letter.code, text)]


def authority_warnings(
    visit: Visit,
    procedure: Procedure,
    applicant: Mapping[str, str],
    others: Mapping[str, Procedure],
    day: date,
) -> list[str]:
    """Term and scope against this procedure on that day, each with its rule; and an agent that was read with doubt."""
    authority = authority_of(visit, procedure)
    if authority is None:
        return []
    code = str(procedure.code)
    names = {c: p.short_name for c, p in others.items() if c != code}
    found = [
        authority.term_warning(day),
        authority.scope_warning(code, (procedure.name, procedure.short_name), names),
    ]
    is_other = not authority.names(applicant.get("personal_id", ""), applicant.get("full_name", ""))
    if is_other and not authority.is_sure:
        found.append(
            "Người được ủy quyền đọc từ giấy chưa chắc và khác người nộp; hãy so lại văn bản ủy quyền."
        )
    return [warning for warning in found if warning is not None]


def _day(text: str) -> date | None:
    with suppress(DomainError):
        return parse_date(text)
    return None
