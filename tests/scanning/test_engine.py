"""The reading engine kept loaded: its processes die, are cancelled and replaced, and end with the program."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from scanning import engine_program, engine_workers, ocr
from scanning.cleanup import clean
from scanning.errors import Cancelled, OcrFailed, OcrTimedOut
from scanning.pages import CleanPage, ScannedPage
from scanning.samples.people import invented_person
from scanning.samples.sheets import declaration_for, print_authorization, print_declaration
from tests.samples.corpus import character_error_rate

pytestmark = [
    pytest.mark.skipif(engine_workers.version() is None, reason="tesserocr cannot be loaded here"),
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are looked up in /proc"),
]
_READS_A_PAGE = """
import sys
import numpy as np
from scanning import ocr
ink = np.load(sys.argv[1])
ocr.read_words(ink[:400], 300)
print("read", flush=True)
if sys.argv[2] == "busy":
    ocr.read_words(np.vstack([ink] * 8), 300)
else:
    sys.stdin.read()
"""
_TELLS_ITS_WAY = """
import sys
import numpy as np
from scanning import ocr
print(ocr.check()[1])
print(ocr.engine())
print(ocr.read_words(np.load(sys.argv[1]), 300).text)
"""


@pytest.fixture(scope="module")
def page() -> CleanPage:
    sheet = print_declaration(declaration_for(invented_person(3), invented_person(4)))
    return clean(ScannedPage(np.asarray(sheet.image), 300, "to-khai.png", "0" * 64))


@pytest.fixture(scope="module")
def saved(page: CleanPage, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ink") / "ink.npy"
    np.save(path, page.ink)
    return path


def engines_of(parent: int) -> set[int]:
    """The engine processes that a process has started."""
    found = set()
    for entry in Path("/proc").iterdir():
        try:
            is_engine = entry.name.isdigit() and b"scanning.engine_child" in (entry / "cmdline").read_bytes()
            if is_engine and int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                found.add(int(entry.name))
        except OSError:
            continue
    return found


def waited_for(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_both_ways_read_the_same(page: CleanPage, monkeypatch: pytest.MonkeyPatch) -> None:
    upside_down = np.ascontiguousarray(page.ink[::-1, ::-1])
    loaded = ocr.read_words(page.ink, page.ink_dpi)
    turns = [ocr.upright_turn(ink, page.ink_dpi) for ink in (page.ink, upside_down)]
    with monkeypatch.context() as patch:
        patch.setenv("MOTCUA_ENGINE", "program")
        started = ocr.read_words(page.ink, page.ink_dpi)
        assert [ocr.upright_turn(ink, page.ink_dpi) for ink in (page.ink, upside_down)] == turns == [0, 180]
        assert engine_program.version() in ocr.check()[1]
    assert character_error_rate(loaded.text, started.text) < 0.005
    assert len(loaded.lines) == len(started.lines)


def test_no_page_changes_how_the_next_is_read(page: CleanPage) -> None:
    sheet = print_authorization(stamped=False)
    other = clean(ScannedPage(np.asarray(sheet.image), 300, "giay.png", "0" * 64))
    first = ocr.read_words(page.ink, page.ink_dpi)
    ocr.read_words(other.ink, other.ink_dpi)
    digits = ocr.read_words(page.ink, page.ink_dpi, whitelist="0123456789")
    assert "".join(digits.text.split()).isdigit()
    assert ocr.read_words(page.ink, page.ink_dpi) == first


def test_a_cancel_ends_the_process_and_another_takes_its_place(page: CleanPage) -> None:
    ocr.read_words(page.ink[:400], page.ink_dpi)
    before = engines_of(os.getpid())
    with pytest.raises(Cancelled):
        ocr.read_words(page.ink, page.ink_dpi, cancelled=lambda: True)
    assert len(engines_of(os.getpid()) & before) == len(before) - 1
    assert ocr.read_words(page.ink, page.ink_dpi).lines


def test_the_time_limit_ends_the_process(page: CleanPage) -> None:
    ocr.read_words(page.ink[:400], page.ink_dpi)
    before = engines_of(os.getpid())
    with pytest.raises(OcrTimedOut):
        ocr.read_words(page.ink, page.ink_dpi, timeout_s=0.0)
    assert len(engines_of(os.getpid()) & before) == len(before) - 1


def test_a_process_that_dies_over_a_page_is_one_clear_error(page: CleanPage) -> None:
    engine_workers.end_all()
    struck: set[int] = set()

    def strike() -> bool:
        for engine in engines_of(os.getpid()) - struck:
            os.kill(engine, signal.SIGKILL)
            struck.add(engine)
        return False

    ocr.read_words(page.ink[:400], page.ink_dpi)
    with pytest.raises(OcrFailed, match="ảnh quét vẫn còn"):
        ocr.read_words(page.ink, page.ink_dpi, cancelled=strike)
    assert len(struck) == 1
    assert ocr.read_words(page.ink, page.ink_dpi).lines


def test_an_idle_process_that_died_is_replaced_unseen(page: CleanPage) -> None:
    ocr.read_words(page.ink[:400], page.ink_dpi)
    for engine in engines_of(os.getpid()):
        os.kill(engine, signal.SIGKILL)
    assert waited_for(lambda: not any(_is_running(engine) for engine in engines_of(os.getpid())))
    assert ocr.read_words(page.ink, page.ink_dpi).lines


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("state", ["idle", "busy"])
def test_a_killed_program_leaves_no_process_behind(saved: Path, state: str) -> None:
    command = [sys.executable, "-c", _READS_A_PAGE, str(saved), state]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"read\n"
        engines = engines_of(program.pid)
        assert engines
        program.kill()
        program.wait()
    assert waited_for(lambda: not any(map(_is_running, engines)))


def test_where_the_engine_cannot_be_loaded_the_program_reads(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "tesserocr.py").write_text("raise ImportError('broken')\n")
    done = subprocess.run(
        [sys.executable, "-c", _TELLS_ITS_WAY, str(saved)],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    )
    check, engine, first, *_ = done.stdout.splitlines()
    assert "mở lại ở mỗi trang" in check
    assert engine == f"Tesseract {engine_program.version()}, vie"
    assert first.strip()
