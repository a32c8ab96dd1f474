"""Linked visits of invented people, filled in as an officer would; papers are small files that are really kept."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.procedure import ComponentUse
from app.workflow.counter import Counter
from app.workflow.intake import IntakeSession
from app.workflow.linking import LinkedVisit
from app.workflow.station import Station
from app.workflow.views import BlockerKind
from app.workflow.visit import ScannedDocument
from tests.workflow.visits import CARD, NOON, PERSON, feed_pages, finish_pages

BIRTH = {
    "relation": "Mẹ",
    "child_name": "Y Thử Niê",
    "child_birth_date": "12/11/2026",
    "child_sex": "Nam",
    "child_ethnicity": "Ê-đê",
    "child_nationality": "Việt Nam",
    "birth_place": "Bệnh viện đa khoa vùng Tây Nguyên",
    "home_place": "Đắk Lắk",
    "mother_residence": PERSON.residence or "",
}
DEATH = {
    "relation": "Con",
    "deceased_name": "Y Mẫu Niê",
    "deceased_birth_date": "02/03/1941",
    "deceased_sex": "Nam",
    "deceased_id": "066041000009",
    "deceased_residence": "Buôn Alê A, phường Tân Lập, Đắk Lắk",
    "death_date": "10/11/2026",
    "death_place": "Tại nhà",
}
HEAD = {"relation_to_head": "Chủ hộ"}
PAYMENT = {"payment": "Tiền mặt"}


def began(counter: Counter, link: str | tuple[str, ...], case: str | None = None) -> LinkedVisit:
    """A visit of the sample person who showed the card."""
    first = IntakeSession.begin(counter, NOON)
    visit = (
        LinkedVisit.begin(first, link, NOON)
        if isinstance(link, str)
        else LinkedVisit.begin_list(first, link, NOON)
    )
    first.take_card(CARD)
    first.take_answer(PERSON)
    if case is not None:
        first.choose_case(case)
    return visit


def hand_in(session: IntakeSession, station: Station | None = None) -> tuple[str, ...]:
    """Every paper that is still asked for is scanned or shown; which they were."""
    asked = []
    for paper in session.procedure.components_of(session.visit.case):
        if session.is_satisfied(paper) or not paper.is_required:
            continue
        asked.append(paper.code)
        if paper.use is ComponentUse.SHOW:
            session.mark_shown(paper.code)
            continue
        feed_pages(session, 1, paper.code)
        finish_pages(session)
        data = f"%PDF-1.7 {session.visit.visit_id} {paper.code}".encode()
        kept = station.keep_file(data) if station else None
        sheets = tuple(page.sheet for page in session.visit.kept_pages(paper.code))
        document = ScannedDocument(
            f"{paper.code}-01.pdf",
            kept.blob if kept else "2" * 64,
            kept.sha256 if kept else "3" * 64,
            kept.size if kept else len(data),
            "paper",
            sheets,
        )
        session.take_document(paper.code, document)
    return tuple(asked)


def fill(session: IntakeSession, values: Mapping[str, str]) -> int:
    """Types what is still missing, and nothing else; how many fields it was."""
    for count in range(20):
        missing = [b.target for b in session.blockers() if b.kind is BlockerKind.FIELD]
        if not missing:
            return count
        assert session.enter(missing[0], values[missing[0]]) is None, missing
    raise AssertionError(f"fields that never end: {session.blockers()}")


def ready_birth(counter: Counter, station: Station | None = None) -> LinkedVisit:
    """Birth and residence, nothing missing."""
    visit = began(counter, "birth", "own")
    hand_in(visit.first, station)
    fill(visit.first, BIRTH)
    for name in ("mother_residence",):
        visit.first.enter(name, BIRTH[name])
    for session in visit.follow():
        hand_in(session, station)
        fill(session, HEAD)
    return visit


def ready_death(counter: Counter, station: Station | None = None) -> LinkedVisit:
    """Death, residence and funeral, nothing missing."""
    visit = began(counter, "death", "with_notice")
    hand_in(visit.first, station)
    fill(visit.first, DEATH)
    for name in ("deceased_sex", "deceased_id"):
        visit.first.enter(name, DEATH[name])
    for session in visit.follow():
        hand_in(session, station)
        fill(session, {**HEAD, **PAYMENT})
    return visit
