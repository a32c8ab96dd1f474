"""Pages on a real disk: kept before the next is asked for, read once, turned, cut and put together."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from app.bootstrap import open_station
from app.config import Settings
from app.workflow.intake import IntakeSession
from app.workflow.page_edits import EditKind, PageEdit
from app.workflow.pages import Feed, Page, is_feed
from app.workflow.station import Station
from app.workflow.visit import Visit
from offline_queue import records
from scanning.documents import pages_in
from scanning.drivers.sample import SamplePaper, printed_paper
from scanning.errors import UnreadableImage
from scanning.originals import unpack_finished
from scanning.pages import ScannedPage
from tests.workflow.visits import DECLARATION

_DPI = 300


@pytest.fixture
def station(settings: Settings) -> Iterator[Station]:
    with open_station(settings) as opened:
        yield opened


@pytest.fixture
def session(station: Station) -> IntakeSession:
    begun = station.begin()
    begun.choose_procedure("2.000635", station.clock.now())
    station.save(begun.visit)
    return begun


#: What stands in the heading of each sample paper and of no other.
_HEADINGS = {SamplePaper.DECLARATION: "KHAI", SamplePaper.AUTHORIZATION: "QUYỀN"}


def heading(paper: SamplePaper, path: Path) -> Path:
    """The upper quarter of a printed paper: words enough to be told from the other, read in a moment."""
    sheet = printed_paper(paper).image
    sheet.crop((0, 0, sheet.width, sheet.height // 4)).save(path, dpi=(_DPI, _DPI))
    return path


def declared(folder: Path) -> Path:
    return heading(SamplePaper.DECLARATION, folder / "khai.png")


def authorised(folder: Path) -> Path:
    return heading(SamplePaper.AUTHORIZATION, folder / "quyen.png")


def blank(path: Path, shade: int = 255) -> Path:
    """A sheet with nothing on it; another shade is another file."""
    Image.new("RGB", (1240, 620), (shade, shade, shade)).save(path, dpi=(_DPI, _DPI))
    return path


def fed(station: Station, session: IntakeSession, *paths: Path) -> tuple[Page, ...]:
    """The pages of files, kept and taken."""
    feed = Feed.begin(session.visit.visit_id, DECLARATION)
    session.begin_feed(feed)
    station.papers.feed(feed, (page for path in paths for page in pages_in(path)), session.take_page)
    session.end_feed(feed)
    station.save(session.visit)
    station.papers.end_feed(feed)
    return session.visit.papers[DECLARATION]


def read(station: Station, session: IntakeSession) -> int:
    """Reads what waits and puts together what is read; how many sheets were read."""
    count = 0
    for page in session.sheets_to_read():
        session.take_finished(page.sheet, station.papers.read_page(page))
        count += 1
    for component in session.papers_to_put_together():
        session.take_document(component, station.papers.put_together(session.visit, component, "Tờ khai"))
    return count


def pdf_pages(station: Station, session: IntakeSession) -> list[str]:
    """The heading of each page of the paper as it would be sent, "" for none."""
    pdf = station.file(session.visit.documents[DECLARATION].blob)
    text = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    pages = text.split("\f")[:-1]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == len(pages)
    return [next((word for word in _HEADINGS.values() if word in page), "") for page in pages]


def picture(
    station: Station, page: Page, session: IntakeSession
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The finished picture of a page, grey."""
    done = unpack_finished(station.file(session.visit.finished[page.sheet].blob))
    return np.asarray(Image.open(io.BytesIO(done.jpeg)).convert("L"))


def test_each_page_is_kept_and_named_before_the_next_is_asked_for(
    station: Station, session: IntakeSession, tmp_path: Path
) -> None:
    asked = 0

    def feeder() -> Iterator[ScannedPage]:
        nonlocal asked
        for number in range(4):
            drafts = station.on_store(records.load_drafts)
            feeds = [Feed.from_json(body) for body in drafts if is_feed(body)]
            assert [len(feed.pages) for feed in feeds] == ([number] if number else [])
            for page, shade in zip(feeds[0].pages if feeds else (), range(200, 255), strict=False):
                assert station.file(page.original) == (tmp_path / f"{shade}.png").read_bytes()
            asked += 1
            yield from pages_in(blank(tmp_path / f"{200 + number}.png", 200 + number))

    arrived: list[Page] = []
    feed = Feed.begin(session.visit.visit_id, DECLARATION)
    count = station.papers.feed(feed, feeder(), lambda _feed, page: arrived.append(page))
    assert count == asked == len(arrived) == 4
    station.papers.end_feed(feed)
    assert not any(is_feed(body) for body in station.on_store(records.load_drafts))


