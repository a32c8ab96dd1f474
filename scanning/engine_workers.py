"""Processes that keep Tesseract loaded, one page at a time each; as many as pages are read at once.

They end with the program, however it ends. One that dies or is ended in the middle of a page is replaced by the next
page's.
"""

import atexit
import importlib.util
import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any, BinaryIO, cast

from scanning import children
from scanning.errors import Cancelled, OcrFailed, OcrTimedOut
from scanning.pages import Pixels

_READY = "ready"
_START_TIMEOUT_S = 60.0
_POLL_S = 0.1
_MOST_IDLE = max(2, min(4, os.cpu_count() or 1))
_END = b""


class _Gone(Exception):
    """The process had ended before it had the whole page."""


class _Worker:
    """One process; whoever has it in hand is the only one to ask it."""

    def __init__(self) -> None:
        # Several OpenMP threads fight each other: one for each page is more than twice as fast.
        self._process = subprocess.Popen(
            children.command("scanning.engine_child"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"OMP_THREAD_LIMIT": "1"},
        )
        self._input = cast(BinaryIO, self._process.stdin)
        self._output = cast(BinaryIO, self._process.stdout)
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        for line in self._output:
            self._lines.put(line)
        self._lines.put(_END)

    def version(self) -> str | None:
        """The engine's, once it is loaded; None where it cannot be."""
        try:
            told = self._told(_START_TIMEOUT_S, lambda: False)
        except (OcrFailed, OcrTimedOut):
            return None
        return str(told.get(_READY))

    def ask(
        self, facts: dict[str, Any], picture: Pixels, timeout_s: float, cancelled: Callable[[], bool]
    ) -> dict[str, Any]:
        """The answer; raises _Gone, OcrFailed where the process dies over it, OcrTimedOut, Cancelled."""
        height, width = picture.shape
        try:
            self._input.write(json.dumps(facts | {"width": width, "height": height}).encode() + b"\n")
            self._input.write(picture.tobytes())
            self._input.flush()
        except OSError as error:
            raise _Gone from error
        return self._told(timeout_s, cancelled)

    def _told(self, timeout_s: float, cancelled: Callable[[], bool]) -> dict[str, Any]:
        """Waits in short steps, so that a cancel is heard at once."""
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                line = self._lines.get(timeout=_POLL_S)
            except queue.Empty:
                if cancelled():
                    raise Cancelled from None
                if time.monotonic() > deadline:
                    raise OcrTimedOut(timeout_s) from None
                continue
            if not line.endswith(b"\n"):
                raise OcrFailed
            answer: dict[str, Any] = json.loads(line)
            return answer

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._listener.join()
        self._output.close()
        # What was still to be written has no reader any more.
        with suppress(OSError):
            self._input.close()


_lock = threading.Lock()
_idle: list[_Worker] = []
_of_parent: list[_Worker] = []


def ask(
    facts: dict[str, Any], picture: Pixels, *, timeout_s: float, cancelled: Callable[[], bool]
) -> dict[str, Any]:
    """What an idle or a new process answers about a grey picture; see `scanning.engine_child` for the facts.

    Raises OcrFailed, OcrTimedOut, Cancelled; the process is then gone.
    """
    while True:
        worker, is_new = _taken()
        try:
            answer = worker.ask(facts, picture, timeout_s, cancelled)
        except _Gone as error:
            worker.end()
            # An idle one may have been ended by the system long ago.
            if is_new:
                raise OcrFailed from error
        except BaseException:
            worker.end()
            raise
        else:
            _give_back(worker)
            return answer


@cache
def version() -> str | None:
    """Of the engine that is kept loaded; None where this machine cannot load it."""
    if importlib.util.find_spec("tesserocr") is None:
        return None
    try:
        worker, told = _started()
    except OSError:
        return None
    if told is None:
        worker.end()
        return None
    _give_back(worker)
    return told


def _taken() -> tuple[_Worker, bool]:
    """An idle process or a new one, and which it is."""
    with _lock:
        if _idle:
            return _idle.pop(), False
    try:
        worker, told = _started()
    except OSError as error:
        raise OcrFailed from error
    if told is None:
        worker.end()
        raise OcrFailed
    return worker, True


def _started() -> tuple[_Worker, str | None]:
    worker = _Worker()
    return worker, worker.version()


def _give_back(worker: _Worker) -> None:
    with _lock:
        if len(_idle) < _MOST_IDLE:
            _idle.append(worker)
            return
    worker.end()


@atexit.register
def end_all() -> None:
    """Ends the idle processes; the next page starts new ones."""
    with _lock:
        workers = _idle[:]
        _idle.clear()
    for worker in workers:
        worker.end()


def _forget() -> None:
    """A fork must not write into its parent's pipes."""
    global _lock
    _lock = threading.Lock()
    _of_parent.extend(_idle)
    _idle.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
