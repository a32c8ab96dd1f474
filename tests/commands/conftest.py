"""A home of its own, the command line, and the example visit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from tests.commands.visits import Run, changed
from tests.sandbox.process import SandboxProcess


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MOTCUA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MOTCUA_KEY_DIR", str(tmp_path / "keys"))
    return tmp_path / "home"


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command; gives back its status, the JSON lines on stdout and the words on stderr."""

    assert not home.exists()

    def run(*arguments: object) -> tuple[int, list[dict[str, Any]], str]:
        capsys.readouterr()
        status = main([str(a) for a in arguments])
        out, err = capsys.readouterr()
        return status, [json.loads(line) for line in out.splitlines() if line.startswith("{")], err

    return run


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example visit and its paper, written once."""
    folder = tmp_path_factory.mktemp("example")
    assert main(["intake", "--example", "2.000635", "--out", str(folder)]) == 0
    return folder / "visit.json"


@pytest.fixture
def filed(
    run: Run, example: Path, tmp_path: Path, province: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> str:
    """The key of a dossier that the province has."""
    monkeypatch.setenv("MOTCUA_PROVINCE_URL", province.url)
    monkeypatch.setenv("MOTCUA_POPULATION_URL", province.url)
    _, (filed,), _ = run("intake", changed(example, tmp_path), "--json")
    assert run("sync", "--json")[0] == 0
    key: str = filed["key"]
    return key
