"""The settings' card of officers: who may sign in here; add, shut out, give another password."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.errors import DomainError
from app.domain.officers import ROLE_WORDS, Officer, Role
from app.faces.counter.desk import Desk
from app.faces.counter.settings_cards import UNEQUAL, SettingsCard, add_line, go_on_by_enter
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


class OfficersCard(SettingsCard):
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
        column = _column_of(self._box)
        column.addWidget(rule())
        self._form_title = Text("section", "", wrap=True)
        column.addWidget(self._form_title)
        self._who, self._secret = QWidget(), QWidget()
        who, secret = _column_of(self._who), _column_of(self._secret)
        self._login, self._name, self._position = Entry(), Entry(), Entry()
        self._role = QComboBox()
        for role in Role:
            self._role.addItem(ROLE_WORDS[role], role)
        self._password, self._again = PasswordEntry(""), PasswordEntry("")
        for place, label, entry in (
            (who, "Tên đăng nhập, chữ không dấu và số", self._login),
            (who, "Họ tên", self._name),
            (who, "Chức vụ", self._position),
            (who, "Vai trò", self._role),
            (secret, "Mật khẩu, từ 8 ký tự", self._password),
            (secret, "Nhập lại mật khẩu", self._again),
        ):
            add_line(place, label, entry)
        column.addWidget(self._who)
        column.addWidget(self._secret)
        row = QHBoxLayout()
        row.setSpacing(px(8))
        self._yes, self._no = KeyButton("check", "", kind="primary"), KeyButton("x", "Thôi", "Esc")
        self._yes.clicked.connect(self._finish)
        self._no.clicked.connect(self.put_away)
        row.addWidget(self._yes)
        row.addWidget(self._no)
        row.addStretch(1)
        column.addLayout(row)
        go_on_by_enter((self._login, self._name, self._position), self._role.setFocus)
        go_on_by_enter((self._password, self._again), self._finish)
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
            self.say(UNEQUAL)
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


def _column_of(box: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.current().px(8))
    return column
