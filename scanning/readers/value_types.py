"""What may stand in a field of each type: its pattern, its normal form and what vouches for it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from resources import load_toml
from scanning.cards import number_warnings
from scanning.readers.days import day_from_words, digital_day, is_spelled_in_numbers
from scanning.readers.names import checked_name
from scanning.readers.places import checked_address
from scanning.readers.spelling import canonical, folded

_DIGIT_FOR = str.maketrans("OoQDlI|iZzSsB", "0000111122558")
_LONG_PHRASE = 12
_BOX_EDGES = re.compile(r"[\s|\[\]{}()¦]")
_NATIONALITIES = (
    "Việt Nam", "Lào", "Campuchia", "Trung Quốc", "Hàn Quốc", "Nhật Bản", "Hoa Kỳ", "Pháp", "Đức", "Nga", "Úc",
    "Thái Lan", "Đài Loan", "Anh", "Canada", "Singapore", "Malaysia",
)  # fmt: skip
_RELATIONS = (
    "Bản thân", "Vợ", "Chồng", "Con", "Con đẻ", "Con trai", "Con gái", "Con dâu", "Con rể", "Con nuôi", "Cha",
    "Bố", "Mẹ", "Cha đẻ", "Bố đẻ", "Mẹ đẻ", "Ông", "Bà", "Ông nội", "Bà nội", "Ông ngoại", "Bà ngoại", "Anh", "Chị",
    "Em", "Anh ruột", "Chị ruột", "Em ruột", "Anh trai", "Chị gái", "Em trai", "Em gái", "Cháu", "Cháu nội",
    "Cháu ngoại", "Chủ hộ", "Người thân", "Người được ủy quyền", "Người ở nhờ", "Người thuê nhà", "Người giám hộ",
)  # fmt: skip


class ValueType(StrEnum):
    """What may stand in a field; the words are those of the descriptions of papers."""

    ADDRESS = "address"
    AREA = "area"
    BOOK = "book"
    COUNT = "count"
    DATE = "date"
    DATE_WORDS = "date_words"
    EMAIL = "email"
    ETHNICITY = "ethnicity"
    IDENTITY = "identity"
    """A 12-digit number, an old 9-digit one or a passport."""
    NAME = "name"
    NATIONALITY = "nationality"
    NUMBER = "number"
    NUMBER_OF_YEAR = "number_of_year"
    OFFICE = "office"
    """An agency with its place, judged like an address."""
    PERSONAL_ID = "personal_id"
    PHONE = "phone"
    PHRASE = "phrase"
    """A few Vietnamese words."""
    REFERENCE = "reference"
    """The number and sign of a paper: nothing vouches for its letters."""
    RELATION = "relation"
    SENTENCE = "sentence"
    SEX = "sex"
    TEXT = "text"
    TIME = "time"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Value:
    text: str
    fits: bool
    is_corrected: bool = False
    is_vouched: bool = True
    """Pattern, list or lexicon make a misreading unlikely to pass."""


def normalised(kind: ValueType, raw: str, *, is_boxed: bool = False, usual: Sequence[str] = ()) -> Value:
    """`raw` in the form in which the field is kept, and whether it fits the type."""
    compact = re.sub(r"\s", "", raw)
    match kind:
        case ValueType.DATE:
            return _date(raw)
        case ValueType.DATE_WORDS:
            return Value(raw, day_from_words(raw) is not None, is_vouched=is_spelled_in_numbers(raw))
        case ValueType.PERSONAL_ID:
            return _boxed_id(raw) if is_boxed else _personal_id(raw)
        case ValueType.IDENTITY:
            return _identity(raw)
        case ValueType.NAME:
            name = checked_name(raw)
            return Value(name.text, name.fits, name.is_corrected, name.is_vouched)
        case ValueType.SEX:
            return _listed(raw, ("Nam", "Nữ"), may_be_other=False)
        case ValueType.ETHNICITY:
            return _listed(raw, tuple(load_toml("units", "peoples.toml").values()), may_be_other=True)
        case ValueType.NATIONALITY:
            return _listed(raw, _NATIONALITIES, may_be_other=True)
        case ValueType.RELATION:
            return _listed(raw, _RELATIONS, may_be_other=True)
        case ValueType.ADDRESS | ValueType.OFFICE:
            address = checked_address(raw)
            return Value(address.text, _has_letters(raw), address.is_corrected, is_vouched=address.is_known)
        case ValueType.PHRASE | ValueType.TEXT:
            return _phrase(raw, usual)
        case ValueType.SENTENCE:
            text = raw if raw.endswith(".") else raw + "."
            return Value(text, _has_letters(raw), is_vouched=False)
        case ValueType.REFERENCE:
            return Value(raw, re.search(r"\d", raw) is not None, is_vouched=False)
        case ValueType.EMAIL:
            fits = re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", compact, re.ASCII) is not None
            return Value(compact, fits, is_vouched=False)
        case ValueType.TIME:
            return _time(raw)
        case _:
            return _number(kind, raw, compact)


def _number(kind: ValueType, raw: str, compact: str) -> Value:
    """Numbers of all sorts: letters that look like digits are taken for digits where the whole then fits."""
    mended = compact.translate(_DIGIT_FOR)
    match kind:
        case ValueType.NUMBER_OF_YEAR:
            fits = re.fullmatch(r"\d{1,5}/(19|20)\d\d", mended) is not None
        case ValueType.BOOK:
            fits = re.fullmatch(r"\d{1,4}[-/A-ZĐ0-9.]*(19|20)\d\d(\(\d+\))?", compact) is not None
            return Value(compact, fits)
        case ValueType.COUNT:
            fits = re.fullmatch(r"\d{1,2}", mended) is not None and int(mended) > 0
            return Value(str(int(mended)), fits, mended != compact) if fits else Value(raw, fits)
        case ValueType.YEAR:
            day = digital_day(mended)
            fits = day is not None or re.fullmatch(r"(19|20)\d\d", mended) is not None
            mended = day or mended
            return Value(mended if fits else raw, fits, fits and re.search(r"[^\d/.\-]", compact) is not None)
        case ValueType.PHONE:
            mended = re.sub(r"^\+?84", "0", mended.replace(".", ""))
            fits = re.fullmatch(r"0(3|5|7|8|9)\d{8}|02\d{8,9}", mended) is not None
            return Value(mended if fits else raw, fits, fits and re.search(r"[^\d+.]", compact) is not None)
        case ValueType.AREA:
            number = re.sub(r"m[2²]?$", "", compact)
            fits = re.fullmatch(r"\d{1,7}([.,]\d{1,3})?", number) is not None
            return Value(number if fits else raw, fits)
        case _:
            fits = re.fullmatch(r"\d{1,9}", mended) is not None
    return Value(mended if fits else raw, fits, fits and mended != compact)


def _has_letters(raw: str) -> bool:
    return sum(map(str.isalpha, raw)) >= 2


def _date(raw: str) -> Value:
    for text, is_corrected in ((raw, False), (re.sub(r"\s", "", raw).translate(_DIGIT_FOR), True)):
        day = digital_day(text)
        if day is not None:
            return Value(day, fits=True, is_corrected=is_corrected)
    compact = re.sub(r"\s", "", raw).strip(".")
    return Value(compact if len(compact) < 16 else raw, fits=False)


def _personal_id(raw: str) -> Value:
    compact = re.sub(r"[\s.]", "", raw)
    mended = compact.translate(_DIGIT_FOR)
    if re.fullmatch(r"\d{12}", mended):
        return Value(mended, True, mended != compact, _is_place_known(mended))
    found: list[str] = re.findall(r"(?<!\S)\d{12}(?!\S)", raw)
    if len(found) == 1:
        # Something else was read beside it.
        return Value(found[0], fits=True, is_vouched=False)
    return Value(compact, fits=False)


def _boxed_id(raw: str) -> Value:
    """Digits in ruled boxes: where the edges were read as strokes nothing vouches for them, for a stroke may be a 1."""
    digits = _BOX_EDGES.sub("", raw)
    fits = re.fullmatch(r"\d{12}", digits) is not None
    is_vouched = fits and raw.isdigit() and _is_place_known(digits)
    return Value(digits if fits else re.sub(r"\s", "", raw), fits, is_vouched=is_vouched)


def _is_place_known(personal_id: str) -> bool:
    """Whether the first three digits are a province's or a country's code in use."""
    sex = "male" if int(personal_id[3]) % 2 == 0 else "female"
    return not number_warnings(personal_id, sex=sex, birth_year=None)


def _identity(raw: str) -> Value:
    plain = _personal_id(raw)
    if plain.fits:
        return plain
    compact = re.sub(r"\s", "", raw)
    if re.fullmatch(r"\d{9}|[A-Z]\d{7,8}", compact):
        # Nothing checks an old number or a passport's.
        return Value(compact, fits=True, is_vouched=False)
    return Value(compact if len(compact) < 16 else raw, fits=False)


def _time(raw: str) -> Value:
    found = re.fullmatch(r"(\d{1,2})\s*giờ(?:\s*(\d{1,2})\s*phút)?", raw)
    fits = found is not None and int(found[1]) < 24 and int(found[2] or 0) < 60
    return Value(raw, fits)


def _phrase(raw: str, usual: Sequence[str]) -> Value:
    """A usual wording; one that differs from it by two letters at most is mended, any other has no voucher."""
    if any(canonical(known) == canonical(raw) for known in usual):
        return Value(raw, fits=True)
    near = [
        known
        for known in usual
        if folded(known) == folded(raw)
        or (len(known) >= _LONG_PHRASE and Levenshtein.distance(canonical(known), canonical(raw)) <= 2)
    ]
    if len(near) == 1:
        proper = near[0] if raw[:1].isupper() else near[0][:1].lower() + near[0][1:]
        return Value(proper, fits=True, is_corrected=True)
    return Value(raw, _has_letters(raw), is_vouched=False)


def _listed(raw: str, proper: Sequence[str], *, may_be_other: bool) -> Value:
    """A value of a short list; one that differs by marks or a letter alone is mended if only one is meant."""
    for name in proper:
        if canonical(name) == canonical(raw):
            return Value(name if name.lower() != raw.lower() else raw, fits=True)
    alike = [name for name in proper if folded(name) == folded(raw)]
    if len(alike) == 1:
        return Value(alike[0], fits=True, is_corrected=True)
    if not alike and len(folded(raw)) >= 3 and proper:
        near = process.extract(
            folded(raw), {name: folded(name) for name in proper}, scorer=fuzz.ratio, limit=2
        )
        if near[0][1] >= 80 and near[1][1] < near[0][1] - 8:
            return Value(near[0][2], fits=True, is_corrected=True)
    return Value(raw, may_be_other and _has_letters(raw), is_vouched=False)
