"""The XML of eSCL: reads a scanner's capabilities and state, writes the order for a scan.

Source of the rules: Mopria Alliance, eSCL Technical Specification 2.97. Lengths are 1/300 inch there.
Elements are found by their local names, because makers use namespaces of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from scanning.sources import ScanRequest

PWG = "http://www.pwg.org/schemas/2010/12/sm"
SCAN = "http://schemas.hp.com/imaging/escl/2011/05/03"
UNITS_PER_MM = 300 / 25.4
_FORMATS = ("image/jpeg", "image/png", "image/tiff", "application/pdf")
"""In the order of our liking: one file a page first."""
_COLOUR_MODES = ("RGB24", "RGB48", "Grayscale8", "Grayscale16", "BlackAndWhite1")
_GREY_MODES = ("Grayscale8", "Grayscale16", "RGB24", "RGB48", "BlackAndWhite1")
_INTENTS = ("TextAndGraphic", "Document")


class NotEscl(ValueError):
    """The answer is not the XML that was asked for: half of it, a web page, or another document."""


class InputSource(StrEnum):
    PLATEN = "Platen"
    FEEDER = "Feeder"


class FeederState(StrEnum):
    LOADED = "ScannerAdfLoaded"
    EMPTY = "ScannerAdfEmpty"
    PROCESSING = "ScannerAdfProcessing"
    JAM = "ScannerAdfJam"
    HATCH_OPEN = "ScannerAdfHatchOpen"
    DOOR_OPEN = "ScannerAdfDoorOpen"
    MISPICK = "ScannerAdfMispick"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class InputCapabilities:
    """What one of the scanner's ways in (glass, feeder, both sides) can do."""

    most_width: int = 0
    """1/300 inch; 0 where it does not say."""
    most_height: int = 0
    least_width: int = 0
    least_height: int = 0
    colour_modes: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    has_format_extension: bool = False
    resolutions: tuple[int, ...] = ()
    resolution_range: tuple[int, int, int] | None = None
    """Least, most, step."""
    intents: tuple[str, ...] = ()

    def nearest_resolution(self, wanted: int) -> int:
        """Dots per inch next to `wanted`; `wanted` itself where the scanner does not say."""
        if self.resolutions:
            return min(self.resolutions, key=lambda dpi: abs(dpi - wanted))
        if self.resolution_range is None:
            return wanted
        least, most, step = self.resolution_range
        steps = round((min(max(wanted, least), most) - least) / max(1, step))
        return least + steps * max(1, step)


@dataclass(frozen=True, slots=True)
class ScannerCapabilities:
    model: str
    version: str
    platen: InputCapabilities | None
    feeder: InputCapabilities | None
    duplex: InputCapabilities | None


@dataclass(frozen=True, slots=True)
class ScannerStatus:
    state: str
    """`Idle`, `Processing`, `Testing`, `Stopped`, `Down`."""
    feeder: FeederState
    job_states: dict[str, str]
    """The state of each job (`Processing`, `Completed`, `Aborted` ...) by the last part of its address."""


def parse_capabilities(content: bytes) -> ScannerCapabilities:
    """Raises NotEscl."""
    root = _root(content, "ScannerCapabilities")
    profiles = {
        name: profile for profile in _all(root, "SettingProfile") if (name := profile.get("name")) is not None
    }
    simplex = _input(root, "AdfSimplexInputCaps", profiles)
    duplex = _input(root, "AdfDuplexInputCaps", profiles)
    return ScannerCapabilities(
        _text(root, "MakeAndModel"),
        _text(root, "Version"),
        _input(root, "PlatenInputCaps", profiles),
        simplex or duplex,
        duplex,
    )


def parse_status(content: bytes) -> ScannerStatus:
    """Raises NotEscl."""
    root = _root(content, "ScannerStatus")
    feeder = _text(root, "AdfState")
    states = {
        _text(job, "JobUri").rstrip("/").rpartition("/")[2]: _text(job, "JobState")
        for job in _all(root, "JobInfo")
    }
    known = feeder in FeederState.__members__.values()
    return ScannerStatus(_text(root, "State"), FeederState(feeder) if known else FeederState.UNKNOWN, states)


