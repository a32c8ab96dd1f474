"""What every test stands on: no real keyring, homes of its own, and a log that must stay quiet."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

# A developer's own keyring must never be touched by a test.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
for name in [
    n
    for n in os.environ
    if n.startswith("MOTCUA_") and n not in ("MOTCUA_SHOTS", "MOTCUA_KILLS", "MOTCUA_EXAMPLES")
]:
    del os.environ[name]

from app.config import PopulationSettings, PrinterSettings, ScannerSettings, ServerSettings, Settings  # noqa: E402
from tests.sandbox.process import SandboxProcess  # noqa: E402

#: Loggers of outside libraries whose warnings say nothing about us.
_NOT_OURS = ("fontTools", "PIL", "urllib3", "asyncio")


@pytest.fixture(autouse=True)
def _quiet_log(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> Iterator[None]:
    """An unexpected warning in the log fails the test; `expects_warnings` marks one that is meant."""
    yield
    if request.node.get_closest_marker("expects_warnings"):
        return
    loud = [
        f"{record.name}: {record.getMessage()}"
        for when in ("setup", "call")
        for record in caplog.get_records(when)
        if record.levelno >= logging.WARNING and not record.name.startswith(_NOT_OURS)
    ]
    assert not loud, f"unexpected log lines: {loud}"


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    """One sandbox for a module."""
    process = SandboxProcess(tmp_path_factory.mktemp("province"))
    yield process
    process.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A station of its own, without any server."""
    return Settings(
        home=tmp_path / "home",
        key_folder=tmp_path / "keys",
        scanner=ScannerSettings(source="sample"),
        printer=PrinterSettings(kind="folder", folder=str(tmp_path / "printed")),
    )


@pytest.fixture
def online(settings: Settings, province: SandboxProcess) -> Iterator[Settings]:
    """The same station with the module's sandbox, all faults off before and after."""
    province.faults()
    server = ServerSettings(url=province.url, timeout_s=5.0)
    register = PopulationSettings(url=province.url, timeout_s=5.0)
    yield Settings(**{**vars(settings), "province": server, "population": register})
    province.faults()
