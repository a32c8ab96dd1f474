"""How something goes on by itself: icon, two lines, a bar; it never changes its place."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout

from app.qt import theme
from app.widgets.buttons import KeyButton
from app.widgets.labels import Icon, Text

#: A share that is not known: the bar only says that work goes on.
BUSY = -1.0


class Band(QFrame):
    """A card with icon, two lines, a bar and a button; it never changes its place or height."""

    def __init__(self, kind: str, button: KeyButton | None = None) -> None:
        super().__init__()
        px = theme.current().px
        self.setProperty("surface", kind)
        self.setMinimumHeight(px(62))
        row = QHBoxLayout(self)
        row.setContentsMargins(px(16), px(10), px(16), px(10))
        row.setSpacing(px(12))
        self._icon = Icon("printer", "info", 24)
        self._title, self._detail = Text("strong", wrap=True), Text("small", "", "muted", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 100)
        words = QVBoxLayout()
        words.setSpacing(px(3))
        words.addStretch(1)
        for part in (self._title, self._bar, self._detail):
            words.addWidget(part)
        words.addStretch(1)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        if button is not None:
            row.addWidget(button)

    def show_band(self, icon: str, tone: str, title: str, detail: str, progress: float | None) -> None:
        self._icon.set_icon(icon, tone)
        self._title.set_text(title)
        self._detail.set_text(detail)
        self._detail.setVisible(bool(detail))
        self._bar.setVisible(progress is not None)
        self._bar.setRange(0, 0 if progress == BUSY else 100)
        self._bar.setValue(round((progress or 0) * 100))
        self.setAccessibleName(f"{title}. {detail}")
