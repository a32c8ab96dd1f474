"""The first page of the rail: the open visits as tabs, and the one that is being worked on."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app.faces.counter.accepted_page import AcceptedPage
from app.faces.counter.desk import Desk
from app.faces.counter.intake_page import IntakePage
from app.faces.counter.keys import Action, Page
from app.faces.counter.pictures import Pictures
from app.faces.counter.start_page import StartPage
from app.faces.counter.typed import Typed
from app.faces.counter.visit_tabs import VisitTab, VisitTabs
from app.qt import theme
from app.qt.images import Work
from app.qt.text import clock_time
from app.widgets.scrolling import PageStack
from app.workflow.views import AcceptedView, VisitView


def is_empty(view: VisitView) -> bool:
    """True while nothing has been put into a visit that would be a loss."""
    return not view.has_person and not view.procedure_code


def lacks_case(view: VisitView) -> bool:
    """True while the procedure has cases and none of them is known."""
    return bool(view.procedure_code) and len(view.cases) > 1 and not view.case_code


class VisitsPage(Page):
    """Tabs above, and below them the start, the three columns, or the outcome."""

    title = "Tiếp nhận"
    open_asked = Signal(str)

    def __init__(self, desk: Desk, work: Work) -> None:
        super().__init__()
        self._desk, self._work = desk, work
        self._pictures = Pictures(desk, work)
        self._accepted: dict[str, AcceptedView] = {}
        self._order: list[str] = []
        self._current = ""
        #: True: the officer wants to choose the case again; False: wants to read the paper first.
        self._is_case_asked: dict[str, bool] = {}
        self._narrow = (False, False)
        self._sizes: list[int] = []
        px = theme.current().px
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        strip = QFrame()
        strip.setObjectName("tabs")
        strip.setFixedHeight(px(44))
        self._strip = QHBoxLayout(strip)
        self._strip.setContentsMargins(px(8), 0, px(12), 0)
        self._strip.setSpacing(px(8))
        self.tabs = VisitTabs()
        self._strip.addWidget(self.tabs, 1)
        column.addWidget(strip)
        self._stack = PageStack()
        column.addWidget(self._stack, 1)
        self.start = StartPage(desk)
        self._stack.addWidget(self.start)
        self._shown: Page = self.start
        self._intake: IntakePage | None = None
        self._outcome: AcceptedPage | None = None
        self.tabs.visit_chosen.connect(self.turn_to)
        self.tabs.visit_closed.connect(self._close)
        self.tabs.new_asked.connect(self._new_visit)
        self.tabs.park_asked.connect(self._park)
        self.start.card_entered.connect(self.take_card)
        self.start.procedure_chosen.connect(self._choose_procedure)
        self.start.case_chosen.connect(self._choose_case)

    # the pages below, built when they are first needed

    @property
    def intake(self) -> IntakePage:
        if self._intake is None:
            self._intake = IntakePage(self._desk, self._pictures)
            self._stack.addWidget(self._intake)
            # Built ahead while nothing else is to do: it stays out of sight until a visit is shown.
            self._intake.tabs.hide()
            self._strip.insertWidget(0, self._intake.tabs)
            self._intake.columns.set_sizes(self._sizes)
            self._intake.completed.connect(self._accept)
            self._intake.park_asked.connect(self._park)
            self._intake.case_asked.connect(lambda: self._ask_case(True))
            self._intake.set_narrow(*self._narrow)
        return self._intake

    @property
    def outcome(self) -> AcceptedPage:
        if self._outcome is None:
            self._outcome = AcceptedPage(self._desk, self._work)
            self._stack.addWidget(self._outcome)
            self._outcome.next_asked.connect(self._next_dossier)
            self._outcome.open_asked.connect(self.open_asked)
            self._outcome.covered.connect(lambda _covered: self._show_tabs())
            self._outcome.set_narrow(self._narrow[0])
        return self._outcome

    def prepare(self) -> None:
        """Build ahead, one page after the other, what the first card will need; called when idle."""
        if self._intake is None:
            self.intake.ensure_polished()
            QTimer.singleShot(100, self, self.prepare)
        elif self._outcome is None:
            self.outcome.ensure_polished()

    @property
    def page(self) -> Page:
        """The page that is shown below the tabs."""
        return self._shown

    @property
    def current(self) -> str:
        """The visit that is being worked on; empty when there is none."""
        return self._current

    @property
    def column_sizes(self) -> list[int]:
        return self._intake.columns.sizes if self._intake is not None else self._sizes

    def set_column_sizes(self, sizes: list[int]) -> None:
        """Widths of the columns as this officer left them."""
        self._sizes = sizes

    # what is shown

    def refresh(self) -> None:
        open_ids = [v.visit_id for v in self._desk.visits()]
        known = set(open_ids) | set(self._accepted)
        self._order = [v for v in self._order if v in known] + [v for v in open_ids if v not in self._order]
        if self._current not in known:
            self._current = ""
        self._show_tabs()
        accepted = self._accepted.get(self._current)
        if accepted is not None:
            self._turn(self.outcome)
            self.outcome.show_accepted(accepted, self._parked, is_new=False)
            return
        view = self._desk.view(self._current) if self._current else None
        asked = self._is_case_asked.get(self._current)
        if view is None or not view.procedure_code or (lacks_case(view) if asked is None else asked):
            self._turn(self.start)
            self.start.show_visit(view)
        else:
            self._turn(self.intake)
            self.intake.show_visit(self._current)

    def visit_changed(self, visit_id: str) -> None:
        """A visit's view has changed: its tab, and the page where it is the one shown."""
        if visit_id == self._current or visit_id not in self._order:
            before = self.page
            self.refresh()
            if self.page is not before:
                self.take_focus()
        else:
            self._show_tabs()

    def _show_tabs(self) -> None:
        visits = {v.visit_id: v for v in self._desk.visits()}
        tabs = []
        for visit_id in self._order:
            accepted = self._accepted.get(visit_id)
            if accepted is not None:
                is_covered = self._outcome is not None and self._outcome.is_covered
                name = "Lượt vừa xong" if is_covered else accepted.applicant
                tabs.append(VisitTab(visit_id, name, "đã tiếp nhận", True))
            elif visit_id in visits:
                visit = visits[visit_id]
                is_current = visit_id == self._current
                parked = "" if is_current else f"tạm gác {clock_time(visit.touched_at)}"
                whose = f"của {visit.officer_name}" if visit.officer_name else ""
                detail = " · ".join(filter(None, (whose, parked)))
                tabs.append(VisitTab(visit_id, visit.title or "Lượt mới", detail))
        can_park = bool(self._current) and self._current not in self._accepted
        self.tabs.show_tabs(tuple(tabs), self._current, can_park)

    def _turn(self, page: Page) -> None:
        if self._stack.currentWidget() is not page:
            if self._outcome is not None:
                self._outcome.watch_hands(page is self._outcome)
            self._stack.setCurrentWidget(page)
            self._shown = page
        if self._intake is not None:
            self._intake.tabs.setVisible(page is self._intake and self._narrow[0])
        self.tabs.set_narrow(*self._narrow, self._narrow[0] and page is self._intake)

    def set_narrow(self, is_narrow: bool, is_tight: bool) -> None:
        self._narrow = (is_narrow, is_tight)
        self.tabs.set_narrow(is_narrow, is_tight, is_narrow and self.page is self._intake)
        if self._intake is not None:
            self._intake.set_narrow(is_narrow, is_tight)
            self._intake.tabs.setVisible(self.page is self._intake and is_narrow)
        if self._outcome is not None:
            self._outcome.set_narrow(is_narrow)

    def take_focus(self) -> None:
        self.page.take_focus()

    @property
    def _parked(self) -> int:
        return sum(v.visit_id != self._current for v in self._desk.visits())

    # what keys do

    def act(self, action: Action) -> bool:
        match action:
            case Action.NEW_VISIT:
                self._new_visit()
            case Action.NEXT_VISIT | Action.PREVIOUS_VISIT:
                self._step(1 if action is Action.NEXT_VISIT else -1)
            case Action.PARK:
                self._park()
            case Action.CLOSE_VISIT:
                self._close(self._current)
            case _:
                return self.page.act(action)
        return True

    def keep_typed(self) -> None:
        """What stands typed in a field goes into its draft before the officer turns elsewhere."""
        is_open = any(v.visit_id == self._current for v in self._desk.visits())
        if self._intake is not None and self.page is self._intake and is_open:
            self._intake.walk.keep_typed()

    def typed(self) -> Typed:
        """Where the officer is and what stands typed there that no field took."""
        if self._intake is not None and self.page is self._intake and self._current:
            return self._intake.typed()
        card = self.start.card.text if self.page is self.start else ""
        return Typed(self._current if self._current not in self._accepted else "", card=card)

    def retype(self, typed: Typed) -> None:
        """Go on there."""
        if typed.visit in {v.visit_id for v in self._desk.visits()}:
            self.turn_to(typed.visit)
            if self._intake is not None and self.page is self._intake:
                self._intake.retype(typed)
        if typed.card and self.page is self.start:
            self.start.card.retype(typed.card)

    def turn_to(self, visit_id: str) -> None:
        """Work on another visit."""
        self.keep_typed()
        self._desk.look(visit_id)
        self._current = visit_id
        self.refresh()
        self.take_focus()

    def take_card(self, text: str) -> None:
        """A card was read: it begins a visit, or fills the one that still lacks its person."""
        self.keep_typed()
        visit = self._current
        if not visit or visit in self._accepted or self._desk.view(visit).has_person:
            visit = self._desk.new_visit()
            self._leave_accepted()
        self._current = visit
        self.refresh()

        def answered(error: str | None) -> None:
            if error is None:
                self.refresh()
                self.take_focus()
            elif self.page is self.start:
                self.start.card.show_error(error)
            elif self._intake is not None:
                self._intake.show_card_error(error)

        self._desk.accept_card(visit, text, answered)

    def _choose_procedure(self, code: str) -> None:
        self._begin()
        self._desk.choose_procedure(self._current, code)
        self.refresh()
        self.take_focus()

    def _choose_case(self, code: str) -> None:
        self._is_case_asked.pop(self._current, None)
        if code:
            self._desk.choose_case(self._current, code)
            self.refresh()
            self.take_focus()
        else:
            self._ask_case(False)

    def _ask_case(self, is_asked: bool) -> None:
        self._is_case_asked[self._current] = is_asked
        self.refresh()
        self.take_focus()

    def _begin(self) -> None:
        if not self._current or self._current in self._accepted:
            self._current = self._desk.new_visit()
            self.refresh()

    def _new_visit(self) -> None:
        empty = next((v.visit_id for v in self._desk.visits() if is_empty(self._desk.view(v.visit_id))), None)
        self.start.clear()
        self.turn_to(empty or self._desk.new_visit())

    def _park(self) -> None:
        if not self._current or self._current in self._accepted:
            return
        self.keep_typed()
        self._desk.park(self._current)
        self._current = ""
        self.start.clear()
        self.refresh()
        self.take_focus()

    def _step(self, step: int) -> None:
        if self._order:
            at = self._order.index(self._current) if self._current in self._order else -step
            self.turn_to(self._order[(at + step) % len(self._order)])

    def _close(self, visit_id: str) -> None:
        if visit_id in self._accepted:
            self._forget(visit_id)
            return
        if not visit_id:
            return
        view = self._desk.view(visit_id)
        if is_empty(view) or self._intake is None or self.page is not self._intake:
            if is_empty(view):
                self._desk.close_visit(visit_id)
                self._forget(visit_id)
            else:
                self._park()  # nothing to ask in: it is kept, and nothing is lost
            return

        def close() -> None:
            self._desk.close_visit(visit_id)
            self._forget(visit_id)

        self.intake.ask(
            f"Bỏ lượt của {view.title}? Bản nháp và các trang đã quét sẽ bị xóa.", "Bỏ lượt", "Giữ lại", close
        )

    def _forget(self, visit_id: str) -> None:
        self._accepted.pop(visit_id, None)
        self._pictures.forget(visit_id)
        if self._intake is not None:
            self._intake.forget(visit_id)
        if visit_id == self._current:
            self._current = ""
        self.refresh()
        self.take_focus()

    # the end of a visit

    def _accept(self, visit_id: str) -> None:
        intake = self.intake
        intake.set_busy(True)

        def answered(outcome: AcceptedView | str) -> None:
            intake.set_busy(False)
            if isinstance(outcome, str):
                intake.say(outcome)
                return
            self._accepted[visit_id] = outcome
            self._pictures.forget(visit_id)
            intake.forget(visit_id)
            if self._current == visit_id:
                self._show_tabs()
                self._turn(self.outcome)
                self.outcome.show_accepted(outcome, self._parked, is_new=True)
                self.outcome.watch_hands(True)
                self.take_focus()
            else:
                self.refresh()

        self._desk.accept(visit_id, answered)

    def _leave_accepted(self) -> None:
        for visit_id in list(self._accepted):
            self._accepted.pop(visit_id)

    def _next_dossier(self) -> None:
        self._leave_accepted()
        self._current = ""
        self.start.clear()
        self.refresh()
        self.take_focus()
