"""Commands one after the other, as a program that may be killed at any moment: `motcua outcome ...`, `motcua sync`.

    python -m tests.faults.outcome_child

OUTCOME_COMMANDS is a JSON list of command lines, OUTCOME_DIE_AT the moment of death as in story_child.
"""

from __future__ import annotations

import json
import os
import sys

from app.cli import main as motcua
from tests.faults.story_child import Moment
from tests.faults.tracer import Tracer


def main() -> int:
    """Runs the commands; the first that fails ends it."""
    Tracer(Moment(os.environ.get("OUTCOME_DIE_AT", "")).pass_by).watch()
    for command in json.loads(os.environ["OUTCOME_COMMANDS"]):
        if (status := motcua(command)) != 0:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
