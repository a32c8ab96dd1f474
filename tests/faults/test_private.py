"""Nothing of a citizen lies in clear: not in the data folder, not in scratch files, not in the log."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest

from scanning.samples.people import SAMPLE_REQUESTER
from tests.faults.clear_text import FACTS, SLICE_BYTES, found_in_clear, pieces_of_content
from tests.faults.story import SteadyProvince, StoryTeller

_seeds = itertools.count(7000)


@pytest.fixture(scope="module")
def page(pages: Path) -> Path:
    """The first page that the feeder gives."""
    return min(pages.iterdir())


@pytest.fixture
def teller(tmp_path: Path, steady: SteadyProvince, pages: Path) -> StoryTeller:
    """A station of its own for each test."""
    steady.faults()
    return StoryTeller(tmp_path / "station", steady, pages, seed=next(_seeds))


def check_log(complaints: str) -> None:
    """Our own loggers speak at DEBUG; of people they say nothing."""
    assert "sealed" in complaints
    for fact in FACTS:
        for text in (fact, fact.upper(), ascii(fact)[1:-1]):
            assert text not in complaints
    assert "Traceback" not in complaints


def test_the_search_does_find_what_lies_in_clear(tmp_path: Path, page: Path) -> None:
    pieces = [page.read_bytes()[500 : 500 + SLICE_BYTES]]
    for name, content in {
        "a": SAMPLE_REQUESTER.qr_payload().encode(),
        "b": SAMPLE_REQUESTER.full_name.upper().encode("utf-16-le"),
        "c": page.read_bytes(),
        "d": b"%PDF-1.7",
        f"{SAMPLE_REQUESTER.personal_id}.txt": b"",
    }.items():
        folder = tmp_path / "clear" / name[:1]
        folder.mkdir(parents=True)
        (folder / name).write_bytes(content)
        assert found_in_clear(folder, pieces), name
    (tmp_path / "sealed").mkdir()
    (tmp_path / "sealed" / "x").write_bytes(os.urandom(10_000))
    assert found_in_clear(tmp_path / "sealed", pieces) == []


def test_after_a_whole_story_nothing_lies_in_clear(teller: StoryTeller, page: Path) -> None:
    ending = teller.run()
    assert ending.status == 0, ending.complaints
    pieces = pieces_of_content(teller, page)
    assert len(pieces) >= 15
    assert len(list(teller.home.rglob("*"))) > 6
    assert found_in_clear(teller.home, pieces) == []
    assert teller.scratch_files() == []
    check_log(ending.complaints)
    teller.check_at_the_end()


@pytest.mark.parametrize(
    "moment",
    [
        "program",  # the page is being read: Tesseract runs
        "rename",  # the first file is written and has no name yet
        "commit seal",  # the write-ahead log holds the whole dossier
        "request PATCH v1/files",
    ],
)
def test_killed_in_the_middle_nothing_lies_in_clear(teller: StoryTeller, page: Path, moment: str) -> None:
    killed = teller.run(die_at=moment)
    assert killed.was_killed, killed.complaints
    assert found_in_clear(teller.home, [page.read_bytes()[500 : 500 + SLICE_BYTES]]) == []
    assert teller.scratch_files() == []
    ending = teller.run()
    assert ending.status == 0, ending.complaints
    assert found_in_clear(teller.home, pieces_of_content(teller, page)) == []
    assert teller.scratch_files() == []
    check_log(ending.complaints)
