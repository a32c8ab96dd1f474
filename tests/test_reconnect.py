"""A province of stations that come back together; `python -m benchmarks.reconnect` runs the whole country."""

from __future__ import annotations

import pytest

from benchmarks.reconnect import MOST_DRAIN, MOST_PEAK, PACED, RECORD_BY_RECORD, Outage, simulate

UNITS = 34 * 40
"""Forty in one province, on a server that is as small for them."""


@pytest.mark.parametrize("retry_after_s", [None, 30.0])
def test_a_province_of_stations_spares_its_server_and_still_drains(retry_after_s: float | None) -> None:
    outage = Outage(hours=8.0, capacity=250.0 * 34 * 40 / 11_956, retry_after_s=retry_after_s)
    paced = simulate(outage, PACED, 1, units=UNITS)
    each_alone = simulate(outage, RECORD_BY_RECORD, 1, units=UNITS)
    assert paced.is_drained
    # A few stations are less even than thousands: a tenth of room.
    assert paced.peak < 1.1 * MOST_PEAK < each_alone.peak
    assert paced.drain < 1.1 * MOST_DRAIN < each_alone.drain
    assert paced.busy_share < each_alone.busy_share


def test_a_server_with_room_for_all_is_never_held_back_for_long() -> None:
    """Nobody says "busy": the slow start must end by itself."""
    roomy = simulate(Outage(hours=8.0, capacity=5_000.0), PACED, 1, units=34 * 4)
    assert roomy.is_drained
    assert roomy.busy_share == 0.0
    assert roomy.drained_s < 15 * 60
