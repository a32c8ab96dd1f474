"""Room for more than there is room for."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt, QTimer
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QWidget


def scrolled(content: QWidget) -> QScrollArea:
    """The content with a scroll bar at its side when it does not fit; the focus goes past the bar."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    return area


def bring_into_view(widget: QWidget) -> None:
    """Scroll what holds a widget until it is seen, once it has found its place."""

    def scroll() -> None:
        # What was just shown has no place yet.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        held: QWidget | None = widget.parentWidget()
        while held is not None and not isinstance(held, QScrollArea):
            held = held.parentWidget()
        if held is not None:
            held.ensureWidgetVisible(widget)

    QTimer.singleShot(0, widget, scroll)


class PageStack(QStackedWidget):
    """Pages on top of each other; only the shown one asks for room, and never more than there is."""

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def sizeHint(self) -> QSize:
        shown = self.currentWidget()
        return shown.sizeHint() if shown is not None else QSize(0, 0)
