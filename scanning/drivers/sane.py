"""Scanners that SANE drives, through its own program `scanimage`.

One scan is one `scanimage --batch-prompt` process: it takes a page only when it is told to, so the page
before is safe by then; between pages nothing is cancelled, which on many feeders would throw out the
stack. A page comes through a private folder in memory and is removed from it as it is read.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scanning.device_errors import (
    AccessDenied,
    BrokenPage,
    ConnectionLost,
    CoverOpen,
    DeviceError,
    DeviceFailed,
    FeederEmpty,
    NoScanner,
    PaperJam,
    ScannerBusy,
    ScannerMissing,
    ScannerOutOfMemory,
    SettingRefused,
    StoppedAtDevice,
)
from scanning.documents import pages_from
from scanning.drivers.sane_options import SaneOption, arguments_for, feeder_of, glass_of, parse_options
from scanning.drivers.sane_program import ScanProgram, private_folder
from scanning.errors import UnreadableImage
from scanning.pages import ScannedPage
from scanning.sources import ScanRequest

LIST_TIMEOUT_S = 60.0
OPEN_TIMEOUT_S = 20.0
PAGE_TIMEOUT_S = 180.0
_COMPLAINT = re.compile(r"^scanimage: (?P<step>.*?): (?P<status>[^:\n]+)$", re.MULTILINE)

#: SANE standard, 4.2.7 "Status type", in the words of sane_strstatus().
STATUS_ERRORS: Mapping[str, Callable[[], DeviceError]] = {
    "Operation not supported": SettingRefused,
    "Operation was canceled": StoppedAtDevice,
    "Device busy": ScannerBusy,
    "Invalid argument": SettingRefused,
    "End of file reached": BrokenPage,
    "Document feeder jammed": PaperJam,
    "Document feeder out of documents": FeederEmpty,
    "Scanner cover is open": CoverOpen,
    "Error during device I/O": ConnectionLost,
    "Out of memory": ScannerOutOfMemory,
    "Access to resource has been denied": AccessDenied,
}


@dataclass(frozen=True, slots=True)
class SaneDevice:
    """One line of the device list."""

    name: str
    """What SANE calls it: `airscan:e0:Phòng một cửa`."""
    vendor: str
    model: str
    kind: str

    @property
    def is_camera(self) -> bool:
        return self.name.startswith("v4l:")


def list_devices(
    *,
    environment: Mapping[str, str] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    timeout_s: float = LIST_TIMEOUT_S,
) -> tuple[SaneDevice, ...]:
    """The scanners SANE finds, cameras left out; raises ScanProgramMissing, ScanTimedOut or Cancelled."""
    with ScanProgram(["-f", "%d\t%v\t%m\t%t%n"], environment, cancelled) as child:
        lines = child.read_to_end(timeout_s).splitlines()
    rows = [line.split("\t") for line in lines]
    found = [SaneDevice(*row) for row in rows if len(row) == 4]
    return tuple(device for device in found if not device.is_camera)


class SaneSource:
    """A scanner on this machine or, through sane-airscan, on its network.

    `device` is SANE's name of it; or the beginning of its name up to a colon (`genesys:`), because the rest
    changes with the USB port; or empty for the first that is found. `options` are settings of the model
    as `scanimage` takes them (`--swdeskew=no`); `environment` is added to the program's own.
    """

    def __init__(
        self,
        device: str = "",
        *,
        label: str = "",
        options: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        page_timeout_s: float = PAGE_TIMEOUT_S,
    ) -> None:
        self._device = device
        self._label = label
        self._options = tuple(options)
        self._environment = environment
        self._page_timeout_s = page_timeout_s
        self._seen = ""

    @property
    def name(self) -> str:
        return f"Máy quét {self._label or self._device}".rstrip()

    def is_usable(self) -> tuple[bool, str]:
        try:
            self.capabilities()
        except DeviceError as error:
            return False, str(error)
        return True, ""

    def capabilities(self, cancelled: Callable[[], bool] = lambda: False) -> dict[str, SaneOption]:
        """What the device can do now; opens it, so it says too whether it is there and free."""
        with ScanProgram(["-d", self._found(cancelled), "-A"], self._environment, cancelled) as child:
            text = child.read_to_end(OPEN_TIMEOUT_S)
            if child.exit_code(OPEN_TIMEOUT_S) != 0:
                raise self._error(child)
        return parse_options(text)

    def scan(self, request: ScanRequest) -> Iterator[ScannedPage]:
        """See `Source.scan`; the glass gives one page, the feeder all it holds."""
        options = self.capabilities(request.cancelled)
        feeder = feeder_of(options, both_sides=request.both_sides)
        glass = glass_of(options)
        if feeder is None or (request.from_feeder is False and glass is not None):
            yield from self._pages(options, request, glass, 1)
            return
        has_given = False
        try:
            for page in self._pages(options, request, feeder, None):
                has_given = True
                yield page
        except FeederEmpty:
            if has_given:
                return
            if request.from_feeder or glass is None:
                raise
            yield from self._pages(options, request, glass, 1)

    def _pages(
        self, options: Mapping[str, SaneOption], request: ScanRequest, source: str | None, most: int | None
    ) -> Iterator[ScannedPage]:
        limits = [limit for limit in (most, request.most_pages) if limit is not None]
        if min(limits, default=1) < 1:
            return
        with private_folder() as folder:
            arguments = [
                "-d",
                self._found(request.cancelled),
                # Without loss and without compression: 300 dpi in colour as PNG takes scanimage 5 s a page.
                "--format=tiff",
                f"--batch={folder}/%d.tif",
                "--batch-print",
                "--batch-prompt",
                *arguments_for(options, request, source),
                *self._options,
            ]
            with ScanProgram(arguments, self._environment, request.cancelled) as child:
                number = 0
                while not limits or number < min(limits):
                    written = child.next_line(self._page_timeout_s)
                    if written is None:
                        raise self._error(child)
                    number += 1
                    path = Path(written)
                    content = path.read_bytes()
                    path.unlink()
                    try:
                        for page in pages_from(content, f"trang-{number}.tif"):
                            # The device gave bare pixels; scanimage's TIFF packs them four times larger than need be.
                            yield replace(page, original=b"")
                    except UnreadableImage as error:
                        raise BrokenPage from error

    def _found(self, cancelled: Callable[[], bool]) -> str:
        if self._device and not self._device.endswith(":"):
            return self._device
        if not self._seen:
            devices = list_devices(environment=self._environment, cancelled=cancelled)
            device = next((each for each in devices if each.name.startswith(self._device)), None)
            if device is None:
                raise NoScanner
            self._seen = device.name
            self._label = self._label or f"{device.vendor} {device.model}"
        return self._seen

    def _error(self, child: ScanProgram) -> DeviceError:
        found = list(_COMPLAINT.finditer(child.complaints()))
        if not found:
            return DeviceFailed(f"scanimage {child.exit_code(OPEN_TIMEOUT_S)}")
        step, status = found[-1]["step"], found[-1]["status"].strip()
        if step.startswith("open of device") and status in ("Invalid argument", "Error during device I/O"):
            self._seen = ""  # plugged in again, it may have another name
            return ScannerMissing(self._label or self._device)
        return STATUS_ERRORS[status]() if status in STATUS_ERRORS else DeviceFailed(status)
