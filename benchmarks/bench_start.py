"""Cold start to a usable window, as a new process each time, against a bare PySide6 window."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.tables import Measured, show

_BARE = """
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication([])
window = QMainWindow()
window.resize(1366, 768)
window.show()
application.processEvents()
print("usable", flush=True)
import os; os._exit(0)
"""

_OURS = """
import app.cli
from app.commands.face import make_application, open_desk, kept_look
from app.config import load_settings
settings = load_settings()
application = make_application()
with open_desk(settings) as (desk, tasks):
    from app.faces.counter.window import open_window
    window = open_window(desk, tasks.run, kept_look(settings))
    window.resize(1366, 768)
    ready = []
    desk.start(lambda: ready.append(True))
    window.show()
    while not ready:
        application.processEvents()
    application.processEvents()
    print("usable", flush=True)
    import os; os._exit(0)
"""


def run(times: int = 7) -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "QT_QPA_PLATFORM": "offscreen",
            "MOTCUA_HOME": str(Path(folder) / "home"),
            "MOTCUA_KEY_DIR": str(Path(folder) / "keys"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }
        ours: list[float] = []
        bare: list[float] = []
        for turn in range(times + 1):
            # In turns, so that a drifting machine drifts for both; the first pair only warms the disk.
            one, other = _seconds(_OURS, environment), _seconds(_BARE, environment)
            if turn:
                ours.append(one)
                bare.append(other)
    show(
        "Khởi động đến khi dùng được (tiến trình mới)",
        [
            Measured("Một Cửa: quầy, CSDL mở, lượt cũ đã về", tuple(ours)),
            Measured("nền: cửa sổ PySide6 trần", tuple(bare)),
        ],
        "s",
    )


def _seconds(program: str, environment: dict[str, str]) -> float:
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=environment
    ) as child:
        assert child.stdout is not None
        line = child.stdout.readline()
        seconds = time.perf_counter() - began
    if line.strip() != "usable":
        raise RuntimeError("the window did not come up")
    return seconds


if __name__ == "__main__":
    run()
