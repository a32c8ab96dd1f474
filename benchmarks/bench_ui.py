"""How long the counter window keeps an officer waiting while ten pages are read, against the same window idle.

    python -m benchmarks.bench_ui [PAGES=10]

A heartbeat of 5 ms beats in the event loop; what a beat comes late is what a key press would have to wait.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"

from PySide6.QtCore import QEventLoop, Qt, QTimer

from app.commands.face import make_application, open_desk
from app.commands.sandbox import Sandbox
from app.commands.story import WindowDriver
from app.config import PopulationSettings, PrinterSettings, ScannerSettings, ServerSettings, Settings
from app.faces.counter.window import open_window
from app.qt.bridge import StationDesk
from app.workflow.views import PageState
from benchmarks.tables import Measured, show
from scanning.drivers.sample import SamplePaper, printed_paper, save_paper
from scanning.samples.people import SAMPLE_REQUESTER, invented_person

DECLARATION = "000.00.00.G15-KQ003037"
_BEAT_MS = 5
_IDLE_S = 8.0
_MOST_S = 600.0
_LIMIT_S = 0.050


class Heartbeat:
    """Beats in the event loop and notes by how much each beat comes late, in seconds."""

    def __init__(self) -> None:
        self.late_s: list[float] = []
        self._last = 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def during(self, is_over: Callable[[], bool], most_s: float) -> list[float]:
        """Lets the event loop run until it is over; the delays of all beats."""
        loop = QEventLoop()
        watch = QTimer()
        until = time.perf_counter() + most_s
        watch.timeout.connect(lambda: loop.quit() if is_over() or time.perf_counter() > until else None)
        watch.start(100)
        self.late_s, self._last = [], time.perf_counter()
        self._timer.start(_BEAT_MS)
        loop.exec()
        self._timer.stop()
        watch.stop()
        return self.late_s

    def _beat(self) -> None:
        now = time.perf_counter()
        self.late_s.append(max(0.0, now - self._last - _BEAT_MS / 1000))
        self._last = now


def run(pages: int = 10) -> tuple[Measured, Measured]:
    """Prints the table; answers with the delays while reading and the delays of the idle window."""
    with tempfile.TemporaryDirectory() as place, Sandbox(Path(place) / "province") as sandbox:
        feeder = Path(place) / "feeder"
        feeder.mkdir()
        for number in range(pages):
            requester, subject = invented_person(2 * number), invented_person(2 * number + 1)
            sheet = printed_paper(SamplePaper.DECLARATION, requester=requester, subject=subject)
            save_paper(sheet, feeder / f"{number + 1}.png", seed=number)
        settings = Settings(
            home=Path(place) / "station",
            key_folder=Path(place) / "keys",
            province=ServerSettings(url=sandbox.url, timeout_s=5.0),
            population=PopulationSettings(url=sandbox.url, timeout_s=5.0),
            scanner=ScannerSettings(source="folder", folder=str(feeder)),
            printer=PrinterSettings(kind="folder", folder=str(Path(place) / "printed")),
        )
        application = make_application(is_headless=True)
        with open_desk(settings) as (desk, tasks):
            window = open_window(desk, tasks.run)
            window.resize(1366, 768)
            ready: list[bool] = []
            desk.start(lambda: ready.append(True))
            window.show()
            window.activateWindow()
            driver = WindowDriver(application, window, Path(place))
            driver.wait(lambda: bool(ready), "the window did not come up")
            driver.read_with_handheld(SAMPLE_REQUESTER.qr_payload())
            driver.wait(lambda: bool(desk.visits()), "no visit")
            visit = desk.visits()[-1].visit_id
            driver.wait(lambda: driver.is_verified(desk.view(visit)), "no answer")
            driver.choose_case(desk, visit, "relative")
            driver.settle(1.0)
            heart = Heartbeat()
            idle = heart.during(lambda: False, _IDLE_S)
            driver.press("F2")
            began = time.perf_counter()
            busy = heart.during(lambda: _are_read(desk, visit, pages), _MOST_S)
            seconds = time.perf_counter() - began
            if not _are_read(desk, visit, pages):
                raise RuntimeError(driver.last_sentence() or "the pages were not read")
            window.close()
            application.processEvents()
    reading = Measured(f"{pages} trang đang được đọc ({seconds:.0f} s)", tuple(busy))
    still = Measured("nền: cùng cửa sổ, không làm gì", tuple(idle))
    show("Nhịp 5 ms của cửa sổ đến trễ", [reading, still], "ms", scale=1000)
    print(f"  trễ nhất: {max(busy) * 1000:.0f} ms khi đọc, {max(idle) * 1000:.0f} ms khi không")
    return reading, still


def _are_read(desk: StationDesk, visit: str, pages: int) -> bool:
    paper = next(c for c in desk.view(visit).components if c.code == DECLARATION)
    return len(paper.pages) == pages and all(page.state is PageState.READ for page in paper.pages)


if __name__ == "__main__":
    measured, _ = run(*map(int, sys.argv[1:2]))
    sys.exit(1 if measured.p99 > _LIMIT_S else 0)
