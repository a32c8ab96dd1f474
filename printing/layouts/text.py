"""Words as the official forms write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from xml.sax.saxutils import escape

from reportlab.pdfbase.pdfmetrics import stringWidth

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def markup(text: str) -> str:
    """Text for a reportlab paragraph: NFC, single spaces, its markup letters escaped."""
    return escape(" ".join(unicodedata.normalize("NFC", text).split()))


def plain(text: str) -> str:
    """Text to be drawn as it stands: NFC, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def written_date(day: date) -> str:
    """``ngày 05 tháng 02 năm 2026``: a nought before days to 9 and months 1 and 2 (decree 30/2020)."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def written_time(moment: datetime) -> str:
    """``14 giờ 26 phút, ngày 20 tháng 11 năm 2026``."""
    return f"{moment.hour:02d} giờ {moment.minute:02d} phút, {written_date(moment.date())}"


def written_number(number: int) -> str:
    """``01 (một)``; numbers above 99 stay digits."""
    if number > 99:
        return str(number)
    tens, ones = divmod(number, 10)
    if tens == 0:
        words = _DIGITS[ones]
    else:
        words = "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
        if ones:
            words += " " + ("mốt" if ones == 1 and tens > 1 else "lăm" if ones == 5 else _DIGITS[ones])
    return f"{number:02d} ({words})"


def spaced_phone(phone: str) -> str:
    """A Vietnamese number in groups: ``0905 000 147``; anything else as it is."""
    match = re.fullmatch(r"(0\d{3})(\d{3})(\d{3,4})", phone)
    return " ".join(match.groups()) if match else phone


def dots(width: float, font: str, size: float) -> str:
    """As many dots as fill ``width`` points: a row to fill in by hand."""
    return "." * max(3, int(width / stringWidth(".", font, size)))
