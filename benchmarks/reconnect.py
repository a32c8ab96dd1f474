"""All one-door units of the country come back after the same outage: what a province's server has to bear.

A simulation, request by request, of every station of 34 provinces. The waits come from the client's own
`next_wait_s`; the order of the requests is that of a sync round: greet, ask for numbers, tell of every dossier (the
first alone, then on lanes), bring the files (the same way), hear the feed. A server works through so many requests in
a second, lets a short queue form and answers 503 beyond it, with or without `Retry-After`.
"""

from __future__ import annotations

import argparse
import heapq
from collections import Counter, deque
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from enum import IntEnum
from random import Random

from benchmarks.pacing import Pace
from offline_queue.outbox import next_wait_s
from offline_queue.sync import LANES

UNITS = 11_956
STATIONS_EACH = 4
PROVINCES = 34
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
    """The whole station slows down (`Pace`) and asks again in place; else that record waits and the others go on."""
    longest_probe_s: float | None
    """Without a line it tries again after waits that grow up to this; None: every five seconds."""
    rest_s: float
    """Between rounds while there is a line."""


RECORD_BY_RECORD = Manner("từng hồ sơ tự chờ, 5 s thử lại", False, None, 15.0)
PACED = Manner("cả trạm giữ nhịp chung", True, 120.0, 60.0)


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
    TELL = 2
    BRING = 3
    HEAR = 4


class _Dossier:
    __slots__ = ("files_left", "half", "next_try", "wait_s")

    def __init__(self, files: int) -> None:
        self.files_left, self.half = files, False
        self.next_try, self.wait_s = 0.0, 0.0


class _Station:
    __slots__ = ("has_numbers", "lanes", "next_ask", "open", "pace", "phase", "todo", "told", "waiting")

    def __init__(self, outage: Outage, pace: Pace) -> None:
        self.waiting = [_Dossier(outage.files) for _ in range(outage.dossiers)]
        self.phase, self.todo, self.told = _Phase.GREET, deque[_Dossier](), list[_Dossier]()
        self.open, self.lanes, self.next_ask = 0, 1, 0.0
        self.has_numbers, self.pace = False, pace


class _Province:
    """One server and its stations, from the moment the line is back."""

    def __init__(self, stations: int, outage: Outage, manner: Manner, seed: int) -> None:
        self.outage, self.manner, self.random = outage, manner, Random(seed)
        self.load = Load()
        self._events: list[tuple[float, int, _Station, _Dossier | None, _Answer]] = []
        self._count, self._free_at = 0, 0.0
        self._undone = 0
        for _ in range(stations):
            pace = Pace(self.random)
            if manner.is_paced:
                pace.came_back()
            station = _Station(outage, pace)
            self._undone += len(station.waiting)
            self._push(self._first_try_s(), station, None, _Answer.WOKEN)

    def run(self) -> Load:
        """Until every dossier of every station is complete."""
        while self._undone and self._events:
            now, _n, station, dossier, answer = heapq.heappop(self._events)
            if now > _GIVE_UP_S:
                self.load.is_drained = False
                break
            match answer:
                case _Answer.WOKEN:
                    station.phase = _Phase.GREET
                    self._ask(now, station, None)
                case _Answer.DUE:
                    self._offer(now, station, dossier)
                case _:
                    self._answered(now, station, dossier, answer is _Answer.TAKEN)
        return self.load

    def _first_try_s(self) -> float:
        """The line comes back at some moment of a wait that began before."""
        longest_s, wait_s = self.manner.longest_probe_s, 0.0
        if longest_s is None:
            return self.random.uniform(0, 5.0)
        for _ in range(12):
            wait_s = min(longest_s, next_wait_s(wait_s, self.random))
        return self.random.uniform(0, wait_s)

    # ---- the server

    def _offer(self, at: float, station: _Station, dossier: _Dossier | None) -> None:
        self.load.offered[int(at / _WINDOW_S)] += 1
        if self._free_at - at > _QUEUE_S:
            self.load.refused += 1
            self._push(at + _ROUND_TRIP_S, station, dossier, _Answer.BUSY)
            return
        self._free_at = max(self._free_at, at) + 1 / self.outage.capacity
        self._push(self._free_at + _ROUND_TRIP_S, station, dossier, _Answer.TAKEN)

    def _push(self, at: float, station: _Station, dossier: _Dossier | None, answer: _Answer) -> None:
        self._count += 1
        heapq.heappush(self._events, (at, self._count, station, dossier, answer))

    # ---- a station

    def _ask(self, at: float, station: _Station, dossier: _Dossier | None, wait_s: float = 0.0) -> None:
        station.open += 1
        if not self.manner.is_paced or (station.pace.is_free and not wait_s):
            self._offer(at, station, dossier)
            return
        # All lanes share one pace: each request takes the next place in it.
        due = max(at, station.next_ask) + (wait_s or station.pace.gap_s())
        station.next_ask = due
        self._push(due, station, dossier, _Answer.DUE)

    def _answered(self, now: float, station: _Station, dossier: _Dossier | None, is_taken: bool) -> None:
        station.open -= 1
        if is_taken:
            station.pace.was_taken()
            if dossier is None:
                station.has_numbers = station.has_numbers or station.phase is _Phase.NUMBERS
            elif self._went_on(now, station, dossier):
                return
        elif self.manner.is_paced:
            self._ask(now, station, dossier, station.pace.was_busy(self.outage.retry_after_s))
            return
        elif dossier is not None:
            dossier.wait_s = next_wait_s(dossier.wait_s, self.random, self.outage.retry_after_s)
            dossier.next_try = now + dossier.wait_s
        station.lanes = LANES
        self._go_on(now, station)

    def _went_on(self, now: float, station: _Station, dossier: _Dossier) -> bool:
        """After an answer to a dossier's request: True when its next one is on its way on the same lane."""
        if station.phase is _Phase.TELL:
            station.told.append(dossier)
            return False
        if dossier.files_left == 0:
            station.waiting.remove(dossier)
            self._undone -= 1
            self.load.drained_s = now
            return False
        dossier.half = not dossier.half
        if not dossier.half:
            dossier.files_left -= 1
        self._ask(now, station, dossier)
        return True

    def _go_on(self, now: float, station: _Station) -> None:
        while station.todo and station.open < station.lanes:
            self._ask(now, station, station.todo.popleft())
        if station.open:
            return
        match station.phase:
            case _Phase.GREET if not station.has_numbers:
                station.phase = _Phase.NUMBERS
                self._ask(now, station, None)
            case _Phase.GREET | _Phase.NUMBERS:
                station.phase = _Phase.TELL
                self._start(now, station, [d for d in station.waiting if d.next_try <= now])
            case _Phase.TELL:
                station.phase, told = _Phase.BRING, station.told
                station.told = []
                self._start(now, station, told)
            case _Phase.BRING:
                station.phase = _Phase.HEAR
                self._ask(now, station, None)
            case _Phase.HEAR:
                self._rest(now, station)

    def _start(self, now: float, station: _Station, dossiers: Sequence[_Dossier]) -> None:
        for dossier in dossiers:
            dossier.half = False  # a file cut off is asked for once more before it goes on
        station.todo.extend(dossiers)
        station.lanes = 1
        self._go_on(now, station)

    def _rest(self, now: float, station: _Station) -> None:
        rest_s = self.manner.rest_s
        if self.manner.is_paced:
            rest_s *= self.random.uniform(0.5, 1.5)
        self._push(now + rest_s, station, None, _Answer.WOKEN)


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


