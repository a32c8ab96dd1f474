"""Scanners on Windows, through the WIA Automation Layer (`WIA.DeviceManager`) that every Windows has.

Not tried on a real Windows yet: written to Microsoft's documents of the WIA Automation Layer, of the WIA
property constants and of the WIA error codes. PowerShell holds the COM objects, so no other system needs
a COM package; pages come over its standard output as Base64 and never lie on the disk.
"""

import base64
import binascii
import contextlib
import json
import platform
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scanning.device_errors import (
    AccessDenied,
    BrokenPage,
    ConnectionLost,
    CoverOpen,
    DeviceError,
    DeviceFailed,
    FeederEmpty,
    NoScanner,
    OnlyOnWindows,
    PaperJam,
    ScannerBusy,
    ScanTimedOut,
    SettingRefused,
)
from scanning.documents import pages_from
from scanning.errors import Cancelled, UnreadableImage
from scanning.pages import ScannedPage
from scanning.sources import ScanRequest

PAGE_TIMEOUT_S = 180.0
LIST_TIMEOUT_S = 60.0
_STEP_S = 0.1
_STOP_GRACE_S = 5.0

#: Microsoft Learn, "Error Codes (WIA)"; the last two are the system's own.
CODE_ERRORS: Mapping[int, Callable[[], DeviceError]] = {
    0x80210002: PaperJam,
    0x80210003: FeederEmpty,
    0x80210004: PaperJam,
    0x80210005: ConnectionLost,
    0x80210006: ScannerBusy,
    0x80210007: ScannerBusy,
    0x8021000A: ConnectionLost,
    0x8021000C: SettingRefused,
    0x8021000D: ScannerBusy,
    0x80210015: NoScanner,
    0x80210016: CoverOpen,
    0x80210020: PaperJam,
    0x80070005: AccessDenied,
    0x80070057: SettingRefused,
}

#: Property numbers: 3086-3088 abilities, state and choice of feeder (1) and glass (2), both sides (4);
#: 3096 pages; 6146 intent (1 colour, 2 grey); 6147/6148 dots per inch; 6151/6152 size in pixels.
SCRIPT = """
$ErrorActionPreference = 'Stop'
function Say($text) { [Console]::Out.WriteLine($text); [Console]::Out.Flush() }
function Set-Number($item, $id, $value) {
  foreach ($property in $item.Properties) {
    if ($property.PropertyID -eq $id) { try { $property.Value = $value } catch { }; return }
  }
}
function Get-Number($item, $id) {
  foreach ($property in $item.Properties) { if ($property.PropertyID -eq $id) { return [int]$property.Value } }
  return 0
}
try {
  $ask = [Console]::In.ReadLine() | ConvertFrom-Json
  $manager = New-Object -ComObject WIA.DeviceManager
  $scanners = @($manager.DeviceInfos | Where-Object { $_.Type -eq 1 })
  if ($ask.list) {
    foreach ($info in $scanners) {
      $label = ($info.Properties | Where-Object { $_.Name -eq 'Name' }).Value
      $row = ConvertTo-Json -Compress @{ id = $info.DeviceID; label = $label }
      Say ('DEVICE ' + [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($row)))
    }
    Say 'END'; exit 0
  }
  $info = $scanners | Where-Object { $ask.device -eq '' -or $_.DeviceID -eq $ask.device } |
    Select-Object -First 1
  if (-not $info) { Say 'ERROR 80210015'; exit 1 }
  $device = $info.Connect()
  $abilities = Get-Number $device 3086
  $state = Get-Number $device 3087
  $feeds = ($abilities -band 1) -and $ask.feeder -ne 'no'
  if ($ask.feeder -eq 'auto' -and ($abilities -band 2) -and -not ($state -band 1)) { $feeds = $false }
  $choice = 2
  if ($feeds) { $choice = 1; if ($ask.both_sides -and ($abilities -band 4)) { $choice = 5 } }
  Set-Number $device 3088 $choice
  Set-Number $device 3096 1
  $item = $device.Items.Item(1)
  $intent = 2; if ($ask.colour) { $intent = 1 }
  Set-Number $item 6146 $intent
  Set-Number $item 6147 $ask.dpi
  Set-Number $item 6148 $ask.dpi
  Set-Number $item 6151 $ask.width_px
  Set-Number $item 6152 $ask.height_px
  $given = 0
  while ($null -ne [Console]::In.ReadLine()) {
    if ($given -and -not $feeds) { Say 'END'; exit 0 }
    try { $image = $item.Transfer('{B96B3CAF-0728-11D3-9D7B-0000F81EF32E}') }
    catch {
      $code = '{0:X8}' -f $_.Exception.GetBaseException().HResult
      if ($given -and $code -eq '80210003') { Say 'END'; exit 0 }
      Say "ERROR $code"; exit 1
    }
    $given += 1
    Say ('PAGE ' + [Convert]::ToBase64String($image.FileData.BinaryData))
  }
} catch { Say ('ERROR {0:X8}' -f $_.Exception.GetBaseException().HResult); exit 1 }
"""


@dataclass(frozen=True, slots=True)
class WiaDevice:
    device_id: str
    label: str


