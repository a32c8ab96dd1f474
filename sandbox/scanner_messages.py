"""What the stand-in scanner says and gives: its eSCL documents, its pages, its announcement."""

from __future__ import annotations

import contextlib
import io
import socket
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from PIL import Image
from zeroconf import IPVersion, ServiceInfo, Zeroconf

ROOT = "/eSCL"
MODEL = "Mau M1"
UUID = "4509a320-00a0-008f-00b6-002507510eca"
DPIS = (100, 150, 200, 300, 600)
_PWG = "http://www.pwg.org/schemas/2010/12/sm"
_SCAN = "http://schemas.hp.com/imaging/escl/2011/05/03"
_NAMES = f'xmlns:pwg="{_PWG}" xmlns:scan="{_SCAN}"'
_MODES = {"RGB24": "RGB", "Grayscale8": "L"}
_FORMATS = {"image/jpeg": "JPEG", "application/pdf": "PDF"}
_MOST_WIDTH, _MOST_HEIGHT = 2550, 3508


def capabilities_document() -> str:
    """ScannerCapabilities: a glass of A4 and a feeder that reads both sides."""
    profile = (
        "<scan:SettingProfiles><scan:SettingProfile>"
        f"<scan:ColorModes>{_each('scan:ColorMode', _MODES)}</scan:ColorModes>"
        f"<scan:DocumentFormats>{_each('pwg:DocumentFormat', _FORMATS)}"
        f"{_each('scan:DocumentFormatExt', _FORMATS)}</scan:DocumentFormats>"
        "<scan:SupportedResolutions><scan:DiscreteResolutions>"
        + "".join(
            f"<scan:DiscreteResolution><scan:XResolution>{dpi}</scan:XResolution>"
            f"<scan:YResolution>{dpi}</scan:YResolution></scan:DiscreteResolution>"
            for dpi in DPIS
        )
        + "</scan:DiscreteResolutions></scan:SupportedResolutions></scan:SettingProfile></scan:SettingProfiles>"
    )
    ability = (
        f"<scan:MinWidth>300</scan:MinWidth><scan:MaxWidth>{_MOST_WIDTH}</scan:MaxWidth>"
        f"<scan:MinHeight>300</scan:MinHeight><scan:MaxHeight>{_MOST_HEIGHT}</scan:MaxHeight>"
        f"<scan:MaxScanRegions>1</scan:MaxScanRegions>{profile}"
        "<scan:SupportedIntents><scan:Intent>Document</scan:Intent>"
        "<scan:Intent>TextAndGraphic</scan:Intent></scan:SupportedIntents>"
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><scan:ScannerCapabilities {_NAMES}>'
        f"<pwg:Version>2.63</pwg:Version><pwg:MakeAndModel>{MODEL}</pwg:MakeAndModel>"
        f"<scan:UUID>{UUID}</scan:UUID>"
        f"<scan:Platen><scan:PlatenInputCaps>{ability}</scan:PlatenInputCaps></scan:Platen>"
        f"<scan:Adf><scan:AdfSimplexInputCaps>{ability}</scan:AdfSimplexInputCaps>"
        f"<scan:AdfDuplexInputCaps>{ability}</scan:AdfDuplexInputCaps>"
        "<scan:FeederCapacity>50</scan:FeederCapacity><scan:AdfOptions>"
        "<scan:AdfOption>DetectPaperLoaded</scan:AdfOption><scan:AdfOption>Duplex</scan:AdfOption>"
        "</scan:AdfOptions></scan:Adf></scan:ScannerCapabilities>"
    )


def status_document(feeder: str, is_scanning: bool, jobs: dict[str, tuple[str, int]]) -> str:
    """ScannerStatus; `jobs` gives state and pages delivered by job."""
    told = "".join(
        f"<scan:JobInfo><pwg:JobUri>{ROOT}/ScanJobs/{name}</pwg:JobUri><pwg:JobUuid>{name}</pwg:JobUuid>"
        f"<scan:Age>0</scan:Age><pwg:ImagesCompleted>{given}</pwg:ImagesCompleted>"
        f"<pwg:JobState>{state}</pwg:JobState></scan:JobInfo>"
        for name, (state, given) in jobs.items()
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><scan:ScannerStatus {_NAMES}>'
        f"<pwg:Version>2.63</pwg:Version><pwg:State>{'Processing' if is_scanning else 'Idle'}</pwg:State>"
        f"<scan:AdfState>{feeder}</scan:AdfState><scan:Jobs>{told}</scan:Jobs></scan:ScannerStatus>"
    )


