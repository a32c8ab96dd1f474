"""The lexicon of communes and provinces: vouches for the end of an address, mends a lost mark, doubts the rest.

Addresses of before 1/7/2025 name communes and districts that are no more. They are lawful on old papers and are
never changed, but nothing here vouches for them.
"""

import re
from dataclasses import dataclass, replace
from functools import cache

from rapidfuzz.distance import Levenshtein

from resources import load_json
from scanning.readers.address_parts import is_usual, mended
from scanning.readers.spelling import ABBREVIATIONS, canonical, folded

_UNITS = "units-2026-07-25.json"
_PROVINCE = re.compile(r"(tỉnh|thành phố|tp\.?)\s+", re.IGNORECASE)
_COMMUNE = re.compile(r"(phường|xã|đặc khu)\s+", re.IGNORECASE)
_OLD_LEVEL = re.compile(r"\b(huyện|quận|thị xã|thị trấn)\s", re.IGNORECASE)
_NO_COMMA = re.compile(r"(?<![,\s])\s+((?:tỉnh|thành phố)\s)")
_FURTHEST = 2
_FORMER_PROVINCES = (
    "Hà Giang", "Yên Bái", "Bắc Kạn", "Hòa Bình", "Vĩnh Phúc", "Bắc Giang", "Thái Bình", "Hải Dương", "Hà Nam",
    "Nam Định", "Quảng Bình", "Quảng Nam", "Kon Tum", "Bình Định", "Ninh Thuận", "Bình Thuận", "Đắk Nông",
    "Phú Yên", "Bình Phước", "Bình Dương", "Bà Rịa - Vũng Tàu", "Long An", "Tiền Giang", "Bến Tre", "Trà Vinh",
    "Kiên Giang", "Hậu Giang", "Sóc Trăng", "Bạc Liêu", "Thừa Thiên Huế",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CheckedAddress:
    """An address after a look into the lexicon."""

    text: str
    is_known: bool
    """Commune and province exist together, and the words before them are numbers, well-known streets or offices."""
    is_corrected: bool


@dataclass(frozen=True, slots=True)
class _Match:
    text: str
    is_corrected: bool


@dataclass(frozen=True, slots=True)
class _Unit:
    """A commune or province, its name without the kind and ready to be compared."""

    code: str
    name: str
    canonical: str
    folded: str


@dataclass(frozen=True, slots=True)
class _Found:
    code: str
    text: str
    is_corrected: bool


def checked_address(text: str) -> CheckedAddress:
    """`text` with its commune and province compared with the units in force since 1/7/2025.

    A name that differs from exactly one unit by one or two marks takes that unit's marks; anything else stays as
    it was read.
    """
    text = re.sub(r"\s*,\s*", ", ", text)
    punctuated = _NO_COMMA.sub(r", \1", text)
    if punctuated != text:
        # The comma was not read, or a line ended in its place: right only if the lexicon then agrees.
        checked = checked_address(punctuated)
        return replace(checked, is_corrected=True) if checked.is_known else CheckedAddress(text, False, False)
    parts = re.split(r"(\s*,\s*)", text)
    if len(parts) < 3:
        return CheckedAddress(text, is_known=False, is_corrected=False)
    province = _province(parts[-1])
    if province is None or _OLD_LEVEL.search(text):
        return CheckedAddress(text, is_known=False, is_corrected=False)
    if _has_stray_capitals(text):
        return CheckedAddress(text, is_known=False, is_corrected=False)
    code, province_match = province
    commune_match = _commune(code, parts[-3])
    if commune_match is None:
        # Perhaps a commune of before: the province too is left as it was read.
        return CheckedAddress(text, is_known=False, is_corrected=False)
    kind = _commune_at(commune_match.text)
    office = commune_match.text[: kind.start()].strip() if kind else ""
    before = [part.strip() for part in parts[:-3:2]]
    usual = [mended(part) for part in (*before, office)]
    if not all(map(is_usual, usual)):
        # A name of a street or house that nothing vouches for: a person reads the whole, so nothing is changed.
        return CheckedAddress(text, is_known=False, is_corrected=False)
    commune = f"{usual[-1]} {commune_match.text[kind.start() :]}".strip() if kind else commune_match.text
    whole = ", ".join([*usual[:-1], commune, province_match.text.strip()])
    is_mended = usual != [*before, office] or commune_match.is_corrected or province_match.is_corrected
    return CheckedAddress(whole if is_mended else text, is_known=True, is_corrected=is_mended)


def _has_stray_capitals(text: str) -> bool:
    """A word in capitals among others ("xã VỊ Thanh"), short signs like UBND apart."""
    words = re.findall(r"[^\W\d_]{2,}", text)
    return not text.isupper() and any(word.isupper() and word not in ABBREVIATIONS for word in words)


def _commune_at(part: str) -> re.Match[str] | None:
    """The last word for a kind of commune that is followed by a name."""
    kinds = list(_COMMUNE.finditer(part))
    return kinds[-1] if kinds else None


def _province(part: str) -> tuple[str, _Match] | None:
    kind = _PROVINCE.match(part.strip())
    bare = part.strip()[kind.end() :] if kind else part.strip()
    if canonical(bare) in _former_provinces():
        return None
    name = _nearest(bare, _provinces())
    return (name.code, _Match(part.replace(bare, name.text), name.is_corrected)) if name else None


def _commune(code: str, part: str) -> _Match | None:
    kind = _commune_at(part)
    if kind is None:
        return None
    name = _nearest(part[kind.end() :].strip(), _communes(code, folded(kind[1])))
    return _Match(part[: kind.end()] + name.text, name.is_corrected) if name else None


def _nearest(bare: str, units: tuple[_Unit, ...]) -> _Found | None:
    """The unit of that name, or the only one whose name differs from it by one or two marks."""
    asked, letters = canonical(bare), folded(bare)
    for unit in units:
        if unit.canonical == asked:
            written = all(word[:1].isupper() or not word[:1].isalpha() for word in bare.split())
            return _Found(unit.code, bare if written else unit.name, is_corrected=not written)
    alike = [
        unit
        for unit in units
        if unit.folded == letters and Levenshtein.distance(unit.canonical, asked) <= _FURTHEST
    ]
    if len(alike) != 1 or any(letter.isdigit() for letter in bare):
        return None
    name = alike[0].name
    return _Found(
        alike[0].code, name.upper() if bare.isupper() and len(bare) > 2 else name, is_corrected=True
    )


@cache
def _former_provinces() -> frozenset[str]:
    return frozenset(map(canonical, _FORMER_PROVINCES))


@cache
def _provinces() -> tuple[_Unit, ...]:
    units = load_json("units", _UNITS)["provinces"]
    return tuple(_unit(code, re.sub(r"^(Tỉnh|Thành phố) ", "", unit["name"])) for code, unit in units.items())


@cache
def _communes(code: str, kind: str) -> tuple[_Unit, ...]:
    """Communes of one kind (`phuong`, `xa`, `dackhu`) of a province."""
    communes = load_json("units", _UNITS)["provinces"][code]["communes"].items()
    named = ((number, re.match(r"(Phường|Xã|xã|Đặc khu) (.*)", name)) for number, name in communes)
    return tuple(_unit(number, found[2]) for number, found in named if found and folded(found[1]) == kind)


def _unit(code: str, name: str) -> _Unit:
    return _Unit(code, name, canonical(name), folded(name))
