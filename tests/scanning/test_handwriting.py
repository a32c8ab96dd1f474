"""What a hand wrote is found and never shown as read; what is printed stays as read.

As a script it measures more sheets and conditions than a test-suite has time for:

    python -m tests.scanning.test_handwriting SHEETS_PER_MANNER [CONDITION ...]
"""

import random
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pytest

from scanning.boxed import grids_on, with_boxed_digits
from scanning.cleanup import clean
from scanning.errors import ScanError
from scanning.handwriting import judged, pieces_on
from scanning.layout import in_reading_order
from scanning.ocr import read_words
from scanning.pages import Box, CleanPage, FieldReading, FieldState, PageText, ScannedPage, TextLine, Word
from scanning.readers import FieldZone, PaperReading, ReadPage, read
from scanning.samples.damage import CONDITIONS, damaged
from scanning.samples.faces import Face
from scanning.samples.handwriting import MANNERS, Manner, hand_of
from scanning.samples.kinds import EVERYTHING, SAMPLE_KINDS, print_sample
from scanning.samples.paper import PAGE_DPI, PAPER, PrintedSheet
from scanning.spelling import mended_words

_PAPERS = tuple(kind for kind in SAMPLE_KINDS if not kind.startswith("citizen_card"))


@dataclass(frozen=True, slots=True)
class JudgedSheet:
    """A printed sheet, what was read of it and what may be shown."""

    sheet: PrintedSheet
    seed: int
    condition: str
    face: Face
    reading: PaperReading
    fields: tuple[FieldReading, ...]

    def field(self, name: str) -> FieldReading | None:
        return next((reading for reading in self.fields if reading.name == name), None)


