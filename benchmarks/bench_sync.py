"""How much of a thin line the queue uses, beside a plain loop of `requests.post` in the same conditions.

python -m benchmarks.bench_sync [--dossiers 500] [--files 2] [--only queue|loop]

The line is the fault proxy of `tests/line`: 1 Mbit/s each way with the heads of packets counted, 200 ms there and back, one
more round trip for each new connection, every 20 s all connections die and none is made for a second. It knows
neither TCP's slow start nor lost packets. "Useful" are the bytes of the files and of the compressed facts, once each; what the line could
have carried is its rate times the time it was up.
"""

from __future__ import annotations

import argparse
import gzip
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import requests

# A developer's own keyring must never be touched by a measurement.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"

from app.bootstrap import PATIENCE_S
from offline_queue.records import Record, canonical_json
from offline_queue.timetable import Timetable
from tests.line.fleet import Load, Station, differences, lease_for, waiting
from tests.line.proxy import BadLine
from tests.line.weather import Weather
from tests.offline_queue.servers import ScriptedServer, plain_answer
from tests.sandbox.process import SandboxProcess

RATE_BYTES_PER_S = 125_000.0
THIN = Weather(round_trip_s=0.2, bytes_per_s=RATE_BYTES_PER_S, cut_every_s=20.0, cut_for_s=1.0)
TIMEOUT_S = 30.0
QUEUE = "the queue"
LEAST_SHARE = 0.9
PAUSE_S = 0.5
"""The loop's, after a try that the line ended."""


@dataclass(frozen=True)
class Run:
    """One way of bringing the files over."""

    name: str
    useful_bytes: int
    seconds: float
    up_s: float
    line_bytes: int
    requests: int
    tries: int

    @property
    def share(self) -> float:
        """Useful bytes of what the line could have carried while it was up."""
        return self.useful_bytes / (RATE_BYTES_PER_S * self.up_s)

    @property
    def share_of_all(self) -> float:
        """The same of the whole time, the cuts too."""
        return self.useful_bytes / (RATE_BYTES_PER_S * self.seconds)


Way = Callable[[Station, Sequence[Record], str], int]


def measure(name: str, way: Way, load: Load, weather: Weather = THIN) -> Run:
    """Seals the same dossiers anew and brings them over; AssertionError where the queue lost any."""
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as folder:
        home = Path(folder)
        province = SandboxProcess(home / "province")
        station = Station(home)
        try:
            lease_for(load, province, station.store)
            records = station.seal(load)
            # The loop has no use for a province: a server that takes whole bodies in and says so will do.
            plain = ScriptedServer(plain_answer(201))
            target = province.url if way is by_queue else plain.url
            with plain, BadLine(target, weather) as line:
                began_s = time.monotonic()
                tries = way(station, records, line.url)
                seconds = time.monotonic() - began_s
                cut_s = line.tally.cut_s
            if way is by_queue:
                found = list(differences(station.store, records, province.state(), home / "province"))
                assert not found, found
            useful = sum(f.size for r in records for f in r.files)
            useful += sum(len(gzip.compress(canonical_json(r.body).encode(), mtime=0)) for r in records)
            tally = line.tally
            return Run(
                name, useful, seconds, seconds - cut_s, tally.line_bytes_up, tally.requests.total(), tries
            )
        finally:
            station.close()
            province.close()


def by_queue(station: Station, _records: Sequence[Record], url: str) -> int:
    """Rounds of the station's own sending, when it would itself, until nothing waits."""
    synchroniser = station.synchroniser(url, TIMEOUT_S, PATIENCE_S)
    timetable = Timetable(Random(1))
    rounds = 0
    while waiting(station.store):
        report = synchroniser.round()
        rounds += 1
        if waiting(station.store):
            time.sleep(timetable.next_s(report))
    return rounds


def by_loop(station: Station, records: Sequence[Record], url: str) -> int:
    """Each dossier's facts and each whole file by a request of its own, again from the start where it fails."""
    tries = 0
    for record in records:
        bodies = [canonical_json(record.body).encode(), *(station.files.get(f.blob) for f in record.files)]
        for body in bodies:
            while True:
                tries += 1
                try:
                    if requests.post(url, data=body, timeout=TIMEOUT_S).status_code == 201:
                        break
                except requests.RequestException:
                    time.sleep(PAUSE_S)
    return tries


def show(runs: Sequence[Run]) -> None:
    """A table, the last row the one that the others are divided by."""
    print(
        f"  {'':<26}{'s':>8}{'useful MB':>11}{'share up':>10}{'of all':>8}{'line MB':>9}{'asked':>7}{'tries':>7}"
    )
    for run in runs:
        print(
            f"  {run.name:<26}{run.seconds:>8.1f}{run.useful_bytes / 1e6:>11.2f}{run.share:>10.1%}"
            f"{run.share_of_all:>8.1%}{run.line_bytes / 1e6:>9.2f}{run.requests:>7}{run.tries:>7}"
        )
    for run in runs:
        if run.name == QUEUE:
            print(
                f"  at least {LEAST_SHARE:.0%} of the line: {'held' if run.share >= LEAST_SHARE else 'NOT held'}"
            )
    if len(runs) == 2:
        print(f"  the queue is {runs[1].seconds / runs[0].seconds:.2f} times as fast as the loop")


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="benchmarks.bench_sync", description=__doc__.splitlines()[0])
    parser.add_argument("--dossiers", type=int, default=500, help="500 take about 50 minutes, 40 five")
    parser.add_argument("--files", type=int, default=2, help="of each dossier, 20 to 200 kB")
    parser.add_argument("--only", choices=("queue", "loop"))
    options = parser.parse_args(arguments)
    logging.getLogger("urllib3").setLevel(logging.CRITICAL)
    load = Load(options.dossiers, options.files, 20_000, 200_000)
    ways: dict[str, tuple[str, Way]] = {
        "queue": (QUEUE, by_queue),
        "loop": ("a loop of requests.post", by_loop),
    }
    chosen = [way for key, way in ways.items() if options.only in (None, key)]
    print(f"{load.dossiers} dossiers with {load.files_each} files; 1 Mbit/s, 200 ms, cut every 20 s for 1 s")
    show([measure(name, way, load) for name, way in chosen])
    return 0


if __name__ == "__main__":
    sys.exit(main())
