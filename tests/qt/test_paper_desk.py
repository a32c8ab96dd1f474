"""The desk's side of paper on a real station: pages come one by one, and none is lost whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from app.commands.face import open_desk
from app.config import ScannerSettings, Settings
from app.qt.bridge import StationDesk
from app.workflow.page_edits import EditKind, PageEdit
from app.workflow.pages import FeedUse, Landing
from app.workflow.views import ComponentState, ComponentView, PageState
from scanning.drivers.sample import SamplePaper, printed_paper
from tests.qt.keyboard import wait_for

DECLARATION = "000.00.00.G15-KQ003037"


class Counter:
    """A desk that can be closed and opened again on the same data, with a feeder folder to lay paper in."""

    def __init__(self, settings: Settings, feeder: Path) -> None:
        self._settings = replace(settings, scanner=ScannerSettings(source="folder", folder=str(feeder)))
        self.feeder = feeder
        self.said: list[str | None] = []
        self.open()

    def open(self) -> None:
        self._stack = ExitStack()
        self.desk: StationDesk = self._stack.enter_context(open_desk(self._settings))[0]
        ready: list[bool] = []
        self.desk.start(lambda: ready.append(True))
        wait_for(lambda: bool(ready))

    def close(self) -> None:
        self._stack.close()

    def begin(self) -> str:
        """A visit for which papers can be scanned."""
        visit = self.desk.new_visit()
        self.desk.choose_procedure(visit, "2.000635")
        self.desk.choose_case(visit, "relative")
        return visit

    def lay(self, *names: str) -> None:
        """Sheets without ink in the feeder, each another file; they are read in a moment."""
        self.feeder.mkdir(exist_ok=True)
        for number, name in enumerate(names):
            shade = 220 + len(list(self.feeder.rglob("*.png"))) + number
            Image.new("RGB", (600, 400), (shade, shade, 255)).save(
                self.feeder / f"{name}.png", dpi=(300, 300)
            )

    def lay_heading(self) -> None:
        """The upper quarter of a printed declaration: real words to read."""
        self.feeder.mkdir(exist_ok=True)
        sheet = printed_paper(SamplePaper.DECLARATION).image
        sheet.crop((0, 0, sheet.width, sheet.height // 4)).save(self.feeder / "1.png", dpi=(300, 300))

    def scan(self, visit: str, landing: Landing | None = None) -> str | None:
        """Scans until no more pages come; what was said."""
        before = len(self.said)
        self.desk.scan(visit, DECLARATION, self.said.append, landing)
        wait_for(lambda: len(self.said) > before)
        return self.said[before]

    def paper(self, visit: str) -> ComponentView:
        return next(c for c in self.desk.view(visit).components if c.code == DECLARATION)

    def names(self, visit: str) -> list[str]:
        """The keys of the paper's pages, in order."""
        return [page.key for page in self.paper(visit).pages]

    def settle(self, visit: str) -> None:
        """Until all is read and put together."""
        wait_for(lambda: self.paper(visit).state is not ComponentState.SCANNING)


@pytest.fixture
def counter(qapp: QApplication, settings: Settings, tmp_path: Path) -> Iterator[Counter]:
    assert qapp is not None
    opened = Counter(settings, tmp_path / "feeder")
    yield opened
    opened.close()


def test_pages_are_in_the_view_while_the_feeder_runs(counter: Counter) -> None:
    visit = counter.begin()
    counter.lay("1", "2", "3", "4")
    seen: list[tuple[int, bool]] = []

    def look(_visit: str) -> None:
        paper = counter.paper(visit)
        seen.append((len(paper.pages), paper.is_arriving))

    counter.desk.subscribe(look)
    assert counter.scan(visit) is None
    assert {(1, True), (2, True), (3, True)} <= set(seen)
    counter.settle(visit)
    assert [p.state for p in counter.paper(visit).pages] == [PageState.ASIDE] * 4
    assert counter.paper(visit).detail == "Còn thiếu, F2 để quét · 4 trang để riêng"


def test_an_error_in_the_middle_keeps_what_came_and_says_how_many(counter: Counter) -> None:
    visit = counter.begin()
    counter.lay(*"1234567")
    (counter.feeder / "8.png").write_bytes(b"\x89PNG torn, yet with its end: IEND")
    said = counter.scan(visit)
    assert said is not None
    assert "8.png" in said
    assert said.endswith("Đã giữ 7 trang đã tới.")
    assert len(counter.names(visit)) == 7


def test_a_stopped_feed_keeps_what_came_and_may_be_thrown_away(counter: Counter) -> None:
    visit = counter.begin()
    counter.lay(*"123456789")

    def stop(_visit: str) -> None:
        if len(counter.names(visit)) == 2:
            counter.desk.cancel_scan(visit)

    counter.desk.subscribe(stop)
    said = counter.scan(visit)
    kept = len(counter.names(visit))
    assert 2 <= kept < 9
    assert said == f"Đã dừng quét. Đã giữ {kept} trang đã tới. Nhấn Ctrl+Z để bỏ."
    assert counter.desk.undo(visit) is None
    assert counter.names(visit) == []


