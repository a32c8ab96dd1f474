"""A fact told in three lines: what it is, its value, a detail."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.qt import theme
from app.widgets.labels import Icon, Text


class FactCell(QWidget):
    """Label, value, detail; a fact that is done has a tick before its detail."""

    def __init__(self, label: str) -> None:
        super().__init__()
        px = theme.current().px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(14), px(16), px(14))
        column.setSpacing(px(2))
        self._value, self._detail = Text("title", wrap=True), Text("small", wrap=True)
        self._tick = Icon("check", "verified", 14)
        self._tick.hide()
        line = QHBoxLayout()
        line.setSpacing(px(4))
        line.addWidget(self._tick)
        line.addWidget(self._detail, 1)
        column.addWidget(Text("label", label))
        column.addWidget(self._value)
        column.addLayout(line)
        column.addStretch(1)

    def show_cell(self, value: str, detail: str, is_done: bool = False) -> None:
        self._value.set_text(value)
        self._detail.set_text(detail)
        self._detail.set_tone("verified" if is_done else "text")
        self._tick.setVisible(is_done)
