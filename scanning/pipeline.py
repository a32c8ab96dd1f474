"""From paper to text, fields and an archive file: the steps are functions, their order stands in `digitise`."""

import hashlib
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from scanning.boxed import grids_on, with_boxed_digits
from scanning.cards import CardReading, parse_card_text
from scanning.cleanup import as_it_is, clean, resized, seems_upside_down, turned_page
from scanning.codes import codes_in, codes_in_patiently, machine_readable_zones
from scanning.digitised import Digitised, is_whole
from scanning.documents import pages_in
from scanning.drivers.folder import FolderSource
from scanning.errors import Cancelled, NotACard, NothingScanned, WrongCheckDigit
from scanning.handwriting import judged, pieces_on
from scanning.ink_pieces import InkPieces
from scanning.layers import layers_of
from scanning.layout import in_reading_order
from scanning.ocr import never, read_words, upright_turn
from scanning.pages import (
    CleanPage,
    DigitisedPage,
    FoundCode,
    PageText,
    Pixels,
    ScannedPage,
    TextLine,
    Word,
)
from scanning.pdf import searchable_pdf
from scanning.raster import give_back_memory
from scanning.readers import UNKNOWN, likely_kind, read
from scanning.readers.citizen_card import KIND as CITIZEN_CARD
from scanning.readers.papers import ReadPage
from scanning.spelling import mended_words

Progress = Callable[[str, int, int], None]
"""Called with the step's name, pages done, pages known so far."""

# The engine reads in processes of its own; each page in work is also held in memory at full size.
PAGES_AT_ONCE = max(1, min(4, os.cpu_count() or 1))
# Pages go side by side: OpenCV's own threads would only fight for the same cores.
cv2.setNumThreads(1)

_PHOTO_DPI = 300
_ENGINE_DPI = 300
"""Finer pictures are only slower. At 200 to 270 running text is read a little better and fields a little worse."""
_PRINTED_CONFIDENCE = 0.9
_UPRIGHT_CONFIDENCE = 0.78
_JPEG_QUALITY = 82


@dataclass(frozen=True, slots=True)
class _Finished:
    name: str
    page: DigitisedPage
    original: bytes
    """Of a born-digital page: only such a file can be its own archive file."""
    timings_s: dict[str, float]


def digitise(
    source: Path | Iterable[ScannedPage],
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] = never,
    pages_at_once: int = PAGES_AT_ONCE,
    keeps_pictures: bool = True,
) -> Digitised:
    """Cleans, reads and archives one document: a file, a folder of pages or pages fresh from a device.

    Pages are asked for one by one, as they are worked on. Without `keeps_pictures` they come back without their
    pictures, which are in the archive file only. Raises ScanError; whatever happens, the originals are not touched.
    """
    started = time.perf_counter()
    name, scanned = _opened(source)
    pages: list[DigitisedPage] = []
    timings: dict[str, float] = {}
    original = b""
    for finished in _finished_pages(scanned, progress, cancelled, pages_at_once, keeps_pictures):
        pages.append(finished.page)
        name = name or finished.name
        original = original or finished.original
        _add(timings, finished.timings_s)
    give_back_memory()
    if isinstance(source, Path) and pages and is_whole(pages):
        original = _original(source)
        if hashlib.sha256(original).hexdigest() != pages[0].sha256:
            # Written anew since it was read.
            original = b""
    made = _assembled(name, pages, original, keeps_pictures)
    _add(timings, made.timings_s)
    timings["total"] = time.perf_counter() - started
    return replace(made, timings_s={step: round(seconds, 3) for step, seconds in timings.items()})


def assembled(name: str, pages: Sequence[DigitisedPage], original: bytes = b"") -> Digitised:
    """One document of finished pages: kind, fields and archive file anew, without reading a page again.

    `original` is the untouched file that the pages came from, where they came from one: a born-digital PDF that
    is still whole and in order is its own archive file, byte for byte, so that its signatures stay valid. Raises
    NothingScanned for no page.
    """
    return _assembled(name, list(pages), original, keeps_pictures=True)


