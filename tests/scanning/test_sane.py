"""The SANE driver against the real `scanimage` and SANE's own `test` backend."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanning.device_errors import (
    AccessDenied,
    BrokenPage,
    ConnectionLost,
    CoverOpen,
    DeviceError,
    FeederEmpty,
    NoScanner,
    PaperJam,
    ScannerBusy,
    ScannerMissing,
    ScannerOutOfMemory,
    ScanProgramMissing,
    ScanTimedOut,
    SettingRefused,
    StoppedAtDevice,
)
from scanning.drivers import sane_program
from scanning.drivers.sane import SaneSource, list_devices
from scanning.drivers.sane_options import arguments_for, feeder_of, glass_of, parse_options
from scanning.errors import Cancelled
from scanning.sources import ScanRequest

needs_sane = pytest.mark.skipif(
    shutil.which("scanimage") is None
    or not Path("/usr/lib/x86_64-linux-gnu/sane/libsane-test.so.1").exists(),
    reason="the package sane-utils with SANE's test backend is not installed",
)
FEEDER = ScanRequest(dpi=50, from_feeder=True)
GLASS = ScanRequest(dpi=50, from_feeder=False)
SLOW = ("--read-delay=yes", "--read-delay-duration=200000", "--read-limit=yes", "--read-limit-size=64")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """SANE with its test backend alone: no search for real devices."""
    (tmp_path / "dll.conf").write_text("test\n")
    (tmp_path / "test.conf").write_text("number_of_devices 2\n")
    return {"SANE_CONFIG_DIR": str(tmp_path)}


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    yield
    assert left_behind() == []


def left_behind() -> list[Path]:
    """Private folders of this process that still exist."""
    return list(Path("/dev/shm").glob(f"motcua-scan-{os.getpid()}-*"))


def failure_of(source: SaneSource, request: ScanRequest) -> DeviceError:
    with pytest.raises(DeviceError) as caught:
        list(source.scan(request))
    return caught.value


@needs_sane
def test_devices_are_listed(environment: dict[str, str]) -> None:
    devices = list_devices(environment=environment)
    assert [device.name for device in devices] == ["test:0", "test:1"]
    assert devices[0].model == "frontend-tester"


@needs_sane
def test_the_first_device_is_taken_where_none_is_named(environment: dict[str, str], tmp_path: Path) -> None:
    source = SaneSource(environment=environment)
    assert source.is_usable() == (True, "")
    assert source.name == "Máy quét Noname frontend-tester"
    assert [page.number for page in SaneSource("test:", environment=environment).scan(GLASS)] == [1]
    assert SaneSource("genesys:", environment=environment).is_usable() == (False, str(NoScanner()))
    (tmp_path / "dll.conf").write_text("")
    assert SaneSource(environment=environment).is_usable() == (False, str(NoScanner()))
    gone = SaneSource("nosuch:1", label="Canon tầng 2", environment=environment)
    assert gone.is_usable() == (False, str(ScannerMissing("Canon tầng 2")))


@needs_sane
def test_the_glass_gives_one_page_in_the_nearest_settings(environment: dict[str, str]) -> None:
    source = SaneSource("test:0", environment=environment, options=("--test-picture=Solid white",))
    (page,) = source.scan(ScanRequest(dpi=100, from_feeder=False))
    # The backend's glass is 200 x 200 mm.
    assert page.pixels.shape == (787, 787, 3)
    assert page.dpi == 100
    # Bare pixels came; scanimage only wrapped them in a TIFF.
    assert page.original == b""
    assert page.pixels.min() == 255
    (grey,) = source.scan(ScanRequest(dpi=100, colour=False, width_mm=100, height_mm=50, from_feeder=False))
    assert grey.pixels.shape == (196, 393, 3)


@needs_sane
def test_the_feeder_is_emptied_one_page_at_a_time(environment: dict[str, str]) -> None:
    source = SaneSource("test:0", environment=environment)
    pages = source.scan(FEEDER)
    for number in range(1, 11):
        assert next(pages).name == f"trang-{number}.tif"
        (folder,) = left_behind()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert list(folder.iterdir()) == [], "a page was taken ahead, or one was left lying"
    assert list(pages) == []


@needs_sane
def test_no_more_pages_than_were_asked_for(environment: dict[str, str]) -> None:
    source = SaneSource("test:0", environment=environment)
    assert len(list(source.scan(ScanRequest(dpi=50, most_pages=3)))) == 3
    assert list(source.scan(ScanRequest(most_pages=0))) == []


@needs_sane
@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("UNSUPPORTED", SettingRefused),
        ("CANCELLED", StoppedAtDevice),
        ("DEVICE_BUSY", ScannerBusy),
        ("INVAL", SettingRefused),
        ("JAMMED", PaperJam),
        ("NO_DOCS", FeederEmpty),
        ("COVER_OPEN", CoverOpen),
        ("IO_ERROR", ConnectionLost),
        ("NO_MEM", ScannerOutOfMemory),
        ("ACCESS_DENIED", AccessDenied),
    ],
)
@pytest.mark.parametrize("request_", [FEEDER, GLASS], ids=["feeder", "glass"])
def test_each_status_is_its_own_sentence(
    environment: dict[str, str], status: str, error: type[DeviceError], request_: ScanRequest
) -> None:
    source = SaneSource(
        "test:0", environment=environment, options=(f"--read-return-value=SANE_STATUS_{status}",)
    )
    failure = failure_of(source, request_)
    assert type(failure) is error
    assert str(failure).endswith(".")


@needs_sane
def test_a_page_without_content_or_a_refused_option_says_so(environment: dict[str, str]) -> None:
    source = SaneSource("test:0", environment=environment, options=("--read-return-value=SANE_STATUS_EOF",))
    assert type(failure_of(source, GLASS)) is BrokenPage
    refused = SaneSource("test:0", environment=environment, options=("--no-such-option=1",))
    assert "Máy quét báo lỗi" in str(failure_of(refused, GLASS))


@needs_sane
def test_cancel_and_close_end_the_program(environment: dict[str, str]) -> None:
    def cancelled() -> bool:
        return bool(left_behind())  # the folder of a scan that has begun

    slow = SaneSource("test:0", environment=environment, options=SLOW)
    with pytest.raises(Cancelled):
        list(slow.scan(ScanRequest(dpi=100, from_feeder=True, cancelled=cancelled)))
    assert children() == []
    pages = SaneSource("test:0", environment=environment).scan(FEEDER)
    next(pages)
    assert len(children()) == 1
    pages.close()  # type: ignore[attr-defined]
    assert children() == []


@needs_sane
def test_a_device_that_gives_nothing_is_given_up(environment: dict[str, str]) -> None:
    slow = SaneSource("test:0", environment=environment, options=SLOW, page_timeout_s=0.5)
    assert type(failure_of(slow, GLASS)) is ScanTimedOut
    assert children() == []


@needs_sane
def test_pages_of_a_process_that_was_killed_are_cleared_away(environment: dict[str, str]) -> None:
    left = Path("/dev/shm/motcua-scan-999999999-left")
    left.mkdir(mode=0o700, exist_ok=True)
    (left / "1.tif").write_bytes(b"x")
    list(SaneSource("test:0", environment=environment).scan(GLASS))
    assert not left.exists()


def test_a_machine_without_the_program_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sane_program, "PROGRAM", "/nonexistent/scanimage")
    assert SaneSource("test:0").is_usable() == (False, str(ScanProgramMissing()))


FUJITSU = """
    --source ADF Front|ADF Back|ADF Duplex [ADF Front]
        Selects the scan source (such as a document-feeder).
    --mode Lineart|Halftone|Gray|Color [Lineart]
    --resolution 50..600dpi (in steps of 1) [600]
    --page-width 0..221.121mm (in steps of 0.0211639) [215.872]
    -x 0..221.121mm (in steps of 0.0211639) [215.872]
    -y 0..355.6mm [279.364] [advanced]
    --brightness -127..127 (in steps of 1) [0]
    --lamp[=(yes|no)] [inactive]
    --button-1[=(yes|no)] [read-only]
