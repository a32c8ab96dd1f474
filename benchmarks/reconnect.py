"""All one-door units of the country come back after the same outage: what a province's server has to bear.

A simulation, request by request, of every station of 34 provinces. Pace, waits and the times of rounds are the
client's own (`Pace`, `Timetable`, `next_wait_s`); the order of the requests is that of a sync round: greet, ask for
numbers, the facts of every dossier (the first alone) and beside them the files of those told of, the feed. A server works through
so many requests in a second, lets a short queue form and answers 503 beyond it, with or without `Retry-After`.
"""

from __future__ import annotations

import argparse
import heapq
import sys
from collections import Counter, deque
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from enum import IntEnum
from random import Random

from offline_queue.outbox import next_wait_s
from offline_queue.pace import Pace
from offline_queue.sync import FACTS_ON_A_LANE, LANES, SyncReport
from offline_queue.timetable import Timetable
from offline_queue.wire import LONGEST_IN_PLACE_S, MOST_TRIES

UNITS = 11_956
STATIONS_EACH = 4
PROVINCES = 34
MOST_PEAK, MOST_DRAIN = 1.2, 1.3
"""What must hold: load by capacity, and time until all is there by the least possible."""
_WINDOW_S = 10
_ROUND_TRIP_S = 0.1
_QUEUE_S = 1.0
_GIVE_UP_S = 6 * 3600.0


@dataclass(frozen=True)
class Outage:
    """What has piled up, and what the server can do; `hours` without a line, at `hourly` dossiers a station."""

    hours: float = 8.0
    hourly: float = 2.5
    files: int = 3
    capacity: float = 250.0
    """Requests a second that one province's server brings to an end."""
    retry_after_s: float | None = None

    @property
    def dossiers(self) -> int:
        """Waiting at each station."""
        return round(self.hours * self.hourly)

    @property
    def requests(self) -> int:
        """What one station has to ask at the very least: greeting, numbers, each dossier, the feed."""
        return 3 + self.dossiers * (2 + 2 * self.files)


@dataclass(frozen=True)
class Manner:
    """How a station behaves at a 503 and without a line."""

    name: str
    is_paced: bool
    """As the product does; else each record waits for itself, the others go on, and a dead line is tried every 5 s."""


RECORD_BY_RECORD = Manner("từng hồ sơ tự chờ, 5 s thử lại", False)
PACED = Manner("cả trạm giữ nhịp chung", True)


@dataclass
class Load:
    """What one province went through."""

    offered: Counter[int] = field(default_factory=Counter)
    """Requests in each window of ten seconds."""
    refused: int = 0
    drained_s: float = 0.0
    """When the last dossier was complete."""
    is_drained: bool = True


class _Answer(IntEnum):
    BUSY = 0
    TAKEN = 1
    WOKEN = 2  # by its own clock: a new round
    DUE = 3  # by its own clock: the pause before this request is over


class _Phase(IntEnum):
    GREET = 0
    NUMBERS = 1
    SEND = 2
    HEAR = 3


class _Dossier:
    __slots__ = ("files_left", "half", "is_told", "must_ask", "next_try", "tries", "wait_s")

    def __init__(self, files: int) -> None:
        self.files_left, self.half, self.tries = files, False, 0
        self.is_told, self.must_ask = False, False
        self.next_try, self.wait_s = 0.0, 0.0


class _Station:
    __slots__ = (
        "announced", "facts", "files", "has_numbers", "is_proven", "open", "pace", "phase", "timetable", "tries", "waiting"
    )  # fmt: skip

    def __init__(self, outage: Outage, pace: Pace, timetable: Timetable) -> None:
        self.waiting = [_Dossier(outage.files) for _ in range(outage.dossiers)]
        self.phase, self.facts, self.files = _Phase.GREET, deque[_Dossier](), deque[_Dossier]()
        self.open, self.announced, self.tries = 0, 0, 0
        self.is_proven, self.has_numbers, self.pace, self.timetable = False, False, pace, timetable


