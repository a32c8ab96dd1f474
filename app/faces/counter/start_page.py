"""No visit yet, or one that has no case: ask for the card or the procedure, nothing else."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from app.faces.counter.card_entry import CardEntry
from app.faces.counter.desk import Desk
from app.faces.counter.keys import Action, Page
from app.qt import theme
from app.qt.text import folded
from app.widgets.choice_list import Choice, ChoiceList
from app.widgets.labels import Chip, Icon, KeyChip, Text, surface
from app.widgets.scrolling import scrolled
from app.workflow.views import VisitView

_ASK = "Mời quét thẻ căn cước hoặc chọn thủ tục"
_MOST_ROWS = 6


class StartPage(Page):
    """One centred line; below it the two ways to begin, each with its key."""

    title = "Tiếp nhận"
    help_keys = (
        ("F2", "Nhập dòng chữ của thẻ khi không có đầu đọc"),
        ("F3", "Tìm thủ tục theo tên hoặc mã"),
        ("↑ ↓ Enter", "Chọn trong danh sách"),
        ("Ctrl+W", "Đóng lượt này"),
    )

    card_entered = Signal(str)
    procedure_chosen = Signal(str)
    case_chosen = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._view: VisitView | None = None
        self._is_busy = False
        px = theme.current().px
        self.setProperty("surface", "surface")
        room = QWidget()
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        outer = QHBoxLayout(room)
        outer.setContentsMargins(px(24), px(16), px(24), px(16))
        inside = QFrame()
        inside.setMaximumWidth(px(640))
        inside.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        outer.addStretch(1)
        outer.addWidget(inside, 8)
        outer.addStretch(1)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(12))
        column.addStretch(2)
        self._icon = Icon("id-card", "primary", 40)
        self._ask = Text("title", _ASK, wrap=True)
        self._ask.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._who = Chip("circle-check", "", "verified")
        column.addWidget(self._icon, alignment=Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self._ask)
        column.addWidget(self._who, alignment=Qt.AlignmentFlag.AlignCenter)
        column.addSpacing(px(8))
        self._card_box, self.card = surface("card"), CardEntry()
        self.card.card_entered.connect(self.card_entered)
        box = QVBoxLayout(self._card_box)
        box.setContentsMargins(px(16), px(12), px(16), px(16))
        box.setSpacing(px(8))
        box.addLayout(
            _head(
                Text("section", "Thẻ căn cước"),
                KeyChip("F2"),
                "Đưa mã QR trên thẻ vào đầu đọc; không có đầu đọc thì dán dòng chữ",
            )
        )
        box.addWidget(self.card)
        column.addWidget(self._card_box)
        self._list_box = surface("card")
        box = QVBoxLayout(self._list_box)
        box.setContentsMargins(px(12), px(12), px(12), px(12))
        box.setSpacing(px(8))
        self._head_words, self._head_key = Text("section", "Thủ tục"), KeyChip("F3")
        box.addLayout(_head(self._head_words, self._head_key, ""))
        self.search = QLineEdit()
        self.search.setPlaceholderText("Tên thủ tục, không cần dấu, hoặc mã")
        self.search.setAccessibleName("Tìm thủ tục")
        self.search.textChanged.connect(self._narrow)
        self.search.installEventFilter(self)
        self.list = ChoiceList("Danh sách thủ tục")
        self.list.chosen.connect(self._chosen)
        self._none = Text("small", "Không có thủ tục nào khớp. Thử ít chữ hơn.", "muted")
        for part in (self.search, self.list, self._none):
            box.addWidget(part)
        column.addWidget(self._list_box)
        self._others = Text("label", "", wrap=True)
        self._others.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self._others)
        column.addStretch(3)
        page.addWidget(scrolled(room))

    @property
    def is_case_asked(self) -> bool:
        """True when the procedure is known and only its case is not."""
        return self._view is not None and bool(self._view.procedure_code)

    def show_visit(self, view: VisitView | None) -> None:
        """Ask what this visit still lacks; None where no visit is open yet."""
        self._view = view
        self.refresh()

    def refresh(self) -> None:
        view = self._view
        others = self._desk.officers.parked_by_others()
        self._others.set_text(f"{others} hồ sơ đang gác của người khác" if others else "")
        self._others.setVisible(bool(others))
        has_person = view is not None and view.has_person
        if has_person and self._card_box.isVisibleTo(self):
            self.card.clear()
        self._card_box.setVisible(not has_person)
        self._who.setVisible(has_person)
        self.search.setVisible(not self.is_case_asked)
        if view is not None and self.is_case_asked:
            self._icon.set_icon("files", "primary")
            self._ask.set_text(f"{view.procedure_name}: trường hợp nào?")
            self._who.set_chip("circle-check", view.title, "verified")
            self._head_words.set_text("Trường hợp")
            self._head_key.setText("Enter")
            choices = [Choice(c.code, c.name, "", "arrow-right") for c in view.cases]
            later = "Quét tờ khai trước" if view.case_code is None else "Giữ trường hợp đang chọn"
            choices.append(Choice("", later, "", "scan-line" if view.case_code is None else "undo-2"))
            self.list.show_choices(tuple(choices))
            self._none.hide()
            self._set_height()
            return
        self._icon.set_icon(
            "circle-check" if has_person else "id-card", "verified" if has_person else "primary"
        )
        self._head_words.set_text("Thủ tục")
        self._head_key.setText("F3")
        self._ask.set_text("Công dân làm thủ tục gì?" if has_person else _ASK)
        if view is not None and has_person:
            self._who.set_chip("circle-check", view.title, "verified")
        self._narrow()

    def take_focus(self) -> None:
        (self.list if self.is_case_asked else self.search).setFocus(Qt.FocusReason.OtherFocusReason)

    def act(self, action: Action) -> bool:
        match action:
            case Action.SCAN:
                if self._card_box.isVisibleTo(self):
                    self.card.take_focus()
                return True
            case Action.SEARCH if not self.is_case_asked:
                self.search.setFocus()
                self.search.selectAll()
                return True
            case Action.ENTER:
                self.list.choose_current()
                return True
        return False

    def clear(self) -> None:
        """Forget what was typed: another visit begins."""
        self.card.clear()
        self.search.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self.list.step(step)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.list.choose_current()
                return True
        return super().eventFilter(watched, event)

    def _narrow(self) -> None:
        words = self.search.text().strip()
        found = self._desk.procedures(words)
        if not found:
            # Typed without tone marks: every word anywhere in the name.
            wanted = folded(words).split()
            found = tuple(
                p for p in self._desk.procedures("") if all(w in folded(" ".join(p)) for w in wanted)
            )
        self.list.show_choices(tuple(Choice(code, name, code) for code, name in found))
        self._none.setVisible(not found)
        self._set_height()

    def _set_height(self) -> None:
        rows = theme.current().px(52) * _MOST_ROWS
        self.list.setMaximumHeight(max(min(self.list.height_of_all, rows), 1))
        self.list.setMinimumHeight(min(self.list.maximumHeight(), theme.current().px(104)))
        self.list.updateGeometry()
        self.list.setVisible(self.list.height_of_all > 0)

    def _chosen(self, key: str) -> None:
        (self.case_chosen if self.is_case_asked else self.procedure_chosen).emit(key)


def _head(title: Text, key: KeyChip, hint: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.current().px(8))
    row.addWidget(title)
    if hint:
        row.addWidget(Text("label", hint, elide=Qt.TextElideMode.ElideRight), 1)
    else:
        row.addStretch(1)
    row.addWidget(key)
    return row
