"""One open visit on the window's side: its session, and what runs for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from app.domain.people import PersonQuery
from app.workflow.intake import IntakeSession
from app.workflow.reusing import ReuseQuestion


@dataclass
class OpenVisit:
    """Lives on the window's thread; others only ask whether they should stop."""

    session: IntakeSession
    touched_at: datetime
    #: The login of whose visit it is; None for one from before officers.
    officer: str | None = None
    is_closed: bool = False
    stopped_feeds: set[str] = field(default_factory=set)
    #: Counted up when the officer stops reading: what began before that stops.
    stops: int = 0
    #: Whom the register was asked about besides the applicant, and of these, whom it could not be asked about.
    asked_about: set[PersonQuery] = field(default_factory=set)
    unanswered: set[PersonQuery] = field(default_factory=set)
    #: Which papers were looked for that need not be brought.
    asked_for_papers: ReuseQuestion | None = None

    def is_feed_stopped(self, feed_id: str) -> bool:
        """Whether a feed should ask for no further page."""
        return self.is_closed or feed_id in self.stopped_feeds

    def is_reading_stopped(self, stops: int, sheet: str) -> bool:
        """Whether a sheet need not be read any more: stopped, or no page shows it now."""
        pages = (p for pages in self.session.visit.papers.values() for p in pages)
        return self.is_closed or self.stops != stops or all(p.sheet != sheet for p in pages)