def command() -> list[str]:
    """The call of PowerShell; the script is constant, what is asked follows on standard input."""
    encoded = base64.b64encode(SCRIPT.encode("utf-16-le")).decode("ascii")
    return ["powershell.exe", "-NoProfile", "-NonInteractive", "-EncodedCommand", encoded]


def question(request: ScanRequest, device_id: str) -> dict[str, Any]:
    """What the script is asked for one scan."""
    feeder = {None: "auto", True: "yes", False: "no"}[request.from_feeder]
    return {
        "list": False,
        "device": device_id,
        "feeder": feeder,
        "both_sides": request.both_sides,
        "colour": request.colour,
        "dpi": request.dpi,
        "width_px": round(request.width_mm / 25.4 * request.dpi),
        "height_px": round(request.height_mm / 25.4 * request.dpi),
    }


def parse_reply(line: str) -> bytes | None:
    """The bytes of a page or device row, None at the end; raises the DeviceError of an ERROR line."""
    word, _, rest = line.strip().partition(" ")
    if word == "END":
        return None
    if word in ("PAGE", "DEVICE"):
        try:
            return base64.b64decode(rest, validate=True)
        except binascii.Error as error:
            raise BrokenPage from error
    if word == "ERROR":
        with contextlib.suppress(ValueError):
            code = int(rest, 16)
            raise CODE_ERRORS[code]() if code in CODE_ERRORS else DeviceFailed(f"WIA {code:08X}")
    raise DeviceFailed("WIA")


class WiaSource:
    """A scanner of Windows; `device_id` is its WIA DeviceID, empty for the first."""

    def __init__(
        self,
        device_id: str = "",
        *,
        label: str = "",
        program: Sequence[str] | None = None,
        page_timeout_s: float = PAGE_TIMEOUT_S,
    ) -> None:
        self._device_id = device_id
        self._label = label
        self._program = program
        self._page_timeout_s = page_timeout_s

    @property
    def name(self) -> str:
        return f"Máy quét {self._label or 'WIA'}"

    def is_usable(self) -> tuple[bool, str]:
        try:
            found = self.devices()
        except DeviceError as error:
            return False, str(error)
        if not any(self._device_id in ("", device.device_id) for device in found):
            return False, str(NoScanner())
        return True, ""

    def devices(self) -> tuple[WiaDevice, ...]:
        """The scanners Windows knows; raises OnlyOnWindows or another DeviceError."""
        with self._asked({"list": True}, lambda: False) as replies:
            rows: list[dict[str, str]] = []
            while (row := replies.next_reply(LIST_TIMEOUT_S)) is not None:
                rows.append(json.loads(row))
        return tuple(WiaDevice(row["id"], row["label"]) for row in rows)

    def scan(self, request: ScanRequest) -> Iterator[ScannedPage]:
        """See `Source.scan`."""
        given = 0
        with self._asked(question(request, self._device_id), request.cancelled) as replies:
            while request.most_pages is None or given < request.most_pages:
                replies.press_return()
                content = replies.next_reply(self._page_timeout_s)
                if content is None:
                    return
                given += 1
                try:
                    yield from pages_from(content, f"trang-{given}.png")
                except UnreadableImage as error:
                    raise BrokenPage from error

    @contextlib.contextmanager
    def _asked(self, asked: dict[str, Any], cancelled: Callable[[], bool]) -> Iterator["_Replies"]:
        if self._program is None and platform.system() != "Windows":
            raise OnlyOnWindows
        try:
            child = subprocess.Popen(
                self._program or command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise DeviceFailed("PowerShell") from error
        replies = _Replies(child, cancelled)
        is_done = False
        try:
            replies.press_return(json.dumps(asked))
            yield replies
            is_done = True
        finally:
            replies.end(is_done=is_done)


class _Replies:
    """The lines of the script, read in a thread: Windows cannot wait for a pipe with a time limit."""

    def __init__(self, child: subprocess.Popen[str], cancelled: Callable[[], bool]) -> None:
        self._child = child
        self._cancelled = cancelled
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, name="wia", daemon=True)
        self._reader.start()

    def press_return(self, text: str = "") -> None:
        with contextlib.suppress(OSError):
            print(text, file=self._child.stdin, flush=True)

    def next_reply(self, timeout_s: float) -> bytes | None:
        deadline = time.monotonic() + timeout_s
        while True:
            if self._cancelled():
                raise Cancelled
            if time.monotonic() > deadline:
                raise ScanTimedOut(timeout_s)
            with contextlib.suppress(queue.Empty):
                line = self._lines.get(timeout=_STEP_S)
                if line is None:
                    raise ConnectionLost
                return parse_reply(line)

    def end(self, *, is_done: bool) -> None:
        with contextlib.suppress(OSError):
            if self._child.stdin is not None:
                self._child.stdin.close()
        if not is_done:
            self._child.kill()
        try:
            self._child.wait(_STOP_GRACE_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._reader.join()
        if self._child.stdout is not None:
            self._child.stdout.close()

    def _read(self) -> None:
        with contextlib.suppress(ValueError, OSError):
            for line in self._child.stdout or ():
                self._lines.put(line)
        self._lines.put(None)
