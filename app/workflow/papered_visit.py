"""The papers of a visit in progress: pages arrive, are read, put in order and put together.

Plain and quick like all of a session: no device, no disk. What `papers.Papers` brings is taken up here.
"""

from __future__ import annotations

from dataclasses import replace

from app.domain.procedure import Procedure
from app.workflow.counter import Counter
from app.workflow.errors import WorkflowError
from app.workflow.page_edits import PageEdit, PageHistory, edited, with_backs
from app.workflow.pages import Feed, FeedUse, FinishedPage, Page, Papers, keeps, with_arrived
from app.workflow.views import Blocker, BlockerKind
from app.workflow.visit import ScannedDocument, Visit
from scanning.stacking import UnevenStacks


class PaperedVisit:
    """A visit with its papers; each change makes a new frozen Visit."""

    def __init__(self, counter: Counter, visit: Visit) -> None:
        self.counter = counter
        self.visit = visit
        self.history = PageHistory()
        self._procedure: Procedure | None = None
        #: Feeds that run just now, by their component; a crash ends them, so they are no part of the visit.
        self.feeding: dict[str, str] = {}
        #: Why a sheet could not be read; it is tried again at the next start.
        self.unread: dict[str, str] = {}
        #: Why a component's pages could not be put together.
        self.unjoined: dict[str, str] = {}

    @property
    def procedure(self) -> Procedure:
        """The chosen procedure; WorkflowError before one is chosen."""
        if self.visit.procedure is None:
            raise WorkflowError("Chưa chọn thủ tục; hãy chọn thủ tục trước (F3).")
        if self._procedure is None or str(self._procedure.code) != self.visit.procedure:
            # By the day the visit began: an import meanwhile does not change the rules under it.
            self._procedure = self.counter.procedure(self.visit.procedure, self.visit.begun_at.date())
        return self._procedure

    def begin_feed(self, feed: Feed) -> None:
        """Pages are about to arrive; one feed at a time for each component."""
        paper = self.procedure.component(feed.component)
        if feed.component in self.feeding.values():
            raise WorkflowError(f"Đang quét “{paper.name}”; chờ máy quét xong rồi quét tiếp.")
        self.feeding[feed.feed_id] = feed.component

    def take_page(self, feed: Feed, page: Page) -> None:
        """A page is safe on disk and named by its feed; now the paper has it."""
        before = self.visit.papers
        self.history.note_arrival(before, feed, page)
        self._take_papers(with_arrived(before, feed, page))

    def end_feed(self, feed: Feed) -> str | None:
        """No more pages come; gives back the sentence where backs do not fit their fronts."""
        self.feeding.pop(feed.feed_id, None)
        self.history.end_feed(feed.feed_id)
        here = {p.feed for p in self.visit.papers.get(feed.component, ())}
        self.visit = replace(self.visit, cut_feeds=self.visit.cut_feeds - here)
        if feed.landing.use in (FeedUse.BACKS_TURNED_OVER, FeedUse.BACKS_IN_ORDER) and feed.feed_id in here:
            try:
                self._take_papers(with_backs(self.visit.papers, feed))
            except UnevenStacks as uneven:
                return str(uneven)
        return None

    def recover(self, feed: Feed) -> None:
        """A crash ended this feed: pages that the visit does not know yet come back, none of them twice."""
        known = {page.key.partition(".")[0] for pages in self.visit.papers.values() for page in pages}
        for page in feed.pages:
            if page.key not in known:
                self._take_papers(with_arrived(self.visit.papers, feed, page))
        if feed.pages:
            self.visit = replace(self.visit, cut_feeds=self.visit.cut_feeds | {feed.feed_id})

    def given_again(self, component: str) -> frozenset[tuple[str, int]]:
        """Original and number of pages that came just before a crash: a folder may give them once more."""
        pages = self.visit.papers.get(component, ())
        return frozenset((p.original, p.number) for p in pages if p.feed in self.visit.cut_feeds)

    def edit_pages(self, edit: PageEdit) -> None:
        """Turns, moves, removes, cuts or sets aside; WorkflowError with one sentence where it cannot be."""
        if edit.component:
            self.procedure.component(edit.component)
        changed = edited(self.visit.papers, self.visit.finished, edit)
        self.history.note(self.visit.papers)
        self._take_papers(changed)

    def undo(self) -> None:
        """The pages as they were before the last edit; what the officer said about fields stays."""
        self._refuse_while_feeding()
        self._take_papers(self.history.undo(self.visit.papers))

    def redo(self) -> None:
        """The last undone edit once more."""
        self._refuse_while_feeding()
        self._take_papers(self.history.redo(self.visit.papers))

    def sheets_to_read(self) -> tuple[Page, ...]:
        """Pages that nobody has read yet, one for each sheet, in the order of the papers."""
        wanted: dict[str, Page] = {}
        for pages in self.visit.papers.values():
            for page in pages:
                is_known = page.sheet in self.visit.finished or page.sheet in self.unread
                if not is_known and not page.is_aside:
                    wanted.setdefault(page.sheet, page)
        return tuple(wanted.values())

    def take_finished(self, sheet: str, done: FinishedPage) -> None:
        """A sheet was read."""
        self.unread.pop(sheet, None)
        self.visit = replace(self.visit, finished={**self.visit.finished, sheet: done})
        self._take_papers(self.visit.papers)

    def read_again(self, key: str) -> None:
        """The officer wants what could not be read or put together to be tried once more."""
        self.unjoined.clear()
        for page in (p for pages in self.visit.papers.values() for p in pages if p.key == key):
            self.unread.pop(page.sheet, None)

    def papers_to_put_together(self) -> tuple[str, ...]:
        """Components whose pages are all read and whose document is not made of them."""
        visit = self.visit
        return tuple(
            code
            for code in visit.papers
            if code not in self.feeding.values()
            and code not in self.unjoined
            and not visit.is_put_together(code)
            and (kept := visit.kept_pages(code))
            and all(p.sheet in visit.finished for p in kept)
        )

    def take_document(self, component: str, document: ScannedDocument) -> None:
        """Pages were put together: their values join the declaration.

        A document of pages that have been changed since is left aside.
        """
        if document.made_of == tuple(p.sheet for p in self.visit.kept_pages(component)):
            self.visit = replace(self.visit, documents={**self.visit.documents, component: document})

    def _take_papers(self, papers: Papers) -> None:
        self.unjoined.clear()
        documents = {
            code: document
            for code, document in self.visit.documents.items()
            if any(keeps(page, self.visit.finished) for page in papers.get(code, ()))
        }
        self.visit = replace(self.visit, papers=papers, documents=documents)

    def _refuse_while_feeding(self) -> None:
        if self.feeding:
            raise WorkflowError("Đang quét; chờ máy quét xong, hoặc nhấn Esc để dừng, rồi hoàn tác.")

    def paper_blockers(self) -> list[Blocker]:
        """Pages that arrive or are read, and those that could not be read."""
        found: list[Blocker] = []
        for code in self.feeding.values():
            found.append(Blocker(BlockerKind.SCANNING, code, "Đang quét giấy, chờ một lát."))
        for code, pages in self.visit.papers.items():
            unread = [
                number
                for number, page in enumerate(pages, 1)
                if page.sheet in self.unread and keeps(page, self.visit.finished)
            ]
            name = self.procedure.component(code).name
            if code in self.unjoined:
                found.append(Blocker(BlockerKind.PAGE, code, self.unjoined[code]))
            elif unread:
                text = f"Trang {unread[0]} của “{name}” chưa đọc được: đọc lại, quét lại hoặc bỏ trang này."
                found.append(Blocker(BlockerKind.PAGE, code, text))
            elif not self.visit.is_put_together(code) and not self.feeding:
                found.append(Blocker(BlockerKind.SCANNING, code, "Đang đọc giấy, chờ một lát."))
        return found
