"""The queue's side of the desk: rounds of sending and when they begin, and the queue as the window shows it.

Everything here runs on the window's thread and asks the station through `Tasks`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, QTimer

from app.qt.tasks import Tasks
from app.workflow.station import Station
from app.workflow.views import LineView, QueueRow

T = TypeVar("T")


class WhileHere(Protocol):
    """Makes an answer one that is told only to who asked."""

    def __call__(self, done: Callable[[T], None], /) -> Callable[[T], None]: ...


_AFTER_A_FAULT_S = 15.0
"""After a round that ended in a fault of the program's own."""


class QueueDesk:
    """Sends what waits, and keeps the line's and the queue's last state at hand."""

    def __init__(
        self,
        station: Station,
        tasks: Tasks,
        *,
        parent: QObject,
        while_here: WhileHere,
        heard: Callable[[], None],
        tell: Callable[[str], None],
        loud: Callable[[Exception], None],
    ) -> None:
        """`while_here` keeps an answer from whoever sits here after the asker; `heard` is called after a round in
        which the line was there."""
        self._station, self._tasks = station, tasks
        self._while_here, self._heard = while_here, heard
        self._tell, self._loud = tell, loud
        self.line = LineView(None, None, 0, 0, None)
        self._rows: tuple[QueueRow, ...] = ()
        self._damage = ""
        self._found: dict[str, QueueRow] = {}
        self._pinned: QueueRow | None = None
        self._is_syncing = False
        self._is_asked_again = False
        self._is_stopped = False
        # With a parent, so that it ends on the window's thread whoever lets go of this object last.
        self._timer = QTimer(parent)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.send_soon)

    def begin(self) -> None:
        """The first round, and a look at whether the database is sound."""

        def checked(damage: str | None) -> None:
            self._damage = damage or ""
            self.refresh()

        self._tasks.run(self._station.sending.begin, lambda _none: self.send_soon(), self._loud)
        self._tasks.run(self._station.check_store, checked, self._loud)

    def stop(self) -> None:
        """No more rounds; one that is under way ends soon."""
        self._is_stopped = True
        self._timer.stop()
        self._station.sending.stop()

    # ---- sending

    def send_now(self) -> None:
        """An officer asks for it: a round at once, and where one is waiting for its turn, that turn at once."""
        self._station.sending.hurry()
        self.send_soon()

    def send_soon(self) -> None:
        """A round now, or right after the one that is under way."""
        if self._is_stopped:
            return
        if self._is_syncing:
            self._is_asked_again = True
            return
        self._is_syncing, self._is_asked_again = True, False
        self._timer.stop()

        def work() -> float:
            sending = self._station.sending
            return sending.next_round_s(sending.round())

        def over(next_s: float) -> None:
            self._is_syncing = False
            if self._station.sending.is_online:
                self._heard()
            self.refresh()
            if self._is_asked_again:
                self.send_soon()
            elif not self._is_stopped:
                self._timer.start(round(1000 * next_s))

        def failed(error: Exception) -> None:
            self._loud(error)
            over(_AFTER_A_FAULT_S)

        self._tasks.run(work, over, failed)

    def retry(self, key: str) -> None:
        """One record once more, at an officer's wish."""
        self._tasks.run(lambda: self._station.retry(key), lambda _none: self.send_now(), self._loud)

    def choose_side(self, key: str, keeps_ours: bool) -> None:
        """Goes on with one of two versions."""
        self._tasks.run(
            lambda: self._station.choose_side(key, keeps_ours), lambda _none: self.send_now(), self._loud
        )

    # ---- what the window shows

    def rows(self) -> tuple[QueueRow, ...]:
        """The queue, and the record that was looked up."""
        pinned = self._pinned
        if pinned is None or any(row.key == pinned.key for row in self._rows):
            return self._rows
        return (*self._rows, pinned)

    def row(self, key: str) -> QueueRow | None:
        """Where one record stands."""
        return next((row for row in self._rows if row.key == key), None)

    def find(self, words: str, done: Callable[[tuple[QueueRow, ...]], None]) -> None:
        """Looks records of any age up."""

        def took(rows: tuple[QueueRow, ...]) -> None:
            self._found = {row.key: row for row in rows}
            done(rows)

        self._tasks.run(lambda: self._station.search(words), self._while_here(took), self._loud)

    def pin(self, key: str) -> None:
        """Shows a record that was found among the rows."""
        self._pinned = self._found.get(key)

    def clear(self) -> None:
        """Keeps nothing at hand that was shown to somebody."""
        self._rows, self._found, self._pinned = (), {}, None

    def refresh(self) -> None:
        """Reads line and queue anew, and tells where they changed."""

        def took(result: tuple[LineView, tuple[QueueRow, ...]]) -> None:
            line, rows = result
            line = replace(line, note=self._damage or line.note)
            if (line, rows) != (self.line, self._rows):
                self.line, self._rows = line, rows
                self._tell("")

        self._tasks.run(
            lambda: (self._station.sending.line(), self._station.queue()), self._while_here(took), self._loud
        )
