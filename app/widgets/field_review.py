"""What a doubtful field grows into: the paper, a large editor, and what another source says."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.qt import theme
from app.widgets.buttons import KeyButton
from app.widgets.crop_view import CropView
from app.widgets.field_editor import FieldEditor
from app.widgets.labels import Icon, Text
from app.workflow.views import FieldView


class FieldReview(QWidget):
    """The inside of a doubtful card: the paper, the editor, and what another source says."""

    suggestion_taken = Signal()

    def __init__(self) -> None:
        super().__init__()
        px = theme.current().px
        grid = QGridLayout(self)
        grid.setContentsMargins(0, px(4), 0, 0)
        grid.setHorizontalSpacing(px(8))
        grid.setVerticalSpacing(px(8))
        self.crop = CropView()
        self.editor = FieldEditor("doubtful")
        self.editor.setFixedHeight(px(40))
        self._grid = grid
        self._place(is_long=False)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self._other = QWidget()
        row = QHBoxLayout(self._other)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(8))
        words = QVBoxLayout()
        words.setSpacing(0)
        said = QHBoxLayout()
        said.setSpacing(px(4))
        self._by = Text("small", elide=Qt.TextElideMode.ElideRight)
        self._value = Text("section")
        self._detail = Text("label", elide=Qt.TextElideMode.ElideRight)
        said.addWidget(self._by)
        said.addWidget(self._value)
        said.addStretch(1)
        words.addStretch(1)
        words.addLayout(said)
        words.addWidget(self._detail)
        words.addStretch(1)
        self.take = KeyButton("", "Dùng", "F4", "attention")
        self.take.clicked.connect(self.suggestion_taken)
        row.addWidget(Icon("lightbulb", "attention", 16))
        row.addLayout(words, 1)
        row.addWidget(self.take)
        grid.addWidget(self._other, 2, 0, 1, 2)

    def _place(self, is_long: bool) -> None:
        """Paper and editor side by side; a long value has both over the whole width."""
        for part in (self.crop, self.editor):
            self._grid.removeWidget(part)
        self._grid.addWidget(self.crop, 0, 0, 1, 2 if is_long else 1)
        self._grid.addWidget(self.editor, int(is_long), int(not is_long), 1, 2 if is_long else 1)

    def show_field(self, view: FieldView) -> None:
        self.crop.setVisible(view.crop is not None)
        self._place(is_long=view.is_wide or view.crop is None)
        other = view.suggestion
        self._other.setVisible(other is not None)
        if other is not None:
            self._by.set_text(other.by)
            self._value.set_text(other.shown)
            self._detail.set_text(other.detail)
            self.take.set_words(f"Dùng {other.shown}" if len(other.shown) <= 18 else "Dùng giá trị này")
