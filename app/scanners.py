"""Which scanner a station has: the driver that the settings name, built and ready to be asked."""

from __future__ import annotations

from pathlib import Path

from app.config import ConfigError, DeviceSettings, Settings
from app.workflow.errors import WorkflowError
from app.workflow.profiles import STANDARD, Profiles, ScanProfile
from scanning.drivers.camera import CameraSource
from scanning.drivers.escl import EsclSource
from scanning.drivers.folder import FolderSource
from scanning.drivers.sample import SamplePaper, SampleSource
from scanning.drivers.sane import SaneSource
from scanning.drivers.wia import WiaSource
from scanning.sources import Source

_SAMPLE_PAPERS = {
    "declaration_civil_extract": SamplePaper.DECLARATION,
    "authorization": SamplePaper.AUTHORIZATION,
    "citizen_card": SamplePaper.CARD_FRONT,
}
SOURCES = ("folder", "sample", "sane", "escl", "wia", "camera")


def choose_source(settings: Settings, reader: str | None = None, device: str = "") -> Source:
    """Where F2 takes paper from: the named one of `[scanner.devices]`, or the station's own.

    `reader` is the kind of paper that is wanted, for the sample source. Raises ConfigError.
    """
    scanner: DeviceSettings = settings.scanner
    if device:
        if device not in settings.scanner.devices:
            raise ConfigError(
                f"Cấu hình: không có máy quét [scanner.devices.{device}]; hãy thêm hoặc đổi tên."
            )
        scanner = settings.scanner.devices[device]
    match scanner.source:
        case "sample":
            return SampleSource([_SAMPLE_PAPERS.get(reader or "", SamplePaper.DECLARATION)])
        case "folder":
            folder = Path(scanner.folder) if scanner.folder else settings.home / "scan"
            if scanner.after not in ("move", "delete", "keep"):
                raise ConfigError(
                    f"Cấu hình: scanner.after “{scanner.after}” phải là “move”, “delete” hoặc “keep”."
                )
            return FolderSource(folder, after=scanner.after)
        case "sane":
            return SaneSource(scanner.device, label=scanner.label, options=scanner.options)
        case "escl":
            if not scanner.address:
                raise ConfigError(
                    "Cấu hình: scanner.address còn trống; hãy ghi địa chỉ http của máy quét mạng."
                )
            return EsclSource(
                scanner.address, label=scanner.label, certificate_sha256=scanner.certificate_sha256
            )
        case "wia":
            return WiaSource(scanner.device, label=scanner.label)
        case "camera":
            number = scanner.device or "0"
            return CameraSource(int(number) if number.isdigit() else number, label=scanner.label)
    raise ConfigError(f"Cấu hình: scanner.source “{scanner.source}” phải là một trong {', '.join(SOURCES)}.")


def scan_profiles(settings: Settings) -> Profiles:
    """The ways to scan that `[scanner.profiles]` adds before the standard ones; raises ConfigError."""
    try:
        own = tuple(ScanProfile.from_table(key, table) for key, table in settings.scanner.profiles.items())
    except WorkflowError as error:
        raise ConfigError(f"Cấu hình: {error}") from error
    for profile in own:
        if profile.source and profile.source not in settings.scanner.devices:
            raise ConfigError(f"Cấu hình: cách quét “{profile.key}” cần [scanner.devices.{profile.source}].")
    taken = {profile.key for profile in own}
    return Profiles((*own, *(profile for profile in STANDARD if profile.key not in taken)))
