"""Every kind of paper printed, scanned and read: what is right and sure, what is doubtful, what is wrong.

As a script it measures more sheets and conditions than a test-suite has time for:

    python -m tests.scanning.test_readers_measured SHEETS_PER_KIND [CONDITION ...]
"""

import hashlib
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pytest

from scanning.errors import ScanError
from scanning.pages import FieldState, ScannedPage
from scanning.pipeline import digitise_page
from scanning.readers import PaperReading, ReadPage, likely_kind, read
from scanning.samples.cards import card_on_page
from scanning.samples.damage import CONDITIONS, damaged
from scanning.samples.kinds import EVERYTHING, SAMPLE_KINDS, print_sample
from scanning.samples.paper import PAGE_DPI, PrintedSheet

MISSED, ADDED = "missed", "added"


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """A printed sheet and what was made of its picture."""

    sheet: PrintedSheet
    condition: str
    reading: PaperReading
    likely_kind: str


def read_sheet(kind: str, seed: int, condition: str, handwritten: frozenset[str] = frozenset()) -> ReadSheet:
    """One sheet, damaged and read as the pipeline reads it, without its QR code."""
    sheet = print_sample(kind, seed, handwritten=handwritten)
    picture = card_on_page(sheet).image if kind.startswith("citizen_card") else sheet.image
    pixels = np.asarray(damaged(picture, CONDITIONS[condition], seed))
    page = digitise_page(ScannedPage(pixels, PAGE_DPI, kind, hashlib.sha256(pixels.tobytes()).hexdigest()))
    reading = read([ReadPage(page.text, (), page.width, page.height)])
    return ReadSheet(sheet, condition, reading, likely_kind(page.text))


def tallied(read_sheet: ReadSheet) -> Counter[str]:
    """Fields by outcome: `right sure`, `wrong doubtful`, `missed` ...; a wrong kind misses all."""
    outcomes: Counter[str] = Counter()
    readings = {reading.name: reading for reading in read_sheet.reading.fields}
    if read_sheet.reading.kind != read_sheet.sheet.kind:
        readings = {}
    for name, value in _truth(read_sheet.sheet).items():
        reading = readings.pop(name, None)
        if reading is None:
            outcomes[MISSED] += 1
        else:
            is_right = " ".join(reading.value.split()) == value
            outcomes[f"{'right' if is_right else 'wrong'} {reading.state}"] += 1
    outcomes.update(f"{ADDED} {reading.state}" for reading in readings.values())
    return outcomes


def _truth(sheet: PrintedSheet) -> Mapping[str, str]:
    if sheet.kind == "citizen_card":
        # The card's face prints the name in capitals; its QR code does not.
        return sheet.fields | {"full_name": sheet.fields["full_name"].upper()}
    return sheet.fields


def read_sheets(jobs: Iterable[tuple[str, int, str]]) -> list[ReadSheet]:
    """All jobs (kind, seed, condition), two at once; a page that cannot be read is told and left out."""

    with ThreadPoolExecutor(2) as pool:
        return [sheet for sheet in pool.map(_attempted, jobs) if sheet is not None]


def _attempted(job: tuple[str, int, str]) -> ReadSheet | None:
    try:
        return read_sheet(*job)
    except ScanError as error:
        sys.stderr.write(f"{job}: {error}\n")
        return None


# The kinds with tables, columns and boxes, clean; four others under one damage each. All kinds and conditions: `main`.
_JOBS = (
    ("declaration_birth", 202, "stamp"),
    ("declaration_marriage", 204, "clean"),
    ("residence_change", 205, "clean"),
    ("birth_certificate", 207, "upside_down"),
    ("death_extract", 208, "black_border"),
    ("marriage_certificate", 209, "clean"),
    ("marital_status_certificate", 210, "blur"),
    ("land_certificate", 211, "clean"),
)


@pytest.fixture(scope="module")
def sheets() -> list[ReadSheet]:
    return read_sheets(_JOBS)


def test_every_kind_is_told_from_the_others(sheets: Sequence[ReadSheet]) -> None:
    assert [each.reading.kind for each in sheets] == [kind for kind, _, _ in _JOBS]
    assert [each.likely_kind for each in sheets] == [kind for kind, _, _ in _JOBS]


