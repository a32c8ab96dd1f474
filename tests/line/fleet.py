"""Many sealed dossiers of one station, brought through a bad line by the station's own code until none waits."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from app.gateways.provincial import ProvincialSystem
from offline_queue.files import FileStore
from offline_queue.outbox import LONGEST_WAIT_S, OutboxState
from offline_queue.pace import Pace
from offline_queue.records import FileEntry, Record, seal
from offline_queue.store import Store
from offline_queue.sync import Synchroniser
from offline_queue.wire import LineOptions
from tests.line.proxy import BadLine
from tests.line.weather import Tally, Weather
from tests.offline_queue.records import COMPONENT, VIETNAM, block, give_numbers, seal_request, today
from tests.offline_queue.rows import list_outbox
from tests.sandbox.process import SandboxProcess

T = TypeVar("T")
DATABASE_KEY, FILES_KEY, NAMES_KEY = (bytes([n]) * 32 for n in (1, 2, 3))
_LEASE_SIZE = 500
_REST_S = 0.05
"""After a round that the line ended; a server that is down is not asked in a busy loop."""
_MOST_ROUNDS_EACH = 60
"""Far above what any weather here needs; a queue that never empties must fail, not hang."""


@dataclass(frozen=True)
class Load:
    """What the station has to send: file sizes in bytes are dealt evenly between the two bounds."""

    dossiers: int
    files_each: int
    smallest_bytes: int = 500
    largest_bytes: int = 40_000
    seed: int = 1


@dataclass(frozen=True)
class Hazards:
    """What happens beside the line: every so many rounds the station's program ends and starts again, every so many
    requests the server is killed and started again."""

    reopen_every_rounds: int = 7
    kill_every_requests: int = 0
    timeout_s: float = 2.0
    patience_s: float = 0.0


@dataclass
class Outcome:
    """How it went; `faults_found` is empty where everything held."""

    dossiers: int
    files: int
    file_bytes: int
    rounds: int
    reopened: int
    server_kills: int
    seconds: float
    tally: Tally
    faults_found: list[str] = field(default_factory=list)

    @property
    def resent_share(self) -> float:
        """File bytes that reached the server beyond what they are, as a share of what they are."""
        return self.tally.file_bytes_arrived / self.file_bytes - 1 if self.file_bytes else 0.0


class Station:
    """One data folder, opened and closed as a program does."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self.ahead = timedelta()
        self.open()

    def open(self) -> None:
        """As at the program's start."""
        self.store = Store(self._home / "queue.db", DATABASE_KEY)
        self.files = FileStore(self._home / "files", FILES_KEY, NAMES_KEY)

    def close(self) -> None:
        """As at its end."""
        self.store.close()

    def now(self) -> datetime:
        """This station's clock, which the test may put forward over a wait."""
        return datetime.now(VIETNAM) + self.ahead

    def synchroniser(self, url: str, timeout_s: float, patience_s: float = 0.0) -> Synchroniser:
        """The station's own, over its own HTTP connections; what a crash left behind is put right."""
        made = Synchroniser(
            self._on_store,
            self.files,
            ProvincialSystem(
                url, "station", "sandbox", timeout_s, LineOptions(pace=Pace(Random(1))), patience_s
            ),
            self.now,
            self._home / "sync.lock",
            Random(1),
        )
        made.recover()
        return made

    def seal(self, load: Load) -> list[Record]:
        """All dossiers with files of their own."""
        dice = Random(load.seed)
        return [self._seal_one(load, dice) for _ in range(load.dossiers)]

    def _seal_one(self, load: Load, dice: Random) -> Record:
        papers = []
        for number in range(load.files_each):
            content = dice.randbytes(dice.randint(load.smallest_bytes, load.largest_bytes))
            kept = self.files.put(content)
            papers.append(
                FileEntry(
                    COMPONENT, f"giấy-{number}.pdf", "application/pdf", len(content), kept.sha256, kept.blob
                )
            )
        return seal(self.store, seal_request(files=papers, sealed_at=self.now()))

    def _on_store(self, function: Callable[[Store], T], /) -> T:
        return function(self.store)


