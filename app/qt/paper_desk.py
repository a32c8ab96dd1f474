"""The paper's side of the desk: pages arrive, are read two at a time and put together, away from the window.

Everything here runs on the window's thread and asks `Papers` through `Tasks`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from app.qt.open_visit import OpenVisit
from app.qt.tasks import Tasks
from app.workflow.errors import WorkflowError
from app.workflow.page_edits import PageEdit
from app.workflow.pages import Feed, FinishedPage, Landing, Page
from app.workflow.station import Station
from app.workflow.visit import ScannedDocument
from scanning.documents import pages_from, pages_in
from scanning.errors import Cancelled, ScanError
from scanning.pages import ScannedPage
from scanning.pipeline import PAGES_AT_ONCE

Done = Callable[[str | None], None]

_STOPPED = "Đã dừng đọc trang này; nhấn F5 để đọc lại."
_NOTHING = "Không có trang nào; hãy đặt giấy vào máy quét rồi bấm F2."
_GIVEN_AGAIN = "Các trang này đã được giữ từ trước khi máy dừng đột ngột nên không lấy lại lần nữa."
_PASTED = "anh-dan.png"


class PaperDesk:
    """Feeds, reads and puts together the pages of the open visits."""

    def __init__(
        self,
        station: Station,
        tasks: Tasks,
        visits: Mapping[str, OpenVisit],
        *,
        changed: Callable[[str], None],
        joined: Callable[[str], None],
        tell: Callable[[str], None],
        sentence: Callable[[Exception], str],
        loud: Callable[[Exception], None],
    ) -> None:
        self._station, self._tasks, self._visits = station, tasks, visits
        self._changed, self._joined, self._tell = changed, joined, tell
        self._sentence, self._loud = sentence, loud
        self._reading: set[tuple[str, str]] = set()
        self._joining: set[tuple[str, str]] = set()
        self._images: dict[tuple[str, str], bytes] = {}
        #: Who fed a page hears too when it could not be read: once for each feed and reason.
        self._reports: dict[str, Done] = {}
        self._told: set[tuple[str, str]] = set()

    # ---- pages arrive

    def scan(self, visit_id: str, component: str, done: Done, landing: Landing, profile: str) -> None:
        """From the scanner, with a named way to scan or the usual one."""
        held = self._visits[visit_id]
        visit = held.session
        reader = visit.procedure.component(component).reader
        profiles = self._station.profiles
        chosen = profiles.named(profile) if profile else profiles.usual(visit.visit.procedure, component)
        feed = Feed.begin(visit_id, component, landing, chosen.keeps_blank)
        self._feed(
            visit_id,
            feed,
            lambda _faults: self._station.scanned(chosen, reader, lambda: held.is_feed_stopped(feed.feed_id)),
            done,
        )

    def attach(self, visit_id: str, component: str, paths: list[Path], done: Done) -> None:
        """From files, one after the other; a broken one is told and the others are taken."""
        feed = Feed.begin(visit_id, component)
        self._feed(visit_id, feed, lambda faults: _readable(paths, faults), done)

    def paste(self, visit_id: str, component: str, picture: bytes, done: Done) -> None:
        """From the clipboard: the bytes of one picture."""
        feed = Feed.begin(visit_id, component)
        self._feed(visit_id, feed, lambda _faults: pages_from(picture, _PASTED), done)

    def stop(self, visit_id: str) -> None:
        """Stops the feeder; where none runs, the reading. What has come stays."""
        held = self._visits[visit_id]
        session = held.session
        if session.feeding:
            held.stopped_feeds |= set(session.feeding)
            return
        waiting = session.sheets_to_read()
        if not waiting:
            # Nothing to stop is nothing to tell: who is told of a change may ask for a stop again.
            return
        held.stops += 1
        session.unread |= {page.sheet: _STOPPED for page in waiting}
        self._changed(visit_id)

    def _feed(
        self,
        visit_id: str,
        feed: Feed,
        source: Callable[[list[ScanError]], Iterable[ScannedPage]],
        done: Done,
    ) -> None:
        held = self._visits[visit_id]
        session, papers, faults = held.session, self._station.papers, list[ScanError]()
        try:
            session.begin_feed(feed)
        except WorkflowError as refused:
            done(str(refused))
            return
        self._reports[feed.feed_id] = done
        self._changed(visit_id)
        given_again = session.given_again(feed.component)

        def run() -> int:
            def arrived(grown: Feed, page: Page) -> None:
                self._tasks.call_home(lambda: self._take_page(visit_id, grown, page))

            return papers.feed(
                feed, source(faults), arrived, lambda: held.is_feed_stopped(feed.feed_id), given_again
            )

        def over(count: int) -> None:
            uneven = self._end_feed(visit_id, feed)
            if faults:
                done(_kept(str(faults[0]), count))
            elif held.is_feed_stopped(feed.feed_id):
                done(_kept("Đã dừng quét.", count, " Nhấn Ctrl+Z để bỏ."))
            elif count == 0:
                done(_GIVEN_AGAIN if given_again else _NOTHING)
            else:
                done(uneven)

        def failed(error: Exception) -> None:
            count = sum(p.feed == feed.feed_id for p in session.visit.papers.get(feed.component, ()))
            if isinstance(error, Cancelled):
                over(count)
                return
            self._end_feed(visit_id, feed)
            done(_kept(self._sentence(error), count))

        self._tasks.run(run, over, failed)

    def _take_page(self, visit_id: str, feed: Feed, page: Page) -> None:
        if visit_id in self._visits:
            self._visits[visit_id].session.take_page(feed, page)
            self._changed(visit_id)
            self.go_on(visit_id)

    def _end_feed(self, visit_id: str, feed: Feed) -> str | None:
        uneven = None
        if visit_id in self._visits:
            uneven = self._visits[visit_id].session.end_feed(feed)
            self._changed(visit_id)
            self.go_on(visit_id)
        # Behind the visit's own draft on the same thread: one of the two always names the pages.
        self._tasks.run_on_owner(lambda: self._station.papers.end_feed(feed), _nothing, self._loud)
        return uneven

    # ---- pages are put in order

    def edit(self, visit_id: str, edit: PageEdit) -> str | None:
        """Turns, moves, cuts ...; the sentence where it cannot be."""
        return self._do(visit_id, lambda: self._visits[visit_id].session.edit_pages(edit))

    def undo(self, visit_id: str) -> str | None:
        return self._do(visit_id, self._visits[visit_id].session.undo)

    def redo(self, visit_id: str) -> str | None:
        return self._do(visit_id, self._visits[visit_id].session.redo)

    def read_again(self, visit_id: str, page: str) -> None:
        """Tries a page once more that could not be read."""
        self._do(visit_id, lambda: self._visits[visit_id].session.read_again(page))

    def _do(self, visit_id: str, act: Callable[[], None]) -> str | None:
        try:
            act()
        except WorkflowError as refused:
            return str(refused)
        self._changed(visit_id)
        self.go_on(visit_id)
        return None

    # ---- pages are read and put together

    def go_on(self, visit_id: str) -> None:
        """Begins what can be begun: sheets to read first, then papers whose sheets are all read."""
        if visit_id not in self._visits:
            return
        for page in self._visits[visit_id].session.sheets_to_read():
            if len(self._reading) >= PAGES_AT_ONCE:
                break
            if (visit_id, page.sheet) not in self._reading:
                self._read(visit_id, page)
        for component in self._visits[visit_id].session.papers_to_put_together():
            if (visit_id, component) not in self._joining:
                self._join(visit_id, component)

    def _read(self, visit_id: str, page: Page) -> None:
        held, papers, place = self._visits[visit_id], self._station.papers, (visit_id, page.sheet)
        stops = held.stops
        self._reading.add(place)

        def took(finished: FinishedPage) -> None:
            self._reading.discard(place)
            if visit_id in self._visits:
                held.session.take_finished(page.sheet, finished)
                self._changed(visit_id)
            self._go_on_everywhere(visit_id)

        def failed(error: Exception) -> None:
            self._reading.discard(place)
            # A sheet that nobody shows any more was given up; where it is shown again it is read again.
            if visit_id in self._visits and not isinstance(error, Cancelled):
                held.session.unread[page.sheet] = self._sentence(error)
                self._changed(visit_id)
                self._report(page.feed, held.session.unread[page.sheet])
            self._go_on_everywhere(visit_id)

        self._tasks.run(
            lambda: papers.read_page(page, lambda: held.is_reading_stopped(stops, page.sheet)), took, failed
        )

    def _report(self, feed_id: str, sentence: str) -> None:
        done = self._reports.get(feed_id)
        if done is not None and (feed_id, sentence) not in self._told:
            self._told.add((feed_id, sentence))
            done(sentence)

    def _join(self, visit_id: str, component: str) -> None:
        held, papers, place = self._visits[visit_id], self._station.papers, (visit_id, component)
        visit, name = held.session.visit, held.session.procedure.component(component).name
        self._joining.add(place)

        def took(document: ScannedDocument) -> None:
            self._joining.discard(place)
            if visit_id in self._visits:
                held.session.take_document(component, document)
                self._changed(visit_id)
                self._joined(visit_id)
                self.go_on(visit_id)

        def failed(error: Exception) -> None:
            self._joining.discard(place)
            if visit_id in self._visits:
                sentence = held.session.unjoined[component] = self._sentence(error)
                self._changed(visit_id)
                for feed_id in {page.feed for page in visit.kept_pages(component)}:
                    self._report(feed_id, sentence)

        self._tasks.run(lambda: papers.put_together(visit, component, name), took, failed)

    def _go_on_everywhere(self, first: str) -> None:
        self.go_on(first)
        for visit_id in self._visits:
            self.go_on(visit_id)

    # ---- pages are looked at

    def image(self, visit_id: str, picture: str) -> bytes | None:
        """JPEG of a page; None while it is being fetched: the visit is told when it is there."""
        key = (visit_id, picture)
        if key not in self._images:
            self._images[key] = b""
            visit = self._visits[visit_id].session.visit

            def took(data: bytes | None) -> None:
                if data and visit_id in self._visits:
                    self._images[key] = data
                    self._tell(visit_id)
                else:
                    self._images.pop(key, None)

            def failed(error: Exception) -> None:
                # Stays empty: a page that cannot be opened is said so where it is read.
                self._loud(error)

            self._tasks.run(lambda: self._station.papers.picture(visit, picture), took, failed)
        return self._images[key] or None

    def forget(self, visit_id: str) -> None:
        """Lets go of a visit's pictures."""
        self._images = {key: data for key, data in self._images.items() if key[0] != visit_id}


def _readable(paths: list[Path], faults: list[ScanError]) -> Iterator[ScannedPage]:
    """The pages of all files that can be opened; why the others cannot is left in `faults`."""
    for path in paths:
        try:
            yield from pages_in(path)
        except ScanError as fault:
            faults.append(fault)


def _kept(sentence: str, count: int, after: str = "") -> str:
    return f"{sentence} Đã giữ {count} trang đã tới.{after}" if count else sentence


def _nothing(_result: object) -> None:
    """The caller needs no answer."""
