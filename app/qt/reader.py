"""Handheld readers type: their burst is recognised anywhere in the program and never lands in a field.

A reader in keyboard mode sends its code as key presses a few milliseconds apart, ended by Enter.
Key presses are held back while they may still be such a burst; what turns out to be typed by hand is
given back to where it was typed, in order, after at most `QUIET_MS`.
"""

from __future__ import annotations

import re
import time

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent

#: Longest pause between two characters of a reader; the fastest typists stay well above it.
QUIET_MS = 35
#: Once a burst has shown itself to be a card, a busy machine may stretch it.
_CARD_QUIET_MS = 400
_MIN_PIPES = 6
_CARD_START = re.compile(r"^\ufeff?\d{12}\|")
#: A dossier code or a provisional number, as on receipts.
_RECEIPT = re.compile(r"^(?:[A-Z]\d{2}(?:\.[0-9A-Z]{1,4})*-\d{6}-\d{4,7}|TN(?:-[0-9A-Z]{1,8}){2,4})$")
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_COMMANDS = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


class ReaderFilter(QObject):
    """Application-wide event filter for readers in keyboard mode."""

    card_read = Signal(str)
    receipt_read = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._held: list[tuple[QObject, QKeyEvent]] = []
        self._letters = ""
        self._last_ms = 0.0
        self._is_giving_back = False
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.timeout.connect(self._settle)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Every event of the program passes here: the cheapest question comes first.
        if not isinstance(event, QKeyEvent):
            return False
        # Keys come to windows first and to widgets after; only the widget's turn counts.
        if self._is_giving_back or not watched.isWidgetType() or event.type() != QEvent.Type.KeyPress:
            return False
        return self._take(watched, event)

    def _take(self, watched: QObject, event: QKeyEvent) -> bool:
        now_ms = float(event.timestamp()) or time.monotonic() * 1000
        if self._held and now_ms - self._last_ms > self._patience_ms:
            self._settle()
        key, letters = event.key(), event.text()
        if event.isAutoRepeat() or event.modifiers() & _COMMANDS:
            self._settle()
            return False
        if key in _ENTER:
            if not self._held:
                return False
            self._hold(watched, event, now_ms)
            self._settle()
            return True
        if not letters or not letters.isprintable():
            if key not in (Qt.Key.Key_Shift, Qt.Key.Key_CapsLock, Qt.Key.Key_AltGr, Qt.Key.Key_NumLock):
                self._settle()
            return False
        self._letters += letters
        self._hold(watched, event, now_ms)
        self._quiet.start(self._patience_ms)
        return True

    @property
    def _patience_ms(self) -> int:
        return _CARD_QUIET_MS if _CARD_START.match(self._letters) else QUIET_MS

    def _hold(self, watched: QObject, event: QKeyEvent, now_ms: float) -> None:
        self._held.append((watched, event.clone()))
        self._last_ms = now_ms

    def _settle(self) -> None:
        """The burst, if it was one, is over: announce it, or give the keys back."""
        self._quiet.stop()
        held, letters = self._held, self._letters
        self._held, self._letters = [], ""
        if letters.count("|") >= _MIN_PIPES:
            self.card_read.emit(letters.removeprefix("\ufeff"))
            return
        ended = bool(held) and held[-1][1].key() in _ENTER
        if ended and _RECEIPT.match(letters):
            self.receipt_read.emit(letters)
            return
        self._is_giving_back = True
        try:
            for watched, event in held:
                if shiboken6.isValid(watched):
                    QCoreApplication.sendEvent(watched, event)
        finally:
            self._is_giving_back = False
