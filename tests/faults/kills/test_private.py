"""Nothing of a citizen stands in clear: not in the data folder, not in names of files, logs or scratch files."""

from __future__ import annotations

import sqlite3
import subprocess
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanning.samples.people import SAMPLE_REQUESTER, SAMPLE_SUBJECT
from tests.faults.kills.stage import Stage

_PEOPLE = (SAMPLE_REQUESTER, SAMPLE_SUBJECT)
_LINES = (
    *(p.full_name for p in _PEOPLE),
    *(p.personal_id for p in _PEOPLE),
    *(p.residence for p in _PEOPLE),
    "Y Moan",
    "215/1992",
)


def planted(stage: Stage) -> dict[str, bytes]:
    """What must not be found, by a name for the report: texts in several spellings, pieces of the picture."""
    found = {}
    for text in _LINES:
        for spelling in (text, text.upper(), unicodedata.normalize("NFD", text)):
            found[f"{spelling} (UTF-8)"] = spelling.encode()
            found[f"{spelling} (UTF-16)"] = spelling.encode("utf-16-le")
    picture = stage.page.read_bytes()
    middle = len(picture) // 2
    found["a piece of the page's picture"] = picture[middle : middle + 32]
    found["a JPEG"] = b"\xff\xd8\xff\xe0"
    found["a PDF"] = b"%PDF-"
    found["a SQLite file"] = b"SQLite format 3"
    return found


def found_in(content: bytes, stage: Stage) -> list[str]:
    return [name for name, piece in planted(stage).items() if piece in content]


def files_under(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        yield from (p for p in folder.rglob("*") if p.is_file())


def check_private(stage: Stage, plan: dict[str, str]) -> None:
    home = Path(plan["home"])
    kept = list(files_under(home, Path(plan["keys"]), home.parent / "tmp"))
    assert any(p.name == "queue.db" for p in kept)
    for path in kept:
        assert found_in(path.read_bytes(), stage) == [], path
        assert not any(text in str(path) for text in _LINES)


def test_the_search_finds_what_is_in_clear(stage: Stage) -> None:
    assert found_in(stage.page.read_bytes(), stage)
    assert found_in(SAMPLE_REQUESTER.qr_payload().encode(), stage)


def test_after_a_whole_story_nothing_is_in_clear(stage: Stage) -> None:
    plan = stage.plan("private")
    out, log = stage.start(plan).communicate(timeout=120)
    assert out
    check_private(stage, plan)
    assert found_in(log.encode(), stage) == []
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        sqlite3.connect(Path(plan["home"]) / "queue.db").execute("SELECT * FROM sqlite_master")


@pytest.mark.parametrize("share", [0.35, 0.5, 0.65])
def test_killed_while_paper_is_read_nothing_is_in_clear(stage: Stage, share: float) -> None:
    plan = stage.plan(f"private-{share}")
    child = stage.start(plan)
    began = time.monotonic()
    while not (Path(plan["home"]) / "queue.db").exists():
        time.sleep(0.01)
        assert child.poll() is None
    try:
        child.communicate(timeout=max(0.1, began + share * stage.length_s - time.monotonic()))
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
    check_private(stage, plan)
    stage.run_to_the_end(plan)
    stage.check(plan)
