"""Turns a visit into what a face shows; the words of every state are made here, once for all faces."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from app.domain.calendar import WEEKDAYS
from app.domain.fees import money, total_vnd
from app.domain.forms import Section
from app.domain.procedure import ComponentRequirement, ComponentUse
from app.workflow.authorising import authority_warnings
from app.workflow.intake import IntakeSession
from app.workflow.merging import MergedField
from app.workflow.pages import Page, keeps
from app.workflow.views import (
    CaseView,
    ComponentState,
    ComponentView,
    Crop,
    FieldState,
    FieldView,
    PageState,
    PageView,
    RowsView,
    SectionView,
    Source,
    Suggestion,
    VisitView,
)
from app.workflow.visit import Reading

EMPTY_TITLE = "Lượt mới"


def long_date(day: date) -> str:
    """'Thứ Tư, 25/11/2026'."""
    return f"{WEEKDAYS[day.weekday()]}, {day:%d/%m/%Y}"


def present(session: IntakeSession, now: datetime) -> VisitView:
    """The visit as it stands at `now` (the time a receipt would bear)."""
    visit = session.visit
    if visit.procedure is None:
        return VisitView(
            visit_id=visit.visit_id,
            title=title_of(session),
            has_person=visit.card is not None or visit.person is not None,
            procedure_code=None,
            sector_name="",
            procedure_name="",
            case_code=None,
            case_name="",
            cases=(),
            step=2 if visit.card else 1,
            components=(),
            sections=(),
            blockers=session.blockers(),
            notices=_notices(session),
            due_text="",
            due_reason="",
            fee_text="",
            fee_reason="",
        )
    procedure, merged = session.procedure, session.merged()
    due = session.due(now)
    fee_text, fee_reason = _fees(session)
    blockers = session.blockers()
    return VisitView(
        visit_id=visit.visit_id,
        title=title_of(session),
        has_person=visit.card is not None or visit.person is not None,
        procedure_code=str(procedure.code),
        sector_name=procedure.sector_name,
        procedure_name=procedure.short_name,
        case_code=visit.case,
        case_name=procedure.case(visit.case).name if visit.case else "Chưa rõ trường hợp",
        cases=tuple(CaseView(case.code, case.name) for case in procedure.cases),
        step=_step(session, blockers),
        components=tuple(_component(session, paper, merged) for paper in _papers(session)),
        sections=tuple(_sections(session, merged)),
        blockers=blockers,
        notices=_notices(session),
        due_text=long_date(due.at.date()) if due else "Chưa tính được",
        due_reason="; ".join(due.reasons) or f"trước {due.at:%H:%M}" if due else "chọn trường hợp trước",
        fee_text=fee_text,
        fee_reason=fee_reason,
    )


def _sections(session: IntakeSession, merged: dict[str, MergedField]) -> Iterator[SectionView]:
    """The parts of the declaration that have something to show; a table without rows keeps its place."""
    shown = session.form.sections
    for part in session.form.parts:
        if isinstance(part, Section):
            if fields := tuple(_field(session, merged[f.name]) for f in part.fields if f.name in merged):
                yield SectionView(part.title, fields)
            continue
        rows = [section for section in shown if section.group == part.name]
        size = RowsView(part.name, len(rows), part.least, part.most)
        if not rows:
            yield SectionView(part.row_title, (), size)
        for section in rows:
            fields = tuple(_field(session, merged[f.name]) for f in section.fields if f.name in merged)
            yield SectionView(section.title, fields, size if section is rows[-1] else None)


def _fees(session: IntakeSession) -> tuple[str, str]:
    """The amount and how it comes about."""
    if session.counts() is None:
        names = [session.form.field(name).label.lower() for name in session.procedure.counted_by.values()]
        return "Chưa tính được", f"nhập {', '.join(names)}"
    lines = session.fee_lines()
    if lines is None:
        return "Chưa tính được", "chọn trường hợp trước"
    if not lines:
        return money(0), "thủ tục không thu phí"
    total = total_vnd(lines)
    reasons = "; ".join(line.reason for line in lines if line.reason)
    return money(total) if total is not None else "Theo HĐND tỉnh", reasons


def title_of(session: IntakeSession) -> str:
    """Whose visit it is, for its tab: the register's name, the card's, the one on paper."""
    visit = session.visit
    if visit.person is not None:
        return visit.person.full_name
    if visit.card is not None:
        return visit.card.full_name.title() if visit.card.source == "mrz" else visit.card.full_name
    if visit.procedure is not None:
        return session.merged()[session.form.applicant["full_name"]].value or EMPTY_TITLE
    return EMPTY_TITLE


def _step(session: IntakeSession, blockers: tuple[object, ...]) -> int:
    if not blockers:
        return 4
    if session.visit.case is None:
        return 2
    return 3


def _notices(session: IntakeSession) -> tuple[str, ...]:
    visit = session.visit
    found = list(visit.card.warnings) if visit.card else []
    if visit.card is not None:
        found += visit.card.personal_id.disagreements(visit.card.birth_date, visit.card.sex)
        if visit.card.birth_date is None:
            found.append("Thẻ chỉ ghi năm sinh nên chưa tra được CSDLQG về dân cư; hãy nhập đủ ngày sinh.")
    if visit.register_fault:
        found.append(f"{visit.register_fault} Đang dùng thông tin trên thẻ, chờ xác minh.")
    elif visit.is_register_asked and visit.person is None:
        found.append(
            "CSDLQG về dân cư không có người nào khớp cả số, họ tên và ngày sinh; hãy đối chiếu giấy tờ."
        )
    found += _page_notices(session)
    if visit.procedure is not None:
        found += _case_notice(session)
        found += [finding.sentence for finding in session.findings() if not finding.is_refusal]
        found += authority_warnings(
            visit,
            session.procedure,
            session.applicant_said(),
            session.counter.procedures,
            visit.begun_at.date(),
        )
        for field in session.merged().values():
            if field.state is FieldState.LOCKED and field.other is not None and field.reading is not None:
                found.append(
                    f"{field.field.label}: {field.reading.by} ghi “{field.value}”, "
                    f"{field.other.by} ghi “{field.other.value}”."
                )
    return tuple(dict.fromkeys(found))


def _case_notice(session: IntakeSession) -> list[str]:
    """The declaration answers the guidance in another way than the officer chose."""
    guidance, chosen = session.procedure.guidance, session.visit.case
    said = guidance.case({**session.visit.answers, **session.answers_on_paper()})
    if said is None or chosen in (None, said):
        return []
    case = session.procedure.case(said)
    field = next(
        session.merged()[q.from_field]
        for q in guidance.questions
        if q.from_field is not None and q.name in session.answers_on_paper()
    )
    return [
        f"Tờ khai ghi {field.field.label.lower()} “{field.value}”, ứng với trường hợp “{case.name}”; "
        "hãy xem lại trường hợp đã chọn."
    ]


def _papers(session: IntakeSession) -> tuple[ComponentRequirement, ...]:
    """The papers of the case, then those that only an earlier choice of it asked for: no page goes out of sight."""
    wanted = session.procedure.components_of(session.visit.case)
    others = (p for p in session.procedure.components if p.code in session.visit.papers and p not in wanted)
    return (*wanted, *others)


def _page_notices(session: IntakeSession) -> list[str]:
    visit = session.visit
    return [
        f"{session.procedure.component(code).name}, trang {number}: {advice}"
        for code, pages in visit.papers.items()
        for number, page in enumerate(pages, 1)
        if keeps(page, visit.finished) and (done := visit.finished.get(page.sheet)) is not None
        for advice in done.advice
    ]


def _component(
    session: IntakeSession, paper: ComponentRequirement, merged: dict[str, MergedField]
) -> ComponentView:
    pages = session.visit.papers.get(paper.code, ())
    views = tuple(_page(session, page) for page in pages)
    state, detail = _component_state(session, paper, merged, views)
    read = sum(v.state is not PageState.READING for v in views)
    is_arriving = paper.code in session.feeding.values()
    return ComponentView(
        code=paper.code,
        name=paper.name,
        state=state,
        detail=detail,
        is_required=paper.is_required,
        is_shown_only=paper.use is ComponentUse.SHOW,
        pages=views,
        progress=read / len(views) if views and not is_arriving else None,
        is_arriving=is_arriving,
        is_stuck=paper.code in session.unjoined,
    )


def _page(session: IntakeSession, page: Page) -> PageView:
    done = session.visit.finished.get(page.sheet)
    is_blank = done is not None and done.is_blank
    picture = done.blob if done is not None else page.sheet
    if not keeps(page, session.visit.finished):
        advice = (
            "Trang trắng, để riêng nên không vào hồ sơ."
            if is_blank
            else "Trang này để riêng, không vào hồ sơ."
        )
        return PageView(page.key, picture, PageState.ASIDE, is_blank, advice)
    if done is not None:
        return PageView(page.key, picture, PageState.READ, is_blank, " ".join(done.advice))
    if page.sheet in session.unread:
        return PageView(page.key, picture, PageState.UNREAD, advice=session.unread[page.sheet])
    return PageView(page.key, picture, PageState.READING)


def _component_state(
    session: IntakeSession,
    paper: ComponentRequirement,
    merged: dict[str, MergedField],
    pages: tuple[PageView, ...],
) -> tuple[ComponentState, str]:
    kept = sum(p.state is not PageState.ASIDE for p in pages)
    reading = sum(p.state is PageState.READING for p in pages)
    unread = sum(p.state is PageState.UNREAD for p in pages)
    aside = f" · {len(pages) - kept} trang để riêng" if len(pages) > kept else ""
    if paper.code in session.feeding.values():
        return ComponentState.SCANNING, f"Đang quét trang {len(pages) + 1}…"
    if reading:
        return ComponentState.SCANNING, f"Đang đọc trang {len(pages) - reading + 1} trên {len(pages)}…"
    if unread:
        return ComponentState.DOUBTFUL, f"{unread} trang chưa đọc được{aside}"
    if paper.code in session.unjoined:
        return ComponentState.DOUBTFUL, "Chưa ghép được các trang, F5 để thử lại"
    if not session.visit.is_put_together(paper.code):
        return ComponentState.SCANNING, "Đang ghép trang…"
    if kept and paper not in session.procedure.components_of(session.visit.case):
        return ComponentState.OPTIONAL, f"Không thuộc trường hợp này · {kept} trang{aside}"
    if kept:
        doubtful = sum(
            f.state is FieldState.DOUBTFUL and f.reading is not None and f.reading.component == paper.code
            for f in merged.values()
        )
        writing = sum(
            f.is_to_type and f.writing is not None and f.writing.component == paper.code
            for f in merged.values()
        )
        if doubtful or writing:
            words = [f"Nghi ngờ {doubtful} ô"] * bool(doubtful) + [f"{writing} ô viết tay"] * bool(writing)
            return ComponentState.DOUBTFUL, f"{' · '.join(words)} · {kept} trang{aside}"
        return ComponentState.READ, f"Đã đọc · {kept} trang{aside}"
    match session.proof_of(paper):
        case "card":
            return ComponentState.VERIFIED, "Đã đọc từ thẻ · xuất trình"
        case "register":
            return ComponentState.REUSED, "Tái sử dụng từ CSDLQG dân cư"
        case "result_store" | "earlier_dossier" | "linked_result" | "linked_paper":
            return ComponentState.REUSED, session.visit.reused[paper.code].words
        case "officer":
            return ComponentState.VERIFIED, "Cán bộ đã xem · xuất trình"
        case "other_paper":
            return ComponentState.VERIFIED, "Có giấy khác thay thế"
    if not paper.is_required:
        return ComponentState.OPTIONAL, f"Không bắt buộc{aside}"
    if paper.use is ComponentUse.SHOW:
        return ComponentState.MISSING, f"Chưa xuất trình{aside}"
    return ComponentState.MISSING, f"Còn thiếu, F2 để quét{aside}"


def _crop(session: IntakeSession, reading: Reading | None) -> Crop | None:
    """Where a value stands among the pages as they are now; None when its page has been taken out."""
    if reading is None or reading.component is None or reading.box is None:
        return None
    document = session.visit.documents.get(reading.component)
    if document is None or reading.page >= len(document.made_of):
        return None
    sheet = document.made_of[reading.page]
    pages = session.visit.papers.get(reading.component, ())
    page = next((index for index, page in enumerate(pages) if page.sheet == sheet), None)
    return Crop(reading.component, page, reading.box) if page is not None else None


def _field(session: IntakeSession, merged: MergedField) -> FieldView:
    f, reading, other = merged.field, merged.reading, merged.other
    state = merged.state
    problem = merged.problem
    if state is FieldState.LOCKED and other is not None:
        problem = f"{other.by} ghi “{other.value}”"
    return FieldView(
        name=f.name,
        label=f.label,
        value=merged.value,
        shown=merged.value,
        state=state,
        kind=f.kind,
        choices=f.choices,
        source=reading.source if reading else None,
        confidence=reading.confidence if reading and reading.source is Source.PAPER else None,
        is_required=f.is_required,
        is_wide=f.is_wide,
        crop=_crop(session, merged.writing or reading),
        is_handwritten=merged.writing is not None and state is not FieldState.LOCKED,
        is_to_type=merged.is_to_type,
        suggestion=Suggestion(
            other.value,
            other.value,
            f"{other.by} ghi",
            f"đọc từ giấy {other.confidence:.0%}".replace("%", " %")
            if other.source is Source.PAPER
            else other.by,
        )
        if other is not None and state is not FieldState.LOCKED
        else None,
        problem=problem,
    )
