"""Where a visit stands: discs with words under them, joined by lines."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.qt import icons, theme
from app.widgets.labels import Text


class Stepper(QWidget):
    """Steps from the left: those before `step` are done, `step` (from 1) is now."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self._names = names
        px = theme.current().px
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(0)
        grid.setVerticalSpacing(px(4))
        self._discs: list[QLabel] = []
        self._words: list[Text] = []
        self._lines: list[tuple[QFrame, QFrame]] = []
        for column, name in enumerate(names):
            cell = QWidget()
            row = QHBoxLayout(cell)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(0)
            disc = QLabel(str(column + 1))
            disc.setObjectName("stepDisc")
            disc.setFixedSize(px(24), px(24))
            disc.setAlignment(Qt.AlignmentFlag.AlignCenter)
            halves = self._line(column > 0), self._line(column < len(names) - 1)
            row.addWidget(halves[0], 1)
            row.addSpacing(px(6))
            row.addWidget(disc)
            row.addSpacing(px(6))
            row.addWidget(halves[1], 1)
            word = Text("tiny", name, "muted")
            word.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            grid.addWidget(cell, 0, column)
            grid.addWidget(word, 1, column)
            grid.setColumnStretch(column, 1)
            self._discs.append(disc)
            self._words.append(word)
            self._lines.append(halves)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @staticmethod
    def _line(is_drawn: bool) -> QFrame:
        line = QFrame()
        line.setObjectName("stepLine" if is_drawn else "noLine")
        return line

    def set_step(self, step: int, done: bool = False) -> None:
        """Stand at a step; with `done` every step is behind."""
        for index, (disc, word) in enumerate(zip(self._discs, self._words, strict=True), start=1):
            is_past = done or index < step
            state = "done" if is_past else "now" if index == step else "later"
            theme.mark(disc, step=state)
            word.set_tone("primary" if state == "now" else "text" if is_past else "muted")
            if is_past:
                disc.setPixmap(icons.pixmap("check", "on_primary", 14))
            else:
                disc.setText(str(index))
            theme.mark(self._lines[index - 1][0], step="done" if is_past or state == "now" else "later")
            theme.mark(self._lines[index - 1][1], step="done" if is_past else "later")
        here = "đã xong" if done else f"bước {step} trên {len(self._names)}: {self._names[step - 1]}"
        self.setAccessibleName(f"Tiến trình, {here}")
