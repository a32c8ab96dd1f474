"""One working day of a station, as a program of its own that can be recorded.

    python -m tests.torture.torn_session FOLDER SEED PROVINCE_URL

Visits are scanned, typed, sealed, printed and sent; the station is closed and opened again in between, and
the last visit is left in the middle. Each line of FOLDER/ledger says what was told to somebody.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from random import Random

os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"

from tests.torture.kills import settings_of
from tests.torture.ledger import Ledger
from tests.torture.life import live, prepare_reading
from tests.torture.plans import Plan, VisitScript, key_of


def script_of(seed: int) -> Plan:
    """The visits of that day."""
    random = Random(seed)
    visits = tuple(
        VisitScript(key_of(random), random.choice((1, 2, 3)), random.random() < 0.3) for _ in range(5)
    )
    return Plan(seed, visits, (), None, 3)


def main(folder: Path, seed: int, url: str) -> None:
    plan = script_of(seed)
    prepare_reading()
    settings = settings_of(folder, plan, url)
    ledger = Ledger(folder / "ledger")
    for count in (2, 4, len(plan.visits)):  # the station is opened three times
        live(settings, plan.visits[:count], ledger, lambda *_: None, lambda *_: None, lambda _: None)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