def _assembled(name: str, pages: list[DigitisedPage], original: bytes, keeps_pictures: bool) -> Digitised:
    """Without `keeps_pictures` each page of the list loses its own once it is in the archive file."""
    if not pages:
        raise NothingScanned
    started = time.perf_counter()
    reading = read([ReadPage(page.text, page.codes, page.width, page.height) for page in pages])
    fields = judged(
        reading.fields, reading.zones, [page.text for page in pages], [page.pieces for page in pages]
    )
    if original and is_whole(pages):
        archive = original
    else:
        given = pages if keeps_pictures else _giving_pictures_away(pages)
        archive = searchable_pdf(given, Path(name).stem)
    timings = {"pdf": time.perf_counter() - started}
    return Digitised(name, reading.kind, reading.confidence, fields, tuple(pages), archive, timings)


def _giving_pictures_away(pages: list[DigitisedPage]) -> Iterator[DigitisedPage]:
    for place, page in enumerate(pages):
        pages[place] = replace(page, jpeg=b"", layers=None)
        yield page


def digitise_page(page: ScannedPage, *, cancelled: Callable[[], bool] = never) -> DigitisedPage:
    """One page alone, for showing it while the next is still in the feeder."""
    return _finished(page, cancelled).page


def identify(source: Path | ScannedPage) -> CardReading | None:
    """Who the card in the picture belongs to, from its QR code or the zone on its back; None without either.

    Raises NotACard where the only codes are of another kind and WrongCheckDigit where the zone was misread.
    """
    pages = pages_in(source) if isinstance(source, Path) else iter([source])
    refusal: Exception | None = None
    for page in pages:
        for code in codes_in(page.pixels) or codes_in_patiently(page.pixels):
            try:
                return parse_card_text(code.text)
            except NotACard as error:
                refusal = error
        for ink, dpi in _views_of_zone(page):
            for zone in machine_readable_zones(ink, dpi):
                try:
                    return parse_card_text(zone)
                except (WrongCheckDigit, NotACard) as error:
                    refusal = error
            if isinstance(refusal, WrongCheckDigit):
                break
    if refusal is not None:
        raise refusal
    return None


def _views_of_zone(page: ScannedPage) -> Iterator[tuple[Pixels, int]]:
    """A card's back as photographed, then, where no zone shows, as cleaned: some backs only lie level then."""
    yield cv2.cvtColor(page.pixels, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False), page.dpi or _PHOTO_DPI
    cleaned = clean(page)
    for turn in (0, 180):
        yield turned_page(cleaned, turn).ink, cleaned.ink_dpi


def _opened(source: Path | Iterable[ScannedPage]) -> tuple[str, Iterator[ScannedPage]]:
    """The document's name, empty where its first page has to tell it, and its pages."""
    if not isinstance(source, Path):
        return "", iter(source)
    if source.is_dir():
        files = FolderSource(source).files()
        return source.name, (page for path in files for page in pages_in(path, with_original=False))
    return source.name, pages_in(source, with_original=False)


def _original(source: Path) -> bytes:
    """The only file of the source; empty where there are several."""
    files = FolderSource(source).files() if source.is_dir() else [source]
    return files[0].read_bytes() if len(files) == 1 else b""


def _finished_pages(
    scanned: Iterable[ScannedPage],
    progress: Progress | None,
    cancelled: Callable[[], bool],
    pages_at_once: int,
    keeps_pictures: bool,
) -> Iterator[_Finished]:
    """Pages in order; a few in work and one more opened are in memory at full size, however long one of them takes."""
    done = opened = 0
    order: deque[Future[_Finished]] = deque()

    def next_done() -> _Finished:
        nonlocal done
        finished = order.popleft().result()
        done += 1
        if progress:
            progress("read", done, opened)
        return finished

    with ThreadPoolExecutor(pages_at_once, "scanning") as pool:
        try:
            for page in scanned:
                opened += 1
                order.append(pool.submit(_finished_and_gone, [page], cancelled, keeps_pictures))
                del page
                in_work = [task for task in order if not task.done()]
                if len(in_work) > pages_at_once:
                    wait(in_work, return_when=FIRST_COMPLETED)
                while order and order[0].done():
                    yield next_done()
            while order:
                yield next_done()
        finally:
            for task in order:
                task.cancel()


def _finished_and_gone(
    only: list[ScannedPage], cancelled: Callable[[], bool], keeps_picture: bool
) -> _Finished:
    """The page leaves the list: what waits for the answer must not keep it in memory at full size."""
    return _finished(only.pop(), cancelled, keeps_picture)


