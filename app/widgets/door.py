"""A window whose work comes later: what is coming, what can be done meanwhile, how to leave."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.qt import icons, theme
from app.widgets.labels import Icon, KeyChip, Text


@dataclass(frozen=True)
class DoorWords:
    """What the window says. `ground` is the surface it stands on: primary or surface."""

    window_title: str
    place: str
    icon: str
    title: str
    coming: str
    meanwhile: str
    ground: str


class Door(QWidget):
    """One calm screen; Esc leaves it."""

    def __init__(self, words: DoorWords) -> None:
        super().__init__()
        px = theme.current().px
        self.setWindowTitle(words.window_title)
        is_dark = words.ground == "primary"
        tone, muted = ("on_primary", "on_primary") if is_dark else ("text", "muted")
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        field = QFrame()
        field.setProperty("surface", words.ground)
        self._outer.addWidget(field)
        column = QVBoxLayout(field)
        column.setContentsMargins(px(48), px(40), px(48), px(40))
        column.setSpacing(px(20))
        head = QHBoxLayout()
        head.setSpacing(px(16))
        if is_dark:
            head.addWidget(Icon("landmark", "on_primary", 40))
        else:
            seal = QLabel()
            seal.setObjectName("seal")
            seal.setFixedSize(px(40), px(40))
            seal.setAlignment(Qt.AlignmentFlag.AlignCenter)
            seal.setPixmap(icons.pixmap("landmark", "on_primary", 24))
            head.addWidget(seal)
        head.addWidget(Text("panel", words.place, tone, wrap=True), 1)
        column.addLayout(head)
        column.addStretch(2)
        column.addWidget(Icon(words.icon, "on_primary" if is_dark else "primary", 72))
        for role, text, colour in (
            ("door", words.title, tone),
            ("title", words.coming, tone),
            ("panel", words.meanwhile, muted),
        ):
            line = Text(role, text, colour, wrap=True)
            line.setMaximumWidth(px(880))
            column.addWidget(line)
        column.addStretch(3)
        foot = QHBoxLayout()
        foot.setSpacing(px(8))
        foot.addWidget(KeyChip("Esc"))
        foot.addWidget(Text("small", "đóng màn hình này", muted))
        foot.addStretch(1)
        column.addLayout(foot)
        self.setAccessibleName(words.title)
        self.setAccessibleDescription(f"{words.coming} {words.meanwhile}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)
