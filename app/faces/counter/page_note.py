"""A line above the page: what is to be mended on it and by which key, or what was just done to it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from app.faces.counter.page_keys import BRING_BACK, PageAction, key_of
from app.qt import theme
from app.widgets.buttons import KeyButton
from app.widgets.labels import Icon, Text
from app.workflow.views import PageState, PageView

_READ_AGAIN = "read_again"


class PageNote(QFrame):
    """An icon, a sentence and one button; hidden while there is nothing to say."""

    action_asked = Signal(str)
    read_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        px = theme.current().px
        self.setObjectName("pageNote")
        row = QHBoxLayout(self)
        row.setContentsMargins(px(12), px(6), px(8), px(6))
        row.setSpacing(px(8))
        self._icon = Icon("triangle-alert", "attention", 16)
        self._words = Text("small", wrap=True)
        self._button = KeyButton("", BRING_BACK, "")
        self._button.least_height = 32
        self._button.clicked.connect(self._press)
        self._action = ""
        row.addWidget(self._icon, alignment=Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._words, 1)
        row.addWidget(self._button)
        self.hide()

    @property
    def words(self) -> str:
        """What is said; nothing while it is hidden."""
        return "" if self.isHidden() else self._words.full_text

    def show_page(self, page: PageView | None, after_edit: str) -> None:
        """Say what was just done; else what this page needs; else nothing."""
        if after_edit:
            self._say("check", "info", after_edit, PageAction.UNDO)
        elif page is None or not page.advice:
            self.hide()
        elif page.state is PageState.ASIDE:
            self._say("eye-off", "info", page.advice, PageAction.ASIDE, BRING_BACK)
        elif page.state is PageState.UNREAD:
            self._say("triangle-alert", "attention", page.advice, None)
        else:
            self._say("triangle-alert", "attention", page.advice, PageAction.REPLACE)

    def _say(self, icon: str, tone: str, words: str, action: PageAction | None, named: str = "") -> None:
        theme.mark(self, tone=tone)
        self._icon.set_icon(icon, tone)
        self._words.set_text(words)
        if action is None:
            self._action = _READ_AGAIN
            self._button.set_words("Đọc lại", key="F5")
        else:
            self._action = action
            key = key_of(action)
            self._button.set_words(named or key.words, key=key.shown)
        self.setAccessibleName(words)
        self.show()

    def _press(self) -> None:
        if self._action == _READ_AGAIN:
            self.read_asked.emit()
        else:
            self.action_asked.emit(self._action)
