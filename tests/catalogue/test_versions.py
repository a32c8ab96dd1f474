"""Versions side by side: swapped in one step, taken back in one step, old rules for old days."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.catalogue.errors import CatalogueError
from app.catalogue.normalising import normalise
from app.catalogue.reading import RawRecord
from app.catalogue.versions import KEPT_VERSIONS, CatalogueShelf, VersionFacts
from app.domain.calendar import VIETNAM
from app.domain.catalogue import CatalogueEntry
from tests.catalogue.records import raw

NOW = datetime(2026, 11, 28, 9, tzinfo=VIETNAM)
LATER = NOW + timedelta(days=10)


def entry(code: str = "1.900001", **changes: Any) -> CatalogueEntry:
    made, _ = normalise(RawRecord("dòng 1", raw(code, **changes)))
    assert made is not None
    return made


@pytest.fixture
def shelf(tmp_path: Path) -> CatalogueShelf:
    return CatalogueShelf(tmp_path / "catalogue")


def take(shelf: CatalogueShelf, *entries: CatalogueEntry, at: datetime = NOW, **more: Any) -> VersionFacts:
    return shelf.take(entries, (), "thử", at, **more)


def name_on(shelf: CatalogueShelf, code: str, day: date) -> str | None:
    version = shelf.open()
    assert version is not None
    found = version.find(code, day)
    version.close()
    return found.name if found else None


def test_an_old_day_keeps_its_old_rules(shelf: CatalogueShelf) -> None:
    take(shelf, entry(name="Tên cũ"))
    take(shelf, entry(name="Tên mới"), at=LATER)
    assert name_on(shelf, "1.900001", NOW.date()) == "Tên cũ"
    assert name_on(shelf, "1.900001", LATER.date() - timedelta(days=1)) == "Tên cũ"
    assert name_on(shelf, "1.900001", LATER.date()) == "Tên mới"
    # And back again: three spans, two texts.
    take(shelf, entry(name="Tên cũ"), at=LATER + timedelta(days=5))
    assert name_on(shelf, "1.900001", LATER.date()) == "Tên mới"
    assert name_on(shelf, "1.900001", LATER.date() + timedelta(days=5)) == "Tên cũ"


def test_the_same_again_changes_nothing(shelf: CatalogueShelf) -> None:
    first = take(shelf, entry(), entry("1.900002"))
    again = take(shelf, entry(), entry("1.900002"), at=LATER)
    assert (again.id, again.unchanged, shelf.ids()) == (first.id, 2, (first.id,))


def test_a_part_leaves_the_others_a_whole_ends_them(shelf: CatalogueShelf) -> None:
    take(shelf, entry(), entry("1.900002"))
    take(shelf, entry("1.900003"), at=LATER)
    assert name_on(shelf, "1.900002", LATER.date())
    facts = take(shelf, entry("1.900003"), at=LATER + timedelta(days=1), is_whole=True)
    assert facts.ended == 2
    assert name_on(shelf, "1.900002", LATER.date() + timedelta(days=1)) is not None  # its last day
    assert name_on(shelf, "1.900002", LATER.date() + timedelta(days=2)) is None
    assert name_on(shelf, "1.900002", NOW.date()) is not None


def test_an_update_is_taken_back_in_one_step(shelf: CatalogueShelf) -> None:
    first = take(shelf, entry(name="Tên cũ"))
    take(shelf, entry(name="Tên sai"), at=NOW + timedelta(seconds=1))
    shelf.use(first.id)
    assert name_on(shelf, "1.900001", NOW.date()) == "Tên cũ"
    with pytest.raises(CatalogueError, match=r"Không có bản danh mục .*; các bản có"):
        shelf.use("20200101T000000-00000000")
    with pytest.raises(CatalogueError):
        shelf.use("../../etc")


def test_a_disk_that_refuses_leaves_the_version_in_use(
    shelf: CatalogueShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = take(shelf, entry())
    real = os.fsync

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CatalogueError, match="dọn chỗ trống"):
        take(shelf, entry(name="Khác"), at=LATER)
    monkeypatch.setattr(os, "fsync", real)
    assert (shelf.current_id(), shelf.ids()) == (first.id, (first.id,))
    assert name_on(shelf, "1.900001", LATER.date())


def test_a_damaged_version_is_told_and_the_way_back_is_there(shelf: CatalogueShelf, tmp_path: Path) -> None:
    first = take(shelf, entry())
    second = take(shelf, entry(name="Khác"), at=LATER)
    path = tmp_path / "catalogue" / f"{second.id}.zip"
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(CatalogueError, match="bị hỏng; hãy quay về bản trước"):
        shelf.open()
    shelf.use(first.id)
    assert name_on(shelf, "1.900001", NOW.date())


def test_old_versions_go_but_their_rules_stay(shelf: CatalogueShelf) -> None:
    for n in range(KEPT_VERSIONS + 4):
        take(shelf, entry(name=f"Tên {n}"), at=NOW + timedelta(days=n))
    assert len(shelf.ids()) == KEPT_VERSIONS
    assert name_on(shelf, "1.900001", NOW.date()) == "Tên 0"
