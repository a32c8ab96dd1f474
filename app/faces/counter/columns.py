"""Three columns side by side, or three tabs where the window is narrow."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from app.faces.counter.case_column import count_papers
from app.qt import theme
from app.widgets.labels import KeyChip, Text
from app.widgets.scrolling import PageStack
from app.widgets.tab_button import TabButton
from app.workflow.views import VisitView

_WIDTHS = (304, 502, 472)
FORM = 2


class ColumnTabs(QWidget):
    """The tabs of the three columns; each says what is to be done in it."""

    column_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        px = theme.current().px
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(4))
        self._tabs = [TabButton() for _ in range(3)]
        for index, tab in enumerate(self._tabs):
            tab.clicked.connect(lambda _=False, column=index: self.column_chosen.emit(column))
            row.addWidget(tab, alignment=Qt.AlignmentFlag.AlignBottom)
        row.addSpacing(px(8))
        self._hint = QWidget()
        self._hint.setFixedHeight(px(36))
        hint = QHBoxLayout(self._hint)
        hint.setContentsMargins(0, 0, 0, 0)
        hint.setSpacing(px(8))
        hint.addWidget(KeyChip("F6"))
        hint.addWidget(Text("small", "đổi thẻ", "muted"))
        row.addWidget(self._hint, alignment=Qt.AlignmentFlag.AlignBottom)
        row.addStretch(1)
        self._is_tight = False

    def show_tabs(self, view: VisitView, shown: int) -> None:
        """Say what each column holds, with one of them shown."""
        done, wanted = count_papers(view)
        doubts = len(view.doubtful)
        self._tabs[0].show_tab(
            "files",
            "Giấy tờ" if self._is_tight else "Giấy tờ cần có",
            f"{done}/{wanted}" if wanted else "",
            shown == 0,
        )
        self._tabs[1].show_tab("file-text", "Trang" if self._is_tight else "Trang giấy", "", shown == 1)
        if doubts:
            self._tabs[2].show_tab(
                "triangle-alert",
                "Tờ khai",
                f"{doubts} ô" if self._is_tight else f"{doubts} ô cần xem",
                shown == FORM,
                "attention",
                "attention",
            )
        else:
            self._tabs[2].show_tab("file-check", "Tờ khai", "", shown == FORM)

    def set_tight(self, is_tight: bool) -> None:
        """Leave out the hint where it would not fit."""
        self._is_tight = is_tight
        self._hint.setVisible(not is_tight)


class Columns(QWidget):
    """Holds the three columns in either way."""

    def __init__(self, columns: tuple[QWidget, QWidget, QWidget]) -> None:
        super().__init__()
        px = theme.current().px
        self._columns = columns
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._stack = PageStack()
        self._least = tuple(column.minimumWidth() for column in columns)
        self._is_narrow = False
        self._sizes = [px(width) for width in _WIDTHS]
        self._inside.addWidget(self._splitter)
        self._inside.addWidget(self._stack)
        self._stack.hide()
        self._fill_splitter()

    @property
    def is_narrow(self) -> bool:
        return self._is_narrow

    @property
    def shown(self) -> int:
        """The column that is shown where only one is."""
        return self._stack.currentIndex()

    @property
    def sizes(self) -> list[int]:
        """Widths of the columns in design pixels, to be kept for this officer."""
        scale = theme.current().scale
        return [round(size / scale) for size in (self._sizes if self._is_narrow else self._splitter.sizes())]

    def set_sizes(self, sizes: list[int]) -> None:
        """Take up the widths kept from before; a list that makes no sense is left aside."""
        if len(sizes) == len(self._columns) and all(size > 0 for size in sizes):
            self._sizes = [theme.current().px(size) for size in sizes]
            self._splitter.setSizes(self._sizes)

    def show_column(self, index: int) -> None:
        self._stack.setCurrentIndex(index)

    def set_narrow(self, is_narrow: bool) -> None:
        """Change between the two ways."""
        if is_narrow == self._is_narrow:
            return
        self._is_narrow = is_narrow
        if is_narrow:
            self._sizes = self._splitter.sizes()
            for column in self._columns:
                column.setMinimumWidth(0)
                self._stack.addWidget(column)
            self._stack.setCurrentIndex(FORM)
        else:
            self._fill_splitter()
        self._splitter.setVisible(not is_narrow)
        self._stack.setVisible(is_narrow)

    def _fill_splitter(self) -> None:
        for index, (column, least) in enumerate(zip(self._columns, self._least, strict=True)):
            column.setMinimumWidth(least)
            self._splitter.addWidget(column)
            column.show()
            self._splitter.setStretchFactor(index, 1 if index == 1 else 0)
        self._splitter.setSizes(self._sizes)
