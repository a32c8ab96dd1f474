"""The pages of a visit in a strip, small: in their order, to be chosen and dragged."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from app.qt import icons, theme

_WIDTH, _HEIGHT, _LABEL, _MARK = 60, 84, 20, 20
_PALE = 0.35
Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole.UserRole
#: What a dragged page is on the clipboard of the drag: its key, as text.
PAGE_MIME = "application/x-motcua-page"
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


def is_page_key(event: QKeyEvent) -> bool:
    """True for keys that mean something for the chosen page and nothing for the list or view that has the focus."""
    keys = (Qt.Key.Key_Delete, Qt.Key.Key_Insert, Qt.Key.Key_Space)
    return bool(event.modifiers() & _COMMANDS) or event.key() in keys


@dataclass(frozen=True)
class Thumbnail:
    """One page: its component, its number from 0 (-1: arriving), the words below, its picture when it is there.

    `over` stands across a page that is set aside, `advice` marks one that should be mended.
    """

    component: str
    page: int
    label: str
    image: QImage | None = None
    key: str = ""
    is_arriving: bool = False
    is_reading: bool = False
    over: str = ""
    advice: str = ""

    @property
    def spoken(self) -> str:
        """For a screen reader and the tool tip."""
        parts = (self.label, self.over, "đang đọc" if self.is_reading else "", self.advice)
        return ", ".join(part for part in parts if part)


class _Model(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.items: tuple[Thumbnail, ...] = ()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        item = self.items[index.row()]
        match role:
            case _ if role == _ROLE:
                return item
            case Qt.ItemDataRole.DisplayRole:
                return item.label
            case Qt.ItemDataRole.AccessibleTextRole | Qt.ItemDataRole.ToolTipRole:
                return item.spoken
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        plain = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        is_page = index.isValid() and bool(self.items[index.row()].key)
        return plain | Qt.ItemFlag.ItemIsDragEnabled if is_page else plain

    def mimeTypes(self) -> list[str]:
        return [PAGE_MIME]

    def mimeData(self, indexes: list[QModelIndex]) -> QMimeData:  # type: ignore[override]  # a sequence in Qt's stubs
        data = QMimeData()
        data.setData(PAGE_MIME, self.items[indexes[0].row()].key.encode())
        return data

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction


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
        self._paint_sheet(painter, sheet, item)
        painter.setClipping(False)
        painter.setPen(QPen(worn.color("primary" if is_chosen else "line"), worn.px(2 if is_chosen else 1)))
        if item.over and not is_chosen:
            painter.setPen(QPen(worn.color("edge"), worn.px(1), Qt.PenStyle.DashLine))
        painter.drawPath(shape)
        if item.advice and not item.over:
            self._mark(painter, sheet, "triangle-alert", "attention", "attention_soft")
        elif item.is_reading and item.image is not None:
            self._mark(painter, sheet, "loader", "info", "info_soft")
        painter.setPen(worn.color("primary" if is_chosen else "text_muted"))
        painter.setFont(worn.font(12, 600 if is_chosen else 400))
        room = QRectF(rect.left() + 2, sheet.bottom() + worn.px(2), rect.width() - 4, worn.px(_LABEL))
        words = painter.fontMetrics().elidedText(item.label, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, words)
        painter.restore()

    def _paint_sheet(self, painter: QPainter, sheet: QRectF, item: Thumbnail) -> None:
        worn = theme.current()
        if item.image is not None:
            size = item.image.size().scaled(
                sheet.size().toSize(), Qt.AspectRatioMode.KeepAspectRatioByExpanding
            )
            painter.setOpacity(_PALE if item.over else 1.0)
            painter.drawImage(QRectF(sheet.left(), sheet.top(), size.width(), size.height()), item.image)
            painter.setOpacity(1.0)
        elif not item.over:
            drawn = icons.pixmap("loader" if item.is_arriving else "file-text", "text_muted", 20)
            half = worn.px(20) / 2
            painter.drawPixmap(sheet.center() - QPointF(half, half), drawn)
        if item.over:
            painter.setPen(worn.color("text_muted"))
            painter.setFont(worn.font(12, 600))
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(sheet, flags, item.over)

    def _mark(self, painter: QPainter, sheet: QRectF, icon: str, token: str, ground: str) -> None:
        """A small disc with an icon in the upper right corner of the sheet."""
        worn = theme.current()
        side = worn.px(_MARK)
        disc = QRectF(sheet.right() - side - worn.px(3), sheet.top() + worn.px(3), side, side)
        painter.setPen(QPen(worn.color(token), worn.px(1)))
        painter.setBrush(worn.color(ground))
        painter.drawEllipse(disc)
        half = worn.px(12) / 2
        painter.drawPixmap(disc.center() - QPointF(half, half), icons.pixmap(icon, token, 12))


class Thumbnails(QListView):
    """The strip; a page chosen by mouse or arrow keys is announced, and so is one dropped between two others."""

    page_chosen = Signal(str, int)
    page_dropped = Signal(str, str, int)  # key, component, place before which it was dropped

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
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setAccessibleName("Các trang của lượt này")
        self.selectionModel().currentChanged.connect(self._announce)
        self._is_quiet = False
        self._gap: int | None = None  # the row before which a dragged page would land

    def show_pages(self, pages: tuple[Thumbnail, ...], component: str, page: int) -> None:
        """Show the pages, with one of them chosen."""
        self._is_quiet = True
        if pages != self._pages.items:
            place = self.verticalScrollBar().value()
            self._pages.beginResetModel()
            self._pages.items = pages
            self._pages.endResetModel()
            self.doItemsLayout()
            self.verticalScrollBar().setValue(place)
        for row, item in enumerate(pages):
            if (item.component, item.page) == (component, page):
                self.setCurrentIndex(self._pages.index(row))
        self._is_quiet = False

    def _announce(self, index: QModelIndex) -> None:
        if index.isValid() and not self._is_quiet:
            item: Thumbnail = index.data(_ROLE)
            self.page_chosen.emit(item.component, item.page)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_page_key(event):
            event.ignore()
            return
        super().keyPressEvent(event)

    # dragging

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._consider(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._consider(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self._set_gap(None)

    def dropEvent(self, event: QDropEvent) -> None:
        self._set_gap(None)
        landing = self._landing(event.position())
        if not event.mimeData().hasFormat(PAGE_MIME) or landing is None:
            event.ignore()
            return
        event.acceptProposedAction()
        _row, component, place = landing
        self.page_dropped.emit(bytes(event.mimeData().data(PAGE_MIME).data()).decode(), component, place)

    def _consider(self, event: QDragMoveEvent) -> None:
        """Pages are taken here; files are left to the column around the strip."""
        landing = self._landing(event.position()) if event.mimeData().hasFormat(PAGE_MIME) else None
        if landing is None:
            event.ignore()
            return
        self._set_gap(landing[0])
        event.acceptProposedAction()

    def _landing(self, where: QPointF) -> tuple[int, str, int] | None:
        """The row, component and place before which a page dropped there would stand."""
        items = self._pages.items
        index = self.indexAt(where.toPoint())
        row = index.row() if index.isValid() else len(items) - 1
        if not 0 <= row < len(items):
            return None
        item = items[row]
        pages = sum(each.component == item.component and each.page >= 0 for each in items)
        if item.page < 0:
            return row, item.component, pages
        is_behind = not index.isValid() or where.y() > self.visualRect(index).center().y()
        return row + is_behind, item.component, item.page + is_behind

    def _set_gap(self, row: int | None) -> None:
        if row != self._gap:
            self._gap = row
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._gap is None or not self._pages.items:
            return
        last = self._gap >= len(self._pages.items)
        rect = self.visualRect(self._pages.index(self._gap - last))
        y = rect.bottom() if last else rect.top()
        painter = QPainter(self.viewport())
        painter.setPen(QPen(theme.current().color("primary"), theme.current().px(3)))
        painter.drawLine(rect.left() + 6, y, rect.right() - 6, y)
        painter.end()
