"""Dossiers that belong together: one visit, from which those that follow it are made.

The first is an ordinary IntakeSession. When it lacks nothing, `follow` makes the others: the same applicant, card and
register answers; facts of its declaration with where they come from, locked, so that each is asked once; papers that it
brings or results in are not asked for again. What is mended in the first declaration goes over at the next `follow`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.domain.codes import ProcedureCode
from app.domain.dossier import Dossier
from app.domain.forms import Form
from app.domain.groups import LinkedPlace, key_in_group
from app.domain.linked import LinkedFollower, LinkedProcedures
from app.domain.procedure import ComponentUse
from app.domain.reuse import Reused, ReuseSource
from app.workflow.errors import WorkflowError
from app.workflow.intake import IntakeSession
from app.workflow.merging import MergedField
from app.workflow.pages import Feed
from app.workflow.views import Blocker, FieldState, Source
from app.workflow.visit import LinkedVisits, Reading, Visit


class LinkedVisit:
    """A first visit and those that follow from it; plain and quick like a session."""

    def __init__(self, first: IntakeSession) -> None:
        """Takes up a visit that holds its links, also one that came back as a draft."""
        linked = first.visit.linked
        if linked is None:
            raise WorkflowError(
                "Lượt này chỉ có một thủ tục; hãy chọn liên thông hoặc danh sách thủ tục trước."
            )
        counter = first.counter
        self.first = first
        self.link = counter.link(linked.link) if linked.link else LinkedProcedures.listed(linked.procedures)
        self.followers = tuple(IntakeSession(counter, visit) for visit in linked.followers)

    @classmethod
    def begin(cls, first: IntakeSession, link: str, now: datetime) -> LinkedVisit:
        """The chain of that key, from this visit on."""
        return cls._begin(first, link, first.counter.link(link).procedures, now)

    @classmethod
    def begin_list(cls, first: IntakeSession, procedures: tuple[str, ...], now: datetime) -> LinkedVisit:
        """Several matters of the same person, one after the other."""
        if len(procedures) < 2:
            raise WorkflowError("Danh sách phải có từ hai thủ tục; một thủ tục thì nộp như thường lệ.")
        for code in procedures:
            first.counter.procedure(code, now.date())
        return cls._begin(first, "", tuple(str(ProcedureCode(code)) for code in procedures), now)

    @classmethod
    def _begin(
        cls, first: IntakeSession, link: str, procedures: tuple[str, ...], now: datetime
    ) -> LinkedVisit:
        if first.visit.linked is not None and first.visit.linked.followers:
            raise WorkflowError(
                "Lượt này đã có các hồ sơ đi cùng; hãy mở lượt mới (Ctrl+T) cho danh sách khác."
            )
        first.choose_procedure(procedures[0], now)
        first.visit = replace(first.visit, linked=LinkedVisits(link, procedures))
        return cls(first)

    @property
    def sessions(self) -> tuple[IntakeSession, ...]:
        """All visits made so far, in their order."""
        return (self.first, *self.followers)

    @property
    def visit(self) -> Visit:
        """The one draft that holds them all; saved under the first one's key."""
        first = self.first.visit
        followers = tuple(session.visit for session in self.followers)
        return replace(first, linked=LinkedVisits(self.link.key, self.link.procedures, followers))

    def follow(self) -> tuple[IntakeSession, ...]:
        """Makes the visits that follow, or brings them up to date; WorkflowError while the first lacks something."""
        if blockers := self.first.blockers():
            raise WorkflowError(blockers[0].text)
        made: list[IntakeSession] = []
        for place, follower in enumerate(self.link.followers):
            is_made = place < len(self.followers)
            session = self.followers[place] if is_made else self._begin_follower(follower, place + 2)
            self._bring_over(session, follower, (self.first, *made))
            made.append(session)
        self.followers = tuple(made)
        self.first.visit = self.visit
        return self.followers

    def blockers(self) -> tuple[tuple[int, Blocker], ...]:
        """What is still missing, with the place of the dossier that lacks it; from 1."""
        found = [
            (place, blocker)
            for place, session in enumerate(self.sessions, 1)
            for blocker in session.blockers()
        ]
        return tuple(found)

    def finish(self, received_at: datetime) -> tuple[Dossier, ...]:
        """All dossiers, each with its own papers, day and fee; WorkflowError with the first thing that is missing."""
        self.follow()
        if blockers := self.blockers():
            place, blocker = blockers[0]
            raise WorkflowError(
                f"Hồ sơ {place} ({self.sessions[place - 1].procedure.short_name}): {blocker.text}"
            )
        count = len(self.sessions)
        group = key_in_group(self.first.visit.visit_id, 0)
        return tuple(
            replace(
                _alone(session).finish(received_at), linked=LinkedPlace(group, place, count, self.link.code)
            )
            for place, session in enumerate(self.sessions, 1)
        )

    # ---- inside

    def _begin_follower(self, follower: LinkedFollower, place: int) -> IntakeSession:
        first = self.first.visit
        visit = Visit(visit_id=key_in_group(first.visit_id, place), begun_at=first.begun_at)
        session = IntakeSession(self.first.counter, visit)
        session.choose_procedure(follower.procedure, first.begun_at)
        for question, answer in follower.answers.items():
            session.answer(question, answer)
        session.claim_exemption(follower.exemption)
        session.visit = replace(session.visit, rows=dict(follower.rows))
        return session

    def _bring_over(
        self, session: IntakeSession, follower: LinkedFollower, earlier: tuple[IntakeSession, ...]
    ) -> None:
        first = self.first.visit
        roles = set(session.form.persons) & set(self.first.form.persons)
        values = {name: field.value for name, field in self.first.merged().items()}
        wordings = {name: follower.wording(name, values) for name in follower.proposed}
        linked = {c: r for c, r in session.visit.reused.items() if r.source not in _LINKED}
        session.visit = replace(
            session.visit,
            card=first.card,
            person=first.person,
            register_fault=first.register_fault,
            is_register_asked=first.is_register_asked,
            others={**session.visit.others, **{r: p for r, p in first.others.items() if r in roles}},
            channel=first.channel,
            return_by=first.return_by,
            carried=self._facts(session.form, follower),
            proposed={name: words for name, words in wordings.items() if words},
            shown=session.visit.shown | _seen_before(session, earlier),
            reused={**linked, **_taken_over(session, follower, earlier)},
        )

    def _facts(self, form: Form, follower: LinkedFollower) -> dict[str, Reading]:
        """The facts of the follower's fields; one that its rule does not let pass is left to be asked."""
        own, merged = self.first.form, self.first.merged()
        same_person = {
            name: own.applicant[attribute]
            for attribute, name in form.applicant.items()
            if attribute in own.applicant
        }
        known = {f.name for f in form.fields}
        return {
            name: _as_carried(merged[fact], own.title)
            for name, fact in {**same_person, **follower.facts}.items()
            if name in known
            and fact in merged
            and merged[fact].value
            and form.problem(name, merged[fact].value) is None
        }


