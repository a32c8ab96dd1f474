"""Pickup at home by postal staff: so far its door."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtWidgets import QApplication, QWidget

from app.qt import theme
from app.widgets.door import Door, DoorWords


class PickupDesk(Protocol):
    """What pickup asks of the program so far: whose it is."""

    agency_name: str
    agency_parent: str


def open_window(desk: PickupDesk) -> QWidget:
    """The pickup window; the caller shows it. Esc closes it."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise RuntimeError("a QApplication must exist before a window")
    theme.apply(app)
    return Door(
        DoorWords(
            window_title=f"Một Cửa · Tiếp nhận tại nhà · {desk.agency_name}",
            place=f"{desk.agency_name} · {desk.agency_parent}",
            icon="map-pin",
            title="Tiếp nhận tại nhà",
            coming="Lộ trình trong ngày, chụp giấy tờ, ký trên màn hình và biên nhận tạm sẽ có trong bản sau.",
            meanwhile="Trong lúc chờ, mở mặt quầy trên máy này: không có mạng vẫn tiếp nhận, in giấy hẹn "
            "và tự gửi khi có mạng lại.",
            ground="surface",
        )
    )
