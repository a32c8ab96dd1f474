"""How times, sizes and names are written on Vietnamese screens; dates and money come written from the workflow."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime

from app.domain.calendar import WEEKDAYS

# Letters of Ê-đê, Gia-rai and Ba-na names that Be Vietnam Pro draws only from letter and breve.
_TAKEN_APART = {ord(c): unicodedata.normalize("NFD", c) for c in "ŭŏĭĕŬŎĬĔ"}


def shown(text: str) -> str:
    """Text for a label: letters the face lacks are taken apart, so that no letter changes face.

    Only for showing: what is stored, typed or copied stays composed (NFC).
    """
    return text.translate(_TAKEN_APART)


def stored(text: str) -> str:
    """The other way round: NFC, without the blanks at the ends."""
    return unicodedata.normalize("NFC", text).strip()


def short_day(day: date) -> str:
    """'Thứ Hai 23/11', as beside the clock."""
    return f"{WEEKDAYS[day.weekday()]} {day:%d/%m}"


def clock_time(moment: datetime) -> str:
    """'15:12'."""
    return f"{moment:%H:%M}"


def clock_or_day(moment: datetime, now: datetime) -> str:
    """'15:12' of today, '22/11 15:12' of another day."""
    return f"{moment:%H:%M}" if moment.date() == now.date() else f"{moment:%d/%m %H:%M}"


def size_text(size_bytes: int) -> str:
    """'3,2 MB', '640 KB', '812 B'; one decimal from a megabyte on."""
    if size_bytes < 1000:
        return f"{size_bytes} B"
    if size_bytes < 1_000_000:
        return f"{round(size_bytes / 1000)} KB"
    unit, step = ("MB", 1_000_000) if size_bytes < 1_000_000_000 else ("GB", 1_000_000_000)
    return f"{size_bytes / step:.1f} {unit}".replace(".", ",")


def percent_text(share: float) -> str:
    """'96 %' of 0.96; never rounded up to 100."""
    return f"{min(round(share * 100), 99) if share < 1 else 100} %"


def initials(name: str) -> str:
    """'AT' of 'Trần Thị Ngọc Ánh Tuyết': the last two words, without tone marks."""
    words = [w for w in name.split() if w]
    letters = "".join(w[0] for w in words[-2:]).upper()
    return "".join(c for c in unicodedata.normalize("NFD", letters) if not unicodedata.combining(c))


def folded(text: str) -> str:
    """Lower case without tone marks, đ as d: what people type when they search."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(c for c in plain if not unicodedata.combining(c))