def sheet_of(kind: str, seed: int, written: str, face: Face = Face.REGULAR) -> PrintedSheet:
    """`written` is `none`, `half` (of the fields, by the seed) or `all`."""
    if written == "none":
        return print_sample(kind, seed, face=face)
    sheet = print_sample(kind, seed, handwritten=EVERYTHING, face=face)
    if written == "all":
        return sheet
    names = sorted(sheet.handwritten)
    chosen = random.Random(seed).sample(names, len(names) // 2)
    return print_sample(kind, seed, handwritten=frozenset(chosen), face=face)


def cleaned(sheet: PrintedSheet, condition: str, seed: int) -> CleanPage:
    pixels = np.asarray(damaged(sheet.image, CONDITIONS[condition], seed))
    return clean(ScannedPage(pixels, PAGE_DPI, sheet.kind, "0" * 64))


def judge(sheet: PrintedSheet, condition: str, seed: int, face: Face = Face.REGULAR) -> JudgedSheet:
    """The sheet damaged, cleaned, read and judged; conditions that turn the page over are not for this."""
    page = cleaned(sheet, condition, seed)
    height, width = page.ink.shape
    text = mended_words(in_reading_order(read_words(page.ink, page.ink_dpi), width, height))
    text = _scaled(text, page.dpi / page.ink_dpi)
    grids = grids_on(page)
    text = with_boxed_digits(text, page, grids)
    reading = read([ReadPage(text, (), page.picture.shape[1], page.picture.shape[0])])
    fields = judged(reading.fields, reading.zones, [text], [pieces_on(page, grids)])
    return JudgedSheet(sheet, seed, condition, face, reading, fields)


def _scaled(text: PageText, scale: float) -> PageText:
    def moved(word: Word) -> Word:
        left, top, right, bottom = (round(edge * scale) for edge in word.box)
        return replace(word, box=(left, top, right, bottom))

    return PageText(tuple(TextLine(tuple(map(moved, line.words))) for line in text.lines))


# As if the engine had read everything rightly and were sure of it, handwriting too: only the ink can tell.


@cache
def printed(seed: int, written: str, face: Face) -> PrintedSheet:
    return sheet_of("declaration_birth", seed, written, face)


def believed(sheet: PrintedSheet, page: CleanPage) -> tuple[FieldReading, ...]:
    """The sheet's fields judged as if each were one sure word in its true place."""
    zones, fields, words = [], [], []
    for name, box in sheet.places.items():
        word = Word(sheet.fields[name], 0.93, box)
        words.append(word)
        zones.append(FieldZone(name, 1, box, (_grown(box),), (word,)))
        fields.append(FieldReading(name, sheet.fields[name], 0.93, FieldState.SURE, 1, box))
    labels = [
        Word(word.text, word.confidence, word.box)
        for line in read_words(page.ink, page.ink_dpi).lines
        for word in line.words
        if not any(_overlap(word.box, box) for box in sheet.places.values())
    ]
    text = PageText((TextLine((*words, *labels)),))
    return judged(fields, zones, [text], [pieces_on(page)])


def _grown(box: Box) -> Box:
    return box[0] - 4, box[1] - 12, box[2] + 30, box[3] + 8


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("manner", [Manner.LOOPS, Manner.CAPITALS, Manner.OUTLINES])
def test_no_manner_of_writing_passes_for_print_even_if_the_engine_were_sure(manner: Manner) -> None:
    seed = 4000 + MANNERS.index(manner)
    assert hand_of(seed).manner is manner
    sheet = printed(seed, "half", Face.REGULAR)
    shown = {reading.name: reading for reading in believed(sheet, cleaned(sheet, "clean", seed))}
    written = [shown[name] for name in sheet.handwritten]
    assert [each.name for each in written if each.state is FieldState.SURE] == []
    found = [each for each in written if each.is_handwritten]
    assert len(found) >= 0.9 * len(written)
    assert all(each.value == "" and each.confidence == 0.0 for each in found)
    taken = [name for name, each in shown.items() if each.is_handwritten and name not in sheet.handwritten]
    # Loops of a neighbour may run into a printed value.
    assert len(taken) <= 1, taken


def test_the_box_of_handwriting_is_tight_around_it() -> None:
    sheet = printed(4003, "half", Face.REGULAR)
    for reading in believed(sheet, cleaned(sheet, "clean", 4003)):
        if reading.is_handwritten:
            left, top, right, bottom = sheet.places[reading.name]
            assert left - 12 <= reading.box[0] < reading.box[2] <= right + 40, reading.name
            assert top - 30 <= reading.box[1] < reading.box[3] <= bottom + 30, reading.name


def test_a_page_without_pieces_is_not_judged() -> None:
    reading = FieldReading("name", "Lê Văn A", 0.95, FieldState.SURE, 1, (0, 0, 9, 9))
    assert judged([reading], [], [PageText(())], [None]) == (reading,)


# Read by the engine.

_JOBS = (
    ("declaration_death", 4104, "clean", "all", Face.REGULAR),
    ("declaration_marital_status", 4102, "skew", "half", Face.TYPEWRITER),
    ("declaration_birth", 4100, "faint", "none", Face.BOLD_ITALIC),
    ("declaration_civil_extract", 4101, "noise", "none", Face.ITALIC),
)


@pytest.fixture(scope="module")
def sheets() -> list[JudgedSheet]:
    return judge_all(_JOBS)


def judge_all(jobs: Iterable[tuple[str, int, str, str, Face]]) -> list[JudgedSheet]:
    """All jobs (kind, seed, condition, written, face), two at once; what cannot be read is told and left out."""
    with ThreadPoolExecutor(2) as pool:
        return [each for each in pool.map(_attempted, jobs) if each is not None]


def _attempted(job: tuple[str, int, str, str, Face]) -> JudgedSheet | None:
    kind, seed, condition, written, face = job
    try:
        return judge(sheet_of(kind, seed, written, face), condition, seed, face)
    except ScanError as error:
        sys.stderr.write(f"{job}: {error}\n")
        return None


def tallied(each: JudgedSheet) -> Counter[str]:
    """Fields by what they are and what is shown of them."""
    outcomes: Counter[str] = Counter()
    for name in each.sheet.fields:
        reading = each.field(name)
        shown = (
            "nothing" if reading is None else "as handwriting" if reading.is_handwritten else reading.state
        )
        outcomes[f"{'written' if name in each.sheet.handwritten else 'printed'}: {shown}"] += 1
    return outcomes


def test_handwriting_is_found_and_not_shown_as_read(sheets: Sequence[JudgedSheet]) -> None:
    assert [each.reading.kind for each in sheets] == [kind for kind, *_ in _JOBS]
    outcomes = sum(map(tallied, sheets), Counter[str]())
    written = sum(count for outcome, count in outcomes.items() if outcome.startswith("written"))
    assert outcomes["written: sure"] == outcomes["written: corrected"] == 0, outcomes
    assert outcomes["written: as handwriting"] >= 0.9 * written, outcomes


def test_print_in_any_face_stays_print(sheets: Sequence[JudgedSheet]) -> None:
    outcomes = sum(map(tallied, sheets[2:]), Counter[str]())
    assert outcomes["printed: as handwriting"] == 0, outcomes
    assert outcomes["printed: sure"] >= 0.5 * sum(outcomes.values()), outcomes


def test_a_day_with_printed_words_and_written_numbers_is_handwriting(sheets: Sequence[JudgedSheet]) -> None:
    death = sheets[0]
    reading = death.field("death_date")
    assert reading is not None
    assert reading.is_handwritten


def test_a_form_nobody_filled_in_bears_no_handwriting() -> None:
    filled = sheet_of("declaration_marital_status", 4200, "none")
    image = filled.image.copy()
    for left, top, right, bottom in filled.places.values():
        image.paste(PAPER, (left - 6, top, right + 6, bottom))
    empty = judge(replace(filled, image=image), "stamp", 4200)
    # A printed day, alone in its slanting face, is like nothing else on the page: known limit.
    assert {reading.name for reading in empty.fields if reading.is_handwritten} <= {"made_on"}


def main(sheets_per_manner: int, conditions: Sequence[str]) -> None:
    """A line for each manner of writing and each face of print under each condition; kinds take turns."""
    rows: dict[tuple[str, str], Counter[str]] = {}
    jobs = [
        (_PAPERS[(3 * number + place) % len(_PAPERS)], 9000 + 5 * number + place, condition, written, face)
        for shift, condition in enumerate(conditions)
        for number in range(shift * sheets_per_manner, (shift + 1) * sheets_per_manner)
        for place in range(len(MANNERS))
        for written, face in (
            (("all", "half")[number % 2], Face.REGULAR),
            ("none", tuple(Face)[place]),
        )
    ]
    wrong_kind = 0
    # Two at a time, so that no more pictures than that are in memory.
    for at in range(0, len(jobs), 2):
        for each in judge_all(jobs[at : at + 2]):
            wrong_kind += each.reading.kind != each.sheet.kind
            if each.reading.kind != each.sheet.kind:
                continue
            for outcome, count in tallied(each).items():
                is_written = outcome.startswith("written")
                look = hand_of(each.seed).manner if is_written else f"print, {each.face}"
                rows.setdefault((look, each.condition), Counter())[outcome] += count
                rows.setdefault((f"all {'writing' if is_written else 'print'}", each.condition), Counter())[
                    outcome
                ] += count
    columns = sorted({outcome for counts in rows.values() for outcome in counts}, reverse=True)
    out = sys.stdout
    out.write(f"| look | condition | {' | '.join(columns)} |\n|{' --- |' * (len(columns) + 2)}\n")
    for (look, condition), counts in sorted(rows.items()):
        out.write(f"| {look} | {condition} | {' | '.join(str(counts[column]) for column in columns)} |\n")
    out.write(f"wrong kind: {wrong_kind} of {len(jobs)} sheets\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:] or ["clean", "skew", "noise", "phone", "stamp", "faint"])
