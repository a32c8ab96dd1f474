"""Everything the counter window asks of the program; nothing else reaches it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from app.faces.counter.officers_desk import OfficersDesk
from app.workflow.page_edits import PageEdit
from app.workflow.pages import Landing
from app.workflow.views import AcceptedView, LineView, ParkedVisit, ProfileView, QueueRow, VisitView

#: Called with None when a thing is done, or with the sentence that says why not.
Done = Callable[[str | None], None]


class Desk(Protocol):
    """The counter's side of the workflow. Every call returns at once; slow ones answer through `done`,
    and `done` as well as the listeners are called on the window's thread."""

    agency_name: str
    agency_parent: str
    counter_name: str

    @property
    def officer_name(self) -> str: ...

    @property
    def officer_role(self) -> str: ...

    @property
    def officers(self) -> OfficersDesk:
        """Who sits here, and who may."""
        ...

    def subscribe(self, listener: Callable[[str], None]) -> None:
        """`listener` hears a visit's id when its view has changed, "" for line, queue and devices."""
        ...

    def now(self) -> datetime:
        """The station's corrected time."""
        ...

    def visits(self) -> tuple[ParkedVisit, ...]:
        """All open visits that are shown to who sits here, in the order of their tabs."""
        ...

    def view(self, visit_id: str) -> VisitView:
        """A visit as it stands."""
        ...

    def new_visit(self) -> str:
        """Open an empty visit; its id."""
        ...

    def close_visit(self, visit_id: str) -> None:
        """Throw a visit away; the window asks first where it is not empty."""
        ...

    def park(self, visit_id: str) -> None:
        """Put a visit aside; it is saved already."""
        ...

    def accept_card(self, visit_id: str, text: str, done: Done) -> None:
        """Take the text of a card's QR as the applicant's."""
        ...

    def procedures(self, words: str) -> tuple[tuple[str, str], ...]:
        """Code and name of the procedures that fit the words, best first; all of them for no words."""
        ...

    def choose_procedure(self, visit_id: str, code: str) -> None: ...

    def choose_case(self, visit_id: str, case_code: str) -> None: ...

    def mark_shown(self, visit_id: str, component_code: str) -> None:
        """The officer has seen the original of a paper that is only shown."""
        ...

    def profiles(self, visit_id: str, component_code: str) -> tuple[ProfileView, ...]:
        """The ways to scan this paper, one of them the usual."""
        ...

    def scan(
        self,
        visit_id: str,
        component_code: str,
        done: Done,
        landing: Landing | None = None,
        profile: str = "",
    ) -> None:
        """Scan pages of a paper, in the usual way or a named one; each shows in the view as it comes.

        `landing` says where they go, at the end where it is left out. `done` hears when no more come, and
        once more when one of them could not be read.
        """
        ...

    def attach(self, visit_id: str, component_code: str, paths: list[Path], done: Done) -> None:
        """Take files as pages of a paper; a broken one is told and the others are taken."""
        ...

    def paste(self, visit_id: str, component_code: str, picture: bytes, done: Done) -> None:
        """Take a picture (PNG or JPEG) as a page of a paper."""
        ...

    def cancel_scan(self, visit_id: str) -> None:
        """Stop the feeder, or the reading where no feeder runs; pages that came stay."""
        ...

    def edit_page(self, visit_id: str, edit: PageEdit) -> str | None:
        """Turn, move, cut, remove ... a page. None: done; else why not."""
        ...

    def undo(self, visit_id: str) -> str | None:
        """Take back the last edit of pages. None: done; else why not."""
        ...

    def redo(self, visit_id: str) -> str | None: ...

    def read_again(self, visit_id: str, page: str) -> None:
        """Try a page (by its key) once more that could not be read."""
        ...

    def confirm(self, visit_id: str, field: str) -> str | None:
        """Keep a field's value. None: kept; else the question to show in place, a second call keeps it."""
        ...

    def enter(self, visit_id: str, field: str, value: str) -> str | None:
        """Type a field's value, as people write it. None: taken; else what is wrong with it."""
        ...

    def take_suggestion(self, visit_id: str, field: str) -> None: ...

    def set_rows(self, visit_id: str, group: str, count: int) -> None:
        """How many rows a table of the declaration has."""
        ...

    def unlock(self, visit_id: str, field: str, reason: str) -> None: ...

    def page_image(self, visit_id: str, picture: str) -> bytes | None:
        """PNG or JPEG that a PageView names; None while it is not there yet."""
        ...

    def accept(self, visit_id: str, done: Callable[[AcceptedView | str], None]) -> None:
        """Seal the dossier: `done` hears it once it is durable, or the sentence that says why not."""
        ...

    def print_state(self, key: str) -> tuple[str, str, float | None]:
        """'printing', 'printed', 'problem' or 'waiting'; the sentence; the share done where it is known."""
        ...

    def print_again(self, key: str) -> None: ...

    def sync_state(self, key: str) -> QueueRow | None: ...

    def line(self) -> LineView: ...

    def queue(self) -> tuple[QueueRow, ...]: ...

    def find(self, words: str, done: Callable[[tuple[QueueRow, ...]], None]) -> None:
        """Dossiers of any age on this machine, by code, number or name without tone marks; the newest first."""
        ...

    def look(self, key: str) -> None:
        """Somebody opens this dossier or visit: noted, where it is another officer's."""
        ...

    def pin(self, key: str) -> None:
        """Keeps one that was found among the rows of `queue`, until the next."""
        ...

    def sync_now(self) -> None: ...

    def retry(self, key: str) -> None:
        """Send again what waited for an officer."""
        ...

    def choose_side(self, key: str, keeps_ours: bool) -> None:
        """Goes on with one of two versions where both sides changed a dossier."""
        ...

    def devices(self) -> tuple[tuple[str, str, bool], ...]:
        """Name ("Máy quét", "Máy in", "Đầu đọc"), state in words, whether it is well."""
        ...
