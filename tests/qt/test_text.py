"""Dates, money, sizes and names as Vietnamese screens write them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from app.domain.fees import money
from app.qt import text
from app.workflow.presenting import long_date


def test_dates() -> None:
    assert long_date(date(2026, 11, 25)) == "Thứ Tư, 25/11/2026"
    assert long_date(date(2026, 11, 29)) == "Chủ nhật, 29/11/2026"
    assert text.short_day(date(2026, 11, 23)) == "Thứ Hai 23/11"


def test_times() -> None:
    now = datetime(2026, 11, 23, 15, 12)  # noqa: DTZ001 (only its words are looked at)
    assert text.clock_or_day(now.replace(minute=7), now) == "15:07"
    assert text.clock_or_day(now.replace(day=22), now) == "22/11 15:12"


@pytest.mark.parametrize(("amount", "words"), [(0, "0 đ"), (16_000, "16.000 đ"), (1_250_000, "1.250.000 đ")])
def test_money(amount: int, words: str) -> None:
    assert money(amount) == words


@pytest.mark.parametrize(
    ("size", "words"),
    [(812, "812 B"), (640_400, "640 KB"), (3_200_000, "3,2 MB"), (2_500_000_000, "2,5 GB")],
)
def test_sizes(size: int, words: str) -> None:
    assert text.size_text(size) == words


@pytest.mark.parametrize(("share", "words"), [(0.61, "61 %"), (0.999, "99 %"), (1.0, "100 %")])
def test_shares_are_never_rounded_up_to_certainty(share: float, words: str) -> None:
    assert text.percent_text(share) == words


def test_names() -> None:
    assert text.initials("Trần Thị Ngọc Ánh Tuyết") == "AT"
    assert text.folded("Nguyễn Đỗ Ánh") == "nguyen do anh"
    assert text.stored("  Nguye\u0302\u0303n ") == "Nguyễn"
    assert text.stored(text.shown("Y Wŏn")) == "Y Wŏn"
