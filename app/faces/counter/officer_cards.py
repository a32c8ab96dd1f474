"""Cards of the settings page about people: one's own password, the list of officers, when an idle window locks."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.domain.errors import DomainError
from app.domain.officers import ROLE_WORDS, Officer, Role
from app.faces.counter.desk import Desk
from app.qt import theme
from app.qt.text import stored
from app.widgets.buttons import KeyButton
from app.widgets.choice_list import Choice, ChoiceList
from app.widgets.entry import Entry
from app.widgets.labels import Text, rule, surface
from app.widgets.password_entry import PasswordEntry
from app.widgets.scrolling import bring_into_view
from app.workflow.officers import Enrolled

_MOST_ROWS = 6
_ROW = 52
_UNEQUAL = "Hai lần nhập mật khẩu mới không giống nhau."
IDLE_CHOICES = (5, 10, 20, 30)


class _Card(QFrame):
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

    def line(self, label: str, entry: QWidget) -> None:
        """One labelled field."""
        self.column.addWidget(Text("small", label, "muted"))
        entry.setAccessibleName(label)
        self.column.addWidget(entry)


class PasswordCard(_Card):
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
            self.line(label, entry)
        _go_on_by_enter((self._old, self._new, self._again), self._change)
        self.column.addWidget(self._said)
        self._button = KeyButton("check", "Đổi mật khẩu")
        self._button.clicked.connect(self._change)
        self.column.addWidget(self._button, alignment=Qt.AlignmentFlag.AlignLeft)

    def take_focus(self) -> None:
        self._old.setFocus(Qt.FocusReason.OtherFocusReason)

    def _change(self) -> None:
        if self._new.text() != self._again.text():
            self.say(_UNEQUAL)
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


class IdleCard(_Card):
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


class OfficersCard(_Card):
    """Who may sign in here: add, shut out, give another password."""

    #: The first officer was enrolled: from now on somebody must sign in.
    begun = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__("Cán bộ đăng nhập ở máy này")
        self._desk = desk
        self._shown: tuple[Enrolled, ...] | None = None
        px = theme.current().px
        self._hint = Text("small", "", "muted", wrap=True)
        self.column.addWidget(self._hint)
        self.list = ChoiceList("Cán bộ của máy này")
        self.column.addWidget(self.list)
        row = QHBoxLayout()
        row.setSpacing(px(8))
        self._add, self._reset, self._shut = (
            KeyButton("plus", "Thêm cán bộ"),
            KeyButton("rotate-cw", "Đặt lại mật khẩu"),
            KeyButton("lock", "Khóa cán bộ"),
        )
        for button, act in (
            (self._add, self._begin_adding),
            (self._reset, self._begin_resetting),
            (self._shut, self._ask_shutting),
        ):
            button.clicked.connect(act)
            row.addWidget(button)
        row.addStretch(1)
        self.column.addLayout(row)
        self.column.addWidget(self._form())
        self.column.addWidget(self._said)
        self.refresh()

    def _form(self) -> QWidget:
        px = theme.current().px
        self._box = surface("panel")
        outer, column = self.column, QVBoxLayout(self._box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        column.addWidget(rule())
        self._form_title = Text("section", "", wrap=True)
        column.addWidget(self._form_title)
        self._who, self.column = QWidget(), QVBoxLayout()
        self._who.setLayout(self.column)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(px(8))
        self._login, self._name, self._position = Entry(), Entry(), Entry()
        self._role = QComboBox()
        for role in Role:
            self._role.addItem(ROLE_WORDS[role], role)
        for label, entry in (
            ("Tên đăng nhập, chữ không dấu và số", self._login),
            ("Họ tên", self._name),
            ("Chức vụ", self._position),
            ("Vai trò", self._role),
        ):
            self.line(label, entry)
        column.addWidget(self._who)
        self._secret, self.column = QWidget(), QVBoxLayout()
        self._secret.setLayout(self.column)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(px(8))
        self._password, self._again = PasswordEntry(""), PasswordEntry("")
        self.line("Mật khẩu, từ 8 ký tự", self._password)
        self.line("Nhập lại mật khẩu", self._again)
        column.addWidget(self._secret)
        self.column = outer
        row = QHBoxLayout()
        row.setSpacing(px(8))
        self._yes, self._no = KeyButton("check", "", kind="primary"), KeyButton("x", "Thôi", "Esc")
        self._yes.clicked.connect(self._finish)
        self._no.clicked.connect(self.put_away)
        row.addWidget(self._yes)
        row.addWidget(self._no)
        row.addStretch(1)
        column.addLayout(row)
        _go_on_by_enter((self._login, self._name, self._position), self._role.setFocus)
        _go_on_by_enter((self._password, self._again), self._finish)
        self._box.hide()
        self._act: Callable[[], None] = lambda: None
        return self._box

    # what is shown

    def refresh(self) -> None:
        """Show who is enrolled."""
        enrolled = self._desk.officers.enrolled()
        if enrolled == self._shown:
            return
        self._shown = enrolled
        self.list.show_choices(tuple(map(_choice, enrolled)))
        self.list.setFixedHeight(theme.current().px(_ROW) * min(max(len(enrolled), 1), _MOST_ROWS))
        for part in (self.list, self._reset, self._shut):
            part.setVisible(bool(enrolled))
        self._hint.set_text(
            "Từ khi có người đầu tiên, ai dùng máy cũng phải đăng nhập. Người đầu tiên là quản trị."
            if not enrolled
            else "Người bị khóa không vào được nữa; hồ sơ họ đã nhận do phụ trách và quản trị xem tiếp."
        )

    @property
    def is_open(self) -> bool:
        """True while something is being filled in or asked."""
        return not self._box.isHidden()

    def put_away(self) -> None:
        """Leave what was begun."""
        for entry in (self._login, self._name, self._position, self._password, self._again):
            entry.clear()
        self._box.hide()
        self._add.setFocus(Qt.FocusReason.OtherFocusReason)

    # what an administrator does

    def _begin_adding(self) -> None:
        is_first = not self._desk.officers.is_asked
        self._role.setCurrentIndex(self._role.findData(Role.ADMINISTRATOR if is_first else Role.RECEIVING))
        self._role.setEnabled(not is_first)
        if not self._position.text():
            self._position.setText("Công chức Một cửa")
        self._open("Thêm cán bộ", "Thêm cán bộ", self._enrol, has_who=True)
        self._login.setFocus(Qt.FocusReason.OtherFocusReason)

    def _begin_resetting(self) -> None:
        if (one := self._chosen) is not None:
            title = f"Mật khẩu mới của {one.officer.full_name}"
            self._open(title, "Đặt mật khẩu", lambda: self._set_password(one), has_who=False)
            self._password.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask_shutting(self) -> None:
        if (one := self._chosen) is not None:
            title = f"Khóa {one.officer.full_name}? Lượt đang gác và hồ sơ của người này vẫn còn nguyên."
            self._open(title, "Khóa cán bộ", lambda: self._disable(one), has_who=False, has_secret=False)
            self._yes.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open(
        self, title: str, yes: str, act: Callable[[], None], *, has_who: bool, has_secret: bool = True
    ) -> None:
        self.say("")
        self._act = act
        self._form_title.set_text(title)
        self._yes.set_words(yes)
        self._who.setVisible(has_who)
        self._secret.setVisible(has_secret)
        self._box.show()
        bring_into_view(self._box)

    def _finish(self) -> None:
        if not self._secret.isHidden() and self._password.text() != self._again.text():
            self.say(_UNEQUAL)
            self._again.setFocus()
            return
        self._act()

    def _enrol(self) -> None:
        try:
            officer = Officer(
                stored(self._login.text()),
                stored(self._name.text()),
                stored(self._position.text()),
                self._role.currentData(),
            )
        except DomainError as refused:
            self.say(str(refused))
            return
        is_first, done = not self._desk.officers.is_asked, f"Đã thêm {officer.full_name}."

        def answered(sentence: str | None) -> None:
            self._answered(sentence, done)
            if sentence is None and is_first:
                self.begun.emit()

        self._desk.officers.enrol(officer, self._password.text(), answered)

    def _set_password(self, one: Enrolled) -> None:
        done = f"Đã đặt mật khẩu mới cho {one.officer.full_name}."
        self._desk.officers.set_password(
            one.officer.login, self._password.text(), lambda sentence: self._answered(sentence, done)
        )

    def _disable(self, one: Enrolled) -> None:
        done = f"Đã khóa {one.officer.full_name}."
        self._desk.officers.disable(one.officer.login, lambda sentence: self._answered(sentence, done))

    def _answered(self, sentence: str | None, done: str) -> None:
        if sentence is None:
            self.put_away()
            self.refresh()
        self.say(sentence or done, "attention" if sentence else "verified")

    @property
    def _chosen(self) -> Enrolled | None:
        index = self.list.currentIndex()
        return self._shown[index.row()] if self._shown and index.isValid() else None


def _choice(one: Enrolled) -> Choice:
    officer = one.officer
    state = f"mật khẩu đến {one.valid_until:%d/%m/%Y}" if officer.is_active else "đã khóa"
    detail = " · ".join((officer.login, ROLE_WORDS[officer.role], state))
    return Choice(officer.login, officer.full_name, detail, "user" if officer.is_active else "lock")


def _go_on_by_enter(entries: tuple[QLineEdit, ...], last: Callable[[], None]) -> None:
    """Enter goes to the next line, and from the last does what is asked."""
    for entry, following in zip(entries, (*(e.setFocus for e in entries[1:]), last), strict=True):
        entry.returnPressed.connect(following)