def test_nothing_is_wrong_and_sure_and_most_is_right(sheets: Sequence[ReadSheet]) -> None:
    outcomes = sum(map(tallied, sheets), Counter[str]())
    total = sum(outcomes.values())
    assert outcomes["wrong sure"] == outcomes["added sure"] == 0, outcomes
    assert outcomes["right sure"] >= 0.75 * total, outcomes
    right = sum(count for outcome, count in outcomes.items() if outcome.startswith("right"))
    assert right >= 0.9 * total, outcomes


def test_each_value_stands_in_its_zone(sheets: Sequence[ReadSheet]) -> None:
    upright = [each for each in sheets if each.condition == "clean" and each.sheet.places]
    assert len(upright) == 4
    for each in upright:
        zones = {zone.name: zone for zone in each.reading.zones}
        for name, place in each.sheet.places.items():
            if name != "made_on":
                assert covered(place, zones[name].parts) > 0.5, (each.sheet.kind, name)


def test_both_columns_of_a_marriage_paper_keep_to_their_person(sheets: Sequence[ReadSheet]) -> None:
    for kind, first, second in (
        ("declaration_marriage", "bride", "groom"),
        ("marriage_certificate", "wife", "husband"),
    ):
        (each,) = [sheet for sheet in sheets if sheet.sheet.kind == kind]
        values = {reading.name: reading.value for reading in each.reading.fields}
        for person in (first, second):
            for part in ("birth_date", "id"):
                assert values[f"{person}_{part}"] == each.sheet.fields[f"{person}_{part}"]


def test_the_rows_of_a_household_are_read(sheets: Sequence[ReadSheet]) -> None:
    (each,) = [sheet for sheet in sheets if sheet.sheet.kind == "residence_change"]
    values = {reading.name: reading.value for reading in each.reading.fields}
    for member in (1, 2):
        for part in ("birth_date", "id", "sex"):
            name = f"member_{member}_{part}"
            assert values[name] == each.sheet.fields[name]


def test_digits_in_boxes_are_right_where_they_are_sure(sheets: Sequence[ReadSheet]) -> None:
    (each,) = [sheet for sheet in sheets if sheet.sheet.kind == "residence_change"]
    boxed = [reading for reading in each.reading.fields if reading.name in ("declarant_id", "head_id")]
    assert len(boxed) == 2
    for reading in boxed:
        assert reading.state is not FieldState.SURE or reading.value == each.sheet.fields[reading.name]


def test_handwriting_is_given_a_place() -> None:
    each = read_sheet("declaration_birth", 212, "clean", EVERYTHING)
    assert each.reading.kind == "declaration_birth"
    zones = {zone.name: zone for zone in each.reading.zones}
    for name in each.sheet.handwritten:
        assert covered(each.sheet.places[name], zones[name].parts) > 0.5, name


def covered(place: tuple[int, int, int, int], parts: Sequence[tuple[int, int, int, int]]) -> float:
    """Share of a place that lies within the parts, which do not overlap."""
    left, top, right, bottom = place
    area = sum(
        max(0, min(right, part[2]) - max(left, part[0])) * max(0, min(bottom, part[3]) - max(top, part[1]))
        for part in parts
    )
    return area / ((right - left) * (bottom - top))


def main(sheets_per_kind: int, conditions: Sequence[str]) -> None:
    """Prints a line for each kind, each condition and all; the conditions take turns."""
    jobs = [
        (kind, 1000 + number, conditions[(number + place) % len(conditions)])
        for place, kind in enumerate(SAMPLE_KINDS)
        for number in range(sheets_per_kind)
    ]
    by_kind: dict[str, Counter[str]] = {}
    by_condition: dict[str, Counter[str]] = {}
    wrong_kind = 0
    # Two at a time, so that no more pictures than that are in memory.
    for each in (sheet for at in range(0, len(jobs), 2) for sheet in read_sheets(jobs[at : at + 2])):
        outcomes = tallied(each)
        wrong_kind += each.reading.kind != each.sheet.kind
        by_kind.setdefault(each.sheet.kind, Counter()).update(outcomes)
        by_condition.setdefault(each.condition, Counter()).update(outcomes)
    everything = sum(by_kind.values(), Counter[str]())
    columns = sorted(everything)
    out = sys.stdout
    out.write(f"| | {' | '.join(columns)} |\n|{' --- |' * (len(columns) + 1)}\n")
    for name, outcomes in (*by_kind.items(), *by_condition.items(), ("all", everything)):
        out.write(f"| {name} | {' | '.join(str(outcomes[column]) for column in columns)} |\n")
    out.write(f"wrong kind: {wrong_kind} of {len(jobs)} sheets\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:] or list(CONDITIONS))
