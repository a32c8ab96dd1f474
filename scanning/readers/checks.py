"""Rules by which fields of one paper vouch for or contradict each other."""

from collections.abc import Container, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from scanning.cards import number_warnings
from scanning.pages import FieldReading, FieldState
from scanning.readers.days import day_from_words
from scanning.readers.descriptions import Check
from scanning.readers.flow import Placed
from scanning.readers.spelling import canonical, folded

_SAME_NAME = 90.0


def after_checks(fields: Sequence[FieldReading], checks: Sequence[Check]) -> tuple[FieldReading, ...]:
    """The same fields; those that contradict each other are doubtful. A check with a missing field says nothing."""
    values = {reading.name: reading.value for reading in fields}
    contradicting: set[str] = set()
    for check in checks:
        contradicting |= _contradicting(check, values)
    return tuple(
        replace(reading, state=FieldState.DOUBTFUL, confidence=min(reading.confidence, 0.6))
        if reading.name in contradicting
        else reading
        for reading in fields
    )


def spelled_alike(
    fields: Sequence[FieldReading], names: Container[str], flow: Sequence[Placed]
) -> list[FieldReading]:
    """The same fields; a sure person's name that stands elsewhere on the paper (under the signature, say) with another
    mark or letter is doubtful: one of the two was misread."""
    words = [canonical(placed.word.text.strip(".,;:()")) for placed in flow]
    return [
        replace(reading, state=FieldState.DOUBTFUL, confidence=min(reading.confidence, 0.6))
        if reading.name in names
        and reading.state is FieldState.SURE
        and _is_spelled_otherwise(canonical(reading.value), words)
        else reading
        for reading in fields
    ]


def _is_spelled_otherwise(name: str, words: Sequence[str]) -> bool:
    count = len(name.split())
    letters = folded(name)
    for start in range(len(words) - count + 1):
        other = " ".join(words[start : start + count])
        if other != name and fuzz.ratio(letters, folded(other), score_cutoff=_SAME_NAME) > 0:
            return True
    return False


def _contradicting(check: Check, values: dict[str, str]) -> set[str]:
    given = [values.get(name, "") for name in check.fields]
    match check.rule:
        case "number_fits_person":
            return _unlike_number(check.fields, given)
        case "same_day":
            spoken = day_from_words(given[1]) if given[1] else None
            return set(check.fields) if given[0] and given[1] and given[0] != spoken else set()
        case _:
            years = [value[-4:] for value in given if value]
            return set(check.fields) if len(set(years)) > 1 else set()


def _unlike_number(names: Sequence[str], given: Sequence[str]) -> set[str]:
    """Which fields a 12-digit number does not fit: birth year (second), sex (third, if named)."""
    number, birth = given[0], given[1]
    if len(number) != 12 or not number.isdigit():
        return set()
    sex = {"Nam": "male", "Nữ": "female"}.get(given[2] if len(given) > 2 else "", "")
    own = "male" if int(number[3]) % 2 == 0 else "female"
    wrong: set[str] = set()
    if sex and sex != own:
        wrong |= {names[0], names[2]}
    year = int(birth[-4:]) if len(birth) == 10 and birth[-4:].isdigit() else None
    known = number_warnings(number, sex=own, birth_year=None)
    if year is not None and len(number_warnings(number, sex=own, birth_year=year)) > len(known):
        wrong |= {names[0], names[1]}
    return wrong
