"""Invented readings of papers, as the values a reader would give, for visits without a scanner."""

from __future__ import annotations

from datetime import datetime

from app.bootstrap import load_counter
from app.config import Settings
from app.domain.calendar import VIETNAM
from app.domain.codes import PersonalId
from app.domain.people import CardFacts, RegisteredPerson
from app.workflow.intake import Counter, IntakeSession
from app.workflow.views import Source
from app.workflow.visit import PageImage, PendingScan, Reading, ScannedDocument
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


def read_paper(
    session: IntakeSession,
    component: str = DECLARATION,
    values: dict[str, str] | None = None,
    unsure: tuple[str, ...] = (),
) -> None:
    """A paper was scanned and read with these values; those named in `unsure` only doubtfully."""
    pending = PendingScan(component, (("to-khai.jpg", "0" * 64, 1),))
    session.begin_scan(pending)
    readings = {
        name: Reading(
            value=value,
            source=Source.PAPER,
            by=session.procedure.component(component).name,
            confidence=0.55 if name in unsure else 0.97,
            is_sure=name not in unsure,
            component=component,
            box=(10, 20, 110, 50),
        )
        for name, value in (PAPER if values is None else values).items()
    }
    page = PageImage("1" * 64, 2480, 3508)
    session.take_document(
        pending, ScannedDocument("to-khai.pdf", "2" * 64, "3" * 64, 1000, "declaration", (page,), readings)
    )


def ready(counter: Counter) -> IntakeSession:
    """A visit that lacks nothing."""
    session = IntakeSession.begin(counter, NOON)
    session.choose_procedure("2.000635", NOON)
    session.take_card(CARD)
    session.take_answer(PERSON)
    read_paper(session)
    return session
