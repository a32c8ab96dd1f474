"""Work on several lanes whose wishes are all served by the one thread that may touch the database."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Lock
from typing import Any, Generic, TypeVar

T = TypeVar("T")
Outcome = TypeVar("Outcome")


class DeskClosed(Exception):
    """The round was given up while a lane still had a wish; the lane ends with it."""


class Desk(Generic[Outcome]):
    """Where lanes lay their wishes, and where the serving thread hears which of them have ended."""

    def __init__(self) -> None:
        self._wishes: SimpleQueue[tuple[Callable[[], Any], Future[Any]] | tuple[str, Future[Outcome]]] = (
            SimpleQueue()
        )
        self._open: set[str] = set()
        self._lock = Lock()
        self._is_closed = False

    @property
    def open_count(self) -> int:
        """How many pieces of work are under way."""
        return len(self._open)

    def open(self, name: str, work: Future[Outcome]) -> None:
        """Counts a piece of work in; on the serving thread."""
        self._open.add(name)
        work.add_done_callback(lambda ended: self._wishes.put((name, ended)))

    def ask(self, wish: Callable[[], T]) -> T:
        """From a lane: has the wish done on the serving thread and waits for what comes of it."""
        future: Future[T] = Future()
        with self._lock:
            if self._is_closed:
                raise DeskClosed
            self._wishes.put((wish, future))
        return future.result()

    def serve(self) -> tuple[str, Future[Outcome]]:
        """Does what lanes wish until one of them has ended; its name and outcome."""
        while True:
            what, future = self._wishes.get()
            if isinstance(what, str):
                self._open.discard(what)
                return what, future
            self._do(what, future)

    def close(self) -> None:
        """Turns away all wishes from now on, so that no lane waits for ever."""
        with self._lock:
            self._is_closed = True
        while not self._wishes.empty():
            what, future = self._wishes.get()
            if not isinstance(what, str):
                future.set_exception(DeskClosed())

    @staticmethod
    def _do(wish: Callable[[], Any], future: Future[Any]) -> None:
        try:
            future.set_result(wish())
        except Exception as fault:  # noqa: BLE001 (it is the lane's: raised there)
            future.set_exception(fault)
