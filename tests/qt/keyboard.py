"""Keys as a keyboard and as a handheld reader send them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

READER_GAP_MS = 4
HAND_GAP_MS = 140
_clock_ms = 1_000


def settle() -> None:
    """Let layouts and posted events come to rest."""
    for _ in range(6):
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def end(window: QWidget) -> None:
    """Close a window for good: one that lingers is dressed again with every change of the look."""
    window.close()
    window.deleteLater()
    settle()


def wait_for(holds: Callable[[], bool]) -> None:
    """Let the event loop run until something holds."""
    for _ in range(3000):
        if holds():
            return
        QTest.qWait(10)
    raise AssertionError("waited thirty seconds in vain")


def press(window: QWidget, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    """One key, as pressed by hand, wherever the focus is."""
    held = Qt.KeyboardModifier.NoModifier
    for modifier in modifiers:
        held |= modifier
    target = QApplication.focusWidget() or window
    QTest.keyClick(target, key, held)
    settle()


def burst(
    target: QWidget, text: str, gap_ms: int, ends_with_enter: bool = True, starts_after_ms: int = 1_000
) -> None:
    """Characters with their own clock, as the platform delivers them."""
    global _clock_ms
    _clock_ms += starts_after_ms
    for letter in text:
        _send(target, Qt.Key.Key_unknown, letter, gap_ms)
    if ends_with_enter:
        _send(target, Qt.Key.Key_Return, "\r", gap_ms)


def commit(target: QWidget, text: str) -> None:
    """Text from an input method, as Vietnamese is typed."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QCoreApplication.sendEvent(target, event)


def _send(target: QWidget, key: Qt.Key, letter: str, gap_ms: int) -> None:
    global _clock_ms
    _clock_ms += gap_ms
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, letter)
        event.setTimestamp(_clock_ms)
        QCoreApplication.sendEvent(target, event)
