"""What the crash tests of one module share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

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
