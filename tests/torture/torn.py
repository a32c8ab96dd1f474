"""Torn writes: a recorded session is cut at seeded moments, the folder rebuilt as a power cut could leave it,
and opened with the real program, as SQLite's own crash tests do with SQLite."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from app.bootstrap import open_station
from app.config import Settings
from tests.torture.checks import check_collected, check_prints, check_promises
from tests.torture.kills import settings_of, without_line
from tests.torture.ledger import Told, told_in
from tests.torture.plans import Plan
from tests.torture.provinces import ForkedProvince
from tests.torture.torn_disk import Disk, Mood
from tests.torture.torn_record import Change, Step, record, why_not
from tests.torture.torn_session import script_of

_LEDGER = "ledger"
_SECTORS = (512, 4096)
#: More of the moments at which something is still to chance.
_BUSY_SHARE = 0.8


@dataclass(frozen=True)
class Session:
    """What one day did to the disk, and its plan."""

    plan: Plan
    steps: tuple[Step, ...]

    def cuts(self) -> list[int]:
        """Moments at which some change is not synced."""
        return [
            number
            for number, step in enumerate(self.steps, 1)
            if step.change is not Change.SYNC and step.path != _LEDGER
        ]


@dataclass
class TornTally:
    """What was tried, and what broke."""

    states: int = 0
    by_mood: Counter[str] = field(default_factory=Counter)
    left_to_chance: int = 0
    promises: int = 0
    pages: int = 0
    opened_s: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def record_session(folder: Path, seed: int) -> Session:
    """Runs a day of the station against a province of its own, under strace."""
    province = ForkedProvince(folder / "province")
    station = folder / "station"
    station.mkdir(parents=True)
    try:
        steps = record(
            [sys.executable, "-m", "tests.torture.torn_session", str(station), str(seed), province.url],
            station,
            folder / "strace.log",
            {},
        )
    finally:
        province.close()
    (folder / "strace.log").unlink()
    return Session(script_of(seed), tuple(steps))


def cut_and_check(session: Session, folder: Path, seed: int, tally: TornTally) -> None:
    """One power cut: rebuilds the folder, opens it, checks every promise, and works on."""
    random = Random(seed)
    cut = (
        random.choice(session.cuts())
        if random.random() < _BUSY_SHARE
        else random.randint(1, len(session.steps))
    )
    mood, sector = random.choice(tuple(Mood)), random.choice(_SECTORS)
    disk, told_text = Disk(), bytearray()
    for step in session.steps[:cut]:
        if step.path == _LEDGER:
            # What people were told does not stand on this disk.
            told_text += step.data
        else:
            disk.take(step)
    shutil.rmtree(folder, ignore_errors=True)
    tally.left_to_chance += disk.rebuild(folder, mood, sector, random)
    told = told_in(told_text.decode())
    tally.states += 1
    tally.by_mood[mood] += 1
    tally.promises += len(told.promises)
    tally.pages += sum(map(len, told.pages.values()))
    try:
        began = time.perf_counter()
        _check(session.plan, without_line(settings_of(folder, session.plan, "")), told)
        tally.opened_s.append(time.perf_counter() - began)
    except Exception:  # noqa: BLE001 (any fault is this state's result)
        tally.faults.append(
            f"state {seed} (session {session.plan.seed}, cut after step {cut} of {len(session.steps)}: "
            f"{session.steps[cut - 1].change} {session.steps[cut - 1].path}; the disk {mood}, {sector} bytes)\n"
            f"{traceback.format_exc()}"
        )


def _check(plan: Plan, settings: Settings, told: Told) -> None:
    with open_station(settings) as station:
        sessions = station.resume()
        check_promises(station, sessions, told, plan.visits)
        if Path(settings.printer.folder).exists():
            check_prints(station, Path(settings.printer.folder))
        # The station goes on: a new visit with a file, there after the next start.
        begun = station.begin()
        blob = station.keep_file(begun.visit.visit_id.encode()).blob
        station.save(begun.visit)
    with open_station(settings) as station:
        assert begun.visit in [session.visit for session in station.resume()]
        assert station.file(blob) == begun.visit.visit_id.encode()
        assert station.on_store(lambda store: store.check_integrity())
    check_collected(settings)
    with open_station(settings) as station:
        check_promises(station, station.resume(), told, plan.visits)


def run_torn(count: int, seed: int, workers: int) -> int:
    """Tries `count` torn folders and prints what came of it; 0 when every promise held."""
    if reason := why_not():
        sys.stderr.write(f"Nothing was tried: {reason}.\n")
        return 2
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="torn-") as folder:
        children = [
            _fork(lambda n=number: _share(Path(folder) / str(n), count, seed + n, workers))  # type: ignore[misc]
            for number in range(workers)
        ]
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    sys.stdout.write(f"Took {time.monotonic() - began:.0f} s ({workers} workers).\n")
    return 0 if not any(codes) else 1


def _fork(body: Callable[[], int]) -> int:
    if child := os.fork():
        return child
    code = 1
    try:
        code = body()
    except BaseException:  # noqa: BLE001 (a copy of the parent must never go on as the parent)
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _share(folder: Path, count: int, first: int, step: int) -> int:
    """One worker's part: a new session every few hundred states."""
    tally = TornTally()
    session: Session | None = None
    wanted = -(-count // step)
    for number in range(wanted):
        seed = first + number * step
        if session is None or number % _STATES_PER_SESSION == 0:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            session = record_session(folder, seed)
        cut_and_check(session, folder / "rebuilt", seed, tally)
    print_tally(tally)
    return 1 if tally.faults else 0


_STATES_PER_SESSION = 250


def print_tally(tally: TornTally) -> None:
    """What one worker tried."""
    ordered = sorted(tally.opened_s) or [0.0]
    p99_s = ordered[min(len(ordered) - 1, round(len(ordered) * 0.99))]
    moods = ", ".join(f"{mood} {tally.by_mood[mood]}" for mood in Mood)
    sys.stdout.write(
        f"{tally.states} states ({moods}); {tally.left_to_chance} changes left to chance; "
        f"{tally.promises} promises and {tally.pages} pages compared; faults {len(tally.faults)}; "
        f"opened, checked and worked on: median {ordered[len(ordered) // 2] * 1000:.0f} ms, "
        f"p99 {p99_s * 1000:.0f} ms.\n"
    )
    for fault in tally.faults[:5]:
        sys.stdout.write(f"{fault}\n")