def test_every_page_survives_the_end_of_the_program(counter: Counter) -> None:
    visit = counter.begin()
    counter.lay("1", "2", "3")
    counter.scan(visit)
    before = counter.names(visit)
    counter.close()
    counter.open()
    assert counter.names(visit) == before
    counter.settle(visit)


def test_backs_are_put_behind_their_fronts_or_told_apart(counter: Counter) -> None:
    visit = counter.begin()
    counter.lay("1", "2")
    counter.scan(visit)
    fronts = counter.names(visit)
    counter.lay("3", "4")
    assert counter.scan(visit, Landing(FeedUse.BACKS_TURNED_OVER)) is None
    assert counter.names(visit)[0::2] == fronts
    counter.lay("5")
    said = counter.scan(visit, Landing(FeedUse.BACKS_IN_ORDER))
    assert said is not None
    assert "2 trang" in said
    assert len(counter.names(visit)) == 5


def test_files_that_cannot_be_opened_do_not_keep_the_others_out(counter: Counter, tmp_path: Path) -> None:
    visit = counter.begin()
    counter.lay("1", "2")
    broken = tmp_path / "hỏng.pdf"
    broken.write_bytes(b"%PDF-1.7 no more")
    counter.desk.attach(
        visit, DECLARATION, [counter.feeder / "1.png", broken, counter.feeder / "2.png"], counter.said.append
    )
    wait_for(lambda: bool(counter.said))
    assert counter.said[0] is not None
    assert "hỏng.pdf" in counter.said[0]
    assert "Đã giữ 2 trang" in counter.said[0]
    assert len(counter.names(visit)) == 2


def test_a_pasted_picture_is_a_page(counter: Counter) -> None:
    visit = counter.begin()
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFF)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "PNG")  # type: ignore[call-overload]  # a device, missing from Qt's stubs
    counter.desk.paste(visit, DECLARATION, bytes(data.data()), counter.said.append)
    wait_for(lambda: bool(counter.said))
    assert counter.said == [None]
    assert len(counter.names(visit)) == 1


def test_a_page_turned_moved_and_undone_is_read_once_each_way(counter: Counter) -> None:
    visit = counter.begin()
    counter.lay_heading()
    assert counter.scan(visit) is None
    counter.settle(visit)
    (page,) = counter.paper(visit).pages
    assert page.state is PageState.READ

    def shown() -> bytes | None:
        return counter.desk.page_image(visit, counter.paper(visit).pages[0].picture)

    wait_for(lambda: shown() is not None)
    upright = QImage.fromData(shown() or b"")
    counter.desk.edit_page(visit, PageEdit(EditKind.TURN_RIGHT, page.key))
    assert counter.paper(visit).pages[0].state is PageState.READING
    wait_for(lambda: shown() is not None)  # the original, turned, while it is being read
    counter.settle(visit)
    wait_for(lambda: shown() is not None)
    turned = QImage.fromData(shown() or b"")
    assert upright.width() > upright.height()
    assert turned.width() < turned.height()
    assert counter.desk.undo(visit) is None
    assert counter.paper(visit).pages == (page,)
    assert counter.desk.undo(visit) is None
    assert counter.names(visit) == []
    assert counter.desk.undo(visit) == "Không còn việc nào để hoàn tác."
    assert counter.desk.redo(visit) is None
    counter.settle(visit)
    assert counter.paper(visit).pages == (page,)


def test_reading_may_be_stopped_and_taken_up_again(counter: Counter) -> None:
    visit = counter.begin()
    counter.lay_heading()
    counter.scan(visit)
    counter.desk.cancel_scan(visit)
    (page,) = counter.paper(visit).pages
    assert page.state is PageState.UNREAD
    assert "F5" in page.advice
    assert not counter.desk.view(visit).can_be_accepted
    counter.desk.read_again(visit, page.key)
    counter.settle(visit)
    assert counter.paper(visit).pages[0].state is PageState.READ


def test_the_ways_to_scan_are_offered_with_the_usual_one_marked(counter: Counter) -> None:
    visit = counter.begin()
    offered = counter.desk.profiles(visit, DECLARATION)
    assert [p.is_usual for p in offered] == [True, False, False, False]
    assert counter.scan(visit) is not None  # an empty feeder is said


def test_a_closed_visit_stops_its_feed(counter: Counter, settings: Settings) -> None:
    visit = counter.begin()
    counter.lay(*"123456789")
    stopped: list[bool] = []

    def close(told: str) -> None:
        if told == visit and not stopped and len(counter.names(visit)) == 1:
            stopped.append(True)
            counter.desk.close_visit(visit)

    counter.desk.subscribe(close)
    counter.desk.scan(visit, DECLARATION, counter.said.append)
    wait_for(lambda: bool(counter.said))
    assert counter.desk.visits() == ()
    assert len(list(counter.feeder.glob("*.png"))) > 0
    counter.close()
    counter.open()
    assert counter.desk.visits() == ()
    assert settings.home.is_dir()
