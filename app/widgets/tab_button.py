"""One tab of a strip: icon, title, a detail, and a cross where it can be closed."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from app.qt import theme
from app.widgets.buttons import EnterButton, IconButton
from app.widgets.labels import Icon, KeyChip, Text


class TabButton(EnterButton):
    """A tab; the one that is on stands on the page's own ground."""

    closed = Signal()

    def __init__(self, key: str = "", can_close: bool = False) -> None:
        super().__init__()
        px = theme.current().px
        self._icon_tokens = ("primary", "text_muted")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(px(36))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(12), 0, px(12), 0)
        row.setSpacing(px(8))
        self._icon = Icon("pen-line", "text_muted", 16)
        self._title = Text("tab")
        self._detail = Text("label")
        self._close = IconButton("x", "Đóng lượt này", 24, 16)
        self._close.setVisible(False)
        self._close.clicked.connect(self.closed)
        self._close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._can_close = can_close
        for part in (self._icon, self._title, self._detail):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            row.addWidget(part)
        if key:
            chip = KeyChip(key)
            chip.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            row.addWidget(chip)
        row.addWidget(self._close)

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return QSize(layout.sizeHint().width() if layout is not None else 0, theme.current().px(36))

    def show_tab(
        self,
        icon: str,
        title: str,
        detail: str = "",
        is_on: bool = False,
        tone: str = "muted",
        icon_token: str = "",
    ) -> None:
        """Say what the tab holds."""
        self._icon.set_icon(icon, icon_token or ("primary" if is_on else "text_muted"))
        self._title.set_text(title)
        self._detail.set_text(detail)
        self._detail.set_tone(tone)
        self._detail.setVisible(bool(detail))
        self._close.setVisible(self._can_close and is_on)
        theme.mark(self, on=is_on)
        self.setAccessibleName(f"{title} {detail}".strip())
        self.setAccessibleDescription("đang mở" if is_on else "")
        self.updateGeometry()
