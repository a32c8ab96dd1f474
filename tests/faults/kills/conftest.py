"""One stage for a module, with one undisturbed story behind it that tells how long one is."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from PIL import Image

from scanning.drivers.sample import SamplePaper, printed_paper
from tests.faults.kills.stage import Stage
from tests.sandbox.process import SandboxProcess


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The stage."""
    folder = tmp_path_factory.mktemp("stage")
    paper = printed_paper(SamplePaper.DECLARATION)
    page = folder / "to-khai.jpg"
    small = paper.image.resize(
        (paper.image.width * 2 // 3, paper.image.height * 2 // 3), Image.Resampling.LANCZOS
    )
    small.save(page, dpi=(200, 200), quality=90)
    province = SandboxProcess(folder / "province")
    made = Stage(folder, province, page, dict(paper.fields))
    plan = made.plan("undisturbed")
    began = time.monotonic()
    made.events = made.run_to_the_end(plan)
    made.length_s = time.monotonic() - began
    made.check(plan)
    yield made
    province.close()
