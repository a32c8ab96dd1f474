"""A machine whose clock is days off: after one round, codes and due dates follow the server's time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.calendar import VIETNAM
from app.domain.codes import DossierCode
from tests.faults.story import SteadyProvince, StoryTeller, small_pages


@pytest.fixture
def steady(tmp_path: Path) -> Iterator[SteadyProvince]:
    province = SteadyProvince(tmp_path / "province")
    yield province
    province.close()


@pytest.mark.parametrize("days_off", [2, -2])
def test_codes_and_due_dates_follow_the_server_s_clock(
    steady: SteadyProvince, tmp_path: Path, days_off: int
) -> None:
    """To the station it is the same whether its own clock is behind or the server's is ahead."""
    pages = small_pages(tmp_path / "pages")
    teller = StoryTeller(tmp_path / "station", steady, pages, seed=8000 + days_off)
    steady.faults(clock_offset_s=days_off * 86_400)
    before = _server_day(days_off)
    ending = teller.run()
    assert ending.status == 0, ending.complaints
    record = teller.check_at_the_end()
    day = DossierCode.parse(record.body["code"]).day
    assert before <= day <= _server_day(days_off)
    received = datetime.fromisoformat(record.body["received_at"])
    assert received.date() == day
    assert datetime.fromisoformat(record.body["due"]).date() >= day
    assert f"-{day:%y%m%d}-" in record.number
    assert teller.look(lambda station: station.clock.is_corrected)
    assert teller.look(lambda station: station.clock.now()) - received < timedelta(hours=1)


def _server_day(days_off: int) -> date:
    return (datetime.now(VIETNAM) + timedelta(days=days_off)).date()


def test_the_correction_outlives_the_program(steady: SteadyProvince, tmp_path: Path) -> None:
    pages = small_pages(tmp_path / "pages")
    teller = StoryTeller(tmp_path / "station", steady, pages, seed=8100)
    steady.faults(clock_offset_s=2 * 86_400)
    killed = teller.run(die_at="committed seal")
    assert killed.was_killed
    steady.faults(down=True)
    assert teller.look(lambda station: station.clock.is_corrected)
    steady.faults(down=False)
    assert teller.run().status == 0
    record = teller.check_at_the_end()
    assert DossierCode.parse(record.body["code"]).day >= _server_day(2) - timedelta(days=1)
