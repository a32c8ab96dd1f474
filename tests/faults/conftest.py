"""What the crash tests of one module share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli import main
from tests.faults.story import SteadyProvince, small_pages


@pytest.fixture(scope="module")
def steady(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SteadyProvince]:
    """One province for all seeds of a worker."""
    province = SteadyProvince(tmp_path_factory.mktemp("province"))
    yield province
    province.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_pages(tmp_path_factory.mktemp("pages") / "feeder")


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example visit and its paper, written once."""
    folder = tmp_path_factory.mktemp("example")
    assert main(["intake", "--example", "2.000635", "--out", str(folder)]) == 0
    return folder / "visit.json"
