"""A number that matters, with its icon and its words."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app.qt import theme
from app.widgets.labels import Icon, Text


class Tile(QFrame):
    """Label above, figure and unit below."""

    def __init__(self, icon: str, tone: str, label: str) -> None:
        super().__init__()
        px = theme.current().px
        self.setProperty("surface", "card")
        self.setFixedHeight(px(70))
        row = QHBoxLayout(self)
        row.setContentsMargins(px(16), px(8), px(16), px(8))
        row.setSpacing(px(12))
        self._label = Text("label", label)
        self._figure = Text("figure")
        self._unit = Text("label")
        words = QVBoxLayout()
        words.setSpacing(0)
        line = QHBoxLayout()
        line.setSpacing(px(8))
        line.addWidget(self._figure)
        line.addWidget(self._unit)
        line.addStretch(1)
        words.addWidget(self._label)
        words.addLayout(line)
        row.addWidget(Icon(icon, tone, 24))
        row.addLayout(words, 1)

    def show_figure(self, figure: str, unit: str) -> None:
        """Show another number."""
        self._figure.set_text(figure)
        self._unit.set_text(unit)
        self.setAccessibleName(f"{self._label.full_text}: {figure} {unit}")