class Reaper:
    """Kills the province every so many requests and starts it again on its state."""

    def __init__(self, province: SandboxProcess, every_requests: int) -> None:
        self.kills = 0
        self.line: BadLine | None = None
        self._province = province
        self._every = every_requests
        self._due = threading.Event()
        self._is_over = False
        self._thread = threading.Thread(target=self._run, name="reaper")

    def hear(self, number: int) -> None:
        """Of a request that has begun; from the line's thread."""
        if self._every and number % self._every == 0:
            self._due.set()

    @contextmanager
    def at_work(self, line: BadLine) -> Iterator[None]:
        """While this lasts."""
        self.line = line
        self._thread.start()
        try:
            yield
        finally:
            self._is_over = True
            self._due.set()
            self._thread.join()

    def _run(self) -> None:
        while True:
            self._due.wait()
            self._due.clear()
            if self._is_over or self.line is None:
                return
            self._province.close()
            self._province.start()
            self.line.target = self._province.url
            self.kills += 1


def lease_for(load: Load, province: SandboxProcess, store: Store) -> None:
    """Official numbers for all of them, over a line of its own."""
    for _ in range(0, load.dossiers, _LEASE_SIZE):
        (lease,) = province.lease(size=min(load.dossiers, _LEASE_SIZE)).json()["leases"]
        give_numbers(store, block(lease["first"], lease["last"], today()))


def drain(folder: Path, load: Load, weather: Weather, hazards: Hazards) -> Outcome:
    """Seals, sends until nothing waits, and compares both sides."""
    folder.mkdir(parents=True, exist_ok=True)
    province = SandboxProcess(folder / "province")
    station = Station(folder)
    try:
        lease_for(load, province, station.store)
        records = station.seal(load)
        reaper = Reaper(province, hazards.kill_every_requests)
        began_s = time.monotonic()
        with BadLine(province.url, weather, reaper.hear) as line, reaper.at_work(line):
            rounds, reopened = _send_all(station, line.url, load, hazards)
        outcome = Outcome(
            load.dossiers,
            sum(len(r.files) for r in records),
            sum(f.size for r in records for f in r.files),
            rounds,
            reopened,
            reaper.kills,
            time.monotonic() - began_s,
            line.tally,
        )
        outcome.faults_found += differences(station.store, records, province.state(), folder / "province")
        return outcome
    finally:
        station.close()
        province.close()


def _send_all(station: Station, url: str, load: Load, hazards: Hazards) -> tuple[int, int]:
    synchroniser = station.synchroniser(url, hazards.timeout_s, hazards.patience_s)
    reopened = 0
    for rounds in range(1, load.dossiers * _MOST_ROUNDS_EACH):
        report = synchroniser.round()
        if not waiting(station.store):
            return rounds, reopened
        if report.line_fault is None:
            # Busy answers have put rows off: nobody needs to sit through that here.
            station.ahead += timedelta(seconds=LONGEST_WAIT_S)
        else:
            time.sleep(_REST_S)
        if rounds % hazards.reopen_every_rounds == 0:
            station.close()
            station.open()
            synchroniser = station.synchroniser(url, hazards.timeout_s, hazards.patience_s)
            reopened += 1
    return rounds, reopened


def waiting(store: Store) -> int:
    """How many records are still on their way, or yet to leave."""
    rows = store.rows(
        "SELECT count(*) AS n FROM outbox WHERE state NOT IN (?, ?)",
        OutboxState.ACCEPTED,
        OutboxState.NEEDS_OFFICER,
    )
    return int(rows[0]["n"])


def differences(
    store: Store, records: list[Record], state: list[dict[str, Any]], province: Path
) -> Iterator[str]:
    """Every way in which the two sides are not the same, in words."""
    theirs = {d["key"]: d for d in state}
    if len(theirs) != len(state):
        yield f"{len(state) - len(theirs)} dossiers are there twice"
    if strange := theirs.keys() - {r.key for r in records}:
        yield f"{len(strange)} dossiers are there that nobody sent"
    rows = {row.key: row for row in list_outbox(store)}
    for record in records:
        row, there = rows[record.key], theirs.get(record.key)
        if row.state is not OutboxState.ACCEPTED:
            yield f"{record.key} is {row.state}: {row.reason}"
        if there is None:
            yield f"{record.key} is not there"
            continue
        if not there["complete"] or there["code"] != record.code:
            yield f"{record.key}: complete {there['complete']}, code {there['code']} for {record.code}"
        ours = sorted((f.part, f.name, f.size, f.sha256) for f in record.files)
        if ours != sorted((f["component"], f["name"], f["size"], f["sha256"]) for f in there["files"]):
            yield f"{record.key}: its list of files differs"
        held = [path.read_bytes() for path in (province / "files" / record.key).glob("*")]
        # The province may keep what it was told; these are the bytes on its disk.
        if sorted(hashlib.sha256(data).hexdigest() for data in held) != sorted(
            f.sha256 for f in record.files
        ):
            yield f"{record.key}: the bytes on the province's disk differ"
