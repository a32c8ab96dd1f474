"""Beside the queue: what happened to one dossier, that nothing was lost, and what to do."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.qt import theme
from app.qt.text import clock_or_day
from app.widgets.buttons import KeyButton
from app.widgets.labels import Icon, Text, rule, surface
from app.widgets.scrolling import scrolled
from app.workflow.views import QueueRow

_HEADS = {
    "needs_officer": ("triangle-alert", "attention", "Cần cán bộ xem"),
    "sending": ("cloud-upload", "info", "Đang gửi"),
    "to_update": ("clock", "muted", "Chờ gửi lại"),
    "sealed": ("hard-drive", "muted", "Đã lưu, chờ gửi"),
    "accepted": ("circle-check", "verified", "Tỉnh đã nhận"),
}
_SAFE = {
    "sealed": "Hồ sơ và các tệp đã nằm an toàn trên máy này và tự gửi khi có mạng. Giấy hẹn đã in có giá trị.",
    "sending": "Hồ sơ đang được gửi. Mất mạng giữa chừng thì gửi tiếp từ chỗ dở, không phải làm gì.",
    "to_update": "Hệ thống tỉnh đang bận. Máy tự gửi lại, hồ sơ vẫn nguyên trên máy.",
    "accepted": "Hệ thống tỉnh đã nhận đủ hồ sơ này.",
}

_MOST_LINES = 4


class QueuePanel(QFrame):
    """One dossier."""

    retry_asked = Signal(str)
    choice_asked = Signal(str, bool)
    """Key, and whether this station's version goes on."""
    copy_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        px = theme.current().px
        self._row: QueueRow | None = None
        self.setProperty("surface", "panel")
        self.setFixedWidth(px(360))
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(rule("v"))
        column = QVBoxLayout()
        column.setContentsMargins(px(16), px(16), px(16), px(16))
        column.setSpacing(px(8))
        outer.addLayout(column, 1)
        head = QHBoxLayout()
        head.setSpacing(px(8))
        self._icon = Icon("hard-drive", "text_muted", 20)
        self._head = Text("panel", wrap=True)
        head.addWidget(self._icon)
        head.addWidget(self._head, 1)
        self._code = Text("small", "", "muted", elide=Qt.TextElideMode.ElideMiddle)
        self._code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._who = Text("small", "", "muted", max_lines=2)
        who = QVBoxLayout()
        who.setSpacing(px(2))
        who.addLayout(head)
        who.addSpacing(px(2))
        who.addWidget(self._code)
        who.addWidget(self._who)
        column.addLayout(who)
        column.addSpacing(px(2))
        self._card = surface("attention")
        box = QVBoxLayout(self._card)
        box.setContentsMargins(px(12), px(12), px(12), px(12))
        box.setSpacing(px(4))
        self._card_title = Text("section", wrap=True)
        self._card_words = Text("small", wrap=True)
        box.addWidget(self._card_title)
        box.addWidget(self._card_words)
        column.addWidget(self._card)
        column.addSpacing(px(4))
        column.addWidget(rule())
        column.addWidget(Text("section", "Đã diễn ra"))
        inside = QWidget()
        self._history = QGridLayout(inside)
        self._history.setContentsMargins(0, 0, 0, 0)
        self._history.setHorizontalSpacing(px(12))
        self._history.setVerticalSpacing(px(6))
        self._history.setColumnMinimumWidth(0, px(44))
        self._history.setColumnStretch(1, 1)
        column.addWidget(scrolled(inside), 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(8))
        self._copy = KeyButton("copy", "Chép mã", "Ctrl+C")
        self._copy.clicked.connect(self.copy_code)
        self._retry = KeyButton("send", "Gửi lại", "F9", "primary")
        self._retry.clicked.connect(self.ask_again)
        buttons.addWidget(self._copy)
        buttons.addWidget(self._retry, 1)
        self._theirs = KeyButton("cloud-upload", "Dùng bản của tỉnh", "")
        self._theirs.clicked.connect(lambda: self._choose(False))
        column.addWidget(self._theirs)
        column.addLayout(buttons)
        self.setFocusProxy(self._copy)
        self._told: tuple[object, ...] = ()

    def show_row(self, row: QueueRow | None, now: datetime) -> None:
        """Tell one dossier; None where there is none."""
        self._row = row
        for part in (self._icon, self._code, self._who, self._card, self._copy, self._retry):
            part.setVisible(row is not None)
        in_conflict = row is not None and bool(row.differences)
        self._theirs.setVisible(in_conflict)
        # Two long words and a third button have no room; Ctrl+C copies all the same.
        self._copy.setVisible(row is not None and not in_conflict)
        self.setFocusProxy(self._retry if in_conflict else self._copy)
        if row is None:
            self._head.set_text("Chưa chọn hồ sơ")
            self._head.set_tone("muted")
            self._tell(())
            return
        icon, tone, head = _HEADS.get(row.state, _HEADS["sealed"])
        self._icon.set_icon(icon, "text_muted" if tone == "muted" else tone)
        self._head.set_text(head)
        self._head.set_tone("text" if tone == "muted" else tone)
        self._code.set_text(row.code)
        self._who.set_text(f"{row.applicant} · {row.procedure}")
        needs = row.state == "needs_officer"
        theme.mark(
            self._card, surface="attention" if needs else "verified" if row.state == "accepted" else "info"
        )
        self._card_title.set_text(_card_title(row))
        files = f"Hồ sơ và {row.files} tệp vẫn nguyên trên máy, giấy hẹn đã in vẫn có giá trị."
        self._card_words.set_text(
            _conflict_words(row)
            if row.differences
            else f"{(row.reason or '').rstrip('.')}. {files}"
            if needs and row.reason
            else _SAFE.get(row.state, files)
        )
        self._retry.setVisible(needs)
        self._retry.set_words("Giữ bản máy này" if row.differences else "Gửi lại", "send")
        self._tell(tuple((clock_or_day(moment, now), words) for moment, words in row.history))

    def copy_code(self) -> None:
        """Take the whole code to the clipboard."""
        if self._row is not None:
            QGuiApplication.clipboard().setText(self._row.code)
            self._copy.set_words("Đã chép", "check")
            QTimer.singleShot(2000, self._copy, lambda: self._copy.set_words("Chép mã", "copy"))
            self.copy_asked.emit()

    def ask_again(self) -> None:
        """F9: sends again what the province refused; in a conflict this station's version goes on."""
        if self._row is None or self._row.state != "needs_officer":
            return
        if self._row.differences:
            # Never unseen: where the window is too narrow for the panel, the differences are not shown.
            if self.isVisible():
                self._choose(True)
        else:
            self.retry_asked.emit(self._row.key)

    def _choose(self, keeps_ours: bool) -> None:
        if self._row is not None:
            self.choice_asked.emit(self._row.key, keeps_ours)

    def _tell(self, history: tuple[tuple[str, str], ...]) -> None:
        if history == self._told:
            return
        self._told = history
        while (item := self._history.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for index, (moment, words) in enumerate(history):
            top = Qt.AlignmentFlag.AlignTop
            self._history.addWidget(Text("small", moment, "muted"), index, 0, top)
            self._history.addWidget(Text("small", words, wrap=True), index, 1, top)
        self._history.setRowStretch(len(history), 1)


def _card_title(row: QueueRow) -> str:
    if row.differences:
        return "Máy này và tỉnh cùng sửa hồ sơ này"
    if row.state == "needs_officer":
        return "Hệ thống tỉnh chưa nhận hồ sơ này"
    return row.province_words if row.state == "accepted" and row.province_words else row.state_text


def _conflict_words(row: QueueRow) -> str:
    """Where the two versions differ; more than a few are counted."""
    told = [
        f"{what}: máy này “{here}”, tỉnh “{there}”." for what, here, there in row.differences[:_MOST_LINES]
    ]
    if len(row.differences) > _MOST_LINES:
        told.append(f"Và {len(row.differences) - _MOST_LINES} chỗ khác nữa.")
    return "\n".join([*told, "Chọn bản dùng tiếp; bản kia vẫn còn trong lịch sử hồ sơ."])
