"""What may happen on the line, how often, and the count of what did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random


class Fault(StrEnum):
    """What happens to one request; at most one of these."""

    RESET_UP = "reset while asking"
    RESET_DOWN = "reset while answering"
    STALL = "stalled beyond the time limit"
    TRUNCATE = "answer truncated"
    SHORTEN = "answer shortened, length made to fit"
    LOST_ACK = "acknowledgement lost"
    DUPLICATE = "duplicated"
    OVERTAKEN = "overtaken by a later one"
    LATE = "given up, delivered later"
    SLICE = "cut into tiny pieces"


@dataclass(frozen=True)
class Weather:
    """The line's properties. Rates are shares of requests; a zero or empty value switches the thing off."""

    seed: int = 1
    rates: Mapping[Fault, float] = field(default_factory=dict)
    round_trip_s: float = 0.0
    bytes_per_s: float = 0.0
    """Each way, shared by all connections; headers of the packets count."""
    slice_bytes: int = 40
    """The largest piece of a request or answer that is cut into pieces."""
    half_open_s: float = 1.0
    """How long the server does not learn that the client of a stalled request has gone."""
    late_s: float = 0.5
    """A request that is delivered late comes after the next request, or after this time."""
    cut_every_s: float = 0.0
    cut_for_s: float = 0.0


@dataclass(frozen=True)
class Fate:
    """What was dealt to one request; `place` is where in its bytes, from 0 to 1."""

    fault: Fault | None
    place: float
    dice: Random


def deal(weather: Weather, number: int) -> Fate:
    """The fate of the `number`-th request."""
    dice = Random(f"{weather.seed}:{number}")
    left = dice.random()
    for fault, rate in weather.rates.items():
        left -= rate
        if left < 0:
            return Fate(fault, dice.random(), dice)
    return Fate(None, 0.0, dice)


@dataclass
class Tally:
    """What went over the line. Written by the proxy's thread, read when it rests."""

    requests: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    refusals: Counter[int] = field(default_factory=Counter)
    """Answers of 400 and above, by status."""
    file_bytes_arrived: int = 0
    """Of PATCH bodies, handed to the server; the line's own duplicates are not the client's and do not count."""
    line_bytes_up: int = 0
    """All that the client sent, with heads of requests and packets."""
    line_bytes_down: int = 0
    cut_s: float = 0.0
