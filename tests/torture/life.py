"""One life of a station: it opens, goes on with its visits where they stood, and sends them.

The real station, file store, queue, synchroniser and printer folder; only the reading of the small synthetic
pages is prepared beforehand (the reading engine has its own crash tests in `tests.faults`).
"""

from __future__ import annotations

import hashlib
import io
import re
import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from PIL import Image

import app.workflow.papers
from app.bootstrap import open_station
from app.config import Settings
from app.workflow.intake import IntakeSession
from app.workflow.pages import Feed, Page
from app.workflow.station import Station
from app.workflow.views import FieldState
from offline_queue.outbox import OutboxState
from offline_queue.records import Record
from scanning.documents import pages_from
from scanning.drivers.sample import SamplePaper, printed_paper
from scanning.ocr import never
from scanning.pages import DigitisedPage, PageText, ScannedPage, TextLine, Word
from scanning.samples.people import SAMPLE_REQUESTER
from tests.faults.story_child import DECLARATION, read_and_put_together
from tests.torture.ledger import Ledger, history_count
from tests.torture.plans import Kind, VisitScript

PROCEDURE = "2.000635"
FIELDS = {**printed_paper(SamplePaper.DECLARATION).fields, "contact_phone": "0905318642"}
_BLOB = re.compile(r"\b[0-9a-f]{64}\b")
_DPI = 150
_MOST_ROUNDS = 400
_LINE_REST_S = 0.02

Stage = Callable[[int, Kind], None]
"""Told which visit the life is at, and what it does."""


class Undelivered(Exception):
    """The dossiers did not get through."""


def page_bytes(key: str, number: int) -> bytes:
    """A small page that no other visit has."""
    noise = np.random.default_rng(list(hashlib.sha256(f"{key} {number}".encode()).digest()))
    sheet = np.full((150, 110, 3), 255, np.uint8)
    sheet[30:40, 20:90] = 0
    sheet[60:90, 20:50] = noise.integers(0, 255, (30, 30, 3))
    packed = io.BytesIO()
    Image.fromarray(sheet).save(packed, "PNG", dpi=(_DPI, _DPI))
    return packed.getvalue()


def prepared_reading(page: ScannedPage, *, cancelled: Callable[[], bool] = never) -> DigitisedPage:
    """What the engine would say of such a page."""
    del cancelled
    height, width = page.pixels.shape[:2]
    packed = io.BytesIO()
    Image.fromarray(page.pixels).save(packed, "JPEG", quality=70)
    words = (Word("Tờ", 0.9, (20, 30, 50, 40)), Word("khai", 0.9, (55, 30, 90, 40)))
    return DigitisedPage(
        jpeg=packed.getvalue(),
        width=width,
        height=height,
        dpi=_DPI,
        rotation=0,
        skew=0.0,
        blank=False,
        verdicts=(),
        text=PageText((TextLine(words),)),
        sha256=page.sha256,
    )


def prepare_reading() -> None:
    """From now on pages of this process are not read by the engine."""
    setattr(app.workflow.papers, "digitise_page", prepared_reading)  # noqa: B010


def live(
    settings: Settings,
    visits: Sequence[VisitScript],
    ledger: Ledger,
    stage: Stage,
    inspect: Callable[[Station, list[IntakeSession]], None],
    opened: Callable[[float], None],
) -> None:
    """Goes on until every dossier is at the province.

    `opened` hears how long opening and putting right took (seconds); `inspect` looks at what was found.
    """
    stage(0, Kind.START)
    began = time.perf_counter()
    with open_station(settings) as station:
        sessions = station.resume()
        opened(time.perf_counter() - began)
        inspect(station, sessions)
        by_key = {session.visit.visit_id: session for session in sessions}
        for number, script in enumerate(visits):
            record = station.sealed(script.key)
            if record is None:
                if not script.is_offline and station.codes_left() == 0:
                    station.sending.round()
                stage(number, Kind.SCAN)
                session = by_key.get(script.key) or station.begin()
                record = _file(station, session, script, ledger, lambda kind, n=number: stage(n, kind))  # type: ignore[misc]
            if script.key not in ledger.told().promises:
                ledger.promise(record)
            if history_count(station, script.key, "printed") == 0:
                stage(number, Kind.PRINT)
                station.print_record(record)
                ledger.printed(script.key)
            if not script.is_offline or number == len(visits) - 1:
                send(station, visits[: number + 1], ledger, lambda n=number: stage(n, Kind.UPLOAD))  # type: ignore[misc]


