"""Who sits here? A name from the list and a password; nothing of any citizen."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.domain.officers import ROLE_WORDS
from app.faces.counter.desk import Desk
from app.qt import icons, theme
from app.qt.text import clock_time, short_day
from app.widgets.buttons import KeyButton
from app.widgets.choice_list import Choice, ChoiceList
from app.widgets.labels import Icon, KeyChip, Text, surface
from app.widgets.password_entry import PasswordEntry
from app.widgets.scrolling import bring_into_view, scrolled

_MOST_ROWS, _FEWEST_ROWS = 5, 2
#: Below this height, in design pixels, there is no room for more than the way in.
_LOW = 660
_ROW = 52
_TICK_MS = 1_000


class SignInPage(QFrame):
    """The whole window while nobody sits at it; sending goes on behind it."""

    signed_in = Signal()

    def __init__(self, desk: Desk, last_login: str = "") -> None:
        super().__init__()
        self._desk = desk
        self._is_asking = False
        self._left_s, self._sentence = 0, ""
        px = theme.current().px
        self.setProperty("surface", "surface")
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        room = QWidget()
        outer = QVBoxLayout(room)
        outer.setContentsMargins(px(24), px(16), px(24), px(16))
        outer.setSpacing(px(16))
        self._top = self._head()
        outer.addWidget(self._top)
        outer.addStretch(2)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._card(bool(last_login)), 8)
        row.addStretch(1)
        outer.addLayout(row)
        outer.addStretch(3)
        outer.addLayout(self._foot())
        page.addWidget(scrolled(room))
        self._ticks = QTimer(self)
        self._ticks.setInterval(_TICK_MS)
        self._ticks.timeout.connect(self._tick)
        self._last_login = last_login
        self.refresh()
        self._choose(last_login)

    def _head(self) -> QWidget:
        px = theme.current().px
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(16))
        seal = QLabel()
        seal.setObjectName("seal")
        seal.setFixedSize(px(40), px(40))
        seal.setAlignment(Qt.AlignmentFlag.AlignCenter)
        seal.setPixmap(icons.pixmap("landmark", "on_primary", 24))
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(Text("strong", self._desk.agency_name, elide=Qt.TextElideMode.ElideRight))
        names.addWidget(Text("label", self._desk.agency_parent, elide=Qt.TextElideMode.ElideRight))
        row.addWidget(seal)
        row.addLayout(names, 1)
        return head

    def _card(self, is_locked: bool) -> QFrame:
        px = theme.current().px
        card = surface("card")
        card.setMaximumWidth(px(480))
        card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(card)
        column.setContentsMargins(px(24), px(24), px(24), px(24))
        column.setSpacing(px(8))
        self._icon = Icon("lock" if is_locked else "user", "primary", 32)
        column.addWidget(self._icon)
        title = "Màn hình đang khóa" if is_locked else "Đăng nhập"
        column.addWidget(Text("title", f"{title} · {self._desk.counter_name}", wrap=True))
        words = "Mọi lượt đang gác và hồ sơ chờ gửi vẫn nguyên trên máy này."
        self._words = Text("small", words, "muted", wrap=True)
        column.addWidget(self._words)
        self._list_head = QWidget()
        head = QHBoxLayout(self._list_head)
        head.setContentsMargins(0, px(8), 0, 0)
        head.addWidget(Text("section", "Cán bộ"))
        head.addStretch(1)
        head.addWidget(KeyChip("↑ ↓"))
        column.addWidget(self._list_head)
        self.list = ChoiceList("Danh sách cán bộ")
        self.list.chosen.connect(lambda _login: self._ask())
        self.list.selectionModel().currentChanged.connect(lambda *_: self._changed_name())
        column.addWidget(self.list)
        column.addSpacing(px(4))
        column.addWidget(Text("section", "Mật khẩu"))
        self.password = PasswordEntry("Mật khẩu")
        self.password.returnPressed.connect(self._sign_in)
        self.password.textEdited.connect(self._typed)
        self.password.installEventFilter(self)
        column.addWidget(self.password)
        self._caps, _ = _line(column, "triangle-alert", "Phím Caps Lock đang bật.")
        self.password.caps_seen.connect(self._caps.setVisible)
        self._problem, self._problem_words = _line(column, "circle-alert", "")
        column.addSpacing(px(8))
        self.button = KeyButton("arrow-right", "Đăng nhập", "Enter", "primary", large=True)
        self.button.clicked.connect(self._sign_in)
        column.addWidget(self.button)
        return card

    def _foot(self) -> QHBoxLayout:
        px = theme.current().px
        row = QHBoxLayout()
        row.setSpacing(px(8))
        self._queue_icon = Icon("hard-drive", "text_muted", 16)
        self._queue = Text("small", "", "muted", wrap=True)
        self._clock = Text("small", "", "muted")
        row.addWidget(self._queue_icon)
        row.addWidget(self._queue, 1)
        row.addWidget(self._clock)
        return row

    # what is shown

    @property
    def problem(self) -> str:
        """Why the last attempt was not taken; empty where there is nothing to say."""
        return self._problem_words.full_text

    def refresh(self) -> None:
        """Show who may sign in, and how the queue stands; a count, never a name."""
        chosen = self._login
        active = [e.officer for e in self._desk.officers.enrolled() if e.officer.is_active]
        self.list.show_choices(
            tuple(
                Choice(
                    o.login, o.full_name, " · ".join(filter(None, (o.position, ROLE_WORDS[o.role]))), "user"
                )
                for o in active
            )
        )
        self._fit(len(active))
        self._choose(chosen)
        waiting = self._desk.line().waiting
        words = "Không có hồ sơ nào chờ gửi."
        if waiting:
            words = f"{waiting} hồ sơ chờ gửi vẫn tự gửi khi có mạng, không cần ai đăng nhập."
        self._queue.set_text(words)
        now = self._desk.now()
        self._clock.set_text(f"{clock_time(now)}  {short_day(now)}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(self.list.model().rowCount())

    def _fit(self, officers: int) -> None:
        """In a low window what is not needed to come in gives way, so that the password is in sight."""
        is_low = 0 < self.height() < theme.current().px(_LOW)
        for part in (self._top, self._icon, self._words, self._list_head):
            part.setVisible(not is_low)
        rows = min(max(officers, 1), _FEWEST_ROWS if is_low else _MOST_ROWS)
        self.list.setFixedHeight(theme.current().px(_ROW) * rows)
        self.list.scrollTo(self.list.currentIndex())

    def take_focus(self) -> None:
        """To the password where it is known whose, else to the names."""
        known = bool(self._last_login) or len(self._desk.officers.enrolled()) == 1
        (self.password if known else self.list).setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, sentence: str) -> None:
        """Say why nobody was signed in; an empty sentence takes the last one away."""
        self._problem_words.set_text(sentence)
        self._problem.setVisible(bool(sentence))
        self.password.setAccessibleDescription(sentence)
        if sentence:
            bring_into_view(self._problem)
        self.window().setProperty("lastSentence", sentence)

    # what keys do

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.password and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self.list.step(step)
                return True
        return super().eventFilter(watched, event)

    @property
    def _login(self) -> str:
        index = self.list.currentIndex()
        return str(index.data(Qt.ItemDataRole.UserRole).key) if index.isValid() else ""

    def _choose(self, login: str) -> None:
        active = [e.officer.login for e in self._desk.officers.enrolled() if e.officer.is_active]
        if login in active and login != self._login:
            self.list.step(active.index(login) - self.list.currentIndex().row())

    def _changed_name(self) -> None:
        # A wait belongs to the name it was earned by.
        self._ticks.stop()
        self._left_s = 0
        self._show_button()
        self.say("")

    def _typed(self) -> None:
        if not self._left_s:
            self.say("")

    def _ask(self) -> None:
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def _sign_in(self) -> None:
        if self._is_asking or self._left_s:
            return
        password = self.password.text()
        if not password:
            self._ask()
            self.say("Hãy nhập mật khẩu rồi nhấn Enter.")
            return
        self._is_asking = True
        self.say("")
        self._show_button()
        self._desk.officers.sign_in(self._login, password, self._answered)

    def _answered(self, sentence: str | None, wait_s: float) -> None:
        self._is_asking = False
        self.password.clear()
        if sentence is None:
            self.signed_in.emit()
            return
        self._sentence, self._left_s = sentence, math.ceil(wait_s)
        self._show_wait()
        self._ask()
        if self._left_s:
            self._ticks.start()

    def _tick(self) -> None:
        self._left_s = max(0, self._left_s - 1)
        if not self._left_s:
            self._ticks.stop()
            self.say("")
            self._show_button()
            return
        self._show_wait()

    def _show_wait(self) -> None:
        wait = f" Còn chờ {_time_text(self._left_s)}." if self._left_s else ""
        self.say(f"{self._sentence}{wait}")
        self._show_button()

    def _show_button(self) -> None:
        if self._is_asking:
            self.button.set_words("Đang kiểm tra", "loader", "")
        elif self._left_s:
            self.button.set_words(f"Chờ {_time_text(self._left_s)}", "clock", "")
        else:
            self.button.set_words("Đăng nhập", "arrow-right", "Enter")
        self.button.set_kind("quiet" if self._is_asking or self._left_s else "primary")


def _line(column: QVBoxLayout, icon: str, words: str) -> tuple[QWidget, Text]:
    """A sentence with its icon, put away until there is something to say."""
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.current().px(8))
    text = Text("state", words, "attention", wrap=True)
    row.addWidget(Icon(icon, "attention", 16), alignment=Qt.AlignmentFlag.AlignTop)
    row.addWidget(text, 1)
    box.hide()
    column.addWidget(box)
    return box, text


def _time_text(seconds: int) -> str:
    return f"{seconds} giây" if seconds < 60 else f"{seconds // 60} phút {seconds % 60:02d} giây"
