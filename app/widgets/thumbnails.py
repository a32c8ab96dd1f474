"""The pages of a visit in a strip, small."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from app.qt import icons, theme

_WIDTH, _HEIGHT, _LABEL = 60, 84, 20
Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Thumbnail:
    """One page: its component, its number from 0, the words below, its picture when it is there."""

    component: str
    page: int
    label: str
    image: QImage | None = None
    is_arriving: bool = False


class _Model(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.items: tuple[Thumbnail, ...] = ()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        item = self.items[index.row()]
        if role == _ROLE:
            return item
        return (
            item.label if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) else None
        )


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        px = theme.current().px
        return QSize(px(_WIDTH + 24), px(_HEIGHT + _LABEL + 8))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        worn, item = theme.current(), index.data(_ROLE)
        rect: QRectF = QRectF(option.rect)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        left = rect.left() + (rect.width() - worn.px(_WIDTH)) / 2
        sheet = QRectF(left, rect.top() + worn.px(4), worn.px(_WIDTH), worn.px(_HEIGHT))
        shape = QPainterPath()
        shape.addRoundedRect(sheet, worn.px(4), worn.px(4))
        painter.fillPath(shape, worn.color("panel"))
        painter.setClipPath(shape)
        if item.image is not None:
            size = item.image.size().scaled(
                sheet.size().toSize(), Qt.AspectRatioMode.KeepAspectRatioByExpanding
            )
            painter.drawImage(QRectF(sheet.left(), sheet.top(), size.width(), size.height()), item.image)
        else:
            drawn = icons.pixmap("loader" if item.is_arriving else "file-text", "text_muted", 20)
            half = worn.px(20) / 2
            painter.drawPixmap(sheet.center() - QPointF(half, half), drawn)
        painter.setClipping(False)
        painter.setPen(QPen(worn.color("primary" if is_chosen else "line"), worn.px(2 if is_chosen else 1)))
        painter.drawPath(shape)
        painter.setPen(worn.color("primary" if is_chosen else "text_muted"))
        painter.setFont(worn.font(12, 600 if is_chosen else 400))
        room = QRectF(rect.left() + 2, sheet.bottom() + worn.px(2), rect.width() - 4, worn.px(_LABEL))
        words = painter.fontMetrics().elidedText(item.label, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, words)
        painter.restore()


class Thumbnails(QListView):
    """The strip; a page chosen by mouse or arrow keys is announced."""

    page_chosen = Signal(str, int)

    def __init__(self) -> None:
        super().__init__()
        px = theme.current().px
        self._pages = _Model()
        self.setModel(self._pages)
        self.setItemDelegate(_Delegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFixedWidth(px(_WIDTH + 24))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName("Các trang của lượt này")
        self.selectionModel().currentChanged.connect(self._announce)
        self._is_quiet = False

    def show_pages(self, pages: tuple[Thumbnail, ...], component: str, page: int) -> None:
        """Show the pages, with one of them chosen."""
        self._is_quiet = True
        if pages != self._pages.items:
            self._pages.beginResetModel()
            self._pages.items = pages
            self._pages.endResetModel()
        for row, item in enumerate(pages):
            if (item.component, item.page) == (component, page):
                self.setCurrentIndex(self._pages.index(row))
        self._is_quiet = False

    def _announce(self, index: QModelIndex) -> None:
        if index.isValid() and not self._is_quiet:
            item: Thumbnail = index.data(_ROLE)
            self.page_chosen.emit(item.component, item.page)
