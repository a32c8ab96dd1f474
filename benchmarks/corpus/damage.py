"""What happens to a page between the printer and the reader; seeded."""

import io
import math
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from benchmarks.corpus.pages import Sheet, printed

Pixels = NDArray[np.uint8]
Harm = Callable[[Pixels, np.random.Generator], Pixels]
"""A page (RGB) and the dice; answers with the harmed page."""


def _bytes(values: NDArray[np.float32] | cv2.typing.MatLike) -> Pixels:
    bounded: Pixels = np.clip(values, 0, 255).astype(np.uint8)
    return bounded


def skewed(degrees: float, ground: int = 252) -> Harm:
    """Laid askew on a white glass."""

    def harm(page: Pixels, dice: np.random.Generator) -> Pixels:
        angle = degrees if dice.random() < 0.5 else -degrees
        height, width = page.shape[:2]
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
        cos, sin = abs(turn[0, 0]), abs(turn[0, 1])
        size = int(width * cos + height * sin), int(height * cos + width * sin)
        turn[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
        return _bytes(cv2.warpAffine(page, turn, size, flags=cv2.INTER_CUBIC, borderValue=(ground,) * 3))

    return harm


def rotated(quarters: int) -> Harm:
    return lambda page, _dice: np.ascontiguousarray(np.rot90(page, quarters))


def noisy(sigma: float, salt: float = 0.0) -> Harm:
    def harm(page: Pixels, dice: np.random.Generator) -> Pixels:
        grain = dice.standard_normal((*page.shape[:2], 1), np.float32) * np.float32(sigma)
        noised = _bytes(page + grain)
        if salt:
            chance = dice.random(page.shape[:2])
            noised[chance < salt / 2] = 0
            noised[chance > 1 - salt / 2] = 255
        return noised

    return harm


def jpeg(quality: int) -> Harm:
    def harm(page: Pixels, _dice: np.random.Generator) -> Pixels:
        packed = io.BytesIO()
        Image.fromarray(page).save(packed, "JPEG", quality=quality)
        return np.asarray(Image.open(packed).convert("RGB"))

    return harm


def shadowed(strength: float) -> Harm:
    """A hand or a head between lamp and page: a soft edge at any slant."""

    def harm(page: Pixels, dice: np.random.Generator) -> Pixels:
        height, width = page.shape[:2]
        angle, place = dice.uniform(0, math.tau), dice.uniform(-0.15, 0.15)
        x = np.linspace(-0.5, 0.5, width, dtype=np.float32)[None, :]
        y = np.linspace(-0.5, 0.5, height, dtype=np.float32)[:, None]
        edge = 1 / (1 + np.exp(-14 * (x * math.cos(angle) + y * math.sin(angle) - place)))
        return _bytes(page * (1 - strength * edge)[..., None])

    return harm


def faint(contrast: float) -> Harm:
    """Toner running out, in streaks down the page."""

    def harm(page: Pixels, dice: np.random.Generator) -> Pixels:
        streaks = dice.uniform(-0.12, 0.12, 12).astype(np.float32)
        across = np.interp(np.arange(page.shape[1]), np.linspace(0, page.shape[1], 12), streaks)
        strength = np.clip(contrast + across, 0.1, 1.0).astype(np.float32)[None, :, None]
        return _bytes(255 - (255 - page.astype(np.float32)) * strength)

    return harm


def resampled(dpi: int) -> Harm:
    """Scanned at a lower resolution (300 dpi before)."""

    def harm(page: Pixels, _dice: np.random.Generator) -> Pixels:
        scale = dpi / 300
        return _bytes(cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))

    return harm


def stamped(count: int = 2) -> Harm:
    """Red round seals pressed over the text."""

    def harm(page: Pixels, dice: np.random.Generator) -> Pixels:
        layer = Image.new("RGB", (page.shape[1], page.shape[0]), "white")
        draw = ImageDraw.Draw(layer)
        for _ in range(count):
            x, y = dice.uniform(0.25, 0.75) * page.shape[1], dice.uniform(0.2, 0.6) * page.shape[0]
            red = (int(dice.integers(190, 225)), int(dice.integers(20, 50)), int(dice.integers(30, 60)))
            for radius, width in ((215, 12), (140, 6)):
                draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=red, width=width)
            points = [
                (x + r * math.sin(k * math.pi / 5), y - r * math.cos(k * math.pi / 5))
                for k, r in enumerate((60, 25) * 5)
            ]
            draw.polygon(points, fill=red)
            for k in range(24):
                at = math.tau * k / 24
                draw.rectangle(
                    (x + 178 * math.cos(at) - 12, y + 178 * math.sin(at) - 16, x + 178 * math.cos(at) + 12,
                     y + 178 * math.sin(at) + 16), outline=red, width=6,
                )  # fmt: skip
        ink = cv2.GaussianBlur(np.asarray(layer), (0, 0), 1.0).astype(np.float32)
        return _bytes(page * ink / 255)

    return harm


