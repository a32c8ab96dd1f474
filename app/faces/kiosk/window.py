"""The citizen's kiosk: so far its door, which says what is coming and whom to ask."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.qt import theme
from app.widgets.door import Door, DoorWords

#: 24 px type where the counter has 14: read standing, at arm's length.
_TEXT_SCALE = 24 / 14


class KioskDesk(Protocol):
    """What the kiosk asks of the program so far: whose it is."""

    agency_name: str
    agency_parent: str


def open_window(desk: KioskDesk) -> QWidget:
    """The kiosk's window, made for the full screen; the caller shows it. Esc closes it."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise RuntimeError("a QApplication must exist before a window")
    theme.apply(app, text_scale=_TEXT_SCALE)
    door = Door(
        DoorWords(
            window_title=f"Một Cửa · Ki-ốt · {desk.agency_name}",
            place=f"{desk.agency_name} · {desk.agency_parent}",
            icon="id-card",
            title="Kính chào công dân",
            coming="Nộp hồ sơ, tra cứu hồ sơ và lấy số thứ tự tại ki-ốt này sẽ có trong bản sau.",
            meanwhile="Mời đến quầy tiếp nhận, cán bộ sẽ giúp ngay. Xin mang theo thẻ căn cước.",
            ground="primary",
        )
    )
    door.setWindowState(Qt.WindowState.WindowFullScreen)
    return door
