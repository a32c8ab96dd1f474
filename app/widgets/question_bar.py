"""A question or a sentence in place, above the actions, instead of a dialog in the way."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.qt import theme
from app.qt.text import stored
from app.widgets.buttons import KeyButton
from app.widgets.entry import Entry
from app.widgets.labels import Icon, Text


class QuestionBar(QFrame):
    """Says a sentence, asks for yes or for a line of text. Enter answers, Esc puts it away."""

    def __init__(self) -> None:
        super().__init__()
        px = theme.current().px
        self.setObjectName("question")
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(12), px(16), px(12))
        column.setSpacing(px(8))
        top = QHBoxLayout()
        top.setSpacing(px(8))
        self._icon = Icon("triangle-alert", "attention", 20)
        self._words = Text("row", wrap=True)
        top.addWidget(self._icon, alignment=Qt.AlignmentFlag.AlignTop)
        top.addWidget(self._words, 1)
        self._line = Entry()
        self._line.returnPressed.connect(self._answer)
        row = QHBoxLayout()
        row.setSpacing(px(8))
        self._no = KeyButton("", "Đóng", "Esc")
        self._no.clicked.connect(self.put_away)
        self._yes = KeyButton("", "Đồng ý", "Enter")
        self._yes.clicked.connect(self._answer)
        row.addWidget(self._line, 1)
        row.addStretch(0)
        row.addWidget(self._no)
        row.addWidget(self._yes)
        self._row = row
        column.addLayout(top)
        column.addLayout(row)
        self._on_answer: Callable[[str], None] | None = None
        self._before: QWidget | None = None
        self.hide()

    @property
    def words(self) -> str:
        """What is being said."""
        return self._words.full_text

    def say(self, sentence: str, tone: str = "attention") -> None:
        """Say a sentence that only wants to be read."""
        self._open(sentence, tone)
        self._line.hide()
        self._yes.hide()
        self._no.set_words("Đã đọc", key="Esc")
        self._on_answer = None

    def ask(self, question: str, yes: str, no: str, answered: Callable[[], None]) -> None:
        """Ask for yes or no; the focus goes to yes."""
        self._open(question, "attention")
        self._line.hide()
        self._no.set_words(no, key="Esc")
        self._yes.set_words(yes, key="Enter")
        self._yes.show()
        self._on_answer = lambda _: answered()
        self._yes.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask_line(self, question: str, hint: str, yes: str, answered: Callable[[str], None]) -> None:
        """Ask for a line of text; an empty one is not an answer."""
        self._open(question, "info")
        self._line.clear()
        self._line.setPlaceholderText(hint)
        self._line.setAccessibleName(question)
        self._line.show()
        self._no.set_words("Thôi", key="Esc")
        self._yes.set_words(yes, key="Enter")
        self._yes.show()
        self._on_answer = answered
        self._line.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def typed(self) -> str:
        """What stands in the line of a question that is not answered yet."""
        return "" if self.isHidden() or self._line.isHidden() else stored(self._line.text())

    def retype(self, text: str) -> None:
        """Put back what stood there before."""
        self._line.setText(text)

    def put_away(self) -> None:
        """Close, and give the focus back to where it was."""
        if not self.isHidden():
            self.hide()
            before, self._before, self._on_answer = self._before, None, None
            if before is not None and before.isVisible():
                before.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
            return
        super().keyPressEvent(event)

    def _open(self, words: str, tone: str) -> None:
        if self.isHidden():
            focus = self.window().focusWidget()
            self._before = focus if focus is not None and not self.isAncestorOf(focus) else None
        theme.mark(self, tone=tone)
        self._icon.set_icon("triangle-alert" if tone == "attention" else "info", tone)
        self._words.set_text(words)
        self.setAccessibleName(words)
        self.window().setProperty("lastSentence", words)
        self.show()

    def _answer(self) -> None:
        answered, line = self._on_answer, stored(self._line.text())
        if answered is None or (not self._line.isHidden() and not line):
            return
        self.put_away()
        answered(line)
