"""The bad lines that a drain must come through."""

from __future__ import annotations

from tests.line.fleet import Hazards
from tests.line.weather import Fault, Weather

MOST_RESENT_SHARE = 0.05
_TOGETHER = {
    Fault.RESET_UP: 0.01,
    Fault.RESET_DOWN: 0.005,
    Fault.STALL: 0.002,
    Fault.TRUNCATE: 0.005,
    Fault.SHORTEN: 0.005,
    Fault.LOST_ACK: 0.01,
    Fault.DUPLICATE: 0.01,
    Fault.OVERTAKEN: 0.01,
    Fault.LATE: 0.005,
    Fault.SLICE: 0.05,
}


def only(fault: Fault, rate: float, seed: int = 1) -> Weather:
    """One kind of fault, often."""
    return Weather(seed=seed, rates={fault: rate})


def all_at_once(seed: int) -> Weather:
    """Everything, on a line of 20 ms and 20 Mbit/s that is cut every 30 s."""
    return Weather(
        seed=seed,
        rates=_TOGETHER,
        round_trip_s=0.02,
        bytes_per_s=2_500_000,
        cut_every_s=30.0,
        cut_for_s=1.0,
    )


def hazards() -> Hazards:
    """A server that dies every 500 requests, a program that is started anew every 7 rounds."""
    return Hazards(kill_every_requests=500, patience_s=1.0)