def scan_settings(
    capabilities: ScannerCapabilities, source: InputSource, request: ScanRequest
) -> tuple[bytes, str]:
    """The order for one scan, each setting the nearest the scanner has, and the kind of file it will give."""
    is_duplex = source is InputSource.FEEDER and request.both_sides and capabilities.duplex is not None
    way_in = capabilities.platen if source is InputSource.PLATEN else capabilities.feeder
    ability = (capabilities.duplex if is_duplex else way_in) or InputCapabilities()
    file_format = _first(_FORMATS, ability.formats) or _FORMATS[0]
    colour_mode = _first(_COLOUR_MODES if request.colour else _GREY_MODES, ability.colour_modes)
    resolution = str(ability.nearest_resolution(request.dpi))

    root = Element("scan:ScanSettings", {"xmlns:pwg": PWG, "xmlns:scan": SCAN})
    _add(root, "pwg:Version", capabilities.version or "2.0")
    if intent := _first(_INTENTS, ability.intents):
        _add(root, "scan:Intent", intent)
    region = SubElement(SubElement(root, "pwg:ScanRegions"), "pwg:ScanRegion")
    _add(region, "pwg:ContentRegionUnits", "escl:ThreeHundredthsOfInches")
    _add(region, "pwg:XOffset", "0")
    _add(region, "pwg:YOffset", "0")
    width = _bounded(request.width_mm, ability.least_width, ability.most_width)
    _add(region, "pwg:Width", str(width))
    height = _bounded(request.height_mm, ability.least_height, ability.most_height)
    _add(region, "pwg:Height", str(height))
    _add(root, "pwg:InputSource", source)
    if colour_mode:
        _add(root, "scan:ColorMode", colour_mode)
    _add(root, "pwg:DocumentFormat", file_format)
    if ability.has_format_extension:
        _add(root, "scan:DocumentFormatExt", file_format)
    _add(root, "scan:XResolution", resolution)
    _add(root, "scan:YResolution", resolution)
    if source is InputSource.FEEDER:
        _add(root, "scan:Duplex", "true" if is_duplex else "false")
    return tostring(root, encoding="utf-8", xml_declaration=True), file_format


def _input(root: Element, name: str, profiles: dict[str, Element]) -> InputCapabilities | None:
    top = next(_all(root, name), None)
    if top is None:
        return None
    told = [profiles.get(each.get("ref", ""), each) for each in _all(top, "SettingProfile")]
    places = [top, *told] if told else [top, *profiles.values()]
    spans = [
        (_number(each, "Min"), _number(each, "Max"), _number(each, "Step") or 1)
        for place in places
        for each in _all(place, "XResolutionRange")
    ]
    resolutions = sorted({int(text) for text in _texts(places, "XResolution") if text.isdigit()})
    extensions = _texts(places, "DocumentFormatExt")
    return InputCapabilities(
        _number(top, "MaxWidth"),
        _number(top, "MaxHeight"),
        _number(top, "MinWidth"),
        _number(top, "MinHeight"),
        _texts(places, "ColorMode"),
        tuple(dict.fromkeys([*extensions, *_texts(places, "DocumentFormat")])),
        bool(extensions),
        tuple(resolutions),
        spans[0] if spans else None,
        tuple(dict.fromkeys([*_texts([top], "Intent"), *_texts([top], "SupportedIntent")])),
    )


def _root(content: bytes, name: str) -> Element:
    try:
        root: Element = ElementTree.fromstring(content)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise NotEscl(name) from error
    if _local(root) != name:
        raise NotEscl(name)
    return root


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _all(top: Element, name: str) -> Iterator[Element]:
    return (element for element in top.iter() if _local(element) == name)


def _texts(places: list[Element], name: str) -> tuple[str, ...]:
    texts = ((element.text or "").strip() for place in places for element in _all(place, name))
    return tuple(dict.fromkeys(text for text in texts if text))


def _text(top: Element, name: str) -> str:
    return next(iter(_texts([top], name)), "")


def _number(top: Element, name: str) -> int:
    text = _text(top, name)
    return int(text) if text.isdigit() else 0


def _first(liked: tuple[str, ...], offered: tuple[str, ...]) -> str:
    return next((each for each in liked if each in offered), "")


def _bounded(length_mm: float, least: int, most: int) -> int:
    wanted = max(least, round(length_mm * UNITS_PER_MM))
    return min(wanted, most) if most else wanted


def _add(top: Element, name: str, text: str) -> None:
    SubElement(top, name).text = text
