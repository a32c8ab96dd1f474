"""What a field is typed into: a line, or a choice, with the doubtful letters marked."""

from __future__ import annotations

from itertools import zip_longest

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QTextCharFormat
from PySide6.QtWidgets import QApplication, QComboBox, QStackedLayout, QWidget

from app.qt import theme
from app.qt.text import stored
from app.widgets.entry import Entry
from app.workflow.views import FieldView


class _Line(Entry):
    """A line of text whose doubtful letters can be underlined until it is edited."""

    def mark_letters(self, places: tuple[int, ...]) -> None:
        look = QTextCharFormat()
        look.setBackground(theme.current().color("attention_soft"))
        look.setUnderlineColor(theme.current().color("attention"))
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
        kind = QInputMethodEvent.AttributeType.TextFormat
        marks = [
            QInputMethodEvent.Attribute(kind, place - self.cursorPosition(), 1, look) for place in places
        ]
        QApplication.sendEvent(self, QInputMethodEvent("", marks))


class _Choice(QComboBox):
    """A closed list; Enter is left to the card, so that it goes on instead of opening the list."""

    returned = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.returned.emit()
            return
        super().keyPressEvent(event)


class FieldEditor(QWidget):
    """The editor of one field; `role` is 'inCard' (in place of the value) or 'doubtful' (large)."""

    returned = Signal()
    edited = Signal()

    def __init__(self, role: str) -> None:
        super().__init__()
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._line = _Line()
        self._line.setProperty("role", role)
        self._line.returnPressed.connect(self.returned)
        self._line.textEdited.connect(self.edited)
        self._stack.addWidget(self._line)
        self._role = role
        self._choice: _Choice | None = None
        self._first = ""

    def show_field(self, view: FieldView) -> None:
        """Take up a field's value, its choices and its name."""
        self._first = view.shown
        if view.kind == "choice":
            if self._choice is None:
                self._choice = _Choice()
                self._choice.setProperty("role", self._role)
                self._choice.returned.connect(self.returned)
                self._choice.activated.connect(self.edited)
                self._stack.addWidget(self._choice)
            self._choice.clear()
            self._choice.addItems(view.choices)
            self._choice.setCurrentText(view.shown)
            if view.shown not in view.choices:
                self._choice.setCurrentIndex(-1)
        else:
            self._line.setText(view.shown)
            self._line.setPlaceholderText("ngày/tháng/năm" if view.kind == "date" else "")
        self._field.setAccessibleName(view.label)
        self._field.setAccessibleDescription(view.problem or "")
        self._stack.setCurrentWidget(self._field)
        self.setFocusProxy(self._field)

    def mark_difference(self, other: str | None) -> None:
        """Underline the letters in which another value differs; not where the two differ in length."""
        if self._stack.currentWidget() is not self._line:
            return
        here = self._line.text()
        places = (
            tuple(i for i, (a, b) in enumerate(zip_longest(here, other)) if a != b)
            if other is not None and len(other) == len(here)
            else ()
        )
        self._line.mark_letters(places)

    @property
    def text(self) -> str:
        """What stands in the editor, NFC and trimmed."""
        if self._choice is not None and self._stack.currentWidget() is self._choice:
            return self._choice.currentText()
        return stored(self._line.text())

    def retype(self, text: str) -> None:
        """Put back what stood typed here before."""
        if self._choice is not None and self._stack.currentWidget() is self._choice:
            self._choice.setCurrentText(text)
        else:
            self._line.setText(text)
        self.edited.emit()

    @property
    def is_changed(self) -> bool:
        """True when it is no longer what the field held."""
        return self.text != self._first

    @property
    def _field(self) -> QWidget:
        return self._choice if self._choice is not None and self._choice.count() else self._line

    def take_focus(self) -> None:
        """Give the focus to the field, with the cursor at its end and nothing selected to overwrite."""
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._field is self._line:
            self._line.end(False)
