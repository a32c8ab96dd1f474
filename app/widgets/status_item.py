"""One item of the status bar; pressing it opens a small panel that says what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.qt import theme
from app.widgets.buttons import EnterButton, KeyButton
from app.widgets.labels import Icon, Text


@dataclass(frozen=True)
class Status:
    """What an item says: icon and its tone, the word that matters, a detail, the panel's sentence.

    `is_well` items shrink to icon and tick where room is short; others keep their words.
    """

    icon: str
    tone: str
    word: str
    detail: str = ""
    advice: str = ""
    is_well: bool = False
    action: str = ""
    key: str = ""


class StatusItem(EnterButton):
    """A flat button in the status bar."""

    def __init__(self, act: Callable[[], None] | None = None) -> None:
        super().__init__()
        px = theme.current().px
        self._act = act
        self._status = Status("circle", "text_muted", "")
        self._is_small = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(10), 0, px(10), 0)
        row.setSpacing(px(8))
        self._icon = Icon("circle", size=16)
        self._word = Text("word")
        self._detail = Text("detail")
        self._tick = Icon("check", "verified", 14)
        for part in (self._icon, self._word, self._detail, self._tick):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            row.addWidget(part)
        self.clicked.connect(self._open)

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return QSize(layout.sizeHint().width() if layout is not None else 0, theme.current().px(30))

    @property
    def status(self) -> Status:
        return self._status

    def show_status(self, status: Status, is_small: bool = False) -> None:
        """Say something else; small items that are well keep only icon and tick."""
        if (status, is_small) == (self._status, self._is_small):
            return
        self._status, self._is_small = status, is_small
        shrunk = is_small and status.is_well
        self._icon.set_icon(status.icon, status.tone)
        self._icon.set_turning(status.icon == "loader")
        self._word.set_text(status.word)
        self._word.setVisible(bool(status.word) and not shrunk)
        self._detail.set_text(status.detail)
        self._detail.setVisible(bool(status.detail) and not shrunk)
        self._tick.setVisible(shrunk)
        self.setAccessibleName(f"{status.word} {status.detail}".strip())
        self.setAccessibleDescription(status.advice)
        self.setToolTip(self.accessibleName() if shrunk else "")
        self.updateGeometry()

    def _open(self) -> None:
        if self._status.advice:
            Popover(self, self._status, self._act).open_above()


class Popover(QFrame):
    """A small panel above a status item: one sentence, and the one thing to do about it."""

    def __init__(self, item: QWidget, status: Status, act: Callable[[], None] | None) -> None:
        super().__init__(item, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("surface", "popover")
        self._item = item
        px = theme.current().px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(12), px(16), px(16))
        column.setSpacing(px(8))
        head = QHBoxLayout()
        head.setSpacing(px(8))
        head.addWidget(Icon(status.icon, status.tone, 20))
        head.addWidget(Text("strong", f"{status.word} {status.detail}".strip(), wrap=True), 1)
        column.addLayout(head)
        column.addWidget(Text("small", status.advice, wrap=True))
        if act is not None and status.action:
            button = KeyButton("", status.action, status.key)
            button.clicked.connect(self.close)
            button.clicked.connect(act)
            column.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)
            button.setFocus()
        width = px(320)
        self.setFixedSize(width, column.totalHeightForWidth(width))

    def open_above(self) -> None:
        """Open with its foot on the item's head, inside the window."""
        window = self._item.window()
        corner = self._item.mapToGlobal(QPoint(0, -self.height() - theme.current().px(4)))
        rightmost = window.mapToGlobal(QPoint(window.width(), 0)).x() - self.width() - theme.current().px(8)
        self.move(min(corner.x(), rightmost), corner.y())
        self.show()
