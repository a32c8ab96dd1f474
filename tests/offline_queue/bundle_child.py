"""Gives or takes a bundle as a program of its own that dies, as by a power cut, at a numbered step to the disk.

python -m tests.offline_queue.bundle_child give|take HOME BUNDLE LINE_OF_THE_OTHER STEP
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from offline_queue.bundle_keys import Peer
from offline_queue.store import Store
from tests.offline_queue.desks import Desk


def die_at(step: int) -> None:
    """Counts each fsync, rename and commit; dies just before number `step` and tells how many there were."""
    count = 0

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            nonlocal count
            count += 1
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments)

        return call

    os.fsync = counted(os.fsync)
    os.replace = counted(os.replace)
    real_transaction = Store.transaction

    def transaction(store: Store) -> Any:
        commit = counted(lambda: None)

        class Around:
            def __enter__(self) -> Any:
                self.inner = real_transaction(store)
                commit()
                return self.inner.__enter__()

            def __exit__(self, *error: Any) -> Any:
                commit()
                ended = self.inner.__exit__(*error)
                commit()
                return ended

        return Around()

    Store.transaction = transaction  # type: ignore[assignment, method-assign]


if __name__ == "__main__":
    way, home, bundle, line, step = sys.argv[1:]
    desk = Desk.open(Path(home), "Q03" if way == "give" else "Q01")
    die_at(int(step))
    other = Peer.parse(line)
    if way == "give":
        desk.handover().give(Path(bundle), other)
    else:
        desk.handover().take(Path(bundle), [other])
    desk.store.close()
