"""Cards of the settings page: one's own password, and when an idle window locks."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.faces.counter.desk import Desk
from app.qt import theme
from app.widgets.buttons import KeyButton
from app.widgets.labels import Text
from app.widgets.password_entry import PasswordEntry
from app.widgets.scrolling import bring_into_view

UNEQUAL = "Hai lần nhập mật khẩu mới không giống nhau."
IDLE_CHOICES = (5, 10, 20, 30)


class SettingsCard(QFrame):
    """A titled card with one line at its foot for what came of the last thing asked."""

    def __init__(self, title: str) -> None:
        super().__init__()
        px = theme.current().px
        self.setProperty("surface", "card")
        self.setMaximumWidth(px(720))
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(px(16), px(16), px(16), px(16))
        self.column.setSpacing(px(8))
        self.column.addWidget(Text("panel", title))
        self._said = Text("state", "", "attention", wrap=True)
        self._said.hide()

    def say(self, sentence: str, tone: str = "attention") -> None:
        """Say what came of it."""
        self._said.set_text(sentence)
        self._said.set_tone(tone)
        self._said.setVisible(bool(sentence))
        if sentence:
            bring_into_view(self._said)
        self.window().setProperty("lastSentence", sentence)

    @property
    def said(self) -> str:
        return self._said.full_text


class PasswordCard(SettingsCard):
    """The old password, and the new one twice."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("Đổi mật khẩu của tôi")
        self._desk = desk
        self._old, self._new, self._again = (PasswordEntry(""), PasswordEntry(""), PasswordEntry(""))
        for label, entry in (
            ("Mật khẩu đang dùng", self._old),
            ("Mật khẩu mới, từ 8 ký tự", self._new),
            ("Nhập lại mật khẩu mới", self._again),
        ):
            add_line(self.column, label, entry)
        go_on_by_enter((self._old, self._new, self._again), self._change)
        self.column.addWidget(self._said)
        self._button = KeyButton("check", "Đổi mật khẩu")
        self._button.clicked.connect(self._change)
        self.column.addWidget(self._button, alignment=Qt.AlignmentFlag.AlignLeft)

    def take_focus(self) -> None:
        self._old.setFocus(Qt.FocusReason.OtherFocusReason)

    def _change(self) -> None:
        if self._new.text() != self._again.text():
            self.say(UNEQUAL)
            self._again.setFocus()
            return
        self._desk.officers.change_password(self._old.text(), self._new.text(), self._answered)

    def _answered(self, sentence: str | None) -> None:
        self._old.clear()
        if sentence is None:
            self._new.clear()
            self._again.clear()
            self.say("Đã đổi mật khẩu; từ lần sau đăng nhập bằng mật khẩu mới.", "verified")
        else:
            self.say(sentence)
            self._old.setFocus()


class IdleCard(SettingsCard):
    """After how many minutes without a key or a touch the window locks itself."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("Tự khóa màn hình")
        self._desk = desk
        self.column.addWidget(
            Text(
                "small",
                "Khi không ai chạm máy; lượt đang mở và chữ đang gõ được giữ nguyên.",
                "muted",
                wrap=True,
            )
        )
        row = QHBoxLayout()
        row.setSpacing(theme.current().px(8))
        self._group = QButtonGroup(self)
        for minutes in IDLE_CHOICES:
            button = KeyButton("", f"{minutes} phút", kind="choice")
            button.setCheckable(True)
            button.toggled.connect(lambda on, b=button: theme.mark(b, on=on))
            button.setAccessibleName(f"Tự khóa sau {minutes} phút")
            button.setChecked(minutes == desk.officers.idle_lock_min)
            self._group.addButton(button, minutes)
            row.addWidget(button)
        row.addStretch(1)
        self.column.addLayout(row)
        self.column.addWidget(self._said)
        self._group.idClicked.connect(self._choose)

    def _choose(self, minutes: int) -> None:
        def answered(sentence: str | None) -> None:
            if sentence is None:
                self.say(f"Từ lần đăng nhập sau máy tự khóa sau {minutes} phút.", "verified")
            else:
                self.say(sentence)

        self._desk.officers.set_idle_lock(minutes, answered)


def go_on_by_enter(entries: tuple[QLineEdit, ...], last: Callable[[], None]) -> None:
    """Enter goes to the next line, and from the last does what is asked."""
    for entry, following in zip(entries, (*(e.setFocus for e in entries[1:]), last), strict=True):
        entry.returnPressed.connect(following)


def add_line(column: QVBoxLayout, label: str, entry: QWidget) -> None:
    """One labelled field."""
    column.addWidget(Text("small", label, "muted"))
    entry.setAccessibleName(label)
    column.addWidget(entry)
