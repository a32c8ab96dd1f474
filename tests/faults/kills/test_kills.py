"""kill -9 at seeded moments of a visit, then start again: nothing acknowledged is lost, nothing arrives twice.

MOTCUA_KILLS says how many moments (a few in `make test`, 50 in `make faults`). Half of them are events of
the story (a commit, a rename, a request, an answer), half are moments of time, which also hit the reading
of paper. In a share of them the line or the province misbehaves, or the province is killed too.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
from typing import Any

import pytest

from tests.faults.kills.stage import CHILD_S, Stage

KILLS = int(os.environ.get("MOTCUA_KILLS", "6"))


def test_the_story_has_moments_of_every_kind(stage: Stage) -> None:
    kinds = {event.split(" ", 1)[1] for event in stage.events}
    assert kinds == {"rename", "commit", "request", "print", "acknowledgement"}


@pytest.mark.parametrize("seed", range(KILLS))
def test_killed_at_any_moment_and_started_again(stage: Stage, seed: int) -> None:
    chance = random.Random(seed)
    plan = stage.plan(f"kill-{seed}")
    if seed % 3 == 1:
        stage.province.faults(drop_ack_rate=0.3, error_rate=0.1, seed=seed)
    elif seed % 3 == 2:
        stage.province.faults(cut_after_bytes=chance.randrange(20_000, 200_000))
    # One in four is killed a second time, while it recovers from the first.
    for _ in range(2 if seed % 4 == 3 else 1):
        _kill_once(stage, plan, chance, is_timed=seed % 2 == 0)
    if seed % 5 == 4:
        stage.province.end(signal.SIGKILL)
        stage.province.start()
    stage.province.faults()
    stage.run_to_the_end(plan)
    stage.check(plan)


def _kill_once(stage: Stage, plan: dict[str, Any], chance: random.Random, is_timed: bool) -> None:
    if not is_timed:
        child = stage.start(plan, die_at=chance.randint(1, len(stage.events)))
        child.communicate(timeout=CHILD_S)
        return
    child = stage.start(plan)
    try:
        child.communicate(timeout=chance.uniform(0.2, stage.length_s))
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
