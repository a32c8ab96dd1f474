"""A share of the kills at scale; the long run is `python -m tests.torture kills --count 10000 --seed 1 --workers 2`."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.torture.plans import ORDER, Kind, plan_of

ROOT = Path(__file__).parents[2]
KILLS_EACH = 50


@pytest.mark.parametrize("seed", [1, 1001, 2001, 3001])
def test_stations_that_die_again_and_again_keep_every_promise(seed: int) -> None:
    # A process of its own: a fork must not copy the threads of the test runner.
    done = subprocess.run(
        [sys.executable, "-m", "tests.torture", "kills", "--count", str(KILLS_EACH), "--seed", str(seed)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    counted = re.search(r"\| \*\*all\*\* \| (\d+) ", done.stdout)
    assert counted is not None
    assert int(counted[1]) >= KILLS_EACH
    assert len(re.findall(r"^\| (\w+) \| [1-9]", done.stdout, re.MULTILINE)) >= len(ORDER) - 2


def test_the_plans_kill_at_every_kind_of_work_and_take_the_province_along() -> None:
    plans = [plan_of(seed) for seed in range(1, 2500)]
    deaths = Counter(death.kind for plan in plans for death in plan.deaths)
    assert deaths.total() > 10_000
    assert all(deaths[kind] > 300 for kind in Kind)
    assert sum(plan.province_dies_at_request is not None for plan in plans) > 300
    assert sum(bool(plan.faults) for plan in plans) > 300
    assert sum(script.is_offline for plan in plans for script in plan.visits) > 300
    assert len({script.key for plan in plans for script in plan.visits}) == sum(len(p.visits) for p in plans)
    assert plans[:50] == [plan_of(seed) for seed in range(1, 51)]
