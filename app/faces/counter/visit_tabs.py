"""The open visits: tabs side by side, or one menu where room is short."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from app.qt import theme
from app.widgets.buttons import KeyButton
from app.widgets.tab_button import TabButton


@dataclass(frozen=True)
class VisitTab:
    """One visit on the strip."""

    visit_id: str
    title: str
    detail: str = ""
    is_accepted: bool = False


class VisitTabs(QWidget):
    """Tabs in their order, then the way to a new visit."""

    visit_chosen = Signal(str)
    visit_closed = Signal(str)
    new_asked = Signal()
    park_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        px = theme.current().px
        self._tabs: tuple[VisitTab, ...] = ()
        self._current = ""
        self._is_narrow = False
        self._is_tight = self._shares_strip = False
        self._can_park = False
        self._buttons: list[TabButton] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(4))
        self._strip = QHBoxLayout()
        self._strip.setSpacing(px(4))
        row.addLayout(self._strip)
        self._new = TabButton("Ctrl+T")
        self._new.show_tab("plus", "Lượt mới")
        self._new.clicked.connect(self.new_asked)
        row.addWidget(self._new, alignment=Qt.AlignmentFlag.AlignBottom)
        row.addStretch(1)
        self._menu_button = KeyButton("users", "Lượt", "", "flat")
        self._menu_button.clicked.connect(self._open_menu)
        row.addWidget(self._menu_button, alignment=Qt.AlignmentFlag.AlignBottom)
        self._park = KeyButton("pause", "Tạm gác", "F8", "flat")
        self._park.clicked.connect(self.park_asked)
        row.addWidget(self._park, alignment=Qt.AlignmentFlag.AlignBottom)
        self.setMinimumWidth(0)

    def show_tabs(self, tabs: tuple[VisitTab, ...], current: str, can_park: bool) -> None:
        """Show the open visits, with one of them on."""
        self._tabs, self._current = tabs, current
        while len(self._buttons) < len(tabs):
            button = TabButton(can_close=True)
            index = len(self._buttons)
            button.clicked.connect(lambda _=False, at=index: self.visit_chosen.emit(self._tabs[at].visit_id))
            button.closed.connect(lambda at=index: self.visit_closed.emit(self._tabs[at].visit_id))
            self._strip.addWidget(button, alignment=Qt.AlignmentFlag.AlignBottom)
            self._buttons.append(button)
        for button, tab in zip(self._buttons, tabs, strict=False):
            is_on = tab.visit_id == current
            icon = "circle-check" if tab.is_accepted else "pen-line" if is_on else "pause"
            token = "verified" if tab.is_accepted else ""
            button.show_tab(icon, tab.title, tab.detail, is_on, icon_token=token)
        self._can_park = can_park
        self._fit()

    def set_narrow(self, is_narrow: bool, is_tight: bool, shares_strip: bool) -> None:
        """Make do with less room; where the columns' tabs share the strip, only the menu is left."""
        self._is_narrow, self._is_tight, self._shares_strip = is_narrow, is_tight, shares_strip
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Tabs as long as they fit; else only the current one, and the menu for the others."""
        px = theme.current().px
        count = len(self._tabs)
        wanted = sum(b.sizeHint().width() + px(4) for b in self._buttons[:count])
        wanted += self._new.sizeHint().width() + px(16)
        wanted += self._park.sizeHint().width() if self._can_park else 0
        is_tight = self._is_narrow or (self.width() > 0 and wanted > self.width())
        for index, button in enumerate(self._buttons):
            is_current = index < count and self._tabs[index].visit_id == self._current
            button.setVisible(index < count and (not is_tight or (is_current and not self._shares_strip)))
        self._new.setVisible(not self._is_narrow)
        self._park.setVisible(self._can_park and not self._is_narrow)
        self._menu_button.setVisible(is_tight)
        at = next((i for i, tab in enumerate(self._tabs) if tab.visit_id == self._current), -1)
        words = f"Lượt {at + 1} trên {count}" if at >= 0 else f"{count} lượt đang mở" if count else "Lượt mới"
        short = f"{at + 1}/{count}" if at >= 0 else str(count)
        self._menu_button.set_words(short if self._is_tight else words, name=words)

    def _open_menu(self) -> None:
        menu = QMenu(self)
        for tab in self._tabs:
            action = QAction(f"{tab.title}  {tab.detail}".strip(), menu)
            action.setCheckable(True)
            action.setChecked(tab.visit_id == self._current)
            action.triggered.connect(lambda _=False, visit=tab.visit_id: self.visit_chosen.emit(visit))
            menu.addAction(action)
        if self._tabs:
            menu.addSeparator()
        new = QAction("Lượt mới  (Ctrl+T)", menu)
        new.triggered.connect(lambda: self.new_asked.emit())
        menu.addAction(new)
        menu.popup(self._menu_button.mapToGlobal(QPoint(0, self._menu_button.height() + 4)))
