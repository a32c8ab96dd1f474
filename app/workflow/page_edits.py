"""What an officer does to pages: each edit makes new papers of old ones; undo goes back, redo forth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from app.workflow.errors import WorkflowError
from app.workflow.pages import (
    Area,
    Feed,
    FeedUse,
    FinishedPage,
    Page,
    Papers,
    find_page,
    with_arrived,
    with_pages,
)
from scanning.stacking import collate

_QUARTER = {"turn_left": -90, "turn_right": 90}


class EditKind(StrEnum):
    """The edits of a page."""

    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    REMOVE = "remove"
    MOVE = "move"
    SPLIT = "split"
    CUT = "cut"
    SET_ASIDE = "set_aside"
    BRING_BACK = "bring_back"


@dataclass(frozen=True)
class PageEdit:
    """One edit. MOVE goes to place `index` of `component`, counted without the moved page; SPLIT takes the page
    and all that follow it to the end of `component`; CUT makes two pages of the page's halves."""

    kind: EditKind
    page: str
    component: str = ""
    index: int = 0


def edited(papers: Papers, finished: Mapping[str, FinishedPage], edit: PageEdit) -> Papers:
    """The papers after an edit; WorkflowError with one sentence where it cannot be done."""
    component, index = find_page(papers, edit.page)
    pages = papers[component]
    page = pages[index]
    before, after = pages[:index], pages[index + 1 :]
    done = finished.get(page.sheet)
    match edit.kind:
        case EditKind.TURN_LEFT | EditKind.TURN_RIGHT:
            turned = replace(page, turn=(_shown_turn(page, done) + _QUARTER[edit.kind]) % 360)
            return with_pages(papers, component, (*before, turned, *after))
        case EditKind.REMOVE:
            return with_pages(papers, component, before + after)
        case EditKind.MOVE:
            left = with_pages(papers, component, before + after)
            there = left.get(edit.component, ())
            place = min(max(edit.index, 0), len(there))
            return with_pages(left, edit.component, (*there[:place], page, *there[place:]))
        case EditKind.SPLIT:
            if edit.component == component:
                raise WorkflowError("Hãy chọn một giấy tờ khác để chuyển các trang này sang.")
            left = with_pages(papers, component, before)
            return with_pages(left, edit.component, (*left.get(edit.component, ()), page, *after))
        case EditKind.CUT:
            if done is None:
                raise WorkflowError("Trang này đang đọc, chờ một lát rồi cắt đôi.")
            return with_pages(papers, component, (*before, *_halves(page, done), *after))
        case EditKind.SET_ASIDE | EditKind.BRING_BACK:
            said = replace(page, is_aside=edit.kind is EditKind.SET_ASIDE)
            return with_pages(papers, component, (*before, said, *after))


def with_backs(papers: Papers, feed: Feed) -> Papers:
    """The papers once all backs have come: each behind its front, the stack that came last before them.

    Raises UnevenStacks; then both stacks stay as they came.
    """
    pages = papers.get(feed.component, ())
    backs = [p for p in pages if p.feed == feed.feed_id]
    # Ids of feeds are in the order of time.
    last = max((p.feed for p in pages if p.feed < feed.feed_id), default="")
    fronts = [p for p in pages if p.feed == last]
    is_reversed = feed.landing.use is FeedUse.BACKS_TURNED_OVER
    pairs = collate(fronts, backs, are_backs_reversed=is_reversed)
    back_of = dict(zip((p.key for p in pairs[::2]), pairs[1::2], strict=True))
    rest = [p for p in pages if p.feed != feed.feed_id]
    paired = [each for p in rest for each in ((p, back_of[p.key]) if p.key in back_of else (p,))]
    return with_pages(papers, feed.component, tuple(paired))


def _shown_turn(page: Page, done: FinishedPage | None) -> int:
    """Degrees clockwise from the original to what the officer sees."""
    if page.turn is not None:
        return page.turn
    return done.rotation if done is not None else 0


def _halves(page: Page, done: FinishedPage) -> tuple[Page, Page]:
    """Left and right of a page that lies wide, upper and lower of one that stands."""
    turn = _shown_turn(page, done)
    is_wide = done.width > done.height
    seen: tuple[Area, Area] = (
        ((0.0, 0.0, 0.5, 1.0), (0.5, 0.0, 1.0, 1.0))
        if is_wide
        else ((0.0, 0.0, 1.0, 0.5), (0.0, 0.5, 1.0, 1.0))
    )
    first, second = (
        replace(page, key=f"{page.key}.{number}", turn=turn, area=_within(page.area, _as_came(part, turn)))
        for number, part in enumerate(seen, 1)
    )
    return first, second


def _as_came(seen: Area, turn: int) -> Area:
    """A part of the page as it is seen, in shares of the page before it was turned clockwise."""
    left, top, right, bottom = seen
    match turn % 360:
        case 90:
            return (top, 1 - right, bottom, 1 - left)
        case 180:
            return (1 - right, 1 - bottom, 1 - left, 1 - top)
        case 270:
            return (1 - bottom, left, 1 - top, right)
    return seen


def _within(area: Area, part: Area) -> Area:
    left, top, right, bottom = area
    wide, high = right - left, bottom - top
    return (
        left + part[0] * wide,
        top + part[1] * high,
        left + part[2] * wide,
        top + part[3] * high,
    )


class PageHistory:
    """The papers as they were before each edit, and after those that were undone. A whole feed is one step."""

    def __init__(self) -> None:
        self._past: list[Papers] = []
        self._future: list[Papers] = []
        self._began: dict[str, int] = {}

    def note(self, before: Papers) -> None:
        """An edit is about to be made."""
        self._past.append(before)
        self._future.clear()

    def note_arrival(self, before: Papers, feed: Feed, page: Page) -> None:
        """A page arrives: undoing what was edited meanwhile must not take it away."""
        if feed.feed_id not in self._began:
            self.note(before)
            self._began[feed.feed_id] = len(self._past)
            return
        began = self._began[feed.feed_id]
        self._past[began:] = [with_arrived(papers, feed, page) for papers in self._past[began:]]
        self._future.clear()

    def end_feed(self, feed_id: str) -> None:
        """No more pages of this feed."""
        self._began.pop(feed_id, None)

    def undo(self, now: Papers) -> Papers:
        """The papers before the last step; WorkflowError when there is none."""
        return self._step(self._past, self._future, now, "Không còn việc nào để hoàn tác.")

    def redo(self, now: Papers) -> Papers:
        """The papers after the step that was undone last."""
        return self._step(self._future, self._past, now, "Không có việc nào để làm lại.")

    @staticmethod
    def _step(source: list[Papers], target: list[Papers], now: Papers, otherwise: str) -> Papers:
        if not source:
            raise WorkflowError(otherwise)
        target.append(now)
        return source.pop()
