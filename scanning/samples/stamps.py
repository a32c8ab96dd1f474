"""Presses invented red seals on printed papers."""

import math

from PIL import Image, ImageChops, ImageDraw

from scanning.samples.faces import serif

_STAMP = (206, 32, 44)


def red_stamp(image: Image.Image, middle: tuple[int, int], *, radius: int = 210) -> None:
    """Presses a red round seal on `image`; ink lets what lies beneath show through."""
    layer = Image.new("RGB", image.size, (255, 255, 255))
    draw = ImageDraw.Draw(layer)
    x, y = middle
    for inset, width in ((0, 12), (78, 6)):
        ring = radius - inset
        draw.ellipse((x - ring, y - ring, x + ring, y + ring), outline=_STAMP, width=width)
    star = [
        (
            x + (54 if k % 2 == 0 else 22) * math.sin(k * math.pi / 5),
            y - (54 if k % 2 == 0 else 22) * math.cos(k * math.pi / 5),
        )
        for k in range(10)
    ]
    draw.polygon(star, fill=_STAMP)
    font = serif(46, "Bold")
    for number, letter in enumerate("ỦY BAN NHÂN DÂN PHƯỜNG MẪU ★ "):
        angle = math.tau * number / 29
        glyph = Image.new("L", (80, 80), 0)
        ImageDraw.Draw(glyph).text((40, 40), letter, 255, font, anchor="mm")
        turned = glyph.rotate(-math.degrees(angle))
        at = (int(x + (radius - 40) * math.sin(angle)) - 40, int(y - (radius - 40) * math.cos(angle)) - 40)
        layer.paste(_STAMP, at, turned)
    image.paste(Image.composite(_multiplied(image, layer), image, _inked(layer)))


def _inked(layer: Image.Image) -> Image.Image:
    return layer.convert("L").point(lambda level: 255 if level < 250 else 0)


def _multiplied(image: Image.Image, layer: Image.Image) -> Image.Image:
    return ImageChops.multiply(image, layer)
