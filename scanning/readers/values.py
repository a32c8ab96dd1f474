"""Judges and normalises what was read into one field: a value either fits its pattern or is doubtful."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rapidfuzz import fuzz, process

from scanning.pages import Box, FieldReading, FieldState, Word
from scanning.readers.labels import folded

SURE_FROM = 0.80
_DIGIT_FOR = str.maketrans("OoQDlI|iZzSsB", "0000111122558")
_ETHNICITIES = (
    "Kinh", "Tày", "Thái", "Hoa", "Khơ-me", "Mường", "Nùng", "HMông", "Dao", "Gia-rai", "Ngái", "Ê-đê", "Ba-na",
    "Xơ-đăng", "Sán Chay", "Cơ-ho", "Chăm", "Sán Dìu", "Hrê", "Mnông", "Ra-glai", "Xtiêng", "Bru-Vân Kiều",
    "Thổ", "Giáy", "Cơ-tu", "Gié-Triêng", "Mạ", "Khơ-mú", "Co", "Ta-ôi", "Chơ-ro", "Kháng", "Xinh-mun", "Hà Nhì",
    "Chu-ru", "Lào", "La Chi", "La Ha", "Phù Lá", "La Hủ", "Lự", "Lô Lô", "Chứt", "Mảng", "Pà Thẻn", "Cơ Lao",
    "Cống", "Bố Y", "Si La", "Pu Péo", "Brâu", "Ơ-đu", "Rơ-măm",
)  # fmt: skip
_SYLLABLE = re.compile(
    r"(ngh|ch|gh|gi|kh|ng|nh|ph|qu|th|tr|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(ch|ng|nh|[ckmnpt])?"
)
# Common family names whose letters without marks are no other family name's.
_FAMILY_NAMES = (
    "Nguyễn", "Trần", "Phạm", "Huỳnh", "Hoàng", "Phan", "Đặng", "Bùi", "Ngô", "Dương", "Lý", "Đinh", "Trương",
    "Lâm", "Trịnh", "Mai", "Hà",
)  # fmt: skip


class Kind(StrEnum):
    """What may stand in a field."""

    DATE = "date"
    PERSONAL_ID = "personal_id"
    NAME = "name"
    SEX = "sex"
    ETHNICITY = "ethnicity"
    NUMBER_OF_YEAR = "number_of_year"
    BOOK = "book"
    COUNT = "count"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Value:
    text: str
    fits: bool
    corrected: bool = False


def reading_of(name: str, kind: Kind, words: Sequence[Word], page: int) -> FieldReading | None:
    """The field as read; None where nothing is written there: a value is never invented."""
    raw = " ".join(word.text for word in words).strip(" .,:;_-–—…·'\"`")
    if not words or not any(map(str.isalnum, raw)):
        return None
    value = normalised(kind, raw)
    weakest = min(word.confidence for word in words)
    mean = sum(word.confidence for word in words) / len(words)
    confidence = (weakest + mean) / 2
    if not value.fits:
        return FieldReading(
            name, value.text, round(min(confidence, 0.5), 3), FieldState.DOUBTFUL, page, spanned(words)
        )
    if value.corrected:
        return FieldReading(
            name, value.text, round(min(confidence, 0.85), 3), FieldState.CORRECTED, page, spanned(words)
        )
    certain = confidence >= SURE_FROM and (kind is not Kind.TEXT or _is_spelled_as_vietnamese(value.text))
    state = FieldState.SURE if certain else FieldState.DOUBTFUL
    return FieldReading(name, value.text, round(confidence, 3), state, page, spanned(words))


def normalised(kind: Kind, raw: str) -> Value:
    """`raw` in the form in which the field is kept, and whether it fits the field's pattern."""
    match kind:
        case Kind.DATE:
            return _date(raw)
        case Kind.PERSONAL_ID:
            return _personal_id(raw)
        case Kind.NAME:
            return _name(raw.strip(" ."))
        case Kind.SEX:
            return _sex(raw)
        case Kind.ETHNICITY:
            return _ethnicity(raw)
        case Kind.NUMBER_OF_YEAR:
            compact = raw.replace(" ", "")
            mended = compact.translate(_DIGIT_FOR)
            fits = re.fullmatch(r"\d{1,5}/(19|20)\d\d", mended) is not None
            return Value(mended if fits else compact, fits, fits and mended != compact)
        case Kind.BOOK:
            compact = raw.replace(" ", "")
            return Value(
                compact, re.fullmatch(r"\d{1,4}[-/A-ZĐ0-9.]*(19|20)\d\d(\(\d+\))?", compact) is not None
            )
        case Kind.COUNT:
            digits = raw.split()[0].translate(_DIGIT_FOR)
            fits = re.fullmatch(r"\d{1,2}", digits) is not None and int(digits) > 0
            return Value(str(int(digits)) if fits else raw, fits, fits and digits != raw.split()[0])
        case Kind.TEXT:
            return Value(raw, sum(map(str.isalpha, raw)) >= 2)


