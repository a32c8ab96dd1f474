"""Counters on a real station, opened as often as a story needs, with hands on their keys."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.commands.face import open_desk
from app.commands.story import WindowDriver
from app.config import Settings
from app.faces.counter.window import CounterWindow, open_window
from app.qt.bridge import StationDesk
from app.workflow.views import ComponentState, FieldView
from scanning.samples.people import SAMPLE_REQUESTER
from tests.qt.keyboard import end

DECLARATION = "000.00.00.G15-KQ003037"


@dataclass
class Desktop:
    """An open counter with hands on its keys."""

    desk: StationDesk
    window: CounterWindow
    driver: WindowDriver

    @property
    def visit(self) -> str:
        return self.desk.visits()[-1].visit_id

    def field(self, name: str) -> FieldView:
        return next(f for s in self.desk.view(self.visit).sections for f in s.fields if f.name == name)

    def state(self, code: str = DECLARATION) -> ComponentState:
        return next(c.state for c in self.desk.view(self.visit).components if c.code == code)

    def identify(self) -> None:
        """The card under the handheld reader, until the register has answered."""
        before = len(self.desk.visits())
        self.driver.read_with_handheld(SAMPLE_REQUESTER.qr_payload())
        self.driver.wait(lambda: len(self.desk.visits()) > before, "no visit")
        self.driver.choose_procedure(self.desk, self.visit, "trich luc", "2.000635")
        self.driver.wait(lambda: self.driver.is_verified(self.desk.view(self.visit)), "no answer")

    def scan(self) -> None:
        """F2, until the paper is read."""
        self.driver.press("F2")
        self.driver.wait(
            lambda: self.state() in (ComponentState.READ, ComponentState.DOUBTFUL), "not read", timeout_s=60
        )

    def close(self) -> None:
        end(self.window)


class Office:
    """Opens counters, as often as a test likes; all are closed at the end."""

    def __init__(self, application: QApplication, shots: Path) -> None:
        self._application = application
        self._shots = shots
        self._open: list[tuple[ExitStack, Desktop]] = []

    def open(self, settings: Settings) -> Desktop:
        stack = ExitStack()
        desk, tasks = stack.enter_context(open_desk(settings))
        window = open_window(desk, tasks.run)
        window.resize(1366, 768)
        ready: list[bool] = []
        desk.start(lambda: ready.append(True))
        window.show()
        window.activateWindow()
        driver = WindowDriver(self._application, window, self._shots)
        driver.wait(lambda: bool(ready), "not ready")
        desktop = Desktop(desk, window, driver)
        self._open.append((stack, desktop))
        return desktop

    def close(self, desktop: Desktop) -> None:
        stack = next(s for s, d in self._open if d is desktop)
        self._open.remove((stack, desktop))
        desktop.close()
        stack.close()

    def close_all(self) -> None:
        for _stack, desktop in list(self._open):
            self.close(desktop)
