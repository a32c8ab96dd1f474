"""A line for a password: hidden, never copied, and it notices Caps Lock by what comes of the letters."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from app.widgets.entry import Entry


class PasswordEntry(Entry):
    """`caps_seen` tells when Caps Lock is seen to be on, and when it is off again."""

    caps_seen = Signal(bool)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._is_caps_on = False
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setAccessibleName(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        letter = event.text()
        if event.key() == Qt.Key.Key_CapsLock:
            # What it was before is not known: it is off as far as anybody can tell until a letter says otherwise.
            self._see(False)
        elif len(letter) == 1 and letter.isalpha():
            has_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._see(letter.isupper() != has_shift)
        super().keyPressEvent(event)

    def _see(self, is_on: bool) -> None:
        if is_on is not self._is_caps_on:
            self._is_caps_on = is_on
            self.caps_seen.emit(is_on)
