"""The only threads: one that owns the database, a small pool for the rest, and one way home.

Results come back to the window's thread by one queued signal of one long-lived object.
"""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

log = logging.getLogger(__name__)
T = TypeVar("T")
#: A feeder and two readings may run while the line, the register and pictures are asked for.
_AT_ONCE = 6
_COLLECT_MS = 1_000


class Tasks(QObject):
    """Runs work away from the window."""

    _home = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._owner_thread: int | None = None
        self._owner = ThreadPoolExecutor(1, "store", initializer=self._note_owner)
        self._pool = ThreadPoolExecutor(_AT_ONCE, "work")
        self._is_closed = False
        self._home.connect(self._run_here, Qt.ConnectionType.QueuedConnection)
        # Python collects cycles on whatever thread happens to allocate; a widget that ends away from the window's
        # thread takes the program with it. So nobody collects but this timer.
        gc.collect()
        gc.disable()
        self._collector = QTimer(self)
        self._collector.setInterval(_COLLECT_MS)
        self._collector.timeout.connect(_collect_what_is_due)
        self._collector.start()

    def on_owner(self, function: Callable[[], T], /) -> T:
        """Runs a function on the database's thread and waits; on that thread itself it runs at once."""
        if threading.get_ident() == self._owner_thread:
            return function()
        return self._owner.submit(function).result()

    def run(
        self,
        job: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Runs `job` in the pool, then `done` or `failed` on the window's thread."""
        self._then(self._pool.submit(job), done, failed)

    def run_on_owner(
        self,
        job: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """As `run`, for short work on the database."""
        self._then(self._owner.submit(job), done, failed)

    def call_home(self, function: Callable[[], None]) -> None:
        """Runs a function on the window's thread soon; may be called from any thread."""
        if not self._is_closed:
            self._home.emit(function)

    def end_pool(self) -> None:
        """Lets work in hand end and takes no more; results that come later are dropped."""
        self._is_closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)

    def close(self) -> None:
        """Ends the database's thread too, after everything that was asked of it."""
        self.end_pool()
        self._owner.shutdown(wait=True)
        self._collector.stop()
        gc.enable()

    def _note_owner(self) -> None:
        self._owner_thread = threading.get_ident()

    def _then(
        self, future: Future[T], done: Callable[[T], None], failed: Callable[[Exception], None]
    ) -> None:
        def bring(finished: Future[T]) -> None:
            if finished.cancelled():
                return
            error = finished.exception()
            if error is None:
                result = finished.result()
                self.call_home(lambda: done(result))
            elif isinstance(error, Exception):
                fault = error
                self.call_home(lambda: failed(fault))

        future.add_done_callback(bring)

    @Slot(object)
    def _run_here(self, function: Any) -> None:
        if not self._is_closed:
            function()


def _collect_what_is_due() -> None:
    """What the interpreter would have done by itself, on the window's thread."""
    due = [
        generation
        for generation, (count, threshold) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
        if count > threshold
    ]
    if due:
        gc.collect(max(due))
