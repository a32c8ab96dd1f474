"""`motcua sandbox`: the stand-in province and population register, a program of its own."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import requests

from app.config import Settings
from app.workflow.errors import WorkflowError

_ASK_S = 10.0


def command(port: int = 0, state: str | None = None) -> list[str]:
    """How to start it; it talks HTTP like the real thing and shares no code with the product."""
    if importlib.util.find_spec("sandbox") is None or importlib.util.find_spec("fastapi") is None:
        raise WorkflowError(
            "Bản cài này không có hệ thống tập huấn; hãy cài thêm: pip install 'motcua[sandbox]'."
        )
    return [sys.executable, "-m", "sandbox", "--port", str(port), *(["--state", state] if state else [])]


class Sandbox:
    """The stand-in province as a process of its own, on a free port of loopback."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self.url = ""

    def __enter__(self) -> Sandbox:
        self._state.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(command(0, str(self._state)), stdout=subprocess.PIPE, text=True)
        line = self._process.stdout.readline() if self._process.stdout else ""
        try:
            self.url = json.loads(line)["url"]
        except (ValueError, KeyError):
            self._process.kill()
            raise WorkflowError(
                "Hệ thống tỉnh tập huấn không khởi động được; hãy chạy motcua sandbox để xem lý do."
            ) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(_ASK_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def dossiers(self) -> list[dict[str, Any]]:
        """What the province has, by its own account."""
        found: list[dict[str, Any]] = self._ask("GET", "state").json()["dossiers"]
        return found

    def fault(self, faults: Mapping[str, Any]) -> None:
        """Makes the line or the server misbehave."""
        self._ask("POST", "faults", json=faults)

    def clear_faults(self) -> None:
        """All is well again."""
        self._ask("DELETE", "faults")

    def _ask(self, method: str, path: str, **more: Any) -> requests.Response:
        try:
            answer = requests.request(method, f"{self.url}/sandbox/{path}", timeout=_ASK_S, **more)
            answer.raise_for_status()
        except requests.RequestException as silent:
            raise WorkflowError(
                "Hệ thống tỉnh tập huấn không trả lời; hãy chạy lại, hồ sơ trên máy còn nguyên."
            ) from silent
        return answer


def run(options: Namespace, settings: Settings) -> int:
    """Serves until it is ended."""
    del settings
    with subprocess.Popen(command(options.port, str(options.state) if options.state else None)) as server:
        try:
            return server.wait()
        except KeyboardInterrupt:
            server.terminate()
            server.wait()
            return 0
