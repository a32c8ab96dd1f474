"""Days as papers give them: in digits, in parts ("14 tháng 5 năm 1992") and in words."""

import re
from collections.abc import Sequence
from datetime import date

from scanning.readers.spelling import canonical, folded

_DIGITAL = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_SPOKEN = re.compile(r"(?:ngay)?(\d{1,2})thang(\d{1,2})nam(\d{4})")
_SPELLED = frozenset(
    canonical(word)
    for word in (
        "ngày", "tháng", "năm", "mùng", "mồng", "không", "một", "mốt", "hai", "ba", "bốn", "tư", "lăm", "sáu", "bảy",
        "tám", "chín", "mười", "mươi", "trăm", "nghìn", "ngàn", "linh", "lẻ",
    )
)  # fmt: skip
_NUMBERS = {
    "khong": 0, "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "sau": 6, "bay": 7, "tam": 8,
    "chin": 9,
}  # fmt: skip


def is_day(day: int, month: int, year: int) -> bool:
    """Whether such a day was or will be, within what papers of living people say."""
    if not 1880 <= year <= 2100:
        return False
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def digital_day(text: str) -> str | None:
    """dd/mm/yyyy of "14/5/1992" or "14 tháng 5 năm 1992"; None for anything else."""
    compact = re.sub(r"\s", "", text).strip(".,;:")
    found = _DIGITAL.fullmatch(compact) or _SPOKEN.fullmatch(folded(text))
    return _written(*map(int, found.groups())) if found else None


def day_on_line(text: str) -> str | None:
    """dd/mm/yyyy of "…, ngày 23 tháng 11 năm 2026"; None where no such day ends the line."""
    found = re.search(r"ngay(\d{1,2})thang(\d{1,2})nam(\d{4})$", folded(text))
    return _written(*map(int, found.groups())) if found else None


def dated_from(words: Sequence[str]) -> int | None:
    """The word at which "ngày … tháng … năm …" begins that ends a line; None for other lines."""
    plain = [folded(word) for word in words]
    for start in range(len(plain) - 1, -1, -1):
        if plain[start].startswith("ngay"):
            tail = "".join(plain[start:])
            return start if re.fullmatch(r"ngay.{0,8}thang.{0,8}nam.{0,10}", tail) else None
    return None


def day_from_words(text: str) -> str | None:
    """dd/mm/yyyy of "Ngày mười bốn, tháng năm, năm một nghìn chín trăm chín mươi hai"; None if not understood."""
    words = [folded(word) for word in text.split()]
    words = [word for word in words if word]
    if "thang" not in words:
        return None
    month_at = words.index("thang")
    # "năm" is the word for year and for five: the year's is the one before a thousand or two after the month.
    years = [n for n in range(month_at + 2, len(words)) if words[n] == "nam" and _starts_year(words[n + 1 :])]
    if not years:
        return None
    numbers = [
        _below_hundred([word for word in words[:month_at] if word not in ("ngay", "mong", "mung")]),
        _below_hundred(words[month_at + 1 : years[0]]),
        _year(words[years[0] + 1 :]),
    ]
    if None in numbers:
        return None
    return _written(*(number or 0 for number in numbers))


def is_spelled_in_numbers(text: str) -> bool:
    """Whether every word of a day in words is a number's or one of its units', marks and all."""
    words = [canonical(word.strip(".,;:()")) for word in text.split()]
    return all(word in _SPELLED for word in words if word)


def _written(day: int, month: int, year: int) -> str | None:
    return f"{day:02d}/{month:02d}/{year}" if is_day(day, month, year) else None


def _starts_year(words: list[str]) -> bool:
    return len(words) >= 2 and words[0] in ("mot", "hai") and words[1] in ("nghin", "ngan")


def _year(words: list[str]) -> int | None:
    if not _starts_year(words):
        return None
    year, rest = _NUMBERS[words[0]] * 1000, words[2:]
    if "tram" in rest:
        at = rest.index("tram")
        hundreds = _below_hundred(rest[:at])
        if hundreds is None:
            return None
        year, rest = year + 100 * hundreds, rest[at + 1 :]
    rest = [word for word in rest if word not in ("linh", "le")]
    last = _below_hundred(rest) if rest else 0
    return None if last is None else year + last


def _below_hundred(words: list[str]) -> int | None:
    """ "mười bốn" is 14, "hai mươi lăm" is 25, "ba mốt" is 31."""
    words = [word for word in words if word]
    if len(words) == 1 and words[0] in _NUMBERS:
        return _NUMBERS[words[0]]
    if words[:1] == ["muoi"]:
        tens, ones = 1, words[1:]
    elif len(words) >= 2 and words[0] in _NUMBERS:
        tens, ones = _NUMBERS[words[0]], words[2:] if words[1] == "muoi" else words[1:]
    else:
        return None
    if len(ones) > 1 or (ones and ones[0] not in _NUMBERS):
        return None
    return tens * 10 + (_NUMBERS[ones[0]] if ones else 0)
