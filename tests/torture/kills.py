"""kill -9 at scale: stations that die several times each, are opened again, finished and compared with the province.

Each station is one seed. Everything is loaded once; a life is a fork of the loaded process, so that a death
costs a tenth of a second and not three.
"""

from __future__ import annotations

import gc
import mmap
import os
import re
import select
import signal
import struct
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.bootstrap import open_station
from app.config import PopulationSettings, PrinterSettings, ServerSettings, Settings, StationSettings
from app.workflow.intake import IntakeSession
from app.workflow.station import Station
from tests.faults.tracer import Tracer
from tests.torture.checks import Leftovers, check_at_the_end, check_collected, check_prints, check_promises
from tests.torture.ledger import Ledger
from tests.torture.life import live
from tests.torture.plans import ORDER, Death, Kind, Plan
from tests.torture.provinces import ForkedProvince, fork

_LIFE_TIMEOUT_S = 120.0
_OUTBOX_ROW = re.compile(r"sql INSERT (OR \w+ )?INTO\W+outbox\b|sql INSERT INTO .?outbox.?")
_NOT_YET = -1.0
_TOLD = struct.Struct("dii64s")


class Slate:
    """A few bytes that a life shares with its parent, also in death: where it stands, how long opening took."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, mmap.PAGESIZE)
        self.wipe()

    def wipe(self) -> None:
        self.opened_s, self.kind, self.events = _NOT_YET, Kind.START, 0
        self.write("")

    def write(self, event: str) -> None:
        """The life stands at this event."""
        _TOLD.pack_into(
            self._memory, 0, self.opened_s, ORDER.index(self.kind), self.events, event.encode()[:63]
        )

    def read(self) -> tuple[float, Kind, int, str]:
        """Seconds to open (negative: not open yet), what it did, events passed, the last one."""
        opened_s, kind, events, event = _TOLD.unpack_from(self._memory, 0)
        return opened_s, ORDER[kind], events, event.rstrip(b"\0").decode("utf-8", "replace")


class Watch:
    """In a life: counts its events by visit and kind, and dies at the planned one."""

    def __init__(self, slate: Slate, death: Death | None, usual: Counter[Kind]) -> None:
        self._slate = slate
        self._death = death if death is not None and death.after_s is None else None
        self._at = 1 if death is None else max(1, round(death.share * usual[death.kind]))
        self._visit, self._is_armed = 0, True
        self._lock = threading.Lock()  # files go up on several lanes
        self.counts: Counter[Kind] = Counter()
        self.on_request: Callable[[], None] = lambda: None

    def stage(self, visit: int, kind: Kind) -> None:
        """The life goes on to another visit or another kind of work."""
        if visit != self._visit:
            self.counts.clear()
        self._visit, self._slate.kind = visit, kind

    def opened(self, seconds: float) -> None:
        self._slate.opened_s = seconds
        self._slate.write("opened")

    @contextmanager
    def disarmed(self) -> Iterator[None]:
        """Looking on is no part of the life."""
        self._is_armed = False
        try:
            yield
        finally:
            self._is_armed = True

    def on_event(self, event: str) -> None:
        if self._is_armed:
            with self._lock:
                self._count(event)

    def _count(self, event: str) -> None:
        slate = self._slate
        if slate.kind is Kind.SEAL and _OUTBOX_ROW.match(event):
            slate.kind = Kind.ENQUEUE
        elif slate.kind is Kind.UPLOAD and event == "request GET v1/dossiers":
            slate.kind = Kind.ACKNOWLEDGE
        self.counts[slate.kind] += 1
        slate.events += 1
        slate.write(event)
        if event.startswith("request"):
            self.on_request()
        if self._is_time(slate.kind):
            os.kill(os.getpid(), signal.SIGKILL)

    def _is_time(self, kind: Kind) -> bool:
        death = self._death
        if death is None:
            return False
        if kind is death.kind and (self._visit == death.visit or kind is Kind.START):
            return self.counts[kind] >= self._at
        if kind is Kind.START or death.kind is Kind.START:
            return False
        # A later life is shorter: its moment may be behind it already.
        return (self._visit, ORDER.index(kind)) > (death.visit, ORDER.index(death.kind))


@dataclass(frozen=True)
class Killed:
    """One death: what the station did, its last event, and how long the next life took to open."""

    kind: Kind
    event: str
    is_by_time: bool
    reopened_s: float | None = None


@dataclass(frozen=True)
class StationResult:
    """What became of one seed."""

    seed: int
    keys: tuple[str, ...]
    kills: tuple[Killed, ...] = ()
    leftovers: Leftovers = field(default_factory=lambda: Leftovers(0, 0, 0))
    provinces_killed: int = 0
    fault: str = ""


class Torture:
    """Runs one plan after the other in one folder, each station with a home of its own."""

    def __init__(self, folder: Path, province: ForkedProvince, usual: Counter[Kind]) -> None:
        # A fork copies one thread only: what another held would stay locked for ever.
        assert threading.active_count() == 1
        self._folder, self._province, self._usual = folder, province, usual
        self._slate = Slate()

    def run(self, plan: Plan) -> StationResult:
        """All lives of a station; a broken promise comes back as its fault."""
        keys = tuple(script.key for script in plan.visits)
        folder = self._folder / f"station-{plan.seed}"
        folder.mkdir(parents=True)
        try:
            return self._run(plan, folder, keys)
        except Exception:  # noqa: BLE001 (any fault is this seed's result)
            complaints = folder / "stderr"
            told = complaints.read_text("utf-8") if complaints.exists() else ""
            return StationResult(plan.seed, keys, fault=f"{traceback.format_exc()}\n{told}")

    def _run(self, plan: Plan, folder: Path, keys: tuple[str, ...]) -> StationResult:
        settings = settings_of(folder, plan, self._province.url)
        ledger = Ledger(folder / "ledger")
        if plan.faults:
            self._province.faults(**plan.faults)
        kills: list[Killed] = []
        provinces_killed = 0
        for death in (*plan.deaths, None):
            if death is None and plan.faults:
                self._province.faults()
            dies_at = plan.province_dies_at_request if not provinces_killed else None
            is_killed, is_province_killed = self._life(plan, settings, ledger, death, dies_at)
            opened_s, kind, _events, event = self._slate.read()
            provinces_killed += is_province_killed
            if kills and opened_s >= 0:
                kills[-1] = replace(kills[-1], reopened_s=opened_s)
            if not is_killed:
                break
            assert death is not None
            kills.append(Killed(kind, event, death.after_s is not None))
        if plan.faults:
            self._province.faults()
        with open_station(without_line(settings)) as station:
            leftovers = check_at_the_end(
                station, settings, ledger.told(), plan.visits, self._province.dossiers()
            )
        check_collected(settings)
        return StationResult(plan.seed, keys, tuple(kills), leftovers, provinces_killed)

    def _life(
        self,
        plan: Plan,
        settings: Settings,
        ledger: Ledger,
        death: Death | None,
        province_dies_at: int | None,
    ) -> tuple[bool, bool]:
        """Whether it was killed, and whether the province was."""
        self._slate.wipe()
        # A handle, not a number: by the time the life uses it the process may be gone.
        province = os.pidfd_open(self._province.pid)

        def body() -> None:
            watch = Watch(self._slate, death, self._usual)
            requests_left = province_dies_at

            def count_request() -> None:
                nonlocal requests_left
                if requests_left is not None:
                    requests_left -= 1
                    if requests_left == 0:
                        with suppress(ProcessLookupError):
                            signal.pidfd_send_signal(province, signal.SIGKILL)

            watch.on_request = count_request
            tracer = Tracer(watch.on_event)
            tracer.watch()
            tracer.watch_statements()

            def inspect(station: Station, sessions: list[IntakeSession]) -> None:
                with watch.disarmed():
                    check_promises(station, sessions, ledger.told(), plan.visits)
                    check_prints(station, Path(settings.printer.folder))

            live(settings, plan.visits, ledger, watch.stage, inspect, watch.opened)

        process = fork(body, settings.home.parent / "stderr")
        after_s = death.after_s if death is not None else None
        try:
            is_province_killed = self._wait(process, after_s, province)
        finally:
            os.close(province)
        _, status = os.waitpid(process, 0)
        code = os.waitstatus_to_exitcode(status)
        assert code in (0, -signal.SIGKILL), f"the life ended with {code}"
        return code != 0, is_province_killed

    def _wait(self, process: int, kill_after_s: float | None, province: int) -> bool:
        """Until the life ends; kills it after the time, and brings a dead province back."""
        began = time.monotonic()
        is_province_killed = False
        life = os.pidfd_open(process)
        try:
            while True:
                limit_s = _LIFE_TIMEOUT_S if kill_after_s is None else kill_after_s
                watched = [life] if is_province_killed else [life, province]
                ended = select.select(watched, [], [], max(0.0, began + limit_s - time.monotonic()))[0]
                if life in ended:
                    return is_province_killed
                if province in ended:
                    self._province.revive()
                    is_province_killed = True
                    continue
                os.kill(process, signal.SIGKILL)
                assert kill_after_s is not None, "the life hung"
                return is_province_killed
        finally:
            os.close(life)


def settings_of(folder: Path, plan: Plan, url: str) -> Settings:
    """A station of its own that prints into a folder."""
    server = ServerSettings(url=url, timeout_s=10.0)
    return Settings(
        home=folder / "home",
        key_folder=folder / "keys",
        station=StationSettings(
            id=f"K{plan.seed % 10_000:04d}", leases_size=plan.serials, leases_days=1, leases_low_mark=1
        ),
        province=server,
        population=PopulationSettings(url=url, timeout_s=10.0),
        printer=PrinterSettings(kind="folder", folder=str(folder / "printed")),
    )


def without_line(settings: Settings) -> Settings:
    """The same station without any server: looking at it must not change it."""
    return replace(settings, province=ServerSettings(), population=PopulationSettings())


def usual_events(folder: Path, province: ForkedProvince, plan: Plan) -> Counter[Kind]:
    """How many events each kind of work has when nobody dies: the measure for the seeded moments.

    It is also the proof that the story itself is right.
    """
    folder.mkdir(parents=True)
    settings = settings_of(folder, plan, province.url)
    counted = folder / "counted"

    def body() -> None:
        slate = Slate()
        watch = Watch(slate, None, Counter())
        tracer = Tracer(watch.on_event)
        tracer.watch()
        tracer.watch_statements()
        live(settings, plan.visits, Ledger(folder / "ledger"), watch.stage, lambda *_: None, watch.opened)
        counted.write_text("\n".join(f"{kind} {watch.counts[kind]}" for kind in ORDER))

    _, status = os.waitpid(fork(body, folder / "stderr"), 0)
    assert status == 0, (folder / "stderr").read_text("utf-8")
    pairs = (line.split() for line in counted.read_text().splitlines())
    counts = Counter({Kind(kind): int(number) for kind, number in pairs})
    assert all(counts[kind] > 2 for kind in ORDER), counts
    return counts


def freeze() -> None:
    """What is loaded now is shared by all forks: the collector must not touch it."""
    gc.collect()
    gc.freeze()
