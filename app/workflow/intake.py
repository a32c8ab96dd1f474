"""One citizen's visit, without a window: the same for every face and for the command line.

An IntakeSession is plain and quick: it asks no device, no network and no disk. What a face learns from
those it brings here (`take_card`, `take_answer`, `take_document`), and after each change it saves
`visit` as the draft. Each change makes a new frozen Visit.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from uuid6 import uuid7

from app.domain.calendar import DueDate
from app.domain.checks import Finding, findings
from app.domain.codes import PersonalId
from app.domain.dossier import (
    Channel,
    Dossier,
    DossierComponent,
    DossierFile,
    FilledField,
    ReturnBy,
    applicant_from,
)
from app.domain.errors import DomainError
from app.domain.fees import FeeCounts, FeeLine, total_vnd
from app.domain.forms import Form, parse_date
from app.domain.outcome_rules import reasons_on, refusal_words
from app.domain.outcomes import check_refusal_time
from app.domain.people import CardFacts, PersonQuery, RegisteredPerson
from app.domain.procedure import ComponentRequirement, ComponentUse
from app.domain.refusal import Refusal
from app.domain.reuse import Reused, ReuseSource
from app.workflow.authorising import authority_blockers, checked_fact
from app.workflow.counter import Counter
from app.workflow.errors import WorkflowError
from app.workflow.merging import MergedField, merge, normalise
from app.workflow.papered_visit import PaperedVisit
from app.workflow.views import Blocker, BlockerKind, FieldState, Source
from app.workflow.visit import Decision, ScannedDocument, Visit


class IntakeSession(PaperedVisit):
    """A visit from the card to the confirmed dossier; every step is checked here."""

    def __init__(self, counter: Counter, visit: Visit) -> None:
        super().__init__(counter, visit)
        self._merged: tuple[Visit, dict[str, MergedField]] | None = None
        self._grown: tuple[str, Mapping[str, int], Form] | None = None

    @classmethod
    def begin(cls, counter: Counter, now: datetime) -> IntakeSession:
        """A new visit; its id becomes the record's key when it is sealed."""
        return cls(counter, Visit(visit_id=str(uuid7()), begun_at=now))

    # ---- who and what

    def take_key(self, key: str) -> None:
        """The visit's own key, made by whoever files it: filing the same key again makes nothing twice."""
        try:
            is_fit = UUID(key).version == 7
        except ValueError:
            is_fit = False
        if not is_fit:
            raise WorkflowError(f"Khóa “{key}” phải là UUID phiên bản 7.")
        self.visit = replace(self.visit, visit_id=str(UUID(key)))

    def choose_ways(self, channel: str, return_by: str) -> None:
        """How the dossier came in and how its result goes out."""
        try:
            self.visit = replace(
                self.visit, channel=str(Channel(channel)), return_by=str(ReturnBy(return_by))
            )
        except ValueError:
            raise WorkflowError(
                f"Kênh nộp phải là {', '.join(Channel)}; cách nhận kết quả phải là {', '.join(ReturnBy)}."
            ) from None

    def take_card(self, card: CardFacts) -> None:
        """A card was read; another person's card in the middle of a visit is refused."""
        known = self.visit.card
        if known is not None and known.personal_id != card.personal_id:
            raise WorkflowError("Thẻ vừa đọc là của người khác; hãy mở lượt mới (Ctrl+T) cho người này.")
        # A new reading of the card asks the register anew.
        self.visit = replace(self.visit, card=card, is_register_asked=False)

    def take_answer(self, person: RegisteredPerson | None, fault: str | None = None) -> None:
        """The register answered: a person, nobody (None), or it could not be asked (`fault`)."""
        self.visit = replace(
            self.visit,
            person=person or self.visit.person,
            register_fault=fault,
            is_register_asked=fault is None,
        )

    def choose_procedure(self, code: str, now: datetime) -> None:
        """What the citizen comes for; papers of another procedure are not thrown away silently."""
        procedure = self.counter.procedure(code, now.date())
        if self.visit.papers and self.visit.procedure != str(procedure.code):
            raise WorkflowError("Lượt này đã quét giấy cho thủ tục khác; hãy mở lượt mới cho thủ tục này.")
        if self.visit.procedure == str(procedure.code):
            return
        case = procedure.cases[0].code if len(procedure.cases) == 1 else None
        self.visit = replace(
            self.visit,
            procedure=str(procedure.code),
            case=case,
            is_case_chosen=False,
            answers={},
            rows={},
            exemption=None,
        )

    def choose_case(self, code: str) -> None:
        """The situation, said by a person; it is not changed by what is read from paper any more."""
        case = self.procedure.case(code).code
        answers = self.procedure.guidance.answers_of(case)
        self.visit = replace(self.visit, case=case, is_case_chosen=True, answers=answers)

    def answer(self, question: str, code: str) -> None:
        """One answer of the guidance; later ones that it makes pointless are forgotten, the last gives the case."""
        guidance = self.procedure.guidance
        guidance.question(question).answer(code)
        answers = {**self.visit.answers, question: code}
        asked = {q.name for q in guidance.asked(answers)}
        answers = {name: each for name, each in answers.items() if name in asked}
        case = guidance.case(answers)
        self.visit = replace(self.visit, answers=answers, case=case, is_case_chosen=case is not None)

    def claim_exemption(self, code: str | None) -> None:
        """Who need not pay, by the procedure's own list; None takes the claim back."""
        known = {e.code for rule in self.procedure.fees.rules for e in rule.exemptions}
        if code is not None and code not in known:
            raise WorkflowError(f"Thủ tục này không có diện miễn “{code}”; có: {', '.join(sorted(known))}.")
        self.visit = replace(self.visit, exemption=code)

    @property
    def form(self) -> Form:
        """The declaration of the chosen procedure, with its rows as they are now."""
        plain = self.counter.forms[self.procedure.form]
        if not plain.groups:
            return plain
        if self._grown is None or self._grown[:2] != (plain.name, self.visit.rows):
            self._grown = plain.name, self.visit.rows, plain.with_rows(self.visit.rows)
        return self._grown[2]

    def set_rows(self, group: str, count: int) -> None:
        """How many rows a group of the declaration has; what stood in rows taken away is forgotten."""
        found = self.form.group(group)
        if not found.least <= count <= found.most:
            raise WorkflowError(f"“{found.row_title}” phải có từ {found.least} đến {found.most} dòng.")
        kept = {
            name: decision
            for name, decision in self.visit.decisions.items()
            if not (name.startswith(f"{group}.") and int(name.split(".")[1]) > count)
        }
        self.visit = replace(self.visit, rows={**self.visit.rows, group: count}, decisions=kept)

    @property
    def query(self) -> PersonQuery | None:
        """What the register can be asked now: from the card, or from the fields of the applicant."""
        if self.visit.card is not None:
            return self.visit.card.query
        if self.visit.procedure is None:
            return None
        try:
            applicant = applicant_from(self._applicant_table())
        except DomainError:
            return None
        return PersonQuery(applicant.personal_id, applicant.full_name, applicant.birth_date)

    def other_queries(self) -> dict[str, PersonQuery]:
        """Whom else the register can be asked about now: everybody that the declaration names in full."""
        if self.visit.procedure is None:
            return {}
        merged, found = self.merged(), {}
        for role, fields in self.form.persons.items():
            values = {a: merged[n].value for a, n in fields.items() if n in merged}
            if role in self.visit.others:
                continue
            # A value typed by hand from the paper, or read well, is what the register can confirm.
            with suppress(DomainError, KeyError):
                query = PersonQuery(
                    PersonalId(values["personal_id"]), values["full_name"], parse_date(values["birth_date"])
                )
                known = self.visit.person
                if query.full_name and (known is None or known.personal_id != query.personal_id):
                    found[role] = query
        return found

    def take_other(self, role: str, person: RegisteredPerson) -> None:
        """The register knows somebody else whom the declaration speaks of: what it says of them is locked."""
        self.visit = replace(self.visit, others={**self.visit.others, role: person})

    # ---- papers

    def take_document(self, component: str, document: ScannedDocument) -> None:
        """As every visit's; what the paper states may answer the guidance and so settle the case."""
        super().take_document(component, document)
        self._make_room(component, document)
        if self.visit.is_case_chosen:
            return
        answers = {**self.visit.answers, **self.answers_on_paper()}
        if (case := self.procedure.guidance.case(answers)) is not None:
            self.visit = replace(self.visit, answers=answers, case=case)

    def answers_on_paper(self) -> dict[str, str]:
        """What the declaration itself answers of the guidance."""
        merged, found = self.merged(), {}
        for question in self.procedure.guidance.questions:
            field = merged.get(question.from_field or "")
            if field is not None and (said := question.meant_by(field.value)) is not None:
                found[question.name] = said.code
        return found

    def wanted_results(self) -> dict[str, frozenset[str]]:
        """Papers of the case that a store may spare the citizen: component -> the codes it may lie there under."""
        if self.visit.procedure is None or self.visit.case is None:
            return {}
        return {
            paper.code: paper.results
            for paper in self.procedure.components_of(self.visit.case)
            if paper.proven_by & set(ReuseSource) and not self.is_satisfied(paper)
        }

    def take_reused(self, found: Mapping[str, Reused]) -> None:
        """The State has these papers already; one that was scanned meanwhile stays as it is."""
        wanted = self.wanted_results()
        new = {code: reused for code, reused in found.items() if code in wanted}
        self.visit = replace(self.visit, reused={**self.visit.reused, **new})

    def decline_reused(self, component: str) -> None:
        """The officer wants the paper all the same: what the store holds is out of date or another one."""
        kept = {code: reused for code, reused in self.visit.reused.items() if code != component}
        self.visit = replace(self.visit, reused=kept)

    def mark_shown(self, component: str) -> None:
        """The officer saw a paper that is only to be shown."""
        requirement = self.procedure.component(component)
        if requirement.use is not ComponentUse.SHOW:
            raise WorkflowError(
                f"“{requirement.name}” phải nộp, không chỉ xuất trình; hãy quét giấy này (F2)."
            )
        self.visit = replace(self.visit, shown=self.visit.shown | {component})

    # ---- the declaration

    def merged(self) -> dict[str, MergedField]:
        """Every field with its value and where it comes from; worked out once for each state of the visit."""
        if self._merged is not None and self._merged[0] is self.visit:
            return self._merged[1]
        # An authorised agent's declaration is addressed to this office unless the paper says otherwise.
        defaults = {"addressee": self.counter.agency.name, **self.visit.proposed}
        merged = merge(self.form, self.procedure, self.visit, defaults)
        self._merged = self.visit, merged
        return merged

    def enter(self, name: str, value: str) -> str | None:
        """A value typed by the officer; gives back the sentence when it cannot stand.

        A row of a table that is not there yet is made room for.
        """
        group, _, rest = name.partition(".")
        row = rest.partition(".")[0]
        if row.isdigit() and int(row) > self._row_count(group):
            self.set_rows(group, int(row))
        field = self._open_field(name)
        clean = normalise(field.field, value)
        problem = self.form.problem(name, clean) if clean else None
        self.visit = self.visit.with_decision(name, Decision(clean, Source.TYPED, is_final=problem is None))
        return problem

    def confirm(self, name: str) -> str | None:
        """The officer says the shown value is right.

        Where another source says otherwise, the first time gives back the question; the second keeps it.
        """
        field = self._open_field(name)
        if (problem := self.form.problem(name, field.value)) is not None:
            return problem
        was = self.visit.decisions.get(name)
        if field.other is not None and not (was is not None and was.is_asked):
            self.visit = self.visit.with_decision(
                name, Decision(field.value, Source.TYPED, is_asked=True, is_final=False)
            )
            return f"Giữ “{field.value}” dù {field.other.by} ghi “{field.other.value}”? Bấm Enter lần nữa để giữ."
        self.visit = self.visit.with_decision(name, Decision(field.value, Source.TYPED, is_asked=True))
        return None

    def take_suggestion(self, name: str) -> None:
        """Takes the other source's value."""
        field = self._open_field(name)
        if field.other is None:
            raise WorkflowError(f"Ô “{field.field.label}” không có gợi ý nào.")
        self.visit = self.visit.with_decision(name, Decision(field.other.value, Source.TYPED, is_asked=True))

    def unlock(self, name: str, reason: str) -> None:
        """Opens a value that a register or card gave; the reason is kept in the dossier for ever."""
        if not reason.strip():
            raise WorkflowError("Mở khóa phải ghi lý do, ví dụ: “Thông tin trên hệ thống chưa cập nhật”.")
        field = self.merged()[name]
        if field.state is not FieldState.LOCKED or field.field.sum_of is not None:
            return
        self.visit = replace(self.visit, unlocked={**self.visit.unlocked, name: reason.strip()})
        self.visit = self.visit.with_decision(name, Decision(field.value, Source.TYPED, is_final=False))

    def type_authority(self, name: str, value: str) -> None:
        """A fact of the letter of authorisation, typed from the paper."""
        authority = {**self.visit.authority, name: checked_fact(name, value)}
        self.visit = replace(self.visit, authority={n: v for n, v in authority.items() if v})

    def applicant_said(self) -> dict[str, str]:
        """Who hands in, as the declaration says it so far."""
        merged = self.merged()
        return {a: merged[n].value for a, n in self.form.applicant.items() if n in merged}

    # ---- the end of the visit

    def blockers(self) -> tuple[Blocker, ...]:
        """What still stands before an acceptance, in the order a person would mend it."""
        visit = self.visit
        if visit.procedure is None:
            return (Blocker(BlockerKind.CASE, "", "Chưa chọn thủ tục."),)
        found: list[Blocker] = []
        found += self.paper_blockers()
        if visit.case is None:
            found.append(Blocker(BlockerKind.CASE, "", f"Chưa rõ trường hợp: {self._open_question()}"))
        for paper in self.procedure.components_of(visit.case):
            if paper.is_required and not self.is_satisfied(paper):
                verb = "chưa quét" if paper.use is ComponentUse.SUBMIT else "chưa xuất trình"
                found.append(Blocker(BlockerKind.COMPONENT, paper.code, f"“{paper.name}” {verb}."))
        found += authority_blockers(visit, self.procedure, self.applicant_said())
        for name, field in self.merged().items():
            label = field.field.label
            if field.state is FieldState.DOUBTFUL:
                found.append(Blocker(BlockerKind.FIELD, name, f"Ô “{label}” cần xem lại."))
            elif not field.value and field.field.is_required:
                found.append(Blocker(BlockerKind.FIELD, name, f"Ô “{label}” còn trống."))
            elif field.is_to_type:
                found.append(Blocker(BlockerKind.FIELD, name, f"Ô “{label}” viết tay, chưa nhập."))
            elif field.problem:
                found.append(Blocker(BlockerKind.FIELD, name, field.problem))
            elif not field.value and name in self._fee_fields():
                found.append(Blocker(BlockerKind.FIELD, name, f"Ô “{label}” còn trống, cần để tính phí."))
        found += [
            Blocker(BlockerKind.FIELD, finding.field, finding.sentence)
            for finding in self.findings()
            if finding.is_refusal
        ]
        return tuple(found)

    def findings(self) -> tuple[Finding, ...]:
        """What is odd about values that no register vouches for."""
        merged = self.merged()
        # What stands beside a value may be the register's: a typed number against a birth date it knows.
        values = {name: field.value for name, field in merged.items()}
        return tuple(
            finding
            for finding in findings(self.form, values, self.counter.units)
            if finding.field in merged and merged[finding.field].state is not FieldState.LOCKED
        )

    def is_satisfied(self, paper: ComponentRequirement) -> bool:
        """True when the paper was scanned, shown, or is proven by a source."""
        return paper.code in self.visit.documents or self.proof_of(paper) is not None

    def proof_of(self, paper: ComponentRequirement) -> str | None:
        """Which source makes the paper unnecessary: 'card', 'register', 'officer', or another paper; None when
        none does."""
        if (reused := self.visit.reused.get(paper.code)) is not None:
            return str(reused.source)
        if "card" in paper.proven_by and self.visit.card is not None:
            return "card"
        if "register" in paper.proven_by and self.visit.person is not None:
            return "register"
        if paper.code in self.visit.shown:
            return "officer"
        stand_ins = (p for p in self.procedure.components if p.instead_of == paper.code)
        return "other_paper" if any(p.code in self.visit.documents for p in stand_ins) else None

    def counts(self) -> FeeCounts | None:
        """What the fee is counted by; None while a field that says it is not such a number."""
        merged, said = self.merged(), {}
        for what, name in self.procedure.counted_by.items():
            text = merged[name].value if name in merged else ""
            if text.isdigit():
                said[what] = int(text)
            elif text or what in self._counted():
                return None
        try:
            return FeeCounts(**said)
        except DomainError:
            return None

    def fee_lines(self) -> tuple[FeeLine, ...] | None:
        """What is to be paid; None before the case and the counts are known."""
        counts = self.counts()
        if self.visit.case is None or counts is None:
            return None
        return self.procedure.fees.lines(
            self.visit.case,
            Channel(self.visit.channel),
            counts,
            self.visit.exemption,
            self.counter.council_fees,
        )

    def due(self, received_at: datetime) -> DueDate | None:
        """The appointment if it were received then; None before the case is known."""
        if self.visit.procedure is None or self.visit.case is None:
            return None
        allowed = self.procedure.case(self.visit.case).processing_time
        return self.counter.calendar.due(received_at, allowed, self.counter.start_rule)

    def finish(self, received_at: datetime) -> Dossier:
        """The finished dossier; WorkflowError with the first thing that is missing."""
        if self.visit.linked is not None:
            raise WorkflowError("Lượt này có nhiều hồ sơ đi cùng nhau; hãy tiếp nhận cả nhóm một lần.")
        if blockers := self.blockers():
            raise WorkflowError(blockers[0].text)
        procedure, case_code = self.procedure, self.visit.case
        due, counts, fees = self.due(received_at), self.counts(), self.fee_lines()
        if case_code is None or due is None or counts is None or fees is None:
            raise WorkflowError("Chưa đủ thông tin để tính ngày hẹn trả và lệ phí, hãy xem lại tờ khai.")
        merged = self.merged()
        self.form.validate({name: field.value for name, field in merged.items()})
        case = procedure.case(case_code)
        return Dossier(
            key=self.visit.visit_id,
            procedure_code=str(procedure.code),
            procedure_name=procedure.name,
            sector_code=procedure.sector_code,
            case_code=case.code,
            case_name=case.name,
            handled_by=procedure.handled_by,
            processing_time=str(case.processing_time),
            agency=self.counter.agency,
            counter=self.counter.counter_name,
            channel=Channel(self.visit.channel),
            received_at=received_at,
            due_at=due.at,
            due_reasons=due.reasons,
            applicant=applicant_from(self._applicant_table()),
            owner=None,
            form={name: self._filled(field) for name, field in merged.items() if field.value},
            fee_vnd=total_vnd(fees),
            copies=counts.copies,
            components=tuple(
                self._component(paper)
                for paper in procedure.components_of(case_code)
                if self.is_satisfied(paper)
            ),
            return_by=ReturnBy(self.visit.return_by),
            officer=self.counter.officer,
            sector_name=procedure.sector_name,
        )

    def refuse(self, reason: str, particulars: str, submitted_at: datetime, now: datetime) -> Refusal:
        """The refusal to receive this visit, whatever of it is missing; DomainError where the law forbids it."""
        ground = self.counter.ground(now)
        check_refusal_time(submitted_at, ground)
        words = refusal_words(reason, particulars, reasons_on(now.date(), self.counter.refusal_reasons))
        return Refusal(
            key=self.visit.visit_id,
            procedure_code=str(self.procedure.code),
            procedure_name=self.procedure.name,
            sector_code=self.procedure.sector_code,
            sector_name=self.procedure.sector_name,
            case_code=self.visit.case,
            agency=self.counter.agency,
            counter=self.counter.counter_name,
            phone=self.counter.phone,
            channel=Channel(self.visit.channel),
            return_by=ReturnBy(self.visit.return_by),
            submitted_at=submitted_at,
            refused_at=now,
            applicant=applicant_from(self._applicant_table()),
            reason_code=reason,
            reason=words,
            officer=self.counter.officer,
        )

    # ---- inside

    def _fee_fields(self) -> frozenset[str]:
        return frozenset(name for what, name in self.procedure.counted_by.items() if what in self._counted())

    def _counted(self) -> frozenset[str]:
        """The counts that matter for the case; all of them before it is known."""
        if self.visit.case is None:
            return frozenset(self.procedure.counted_by)
        return self.procedure.fees.counted(self.visit.case, Channel(self.visit.channel))

    def _make_room(self, component: str, document: ScannedDocument) -> None:
        """As many rows of a table as the paper was seen to have."""
        for read_name, target in self.procedure.component(component).fills.items():
            group, _, rest = target.partition(".")
            if rest and read_name in document.readings:
                row = int(rest.partition(".")[0])
                if row > self._row_count(group):
                    self.set_rows(group, row)

    def _row_count(self, group: str) -> int:
        return self.visit.rows.get(group, self.form.group(group).least)

    def _open_question(self) -> str:
        question = self.procedure.guidance.next(self.visit.answers)
        if question is None:
            return "hãy chọn một trường hợp."
        return f"{question.text} ({' / '.join(answer.text for answer in question.answers)})"

    def _open_field(self, name: str) -> MergedField:
        shown = self.form.field(name)
        field = self.merged().get(name)
        if field is None:
            raise WorkflowError(f"Ô “{shown.label}” không hỏi trong trường hợp này, hãy bỏ ô này ra.")
        if shown.sum_of is not None:
            raise WorkflowError(f"Ô “{shown.label}” do chương trình tự cộng; hãy sửa các dòng của bảng.")
        if field.state is FieldState.LOCKED:
            raise WorkflowError(
                f"Ô “{field.field.label}” do {field.reading.by if field.reading else 'nguồn'} cấp; muốn sửa hãy mở khóa (F7)."
            )
        return field

    def _applicant_table(self) -> dict[str, str]:
        table = dict.fromkeys(self.form.applicant, "") | self.applicant_said()
        if table["birth_date"]:
            table["birth_date"] = parse_date(table["birth_date"]).isoformat()
        return table

    def _filled(self, field: MergedField) -> FilledField:
        reading = field.reading
        return FilledField(
            value=field.value,
            source=str(reading.source if reading else Source.TYPED),
            confidence=round(reading.confidence, 3) if reading and reading.source is Source.PAPER else None,
            unlock_reason=self.visit.unlocked.get(field.field.name),
            other_value=field.other.value if field.other else None,
            said_by=reading.by if reading and reading.source is Source.CARRIED else None,
        )

    def _component(self, paper: ComponentRequirement) -> DossierComponent:
        document = self.visit.documents.get(paper.code)
        files = (document,) if document is not None else ()
        reused = self.visit.reused.get(paper.code)
        return DossierComponent(
            code=paper.code,
            name=paper.name,
            originals=paper.originals if files else 0,
            copies=paper.copies if files else 0,
            files=tuple(DossierFile(d.name, "application/pdf", d.size, d.sha256, d.blob) for d in files),
            proven_by=None if files else self.proof_of(paper),
            result_number=reused.number if reused is not None and not files else None,
        )
