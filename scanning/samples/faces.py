"""The faces in which papers are printed and filled in."""

from enum import StrEnum
from functools import cache
from importlib.resources import files

from PIL import ImageFont


class Face(StrEnum):
    """What values are typed in; labels are always plain."""

    REGULAR = "Regular"
    BOLD = "Bold"
    ITALIC = "Italic"
    BOLD_ITALIC = "BoldItalic"
    TYPEWRITER = "Typewriter"


@cache
def typed(size: int, face: Face) -> ImageFont.FreeTypeFont:
    """The face of values; size in pixels."""
    if face is not Face.TYPEWRITER:
        return serif(size, face)
    path = files("scanning.samples") / "fonts" / "LiberationMono-Regular.ttf"
    return ImageFont.truetype(str(path), round(size * 0.85), layout_engine=ImageFont.Layout.BASIC)


@cache
def serif(size: int, style: str = "Regular") -> ImageFont.FreeTypeFont:
    """The Times-metric face in which official papers are set; size in pixels."""
    path = files("resources") / "fonts" / f"LiberationSerif-{style}.ttf"
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)
