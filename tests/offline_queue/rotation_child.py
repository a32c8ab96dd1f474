"""Changes a station's key again and again, each time killed one touch of the disk later.

    python -m tests.offline_queue.rotation_child TEMPLATE RUNS

Imports are paid for once: each life is a fork. Prints how many lives were cut off.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from offline_queue.rotation import rotate
from tests.offline_queue.homes import Home


def die_at(count: int) -> None:
    """Kills this process at its `count`-th touch of the disk, before or after the touch by turns."""
    left = count

    def around(original: Callable[..., Any]) -> Callable[..., Any]:
        def touched(*arguments: Any, **more: Any) -> Any:
            nonlocal left
            for is_after in (False, True):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                if not is_after:
                    result = original(*arguments, **more)
            return result

        return touched

    os.replace = around(os.replace)
    os.fsync = around(os.fsync)
    Path.unlink = around(Path.unlink)  # type: ignore[method-assign]
    import offline_queue.rotation as rotation

    for name in ("connect", "_rekey", "refuse_damaged"):
        setattr(rotation, name, around(getattr(rotation, name)))


def main(template: Path, runs: Path, stride: int) -> None:
    """Lives until one is not cut off any more."""
    count = 0
    while True:
        folder = runs / f"{count:04d}"
        shutil.copytree(template, folder)
        child = os.fork()
        if child == 0:
            die_at(1 + count * stride)
            home = Home.under(folder)
            rotate(home.folder, home.key_folder, None)
            os._exit(0)
        status = os.waitpid(child, 0)[1]
        if not os.WIFSIGNALED(status):
            sys.stdout.write(f"{count} {os.waitstatus_to_exitcode(status)}\n")
            return
        count += 1


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
