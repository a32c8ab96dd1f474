"""The frame around every page: the top bar and the rail."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from app.faces.counter.desk import Desk
from app.faces.counter.officer_button import OfficerButton
from app.qt import icons, theme
from app.widgets.buttons import EnterButton, KeyButton
from app.widgets.labels import Icon, KeyChip, Text

RAIL = (
    ("inbox", "Tiếp nhận"),
    ("files", "Hồ sơ"),
    ("package-check", "Trả kết quả"),
    ("cloud-upload", "Hàng chờ\nđồng bộ"),
    ("chart-column", "Báo cáo"),
    ("settings", "Cài đặt"),
)
_SEARCH_AFTER_MS = 150
_INNER = Qt.WidgetAttribute.WA_TransparentForMouseEvents


class RailButton(EnterButton):
    """One page of the rail."""

    def __init__(self, icon: str, words: str, key: str) -> None:
        super().__init__()
        px = theme.current().px
        self._name = icon
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(2), px(6), px(6), px(6))
        column.setSpacing(px(3))
        self._icon, self._words, self._key = Icon(icon, "text_muted", 24), QLabel(words), QLabel(key)
        self._words.setProperty("role", "rail")
        self._key.setProperty("role", "railKey")
        column.addStretch(1)
        column.addWidget(self._icon, alignment=Qt.AlignmentFlag.AlignHCenter)
        for label in (self._words, self._key):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addStretch(1)
        for part in (self._icon, self._words, self._key):
            part.setAttribute(_INNER)
        self._lines = words.count("\n") + 1
        self._height = px(84)
        name = words.replace("\n", " ")
        self.setAccessibleName(name)
        self.setAccessibleDescription(f"Phím {key}")
        self.setToolTip(f"{name} ({key})")
        self.toggled.connect(self._paint_state)

    def set_room(self, has_keys: bool, has_words: bool) -> None:
        """Drop the key line, then the words, where the window is low."""
        self._key.setVisible(has_keys)
        self._words.setVisible(has_words)
        height = (
            (96 if self._lines > 1 else 84)
            if has_keys
            else (72 if self._lines > 1 else 64)
            if has_words
            else 44
        )
        self._height = theme.current().px(height)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(theme.current().px(87), self._height)

    def _paint_state(self, is_on: bool) -> None:
        theme.mark(self, on=is_on)
        self._icon.set_icon(self._name, "primary" if is_on else "text_muted")


class Rail(QFrame):
    """The six pages."""

    page_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        px = theme.current().px
        self.setObjectName("rail")
        self.setFixedWidth(px(88))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, px(8), 0, 0)
        column.setSpacing(0)
        self._is_narrow = False
        self._buttons: list[RailButton] = []
        for index, (icon, words) in enumerate(RAIL):
            button = RailButton(icon, words, f"Alt+{index + 1}")
            button.clicked.connect(lambda _=False, page=index: self.page_chosen.emit(page))
            column.addWidget(button)
            self._buttons.append(button)
        column.addStretch(1)
        self._fit()

    def set_page(self, index: int) -> None:
        self._buttons[index].setChecked(True)

    def set_narrow(self, is_narrow: bool) -> None:
        self._is_narrow = is_narrow
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.current().px(88), theme.current().px(100))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        height = self.height() / theme.current().scale
        has_keys = not self._is_narrow and height >= 530
        for button in self._buttons:
            button.set_room(has_keys, height >= 410)


class _SearchBox(QFrame):
    """The one search field: an icon, the line, its key."""

    def __init__(self) -> None:
        super().__init__()
        px = theme.current().px
        self.setObjectName("searchBox")
        self.setFixedHeight(px(36))
        row = QHBoxLayout(self)
        row.setContentsMargins(px(11), 0, px(7), 0)
        row.setSpacing(px(8))
        self.line = QLineEdit()
        self.line.setProperty("role", "search")
        self.line.setPlaceholderText("Tìm mã hồ sơ, họ tên hoặc quét giấy hẹn")
        self.line.setAccessibleName("Tìm hồ sơ trên máy này")
        row.addWidget(Icon("search", "text_muted", 16))
        row.addWidget(self.line, 1)
        row.addWidget(KeyChip("F3"))


class TopBar(QFrame):
    """Agency, search, counter, officer, help."""

    searched = Signal(str)
    stepped = Signal(int)
    taken = Signal()
    left = Signal()
    help_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        px = theme.current().px
        self.setObjectName("topBar")
        self.setFixedHeight(px(56))
        self._desk = desk
        self._is_narrow = (False, False)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(24), 0, px(12), 0)
        row.setSpacing(px(12))
        seal = QLabel()
        seal.setObjectName("seal")
        seal.setFixedSize(px(40), px(40))
        seal.setAlignment(Qt.AlignmentFlag.AlignCenter)
        seal.setPixmap(icons.pixmap("landmark", "on_primary", 24))
        row.addWidget(seal)
        row.addSpacing(px(20))
        names = QWidget()
        column = QVBoxLayout(names)
        column.setContentsMargins(0, px(8), 0, px(9))
        column.setSpacing(0)
        self._agency = Text("strong", desk.agency_name, elide=Qt.TextElideMode.ElideRight)
        self._under = Text("label", desk.agency_parent, elide=Qt.TextElideMode.ElideRight)
        column.addWidget(self._agency)
        column.addWidget(self._under)
        row.addWidget(names, 3)
        self.box = _SearchBox()
        self.box.setMinimumWidth(px(240))
        self.box.setMaximumWidth(px(432))
        self.box.line.installEventFilter(self)
        row.addWidget(self.box, 5)
        row.addStretch(1)
        self._find = KeyButton("search", "Tìm hồ sơ", "F3")
        self._find.clicked.connect(self.focus_search)
        row.addWidget(self._find)
        self._counter = QFrame()
        self._counter.setObjectName("searchBox")
        self._counter.setFixedHeight(px(36))
        inner = QHBoxLayout(self._counter)
        inner.setContentsMargins(px(12), 0, px(12), 0)
        inner.setSpacing(px(8))
        inner.addWidget(Icon("monitor", "text_muted", 16))
        inner.addWidget(Text("value", desk.counter_name))
        row.addWidget(self._counter)
        self.officer = OfficerButton(desk)
        row.addWidget(self.officer)
        self._help = KeyButton("circle-help", "", "F1")
        self._help.setAccessibleName("Trợ giúp")
        self._help.clicked.connect(self.help_asked)
        row.addWidget(self._help)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_SEARCH_AFTER_MS)
        self._later.timeout.connect(lambda: self.searched.emit(self.box.line.text()))
        self.box.line.textEdited.connect(lambda: self._later.start())
        self.set_narrow(False, False)

    def set_narrow(self, is_narrow: bool, is_tight: bool) -> None:
        """Search becomes a button; counter and officer stand under the agency's name."""
        self._is_narrow = (is_narrow, is_tight)
        self.box.setVisible(not is_narrow)
        self._find.setVisible(is_narrow)
        self._counter.setVisible(not is_narrow)
        self.officer.set_narrow(is_narrow)
        desk = self._desk
        self._under.set_text(
            f"{desk.counter_name} · {desk.officer_name}" if is_narrow else desk.agency_parent
        )
        self._help.set_words("Trợ giúp" if is_narrow and not is_tight else "", name="Trợ giúp")
        self._find.set_words("" if is_tight else "Tìm hồ sơ", name="Tìm hồ sơ")

    def focus_search(self) -> None:
        """Bring the cursor to the search field."""
        self.box.show()
        self._find.hide()
        self.box.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.line.selectAll()

    def clear_search(self) -> None:
        self._later.stop()
        self.box.line.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self.box.line:
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.FocusIn:
            theme.mark(self.box, focused=True)
        elif event.type() == QEvent.Type.FocusOut:
            theme.mark(self.box, focused=False)
            if self._is_narrow[0]:
                self.set_narrow(*self._is_narrow)
            self.left.emit()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self.stepped.emit(step)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._later.stop()
                self.searched.emit(self.box.line.text())
                self.taken.emit()
                return True
        return super().eventFilter(watched, event)
