"""What of WIA can be tried without Windows: the refusal, the call, the language between us and the script."""

from __future__ import annotations

import base64
import io
import json
import platform
import sys
from pathlib import Path

import pytest
from PIL import Image

from scanning.device_errors import (
    BrokenPage,
    ConnectionLost,
    DeviceError,
    DeviceFailed,
    FeederEmpty,
    NoScanner,
    OnlyOnWindows,
    PaperJam,
    ScanTimedOut,
)
from scanning.drivers.wia import SCRIPT, WiaSource, command, parse_reply, question
from scanning.errors import Cancelled
from scanning.sources import ScanRequest

#: Speaks the script's side of the conversation: one answer for each line that comes.
STAND_IN = """
import sys, time
sys.stdin.readline()
for line in open(sys.argv[1]):
    if line.startswith(("PAGE", "END")) and len(sys.argv) < 3:
        if not sys.stdin.readline():
            break
    if line.startswith("SLEEP"):
        time.sleep(30)
    print(line, end="", flush=True)
"""


def page(size: int) -> bytes:
    room = io.BytesIO()
    Image.new("RGB", (size, size), "white").save(room, "PNG", dpi=(300, 300))
    return room.getvalue()


def line_of(word: str, content: bytes) -> str:
    return f"{word} {base64.b64encode(content).decode()}\n"


def source(tmp_path: Path, replies: str, *, lists: bool = False, timeout_s: float = 20) -> WiaSource:
    path = tmp_path / "replies"
    path.write_text(replies)
    program = [sys.executable, "-c", STAND_IN, str(path), *(["list"] if lists else [])]
    return WiaSource("{id}", program=program, page_timeout_s=timeout_s)


@pytest.mark.skipif(platform.system() == "Windows", reason="there the real thing runs")
def test_elsewhere_it_says_that_it_is_for_windows() -> None:
    assert WiaSource().is_usable() == (False, str(OnlyOnWindows()))
    with pytest.raises(OnlyOnWindows):
        list(WiaSource().scan(ScanRequest()))


def test_the_call_holds_the_script_and_fits_a_windows_command_line() -> None:
    call = command()
    assert base64.b64decode(call[-1]).decode("utf-16-le") == SCRIPT
    assert len(" ".join(call)) < 32_000
    assert SCRIPT.count("{") == SCRIPT.count("}")


def test_what_is_asked_of_the_script() -> None:
    asked = question(ScanRequest(dpi=300, both_sides=True, from_feeder=True), "{6BDD1FC6}\\0001")
    assert json.loads(json.dumps(asked)) == {
        "list": False,
        "device": "{6BDD1FC6}\\0001",
        "feeder": "yes",
        "both_sides": True,
        "colour": True,
        "dpi": 300,
        "width_px": 2480,
        "height_px": 3508,
    }


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("ERROR 80210002", PaperJam),
        ("ERROR 80210003\r", FeederEmpty),
        ("ERROR 80210005", ConnectionLost),
        ("ERROR 80210015", NoScanner),
        ("ERROR 8000FFFF", DeviceFailed),
        ("ERROR ???", DeviceFailed),
        ("Windows PowerShell", DeviceFailed),
        ("PAGE ***", BrokenPage),
    ],
)
def test_error_lines_are_sentences(line: str, error: type[DeviceError]) -> None:
    with pytest.raises(DeviceError) as caught:
        parse_reply(line)
    assert type(caught.value) is error


def test_pages_come_one_by_one_and_are_kept_at_a_jam(tmp_path: Path) -> None:
    first, second = page(40), page(50)
    pages = source(tmp_path, line_of("PAGE", first) + line_of("PAGE", second) + "ERROR 80210002\n").scan(
        ScanRequest()
    )
    assert [next(pages).original, next(pages).original] == [first, second]
    with pytest.raises(PaperJam):
        next(pages)
    both = list(
        source(tmp_path, line_of("PAGE", first) + line_of("PAGE", second) + "END\n").scan(ScanRequest())
    )
    assert [each.dpi for each in both] == [300, 300]
    one = source(tmp_path, line_of("PAGE", first) * 3).scan(ScanRequest(most_pages=1))
    assert len(list(one)) == 1


def test_a_script_that_dies_or_sleeps_has_an_end(tmp_path: Path) -> None:
    with pytest.raises(ConnectionLost):
        list(source(tmp_path, line_of("PAGE", page(40))).scan(ScanRequest()))
    with pytest.raises(ScanTimedOut):
        list(source(tmp_path, "SLEEP\n", timeout_s=0.3).scan(ScanRequest()))
    with pytest.raises(Cancelled):
        list(source(tmp_path, "SLEEP\n").scan(ScanRequest(cancelled=lambda: True)))
    with pytest.raises(BrokenPage):
        list(source(tmp_path, line_of("PAGE", page(40)[:60])).scan(ScanRequest()))


def test_devices_are_listed(tmp_path: Path) -> None:
    row = json.dumps({"id": "{id}", "label": "Máy quét tầng 1"}).encode()
    listed = source(tmp_path, line_of("DEVICE", row) + "END\n", lists=True)
    assert [device.label for device in listed.devices()] == ["Máy quét tầng 1"]
    assert listed.is_usable() == (True, "")
    assert source(tmp_path, "END\n", lists=True).is_usable() == (False, str(NoScanner()))
