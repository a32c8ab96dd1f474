"""How the program starts programs of its own: said here alone, because a frozen program has no `python -m`."""

import sys
from collections.abc import Callable


def _by_python(module: str) -> list[str]:
    return [sys.executable, "-m", module]


command: Callable[[str], list[str]] = _by_python
"""The command that runs a module's `main` in a process of its own; a frozen program puts its own in place."""
