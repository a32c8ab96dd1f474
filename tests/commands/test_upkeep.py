"""`motcua queue backup | restore | recovery | rotate-key | clean` as a person calls them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from offline_queue.presence import using
from tests.offline_queue.homes import Home, flip

Run = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("MOTCUA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MOTCUA_KEY_DIR", str(tmp_path / "keys"))
    return Home.under(tmp_path)


@pytest.fixture
def run(home: Home, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `queue …`; gives back its status, its answer and the words on stderr."""
    assert not home.folder.exists()

    def run(*arguments: object) -> tuple[int, dict[str, Any], str]:
        capsys.readouterr()
        status = main(["queue", *(str(a) for a in arguments), "--json"])
        out, err = capsys.readouterr()
        return status, json.loads(out) if out else {}, err

    return run


def test_a_burnt_machine_lives_on_elsewhere(
    home: Home, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = home.fill()
    status, told, err = run("backup", tmp_path / "disk")
    assert (status, told["files"], told["copied"], told["missing"]) == (0, 7, 7, 0)
    assert "motcua queue recovery" in err
    status, _, err = run("recovery", tmp_path / "recovery.json")
    assert status == 1
    assert "MOTCUA_RECOVERY_PASSPHRASE" in err
    monkeypatch.setenv("MOTCUA_RECOVERY_PASSPHRASE", "mật khẩu khôi phục")
    assert run("recovery", tmp_path / "recovery.json")[0] == 0
    shutil.rmtree(home.folder)
    shutil.rmtree(home.key_folder)
    status, _, err = run("restore", tmp_path / "disk")
    assert status == 1
    assert "--recovery" in err
    status, told, _ = run("restore", tmp_path / "disk", "--recovery", tmp_path / "recovery.json")
    assert (status, told["waiting"], told["aside"], told["was_done_before"]) == (0, 3, None, False)
    home.check(expected)
    assert run("restore", tmp_path / "disk")[1]["was_done_before"]


def test_the_key_is_changed_and_orphans_are_counted(home: Home, run: Run) -> None:
    expected = home.fill()
    old = home.keys()
    status, told, _ = run("rotate-key")
    assert (status, told) == (0, {"files": 7, "damaged": 0, "is_old_key_kept": False})
    assert home.keys().database != old.database
    assert run("clean", "--dry-run")[1] == {"files": 0, "half_written": 0, "size_bytes": 0}
    home.check(expected)


@pytest.mark.parametrize("action", ["rotate-key", "clean"])
def test_an_open_station_is_left_alone(home: Home, run: Run, action: str) -> None:
    home.fill(1)
    with using(home.folder):
        status, _, err = run(action)
    assert status == 1
    assert "hãy đóng chương trình đó" in err


@pytest.mark.parametrize("action", ["backup", "recovery", "rotate-key", "clean"])
def test_looking_after_no_station_makes_none(home: Home, run: Run, tmp_path: Path, action: str) -> None:
    status, _, err = run(action, *([tmp_path / "x"] if action in ("backup", "recovery") else []))
    assert status == 1
    assert "MOTCUA_HOME" in err
    assert not home.folder.exists()


def test_the_doctor_tells_of_a_damaged_page(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    home.fill(20)
    database = home.folder / "queue.db"
    flip(database, int(database.stat().st_size * 0.95))
    assert main(["doctor", "--json"]) == 1
    findings = json.loads(capsys.readouterr().out)["findings"]
    (found,) = [f for f in findings if f["name"] == "Cơ sở dữ liệu"]
    assert not found["is_well"]
    assert "motcua queue restore" in found["advice"]
