"""Invented readings of papers, as the values a reader would give, for visits without a scanner."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from app.config import Settings
from app.domain.calendar import VIETNAM
from app.domain.codes import PersonalId
from app.domain.people import CardFacts, RegisteredPerson
from app.office import load_counter
from app.workflow.counter import Counter
from app.workflow.intake import IntakeSession
from app.workflow.pages import Feed, FinishedPage, Landing, Page
from app.workflow.views import Source
from app.workflow.visit import Reading, ScannedDocument
from scanning.drivers.sample import SamplePaper, printed_paper
from scanning.samples.people import SAMPLE_REQUESTER

DECLARATION = "000.00.00.G15-KQ003037"
AUTHORISATION = "000.00.00.G15-KQ003040"
IDENTITY = "000.00.00.G15-KQ004946"
NOON = datetime(2026, 11, 20, 14, 26, tzinfo=VIETNAM)
PAPER = dict(printed_paper(SamplePaper.DECLARATION).fields)

CARD = CardFacts(
    personal_id=PersonalId(SAMPLE_REQUESTER.personal_id),
    full_name=SAMPLE_REQUESTER.full_name,
    birth_date=SAMPLE_REQUESTER.birth_date,
    sex=SAMPLE_REQUESTER.sex,
    address="Số 128/45 đường Y Moan Ênuôl, phường Tân Lập, thành phố Buôn Ma Thuột, Đắk Lắk",
    issued=SAMPLE_REQUESTER.issued,
    source="qr",
)
PERSON = RegisteredPerson(
    personal_id=CARD.personal_id,
    full_name=CARD.full_name,
    birth_date=SAMPLE_REQUESTER.birth_date,
    sex="female",
    ethnicity="Kinh",
    nationality="Việt Nam",
    residence=SAMPLE_REQUESTER.residence,
)


def office(settings: Settings) -> Counter:
    """The training office."""
    return load_counter(settings)


def feed_pages(
    session: IntakeSession, count: int = 1, component: str = DECLARATION, landing: Landing | None = None
) -> tuple[Page, ...]:
    """Pages of invented originals arrive from a feeder; nobody has read them yet."""
    feed = Feed.begin(session.visit.visit_id, component, landing)
    session.begin_feed(feed)
    for _ in range(count):
        blob = uuid4().hex * 2
        feed = feed.with_page("to-khai.jpg", blob, blob, 1)
        session.take_page(feed, feed.pages[-1])
    session.end_feed(feed)
    return feed.pages


def finish_pages(session: IntakeSession, blank: tuple[str, ...] = (), advice: tuple[str, ...] = ()) -> None:
    """Every page that waits is read; those whose key is in `blank` bear no ink."""
    for page in session.sheets_to_read():
        done = FinishedPage(uuid4().hex * 2, 2480, 3508, page.turn or 0, page.key in blank, advice)
        session.take_finished(page.sheet, done)


def put_together(
    session: IntakeSession,
    values: dict[str, str] | None = None,
    unsure: tuple[str, ...] = (),
    written: tuple[str, ...] = (),
) -> None:
    """Every paper that waits is put together; all its values stand on its first page."""
    for component in session.papers_to_put_together():
        readings = {
            name: Reading(
                value="" if name in written else value,
                source=Source.PAPER,
                by=session.procedure.component(component).name,
                confidence=0.55 if name in unsure else 0.97,
                is_sure=name not in unsure,
                component=component,
                box=(10, 20, 110, 50),
                is_handwritten=name in written,
            )
            for name, value in (PAPER if values is None else values).items()
        }
        sheets = tuple(page.sheet for page in session.visit.kept_pages(component))
        document = ScannedDocument("to-khai.pdf", "2" * 64, "3" * 64, 1000, "declaration", sheets, readings)
        session.take_document(component, document)


def read_paper(
    session: IntakeSession,
    component: str = DECLARATION,
    values: dict[str, str] | None = None,
    unsure: tuple[str, ...] = (),
    written: tuple[str, ...] = (),
) -> None:
    """A paper of one page was scanned and read with these values: doubtfully, or written by hand."""
    feed_pages(session, 1, component)
    finish_pages(session)
    put_together(session, values, unsure, written)


def ready(counter: Counter) -> IntakeSession:
    """A visit that lacks nothing."""
    session = IntakeSession.begin(counter, NOON)
    session.choose_procedure("2.000635", NOON)
    session.take_card(CARD)
    session.take_answer(PERSON)
    read_paper(session)
    return session
