"""F1: the keys of the screen one is on, beside it and not over it all."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.faces.counter.keys import EVERYWHERE
from app.qt import theme
from app.widgets.buttons import IconButton
from app.widgets.labels import KeyChip, Text, rule
from app.widgets.scrolling import scrolled


class HelpPanel(QFrame):
    """A panel at the right edge of the window; Esc or F1 closes it."""

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        px = theme.current().px
        self.setObjectName("helpPanel")
        column = QVBoxLayout(self)
        column.setContentsMargins(px(17), px(12), px(12), px(16))
        column.setSpacing(px(8))
        head = QHBoxLayout()
        self._title = Text("panel", wrap=True)
        self._close = IconButton("x", "Đóng trợ giúp (Esc)")
        self._close.clicked.connect(self.close_panel)
        head.addWidget(self._title, 1)
        head.addWidget(self._close)
        column.addLayout(head)
        inside = QWidget()
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(0, 0, px(8), 0)
        self._grid.setHorizontalSpacing(px(12))
        self._grid.setVerticalSpacing(px(8))
        self._grid.setColumnStretch(1, 1)
        column.addWidget(scrolled(inside), 1)
        self.hide()

    @property
    def wanted_width(self) -> int:
        return theme.current().px(360)

    def open_for(self, title: str, keys: tuple[tuple[str, str], ...]) -> None:
        """Show the keys of a page, then those that work everywhere."""
        self._title.set_text(f"Phím ở trang {title}")
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        own = {key for key, _ in keys}
        row = self._list(keys, 0)
        if keys:
            self._grid.addWidget(rule(), row, 0, 1, 2)
        self._grid.addWidget(Text("section", "Ở mọi trang"), row + 1, 0, 1, 2)
        row = self._list(tuple(pair for pair in EVERYWHERE if pair[0] not in own), row + 2)
        self._grid.setRowStretch(row, 1)
        self.show()
        self.raise_()
        self._close.setFocus(Qt.FocusReason.OtherFocusReason)

    def _list(self, keys: tuple[tuple[str, str], ...], row: int) -> int:
        for key, words in keys:
            chip = KeyChip(key)
            self._grid.addWidget(chip, row, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(Text("small", words, wrap=True), row, 1)
            row += 1
        return row

    def close_panel(self) -> None:
        """Put the panel away."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
            return
        super().keyPressEvent(event)