def send(
    station: Station, visits: Sequence[VisitScript], ledger: Ledger, round_begins: Callable[[], None]
) -> None:
    """Rounds until nothing waits; an officer who looks on does not wait for a busy server's turn."""
    if all(script.key in ledger.told().delivered for script in visits):
        return
    for _ in range(_MOST_ROUNDS):
        round_begins()
        report = station.sending.round()
        if station.sending.line().waiting == 0:
            break
        if report.line_fault is not None:
            time.sleep(_LINE_REST_S)
        for row in station.queue():
            if row.state == OutboxState.SEALED:
                station.retry(row.key)
    else:
        raise Undelivered(str(report))
    for row in station.queue():
        assert row.state == OutboxState.ACCEPTED, row.state
        ledger.delivered(row.key, station.record(row.key).number)


def _file(
    station: Station,
    session: IntakeSession,
    script: VisitScript,
    ledger: Ledger,
    stage: Callable[[Kind], None],
) -> Record:
    """The visit from where it stands to the seal, saved as a draft at each change."""
    if session.visit.visit_id != script.key:
        session.take_key(script.key)
        station.save(session.visit)
    if session.visit.card is None:
        session.take_card(station.read_card(SAMPLE_REQUESTER.qr_payload()))
        session.choose_procedure(PROCEDURE, station.clock.now())
        session.choose_case("relative")
        station.save(session.visit)
    if not session.visit.is_register_asked and session.visit.register_fault is None:
        asked = (None, "Chưa có mạng.") if script.is_offline else station.look_up(session.query)
        session.take_answer(*asked)
        station.save(session.visit)
    _scan(station, session, script, ledger)
    stage(Kind.DECLARE)
    for place, (name, value) in enumerate(FIELDS.items()):
        field = session.merged()[name]
        if field.state is FieldState.LOCKED:
            continue
        if field.value != value or field.state is FieldState.DOUBTFUL:
            session.enter(name, value)
            while session.confirm(name) is not None:
                pass
            if place % 4 == 0:
                station.save(session.visit)
    station.save(session.visit)
    ledger.spent(_BLOB.findall(str(session.visit.to_json())))
    stage(Kind.SEAL)
    return station.seal(session.finish(station.clock.now()))


def _scan(station: Station, session: IntakeSession, script: VisitScript, ledger: Ledger) -> None:
    """The feeder gives what it still has; what came before a death is not asked for again."""
    taken = len(ledger.told().pages.get(script.key, ()))
    if taken < script.pages:
        feed = Feed.begin(session.visit.visit_id, DECLARATION)
        given_again = session.given_again(DECLARATION)
        session.begin_feed(feed)

        def arrived(grown: Feed, page: Page) -> None:
            session.take_page(grown, page)
            station.save(session.visit)

        station.papers.feed(feed, _feeder(script, taken, ledger), arrived, given_again=given_again)
        session.end_feed(feed)
        station.save(session.visit)
        station.papers.end_feed(feed)
    read_and_put_together(station, session)


def _feeder(script: VisitScript, taken: int, ledger: Ledger) -> Iterator[ScannedPage]:
    """Pages one by one; a page is gone from the feeder once the next was asked for."""
    for number in range(taken, script.pages):
        data = page_bytes(script.key, number)
        yield from pages_from(data, f"trang-{number}.png")
        ledger.page(script.key, hashlib.sha256(data).hexdigest())
