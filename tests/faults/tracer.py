"""Watches a process pass by every moment at which a power cut could catch it; shared by all crash harnesses."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests

from offline_queue.files import FileStore
from offline_queue.store import Store


class Tracer:
    """Calls `on_event` with the name of each moment: writes to the disk, commits, requests and answers."""

    def __init__(self, on_event: Callable[[str], None]) -> None:
        self.pass_by = on_event

    def around(self, owner: Any, name: str, before: str, after: str) -> None:
        """Wraps a function of this process: an event before it and one after."""
        original: Callable[..., Any] = getattr(owner, name)

        def traced(*arguments: Any, **more: Any) -> Any:
            detail = _detail(arguments)
            if before:
                self.pass_by(f"{before}{detail}")
            result = original(*arguments, **more)
            self.pass_by(f"{after}{detail}")
            return result

        setattr(owner, name, traced)

    def watch(self) -> None:
        """Every write to the disk, every commit, every request and answer, every program that is started."""
        self.around(os, "replace", "rename", "renamed")
        self.around(os, "fsync", "", "synced")
        self.around(FileStore, "put", "put", "kept")
        self.around(requests.Session, "send", "request", "answer")
        self.around(subprocess.Popen, "__init__", "", "program")
        original = Store.transaction

        @contextmanager
        def transaction(store: Store) -> Iterator[Any]:
            asker = _asker()
            with original(store) as db:
                yield db
                self.pass_by(f"commit {asker}")
            self.pass_by(f"committed {asker}")

        setattr(Store, "transaction", transaction)  # noqa: B010 (a method cannot be assigned)

    def watch_statements(self) -> None:
        """Also each SQL statement as it begins; only its first words are told, never a value."""
        original = Store.__init__

        def opened(store: Store, *arguments: Any, **more: Any) -> None:
            original(store, *arguments, **more)
            connection: Any = store.db.conn
            connection.set_trace_callback(lambda sql: self.pass_by("sql " + " ".join(sql.split()[:3])))

        setattr(Store, "__init__", opened)  # noqa: B010


def _detail(arguments: tuple[Any, ...]) -> str:
    """The method and kind of path of a request, so that a moment has a name; no keys, no people."""
    request = next((a for a in arguments if isinstance(a, requests.PreparedRequest)), None)
    if request is None:
        return ""
    return f" {request.method} {'/'.join(request.path_url.split('/')[1:3])}"


def _asker() -> str:
    """Who opened the transaction: the name of the function, as 'seal' or 'save_draft'."""
    frame = sys._getframe(1)
    while frame.f_back is not None and (
        "contextlib" in frame.f_code.co_filename or __file__ == frame.f_code.co_filename
    ):
        frame = frame.f_back
    return frame.f_code.co_name
