"""Seeded photographs of invented citizen cards: twenty conditions, from a card on a desk to several harms at once.

The camera is a pinhole in front of a flat or slightly curled card; sizes are told in pixels per module of the
QR code, for that is what decides whether it can be read.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from scanning.pages import Pixels
from scanning.samples.cards import CARD_HEIGHT_MM, CARD_WIDTH_MM, print_card_back, print_card_front
from scanning.samples.people import SamplePerson, invented_person, invented_resident

FRAMES = ((1280, 720), (1600, 1200), (1920, 1080), (2592, 1944), (3264, 2448), (4000, 3000))
_MODULE_MM = 0.33
#: The code's middle on the front of a card, as shares of its width and height.
_CODE_MIDDLE = (74.5 / CARD_WIDTH_MM, 16.3 / CARD_HEIGHT_MM)
_CODE_MM = 17.5

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shot:
    """What a photograph suffers; ranges are drawn from for each."""

    name: str
    module_px: Range = (4.0, 7.0)
    tilt: Range = (0.0, 15.0)
    """Degrees between card and sensor."""
    roll: Range = (-20.0, 20.0)
    focus: Range = (0.15, 0.25)
    """Sigma of the blur in modules."""
    motion: Range = (0.0, 0.0)
    """Length of the smear in modules."""
    noise: Range = (1.0, 3.0)
    light: Range = (0.75, 1.0)
    jpeg: tuple[int, int] = (80, 92)
    glare: Range = (0.0, 0.0)
    """Diameter of the lamp's image as a share of the code's side."""
    shadow: Range = (0.0, 0.0)
    scratches: int = 0
    curl: Range = (0.0, 0.0)
    """Height of the bow in mm across the card."""
    cards: int = 1
    is_copy: bool = False
    frames: tuple[tuple[int, int], ...] = FRAMES


_UPRIGHT, _TURNED = (-20.0, 20.0), (160.0, 200.0)
SHOTS = (
    Shot("desk", (4, 8)),
    Shot("held, tilted", (4, 6), (25, 45), (-180, 180)),
    Shot("steep", (5.5, 8), (48, 60), (-45, 45)),
    Shot("motion", (4, 7), (0, 20), motion=(0.8, 1.8)),
    Shot("out of focus", (4, 7), (0, 20), focus=(0.4, 0.65)),
    Shot("small modules", (1.9, 2.5), (0, 15), focus=(0.2, 0.35)),
    Shot("small, JPEG", (2.3, 3.2), (0, 25), jpeg=(30, 50)),
    Shot("glare", (4, 7), (5, 25), glare=(0.2, 0.38)),
    Shot("low light", (3.5, 6), (0, 25), noise=(8, 14), light=(0.2, 0.4), focus=(0.25, 0.4)),
    Shot("JPEG 30-50, tilted", (3, 4.5), (20, 40), (-90, 90), jpeg=(30, 50)),
    Shot("shadow", (3.5, 6), (5, 30), shadow=(0.55, 0.8)),
    Shot("scratched", (3.5, 6), (0, 25), scratches=14),
    Shot("curled", (4, 7), (10, 35), (-90, 90), curl=(2.0, 5.0)),
    Shot("far away", (2.2, 3.0), (5, 30), frames=((3264, 2448), (4000, 3000))),
    Shot("fills the frame", (5.5, 12), (0, 10), (-8, 8), frames=((1920, 1080), (2592, 1944), (4000, 3000))),
    Shot("two cards", (3, 5), (0, 25), cards=2, frames=((2592, 1944), (3264, 2448), (4000, 3000))),
    Shot("photocopy", (3, 5), (0, 3), (-6, 6), noise=(0, 2), is_copy=True, frames=((1654, 2339), (2480, 3508))),
    Shot("upside down, soft", (3.5, 6), (10, 30), _TURNED, focus=(0.35, 0.6)),
    Shot("held, moving, dark", (4, 6), (20, 40), (-90, 90), motion=(0.7, 1.5), noise=(5, 10), light=(0.3, 0.5)),
    Shot("all at once", (3, 4.5), (15, 35), (-180, 180), focus=(0.3, 0.5), noise=(3, 6), jpeg=(40, 60),
         glare=(0.1, 0.2), shadow=(0.3, 0.6), scratches=4, curl=(0.5, 2.0)),
)  # fmt: skip

BACK_SHOTS = (
    Shot("back on a desk", (3.2, 5)),
    Shot("back tilted", (3.6, 5), (20, 38), (-25, 25)),
    Shot("back out of focus", (3.6, 5), (0, 20), focus=(0.4, 0.6)),
    Shot("back in shadow", (3.2, 5), (5, 25), shadow=(0.5, 0.75)),
    Shot("back, low light", (3.4, 5), (0, 20), noise=(8, 14), light=(0.2, 0.4), focus=(0.2, 0.35)),
    Shot("back upside down", (3.2, 5), (5, 25), _TURNED),
    Shot("back, small, JPEG", (2.2, 3.0), (0, 15), jpeg=(35, 55)),
    Shot("back, several harms", (3.2, 4.5), (10, 28), (-30, 30), focus=(0.3, 0.45), noise=(3, 6),
         jpeg=(50, 70), shadow=(0.3, 0.5)),
)  # fmt: skip
"""The back's pixels are counted in the same unit: `module_px` per 0.33 mm."""


