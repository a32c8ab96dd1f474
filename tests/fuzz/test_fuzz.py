"""A share of the bad files that `python -m benchmarks.bench_fuzz` opens in bulk; none may be more than refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanning import pdf_pages
from scanning.documents import pages_in
from scanning.errors import NotAPage, PdfTooHeavy
from scanning.pipeline import digitise
from tests.fuzz.mutations import MUTATIONS
from tests.fuzz.papers import check_sound, papers
from tests.fuzz.runs import case, outcomes

_SEED = 20_261
_COUNT = 200


def test_the_sound_files_are_read() -> None:
    check_sound()


def test_mutated_files_end_as_pages_or_as_one_sentence() -> None:
    seen = list(outcomes(_COUNT, _SEED, with_bombs=False))
    assert [f"{o.case}: {o.finding}" for o in seen if o.finding] == []
    assert sorted(o.case.number for o in seen) == list(range(_COUNT))
    # Both ends are met, else the mutations are too weak or too strong to tell anything.
    assert 40 < sum(not o.refusal for o in seen) < 160


def test_the_same_seed_makes_the_same_files() -> None:
    sound = papers()
    names = sorted(sound)
    chosen = [case(_SEED, number, names) for number in range(60)]
    assert chosen == [case(_SEED, number, names) for number in range(60)]
    assert [each.content(sound) for each in chosen] == [each.content(sound) for each in chosen]
    assert len({each.mutation for each in chosen}) > len(MUTATIONS) / 2


@pytest.mark.parametrize("name", ["forms-bomb.pdf", "flate-bomb.pdf"])
def test_a_pdf_that_asks_for_everything_is_stopped(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_pages, "PAGE_TIMEOUT_S", 1.0)
    (tmp_path / name).write_bytes(papers()[name])
    with pytest.raises(PdfTooHeavy, match=name):
        list(pages_in(tmp_path / name))


@pytest.mark.parametrize("name", ["strip.png", "thread-box.pdf"])
def test_a_thread_is_no_page(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(papers()[name])
    with pytest.raises(NotAPage, match=name):
        digitise(tmp_path / name)


def test_a_page_that_nobody_waits_for_leaves_no_process(tmp_path: Path) -> None:
    (tmp_path / "many.pdf").write_bytes(papers()["many.pdf"])
    pages = pages_in(tmp_path / "many.pdf")
    assert next(pages).pages_in_file == 12
    pages.close()  # type: ignore[attr-defined]
    with pytest.raises(StopIteration):
        next(pages)
    children = Path("/proc/self/task").glob("*/children")
    alive = [pid for file in children for pid in file.read_text("ascii").split()]
    assert not [pid for pid in alive if b"pdf_child" in Path(f"/proc/{pid}/cmdline").read_bytes()]
