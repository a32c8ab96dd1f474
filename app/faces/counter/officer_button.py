"""Who sits here, at the top of the window; where officers sign in, a small menu hangs on it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QVBoxLayout, QWidget

from app.faces.counter.desk import Desk
from app.faces.counter.keys import KEYS
from app.faces.counter.keys import Action as KeyAction
from app.qt import theme
from app.qt.text import initials
from app.widgets.buttons import EnterButton
from app.widgets.labels import Icon, Text


class OfficerButton(EnterButton):
    """Initials, name and position; nothing happens on pressing it where nobody signs in."""

    lock_asked = Signal()
    switch_asked = Signal()
    password_asked = Signal()

    least_height = 44

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        px = theme.current().px
        self._has_menu = desk.officers.is_asked
        self.setProperty("kind", "icon")
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(4), 0, px(4), 0)
        row.setSpacing(px(8))
        avatar = QLabel(initials(desk.officer_name))
        avatar.setObjectName("avatar")
        avatar.setFixedSize(px(36), px(36))
        avatar.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._words = QWidget()
        column = QVBoxLayout(self._words)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addStretch(1)
        column.addWidget(Text("section", desk.officer_name))
        column.addWidget(Text("label", desk.officer_role))
        column.addStretch(1)
        chevron = Icon("chevron-down", "text_muted", 16)
        for part in (avatar, self._words, chevron):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            row.addWidget(part)
        chevron.setVisible(self._has_menu)
        name = ", ".join(filter(None, (desk.officer_name, desk.officer_role)))
        self.setAccessibleName(name)
        if self._has_menu:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setAccessibleDescription("Mở: khóa màn hình, đổi người, đổi mật khẩu")
            self.clicked.connect(self._open)
        else:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_narrow(self, is_narrow: bool) -> None:
        """Only the initials where room is short; nothing at all where they would open nothing."""
        self._words.setVisible(not is_narrow)
        self.setVisible(self._has_menu or not is_narrow)
        self.updateGeometry()

    def _open(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for words, signal in (
            (f"Khóa màn hình  ({KEYS[KeyAction.LOCK]})", self.lock_asked),
            ("Đổi người", self.switch_asked),
            ("Đổi mật khẩu", self.password_asked),
        ):
            action = QAction(words, menu)
            # Asked for once the menu is gone: what it hangs on goes too.
            action.triggered.connect(signal, Qt.ConnectionType.QueuedConnection)
            menu.addAction(action)
        menu.setActiveAction(menu.actions()[0])
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))
