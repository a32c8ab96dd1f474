"""Printed samples know what stands on them: the truth that readings are measured against."""

from functools import cache

import numpy as np
import pytest

from scanning.samples.kinds import EVERYTHING, SAMPLE_KINDS, print_sample
from scanning.samples.paper import PrintedSheet
from scanning.samples.people import invented_resident
from scanning.samples.sheets import print_declaration

PAPERS = [kind for kind in SAMPLE_KINDS if not kind.startswith("citizen_card")]


@cache
def printed(kind: str, *, by_hand: bool = False) -> PrintedSheet:
    return print_sample(kind, 7, handwritten=EVERYTHING if by_hand else frozenset())


def test_every_kind_is_printed_as_that_kind() -> None:
    assert [printed(kind).kind for kind in SAMPLE_KINDS] == list(SAMPLE_KINDS)


@pytest.mark.parametrize("kind", ["authorization", "residence_change", "citizen_card"])
def test_the_same_seed_prints_the_same_sheet(kind: str) -> None:
    first, again, other = print_sample(kind, 5), print_sample(kind, 5), print_sample(kind, 6)
    assert first.fields == again.fields
    assert first.fields != other.fields
    assert np.array_equal(np.asarray(first.image), np.asarray(again.image))


@pytest.mark.parametrize("kind", PAPERS)
def test_each_typed_value_stands_in_the_text_and_on_the_page(kind: str) -> None:
    sheet = printed(kind)
    assert sheet.handwritten == frozenset()
    words = set(sheet.text.split())
    for name, value in sheet.fields.items():
        if not name.endswith("_count") and name not in ("copies", "living_children", "children_this_time"):
            parts = value.split("/") if value.count("/") == 2 else value.split()
            assert all(part in words or part.lstrip("0") in words or value in words for part in parts), name
    width, height = sheet.image.size
    for left, top, right, bottom in sheet.places.values():
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height


@pytest.mark.parametrize("kind", PAPERS)
def test_what_is_written_by_hand_is_ink_without_text(kind: str) -> None:
    typed, written = printed(kind), printed(kind, by_hand=True)
    assert len(written.handwritten) >= 8
    assert written.fields == typed.fields
    assert len(written.text) < 0.85 * len(typed.text)
    pixels = np.asarray(written.image.convert("L"))
    for name in written.handwritten:
        left, top, right, bottom = written.places[name]
        assert (pixels[top:bottom, left:right] < 140).sum() > 40, name


def test_single_fields_may_be_written_by_hand() -> None:
    sheet = print_declaration(handwritten=frozenset({"requester_name", "registered_on"}))
    assert sheet.handwritten == {"requester_name", "registered_on"}
    assert "NGUYỄN THỊ PHƯƠNG THẢO NGUYÊN" not in sheet.text
    assert sheet.fields["requester_id"] in sheet.text


def test_residents_live_all_over_the_country() -> None:
    people = [invented_resident(seed) for seed in range(300)]
    assert len({person.residence.rsplit(", ", 1)[1] for person in people}) >= 30
    for person in people:
        assert int(person.personal_id[4:6]) == person.birth_date.year % 100
        assert (int(person.personal_id[3]) % 2 == 0) == (person.sex == "male")
