"""Whether somebody is at the window: no key, no touch for a while, and it says so."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

_SIGNS_OF_LIFE = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.InputMethod,
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TabletPress,
        QEvent.Type.TabletMove,
    }
)


class IdleWatch(QObject):
    """Says once that nobody touched the program for the time given; `watch` begins anew."""

    idle = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.timeout.connect(self.idle)

    def watch(self, quiet_ms: int) -> None:
        """Begins, or goes on with another time."""
        app = QApplication.instance()
        if app is not None and not self._quiet.isActive():
            app.installEventFilter(self)
        self._quiet.start(quiet_ms)

    def rest(self) -> None:
        """Nobody is waited for."""
        self._quiet.stop()
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _SIGNS_OF_LIFE and self._quiet.isActive():
            self._quiet.start()
        return False
