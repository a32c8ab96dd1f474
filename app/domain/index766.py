"""What a dossier costs the office in the index of QĐ 766/QĐ-TTg: flags for one dossier, figures for a period.

Source: formats 8.4 (portal data 2026). Only what a counter can know is computed: groups 2 (on time), 4 (digitised) and the
share of synchronised dossiers; the shares that a group is full at are those given there. What the portal counts from
elsewhere (complaints, payments) is left out and not estimated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

_LATE_SYNC = timedelta(hours=24)


class IndexFlag(StrEnum):
    """One thing about a dossier that takes points from the office."""

    NO_DUE_DATE = "no_due_date"
    LATE = "late"
    DUE_SOON = "due_soon"
    SECOND_SUPPLEMENT = "second_supplement"
    NO_COMPONENT_FILE = "no_component_file"
    NO_RESULT_FILE = "no_result_file"
    NOTHING_REUSED = "nothing_reused"
    REGISTER_NOT_ASKED = "register_not_asked"
    LATE_SYNC = "late_sync"

    @property
    def words(self) -> str:
        """For the officer: what it is and what it costs."""
        return _WORDS[self]


_WORDS = {
    IndexFlag.NO_DUE_DATE: "Chưa có ngày hẹn trả: hồ sơ bị tính trễ hạn.",
    IndexFlag.LATE: "Đã quá hẹn: mất điểm tiến độ, phải xin lỗi và hẹn lại.",
    IndexFlag.DUE_SOON: "Sắp đến hẹn trả: xin lỗi phải gửi trước ít nhất một ngày.",
    IndexFlag.SECOND_SUPPLEMENT: "Yêu cầu bổ sung quá một lần: bị tính trễ hạn.",
    IndexFlag.NO_COMPONENT_FILE: "Chưa số hóa thành phần nào: mất điểm số hóa hồ sơ.",
    IndexFlag.NO_RESULT_FILE: "Kết quả chưa có tệp điện tử: mất điểm số hóa kết quả.",
    IndexFlag.NOTHING_REUSED: "Chưa tái sử dụng giấy tờ nào: mất điểm tái sử dụng dữ liệu.",
    IndexFlag.REGISTER_NOT_ASKED: "Chưa khai thác CSDLQG về dân cư: mất điểm kết nối.",
    IndexFlag.LATE_SYNC: "Chưa đồng bộ lên tỉnh quá 24 giờ: mất điểm đồng bộ.",
}


@dataclass(frozen=True)
class IndexFacts:
    """What counts of one dossier."""

    received_at: datetime
    due: datetime | None
    finished_at: datetime | None = None
    supplement_requests: int = 0
    has_component_file: bool = False
    has_result_file: bool = False
    is_reused: bool = False
    """At least one paper was taken from the store, a register or an earlier dossier."""
    is_from_store: bool = False
    is_register_used: bool = False
    is_synced: bool = False

    def is_late(self, now: datetime) -> bool:
        """Finished after its day (which a supplement has moved), not finished on it, or asked for supplements twice."""
        if self.due is None or self.supplement_requests > 1:
            return True
        return (self.finished_at or now) > self.due


def flags(facts: IndexFacts, now: datetime, is_still_open: bool = True) -> tuple[IndexFlag, ...]:
    """What this dossier costs, or will if nothing is done; `is_still_open` while its result is not there."""
    found: list[IndexFlag] = []
    if facts.due is None:
        found.append(IndexFlag.NO_DUE_DATE)
    elif facts.supplement_requests > 1:
        found.append(IndexFlag.SECOND_SUPPLEMENT)
    elif facts.is_late(now):
        found.append(IndexFlag.LATE)
    elif is_still_open and facts.due - now < timedelta(days=1):
        found.append(IndexFlag.DUE_SOON)
    if not facts.has_component_file:
        found.append(IndexFlag.NO_COMPONENT_FILE)
    if not is_still_open and not facts.has_result_file:
        found.append(IndexFlag.NO_RESULT_FILE)
    if not facts.is_reused:
        found.append(IndexFlag.NOTHING_REUSED)
    if not facts.is_register_used:
        found.append(IndexFlag.REGISTER_NOT_ASKED)
    if not facts.is_synced and now - facts.received_at > _LATE_SYNC:
        found.append(IndexFlag.LATE_SYNC)
    return tuple(found)


@dataclass(frozen=True)
class IndexLine:
    """One measure of a period: so many of so many, and the points it gives."""

    code: str
    name: str
    count: int
    total: int
    points: float
    most: float

    @property
    def share(self) -> float | None:
        """None where nothing was there to be counted."""
        return self.count / self.total if self.total else None


@dataclass(frozen=True)
class _Measure:
    code: str
    name: str
    most: float
    full_at: float
    counts: Callable[[IndexFacts, datetime], bool]
    of: Callable[[IndexFacts, datetime], bool]


def _every(_facts: IndexFacts, _now: datetime) -> bool:
    return True


def _decided(facts: IndexFacts, now: datetime) -> bool:
    """Whether it is on time is known: it is finished, or its day is over."""
    return facts.finished_at is not None or facts.is_late(now)


def _finished(facts: IndexFacts, _now: datetime) -> bool:
    return facts.finished_at is not None


_MEASURES = (
    _Measure("1.4", "Hồ sơ đồng bộ lên hệ thống tỉnh", 6, 1.0, lambda f, _: f.is_synced, _every),
    _Measure("2", "Giải quyết đúng hạn", 20, 1.0, lambda f, now: not f.is_late(now), _decided),
    _Measure("4.1", "Kết quả có tệp điện tử", 6, 1.0, lambda f, _: f.has_result_file, _finished),
    _Measure(
        "4.2",
        "Số hóa thành phần và kết quả",
        4,
        0.8,
        lambda f, _: f.has_component_file and f.has_result_file,
        _finished,
    ),
    _Measure("4.3", "Có giấy tờ tái sử dụng", 2, 0.8, lambda f, _: f.is_reused, _every),
    _Measure("4.4", "Lấy từ kho dữ liệu điện tử", 2, 1.0, lambda f, _: f.is_from_store, _every),
    _Measure("4.5", "Khai thác CSDLQG về dân cư", 4, 1.0, lambda f, _: f.is_register_used, _every),
)


def figures(dossiers: Iterable[IndexFacts], now: datetime) -> tuple[IndexLine, ...]:
    """The office's measures over these dossiers; a measure without anything to count gives no points."""
    known = tuple(dossiers)
    lines = []
    for measure in _MEASURES:
        within = [facts for facts in known if measure.of(facts, now)]
        count = sum(measure.counts(facts, now) for facts in within)
        share = count / len(within) if within else 0.0
        points = min(measure.most, measure.most * share / measure.full_at)
        lines.append(
            IndexLine(measure.code, measure.name, count, len(within), round(points, 2), measure.most)
        )
    return tuple(lines)
