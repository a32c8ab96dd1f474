"""What the demo is told with: timed steps, a sandbox of its own, and hands on the window's keys."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.commands.answers import tell
from app.commands.sandbox import Sandbox
from app.faces.counter.window import CounterWindow
from app.qt.bridge import StationDesk
from app.workflow.errors import WorkflowError
from app.workflow.views import FieldState, VisitView

_MOST_ENTERS = 60
_GRACE_S = 2.0


class Story:
    """The steps as they happened, with their time."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.steps: list[dict[str, Any]] = []
        self.facts: dict[str, Any] = {"sandbox": sandbox.url}
        self._began = time.perf_counter()

    @property
    def total_s(self) -> float:
        return time.perf_counter() - self._began

    @contextmanager
    def step(self, name: str) -> Iterator[dict[str, Any]]:
        """One step: its facts are filled in by what happens; a fault names the step it happened in."""
        facts: dict[str, Any] = {}
        began = time.perf_counter()
        entry: dict[str, Any] = {"step": name, "ok": False}
        self.steps.append(entry)
        try:
            yield facts
            entry["ok"] = True
        except WorkflowError as error:
            raise WorkflowError(f"Demo dừng ở bước “{name}”: {error}") from error
        finally:
            entry |= {"seconds": round(time.perf_counter() - began, 3), "seen": facts}
        tell(f"✓ {name} ({entry['seconds']:.2f} s)")

    def to_json(self) -> dict[str, Any]:
        """The content of story.json."""
        return {**self.facts, "total_s": round(self.total_s, 3), "steps": self.steps}


class WindowDriver:
    """Presses the keys an officer would press, and waits for what the desk then says."""

    def __init__(self, application: QApplication, window: CounterWindow, shots: Path) -> None:
        self._application = application
        self._window = window
        self._shots = shots
        #: Keys pressed by hand so far; a reader's burst is not counted.
        self.keys_pressed = 0

    def press(self, keys: str) -> None:
        """One key or chord, sent to the widget in focus as the keyboard would."""
        self.keys_pressed += 1
        chord: QKeyCombination = QKeySequence(keys)[0]  # type: ignore[index]  # missing from Qt's stubs
        QTest.keyClick(self._target(), chord.key(), chord.keyboardModifiers())
        self._application.processEvents()

    def type(self, text: str) -> None:
        """Letters one after another, at a person's pace, so that no reader is suspected."""
        for letter in text:
            self.keys_pressed += 1
            self._letter(letter)
            self.settle(0.06)

    def read_with_handheld(self, text: str) -> None:
        """A handheld reader in keyboard mode: a burst of letters and Enter."""
        for letter in text:
            self._letter(letter)
        self._key(Qt.Key.Key_Return, "\r")
        self._application.processEvents()

    def wait(self, is_so: Callable[[], bool], otherwise: str, timeout_s: float = 20.0) -> None:
        """Lets the window live until a thing is so; WorkflowError with `otherwise` when it does not come."""
        self._window.setProperty("lastSentence", "")
        until = time.monotonic() + timeout_s
        while not is_so():
            if self.last_sentence():
                # The window has told the officer why: nothing more is to be waited for.
                until = min(until, time.monotonic() + _GRACE_S)
            if time.monotonic() > until:
                raise WorkflowError(self.last_sentence() or otherwise)
            self._application.processEvents()
            time.sleep(0.005)
        self._application.processEvents()

    def settle(self, seconds: float = 0.3) -> None:
        """Lets pictures and late answers arrive."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._application.processEvents()
            time.sleep(0.005)

    def shoot(self, name: str) -> None:
        """A picture of the real window as it stands."""
        self.settle()
        if not self._window.grab().save(str(self._shots / f"{name}.png")):
            raise WorkflowError(f"Không ghi được ảnh màn hình {name}.png.")

    def last_sentence(self) -> str:
        """What the window tells the officer just now, where it tells a fault."""
        said = self._window.property("lastSentence")
        return str(said) if said else ""

    def choose_procedure(self, desk: StationDesk, visit_id: str, words: str, code: str) -> None:
        """The words in the search of the page that asks for it, then Enter; none for the usual procedure."""
        self.settle()
        self.type(words)
        self.press("Return")
        self.wait(lambda: desk.view(visit_id).procedure_code == code, "Chưa chọn được thủ tục.")

    def choose_case(self, desk: StationDesk, visit_id: str, case: str) -> None:
        """Down to the case in the list, then Enter."""
        order = [c.code for c in desk.view(visit_id).cases]
        for _ in range(order.index(case)):
            self.press("Down")
        self.press("Return")

    def review(self, desk: StationDesk, visit_id: str, truth: Mapping[str, str]) -> dict[str, str]:
        """Walks the doubtful and missing fields by Enter, as an officer with the paper in hand.

        A value that is not what the paper says is typed over; the others are confirmed. Gives back what
        was done to each field.
        """
        done: dict[str, str] = {}
        for _ in range(_MOST_ENTERS):
            doubtful = {f.name: f for f in desk.view(visit_id).doubtful}
            if not doubtful:
                return done
            current = self._window.visits.intake.form.current
            if current in doubtful:
                seen, right = doubtful[current].value, truth.get(current, doubtful[current].value)
                done.setdefault(current, f"giữ “{seen}”" if seen == right else f"“{seen}” → “{right}”")
                if seen != right:
                    self.press("Ctrl+A")
                    self.type(right)
            self.press("Return")
            self.settle(0.05)
        raise WorkflowError(f"Các ô cần xem không hết: {', '.join(doubtful)}.")

    def fill(self, name: str, text: str) -> None:
        """Goes to a field by Tab and types into it."""
        form = self._window.visits.intake.form
        self.press("F6")
        for _ in range(_MOST_ENTERS):
            if form.current == name:
                self.press("Ctrl+A")
                self.type(text)
                self.press("Return")
                return
            self.press("Tab")
        raise WorkflowError(f"Không tới được ô {name} bằng phím.")

    @staticmethod
    def is_verified(view: VisitView) -> bool:
        """True when the register has answered about the applicant."""
        return any(f.source == "register" for s in view.sections for f in s.fields)

    @staticmethod
    def sources(view: VisitView) -> dict[str, str]:
        """Field → who locked it."""
        return {
            f.name: str(f.source) for s in view.sections for f in s.fields if f.state is FieldState.LOCKED
        }

    def _target(self) -> QWidget:
        return self._window.focusWidget() or self._window

    def _letter(self, letter: str) -> None:
        self._key(Qt.Key.Key_unknown, letter)

    def _key(self, key: Qt.Key, text: str) -> None:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
            QApplication.sendEvent(self._target(), event)
