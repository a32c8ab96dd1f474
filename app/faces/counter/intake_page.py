"""Tiếp nhận: a visit in three columns; the focus goes only to what is doubtful or missing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QVBoxLayout, QWidget

from app.faces.counter.bench import Bench
from app.faces.counter.case_column import CaseColumn
from app.faces.counter.columns import FORM, Columns, ColumnTabs
from app.faces.counter.desk import Desk
from app.faces.counter.field_walk import FieldWalk
from app.faces.counter.form_column import ActionBar, FormColumn
from app.faces.counter.keys import Action, Page
from app.faces.counter.next_step import Step, next_step
from app.faces.counter.page_keys import HELP, page_key
from app.faces.counter.page_work import PageWork
from app.faces.counter.paper_column import PaperColumn
from app.faces.counter.paper_work import PaperWork
from app.faces.counter.pictures import Pictures
from app.faces.counter.typed import Typed
from app.workflow.views import Blocker, BlockerKind


class IntakePage(Page):
    """One visit at a time; coming back to another finds it where it was left."""

    title = "Tiếp nhận"
    help_keys = (
        ("Enter", "Giữ ô này, sang ô cần xem kế tiếp"),
        ("F2", "Quét, hoặc quét thêm trang"),
        ("Shift+F2", "Chọn cách quét khác: hai mặt, mặt kính…"),
        ("F5", "Đọc lại trang chưa đọc được"),
        ("F4", "Dùng giá trị được gợi ý"),
        ("F6", "Sang cột kế tiếp, Shift+F6 lùi lại"),
        ("F7", "Mở khóa ô màu xanh, có hỏi lý do"),
        ("F8", "Tạm gác lượt này"),
        ("F9", "Tiếp nhận; còn thiếu thì tới ô còn thiếu"),
        ("Ctrl+W", "Đóng lượt này"),
        ("+  –  0", "Phóng to, thu nhỏ, vừa khung trang giấy"),
        *HELP,
    )

    completed = Signal(str)
    park_asked = Signal()
    case_asked = Signal()

    def __init__(self, desk: Desk, pictures: Pictures) -> None:
        super().__init__()
        self._desk = desk
        self.setProperty("surface", "panel")
        self._said: Blocker | None = None
        self._is_busy = False
        self.case, self.paper, self.form_column = CaseColumn(), PaperColumn(), FormColumn()
        self.form, self.bar, self.tabs = self.form_column.form, ActionBar(), ColumnTabs()
        self.columns = Columns((self.case, self.paper, self.form_column))
        self.bench = Bench(desk)
        self.papers = PaperWork(self.bench, self.paper, self.form, pictures, self.say)
        self.pages = PageWork(self.bench, self.paper, self.papers, self.say)
        self.walk = FieldWalk(self.bench, self.form, self.bar.question)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self.columns, 1)
        self.form_column.column.addWidget(self.bar)
        self.case.component_chosen.connect(self.papers.choose)
        self.case.card_entered.connect(self._take_card)
        self.case.case_asked.connect(self.case_asked)
        self.papers.changed.connect(self.refresh)
        self.walk.changed.connect(self.refresh)
        self.walk.field_shown.connect(lambda: self._show_column(FORM))
        self.bar.park.clicked.connect(self.park_asked)
        self.bar.scan.clicked.connect(lambda: self.papers.scan())
        self.paper.note.read_asked.connect(self.pages.read_again)
        self.bar.complete.clicked.connect(self._complete)
        self.bar.primary.clicked.connect(self._do_next)
        self.tabs.column_chosen.connect(self._show_column)

    # what is shown

    def show_visit(self, visit_id: str) -> None:
        """Turn to a visit."""
        if visit_id != self.bench.visit:
            self._said = None
            self.bar.question.put_away()
            self.form.set_current("")
            self.bench.load(visit_id)
        self.refresh()

    def forget(self, visit_id: str) -> None:
        """Let go of a visit that is closed or handed in."""
        self.bench.forget(visit_id)

    def refresh(self) -> None:
        if not self.bench.visit:
            return
        view = self.bench.load()
        if self._said is not None and self._said not in view.blockers:
            self._said = None
            self.bar.question.put_away()
        self.form_column.show_visit(view)
        if not self._is_busy:
            self.walk.begin()
        self.case.show_visit(view, self.bench.place.component)
        self.tabs.show_tabs(view, self.columns.shown)
        self.papers.show()
        self._show_next()

    def take_focus(self) -> None:
        if self.form.current:
            self.form.focus_current()
        elif not self.bench.is_empty and not self.bench.view.has_person:
            self.case.focus_card()
        else:
            self.form.setFocus()

    def set_narrow(self, is_narrow: bool, is_tight: bool) -> None:
        """Show one column at a time, or all three."""
        self.tabs.set_tight(is_tight)
        self.bar.set_tight(is_tight)
        if is_narrow == self.columns.is_narrow:
            return
        self.columns.set_narrow(is_narrow)
        for part in (self.case, self.paper, self.form_column, self.bar):
            part.set_narrow(is_narrow)
        (self._layout if is_narrow else self.form_column.column).addWidget(self.bar)
        if not self.bench.is_empty:
            self.tabs.show_tabs(self.bench.view, self.columns.shown)

    def set_busy(self, is_busy: bool) -> None:
        """While the dossier is being sealed, nothing else may be done to it."""
        self._is_busy = is_busy
        self.form.setEnabled(not is_busy)
        if not self.bench.is_empty:
            self._show_next()

    def say(self, sentence: str) -> None:
        """Say in place what could not be done."""
        self.bar.question.say(sentence)

    def ask(self, question: str, yes: str, no: str, answered: Callable[[], None]) -> None:
        """Ask in place for yes or no."""
        self.bar.question.ask(question, yes, no, answered)

    def show_card_error(self, sentence: str) -> None:
        """Say why a card was not taken, where the card is asked for, or above the actions."""
        if not self.bench.is_empty and not self.bench.view.has_person:
            self.case.show_card_error(sentence)
        else:
            self.say(sentence)

    def _show_next(self) -> None:
        following = next_step(self.bench, self.form.current, self._is_busy)
        self.bar.primary.set_words(following.words, following.icon, following.key)
        self.bar.primary.set_kind(following.kind)
        self.bar.complete.setVisible(following.step not in (Step.ACCEPT, Step.WAIT))

    # what stands typed

    def typed(self) -> Typed:
        """What no field took."""
        card = self.form.card(self.form.current)
        editor = card.editor if card is not None else None
        text = editor.text if editor is not None and editor.is_changed else ""
        return Typed(self.bench.visit, self.form.current, text, self.bar.question.typed)

    def retype(self, typed: Typed) -> None:
        """Put it back where it stood."""
        self.walk.choose(typed.field)
        card = self.form.card(typed.field)
        if typed.text and card is not None and card.editor is not None:
            card.editor.retype(typed.text)
        if typed.reason:
            self.walk.unlock()
            self.bar.question.retype(typed.reason)

    # what keys do

    def act(self, action: Action) -> bool:
        if self.bench.is_empty:
            return False
        if self._is_busy:
            return action in (Action.ENTER, Action.COMPLETE, Action.CLOSE_VISIT)
        match action:
            case Action.ENTER:
                # Only F9 accepts: an Enter too many must not.
                if next_step(self.bench, self.form.current, self._is_busy).step is not Step.ACCEPT:
                    self._do_next()
            case Action.SCAN:
                self.papers.scan()
            case Action.CHOOSE_SCAN:
                self.papers.choose_profile()
            case Action.REFRESH:
                return self.pages.read_again()
            case Action.SUGGESTION:
                self.walk.take_suggestion(self.form.current)
            case Action.UNLOCK:
                self.walk.unlock()
            case Action.COMPLETE:
                self._complete()
            case Action.NEXT_COLUMN:
                self._step_column(1)
            case Action.PREVIOUS_COLUMN:
                self._step_column(-1)
            case Action.ESCAPE:
                if self.bar.question.isHidden():
                    return self.papers.stop()
                self.bar.question.put_away()
            case _:
                return False
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, focus = page_key(event), QApplication.focusWidget()
        # In a text field undo and paste are the text's own; what takes a page away needs the focus on the paper.
        is_text = isinstance(focus, QLineEdit | QComboBox)
        is_on_paper = focus is not None and self.paper.isAncestorOf(focus)
        is_meant = key is not None and (is_on_paper or (key.is_anywhere and not (is_text and key.is_of_text)))
        if key is None or not is_meant or self._is_busy:
            super().keyPressEvent(event)
            return
        self.pages.act(key.action)

    def _do_next(self) -> None:
        if self.bench.is_empty:
            return
        view = self.bench.view
        match next_step(self.bench, self.form.current, self._is_busy).step:
            case Step.ACCEPT:
                self._complete()
            case Step.ENTER_FIELD:
                self.walk.enter_current()
            case Step.GO_TO_FIELD:
                self.walk.go_to(view.doubtful[0].name)
            case Step.SCAN:
                self.papers.choose(view.blockers[0].target)
                self.papers.scan()
            case Step.MARK_SHOWN:
                self.papers.mark_shown()
            case Step.STOP_SCAN:
                self.papers.stop()
            case Step.GO_TO_BLOCKER:
                self._go_to(view.blockers[0])

    def _complete(self) -> None:
        """F9: accept, or go to the first thing that is missing and say what it is."""
        if self.bench.is_empty or self._is_busy:
            return
        problem = self.walk.keep_typed()
        self.refresh()
        if problem is None and self.bench.view.can_be_accepted:
            self.completed.emit(self.bench.visit)
        elif not self.bench.view.can_be_accepted:
            self._go_to(self.bench.view.blockers[0])

    def _go_to(self, blocker: Blocker) -> None:
        self._said = blocker
        match blocker.kind:
            case BlockerKind.FIELD:
                self.walk.go_to(blocker.target)
                card = self.form.card(blocker.target)
                if card is not None:
                    card.set_message(blocker.text)
                return
            case BlockerKind.CASE:
                self.case_asked.emit()
                return
            case BlockerKind.CARD:
                self._show_column(0)
                self.case.show_card_error(blocker.text)
                self.case.focus_card()
                return
            case BlockerKind.PAGE:
                self._show_column(1)
                self.papers.choose_unread(blocker.target)
            case BlockerKind.COMPONENT:
                self._show_column(0)
                self.papers.choose(blocker.target)
                row = self.case.list.row(blocker.target)
                if row is not None:
                    row.setFocus()
        self.bar.question.say(blocker.text, "info" if blocker.kind is BlockerKind.SCANNING else "attention")

    def _take_card(self, text: str) -> None:
        def answered(error: str | None) -> None:
            if error is not None:
                self.show_card_error(error)

        self._desk.accept_card(self.bench.visit, text, answered)

    # columns

    def _show_column(self, index: int) -> None:
        if self.columns.is_narrow:
            self.columns.show_column(index)
            if not self.bench.is_empty:
                self.tabs.show_tabs(self.bench.view, index)

    def _step_column(self, step: int) -> None:
        columns: tuple[QWidget, ...] = (self.case, self.paper, self.form_column)
        here = self.columns.shown
        if not self.columns.is_narrow:
            focus = self.window().focusWidget()
            here = next(
                (i for i, c in enumerate(columns) if focus is not None and c.isAncestorOf(focus)), FORM
            )
        there = (here + step) % len(columns)
        self._show_column(there)
        if there == 0:
            (self.case.list.row(self.bench.place.component) or self.case).setFocus()
        elif there == 1:
            (self.paper.view if self.paper.view.isVisible() else self.paper).setFocus()
        else:
            self.take_focus()
