"""Due dates: the law's test vector, the holidays against an independent list, and properties."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

import resources
from app.domain.calendar import VIETNAM, ProcessingTime, StartRule, SupplementRule, TimeUnit, WorkingCalendar
from app.domain.errors import DomainError

CALENDAR = WorkingCalendar.from_table(resources.load_toml("calendar", "2026.toml"))
moments = st.datetimes(datetime(2026, 1, 5), datetime(2027, 10, 30), timezones=st.just(VIETNAM))  # noqa: DTZ001


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=VIETNAM)


def test_three_working_days_over_the_culture_day() -> None:
    due = CALENDAR.due(at(20, 16), ProcessingTime(3, TimeUnit.WORKING_DAY))
    assert due.at == at(26, 17)
    assert any("24/11" in reason for reason in due.reasons)


def test_an_office_that_counts_from_the_transfer_gets_a_day_more() -> None:
    due = CALENDAR.due(at(20, 16), ProcessingTime(3, TimeUnit.WORKING_DAY), StartRule.TRANSFER)
    assert due.at == at(27, 17)


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (at(20, 9), at(20, 17)),
        (at(20, 15), at(23, 17)),
        (at(23, 15, 12), at(25, 17)),
        (at(21, 10), at(23, 17)),
        (at(22, 23, 50), at(23, 17)),
    ],
)
def test_same_day_procedures_move_on_after_three_o_clock(received: datetime, expected: datetime) -> None:
    assert CALENDAR.due(received, ProcessingTime(0, TimeUnit.SAME_DAY)).at == expected


def test_calendar_days_end_on_a_working_day() -> None:
    # 19/11 + 5 days = Tuesday 24/11, a holiday: the next working day.
    assert CALENDAR.due(at(19, 9), ProcessingTime(5, TimeUnit.DAY)).at == at(25, 17)


def test_working_hours_go_over_lunch_and_night() -> None:
    assert CALENDAR.due(at(20, 10), ProcessingTime(4, TimeUnit.HOUR)).at == at(20, 16)
    assert CALENDAR.due(at(20, 16), ProcessingTime(2, TimeUnit.HOUR)).at == at(23, 8)


def test_a_month_ends_on_the_last_day_where_it_is_shorter() -> None:
    # 31/3 + 1 month = 30/4, followed by holidays and a weekend up to Tuesday 4/5/2027.
    received = datetime(2027, 3, 31, 9, tzinfo=VIETNAM)
    assert CALENDAR.due(received, ProcessingTime(1, TimeUnit.MONTH)).at.date() == date(2027, 5, 4)
    assert CALENDAR.due(at(30, 9, month=10), ProcessingTime(1, TimeUnit.MONTH)).at.date() == date(
        2026, 11, 30
    )


@pytest.mark.parametrize("year", [2026, 2027])
def test_the_holidays_agree_with_an_independent_list(year: int) -> None:
    independent = set(holidays.country_holidays("VN", years=year))
    ours = {day for day in CALENDAR.off if day.year == year}
    # Days off that fall on a weekend change nothing and may stand in only one of the lists.
    assert {d for d in independent ^ ours if d.weekday() < 5} == set()


def test_a_saturday_worked_in_lieu_is_a_working_day() -> None:
    assert CALENDAR.is_working_day(date(2026, 8, 22))
    assert not CALENDAR.is_working_day(date(2026, 8, 29))


def test_a_day_whose_holidays_are_not_known_is_not_guessed() -> None:
    with pytest.raises(DomainError, match="cập nhật lịch"):
        CALENDAR.is_working_day(date(2028, 1, 3))


@given(moments, st.integers(1, 30), st.sampled_from([TimeUnit.WORKING_DAY, TimeUnit.DAY, TimeUnit.HOUR]))
def test_a_due_date_is_later_and_on_a_working_day(received: datetime, quantity: int, unit: TimeUnit) -> None:
    due = CALENDAR.due(received, ProcessingTime(quantity, unit)).at
    assert due > received
    assert CALENDAR.is_working_day(due.date())
    assert time(7) <= due.time() <= time(17)


@given(moments, st.integers(1, 20))
def test_one_more_working_day_is_one_more_working_day(received: datetime, quantity: int) -> None:
    one = CALENDAR.due(received, ProcessingTime(quantity, TimeUnit.WORKING_DAY)).at.date()
    more = CALENDAR.due(received, ProcessingTime(quantity + 1, TimeUnit.WORKING_DAY)).at.date()
    assert more == CALENDAR.next_working_day(one)


@given(moments, st.integers(1, 30))
def test_exactly_the_promised_number_of_working_days_lies_between(received: datetime, quantity: int) -> None:
    due = CALENDAR.due(received, ProcessingTime(quantity, TimeUnit.WORKING_DAY)).at
    day = CALENDAR.counted_from(received).date()
    counted = 0
    while day < due.date():
        day += timedelta(days=1)
        counted += CALENDAR.is_working_day(day)
    assert counted == quantity


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(DomainError, match="múi giờ"):
        CALENDAR.due(datetime(2026, 11, 20, 9), ProcessingTime(1, TimeUnit.DAY))  # noqa: DTZ001


VECTORS = tomllib.loads((Path(__file__).parent / "due_dates.toml").read_text(encoding="utf-8"))["vectors"]


@pytest.mark.parametrize(("received", "quantity", "unit", "due", "why"), VECTORS)
def test_due_dates_one_by_one(received: str, quantity: int, unit: str, due: str, why: str) -> None:
    at_ = datetime.strptime(received, "%Y-%m-%d %H:%M").replace(tzinfo=VIETNAM)
    found = CALENDAR.due(at_, ProcessingTime(quantity, TimeUnit(unit))).at
    assert f"{found:%Y-%m-%d %H:%M}" == due, why


@pytest.mark.parametrize(
    ("rule", "unit", "quantity", "asked", "completed", "due"),
    [
        # Seven working days, asked after two of them: anew, or five more.
        (SupplementRule.RESTART, TimeUnit.WORKING_DAY, 7, at(18, 9), at(25, 9), at(4, 17, month=12)),
        (SupplementRule.PAUSE, TimeUnit.WORKING_DAY, 7, at(18, 9), at(25, 9), at(2, 17, month=12)),
        # Asked on the very day: nothing was used.
        (SupplementRule.PAUSE, TimeUnit.WORKING_DAY, 3, at(16, 15), at(18, 9), at(23, 17)),
        # Asked when the time was over: a day is left all the same.
        (SupplementRule.PAUSE, TimeUnit.WORKING_DAY, 1, at(20, 9), at(23, 9), at(25, 17)),
        (SupplementRule.PAUSE, TimeUnit.DAY, 15, at(20, 9), at(25, 9), at(7, 17, month=12)),
        (SupplementRule.PAUSE, TimeUnit.HOUR, 8, at(16, 15), at(18, 9), at(18, 15)),
    ],
)
def test_after_a_supplement(
    rule: SupplementRule, unit: TimeUnit, quantity: int, asked: datetime, completed: datetime, due: datetime
) -> None:
    found = CALENDAR.due_after_supplement(at(16, 9), asked, completed, ProcessingTime(quantity, unit), rule)
    assert found.at == due


def test_a_supplement_before_its_request_is_refused() -> None:
    with pytest.raises(DomainError, match="Thứ tự phải là"):
        CALENDAR.due_after_supplement(at(20, 9), at(19, 9), at(23, 9), ProcessingTime(3, TimeUnit.DAY))


def test_an_office_adds_its_own_days() -> None:
    own = CALENDAR.with_office_days(
        {
            "off": [{"name": "Mất điện", "days": [date(2026, 11, 25)]}],
            "on": [{"name": "Làm bù", "days": [date(2026, 11, 24), date(2026, 11, 28)]}],
            "hours": {"afternoon": ["13:00", "16:30"]},
        }
    )
    assert [own.is_working_day(date(2026, 11, day)) for day in (24, 25, 28)] == [True, False, True]
    assert own.due(at(23, 9), ProcessingTime(2, TimeUnit.WORKING_DAY)).at == at(26, 16, 30)
    assert own.is_working_day(date(2026, 8, 22))
