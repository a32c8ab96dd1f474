"""The bar at the foot: line, queue, last sync, devices, clock; each says what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout

from app.faces.counter.desk import Desk
from app.qt import theme
from app.qt.text import clock_or_day, clock_time, short_day
from app.widgets.labels import Text, rule
from app.widgets.status_item import Status, StatusItem
from app.workflow.views import LineView

_DEVICE_ICONS = {"Máy quét": "scan-line", "Máy in": "printer", "Đầu đọc": "qr-code"}
_DEVICE_ADVICE = {
    "Máy quét": "Kiểm tra dây nguồn và cáp của máy quét, mở khay xem có giấy kẹt không, rồi quét lại bằng F2.",
    "Máy in": "Kiểm tra giấy và nguồn của máy in. Bản in đang chờ tự in tiếp, không in trùng.",
    "Đầu đọc": "Rút rồi cắm lại đầu đọc. Trong lúc chờ, dán dòng chữ của thẻ vào ô quét thẻ (F2).",
}
_CLOCK_MS = 5_000


def line_status(line: LineView, when: Callable[[LineView], str]) -> Status:
    """How the connection is told."""
    if line.is_online is None:
        return Status(
            "loader", "text_muted", "", "Đang kiểm tra kết nối", "Đang hỏi hệ thống tỉnh. Cứ tiếp nhận.", True
        )
    if line.is_online:
        advice = line.note or "Hồ sơ được gửi ngay khi tiếp nhận. Không phải làm gì."
        return Status("cloud-check", "verified", "Đã kết nối", when(line), advice, True)
    advice = line.note or (
        "Cứ tiếp nhận như thường: hồ sơ lưu an toàn trên máy này và tự gửi khi có mạng. "
        "Nếu mất lâu, kiểm tra dây mạng hoặc báo bộ phận kỹ thuật."
    )
    return Status("cloud-off", "info", "Mất kết nối", when(line), advice, False, "Thử lại", "F5")


class StatusBar(QFrame):
    """All items; those that are well shrink where room is short."""

    def __init__(self, desk: Desk, open_queue: Callable[[], None]) -> None:
        super().__init__()
        px = theme.current().px
        self.setObjectName("statusBar")
        self.setFixedHeight(px(32))
        self._desk = desk
        self._is_narrow = self._is_tight = False
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._line = self._item(desk.sync_now)
        self._queue = self._item(open_queue)
        self._officer = self._item(open_queue)
        self._sync = self._item(desk.sync_now)
        self._row.addStretch(1)
        self._devices: list[StatusItem] = []
        for _ in desk.devices():
            self._row.addWidget(rule("v"))
            item = StatusItem()
            self._row.addWidget(item)
            self._devices.append(item)
        self._row.addWidget(rule("v"))
        self._row.addSpacing(px(12))
        self._clock, self._day = Text("section"), Text("label")
        self._row.addWidget(self._clock)
        self._row.addSpacing(px(8))
        self._row.addWidget(self._day)
        self._row.addSpacing(px(12))
        self._ticks = QTimer(self)
        self._ticks.setInterval(_CLOCK_MS)
        self._ticks.timeout.connect(self._tick)
        self._ticks.start()
        self.refresh()

    def _item(self, act: Callable[[], None]) -> StatusItem:
        item, line = StatusItem(act), rule("v")
        self._row.addWidget(item)
        self._row.addWidget(line)
        item.setProperty("rule", line)
        return item

    def set_narrow(self, is_narrow: bool, is_tight: bool) -> None:
        self._is_narrow, self._is_tight = is_narrow, is_tight
        self.refresh()

    def refresh(self) -> None:
        """Show line, queue and devices as they stand."""
        line = self._desk.line()
        small = self._is_narrow
        self._line.show_status(self._short(line_status(line, self._since)), small)
        self._queue.show_status(self._short(self._queue_status(line)), small)
        self._show(self._officer, line.needs_officer > 0)
        self._officer.show_status(
            Status(
                "triangle-alert",
                "attention",
                f"{line.needs_officer} hồ sơ cần xem",
                "",
                "Hệ thống tỉnh chưa nhận vì có chỗ chưa đúng. Hồ sơ vẫn nguyên trên máy; mở hàng chờ để xem.",
                False,
                "Mở hàng chờ",
                "Alt+4",
            )
        )
        last = f"Đồng bộ lần cuối {self._moment(line)}" if line.last_sync else "Chưa đồng bộ lần nào"
        self._show(self._sync, not small)
        self._sync.show_status(
            Status(
                "refresh-cw",
                "text_muted",
                "",
                last,
                "Máy tự đồng bộ. Muốn gửi ngay thì bấm nút dưới đây.",
                True,
                "Gửi ngay",
                "F5",
            )
        )
        for item, (name, words, is_well) in zip(self._devices, self._desk.devices(), strict=False):
            advice = (
                "Thiết bị đang sẵn sàng."
                if is_well
                else _DEVICE_ADVICE.get(name, "Xem trang Cài đặt (Alt+6).")
            )
            icon = _DEVICE_ICONS.get(name, "monitor")
            item.show_status(
                Status(
                    icon, "text_muted" if is_well else "attention", "", f"{name}: {words}", advice, is_well
                ),
                small,
            )
        self._tick()

    def _short(self, status: Status) -> Status:
        return replace(status, detail="") if self._is_tight and status.word else status

    def _show(self, item: StatusItem, is_shown: bool) -> None:
        item.setVisible(is_shown)
        line = item.property("rule")
        if isinstance(line, QFrame):
            line.setVisible(is_shown)

    def _queue_status(self, line: LineView) -> Status:
        if not line.waiting:
            return Status(
                "hard-drive",
                "text_muted",
                "",
                "Không có hồ sơ chờ gửi",
                "Mọi hồ sơ đã tới hệ thống tỉnh.",
                True,
                "Mở hàng chờ",
                "Alt+4",
            )
        words = f"{line.waiting} hồ sơ chờ gửi"
        if line.is_online:
            return Status(
                "cloud-upload",
                "info",
                words,
                "đang gửi",
                "Hồ sơ đang được gửi lần lượt, không cần chờ.",
                False,
                "Mở hàng chờ",
                "Alt+4",
            )
        return Status(
            "hard-drive",
            "verified",
            words,
            "đã lưu an toàn trên máy",
            "Không mất gì: hồ sơ và tệp nằm trên máy này, tự gửi khi có mạng.",
            False,
            "Mở hàng chờ",
            "Alt+4",
        )

    def _since(self, line: LineView) -> str:
        return f"từ {clock_or_day(line.since, self._desk.now())}" if line.since else ""

    def _moment(self, line: LineView) -> str:
        return clock_or_day(line.last_sync, self._desk.now()) if line.last_sync else ""

    def _tick(self) -> None:
        now = self._desk.now()
        self._clock.set_text(clock_time(now))
        self._day.set_text(short_day(now))
        self._day.setVisible(not self._is_narrow)
