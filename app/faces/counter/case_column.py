"""Left column: which case this is, how far it has come, which papers it needs, when and how much."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.faces.counter.card_entry import CardEntry
from app.qt import theme
from app.widgets.buttons import KeyButton
from app.widgets.component_list import ComponentList
from app.widgets.labels import Icon, Text, rule
from app.widgets.scrolling import scrolled
from app.widgets.stepper import Stepper
from app.workflow.views import ComponentState, VisitView

_STEPS = ("Người nộp", "Thủ tục", "Giấy tờ", "Tiếp nhận")
_NOTES_HEIGHT = 112
_DONE = (ComponentState.READ, ComponentState.REUSED, ComponentState.VERIFIED)


def count_papers(view: VisitView) -> tuple[int, int]:
    """How many papers are there, of how many that this case needs or already has."""
    wanted = [c for c in view.components if c.is_required or c.state is not ComponentState.OPTIONAL]
    return sum(c.state in _DONE for c in wanted), len(wanted)


class _Fact(QWidget):
    """An icon, a label, a value at the right, a reason below."""

    def __init__(self, icon: str, label: str) -> None:
        super().__init__()
        px = theme.current().px
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(8))
        grid.setVerticalSpacing(0)
        self._label = Text("small", label, "muted")
        self._value = Text("section")
        self._reason = Text("label", max_lines=2)
        grid.addWidget(Icon(icon, "text_muted", 16), 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._label, 0, 1)
        grid.addWidget(self._value, 0, 2, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self._reason, 1, 1, 1, 2)
        grid.setColumnStretch(1, 1)

    def show_fact(self, value: str, reason: str) -> None:
        self._value.set_text(value)
        self._reason.set_text(reason)
        self._reason.setVisible(bool(reason))
        self.setVisible(bool(value or reason))


class _Note(QWidget):
    """An icon and a sentence."""

    def __init__(self, icon: str, tone: str, sentence: str) -> None:
        super().__init__()
        px = theme.current().px
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(8))
        row.addWidget(Icon(icon, tone, 16), alignment=Qt.AlignmentFlag.AlignTop)
        row.addWidget(Text("label", sentence, max_lines=3), 1)


class _Notes(QScrollArea):
    """What the officer should know, as high as it needs up to a limit; then it scrolls."""

    def __init__(self) -> None:
        super().__init__()
        px = theme.current().px
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(6))
        self.setWidget(inside)
        self._notes: list[_Note] = []
        self._said: tuple[tuple[str, str], ...] = ()

    def sizeHint(self) -> QSize:
        inside = self.widget()
        wanted = inside.heightForWidth(max(self.viewport().width(), 1)) if inside is not None else 0
        return QSize(theme.current().px(200), min(wanted, theme.current().px(_NOTES_HEIGHT)))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, min(self.sizeHint().height(), theme.current().px(36)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def show_notes(self, notes: tuple[tuple[str, str], ...]) -> None:
        """Show icon and sentence of each."""
        if notes == self._said:
            return
        self._said = notes
        for old in self._notes:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._notes = [_Note(icon, "info", sentence) for icon, sentence in notes]
        for note in self._notes:
            self._column.addWidget(note)
        self.setVisible(bool(notes))
        self.updateGeometry()


class CaseColumn(QFrame):
    """What is needed: the case, its papers, when and how much."""

    component_chosen = Signal(str)
    card_entered = Signal(str)
    case_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", "panel")
        self.setMinimumWidth(theme.current().px(280))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        self._head, self._papers, self._facts = self._make_head(), self._make_papers(), self._make_facts()
        self._line = rule()
        inside = QWidget()
        self._side_column = QVBoxLayout(inside)
        self._side_column.setContentsMargins(0, 0, 0, 0)
        self._side_column.setSpacing(0)
        self._side_column.addStretch(1)
        self._side = scrolled(inside)
        self.set_narrow(False)

    def _make_head(self) -> QWidget:
        px = theme.current().px
        head = QWidget()
        column = QVBoxLayout(head)
        column.setContentsMargins(px(16), px(12), px(16), px(12))
        column.setSpacing(px(2))
        self._code = Text("small", "", "muted", elide=Qt.TextElideMode.ElideRight)
        self._name = Text("panel", max_lines=2)
        self._case = Text("small", "", "muted", max_lines=2)
        self._stepper = Stepper(_STEPS)
        self._change = KeyButton("", "Đổi trường hợp", "", "flat")
        self._change.least_height = 24
        self._change.clicked.connect(self.case_asked)
        top = QHBoxLayout()
        top.addWidget(self._code, 1)
        top.addWidget(self._change)
        column.addLayout(top)
        column.addWidget(self._name)
        column.addWidget(self._case)
        column.addSpacing(px(10))
        column.addWidget(self._stepper)
        self._card = CardEntry()
        self._card.card_entered.connect(self.card_entered)
        column.addSpacing(px(4))
        column.addWidget(self._card)
        return head

    def _make_papers(self) -> QWidget:
        px = theme.current().px
        papers = QWidget()
        column = QVBoxLayout(papers)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        title = QHBoxLayout()
        title.setContentsMargins(px(16), px(8), px(16), px(8))
        title.addWidget(Text("section", "Giấy tờ cần có"), 1)
        self._count = Text("label")
        title.addWidget(self._count)
        column.addLayout(title)
        self.list = ComponentList()
        self.list.component_chosen.connect(self.component_chosen)
        papers_list = scrolled(self.list)
        papers_list.setMinimumHeight(px(58))
        column.addWidget(papers_list, 1)
        return papers

    def _make_facts(self) -> QFrame:
        px = theme.current().px
        facts = QFrame()
        facts.setObjectName("facts")
        column = QVBoxLayout(facts)
        column.setContentsMargins(px(16), px(10), px(16), px(10))
        column.setSpacing(px(8))
        self._due = _Fact("calendar-days", "Hẹn trả")
        self._fee = _Fact("coins", "Lệ phí")
        self._notes = _Notes()
        for part in (self._due, self._fee, self._notes):
            column.addWidget(part)
        return facts

    def set_narrow(self, is_narrow: bool) -> None:
        """One below the other; in one wide column the papers stand beside the rest."""
        for part in (self._head, self._line, self._papers, self._facts, self._side):
            self._grid.removeWidget(part)
        if is_narrow:
            for index, part in enumerate((self._head, self._facts)):
                self._side_column.insertWidget(index, part)
            self._grid.addWidget(self._papers, 0, 0)
            self._grid.addWidget(self._side, 0, 1)
        else:
            for row, part in enumerate((self._head, self._line, self._papers, self._facts)):
                self._grid.addWidget(part, row, 0)
        self._line.setVisible(not is_narrow)
        self._side.setVisible(is_narrow)
        for row in range(4):
            self._grid.setRowStretch(row, int(row == (0 if is_narrow else 2)))
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, int(is_narrow))

    def show_visit(self, view: VisitView, chosen: str) -> None:
        """Show a visit, with one of its papers chosen."""
        code = view.procedure_code or ""
        self._code.set_text(" · ".join(part for part in (code, view.sector_name) if part))
        self._name.set_text(view.procedure_name)
        self._case.set_text(view.case_name)
        self._case.setVisible(bool(view.case_name))
        self._change.setVisible(len(view.cases) > 1)
        self._stepper.set_step(view.step)
        self._card.setVisible(not view.has_person)
        if view.has_person:
            self._card.clear()
        done, wanted = count_papers(view)
        self._count.set_text(f"{done} trên {wanted} đã xong" if wanted else "")
        self.list.show_components(view.components, chosen)
        self._due.show_fact(view.due_text, view.due_reason)
        self._fee.show_fact(view.fee_text, view.fee_reason)
        lines = (("cloud-off", view.line_note),) if view.line_note else ()
        self._notes.show_notes(lines + tuple(("info", sentence) for sentence in view.notices))

    def show_card_error(self, sentence: str) -> None:
        """Say under the card's line why a card was not taken."""
        self._card.show_error(sentence)

    def focus_card(self) -> None:
        self._card.take_focus()