def test_a_source_that_fails_keeps_what_came(
    station: Station, session: IntakeSession, tmp_path: Path
) -> None:
    def feeder() -> Iterator[ScannedPage]:
        for shade in range(7):
            yield from pages_in(blank(tmp_path / f"{shade}.png", 200 + shade))
        (tmp_path / "rách.png").write_bytes(b"\x89PNG nothing")
        yield from pages_in(tmp_path / "rách.png")

    feed = Feed.begin(session.visit.visit_id, DECLARATION)
    session.begin_feed(feed)
    with pytest.raises(UnreadableImage):
        station.papers.feed(feed, feeder(), session.take_page)
    session.end_feed(feed)
    assert len(session.visit.papers[DECLARATION]) == 7


def test_a_stopped_feeder_is_asked_for_no_more(
    station: Station, session: IntakeSession, tmp_path: Path
) -> None:
    arrived: list[Page] = []
    is_closed: list[bool] = []

    def feeder() -> Iterator[ScannedPage]:
        try:
            for shade in range(9):
                yield from pages_in(blank(tmp_path / f"{shade}.png", 200 + shade))
        finally:
            is_closed.append(True)

    feed = Feed.begin(session.visit.visit_id, DECLARATION)
    count = station.papers.feed(
        feed, feeder(), lambda _feed, page: arrived.append(page), lambda: len(arrived) == 2
    )
    assert count == 2
    assert is_closed == [True]


def test_pages_that_only_the_feed_had_named_come_back_at_the_next_start(
    settings: Settings, tmp_path: Path
) -> None:
    with open_station(settings) as station:
        begun = station.begin()
        begun.choose_procedure("2.000635", station.clock.now())
        station.save(begun.visit)
        feed = Feed.begin(begun.visit.visit_id, DECLARATION)
        pages = (page for n in range(3) for page in pages_in(blank(tmp_path / f"{n}.png", 250 + n)))
        station.papers.feed(feed, pages, lambda _feed, _page: None)  # the window never heard of them
        lost = Feed.begin("019b0000-0000-7000-8000-000000000000", DECLARATION)
        station.papers.feed(lost, pages_in(blank(tmp_path / "lost.png")), lambda _feed, _page: None)
    with open_station(settings) as station:
        (session,) = station.resume()
        assert len(session.visit.papers[DECLARATION]) == 3
        (body,) = station.on_store(records.load_drafts)
        assert Visit.from_json(body) == session.visit
        assert len(station.resume()[0].visit.papers[DECLARATION]) == 3


def test_the_bytes_of_a_long_file_are_kept_once_and_its_pages_opened(
    station: Station, session: IntakeSession, tmp_path: Path
) -> None:
    sheets = [Image.new("RGB", (400 + 50 * n, 300), "white") for n in range(5)]
    sheets[0].save(tmp_path / "nhiều trang.tiff", save_all=True, append_images=sheets[1:], dpi=(_DPI, _DPI))
    pages = fed(station, session, tmp_path / "nhiều trang.tiff")
    assert [p.number for p in pages] == [1, 2, 3, 4, 5]
    assert len({p.original for p in pages}) == 1
    assert station.file(pages[0].original) == (tmp_path / "nhiều trang.tiff").read_bytes()
    for wanted in (4, 0, 2, 2, 1, 3):  # in any order
        jpeg = station.papers.picture(session.visit, pages[wanted].sheet)
        assert jpeg is not None
        assert Image.open(io.BytesIO(jpeg)).width == (400 + 50 * wanted) // 2


def test_pages_are_read_once_however_they_are_moved(
    station: Station, session: IntakeSession, tmp_path: Path
) -> None:
    one, two = declared(tmp_path), authorised(tmp_path)
    first, second, empty = fed(station, session, one, two, blank(tmp_path / "3.png"))
    assert read(station, session) == 3
    assert pdf_pages(station, session) == ["KHAI", "QUYỀN"]
    assert session.visit.finished[empty.sheet].is_blank
    before = session.visit.documents[DECLARATION]
    session.edit_pages(PageEdit(EditKind.MOVE, second.key, DECLARATION, 0))
    assert read(station, session) == 0
    assert pdf_pages(station, session) == ["QUYỀN", "KHAI"]
    session.edit_pages(PageEdit(EditKind.BRING_BACK, empty.key))
    session.edit_pages(PageEdit(EditKind.REMOVE, first.key))
    assert read(station, session) == 0
    assert pdf_pages(station, session) == ["QUYỀN", ""]
    assert station.file(before.blob).startswith(b"%PDF")  # nothing is thrown away before the draft is
    for _ in range(3):
        session.undo()
    assert read(station, session) == 0
    assert session.visit.documents[DECLARATION].made_of == before.made_of
    assert {p.original for p in session.visit.papers[DECLARATION]} == {
        p.original for p in (first, second, empty)
    }


