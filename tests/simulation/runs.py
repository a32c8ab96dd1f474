"""Many schedules, on all cores; a failing one is told by its seed.

python -m tests.simulation [COUNT] [FIRST_SEED] | --seed N
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import time
import traceback
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from offline_queue.store import Store
from tests.simulation.world import KEY, World

_SHARE = 50


@dataclass(frozen=True)
class Outcome:
    """How a schedule went; `fault` is empty where everything held."""

    seed: int
    dossiers: int
    edits: int
    choices: int
    deaths: int
    fault: str


def play(seed: int) -> Outcome:
    """One schedule in a folder of its own (in memory where the machine has such a place)."""
    place = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with tempfile.TemporaryDirectory(dir=place) as folder:
        world = World(seed, Path(folder), template())
        try:
            world.play()
            world.check()
            fault = ""
        except Exception:  # noqa: BLE001 (told with its seed, so that it can be played again)
            fault = traceback.format_exc()
        finally:
            world.close()
        promises = world.promises.values()
        return Outcome(
            seed,
            len(world.promises),
            sum(len(p.ours) + len(p.theirs) for p in promises),
            sum(p.choices for p in promises),
            sum(s.deaths for s in world.stations),
            fault,
        )


@cache
def template() -> Path:
    """An empty store, made once for each process."""
    path = Path(tempfile.mkdtemp()) / "queue.db"
    Store(path, KEY).close()
    return path


def play_share(first: int) -> list[Outcome]:
    """`_SHARE` schedules one after the other."""
    logging.disable(logging.CRITICAL)
    return [play(seed) for seed in range(first, first + _SHARE)]


def main() -> int:
    """Prints one line of the table, and the seeds that failed; exit 1 where any did."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["--seed"]:
        outcome = play(int(arguments[1]))
        print(outcome.fault or outcome)
        return bool(outcome.fault)
    count, first = (*map(int, arguments), 1000, 1)[:2] if len(arguments) != 1 else (int(arguments[0]), 1)
    began = time.monotonic()
    with ProcessPoolExecutor() as pool:
        outcomes = [o for share in pool.map(play_share, range(first, first + count, _SHARE)) for o in share]
    failed = [o for o in outcomes if o.fault]
    print(
        f"{len(outcomes)} schedules from seed {first}: {sum(o.dossiers for o in outcomes)} dossiers, "
        f"{sum(o.edits for o in outcomes)} edits, {sum(o.choices for o in outcomes)} conflicts chosen, "
        f"{sum(o.deaths for o in outcomes)} deaths while sending; {len(failed)} failed; "
        f"{time.monotonic() - began:.0f} s"
    )
    for outcome in failed[:10]:
        print(f"python -m tests.simulation --seed {outcome.seed}\n{outcome.fault}")
    return bool(failed)
