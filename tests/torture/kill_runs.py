"""Many stations on several workers, and the table of what came of it."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.torture.checks import check_province
from tests.torture.kills import StationResult, Torture, freeze, usual_events
from tests.torture.life import prepare_reading
from tests.torture.plans import ORDER, Plan, VisitScript, key_of, plan_of
from tests.torture.provinces import ForkedProvince

from random import Random  # isort: skip

#: A province that holds thousands of dossiers would be slow to compare.
_STATIONS_PER_PROVINCE = 40


def run_kills(count: int, seed: int, workers: int) -> int:
    """Kills until `count` deaths are reached, prints the table; 0 when every promise held."""
    began = time.monotonic()
    prepare_reading()
    freeze()
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        reading, writing = os.pipe()
        children = []
        for number in range(workers):
            if (child := os.fork()) == 0:
                os.close(reading)
                os._exit(_work(Path(folder) / f"worker-{number}", writing, count, seed + number, workers))
            children.append(child)
        os.close(writing)
        tally = Tally(began)
        with os.fdopen(reading) as lines:
            for line in lines:
                tally.add(json.loads(line))
        is_sound = all(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0 for child in children)
    tally.print_table(seed, workers)
    return 0 if is_sound and not tally.faults else 1


def _work(folder: Path, told: int, count: int, first_seed: int, step: int) -> int:
    """One worker: its share of the deaths, one JSON line for each station."""
    try:
        left = -(-count // step)
        seeds = itertools.count(first_seed, step)
        while left > 0:
            left = _one_province(folder, told, left, seeds)
    except BaseException:  # noqa: BLE001 (a copy of the parent must never go on as the parent)
        traceback.print_exc()
        return 1
    return 0


def _one_province(folder: Path, told: int, left: int, seeds: itertools.count[int]) -> int:
    shutil.rmtree(folder, ignore_errors=True)
    province = ForkedProvince(folder / "province")
    quiet = Plan(0, (VisitScript(key_of(Random("quiet")), 2, False),), (), None, 8)
    keys = {quiet.visits[0].key}
    try:
        torture = Torture(folder, province, usual_events(folder / "quiet", province, quiet))
        for seed in itertools.islice(seeds, _STATIONS_PER_PROVINCE):
            result = torture.run(plan_of(seed))
            os.write(told, (json.dumps(_brief(result)) + "\n").encode())
            keys |= set(result.keys)
            left -= len(result.kills)
            if result.fault:
                return 0
            shutil.rmtree(folder / f"station-{seed}")
            if left <= 0:
                break
        check_province(province.dossiers(), keys)
    finally:
        province.close()
    return left


def _brief(result: StationResult) -> dict[str, Any]:
    table = asdict(result)
    # One write to a pipe is whole only up to 4,096 bytes.
    return {**table, "fault": table["fault"][-1500:]} if result.fault else table


class Tally:
    """What all workers found."""

    def __init__(self, began: float) -> None:
        self._began = began
        self.kinds: Counter[str] = Counter()
        self.by_time: Counter[str] = Counter()
        self.moments: set[str] = set()
        self.reopened_s: list[float] = []
        self.stations = self.dossiers = self.pages = 0
        self.provinces_killed = self.half_written = self.half_papers = self.unnamed = 0
        self.faults: list[tuple[int, str]] = []

    def add(self, result: dict[str, Any]) -> None:
        """One station's result."""
        self.stations += 1
        self.dossiers += len(result["keys"])
        self.provinces_killed += result["provinces_killed"]
        self.half_written += result["leftovers"]["half_written"]
        self.half_papers += result["leftovers"]["half_papers"]
        self.unnamed += result["leftovers"]["unnamed"]
        for kill in result["kills"]:
            self.kinds[kill["kind"]] += 1
            self.by_time[kill["kind"]] += kill["is_by_time"]
            self.moments.add(f"{kill['kind']}: {kill['event']}")
            if kill["reopened_s"] is not None:
                self.reopened_s.append(kill["reopened_s"])
        if result["fault"]:
            self.faults.append((result["seed"], result["fault"]))
            sys.stderr.write(
                f"seed {result['seed']} failed; again: python -m tests.torture --seed {result['seed']}\n"
                f"{result['fault']}\n"
            )

    def print_table(self, seed: int, workers: int) -> None:
        """The rows for people."""
        lines = ["| killed while | kills | of them at a random time |", "| --- | ---: | ---: |"]
        lines += [f"| {kind} | {self.kinds[kind]} | {self.by_time[kind]} |" for kind in ORDER]
        lines += [f"| **all** | {self.kinds.total()} | {self.by_time.total()} |", ""]
        ordered = sorted(self.reopened_s) or [0.0]
        p99_s = ordered[min(len(ordered) - 1, round(len(ordered) * 0.99))]
        lines += [
            f"{self.stations} stations, {self.dossiers} dossiers, {len(self.moments)} different moments, "
            f"the province killed {self.provinces_killed} times.",
            f"Faults: {len(self.faults)}. Left for the collector: {self.half_written} half-written files, "
            f"{self.half_papers} half-written receipts, "
            f"{self.unnamed} blobs that no draft or record came to name.",
            f"Reopened {len(self.reopened_s)} times: median {ordered[len(ordered) // 2] * 1000:.0f} ms, "
            f"p99 {p99_s * 1000:.0f} ms, longest {ordered[-1] * 1000:.0f} ms.",
            f"Took {time.monotonic() - self._began:.0f} s (seed {seed}, {workers} workers).",
        ]
        sys.stdout.write("\n".join(lines) + "\n")
