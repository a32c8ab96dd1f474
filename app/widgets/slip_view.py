"""The printed slip as it was stored: the picture of the PDF, or a cover over it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.qt import icons, theme

_SHEET = 376


class SlipView(QWidget):
    """A sheet of paper; covered, it shows nothing of what is on it."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._is_covered = False
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setMinimumWidth(theme.current().px(160))
        self.setAccessibleName("Hình giấy tiếp nhận")

    @property
    def width_px(self) -> int:
        """How many pixels across the picture should have."""
        return round(theme.current().px(_SHEET) * self.devicePixelRatioF())

    def sizeHint(self) -> QSize:
        side = theme.current().px(_SHEET)
        return QSize(side, side * 4 // 3)

    def show_slip(self, image: QImage | None, words: str = "") -> None:
        """Show a picture; without one, the words in its place."""
        self._image, self._words = image, words
        self.update()

    def set_covered(self, is_covered: bool) -> None:
        """Cover what names a person."""
        if is_covered != self._is_covered:
            self._is_covered = is_covered
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        worn = theme.current()
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
        paper = QSize(1000, 1414) if self._image is None else self._image.size()
        # As large as the sheet of the design, smaller where there is less room.
        room = QSize(min(self.width() - 1, worn.px(_SHEET)), self.height() - 1)
        size = paper.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        sheet = QRectF(0.5, 0.5, size.width(), size.height())
        painter.fillRect(sheet, worn.color("panel"))
        if self._image is not None and not self._is_covered:
            painter.drawImage(sheet, self._image)
        painter.setPen(QPen(worn.color("line"), 1))
        painter.drawRect(sheet)
        words = (
            "Đã che thông tin người nộp"
            if self._is_covered
            else ("" if self._image is not None else self._words)
        )
        if words:
            middle = sheet.center()
            icon = icons.pixmap("eye-off" if self._is_covered else "file-text", "text_muted", 32)
            painter.drawPixmap(int(middle.x()) - worn.px(16), int(middle.y()) - worn.px(40), icon)
            painter.setFont(worn.font(13, 500))
            painter.setPen(worn.color("text_muted"))
            below = QRectF(sheet.left() + worn.px(16), middle.y(), sheet.width() - worn.px(32), worn.px(48))
            flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
            painter.drawText(below, flags, words)
        painter.end()