def bled_through(seed: int, strength: float = 0.22) -> Harm:
    """The text of the back shows, mirrored and soft."""

    def harm(page: Pixels, dice: np.random.Generator) -> Pixels:
        back = np.asarray(printed("prose", 7000 + seed + int(dice.integers(1000))).image)[:, ::-1]
        back = cv2.resize(back, page.shape[1::-1])
        soft = cv2.GaussianBlur(back, (0, 0), 2.5).astype(np.float32)
        return _bytes(page.astype(np.float32) * (1 - strength * (1 - soft / 255)))

    return harm


def black_bordered(pixels: int = 120) -> Harm:
    """The scanner's open lid around the sheet, more on one side than on another."""

    def harm(page: Pixels, dice: np.random.Generator) -> Pixels:
        top, bottom, left, right = (int(pixels * dice.uniform(0.3, 1.5)) for _ in range(4))
        return np.pad(page, ((top, bottom), (left, right), (0, 0)), constant_values=8)

    return harm


def punched() -> Harm:
    """Two holes at the left edge, black as the lid behind."""

    def harm(page: Pixels, _dice: np.random.Generator) -> Pixels:
        page = page.copy()
        for share in (0.4, 0.6):
            cv2.circle(page, (130, int(page.shape[0] * share)), 36, (12, 12, 12), -1)
        return page

    return harm


def photographed(tilt: float = 0.06) -> Harm:
    """With a phone, on a desk with grain, at an angle, lit from one side."""

    def harm(page: Pixels, dice: np.random.Generator) -> Pixels:
        height, width = page.shape[:2]
        frame = int(width * 1.22), int(height * 1.16)
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        inset = np.array([(frame[0] - width) / 2, (frame[1] - height) / 2])
        moved = (corners + inset + dice.uniform(-tilt, tilt, (4, 2)) * (width, height)).astype(np.float32)
        moved = np.clip(moved, 12, (frame[0] - 12, frame[1] - 12)).astype(np.float32)
        grain = (
            cv2.GaussianBlur(dice.standard_normal((frame[1], frame[0]), np.float32), (0, 0), 25, sigmaY=2)
            * 60
        )
        tone = [(96, 72, 52), (70, 74, 80), (120, 92, 64)][int(dice.integers(3))]
        desk = _bytes(np.array(tone, np.float32) + grain[..., None])
        lens = cv2.getPerspectiveTransform(corners, moved)
        photo = cv2.warpPerspective(
            page, lens, frame, dst=desk, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_TRANSPARENT
        ).astype(np.float32)
        x = np.linspace(0, 1, frame[0], dtype=np.float32)[None, :]
        y = np.linspace(0, 1, frame[1], dtype=np.float32)[:, None]
        lamp = dice.uniform(0, 1, 2)
        light = 1.02 - 0.42 * np.hypot(x - lamp[0], y - lamp[1])
        lit = cv2.GaussianBlur(photo, (0, 0), 0.8) * light[..., None] * (1.0, 0.97, 0.9)
        return jpeg(82)(noisy(4)(_bytes(lit), dice), dice)

    return harm


def copied_again() -> Harm:
    """A photocopy of a photocopy: edges eaten and grown, dust, hard contrast."""

    def harm(page: Pixels, dice: np.random.Generator) -> Pixels:
        grey: NDArray[np.float32] = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY).astype(np.float32)
        for _ in range(2):
            soft = cv2.GaussianBlur(grey, (0, 0), 1.3) + dice.standard_normal(grey.shape, np.float32) * 12
            grey = (255 / (1 + np.exp(-(soft - 135) / 18))).astype(np.float32)
        dust = np.where(dice.random(grey.shape) < 0.00012, np.uint8(255), np.uint8(0))
        grey[cv2.dilate(dust, np.ones((3, 3), np.uint8)) > 0] = 20
        return np.repeat(_bytes(grey)[..., None], 3, axis=2)

    return harm


def yellowed() -> Harm:
    """Old brown paper, uneven."""

    def harm(page: Pixels, dice: np.random.Generator) -> Pixels:
        small = dice.uniform(0.86, 1.0, (12, 9)).astype(np.float32)
        cloud = cv2.resize(small, page.shape[1::-1], interpolation=cv2.INTER_CUBIC)[..., None]
        return _bytes(page * cloud * np.array([0.93, 0.86, 0.70], np.float32))

    return harm


def damaged(sheet: Sheet, harms: tuple[Harm, ...], seed: int) -> Pixels:
    """The sheet after all harms in their order."""
    dice = np.random.default_rng(seed)
    page: Pixels = np.asarray(sheet.image)
    for harm in harms:
        page = harm(page, dice)
    return page
