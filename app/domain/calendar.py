"""Working time and due dates (formats: BLDS 2015 art. 147-148, NĐ 61/2018 on the 15:00 rule).

Everything the law or the office may change (days off, days worked in lieu, hours, which day counts
first) comes in as data; this module only counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.errors import DomainError

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


class TimeUnit(StrEnum):
    """Units of a processing time as the national procedure database writes them."""

    WORKING_DAY = "WORKING_DAY"
    DAY = "DAY"
    MONTH = "MONTH"
    HOUR = "HOUR"
    SAME_DAY = "SAME_DAY"  # the hand-edited rule for a free-text "ngay trong ngày"


class SupplementRule(StrEnum):
    """What becomes of the time after the one request for supplements: it begins anew, or goes on where it stood."""

    RESTART = "restart"
    PAUSE = "pause"


class StartRule(StrEnum):
    """Which day the count starts from: the receipt's, or the day it is passed on (after 15:00: the next)."""

    RECEIPT = "receipt"
    TRANSFER = "transfer"


@dataclass(frozen=True)
class ProcessingTime:
    """Thời gian giải quyết: how long the law gives for one case."""

    quantity: int
    unit: TimeUnit

    def __post_init__(self) -> None:
        if self.quantity < 0 or (self.quantity == 0) != (self.unit is TimeUnit.SAME_DAY):
            raise DomainError("Thời gian giải quyết phải là số dương, hoặc “ngay trong ngày”.")

    def __str__(self) -> str:
        words = {
            TimeUnit.WORKING_DAY: "ngày làm việc",
            TimeUnit.DAY: "ngày",
            TimeUnit.MONTH: "tháng",
            TimeUnit.HOUR: "giờ làm việc",
        }
        if self.unit is TimeUnit.SAME_DAY:
            return "ngay trong ngày làm việc"
        return f"{self.quantity:02d} {words[self.unit]}"


