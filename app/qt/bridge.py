"""The counter's desk on the real workflow: sessions in the window's thread, all the rest away from it.

An IntakeSession is quick and lives on the window's thread. Disk, paper, register and province are
asked through `Tasks`; every change of a visit is saved as its draft, in order, on the database's thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject

from app.domain.errors import DomainError
from app.qt.device_desk import DeviceDesk
from app.qt.officer_desk import OfficerDesk
from app.qt.open_visit import OpenVisit
from app.qt.paper_desk import PaperDesk
from app.qt.queue_desk import QueueDesk
from app.qt.register_desk import RegisterDesk
from app.qt.tasks import Tasks
from app.workflow.access import NotAllowed, SignedIn
from app.workflow.errors import WorkflowError
from app.workflow.intake import IntakeSession
from app.workflow.page_edits import PageEdit, PageHistory
from app.workflow.pages import Landing
from app.workflow.presenting import present, title_of
from app.workflow.sealing import accepted_view, print_receipt
from app.workflow.station import Station
from app.workflow.views import AcceptedView, LineView, ParkedVisit, ProfileView, QueueRow, VisitView
from offline_queue.errors import QueueError
from offline_queue.records import Record
from printing.errors import PrintError
from scanning.errors import ScanError

log = logging.getLogger(__name__)

MENDABLE = (DomainError, WorkflowError, QueueError, PrintError, ScanError, OSError)

Done = Callable[[str | None], None]
T = TypeVar("T")


class StationDesk(QObject):
    """Implements the counter's Desk on a Station."""

    def __init__(self, station: Station, tasks: Tasks, agency_name: str, agency_parent: str) -> None:
        super().__init__()
        self.agency_name = agency_name
        self.agency_parent = agency_parent
        self.counter_name = station.counter.counter_name
        self._station = station
        self._tasks = tasks
        self._listeners: list[Callable[[str], None]] = []
        self._open: dict[str, OpenVisit] = {}
        self._register = RegisterDesk(station, tasks, self._open, self._changed, self._loud)
        self._papers = PaperDesk(
            station,
            tasks,
            self._open,
            changed=self._changed,
            joined=self._register.look_up,
            tell=self._tell,
            sentence=self._sentence,
            loud=self._loud,
        )
        self._looked = ""
        self._last_login = ""
        self.officers = OfficerDesk(
            station,
            tasks,
            entered=self._entered,
            left=self._left,
            changed=lambda: self._tell(""),
            sentence=self._sentence,
            loud=self._loud,
        )
        self._queue = QueueDesk(
            station,
            tasks,
            parent=self,
            while_here=self._while_here,
            heard=self._register.ask_again,
            tell=self._tell,
            loud=self._loud,
        )
        self._devices = DeviceDesk(station, tasks, tell=self._tell, sentence=self._sentence, loud=self._loud)

    def start(self, ready: Callable[[], None]) -> None:
        """Brings back every visit in progress, then `ready`; sync begins by itself."""

        def back() -> None:
            self._queue.refresh()
            self._devices.look()
            ready()
            self._queue.begin()
            self._tasks.run(
                lambda: self._station.counter.finder.widen(self.now().date()), _nothing, self._loud
            )

        self._bring_back(back)

    def stop(self) -> None:
        """No more rounds; what is saved stays saved."""
        self._queue.stop()
        self.officers.end()
        for held in self._open.values():
            held.is_closed = True

    # ---- what the window asks

    def subscribe(self, listener: Callable[[str], None]) -> None:
        self._listeners.append(listener)

    def now(self) -> datetime:
        return self._station.clock.now()

    @property
    def officer_name(self) -> str:
        return self._station.access.officer.full_name

    @property
    def officer_role(self) -> str:
        return self._station.access.officer.position

    def visits(self) -> tuple[ParkedVisit, ...]:
        own = self._station.access.officer.login
        return tuple(
            ParkedVisit(
                visit_id,
                title_of(held.session),
                held.touched_at,
                self.officers.name_of(held.officer) if held.officer != own else "",
            )
            for visit_id, held in self._open.items()
            if self._is_shown(held)
        )

    def view(self, visit_id: str) -> VisitView:
        held = self._open[visit_id]
        if not self._is_shown(held):
            raise NotAllowed("Lượt này của người khác; nó vẫn đang được gác nguyên vẹn.")
        return present(held.session, self.now())

    def new_visit(self) -> str:
        session = self._station.begin()
        login = self._station.access.officer.login
        self._open[session.visit.visit_id] = OpenVisit(session, self.now(), login)
        self._tell(session.visit.visit_id)
        return session.visit.visit_id

    def close_visit(self, visit_id: str) -> None:
        held = self._open.pop(visit_id, None)
        if held is not None:
            held.is_closed = True
            self._tasks.run(lambda: self._station.drop(visit_id), _nothing, self._loud)
            self._papers.forget(visit_id)
            self._tell("")

    def park(self, visit_id: str) -> None:
        self._open[visit_id].touched_at = self.now()
        self._tell(visit_id)

    def procedures(self, words: str) -> tuple[tuple[str, str], ...]:
        return self._station.counter.finder.find(words)

    def accept_card(self, visit_id: str, text: str, done: Done) -> None:
        session = self._open[visit_id].session
        try:
            session.take_card(self._station.read_card(text))
            if session.visit.procedure is None and len(self._station.counter.procedures) == 1:
                # A station with one procedure has nothing to ask.
                session.choose_procedure(next(iter(self._station.counter.procedures)), self.now())
        except MENDABLE as error:
            done(str(error))
            return
        self._changed(visit_id)
        done(None)
        self._register.look_up(visit_id)

    def choose_procedure(self, visit_id: str, code: str) -> None:
        self._open[visit_id].session.choose_procedure(code, self.now())
        self._changed(visit_id)

    def choose_case(self, visit_id: str, case_code: str) -> None:
        self._open[visit_id].session.choose_case(case_code)
        self._changed(visit_id)

    def mark_shown(self, visit_id: str, component_code: str) -> None:
        self._open[visit_id].session.mark_shown(component_code)
        self._changed(visit_id)

    def profiles(self, visit_id: str, component_code: str) -> tuple[ProfileView, ...]:
        return self._station.profiles.views(self._open[visit_id].session.visit.procedure, component_code)

    def scan(
        self,
        visit_id: str,
        component_code: str,
        done: Done,
        landing: Landing | None = None,
        profile: str = "",
    ) -> None:
        self._papers.scan(visit_id, component_code, self._while_here(done), landing or Landing(), profile)

    def attach(self, visit_id: str, component_code: str, paths: list[Path], done: Done) -> None:
        self._papers.attach(visit_id, component_code, paths, self._while_here(done))

    def paste(self, visit_id: str, component_code: str, picture: bytes, done: Done) -> None:
        self._papers.paste(visit_id, component_code, picture, self._while_here(done))

    def cancel_scan(self, visit_id: str) -> None:
        self._papers.stop(visit_id)

    def edit_page(self, visit_id: str, edit: PageEdit) -> str | None:
        return self._papers.edit(visit_id, edit)

    def undo(self, visit_id: str) -> str | None:
        return self._papers.undo(visit_id)

    def redo(self, visit_id: str) -> str | None:
        return self._papers.redo(visit_id)

    def read_again(self, visit_id: str, page: str) -> None:
        self._papers.read_again(visit_id, page)

    def page_image(self, visit_id: str, picture: str) -> bytes | None:
        return self._papers.image(visit_id, picture)

    def confirm(self, visit_id: str, field: str) -> str | None:
        return self._ask(visit_id, lambda session: session.confirm(field))

    def enter(self, visit_id: str, field: str, value: str) -> str | None:
        return self._ask(visit_id, lambda session: session.enter(field, value))

    def set_rows(self, visit_id: str, group: str, count: int) -> None:
        self._open[visit_id].session.set_rows(group, count)
        self._changed(visit_id)

    def take_suggestion(self, visit_id: str, field: str) -> None:
        self._ask(visit_id, lambda session: session.take_suggestion(field))

    def unlock(self, visit_id: str, field: str, reason: str) -> None:
        self._ask(visit_id, lambda session: session.unlock(field, reason))

    def accept(self, visit_id: str, done: Callable[[AcceptedView | str], None]) -> None:
        session = self._open[visit_id].session
        # The paper names who presses the key, also where another began the visit.
        session.counter = self._station.counter
        try:
            dossier = session.finish(self.now())
        except MENDABLE as error:
            done(str(error))
            return

        told = self._while_here(done)

        def seal() -> tuple[Record, AcceptedView]:
            record = self._station.seal(dossier)
            return record, accepted_view(record, print_receipt(record), self._station.codes_left())

        def sealed(result: tuple[Record, AcceptedView]) -> None:
            record, view = result
            self._open.pop(visit_id, None)
            self._papers.forget(visit_id)
            # The window turns to the outcome first: whatever changes next is shown on it.
            told(view)
            self._devices.print(record)
            self._queue.refresh()
            self._queue.send_soon()

        self._tasks.run(seal, sealed, lambda error: told(self._sentence(error)))

    def print_state(self, key: str) -> tuple[str, str, float | None]:
        return self._devices.print_state(key)

    def print_again(self, key: str) -> None:
        self._devices.print_again(key)

    def sync_state(self, key: str) -> QueueRow | None:
        return self._queue.row(key)

    def line(self) -> LineView:
        return self._queue.line

    def queue(self) -> tuple[QueueRow, ...]:
        return self._queue.rows()

    def find(self, words: str, done: Callable[[tuple[QueueRow, ...]], None]) -> None:
        if self.officers.session is not None:
            self._queue.find(words, done)

    def pin(self, key: str) -> None:
        self._queue.pin(key)

    def look(self, key: str) -> None:
        if key != self._looked and self.officers.is_asked and self.officers.session is not None:
            self._looked = key
            held, access = self._open.get(key), self._station.access
            note = (
                (lambda: self._station.look(key))
                if held is None
                else (lambda: access.look(held.officer, key))
            )
            self._tasks.run(note, _nothing, self._loud)

    def sync_now(self) -> None:
        self._queue.send_now()

    def retry(self, key: str) -> None:
        self._queue.retry(key)

    def choose_side(self, key: str, keeps_ours: bool) -> None:
        self._queue.choose_side(key, keeps_ours)

    def devices(self) -> tuple[tuple[str, str, bool], ...]:
        return self._devices.states()

    def note_sync(self, _key: str) -> None:
        """A row moved during a round; called from the pool."""
        self._tasks.call_home(self._queue.refresh)

    # ---- who sits here

    def _entered(self, session: SignedIn) -> None:
        login = session.officer.login
        if login != self._last_login:
            # What another took away or turned is not for this one to bring back.
            for held in self._open.values():
                if not held.session.feeding:
                    held.session.history = PageHistory()
        self._last_login, self._looked = login, ""
        self._bring_back(self._queue.refresh)

    def _left(self) -> None:
        """Nothing that was somebody's is kept at hand; feeds and readings under way go on, and so does sending."""
        self._queue.clear()
        self._devices.clear()
        for visit_id in self._open:
            self._papers.forget(visit_id)
        self._queue.refresh()

    def _bring_back(self, ready: Callable[[], None]) -> None:
        """Opens what was parked, by whoever's crash or end of day, and is shown to who sits here."""
        is_open = tuple(self._open)

        def took(found: list[tuple[IntakeSession, str | None]]) -> None:
            for session, officer in found:
                visit_id = session.visit.visit_id
                if visit_id not in self._open:
                    self._open[visit_id] = OpenVisit(session, session.visit.begun_at, officer)
                    self._papers.go_on(visit_id)
                    self._tell(visit_id)
            ready()

        self._tasks.run(lambda: self._station.resume_beside(is_open), took, self._loud)

    def _is_shown(self, held: OpenVisit) -> bool:
        return self._station.access.sees(held.officer)

    def _while_here(self, done: Callable[[T], None]) -> Callable[[T], None]:
        """An answer for who asked: where another sits there by then, it is not told."""
        asked_by = self.officers.session

        def answer(result: T) -> None:
            if self.officers.session is asked_by:
                done(result)

        return answer

    # ---- inside

    def _ask(self, visit_id: str, act: Callable[[IntakeSession], str | None]) -> str | None:
        try:
            answer = act(self._open[visit_id].session)
        except (DomainError, WorkflowError) as error:
            answer = str(error)
        self._changed(visit_id)
        return answer

    def _changed(self, visit_id: str) -> None:
        """Saves the draft away from the window, then tells it."""
        held = self._open[visit_id]
        held.touched_at = self.now()
        visit, officer = held.session.visit, held.officer
        self._tasks.run_on_owner(lambda: self._station.save(visit, officer), _nothing, self._loud)
        self._tell(visit_id)
        self._register.look_up_others(visit_id)
        self._register.look_for_papers(visit_id)

    def _tell(self, visit_id: str) -> None:
        if visit_id in self._open and not self._is_shown(self._open[visit_id]):
            return
        for listener in self._listeners:
            listener(visit_id)

    def _sentence(self, error: Exception) -> str:
        if isinstance(error, MENDABLE):
            return str(error)
        self._loud(error)
        return "Chương trình gặp lỗi chưa lường trước; những gì đã lưu còn nguyên, hãy thử lại hoặc báo quản trị."

    def _loud(self, error: Exception) -> None:
        if isinstance(error, NotAllowed):
            # Asked for just before the window was locked: nobody is there to be told.
            log.info("refused: %s", type(error).__name__)
            return
        log.error("background work failed: %s", type(error).__name__, exc_info=error)


def _nothing(_result: object) -> None:
    """The caller needs no answer."""
