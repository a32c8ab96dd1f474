"""A strip of the paper beside the field it was read for."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy

from app.qt import theme
from app.qt.images import PagePicture

_AIR = 1.25  # height shown, in heights of the box


class CropView(QFrame):
    """Shows a place of a page at the frame's height, with what stands around it on the line."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("crop")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(theme.current().px(96))
        self.setFixedHeight(theme.current().px(40))
        self.setAccessibleName("Ảnh cắt từ giấy")
        self._picture: PagePicture | None = None
        self._box = QRectF()

    def sizeHint(self) -> QSize:
        return QSize(theme.current().px(160), theme.current().px(40))

    def show_crop(self, picture: PagePicture | None, box: tuple[int, int, int, int]) -> None:
        """Show a place (left, top, right, bottom in page pixels) of a picture."""
        left, top, right, bottom = box
        self._picture, self._box = picture, QRectF(left, top, right - left, bottom - top)
        self.update()

    def _source(self, picture: PagePicture, room: QRectF) -> QRectF:
        """The part of the page that fills a room: the whole box, and the line around it."""
        height = self._box.height() * _AIR
        width = height * room.width() / max(room.height(), 1)
        if width < self._box.width() * 1.04:
            width = self._box.width() * 1.04
            height = width * room.height() / max(room.width(), 1)
        middle = self._box.center()
        left = min(max(middle.x() - width / 2, 0), max(picture.width - width, 0))
        top = min(max(middle.y() - height / 2, 0), max(picture.height - height, 0))
        return QRectF(left, top, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._picture is None or self._box.isEmpty():
            return
        edge = theme.current().px(4)
        room = QRectF(self.rect()).adjusted(edge, edge, -edge, -edge)
        part = self._source(self._picture, room)
        level = self._picture.level_for(room.width() / part.width() * self.devicePixelRatioF())
        shrink = level.width() / self._picture.width
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(
            room,
            level,
            QRectF(part.x() * shrink, part.y() * shrink, part.width() * shrink, part.height() * shrink),
        )
        painter.end()