"""
EPSON = """
    --mode Lineart|Gray|Color [Lineart]
    --resolution 75|100|150|200|300|600dpi [75]
    --source Flatbed|Automatic Document Feeder [Flatbed]
    --adf-mode Simplex|Duplex [Simplex]
    -x 0..209.8mm [209.8]
    -y 0..297.18mm [297.18]
"""
BROTHER = """
    --mode Black & White|True Gray|24bit Color[Fast] [24bit Color[Fast]]
    --source FlatBed|Automatic Document Feeder(left aligned)|Automatic Document Feeder(left aligned,Duplex) [FlatBed]
"""


def test_a_double_sided_feeder_without_glass() -> None:
    options = parse_options(FUJITSU)
    assert "--lamp" not in options
    assert "--button-1" not in options
    assert glass_of(options) is None
    assert feeder_of(options, both_sides=False) == "ADF Front"
    source = feeder_of(options, both_sides=True)
    assert arguments_for(options, ScanRequest(), source) == (
        "--source=ADF Duplex",
        "--mode=Color",
        "--resolution=300",
        "-x",
        "210",
        "-y",
        "297",
    )


def test_both_sides_as_a_setting_of_the_feeder() -> None:
    options = parse_options(EPSON)
    request = ScanRequest(dpi=240, colour=False, both_sides=True)
    assert arguments_for(options, request, feeder_of(options, both_sides=True)) == (
        "--source=Automatic Document Feeder",
        "--mode=Gray",
        "--adf-mode=Duplex",
        "--resolution=200",
        "-x",
        "209.8",
        "-y",
        "297.18",
    )


def test_names_of_their_own() -> None:
    options = parse_options(BROTHER)
    assert glass_of(options) == "FlatBed"
    assert feeder_of(options, both_sides=False) == "Automatic Document Feeder(left aligned)"
    assert feeder_of(options, both_sides=True) == "Automatic Document Feeder(left aligned,Duplex)"
    (mode, *_) = arguments_for(options, ScanRequest(), None)
    assert mode == "--mode=24bit Color[Fast]"


def children() -> list[str]:
    """Process numbers of this process's own living scanimage children."""
    found = []
    for line in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = line.read_text().partition("(")[2].rpartition(")")
        except OSError:
            continue
        if name == "scanimage" and rest.split()[1] == str(os.getpid()):
            found.append(line.parent.name)
    return found
