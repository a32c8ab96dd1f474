"""The paper on the screen: zoom, drag, and the box of the field that is being looked at."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsItem,
    QGraphicsRectItem,
    QGraphicsScene,
    QGraphicsView,
    QStyleOptionGraphicsItem,
    QWidget,
)

from app.qt import theme
from app.qt.images import PagePicture
from app.widgets.thumbnails import is_page_key

_MIN_ZOOM, _MAX_ZOOM, _STEP = 0.05, 4.0, 1.25
_BOX_MARGIN = 0.18  # of the box's height, so that the frame does not cover the ink


class _PageItem(QGraphicsItem):
    """Paints the level of the picture that suits the zoom."""

    def __init__(self, picture: PagePicture) -> None:
        super().__init__()
        self._picture = picture

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self._picture.width, self._picture.height)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        zoom = option.levelOfDetailFromTransform(painter.worldTransform())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.boundingRect(), self._picture.level_for(zoom))


class PageView(QGraphicsView):
    """One page on a sunken ground. Plus, minus and 0 zoom; so does Ctrl with the wheel; dragging moves."""

    zoomed = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.setScene(QGraphicsScene(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setAccessibleName("Trang giấy")
        self.setMinimumWidth(theme.current().px(160))
        self._page: _PageItem | None = None
        self._box: QGraphicsRectItem | None = None
        self._key = ""
        self._fits = True
        self._kept: dict[str, float | None] = {}
        # Files are dropped on the column; the scene would take hold of them and refuse.
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)

    @property
    def zoom(self) -> float:
        """Painted pixels per page pixel, 1.0 is actual size."""
        return float(self.transform().m11())

    def show_page(self, key: str, picture: PagePicture) -> None:
        """Show a page; `key` names its component, whose zoom comes back with it."""
        if self._key and self._page is not None:
            self._kept[self._key] = None if self._fits else self.zoom
        self._key = key
        self.scene().clear()
        self._box = None
        self._page = _PageItem(picture)
        self.scene().addItem(self._page)
        edge = QGraphicsRectItem(self._page.boundingRect())
        edge.setPen(self._pen("line", 1))
        self.scene().addItem(edge)
        self.setSceneRect(self._page.boundingRect())
        zoom = self._kept.get(key)
        self._fits = zoom is None
        if zoom is None:
            self.fit()
        else:
            self._set_zoom(zoom)

    def clear_page(self) -> None:
        """Show nothing."""
        self.scene().clear()
        self._page = self._box = None

    def show_box(self, box: tuple[int, int, int, int] | None, token: str = "info") -> None:
        """Frame a place (left, top, right, bottom in page pixels) and bring it into view; None takes it away."""
        if self._box is not None:
            self.scene().removeItem(self._box)
            self._box = None
        if box is None or self._page is None:
            return
        left, top, right, bottom = box
        margin = (bottom - top) * _BOX_MARGIN
        place = QRectF(left, top, right - left, bottom - top).adjusted(-margin, -margin, margin, margin)
        self._box = QGraphicsRectItem(place)
        self._box.setPen(self._pen(token, 2))
        self.scene().addItem(self._box)
        self.ensureVisible(self._box, theme.current().px(48), theme.current().px(48))

    def zoom_in(self) -> None:
        self._set_zoom(self.zoom * _STEP)

    def zoom_out(self) -> None:
        self._set_zoom(self.zoom / _STEP)

    def fit(self) -> None:
        """The whole page, as large as there is room."""
        if self._page is None:
            return
        self._fits = True
        room = theme.current().px(8) * 2
        across, down = self._page.boundingRect().width(), self._page.boundingRect().height()
        zoom = min((self.width() - room) / across, (self.height() - room) / down)
        self._turn_and_scale(max(zoom, _MIN_ZOOM))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fits:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._set_zoom(self.zoom * (_STEP if event.angleDelta().y() > 0 else 1 / _STEP))
            event.accept()
            return
        super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_page_key(event):
            event.ignore()
            return
        act = {
            Qt.Key.Key_Plus: self.zoom_in,
            Qt.Key.Key_Equal: self.zoom_in,
            Qt.Key.Key_Minus: self.zoom_out,
            Qt.Key.Key_0: self.fit,
        }.get(Qt.Key(event.key()))
        if act is None:
            super().keyPressEvent(event)
        else:
            act()

    def _set_zoom(self, zoom: float) -> None:
        self._fits = False
        self._turn_and_scale(min(max(zoom, _MIN_ZOOM), _MAX_ZOOM))

    def _turn_and_scale(self, zoom: float) -> None:
        self.resetTransform()
        self.scale(zoom, zoom)
        self.zoomed.emit(zoom)

    def _pen(self, token: str, width: int) -> QPen:
        pen = QPen(theme.current().color(token), theme.current().px(width))
        pen.setCosmetic(True)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        return pen
