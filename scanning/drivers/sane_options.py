"""What a SANE device can do, read from `scanimage -A`, and the nearest choice of it for a request."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from scanning.sources import ScanRequest

_OPTION = re.compile(
    r"^ {2,8}(?P<name>--?[A-Za-z][\w-]*)(?P<values>.*?)(?: \[(?P<current>.*?)\])?(?: \[[a-z-]+\])*$"
)
_RANGE = re.compile(r"^(?P<least>-?[\d.]+)\.\.(?P<most>-?[\d.]+)(?P<unit>[a-z%]*)")
_NUMBER = re.compile(r"^(-?\d+(?:\.\d+)?)(?:dpi|mm|pel|bit|us|%)?$")
_UNUSABLE = frozenset({"inactive", "read-only"})
_A_MATCH_MM = 0.5


@dataclass(frozen=True, slots=True)
class SaneOption:
    """One option as `scanimage` prints it; either `choices` or the range is given, or neither."""

    name: str
    """With its dashes: `--source`, `-x`."""
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    unit: str = ""

    def nearest(self, wanted: float) -> float | None:
        """The allowed number next to `wanted`; None where the option takes no numbers."""
        if self.least is not None and self.most is not None:
            return min(max(wanted, self.least), self.most)
        numbers = [float(found[1]) for choice in self.choices if (found := _NUMBER.match(choice))]
        return min(numbers, key=lambda number: abs(number - wanted), default=None)

    def choice_with(self, *words: str, without: tuple[str, ...] = ()) -> str | None:
        """The first choice holding one of the words, in the order of the words."""
        for word in words:
            for choice in self.choices:
                lower = choice.lower()
                if word in lower and not any(other in lower for other in without):
                    return choice
        return None


def parse_options(text: str) -> dict[str, SaneOption]:
    """The options that can be set now, by name; an inactive one is left out."""
    found: dict[str, SaneOption] = {}
    for line in text.splitlines():
        match = _OPTION.match(line)
        if match is None or (match["current"] or "") in _UNUSABLE:
            continue
        values = match["values"].strip()
        if values.startswith("[=("):
            values = values[3:].split(")", 1)[0]
        span = _RANGE.match(values)
        if span is not None:
            found[match["name"]] = SaneOption(
                match["name"], (), float(span["least"]), float(span["most"]), span["unit"]
            )
        else:
            found[match["name"]] = SaneOption(match["name"], tuple(filter(None, values.split("|"))))
    return found


def glass_of(options: Mapping[str, SaneOption]) -> str | None:
    """The name of the glass among the device's sources."""
    source = options.get("--source")
    return source.choice_with("flatbed", "platen", "glass", "normal") if source else None


def feeder_of(options: Mapping[str, SaneOption], *, both_sides: bool) -> str | None:
    """The name of the feeder; the double-sided one where wanted and to be had."""
    source = options.get("--source")
    if source is None:
        return None
    one_side = source.choice_with("feeder", "adf", without=("duplex", "back")) or source.choice_with(
        "feeder", "adf"
    )
    if both_sides:
        return source.choice_with("duplex") or one_side
    return one_side


def arguments_for(
    options: Mapping[str, SaneOption], request: ScanRequest, source: str | None
) -> tuple[str, ...]:
    """The device options of one scan, each the nearest to the request that the device has."""
    arguments: list[str] = []
    if source is not None:
        arguments.append(f"--source={source}")
    if mode := options.get("--mode"):
        words = ("color", "colour", "gray", "grey") if request.colour else ("gray", "grey", "color", "colour")
        if chosen := mode.choice_with(*words):
            arguments.append(f"--mode={chosen}")
    if request.both_sides:
        if (sides := options.get("--adf-mode")) and (duplex := sides.choice_with("duplex")):
            arguments.append(f"--adf-mode={duplex}")
        elif "--duplex" in options and source is not None:
            arguments.append("--duplex=yes")
    if (resolution := options.get("--resolution")) and (dpi := resolution.nearest(request.dpi)) is not None:
        arguments.append(f"--resolution={dpi:g}")
    for name, wanted_mm in (("-x", request.width_mm), ("-y", request.height_mm)):
        side = options.get(name)
        if side is None or side.unit != "mm" or side.most is None:
            continue
        # A4 asked of a glass 215.9 mm wide is cut to A4; of one 209.8 mm wide, to all it has.
        length_mm = side.most if wanted_mm > side.most - _A_MATCH_MM else wanted_mm
        arguments += [name, f"{length_mm:g}"]
    return tuple(arguments)
