"""Pages whose work comes later: what is coming, and what can be done meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.faces.counter.keys import Action, Page
from app.qt import theme
from app.widgets.buttons import KeyButton
from app.widgets.labels import Icon, Text, surface


@dataclass(frozen=True)
class Door:
    """What such a page says; `meanwhile` leads to the page at `rail_index`."""

    icon: str
    title: str
    coming: str
    meanwhile: str
    button: str = ""
    key: str = ""
    rail_index: int = 0


DOSSIERS = Door(
    "files",
    "Hồ sơ",
    "Tra cứu mọi hồ sơ của đơn vị, nhận bổ sung và theo dõi hạn trả sẽ có ở trang này trong bản sau.",
    "Hồ sơ nhận trên máy này đã nằm trong hàng chờ đồng bộ; ô tìm kiếm phía trên (F3) tìm được theo mã và họ tên.",
    "Mở hàng chờ đồng bộ",
    "Alt+4",
    3,
)
RESULTS = Door(
    "package-check",
    "Trả kết quả",
    "Trả kết quả theo mã QR trên giấy hẹn, ký nhận và thu phí sẽ có ở trang này trong bản sau.",
    "Trong lúc chờ, trả kết quả trên hệ thống của tỉnh như hiện nay; giấy hẹn in từ máy này dùng được ở đó.",
)
REPORTS = Door(
    "chart-column",
    "Báo cáo",
    "Số lượt tiếp nhận, thời gian chờ và điểm theo Bộ chỉ số 766 sẽ có ở trang này trong bản sau.",
    "Số hồ sơ chờ gửi và đã gửi trong ngày xem được ở hàng chờ đồng bộ.",
    "Mở hàng chờ đồng bộ",
    "Alt+4",
    3,
)


class DoorPage(Page):
    """One calm page."""

    def __init__(self, door: Door, go_to: Callable[[int], None]) -> None:
        super().__init__()
        px = theme.current().px
        self.title = door.title
        self.setProperty("surface", "surface")
        outer = QHBoxLayout(self)
        outer.setContentsMargins(px(24), px(24), px(24), px(24))
        card = surface("card")
        card.setMaximumWidth(px(560))
        outer.addStretch(1)
        outer.addWidget(card, 4, Qt.AlignmentFlag.AlignVCenter)
        outer.addStretch(1)
        column = QVBoxLayout(card)
        column.setContentsMargins(px(32), px(32), px(32), px(32))
        column.setSpacing(px(12))
        column.addWidget(Icon(door.icon, "primary", 40))
        column.addWidget(Text("title", door.title))
        column.addWidget(Text("body", door.coming, wrap=True))
        column.addWidget(Text("body", door.meanwhile, "muted", wrap=True))
        self._button = KeyButton("arrow-right", door.button, door.key)
        self._button.setVisible(bool(door.button))
        self._button.clicked.connect(lambda: go_to(door.rail_index))
        if door.button:
            column.addSpacing(px(8))
            column.addWidget(self._button, alignment=Qt.AlignmentFlag.AlignLeft)

    def act(self, action: Action) -> bool:
        if action is Action.ENTER and self._button.isVisible():
            self._button.click()
            return True
        return False

    def refresh(self) -> None:
        """Nothing here changes."""

    def take_focus(self) -> None:
        if self._button.isVisible():
            self._button.setFocus(Qt.FocusReason.OtherFocusReason)