def ordered_settings(root: Element) -> dict[str, Any]:
    """What an order asks for; raises ValueError for a thing this scanner has not."""
    if root.tag != f"{{{_SCAN}}}ScanSettings":
        raise ValueError(root.tag)

    def text(name: str, otherwise: str) -> str:
        found = (element for element in root.iter() if str(element.tag).rpartition("}")[2] == name)
        return next(((element.text or "").strip() for element in found), otherwise)

    dpi, width = int(text("XResolution", "300")), int(text("Width", str(_MOST_WIDTH)))
    height = int(text("Height", str(_MOST_HEIGHT)))
    settings = {
        "source": text("InputSource", "Platen"),
        "dpi": dpi,
        "colour_mode": text("ColorMode", "RGB24"),
        "file_format": text("DocumentFormatExt", "") or text("DocumentFormat", "image/jpeg"),
        "is_duplex": text("Duplex", "false") in ("true", "1"),
        "width": width,
        "height": height,
        "intent": text("Intent", ""),
    }
    is_known = (
        settings["source"] in ("Platen", "Feeder")
        and dpi in DPIS
        and settings["colour_mode"] in _MODES
        and settings["file_format"] in _FORMATS
        and 0 < width <= _MOST_WIDTH
        and 0 < height <= _MOST_HEIGHT
    )
    if not is_known:
        raise ValueError(settings)
    return settings


def delivered_page(page: bytes | None, settings: dict[str, Any]) -> bytes:
    """The laid-in JPEG as it was asked for: untouched where it fits; a white sheet where there is none."""
    dpi, mode = settings["dpi"], _MODES[settings["colour_mode"]]
    kind = _FORMATS[settings["file_format"]]
    if page is None:
        size = (settings["width"] * dpi // 300, settings["height"] * dpi // 300)
        return _encoded(Image.new(mode, size, "white"), kind, dpi)
    with Image.open(io.BytesIO(page)) as picture:
        told = round(float(picture.info.get("dpi", (dpi, dpi))[0]))
        if kind == "JPEG" and picture.mode == mode and told == dpi:
            return page
        scaled = picture.convert(mode)
        if told != dpi:
            scaled = scaled.resize((picture.width * dpi // told, picture.height * dpi // told))
        return _encoded(scaled, kind, dpi)


@contextlib.contextmanager
def advertised(port: int, *, label: str = "Máy quét mẫu", interface: str = "127.0.0.1") -> Iterator[None]:
    """The scanner announced by DNS-SD on one interface, the loopback unless told otherwise."""
    info = ServiceInfo(
        "_uscan._tcp.local.",
        f"{label}._uscan._tcp.local.",
        addresses=[socket.inet_aton(interface)],
        port=port,
        properties={
            "txtvers": "1",
            "vers": "2.63",
            "rs": ROOT.strip("/"),
            "ty": MODEL,
            "is": "platen,adf",
            "duplex": "T",
            "cs": "color,grayscale",
            "pdl": ",".join(_FORMATS),
            "UUID": UUID,
        },
        server="may-quet-mau.local.",
    )
    announcer = Zeroconf(interfaces=[interface], ip_version=IPVersion.V4Only)
    try:
        announcer.register_service(info)
        yield
    finally:
        announcer.close()


def _each(name: str, values: dict[str, str]) -> str:
    return "".join(f"<{name}>{value}</{name}>" for value in values)


def _encoded(picture: Image.Image, kind: str, dpi: int) -> bytes:
    room = io.BytesIO()
    if kind == "PDF":
        picture.save(room, "PDF", resolution=dpi)
    else:
        picture.save(room, kind, quality=90, dpi=(dpi, dpi))
    return room.getvalue()
