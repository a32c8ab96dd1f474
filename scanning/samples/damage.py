"""What scanners, phones, stamps and time do to a sheet: seeded, so that a bad page can be had again."""

import io
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from scanning.samples.sheets import red_stamp

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Damage:
    """The harm done to one page; what is not set leaves the page as it is."""

    skew_degrees: float = 0.0
    """Counter-clockwise."""
    quarter_turns: int = 0
    """Counter-clockwise turns of 90 degrees."""
    noise: float = 0.0
    """Standard deviation of Gaussian noise in grey levels."""
    salt: float = 0.0
    """Share of pixels turned black or white."""
    shadow: float = 0.0
    """0 none to 1: how much light is lost on the dark side."""
    stamps: tuple[tuple[float, float], ...] = ()
    """Middles of red seals as shares of width and height."""
    contrast: float = 1.0
    blur: float = 0.0
    """Sigma in pixels."""
    black_border: int = 0
    """Pixels of black scanner lid around the page."""
    phone: bool = False
    """Photographed askew on a dark table under one lamp."""
    jpeg_quality: int | None = None


CONDITIONS: dict[str, Damage] = {
    "clean": Damage(),
    "skew": Damage(skew_degrees=4),
    "upside_down": Damage(quarter_turns=2),
    "sideways": Damage(quarter_turns=1, skew_degrees=-1.5),
    "noise": Damage(noise=38, salt=0.01),
    "shadow": Damage(shadow=0.6),
    "stamp": Damage(stamps=((0.3, 0.44), (0.66, 0.2))),
    "faint": Damage(contrast=0.35),
    "blur": Damage(blur=1.6, jpeg_quality=60),
    "black_border": Damage(black_border=140, skew_degrees=1.2),
    "phone": Damage(phone=True, jpeg_quality=80),
    "all_at_once": Damage(
        skew_degrees=-2.5, noise=10, shadow=0.4, stamps=((0.4, 0.4),), contrast=0.7, jpeg_quality=70
    ),
}
"""Named conditions shared by tests, benchmarks and the demo."""


def damaged(image: Image.Image, damage: Damage, seed: int = 1) -> Image.Image:
    """`image` after `damage`, in the order in which life does it: ink, paper, lid or lens, file."""
    draw = np.random.default_rng(seed)
    page = image.convert("RGB")
    for x, y in damage.stamps:
        red_stamp(page, (int(x * page.width), int(y * page.height)))
    pixels: Pixels = np.asarray(page)
    if damage.contrast != 1.0:
        pixels = _as_bytes(255 - (255 - pixels.astype(np.float32)) * damage.contrast)
    if damage.phone:
        pixels = _photographed(pixels, draw)
    if damage.skew_degrees:
        pixels = _skewed(pixels, damage.skew_degrees)
    if damage.black_border:
        pixels = np.pad(pixels, ((damage.black_border,) * 2, (damage.black_border,) * 2, (0, 0)))
    if damage.shadow:
        pixels = _shadowed(pixels, damage.shadow)
    if damage.blur:
        pixels = cv2.GaussianBlur(pixels, (0, 0), damage.blur).astype(np.uint8)
    if damage.noise:
        pixels = _as_bytes(pixels + _grain(draw, damage.noise, pixels.shape[:2]))
    if damage.salt:
        pixels = pixels.copy()
        chance = draw.random(pixels.shape[:2])
        pixels[chance < damage.salt / 2] = 0
        pixels[chance > 1 - damage.salt / 2] = 255
    pixels = np.ascontiguousarray(np.rot90(pixels, damage.quarter_turns))
    page = Image.fromarray(pixels)
    if damage.jpeg_quality is not None:
        packed = io.BytesIO()
        page.save(packed, "JPEG", quality=damage.jpeg_quality)
        page = Image.open(packed).convert("RGB")
    return page


def _as_bytes(values: cv2.typing.MatLike) -> Pixels:
    bounded: Pixels = np.clip(values, 0, 255).astype(np.uint8)
    return bounded


def _grain(draw: np.random.Generator, sigma: float, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Noise for each pixel, the same in all three colours."""
    return draw.standard_normal((*shape, 1), np.float32) * np.float32(sigma)


def _skewed(pixels: Pixels, degrees: float) -> Pixels:
    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    cos, sin = abs(turn[0, 0]), abs(turn[0, 1])
    new_width, new_height = int(width * cos + height * sin), int(height * cos + width * sin)
    turn[:, 2] += (new_width - width) / 2, (new_height - height) / 2
    white = (250, 250, 250)
    skewed = cv2.warpAffine(pixels, turn, (new_width, new_height), flags=cv2.INTER_CUBIC, borderValue=white)
    return _as_bytes(skewed)


def _shadowed(pixels: Pixels, strength: float) -> Pixels:
    height, width = pixels.shape[:2]
    across = np.linspace(0, 1, width, dtype=np.float32)[None, :]
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    edge = 1 / (1 + np.exp(-12 * (across * 0.7 + down * 0.5 - 0.65)))
    return _as_bytes(pixels * (1 - strength * edge)[..., None])


def _photographed(pixels: Pixels, draw: np.random.Generator) -> Pixels:
    """A page held by nobody, on a dark table, lens a little off: four corners move, light falls off."""
    height, width = pixels.shape[:2]
    margin = 0.06
    frame = (int(width * (1 + 2 * margin)), int(height * (1 + 2 * margin)))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    shift = draw.uniform(-0.035, 0.035, (4, 2)) * (width, height)
    moved = (corners + np.array([width * margin, height * margin]) + shift).astype(np.float32)
    lens = cv2.getPerspectiveTransform(corners, moved)
    table = np.full((frame[1], frame[0], 3), (58, 48, 42), np.uint8)
    table = _as_bytes(table + _grain(draw, 5, table.shape[:2]))
    photo = cv2.warpPerspective(
        pixels, lens, frame, dst=table, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_TRANSPARENT
    )
    y, x = np.mgrid[0 : frame[1], 0 : frame[0]].astype(np.float32)
    lamp = draw.uniform(0.25, 0.75, 2) * frame
    fall = 1 - 0.45 * np.hypot((x - lamp[0]) / frame[0], (y - lamp[1]) / frame[1])
    lit = cv2.GaussianBlur(photo, (0, 0), 0.9) * fall.astype(np.float32)[..., None]
    return _as_bytes(lit + _grain(draw, 3, photo.shape[:2]))