def _finished(page: ScannedPage, cancelled: Callable[[], bool], keeps_picture: bool = True) -> _Finished:
    clock = _Clock(cancelled)
    pieces: InkPieces | None = None
    if page.own_text is not None:
        cleaned, text = as_it_is(page), page.own_text
        kind = likely_kind(text)
    else:
        cleaned = clean(page)
        clock.lap("clean")
        cleaned, text = _read_upright(cleaned, cancelled)
        clock.lap("ocr")
        kind = likely_kind(text)
        # Only fields can be written by hand; a page that reads badly may still be a form.
        if not cleaned.blank and (text.confidence < _PRINTED_CONFIDENCE or kind != UNKNOWN):
            grids = grids_on(cleaned)
            text = with_boxed_digits(text, cleaned, grids, cancelled=cancelled)
            pieces = pieces_on(cleaned, grids)
        clock.lap("handwriting")
    codes = _codes_on(cleaned, kind)
    clock.lap("codes")
    layers = None if page.own_text is not None else layers_of(cleaned.picture, cleaned.dpi)
    jpeg = _as_jpeg(cleaned.picture) if keeps_picture or layers is None else b""
    clock.lap("pack")
    height, width = cleaned.picture.shape[:2]
    made = DigitisedPage(
        jpeg=jpeg,
        width=width,
        height=height,
        dpi=cleaned.dpi,
        rotation=cleaned.rotation,
        skew=cleaned.skew,
        blank=cleaned.blank,
        verdicts=cleaned.verdicts,
        text=text,
        sha256=page.sha256,
        codes=codes,
        layers=layers,
        pieces=pieces,
        number=page.number,
        pages_in_file=page.pages_in_file,
        is_born_digital=page.own_text is not None,
    )
    original = page.original if page.own_text is not None else b""
    return _Finished(page.name, made, original, clock.laps_s)


def _as_jpeg(picture: Pixels) -> bytes:
    bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[1].tobytes()


def _read_upright(page: CleanPage, cancelled: Callable[[], bool]) -> tuple[CleanPage, PageText]:
    """Reads the page as it lies; only where that makes little sense is it asked how to turn it.

    Most pages lie right, and the question costs as much as half a reading.
    """
    if page.blank:
        return page, PageText(())
    if seems_upside_down(page.ink):
        page = turned_page(page, 180)
    text = _read(page, cancelled)
    if text.confidence >= _UPRIGHT_CONFIDENCE:
        return page, text
    turn = upright_turn(page.ink, page.ink_dpi, cancelled=cancelled)
    if turn == 0:
        return page, text
    if turn is None:
        turn = 180
    other = turned_page(page, turn)
    other_text = _read(other, cancelled)
    return (other, other_text) if other_text.confidence > text.confidence else (page, text)


def _read(page: CleanPage, cancelled: Callable[[], bool]) -> PageText:
    shrink = min(1.0, _ENGINE_DPI / page.ink_dpi)
    ink = resized(page.ink, shrink)
    text = read_words(ink, round(page.ink_dpi * shrink), cancelled=cancelled)
    height, width = ink.shape
    ordered = mended_words(in_reading_order(text, width, height))
    return _in_picture_pixels(ordered, page.dpi / page.ink_dpi / shrink)


def _in_picture_pixels(text: PageText, scale: float) -> PageText:
    if scale == 1.0:
        return text

    def moved(word: Word) -> Word:
        left, top, right, bottom = (round(edge * scale) for edge in word.box)
        return replace(word, box=(left, top, right, bottom))

    return PageText(tuple(TextLine(tuple(map(moved, line.words))) for line in text.lines))


def _codes_on(page: CleanPage, kind: str) -> tuple[FoundCode, ...]:
    """One quick look on every page, a patient one only where a card seems to lie."""
    found = codes_in(page.picture)
    if found:
        return found
    return codes_in_patiently(page.picture) if kind.startswith(CITIZEN_CARD) else ()


class _Clock:
    """Laps of one page's work; each lap is also a place to stop."""

    def __init__(self, cancelled: Callable[[], bool]) -> None:
        self._cancelled = cancelled
        self._last = time.perf_counter()
        self.laps_s: dict[str, float] = {}

    def lap(self, step: str) -> None:
        now = time.perf_counter()
        self.laps_s[step] = now - self._last
        self._last = now
        if self._cancelled():
            raise Cancelled


def _add(total: dict[str, float], more: dict[str, float]) -> None:
    for step, seconds in more.items():
        total[step] = total.get(step, 0.0) + seconds