def _is_spelled_as_vietnamese(text: str) -> bool:
    """Whether every word could be a Vietnamese syllable or an abbreviation.

    The engine bends other names ("Ênuôl" to "Ênuôi") and is sure of it all the same, so a person has to look.
    """
    words = re.findall(r"[^\W\d_]+", text)
    return all(word.isupper() or _SYLLABLE.fullmatch(folded(word)) is not None for word in words)


def _name(raw: str) -> Value:
    """A family name that differs from a common one by its marks alone was misread: NGUYÊN is NGUYỄN."""
    if re.fullmatch(r"[^\W\d_]+(?:[ '’-][^\W\d_]+)+", raw) is None:
        return Value(raw, fits=False)
    family, rest = raw.split(" ", 1) if " " in raw else (raw, "")
    alike = [name for name in _FAMILY_NAMES if folded(name) == folded(family)]
    if len(alike) == 1 and alike[0].lower() != family.lower():
        proper = alike[0].upper() if family.isupper() else alike[0]
        return Value(f"{proper} {rest}".strip(), fits=True, corrected=True)
    return Value(raw, raw.isupper() or raw.istitle() or "'" in raw or "’" in raw)


def _date(raw: str) -> Value:
    compact = re.sub(r"\s", "", raw).strip(".")
    mended = compact.translate(_DIGIT_FOR)
    found = re.fullmatch(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", mended)
    if found:
        day, month, year = map(int, found.groups())
        if is_day(day, month, year):
            return Value(f"{day:02d}/{month:02d}/{year}", fits=True, corrected=mended != compact)
    return Value(compact if len(compact) < 16 else raw, fits=False)


def is_day(day: int, month: int, year: int) -> bool:
    """Whether such a day was or will be, within what papers of living people say."""
    if not 1880 <= year <= 2100:
        return False
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _personal_id(raw: str) -> Value:
    compact = re.sub(r"[\s.]", "", raw)
    mended = compact.translate(_DIGIT_FOR)
    if re.fullmatch(r"\d{12}", mended):
        return Value(mended, fits=True, corrected=mended != compact)
    return Value(compact, fits=False)


def _sex(raw: str) -> Value:
    for proper in ("Nam", "Nữ"):
        if folded(raw) == folded(proper):
            return Value(proper, fits=True, corrected=raw != proper)
    return Value(raw, fits=False)


def _ethnicity(raw: str) -> Value:
    if raw in _ETHNICITIES:
        return Value(raw, fits=True)
    found = process.extractOne(folded(raw), {name: folded(name) for name in _ETHNICITIES}, scorer=fuzz.ratio)
    if found and found[1] >= 80:
        return Value(found[2], fits=True, corrected=True)
    return Value(raw, sum(map(str.isalpha, raw)) >= 2 and raw[:1].isupper())


def spanned(words: Sequence[Word]) -> Box:
    """The smallest box around all words."""
    return (
        min(word.box[0] for word in words),
        min(word.box[1] for word in words),
        max(word.box[2] for word in words),
        max(word.box[3] for word in words),
    )