def visits_in(draft: Mapping[str, Any]) -> tuple[str, ...]:
    """Ids of all visits that a draft's body holds: its own, and those that follow from it."""
    followers = (draft.get("linked") or {}).get("followers", ())
    return (draft["visit_id"], *(each["visit_id"] for each in followers))


def recover_feed(session: IntakeSession, feed: Feed) -> None:
    """A crash ended this feed of the visit, or of one that follows it: its pages come back."""
    linked = session.visit.linked
    if feed.visit_id == session.visit.visit_id or linked is None:
        session.recover(feed)
        return
    followers = [IntakeSession(session.counter, visit) for visit in linked.followers]
    for follower in followers:
        if follower.visit.visit_id == feed.visit_id:
            follower.recover(feed)
    told = replace(linked, followers=tuple(follower.visit for follower in followers))
    session.visit = replace(session.visit, linked=told)


_LINKED = frozenset({ReuseSource.LINKED_RESULT, ReuseSource.LINKED_PAPER})


def _as_carried(field: MergedField, title: str) -> Reading:
    """What a register or card says stays theirs; everything else is said by the first declaration."""
    if field.state is FieldState.LOCKED and field.reading is not None:
        return field.reading
    return Reading(field.value, Source.CARRIED, title)


def _seen_before(session: IntakeSession, earlier: tuple[IntakeSession, ...]) -> frozenset[str]:
    """Papers to be shown that the officer saw already in this visit."""
    wanted = {p.code for p in session.procedure.components if p.use is ComponentUse.SHOW}
    return frozenset(code for each in earlier for code in each.visit.shown if code in wanted)


def _taken_over(
    session: IntakeSession, follower: LinkedFollower, earlier: tuple[IntakeSession, ...]
) -> Mapping[str, Reused]:
    """Papers that nobody brings twice: results of earlier procedures, and what was handed in with them."""
    found: dict[str, Reused] = {}
    for before in earlier:
        code, key = str(before.procedure.code), before.visit.visit_id
        for replaced, procedure in follower.results.items():
            if procedure == code:
                found[replaced] = Reused(ReuseSource.LINKED_RESULT, key, before.procedure.result)
        # Two dossiers of one procedure have declarations of the same code that are not the same paper.
        if code == session.visit.procedure:
            continue
        for paper in session.procedure.components:
            is_here = paper.code in before.visit.documents and paper.code not in session.visit.documents
            if paper.use is ComponentUse.SUBMIT and is_here and paper.code not in found:
                found[paper.code] = Reused(ReuseSource.LINKED_PAPER, key, before.procedure.short_name)
    return found


def _alone(session: IntakeSession) -> IntakeSession:
    return IntakeSession(session.counter, replace(session.visit, linked=None))