@dataclass(frozen=True, slots=True, eq=False)
class Photograph:
    shot: str
    pixels: Pixels
    people: tuple[SamplePerson, ...]
    """Whose cards lie in the picture."""


def fronts(each: int = 6, seed: int = 1) -> Iterator[Photograph]:
    """`each` photographs of every condition with the QR code in them: 120 by default."""
    for number, shot in enumerate(SHOTS):
        for take in range(each):
            yield photograph(shot, seed * 100_000 + number * 1000 + take, is_front=True)


def backs(each: int = 5, seed: int = 1) -> Iterator[Photograph]:
    """`each` photographs of every condition with the machine-readable zone in them: 40 by default."""
    for number, shot in enumerate(BACK_SHOTS):
        for take in range(each):
            yield photograph(shot, seed * 100_000 + 50_000 + number * 1000 + take, is_front=False)


def photograph(shot: Shot, seed: int, *, is_front: bool) -> Photograph:
    """One photograph; the same shot and seed give the same pixels."""
    dice = np.random.default_rng(seed)
    module_px = dice.uniform(*shot.module_px)
    long_px = module_px / _MODULE_MM * CARD_WIDTH_MM
    # 15 to 90 of 100 of the frame's width, as far as the sizes at hand allow.
    fitting = [f for f in shot.frames if 0.15 <= long_px * shot.cards / f[0] <= 0.9] or [max(shot.frames)]
    width, height = fitting[int(dice.integers(len(fitting)))]
    people = tuple(
        (invented_person if dice.random() < 0.5 else invented_resident)(seed * 7 + n)
        for n in range(shot.cards)
    )
    scene = _desk(width, height, dice, is_white=shot.is_copy)
    for place, person in enumerate(people):
        middle = ((place + 0.5) / shot.cards * width, height * dice.uniform(0.47, 0.53))
        _lay(scene, person, shot, module_px, middle, dice, is_front=is_front)
    pixels = _exposed(scene, shot, module_px, dice)
    return Photograph(shot.name, pixels, people)