def test_the_officer_says_which_side_is_up(station: Station, session: IntakeSession, tmp_path: Path) -> None:
    (page,) = fed(station, session, declared(tmp_path))
    read(station, session)
    upright = picture(station, page, session)
    for turns in range(1, 5):
        session.edit_pages(PageEdit(EditKind.TURN_RIGHT, page.key))
        assert read(station, session) == 1
        turned = picture(station, session.visit.papers[DECLARATION][0], session)
        wanted = np.rot90(upright, -turns)
        height, width = (min(a, b) for a, b in zip(turned.shape, wanted.shape, strict=True))
        difference = np.abs(turned[:height, :width].astype(int) - wanted[:height, :width].astype(int))
        assert np.array(turned.shape) == pytest.approx(np.array(wanted.shape), abs=12)
        assert difference.mean() < 12
    for _ in range(4):
        session.undo()
    assert read(station, session) == 0


def born_digital(path: Path) -> Path:
    """A letter as an office program makes it: words, no picture."""
    pdfmetrics.registerFont(
        TTFont("Office", str(files("resources") / "fonts" / "LiberationSerif-Regular.ttf"))
    )
    canvas = Canvas(str(path), pagesize=(300, 220), initialFontName="Office", initialFontSize=14)
    for number, line in enumerate(("GIẤY ỦY QUYỀN", "Họ, chữ đệm, tên: Trần Thị Mẫu", "Số: 066188004127")):
        canvas.drawString(40, 180 - 30 * number, line)
    canvas.save()
    return path


def test_a_born_digital_file_goes_on_as_it_came_until_the_officer_turns_it(
    station: Station, session: IntakeSession, tmp_path: Path
) -> None:
    letter = born_digital(tmp_path / "thu.pdf")
    (page,) = fed(station, session, letter)
    read(station, session)
    assert station.file(session.visit.documents[DECLARATION].blob) == letter.read_bytes()
    for _ in range(2):
        session.edit_pages(PageEdit(EditKind.TURN_RIGHT, page.key))
    assert read(station, session) == 1
    turned = session.visit.papers[DECLARATION][0]
    done = unpack_finished(station.file(session.visit.finished[turned.sheet].blob))
    assert not done.is_born_digital
    assert station.file(session.visit.documents[DECLARATION].blob) != letter.read_bytes()
    assert (
        picture(station, turned, session)[: done.height // 2].mean()
        > picture(station, turned, session).mean()
    )
    session.undo()
    session.undo()
    assert read(station, session) == 0
    assert station.file(session.visit.documents[DECLARATION].blob) == letter.read_bytes()


def test_a_spread_gives_its_two_pages(station: Station, session: IntakeSession, tmp_path: Path) -> None:
    left, right = Image.open(declared(tmp_path)), Image.open(authorised(tmp_path))
    spread = Image.new("RGB", (left.width * 2, left.height), "white")
    spread.paste(left, (0, 0))
    spread.paste(right, (left.width, 0))
    spread.save(tmp_path / "spread.png", dpi=(_DPI, _DPI))
    (page,) = fed(station, session, tmp_path / "spread.png")
    read(station, session)
    session.edit_pages(PageEdit(EditKind.CUT, page.key))
    assert read(station, session) == 2
    assert pdf_pages(station, session) == ["KHAI", "QUYỀN"]
    session.undo()
    assert read(station, session) == 0
    assert len(pdf_pages(station, session)) == 1


def test_a_paper_without_a_face_is_read_once_and_leaves_blank_pages_out(
    station: Station, session: IntakeSession, tmp_path: Path
) -> None:
    paths = (declared(tmp_path), blank(tmp_path / "2.png"), authorised(tmp_path))
    pages = (page for path in paths for page in pages_in(path))
    station.papers.take_at_once(session, DECLARATION, pages)
    assert session.sheets_to_read() == ()
    assert session.papers_to_put_together() == ()
    assert pdf_pages(station, session) == ["KHAI", "QUYỀN"]
    assert len(session.visit.papers[DECLARATION]) == 3
    assert not any(is_feed(body) for body in station.on_store(records.load_drafts))


def test_a_page_whose_original_is_gone_says_so(
    station: Station, session: IntakeSession, tmp_path: Path
) -> None:
    (page,) = fed(station, session, blank(tmp_path / "1.png"))
    assert station.papers.picture(session.visit, "no/1//") is None
    with pytest.raises(Exception, match="bản sao lưu"):
        station.papers.read_page(replace(page, original="0" * 64))
