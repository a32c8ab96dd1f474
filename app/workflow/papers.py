"""Pages on the disk: named by their feed as they arrive, read once each, put together as often as they are moved.

All of it is slow and touches the database through `on_store` only: any thread but the window's may call it.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

import numpy as np
from PIL import Image

from app.workflow.errors import WorkflowError
from app.workflow.intake import IntakeSession
from app.workflow.pages import WHOLE, Feed, FinishedPage, Page
from app.workflow.views import Source
from app.workflow.visit import Reading, ScannedDocument, Visit
from offline_queue import records
from offline_queue.files import FileStore
from offline_queue.transport import OnStore
from scanning.digitised import Digitised, is_whole
from scanning.documents import pages_from
from scanning.errors import NothingScanned
from scanning.originals import pack, pack_finished, unpack_finished
from scanning.pages import DigitisedPage, FieldState, PageText, ScannedPage, Severity, Word
from scanning.pipeline import assembled, digitise, digitise_page

_UNREAD_SHRINK = 2  # a page that is not read yet is only looked at
_JPEG_QUALITY = 82


def never() -> bool:
    """Nobody cancels."""
    return False


class Papers:
    """Keeps, reads and puts together the pages of visits."""

    def __init__(self, files: FileStore, on_store: OnStore, now: Callable[[], datetime]) -> None:
        self._files = files
        self._on_store = on_store
        self._now = now
        self._originals = _Originals(files)

    # ---- arriving

    def feed(
        self,
        feed: Feed,
        pages: Iterable[ScannedPage],
        arrived: Callable[[Feed, Page], None],
        is_cancelled: Callable[[], bool] = never,
        given_again: frozenset[tuple[str, int]] = frozenset(),
    ) -> int:
        """Takes page after page; how many came.

        Before the next one is asked for, a page is on disk, encrypted, and named by a draft of the feed's own;
        `arrived` hears of it then. `given_again` are pages that came before a crash and are passed over.
        Raises what the source or the disk raises; the pages until then are kept.
        """
        count = 0
        kept: dict[str, str] = {}
        source = iter(pages)
        try:
            while not is_cancelled() and (page := next(source, None)) is not None:
                feed, is_new = self._keep(feed, page, kept, given_again)
                if is_new:
                    self._save(feed)
                    arrived(feed, feed.pages[-1])
                    count += 1
        finally:
            if isinstance(source, Generator):
                source.close()  # stops the device at once
        return count

    def end_feed(self, feed: Feed) -> None:
        """The visit's own draft names the pages now."""
        self._on_store(lambda store: records.drop_draft(store, feed.feed_id))

    def _keep(
        self, feed: Feed, page: ScannedPage, kept: dict[str, str], given_again: frozenset[tuple[str, int]]
    ) -> tuple[Feed, bool]:
        # The pages of one file share its bytes: they are stored with the first.
        is_same_file = bool(page.original) and page.sha256 in kept
        stored = None if is_same_file else self._files.put(pack(page))
        blob = kept[page.sha256] if stored is None else stored.blob
        sha256 = page.sha256 if stored is None else stored.sha256
        if page.original:
            kept[page.sha256] = blob
        if (blob, page.number) in given_again:
            return feed, False
        return feed.with_page(page.name, blob, sha256, page.number), True

    def _save(self, feed: Feed) -> None:
        body, now = feed.to_json(), self._now()
        self._on_store(lambda store: records.save_draft(store, feed.feed_id, body, now))

    # ---- reading

    def read_page(self, page: Page, is_cancelled: Callable[[], bool] = never) -> FinishedPage:
        """Cleans and reads one sheet as the officer turned and cut it; slow. Raises ScanError."""
        done = digitise_page(_as_said(self._originals.page(page), page), cancelled=is_cancelled)
        if page.turn is None:
            return self._keep_finished(done, done.rotation)
        # The officer's word on which side is up stands above what the reading makes of it.
        return self._keep_finished(_turned(done, -done.rotation), page.turn)

    def _keep_finished(self, done: DigitisedPage, rotation: int) -> FinishedPage:
        return FinishedPage(
            blob=self._files.put(pack_finished(done)).blob,
            width=done.width,
            height=done.height,
            rotation=rotation,
            is_blank=done.blank,
            advice=tuple(v.advice for v in done.verdicts if v.severity is not Severity.INFO),
        )

    def put_together(self, visit: Visit, component: str, paper_name: str) -> ScannedDocument:
        """One PDF/A of the component's kept pages, and the fields they say; no page is read again."""
        pages = visit.kept_pages(component)
        read = [unpack_finished(self._files.get(visit.finished[p.sheet].blob)) for p in pages]
        # The officer's word on which side is up is not in the file as it came.
        is_own = bool(read) and is_whole(read) and not any(page.turn for page in pages)
        made = assembled(_file_name(component), read, self._files.get(pages[0].original) if is_own else b"")
        return self._document(made, component, paper_name, tuple(p.sheet for p in pages))

    def take_at_once(self, session: IntakeSession, component: str, pages: Iterable[ScannedPage]) -> None:
        """A whole paper without a face: kept, read a few pages at a time, put together with the reading."""
        feed = Feed.begin(session.visit.visit_id, component)
        session.begin_feed(feed)
        scanned: list[ScannedPage] = []
        kept: dict[str, str] = {}
        for each in pages:
            feed, _is_new = self._keep(feed, each, kept, frozenset())
            session.take_page(feed, feed.pages[-1])
            scanned.append(replace(each, name=_file_name(component)))
        session.end_feed(feed)
        if not scanned:
            raise WorkflowError("Không có trang nào; hãy đặt giấy vào máy quét rồi bấm F2.")
        digitised = digitise(scanned)
        for page, done in zip(feed.pages, digitised.pages, strict=True):
            session.take_finished(page.sheet, self._keep_finished(done, done.rotation))
        paper_name = session.procedure.component(component).name
        if any(done.blank for done in digitised.pages):
            if component in session.papers_to_put_together():
                session.take_document(component, self.put_together(session.visit, component, paper_name))
            return
        sheets = tuple(page.sheet for page in feed.pages)
        session.take_document(component, self._document(digitised, component, paper_name, sheets))

    def _document(
        self, made: Digitised, component: str, paper_name: str, sheets: tuple[str, ...]
    ) -> ScannedDocument:
        pdf = self._files.put(made.pdf)
        return ScannedDocument(
            name=_file_name(component),
            blob=pdf.blob,
            sha256=pdf.sha256,
            size=pdf.size,
            kind=made.kind,
            made_of=sheets,
            readings=_readings(made, component, paper_name),
        )

    # ---- looking

    def picture(self, visit: Visit, picture: str) -> bytes | None:
        """The JPEG that a PageView names: of the finished page, or of the original while it is not read."""
        if "/" not in picture:
            return unpack_finished(self._files.get(picture)).jpeg
        pages = (p for pages in visit.papers.values() for p in pages)
        page = next((p for p in pages if p.sheet == picture), None)
        if page is None:
            return None
        scanned = _as_said(self._originals.page(page), page)
        packed = io.BytesIO()
        Image.fromarray(scanned.pixels).reduce(_UNREAD_SHRINK).save(packed, "JPEG", quality=_JPEG_QUALITY)
        return packed.getvalue()


