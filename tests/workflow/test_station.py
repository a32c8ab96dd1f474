"""The station's services against a real sandbox: clock, numbers, what a crash left behind."""

from __future__ import annotations

import pytest

from app.bootstrap import open_station
from app.config import Settings
from app.workflow.amending import conflict_lines
from offline_queue.errors import Refused
from offline_queue.outbox import OutboxState, step
from tests.sandbox.process import SandboxProcess
from tests.workflow import visits

_DAY_S = 86_400.0


def test_one_round_corrects_the_clock_before_it_asks_for_numbers(
    online: Settings, province: SandboxProcess
) -> None:
    province.faults(clock_offset_s=2 * _DAY_S)
    with open_station(online) as station:
        station.sending.round()
        assert station.clock.is_corrected
        assert station.codes_left() == 50


def test_numbers_asked_for_on_a_wrong_day_are_not_asked_for_for_ever(online: Settings) -> None:
    with open_station(online) as station:
        station.clock.correct(20 * _DAY_S)
        with pytest.raises(Refused):
            station.sending.renew_numbers()
        report = station.sending.round()
        assert report.line_fault is None
        assert station.codes_left() == 50


def test_what_was_being_sent_when_the_program_died_waits_again_at_the_next_start(online: Settings) -> None:
    with open_station(online) as station:
        session = visits.ready(station.counter)
        record = station.seal(session.finish(station.clock.now()))
        now = station.clock.now()
        station.on_store(lambda store: step(store, record.key, OutboxState.SENDING, now))
        assert station.queue()[0].state == "sending"
    with open_station(online) as station:
        assert station.queue()[0].state == "sealed"


def test_two_data_folders_of_one_station_never_give_the_same_code(online: Settings) -> None:
    codes = []
    for name in ("first", "second"):
        settings = Settings(**{**vars(online), "home": online.home.with_name(name)})
        with open_station(settings) as station:
            station.sending.round()
            codes.append(station.seal(visits.ready(station.counter).finish(station.clock.now())).code)
    assert None not in codes
    assert len(set(codes)) == 2


def test_a_conflict_is_told_in_words_with_both_values() -> None:
    ours = {"form": {"note": "a"}, "copies": 2, "components": [1], "version": 3}
    theirs = {"form": {"note": None}, "copies": 3, "components": [1, 2]}
    assert conflict_lines(ours, theirs) == (
        ("Thành phần hồ sơ", "1 mục", "2 mục"),
        ("Số bản", "2", "3"),
        ("Tờ khai, note", "a", "để trống"),
    )