def simulate(outage: Outage, manner: Manner, provinces: int = PROVINCES, units: int = UNITS) -> Outcome:
    """All stations of so many of the provinces among which the units are spread; the worst figures among them."""
    each_has = [units // PROVINCES + (n < units % PROVINCES) for n in range(provinces)]
    tasks = [(STATIONS_EACH * count, outage, manner, n) for n, count in enumerate(each_has)]
    with ProcessPoolExecutor(2) as pool:
        each = list(pool.map(_one, tasks))
    return Outcome(
        max(o.peak for o in each),
        max(o.busy_share for o in each),
        max(o.drain for o in each),
        max(o.drained_s for o in each),
        all(o.is_drained for o in each),
    )


def run(provinces: int = PROVINCES, outages: Sequence[Outage] = ()) -> None:
    """Prints what each manner does to the servers."""
    print("\nMọi trạm trở lại cùng lúc; mức xấu nhất trong các tỉnh")
    print(
        f"  {'':<34}{'trạm':>8}{'Retry-After':>12}{'đỉnh / sức':>12}{'503':>7}{'xong / tối thiểu':>18}{'xong sau':>10}"
    )
    for outage in outages or (Outage(), Outage(retry_after_s=30.0)):
        least_s = STATIONS_EACH * (UNITS // PROVINCES + 1) * outage.requests / outage.capacity
        print(
            f"  mất mạng {outage.hours:g} giờ, {outage.dossiers} hồ sơ mỗi trạm, máy chủ {outage.capacity:g} yêu cầu/s,"
            f" tối thiểu {least_s:.0f} s"
        )
        # Records that wait each for itself are there to compare: two provinces tell enough of them.
        for manner, among in ((RECORD_BY_RECORD, min(2, provinces)), (PACED, provinces)):
            told = simulate(outage, manner, among)
            stations = among * UNITS * STATIONS_EACH // PROVINCES
            asked = f"{outage.retry_after_s:g} s" if outage.retry_after_s else "không"
            done = f"{told.drained_s:.0f} s" if told.is_drained else "chưa xong"
            print(
                f"    {manner.name:<32}{stations:>8}{asked:>12}{told.peak:>12.2f}{told.busy_share:>7.0%}{told.drain:>18.2f}{done:>10}"
            )


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--smoke", action="store_true", help="một tỉnh, ít hồ sơ, để thử là chạy được")
    options.add_argument("--hours", type=float, default=Outage.hours)
    options.add_argument("--capacity", type=float, default=Outage.capacity)
    given = options.parse_args()
    if given.smoke:
        run(1, [Outage(hours=1.0)])
    else:
        usual = Outage(hours=given.hours, capacity=given.capacity)
        run(PROVINCES, [usual, replace(usual, retry_after_s=30.0)])