class _Province:
    """One server and its stations, from the moment the line is back."""

    def __init__(self, stations: int, outage: Outage, manner: Manner, seed: int) -> None:
        self.outage, self.manner, self.random = outage, manner, Random(seed)
        self.load = Load()
        self._now = -3600.0 * outage.hours
        self._events: list[tuple[float, int, _Station, _Dossier | None, _Answer]] = []
        self._count, self._free_at = 0, 0.0
        self._undone = 0
        for _ in range(stations):
            pace = Pace(self.random, lambda: self._now)
            pace.line_broke()
            station = _Station(outage, pace, Timetable(self.random))
            self._undone += len(station.waiting)
            self._push(self._first_try_s(station), station, None, _Answer.WOKEN)

    def run(self) -> Load:
        """Until every dossier of every station is complete."""
        while self._undone and self._events:
            self._now, _n, station, dossier, answer = heapq.heappop(self._events)
            if self._now > _GIVE_UP_S:
                self.load.is_drained = False
                break
            match answer:
                case _Answer.WOKEN:
                    station.phase = _Phase.GREET
                    self._ask(station, None)
                case _Answer.DUE:
                    self._offer(station, dossier)
                case _:
                    self._answered(station, dossier, answer is _Answer.TAKEN)
        return self.load

    def _first_try_s(self, station: _Station) -> float:
        """The line comes back at some moment of a wait that began before."""
        if not self.manner.is_paced:
            return self.random.uniform(0, 5.0)
        silent, wait_s = SyncReport(line_fault="-"), 0.0
        for _ in range(12):
            wait_s = station.timetable.next_s(silent)
        return self.random.uniform(0, wait_s)

    # ---- the server

    def _offer(self, station: _Station, dossier: _Dossier | None) -> None:
        self.load.offered[int(self._now / _WINDOW_S)] += 1
        if self._free_at - self._now > _QUEUE_S:
            self.load.refused += 1
            self._push(self._now + _ROUND_TRIP_S, station, dossier, _Answer.BUSY)
            return
        self._free_at = max(self._free_at, self._now) + 1 / self.outage.capacity
        self._push(self._free_at + _ROUND_TRIP_S, station, dossier, _Answer.TAKEN)

    def _push(self, at: float, station: _Station, dossier: _Dossier | None, answer: _Answer) -> None:
        self._count += 1
        heapq.heappush(self._events, (at, self._count, station, dossier, answer))

    # ---- a station

    def _ask(self, station: _Station, dossier: _Dossier | None, wait_s: float = 0.0) -> None:
        station.open += 1
        due = station.pace.place(wait_s) if self.manner.is_paced else self._now
        if due <= self._now:
            self._offer(station, dossier)
        else:
            self._push(due, station, dossier, _Answer.DUE)

    def _answered(self, station: _Station, dossier: _Dossier | None, is_taken: bool) -> None:
        station.open -= 1
        was_fact = dossier is not None and not dossier.is_told
        if is_taken:
            station.pace.was_taken()
            if dossier is None:
                station.has_numbers = station.has_numbers or station.phase is _Phase.NUMBERS
            elif self._went_on(station, dossier):
                return
        elif self._is_asked_again(station, dossier):
            return
        elif dossier is not None:
            dossier.wait_s = next_wait_s(dossier.wait_s, self.random, self.outage.retry_after_s)
            dossier.next_try = self._now + dossier.wait_s
        (dossier or station).tries = 0
        station.announced -= was_fact
        station.is_proven = station.is_proven or dossier is not None
        self._go_on(station)

    def _is_asked_again(self, station: _Station, dossier: _Dossier | None) -> bool:
        """As the wire does: the same request in its place, so many times."""
        if not self.manner.is_paced:
            return False
        wait_s = station.pace.was_busy(self._now - _ROUND_TRIP_S, self.outage.retry_after_s)
        asked = dossier or station
        asked.tries += 1
        if asked.tries >= MOST_TRIES or wait_s > LONGEST_IN_PLACE_S:
            return False
        self._ask(station, dossier, wait_s)
        return True

    def _went_on(self, station: _Station, dossier: _Dossier) -> bool:
        """After an answer to a dossier's request: True when its next one is on its way on the same lane."""
        dossier.tries = 0
        if not dossier.is_told:
            dossier.is_told = True
            station.files.append(dossier)
            return False
        if dossier.must_ask:
            dossier.must_ask = False
            self._ask(station, dossier)
            return True
        if dossier.files_left == 0:
            station.waiting.remove(dossier)
            self._undone -= 1
            self.load.drained_s = self._now
            return False
        dossier.half = not dossier.half
        if not dossier.half:
            dossier.files_left -= 1
        self._ask(station, dossier)
        return True

    def _go_on(self, station: _Station) -> None:
        """As a round does: facts before all else, files on lanes of their own, the first of all alone."""
        while not station.open or station.is_proven:
            if station.facts and station.announced < LANES * FACTS_ON_A_LANE:
                station.announced += 1
                self._ask(station, station.facts.popleft())
            elif station.files and station.open - station.announced < LANES:
                self._ask(station, station.files.popleft())
            else:
                break
        if station.open:
            return
        match station.phase:
            case _Phase.GREET if not station.has_numbers:
                station.phase = _Phase.NUMBERS
                self._ask(station, None)
            case _Phase.GREET | _Phase.NUMBERS:
                station.phase, station.is_proven = _Phase.SEND, False
                self._start(station)
            case _Phase.SEND:
                station.phase = _Phase.HEAR
                self._ask(station, None)
            case _Phase.HEAR:
                self._rest(station)

    def _start(self, station: _Station) -> None:
        for dossier in station.waiting:
            if dossier.next_try <= self._now:
                # What was known before is asked for first; a file cut off is asked for once more before it goes on.
                dossier.half, dossier.must_ask = False, dossier.is_told
                (station.files if dossier.is_told else station.facts).append(dossier)
        self._go_on(station)

    def _rest(self, station: _Station) -> None:
        rest_s = 15.0
        if self.manner.is_paced:
            waits = [d.next_try for d in station.waiting if d.wait_s]
            rest_s = station.timetable.next_s(SyncReport(), min(waits) - self._now if waits else None)
        self._push(self._now + rest_s, station, None, _Answer.WOKEN)