def _desk(width: int, height: int, dice: np.random.Generator, *, is_white: bool) -> NDArray[np.float32]:
    if is_white:
        return np.full((height, width, 3), 250, np.float32)
    tone = np.array([(96, 72, 52), (70, 74, 80), (150, 118, 84), (188, 186, 180)][int(dice.integers(4))])
    coarse = dice.standard_normal((height // 24 + 2, width // 160 + 2), np.float32) * 14
    fine = dice.standard_normal((height // 3 + 1, width // 12 + 1), np.float32) * 5
    grain = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) + cv2.resize(
        fine, (width, height)
    )
    desk = grain[..., None] + tone.astype(np.float32)
    if dice.random() < 0.4:
        # A sheet of print lies beside or below the card.
        left, top = int(dice.uniform(0, 0.5) * width), int(dice.uniform(0, 0.5) * height)
        desk[top:, left:] = 236
        step = max(14, height // 45)
        for line in range(top + step, height, step):
            for word in range(left + step, width - step, step * 3):
                end = word + int(step * dice.uniform(0.8, 2.7))
                desk[line : line + step // 3, word:end:3] = 70
    return np.ascontiguousarray(desk, np.float32)


def _lay(
    scene: NDArray[np.float32],
    person: SamplePerson,
    shot: Shot,
    module_px: float,
    middle: tuple[float, float],
    dice: np.random.Generator,
    *,
    is_front: bool,
) -> None:
    """Prints one card, harms its surface and projects it into the scene."""
    px_per_mm = module_px / _MODULE_MM
    dpi = int(np.clip(px_per_mm * 25.4 * 1.6, 300, 900))
    sheet = print_card_front(person, dpi=dpi) if is_front else print_card_back(person, dpi=dpi)
    face = np.array(sheet.image, np.float32)
    if shot.is_copy:
        grey = cv2.GaussianBlur(face.mean(axis=2), (0, 0), dpi / 250)
        face = np.repeat(255 / (1 + np.exp(-(grey - 150) / 9))[..., None], 3, axis=2).astype(np.float32)
        specks = dice.random(face.shape[:2]) < 0.0006
        face[cv2.dilate(specks.astype(np.uint8), np.ones((2, 2), np.uint8)) > 0] = 20
    _scratch(face, shot.scratches, dpi, dice)
    softness = dpi / 25.4 / px_per_mm
    face = cv2.GaussianBlur(face, (0, 0), 0.45 * softness).astype(np.float32)

    lens = _framed(_lens(shot, px_per_mm, middle, dice), scene.shape, is_front=is_front)
    corners = np.array([[[0, 0], [CARD_WIDTH_MM, 0], [CARD_WIDTH_MM, CARD_HEIGHT_MM], [0, CARD_HEIGHT_MM]]])
    seen = cv2.perspectiveTransform(corners.astype(np.float32), lens)[0]
    left, top = np.maximum(np.floor(seen.min(axis=0)).astype(int) - 12, 0)
    right, bottom = np.minimum(np.ceil(seen.max(axis=0)).astype(int) + 12, scene.shape[1::-1])
    x, y = np.meshgrid(np.arange(left, right, dtype=np.float32), np.arange(top, bottom, dtype=np.float32))
    back = np.linalg.inv(lens).astype(np.float32)
    depth = back[2, 0] * x + back[2, 1] * y + back[2, 2]
    u = (back[0, 0] * x + back[0, 1] * y + back[0, 2]) / depth
    v = (back[1, 0] * x + back[1, 1] * y + back[1, 2]) / depth
    bow = dice.uniform(*shot.curl)
    share = u / CARD_WIDTH_MM
    v = v + bow * 0.45 * (1 - (2 * share - 1) ** 2)
    u = u + bow * 0.3 * np.sin(math.tau * share)
    across, down = (u * dpi / 25.4).astype(np.float32), (v * dpi / 25.4).astype(np.float32)
    drawn = cv2.remap(face, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    inside = ((u >= 0) & (u < CARD_WIDTH_MM) & (v >= 0) & (v < CARD_HEIGHT_MM)).astype(np.float32)
    inside = cv2.GaussianBlur(inside, (0, 0), 0.7)[..., None]
    part = scene[top:bottom, left:right]
    part[:] = part * (1 - inside) + drawn * inside
    if is_front:
        code = np.array([[[_CODE_MIDDLE[0] * CARD_WIDTH_MM, _CODE_MIDDLE[1] * CARD_HEIGHT_MM]]], np.float32)
        _glare(scene, cv2.perspectiveTransform(code, lens)[0, 0], shot, px_per_mm * _CODE_MM, dice)


def _lens(
    shot: Shot, px_per_mm: float, middle: tuple[float, float], dice: np.random.Generator
) -> NDArray[np.float64]:
    """From mm on the card to pixels: tilted about a random axis, seen from 250 mm."""
    tilt, roll = math.radians(dice.uniform(*shot.tilt)), math.radians(dice.uniform(*shot.roll))
    towards = dice.uniform(0, math.tau)
    axis = np.array([math.cos(towards), math.sin(towards), 0.0]) * tilt
    turn = cv2.Rodrigues(axis)[0] @ cv2.Rodrigues(np.array([0.0, 0.0, roll]))[0]
    distance = 250.0
    # Foreshortening makes modules smaller one way; the size asked for is that of the narrow way halved back.
    focal = px_per_mm * distance / math.sqrt(math.cos(tilt))
    camera = np.array([[focal, 0, middle[0]], [0, focal, middle[1]], [0, 0, 1.0]])
    plane = np.column_stack((turn[:, 0], turn[:, 1], np.array([0.0, 0.0, distance])))
    centred = np.array([[1, 0, -CARD_WIDTH_MM / 2], [0, 1, -CARD_HEIGHT_MM / 2], [0, 0, 1.0]])
    return np.asarray(camera @ plane @ centred)


def _framed(lens: NDArray[np.float64], frame: tuple[int, ...], *, is_front: bool) -> NDArray[np.float64]:
    """Moves the camera so that all that is to be read is in the picture."""
    half = _CODE_MM / 2
    across, down = _CODE_MIDDLE[0] * CARD_WIDTH_MM, _CODE_MIDDLE[1] * CARD_HEIGHT_MM
    left, top, right, bottom = (
        (across - half, down - half, across + half, down + half)
        if is_front
        else (0, 31, CARD_WIDTH_MM, CARD_HEIGHT_MM)
    )
    needed = np.array([[[left, top], [right, top], [right, bottom], [left, bottom]]], np.float32)
    seen = cv2.perspectiveTransform(needed, lens)[0]
    room = 12.0
    far = np.array(frame[1::-1]) - room
    shift = np.maximum(room - seen.min(axis=0), 0) - np.maximum(seen.max(axis=0) - far, 0)
    return np.asarray(np.array([[1, 0, shift[0]], [0, 1, shift[1]], [0, 0, 1.0]]) @ lens)


def _scratch(face: NDArray[np.float32], count: int, dpi: int, dice: np.random.Generator) -> None:
    for _ in range(count):
        start = np.array([dice.uniform(0.6, 1.0) * face.shape[1], dice.uniform(0, 0.6) * face.shape[0]])
        end = start + dice.uniform(-0.35, 0.35, 2) * face.shape[1]
        tone = float(dice.choice([245.0, 215.0, 120.0]))
        thick = max(1, round(dpi / 25.4 * dice.uniform(0.08, 0.3)))
        cv2.line(face, start.astype(int).tolist(), end.astype(int).tolist(), (tone,) * 3, thick, cv2.LINE_AA)


def _glare(
    scene: NDArray[np.float32],
    code: NDArray[np.float32],
    shot: Shot,
    side_px: float,
    dice: np.random.Generator,
) -> None:
    """A lamp's image, burnt out in its middle, somewhere on the code."""
    size = dice.uniform(*shot.glare) * side_px
    if size <= 0:
        return
    at = code + dice.uniform(-0.4, 0.4, 2) * side_px
    y, x = np.ogrid[: scene.shape[0], : scene.shape[1]]
    stretch = dice.uniform(0.6, 1.0)
    away = np.hypot((x - at[0]) / (size / 2), (y - at[1]) / (size / 2 * stretch))
    scene += (400 / (1 + np.exp(np.clip((away - 1) * 7, -50, 50)))).astype(np.float32)[..., None]


def _exposed(scene: NDArray[np.float32], shot: Shot, module_px: float, dice: np.random.Generator) -> Pixels:
    """Light, lens, hand, sensor and file, in that order."""
    height, width = scene.shape[:2]
    strength = dice.uniform(*shot.shadow)
    if strength > 0:
        angle, place = dice.uniform(0, math.tau), dice.uniform(-0.12, 0.12)
        x = np.linspace(-0.5, 0.5, width, dtype=np.float32)[None, :]
        y = np.linspace(-0.5, 0.5, height, dtype=np.float32)[:, None]
        steep = dice.uniform(25, 90)
        edge = 1 / (1 + np.exp(-steep * (x * math.cos(angle) + y * math.sin(angle) - place)))
        scene = scene * (1 - strength * edge)[..., None].astype(np.float32)
    scene = cv2.GaussianBlur(np.minimum(scene, 330), (0, 0), dice.uniform(*shot.focus) * module_px).astype(
        np.float32
    )
    smear = dice.uniform(*shot.motion) * module_px
    if smear > 1:
        scene = cv2.filter2D(scene, -1, _smear(smear, dice.uniform(0, math.pi))).astype(np.float32)
    light = dice.uniform(*shot.light)
    scene = scene * np.float32(light)
    sigma = np.float32(dice.uniform(*shot.noise))
    grain = dice.standard_normal((height, width, 1), np.float32) * sigma
    tint = dice.standard_normal((height // 2 + 1, width // 2 + 1, 3), np.float32) * (sigma * np.float32(0.5))
    scene += grain + cv2.resize(tint, (width, height), interpolation=cv2.INTER_LINEAR)
    # The camera's own gain brings a dark picture half way back, grain and all.
    gain = np.float32(1 / max(light, 0.01) ** 0.6)
    picture = np.clip(scene * (gain * np.float32(0.95)), 0, 255)
    quality = int(dice.integers(shot.jpeg[0], shot.jpeg[1] + 1))
    packed = cv2.imencode(".jpg", picture[..., ::-1].astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    file = cv2.imdecode(packed, cv2.IMREAD_COLOR)
    assert file is not None
    return cv2.cvtColor(file, cv2.COLOR_BGR2RGB).astype(np.uint8)


def _smear(length: float, angle: float) -> NDArray[np.float32]:
    """A line of that length as a kernel."""
    size = math.ceil(length) + 2 | 1
    kernel = np.zeros((size * 4, size * 4), np.float32)
    middle = size * 2
    reach = np.array([math.cos(angle), math.sin(angle)]) * length * 2
    start, end = middle - reach, middle + reach
    cv2.line(
        kernel, start.round().astype(int).tolist(), end.round().astype(int).tolist(), 1.0, 4, cv2.LINE_AA
    )
    small = cv2.resize(kernel, (size, size), interpolation=cv2.INTER_AREA)
    return np.asarray(small / small.sum(), np.float32)


def shot_named(name: str, **changed: object) -> Shot:
    """One of the conditions, with some of its ranges replaced."""
    found = next(shot for shot in (*SHOTS, *BACK_SHOTS) if shot.name == name)
    return replace(found, **changed)  # type: ignore[arg-type]