@dataclass(frozen=True)
class DueDate:
    """Ngày hẹn trả, with the reasons a person would ask for ('24/11 là ngày nghỉ lễ')."""

    at: datetime
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class WorkingCalendar:
    """The office's working days and hours; `off` and `on` map a day to the reason's name."""

    off: Mapping[date, str] = field(default_factory=dict)
    on: Mapping[date, str] = field(default_factory=dict)
    working_weekdays: frozenset[int] = frozenset(range(5))
    morning: tuple[time, time] = (time(7, 0), time(11, 30))
    afternoon: tuple[time, time] = (time(13, 30), time(17, 0))
    transfer_cutoff: time = time(15, 0)
    effective_from: date = date.min
    effective_to: date = date.max

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> WorkingCalendar:
        """Reads the TOML table of resources/calendar."""
        hours = table.get("hours", {})

        def span(name: str, default: tuple[time, time]) -> tuple[time, time]:
            if name not in hours:
                return default
            start, end = hours[name]
            return time.fromisoformat(start), time.fromisoformat(end)

        return cls(
            off={d: group["name"] for group in table.get("off", ()) for d in group["days"]},
            on={d: group["name"] for group in table.get("on", ()) for d in group["days"]},
            working_weekdays=frozenset(hours.get("working_weekdays", range(5))),
            morning=span("morning", cls.morning),
            afternoon=span("afternoon", cls.afternoon),
            transfer_cutoff=time.fromisoformat(hours.get("transfer_cutoff", "15:00")),
            effective_from=table.get("effective_from", date.min),
            effective_to=table.get("effective_to", date.max),
        )

    def with_office_days(self, table: Mapping[str, Any]) -> WorkingCalendar:
        """This calendar with the office's own days off, days worked in lieu and hours on top."""
        own = WorkingCalendar.from_table({"effective_from": self.effective_from, **table})
        on = {day: name for day, name in {**self.on, **own.on}.items() if day not in own.off}
        off = {day: name for day, name in {**self.off, **own.off}.items() if day not in own.on}
        hours = {
            name: getattr(own, name)
            for name in ("morning", "afternoon", "transfer_cutoff", "working_weekdays")
            if name in table.get("hours", {})
        }
        return replace(self, off=off, on=on, **hours)

    def is_working_day(self, day: date) -> bool:
        """True on working weekdays that are not off, and on days worked in lieu.

        A day outside the table's span is an error, not a guess: its holidays are not known yet.
        """
        if not self.effective_from <= day <= self.effective_to:
            raise DomainError(
                f"Lịch làm việc chỉ có đến ngày {self.effective_to:%d/%m/%Y}; hãy cập nhật lịch nghỉ lễ rồi thử lại."
            )
        return day in self.on or (day.weekday() in self.working_weekdays and day not in self.off)

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        day += timedelta(days=1)
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def counted_from(self, received: datetime) -> datetime:
        """When a receipt takes effect: at once within hours, else at the next opening."""
        received = received.astimezone(VIETNAM)
        day, clock = received.date(), received.time()
        if not self.is_working_day(day) or clock >= self.afternoon[1]:
            return _at(self.next_working_day(day), self.morning[0])
        if clock < self.morning[0]:
            return _at(day, self.morning[0])
        if self.morning[1] <= clock < self.afternoon[0]:
            return _at(day, self.afternoon[0])
        return received

    def due(
        self, received: datetime, allowed: ProcessingTime, start: StartRule = StartRule.RECEIPT
    ) -> DueDate:
        """The appointment: close of business of the day counted, or the hour where hours are allowed."""
        if received.tzinfo is None:
            raise DomainError("Thời điểm nhận hồ sơ phải có múi giờ.")
        begun = self.counted_from(received)
        reasons: list[str] = []
        is_late = begun.time() >= self.transfer_cutoff
        if is_late and (start is StartRule.TRANSFER or allowed.unit is TimeUnit.SAME_DAY):
            begun = _at(self.next_working_day(begun.date()), self.morning[0])
            reasons.append(f"Nhận sau {self.transfer_cutoff:%H:%M}")
        elif is_late:
            reasons.append(
                f"Nhận sau {self.transfer_cutoff:%H:%M}, chuyển xử lý đầu giờ ngày làm việc kế tiếp"
            )
        if allowed.unit is TimeUnit.HOUR:
            return DueDate(self._add_hours(begun, allowed.quantity), tuple(reasons))
        last = self._count_days(begun.date(), allowed)
        reasons += self._skipped(begun.date(), last)
        return DueDate(_at(last, self.afternoon[1]), tuple(reasons))

    def due_after_supplement(
        self,
        received: datetime,
        asked_at: datetime,
        completed_at: datetime,
        allowed: ProcessingTime,
        rule: SupplementRule = SupplementRule.RESTART,
        start: StartRule = StartRule.RECEIPT,
    ) -> DueDate:
        """The new appointment once what was missing has come (NĐ 61/2018: the time counts from the whole dossier).

        With PAUSE, days (or hours) that were used up before the request are not given again.
        """
        if not received <= asked_at <= completed_at:
            raise DomainError(
                "Thứ tự phải là: nhận hồ sơ, yêu cầu bổ sung, bổ sung đủ; hãy xem lại các ngày."
            )
        if rule is SupplementRule.RESTART or allowed.unit in (TimeUnit.SAME_DAY, TimeUnit.MONTH):
            return self.due(completed_at, allowed, start)
        used = self._used(received, asked_at, allowed.unit)
        left = max(1, allowed.quantity - used)
        renewed = self.due(completed_at, ProcessingTime(left, allowed.unit), start)
        return DueDate(renewed.at, (f"Đã dùng {used} trước khi yêu cầu bổ sung", *renewed.reasons))

    def _used(self, received: datetime, asked_at: datetime, unit: TimeUnit) -> int:
        begun, end = self.counted_from(received), self.counted_from(asked_at)
        if unit is TimeUnit.HOUR:
            hours = 0
            while self._add_hours(begun, hours + 1) <= end:
                hours += 1
            return hours
        days = (begun.date() + timedelta(days=n) for n in range(1, (end.date() - begun.date()).days + 1))
        return sum(unit is TimeUnit.DAY or self.is_working_day(day) for day in days)

    def _count_days(self, first: date, allowed: ProcessingTime) -> date:
        day = first
        if allowed.unit is TimeUnit.WORKING_DAY:
            for _ in range(allowed.quantity):
                day = self.next_working_day(day)
            return day
        if allowed.unit is TimeUnit.DAY:
            day += timedelta(days=allowed.quantity)
        elif allowed.unit is TimeUnit.MONTH:
            day = _add_months(day, allowed.quantity)
        return day if self.is_working_day(day) else self.next_working_day(day)

    def _add_hours(self, begun: datetime, hours: int) -> datetime:
        left, at = timedelta(hours=hours), begun
        while True:
            close = self.morning[1] if at.time() < self.morning[1] else self.afternoon[1]
            room = _at(at.date(), close) - at
            if left <= room:
                return at + left
            left -= room
            at = self.counted_from(_at(at.date(), close))

    def _skipped(self, first: date, last: date) -> list[str]:
        days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
        return [f"{d:%d/%m} nghỉ {self.off[d]}" for d in days if d in self.off]


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=VIETNAM)


def _add_months(day: date, months: int) -> date:
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise DomainError("Không tính được ngày hẹn trả từ ngày này.")  # pragma: no cover (28 always exists)