@dataclass(frozen=True)
class Outcome:
    """Of all provinces: the worst of each figure."""

    peak: float
    """Most requests in a window of ten seconds, as a share of capacity."""
    busy_share: float
    """Share of all requests that were answered 503."""
    drain: float
    """Time until the last dossier, as a share of the theoretical minimum."""
    drained_s: float
    is_drained: bool


def _one(task: tuple[int, Outage, Manner, int]) -> Outcome:
    stations, outage, manner, seed = task
    load = _Province(stations, outage, manner, seed).run()
    least_s = stations * outage.requests / outage.capacity
    return Outcome(
        peak=max(load.offered.values()) / (_WINDOW_S * outage.capacity),
        busy_share=load.refused / sum(load.offered.values()),
        drain=load.drained_s / least_s,
        drained_s=load.drained_s,
        is_drained=load.is_drained,
    )


def simulate(
    outage: Outage, manner: Manner, provinces: int = PROVINCES, units: int = UNITS, seed: int = 0
) -> Outcome:
    """All stations of so many of the provinces among which the units are spread; the worst figures among them."""
    each_has = [units // PROVINCES + (n < units % PROVINCES) for n in range(provinces)]
    tasks = [(STATIONS_EACH * count, outage, manner, 1000 * seed + n) for n, count in enumerate(each_has)]
    with ProcessPoolExecutor(2) as pool:
        each = list(pool.map(_one, tasks))
    return Outcome(
        max(o.peak for o in each),
        max(o.busy_share for o in each),
        max(o.drain for o in each),
        max(o.drained_s for o in each),
        all(o.is_drained for o in each),
    )


def run(provinces: int = PROVINCES, outages: Sequence[Outage] = (), seeds: int = 3) -> bool:
    """Prints what each manner does to the servers; True where the product's own keeps within both bounds each time."""
    print("\nMọi trạm trở lại cùng lúc; mức xấu nhất trong các tỉnh")
    print(
        f"  {'':<28}{'trạm':>8}{'Retry-After':>12}{'hạt giống':>11}{'đỉnh / sức':>12}{'503':>6}{'xong / tối thiểu':>18}{'xong sau':>10}"
    )
    is_within = True
    for outage in outages or (Outage(), Outage(retry_after_s=30.0)):
        least_s = STATIONS_EACH * (UNITS // PROVINCES + 1) * outage.requests / outage.capacity
        print(
            f"  mất mạng {outage.hours:g} giờ, {outage.dossiers} hồ sơ mỗi trạm, máy chủ {outage.capacity:g} yêu cầu/s,"
            f" tối thiểu {least_s:.0f} s"
        )
        # Records that wait each for itself are there to compare: two provinces tell enough of them.
        rows = [(RECORD_BY_RECORD, min(2, provinces), 0), *((PACED, provinces, n) for n in range(seeds))]
        for manner, among, seed in rows:
            told = simulate(outage, manner, among, seed=seed)
            stations = among * UNITS * STATIONS_EACH // PROVINCES
            asked = f"{outage.retry_after_s:g} s" if outage.retry_after_s else "không"
            done = f"{told.drained_s:.0f} s" if told.is_drained else "chưa xong"
            print(
                f"    {manner.name:<26}{stations:>8}{asked:>12}{seed:>11}{told.peak:>12.2f}{told.busy_share:>6.0%}"
                f"{told.drain:>18.2f}{done:>10}",
                flush=True,
            )
            if manner is PACED:
                is_within &= told.is_drained and told.peak <= MOST_PEAK and told.drain <= MOST_DRAIN
    print(
        f"  đỉnh tới {MOST_PEAK}, xong tới {MOST_DRAIN} lần tối thiểu: {'giữ được' if is_within else 'KHÔNG giữ được'}"
    )
    return is_within


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit 1 where a bound does not hold."""
    parser = argparse.ArgumentParser(prog="benchmarks.reconnect", description=__doc__.splitlines()[0])
    parser.add_argument("--smoke", action="store_true", help="một tỉnh, ít hồ sơ, để thử là chạy được")
    parser.add_argument("--hours", type=float, default=Outage.hours)
    parser.add_argument("--capacity", type=float, default=Outage.capacity)
    parser.add_argument("--seeds", type=int, default=3)
    given = parser.parse_args(arguments)
    if given.smoke:
        run(1, [Outage(hours=1.0)], 1)
        return 0
    usual = Outage(hours=given.hours, capacity=given.capacity)
    return 0 if run(PROVINCES, [usual, replace(usual, retry_after_s=30.0)], given.seeds) else 1


if __name__ == "__main__":
    sys.exit(main())
