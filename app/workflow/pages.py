"""A page of a paper: its untouched original, what the officer said about it, and what was made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from uuid6 import uuid7

from app.workflow.errors import WorkflowError

Area = tuple[float, float, float, float]
"""Left, top, right, bottom as shares of the original as it came."""
WHOLE: Area = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True)
class Page:
    """One page of a paper. `key` stays with it through every turn and move; a half has the key of the whole
    before its dot."""

    key: str
    feed: str
    name: str  # of the file it came in, for its type only
    original: str  # blob of the untouched bytes
    sha256: str  # of those bytes
    number: int  # its place in that file, from 1
    turn: int | None = None  # degrees clockwise, said by the officer; None: as the reading finds it upright
    area: Area = WHOLE
    is_aside: bool | None = None  # said by the officer; None: aside when it is blank

    @property
    def sheet(self) -> str:
        """Names what is to be read: the same original, area and turn are never read twice."""
        area = "" if self.area == WHOLE else ",".join(f"{edge:g}" for edge in self.area)
        return f"{self.original}/{self.number}/{'' if self.turn is None else self.turn}/{area}"

    @classmethod
    def from_json(cls, table: Mapping[str, Any]) -> Page:
        left, top, right, bottom = table["area"]
        return cls(**{**table, "area": (left, top, right, bottom)})


@dataclass(frozen=True)
class FinishedPage:
    """What reading made of a sheet: `blob` holds its picture and words, `advice` what should be mended."""

    blob: str
    width: int
    height: int
    rotation: int  # degrees clockwise from the original to what is shown
    is_blank: bool
    advice: tuple[str, ...] = ()


Papers = Mapping[str, tuple[Page, ...]]
"""The pages of each component, in order; a component without pages is not there."""


def keeps(page: Page, finished: Mapping[str, FinishedPage]) -> bool:
    """True for a page that goes into the paper; one that is not read yet counts as such."""
    if page.is_aside is not None:
        return not page.is_aside
    done = finished.get(page.sheet)
    return done is None or not done.is_blank


def find_page(papers: Papers, key: str) -> tuple[str, int]:
    """Where a page stands: its component and its place there; WorkflowError when it is gone."""
    for component, pages in papers.items():
        for index, page in enumerate(pages):
            if page.key == key:
                return component, index
    raise WorkflowError("Trang này không còn trong lượt; hãy chọn lại trang.")


def with_pages(papers: Papers, component: str, pages: tuple[Page, ...]) -> Papers:
    """The papers with other pages for one component."""
    changed = {**papers, component: pages}
    return {code: held for code, held in changed.items() if held}


class FeedUse(StrEnum):
    """Where the pages of a feed go."""

    APPEND = "append"
    AFTER = "after"
    BEFORE = "before"
    INSTEAD = "instead"
    BACKS_TURNED_OVER = "backs_turned_over"
    BACKS_IN_ORDER = "backs_in_order"


@dataclass(frozen=True)
class Landing:
    """Where new pages go: `page` is the one they go after, before or instead of."""

    use: FeedUse = FeedUse.APPEND
    page: str = ""


@dataclass(frozen=True)
class Feed:
    """Pages arriving one by one. Saved as a draft of its own with each page, so that a crash forgets none."""

    feed_id: str
    visit_id: str
    component: str
    landing: Landing = Landing()
    keeps_blank: bool = False
    pages: tuple[Page, ...] = ()

    @classmethod
    def begin(
        cls, visit_id: str, component: str, landing: Landing | None = None, keeps_blank: bool = False
    ) -> Feed:
        """A feed before its first page."""
        return cls(str(uuid7()), visit_id, component, landing or Landing(), keeps_blank)

    def with_page(self, name: str, original: str, sha256: str, number: int) -> Feed:
        """The feed with one page more."""
        page = Page(
            key=str(uuid7()),
            feed=self.feed_id,
            name=name,
            original=original,
            sha256=sha256,
            number=number,
            is_aside=False if self.keeps_blank else None,
        )
        return replace(self, pages=(*self.pages, page))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, table: Mapping[str, Any]) -> Feed:
        landing = Landing(FeedUse(table["landing"]["use"]), table["landing"]["page"])
        pages = tuple(Page.from_json(p) for p in table["pages"])
        return cls(**{**table, "landing": landing, "pages": pages})


def is_feed(body: Mapping[str, Any]) -> bool:
    """Tells a feed's draft from a visit's."""
    return "feed_id" in body


_BESIDE = (FeedUse.AFTER, FeedUse.BEFORE, FeedUse.INSTEAD)


def with_arrived(papers: Papers, feed: Feed, page: Page) -> Papers:
    """The papers with a page that has just arrived: behind the last of its feed, or where the feed is to land."""
    pages = papers.get(feed.component, ())
    own = [index for index, held in enumerate(pages) if held.feed == feed.feed_id]
    if own:
        return with_pages(papers, feed.component, _inserted(pages, own[-1] + 1, page))
    there = next((i for i, held in enumerate(pages) if held.key == feed.landing.page), None)
    if there is None or feed.landing.use not in _BESIDE:
        return with_pages(papers, feed.component, (*pages, page))
    match feed.landing.use:
        case FeedUse.BEFORE:
            return with_pages(papers, feed.component, _inserted(pages, there, page))
        case FeedUse.INSTEAD:
            return with_pages(papers, feed.component, (*pages[:there], page, *pages[there + 1 :]))
    return with_pages(papers, feed.component, _inserted(pages, there + 1, page))


def _inserted(pages: tuple[Page, ...], index: int, page: Page) -> tuple[Page, ...]:
    return (*pages[:index], page, *pages[index:])
