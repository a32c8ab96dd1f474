"""Where a card's text is typed or pasted when no reader is at hand."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.qt import theme
from app.qt.text import stored
from app.widgets.entry import Entry
from app.widgets.labels import Text


class CardEntry(QWidget):
    """One line for the text of a card's QR; Enter hands it in, an error stays below it."""

    card_entered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.current().px(4))
        self._line = Entry()
        self._line.setPlaceholderText("Dán dòng chữ của mã QR rồi Enter")
        self._line.setAccessibleName("Dòng chữ của mã QR trên thẻ căn cước")
        self._line.returnPressed.connect(self._enter)
        self._line.textEdited.connect(lambda: self.show_error(""))
        self._error = Text("state", "", "attention", wrap=True)
        self._error.hide()
        column.addWidget(self._line)
        column.addWidget(self._error)
        self.setFocusProxy(self._line)

    def show_error(self, sentence: str) -> None:
        """Say why a card was not taken; an empty sentence takes the last one away."""
        self._error.set_text(sentence)
        self._error.setVisible(bool(sentence))

    def clear(self) -> None:
        """Empty the line: the card was taken, or another visit is shown."""
        self._line.clear()
        self.show_error("")

    @property
    def text(self) -> str:
        """What stands in the line."""
        return stored(self._line.text())

    def retype(self, text: str) -> None:
        """Put back what stood there before."""
        self._line.setText(text)

    def take_focus(self) -> None:
        self._line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _enter(self) -> None:
        text = stored(self._line.text())
        if text:
            self.card_entered.emit(text)
