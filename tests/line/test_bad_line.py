"""A share of the long run: each kind of fault by itself, and all of them at once.

The long run is `python -m tests.line --dossiers 1000 --files 5 --seed 1`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.line.fleet import Hazards, Load, drain
from tests.line.storms import MOST_RESENT_SHARE, all_at_once, only
from tests.line.weather import Fault, Weather

FEW = Load(dossiers=12, files_each=2, largest_bytes=20_000)
#: Each of these holds a client for the whole of its time limit.
_SLOW = {Fault.STALL: 0.04, Fault.LATE: 0.06}
#: What reached the server in these is of no use there: it came to a wrong address, or for a second time.
_COSTLY = {Fault.STALL, Fault.LATE, Fault.TRUNCATE, Fault.SHORTEN}


@pytest.mark.parametrize("fault", Fault)
def test_one_kind_of_fault_often(fault: Fault, tmp_path: Path) -> None:
    weather = only(fault, _SLOW.get(fault, 0.12))
    outcome = drain(tmp_path, FEW, weather, Hazards(reopen_every_rounds=3, timeout_s=0.7))
    assert outcome.faults_found == []
    assert outcome.tally.faults[fault] >= 2
    if fault not in _COSTLY:
        assert outcome.resent_share <= MOST_RESENT_SHARE


def test_a_line_that_is_cut_again_and_again(tmp_path: Path) -> None:
    weather = Weather(round_trip_s=0.02, bytes_per_s=250_000, cut_every_s=0.6, cut_for_s=0.1)
    outcome = drain(tmp_path, Load(dossiers=6, files_each=2, largest_bytes=20_000), weather, Hazards())
    assert outcome.faults_found == []
    assert outcome.tally.faults["line cut"] >= 2


def test_everything_at_once_with_a_server_that_is_killed(tmp_path: Path) -> None:
    load = Load(dossiers=20, files_each=3, largest_bytes=20_000)
    outcome = drain(tmp_path, load, all_at_once(1), Hazards(kill_every_requests=80, timeout_s=0.7))
    assert outcome.faults_found == []
    assert outcome.server_kills >= 2
    assert len(outcome.tally.faults) >= 6
