"""Digits in ruled boxes are read without the boxes, or not believed."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from scanning.boxed import DigitGrid, grids_on, with_boxed_digits
from scanning.cleanup import clean
from scanning.pages import CleanPage, FieldState, PageText, ScannedPage, TextLine, Word
from scanning.readers.value_types import ValueType
from scanning.readers.values import reading_of
from scanning.samples.damage import CONDITIONS, damaged
from scanning.samples.kinds import print_sample
from scanning.samples.paper import PAGE_DPI, PAPER, PrintedSheet


@dataclass(frozen=True, slots=True)
class BoxedSheet:
    sheet: PrintedSheet
    page: CleanPage
    grids: tuple[DigitGrid, ...]


def boxed_sheet(seed: int, condition: str, *, handwritten: frozenset[str] = frozenset()) -> BoxedSheet:
    sheet = print_sample("residence_change", seed, handwritten=handwritten)
    return _cleaned(sheet, damaged(sheet.image, CONDITIONS[condition], seed))


def _cleaned(sheet: PrintedSheet, image: Image.Image) -> BoxedSheet:
    page = clean(ScannedPage(np.asarray(image), PAGE_DPI, sheet.kind, "0" * 64))
    return BoxedSheet(sheet, page, grids_on(page))


@pytest.fixture(scope="module")
def plain() -> BoxedSheet:
    return boxed_sheet(5001, "clean")


def numbers_in(boxed: BoxedSheet) -> list[Word]:
    text = with_boxed_digits(PageText(()), boxed.page, boxed.grids)
    return [word for line in text.lines for word in line.words]


def test_both_rows_of_boxes_are_found_in_their_place(plain: BoxedSheet) -> None:
    assert [len(grid.cells) for grid in plain.grids] == [12, 12]
    for grid, name in zip(plain.grids, ("declarant_id", "head_id"), strict=True):
        assert max(abs(a - b) for a, b in zip(grid.box, plain.sheet.places[name], strict=True)) <= 6


@pytest.mark.parametrize("condition", ["noise", "stamp", "phone"])
def test_no_number_is_believed_that_is_not_the_printed_one(condition: str) -> None:
    boxed = boxed_sheet(5002, condition)
    truth = [boxed.sheet.fields["declarant_id"], boxed.sheet.fields["head_id"]]
    words = numbers_in(boxed)
    assert all(word.text in truth for word in words if word.confidence > 0.5 and len(word.text) == 12), (
        condition,
        words,
        truth,
    )
    assert sum(word.text in truth for word in words) >= 1, (condition, words, truth)


def test_a_believed_number_is_sure_and_one_with_an_unknown_place_is_not(plain: BoxedSheet) -> None:
    first = numbers_in(plain)[0]
    assert first.text == plain.sheet.fields["declarant_id"]
    reading = reading_of("declarant_id", ValueType.PERSONAL_ID, [first], 1, is_boxed=True)
    assert reading is not None
    assert reading.state is FieldState.SURE
    elsewhere = replace(first, text="999" + first.text[3:])
    other = reading_of("declarant_id", ValueType.PERSONAL_ID, [elsewhere], 1, is_boxed=True)
    assert other is not None
    assert other.state is FieldState.DOUBTFUL


def test_an_empty_box_or_a_blot_leaves_the_number_doubtful(plain: BoxedSheet) -> None:
    image = plain.sheet.image.copy()
    draw = ImageDraw.Draw(image)
    left, top, right, bottom = plain.grids[0].cells[4]
    draw.rectangle((left, top, right, bottom), PAPER)
    left, top, right, bottom = plain.grids[1].cells[7]
    draw.ellipse((left + 4, top + 6, right - 4, bottom - 6), (20, 20, 24))
    for word in numbers_in(_cleaned(plain.sheet, image)):
        reading = reading_of("id", ValueType.PERSONAL_ID, [word], 1, is_boxed=True)
        assert reading is not None
        assert reading.state is FieldState.DOUBTFUL, word


def test_empty_boxes_give_no_word(plain: BoxedSheet) -> None:
    image = plain.sheet.image.copy()
    for cell in (cell for grid in plain.grids for cell in grid.cells):
        ImageDraw.Draw(image).rectangle(cell, PAPER)
    assert numbers_in(_cleaned(plain.sheet, image)) == []


def test_what_was_read_across_the_boxes_gives_way_to_the_digits(plain: BoxedSheet) -> None:
    left, top, right, bottom = plain.grids[0].box
    label = Word("nhân:", 0.95, (left - 160, top + 10, left - 20, bottom - 10))
    edges = Word("0|4|6[3|", 0.4, (left + 2, top, (left + right) // 2, bottom))
    below = Word("5.", 0.9, (left - 400, bottom + 60, left - 360, bottom + 100))
    text = with_boxed_digits(
        PageText((TextLine((label, edges)), TextLine((below,)))), plain.page, plain.grids[:1]
    )
    assert [line.text for line in text.lines] == [f"nhân: {plain.sheet.fields['declarant_id']}", "5."]


def test_tables_and_plain_pages_have_no_rows_of_boxes() -> None:
    for kind in ("declaration_marriage", "declaration_birth"):
        sheet = print_sample(kind, 5003)
        assert _cleaned(sheet, sheet.image).grids == ()
