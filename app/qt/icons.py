"""Icons of the one set (Lucide), tinted by token, crisp at the screen's pixel ratio, drawn once."""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

import resources
from app.qt import theme


@cache
def _svg(name: str, stroke: str) -> str:
    text = resources.path("icons", f"{name}.svg").read_text(encoding="utf-8")
    return text.replace('stroke-width="2"', f'stroke-width="{stroke}"')


@lru_cache(maxsize=512)
def _tinted(name: str, color: str, stroke: str, size_px: int, ratio: float, angle: int) -> QPixmap:
    side = round(size_px * ratio)
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    if angle:
        painter.translate(side / 2, side / 2)
        painter.rotate(angle)
        painter.translate(-side / 2, -side / 2)
    renderer = QSvgRenderer(QByteArray(_svg(name, stroke).replace("currentColor", color).encode()))
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def pixmap(name: str, token: str, size: float, angle: int = 0) -> QPixmap:
    """An icon of `size` design pixels in the colour of a token, turned by `angle` degrees."""
    worn = theme.current()
    app = QGuiApplication.instance()
    ratio = app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0
    # Large icons keep the weight of small ones.
    stroke = "1.75" if size < 32 else "1.5" if size < 64 else "1.1"
    return _tinted(name, worn.colors[token], stroke, worn.px(size), ratio, angle)


def icon(name: str, token: str, size: float = 20) -> QIcon:
    """The same as a QIcon, for the widgets that want one."""
    return QIcon(pixmap(name, token, size))
