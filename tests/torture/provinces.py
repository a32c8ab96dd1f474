"""A sandbox province forked out of this process: up in a moment, killed and restarted under its address."""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from sandbox.server import main as serve

_READY_WITHIN_S = 30.0


def fork(body: Callable[[], None], stderr: Path) -> int:
    """Runs `body` in a copy of this process, which must have one thread only; gives its process id."""
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        handle = os.open(stderr, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.dup2(handle, 2)
        body()
        code = 0
    except BaseException:  # noqa: BLE001 (a copy of the parent must never go on as the parent)
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


class ForkedProvince:
    """Starts at once; `pid` changes with each restart, `url` does not."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._port = 0
        self.pid = 0
        self.url = ""
        self.start()

    def start(self) -> None:
        """Start on the state folder, the second time on the same port."""
        reading, writing = os.pipe()

        def run() -> None:
            os.dup2(writing, 1)
            sys.stdout = os.fdopen(1, "w", closefd=False)
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            serve(["--state", str(self._folder / "state"), "--port", str(self._port)])

        self.pid = fork(run, self._folder / "stderr")
        os.close(writing)
        with os.fdopen(reading) as told:
            line = told.readline()
        assert line, (self._folder / "stderr").read_text("utf-8")
        self.url = json.loads(line)["url"]
        self._port = int(self.url.rpartition(":")[2])

    def revive(self) -> None:
        """It was killed: the same province comes back."""
        os.waitpid(self.pid, 0)
        self.start()

    def close(self) -> None:
        """Ends it."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    def faults(self, **faults: object) -> None:
        """Switches faults of the line on; without any, all off."""
        address = f"{self.url}/sandbox/faults"
        answer = (
            requests.post(address, json=faults, timeout=_READY_WITHIN_S)
            if faults
            else requests.delete(address, timeout=_READY_WITHIN_S)
        )
        assert answer.status_code == 200, answer.text

    def dossiers(self) -> list[dict[str, Any]]:
        """What the province has."""
        answer = requests.get(f"{self.url}/sandbox/state", timeout=_READY_WITHIN_S)
        found: list[dict[str, Any]] = answer.json()["dossiers"]
        return found