def _file_name(component: str) -> str:
    # A file's own name may hold a citizen's: what leaves the station is named by the component.
    return f"{component}-01.pdf"


class _Originals:
    """Opens stored originals. The pages of a long file asked for one after the other are each opened once."""

    def __init__(self, files: FileStore) -> None:
        self._files = files
        self._lock = threading.Lock()
        self._blob, self._next = "", 0
        self._pages: Iterator[ScannedPage] = iter(())

    def page(self, page: Page) -> ScannedPage:
        """The untouched page; ScanError or StoreError where its bytes do not hold it any more."""
        if page.number == 1:
            return _found(next(pages_from(self._files.get(page.original), page.name), None))
        with self._lock:
            if page.original != self._blob or page.number < self._next:
                self._pages = pages_from(self._files.get(page.original), page.name)
                self._blob, self._next = page.original, 1
            found = None
            while self._next <= page.number:
                found = next(self._pages, None)
                self._next += 1
            return _found(found)


def _found(page: ScannedPage | None) -> ScannedPage:
    if page is None:
        raise NothingScanned
    return page


def _as_said(scanned: ScannedPage, page: Page) -> ScannedPage:
    """The page as the officer cut and turned it."""
    if page.area == WHOLE and not page.turn:
        return scanned
    height, width = scanned.pixels.shape[:2]
    left, top, right, bottom = page.area
    part = scanned.pixels[
        round(top * height) : round(bottom * height), round(left * width) : round(right * width)
    ]
    pixels = np.ascontiguousarray(np.rot90(part, -(page.turn or 0) // 90))
    # Its words stood where they stood on the whole, upright page: what is left is a picture to be read.
    return replace(scanned, pixels=pixels, original=b"", own_text=None)


def _turned(done: DigitisedPage, degrees: int) -> DigitisedPage:
    """A finished page turned clockwise with its words; the same one for no turn."""
    degrees %= 360
    if not degrees:
        return done
    image = Image.open(io.BytesIO(done.jpeg)).rotate(-degrees, expand=True)
    packed = io.BytesIO()
    image.save(packed, "JPEG", quality=_JPEG_QUALITY)

    def moved(word: Word) -> Word:
        left, top, right, bottom = word.box
        match degrees:
            case 90:
                box = (done.height - bottom, left, done.height - top, right)
            case 180:
                box = (done.width - right, done.height - bottom, done.width - left, done.height - top)
            case _:
                box = (top, done.width - right, bottom, done.width - left)
        return replace(word, box=box)

    text = PageText(tuple(replace(line, words=tuple(map(moved, line.words))) for line in done.text.lines))
    return replace(
        done,
        jpeg=packed.getvalue(),
        width=image.width,
        height=image.height,
        rotation=0,
        text=text,
        layers=None,
        pieces=None,
    )


def _readings(made: Digitised, component: str, paper_name: str) -> dict[str, Reading]:
    return {
        read.name: Reading(
            value="" if read.is_handwritten else read.value,
            source=Source.PAPER,
            by=paper_name,
            confidence=read.confidence,
            is_sure=read.state is FieldState.SURE,
            component=component,
            page=read.page - 1,
            box=read.box,
            is_handwritten=read.is_handwritten,
        )
        for read in made.fields
    }
