"""`motcua demo`: the whole story holds, and fails with one sentence when a link is cut out."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def start(out: Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "app", "demo", "--headless", "--out", str(out)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | environment,
    )


def test_the_story_holds(tmp_path: Path) -> None:
    told, complaints = start(tmp_path / "out").communicate(timeout=200)
    assert told, complaints
    out = tmp_path / "out"
    story = json.loads((out / "story.json").read_text("utf-8"))
    assert all(step["ok"] for step in story["steps"])
    assert (out / "receipt.pdf").read_bytes().startswith(b"%PDF")
    assert len(list((out / "screens").glob("*.png"))) >= 9
    (paper,) = (out / "digitised").glob("*.pdf")
    text = subprocess.run(["pdftotext", str(paper), "-"], capture_output=True, text=True, check=True).stdout
    assert "TỜ KHAI CẤP BẢN SAO TRÍCH LỤC HỘ TỊCH" in text
    last = story["steps"][-1]["seen"]
    assert last["dossiers_at_province"] == 1
    assert last["times_received"] >= 1


def test_without_the_reading_engine_it_ends_with_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("env", "bash", "sh"):
        found = shutil.which(name)
        assert found
        (folder / name).symlink_to(found)
    child = start(tmp_path / "out", PATH=str(folder))
    told, complaints = child.communicate(timeout=200)
    assert (child.returncode, told) == (1, "")
    assert "Tesseract" in complaints.splitlines()[-1]
    assert "Traceback" not in complaints


def test_when_the_province_dies_it_ends_with_one_sentence(tmp_path: Path) -> None:
    with start(tmp_path / "out") as child:
        assert child.stderr is not None
        assert child.stdout is not None
        for line in child.stderr:
            if "Chọn trường hợp" in line:
                break
        _kill_sandbox_of(child.pid)
        complaints = child.stderr.read()
        told = child.stdout.read()
    assert (child.returncode, told) == (1, "")
    assert complaints.splitlines()[-1].startswith("motcua: ")
    assert "Traceback" not in complaints


def _kill_sandbox_of(pid: int) -> None:
    """Ends the demo's own sandbox, found among its children."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        for path in Path("/proc").glob("[0-9]*/stat"):
            fields = path.read_text("utf-8").rpartition(")")[2].split()
            command = (path.parent / "cmdline").read_bytes()
            if int(fields[1]) == pid and b"sandbox" in command:
                os.kill(int(path.parent.name), signal.SIGKILL)
                return
        time.sleep(0.05)
    pytest.fail("the demo has no sandbox")
