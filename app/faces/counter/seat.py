"""The seat at the window: who leaves it takes nothing along and leaves nothing behind; who comes back goes on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QToolTip

from app.faces.counter.desk import Desk
from app.faces.counter.typed import Typed
from app.qt.idle import IdleWatch

_MINUTE_MS = 60_000


class Seat(QObject):
    """Locks a window that nobody touches, and remembers for each officer where they were."""

    def __init__(self, parent: QObject, desk: Desk, lock: Callable[[], None]) -> None:
        super().__init__(parent)
        self._desk = desk
        #: By login: the page of the rail, and what stood typed.
        self._places: dict[str, tuple[int, Typed]] = {}
        self.idle = IdleWatch(self)
        self.idle.idle.connect(lock)

    def take(self) -> tuple[int, Typed]:
        """Somebody sits down; where they were last time, else at the beginning."""
        officers, session = self._desk.officers, self._desk.officers.session
        if not officers.is_asked or session is None:
            return 0, Typed()
        self.idle.watch(officers.idle_lock_min * _MINUTE_MS)
        return self._places.pop(session.officer.login, (0, Typed()))

    def leave(self, action: str, page: int, typed: Typed) -> str:
        """Nobody sits here any more; gives the login of who did."""
        session = self._desk.officers.session
        login = session.officer.login if session is not None else ""
        self._places[login] = (page, typed)
        self.idle.rest()
        for widget in (QApplication.activePopupWidget(), QApplication.activeModalWidget()):
            if widget is not None:
                widget.close()
        QToolTip.hideText()
        # Whatever was copied may name somebody; some desktops keep a selection beside it.
        clipboard = QApplication.clipboard()
        for mode in (clipboard.Mode.Clipboard, clipboard.Mode.Selection):
            clipboard.clear(mode)
        self._desk.officers.leave(action)
        return login
