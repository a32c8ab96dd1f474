"""A list to choose one thing from: a title and a line of detail each, by mouse, arrows and Enter."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from app.qt import icons, theme
from app.qt.text import shown

Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole.UserRole
_ROW = 52


@dataclass(frozen=True)
class Choice:
    """One thing to choose: its key, what it is called, a line of detail, its icon."""

    key: str
    title: str
    detail: str = ""
    icon: str = "file-text"


class _Model(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.items: tuple[Choice, ...] = ()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        item = self.items[index.row()]
        if role == _ROLE:
            return item
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{item.title}, {item.detail}" if item.detail else item.title
        return None


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme.current().px(200), theme.current().px(_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        worn, item = theme.current(), index.data(_ROLE)
        rect = QRectF(option.rect)
        state = option.state
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = rect.adjusted(worn.px(4), 1, -worn.px(4), -1)
        if is_chosen:
            painter.setPen(
                QPen(worn.color("info"), worn.px(2))
                if state & QStyle.StateFlag.State_HasFocus
                else Qt.PenStyle.NoPen
            )
            painter.setBrush(worn.color("info_soft"))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), worn.px(8), worn.px(8))
        drawn = icons.pixmap(item.icon, "info" if is_chosen else "text_muted", 20)
        painter.drawPixmap(int(box.left()) + worn.px(12), int(box.center().y()) - worn.px(10), drawn)
        left = box.left() + worn.px(44)
        room = QRectF(left, box.top(), box.right() - worn.px(12) - left, box.height())
        top = room.adjusted(0, worn.px(6), 0, -room.height() / 2) if item.detail else room
        _write(painter, top, item.title, 14, 500, "text")
        if item.detail:
            _write(
                painter,
                room.adjusted(0, room.height() / 2, 0, -worn.px(6)),
                item.detail,
                12,
                400,
                "text_muted",
            )
        painter.restore()


def _write(painter: QPainter, room: QRectF, words: str, size: int, weight: int, token: str) -> None:
    worn = theme.current()
    painter.setFont(worn.font(size, weight))
    painter.setPen(worn.color(token))
    text = painter.fontMetrics().elidedText(shown(words), Qt.TextElideMode.ElideRight, int(room.width()))
    painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)


class ChoiceList(QListView):
    """The list; `choose_current` is what Enter does, also from a search field above it."""

    chosen = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._items = _Model()
        self.setModel(self._items)
        self.setItemDelegate(_Delegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.setAccessibleName(name)
        self.clicked.connect(lambda index: self.chosen.emit(index.data(_ROLE).key))

    @property
    def height_of_all(self) -> int:
        """The height at which nothing scrolls."""
        return theme.current().px(_ROW) * len(self._items.items)

    def sizeHint(self) -> QSize:
        return QSize(theme.current().px(320), self.height_of_all)

    def show_choices(self, items: tuple[Choice, ...]) -> None:
        """Show what can be chosen; the first is the current one."""
        if items == self._items.items:
            return
        self._items.beginResetModel()
        self._items.items = items
        self._items.endResetModel()
        if items:
            self.setCurrentIndex(self._items.index(0))

    def step(self, rows: int) -> None:
        """Move the choice up or down."""
        last = len(self._items.items) - 1
        if last >= 0:
            self.setCurrentIndex(self._items.index(min(max(self.currentIndex().row() + rows, 0), last)))

    def choose_current(self) -> None:
        """Take the current one."""
        if self.currentIndex().isValid():
            self.chosen.emit(self.currentIndex().data(_ROLE).key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choose_current()
            return
        super().keyPressEvent(event)
