from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.process import SandboxProcess


@pytest.fixture(scope="module")
def shared_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    """One sandbox for a module: its tests leave their dossiers there."""
    process = SandboxProcess(tmp_path_factory.mktemp("province"))
    yield process
    assert process.end(signal.SIGTERM) == 0
    assert process.complaints == ""


@pytest.fixture
def sandbox(shared_sandbox: SandboxProcess) -> Iterator[SandboxProcess]:
    """The module's sandbox with all faults off before and after."""
    yield shared_sandbox
    shared_sandbox.faults()


@pytest.fixture
def own_sandbox(tmp_path: Path) -> Iterator[SandboxProcess]:
    """A sandbox that the test may kill."""
    process = SandboxProcess(tmp_path / "province")
    yield process
    process.close()
