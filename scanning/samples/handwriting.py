"""Writes by hand: seeded pen strokes in several manners, so that no single look stands for handwriting.

No face in the installation imitates a hand. Letters are drawn along skeletons, joined or apart, in capitals or
small, or as mere loops; one manner distorts the outlines of print, which the reading engine partly reads. What is
written by hand is never read, so whether the letters could be is no matter.
"""

import math
import random
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from PIL import Image, ImageDraw, ImageFont

from scanning.samples.letter_strokes import Stroke, strokes_of

BLUE_PEN, BLACK_PEN, VIOLET_PEN = (30, 46, 140), (30, 30, 34), (84, 40, 130)
_PX_PER_MM = 300 / 25.4
_TALL, _DEEP = "bdhklđtfBCDĐGHKLMNPQRSTVXY0123456789", "gpqy"
_FACES = ("LiberationSerif-Italic.ttf", "BeVietnamPro-Regular.ttf", "NotoSans-Regular.ttf")
_STEP_PX = 2.0


class Manner(StrEnum):
    """How a person writes."""

    LOOPS = "loops"
    """Strokes that look like joined writing and are no letters."""
    JOINED = "joined"
    APART = "apart"
    """Small letters that do not touch."""
    CAPITALS = "capitals"
    """Block letters, as forms ask for."""
    OUTLINES = "outlines"
    """Letters of print, each leaning, growing and sinking differently."""


MANNERS = tuple(Manner)


@dataclass(frozen=True, slots=True)
class Hand:
    """One person's writing: manner, pen and habits; all that one sheet is filled in with has the same."""

    manner: Manner
    pen: tuple[int, int, int]
    width_px: float
    slant: float
    """Sideways pixels for each pixel of height."""
    slope: float
    """Rise of the line for each pixel of its length."""
    wobble_px: float
    size: float
    """Of the letters, as a share of the printed size."""


@cache
def hand_of(seed: int) -> Hand:
    """The hand of a seed; of five neighbouring seeds each writes in another manner."""
    choose = random.Random(f"hand {seed}")  # noqa: S311 - a habit, no secret
    return Hand(
        manner=MANNERS[seed % len(MANNERS)],
        pen=choose.choice((BLUE_PEN, BLUE_PEN, BLACK_PEN, VIOLET_PEN)),
        width_px=choose.uniform(0.3, 0.9) * _PX_PER_MM * 0.85,
        slant=choose.uniform(-0.1, 0.4),
        slope=math.tan(math.radians(choose.uniform(-1.6, 1.6))),
        wobble_px=choose.uniform(0.6, 1.8),
        size=choose.uniform(0.85, 1.2),
    )


def write_by_hand(
    draw: ImageDraw.ImageDraw,
    text: str,
    origin: tuple[int, int],
    limit: int,
    *,
    seed: int,
    size: int = 54,
    hand: Hand | None = None,
) -> int:
    """Strokes for `text` from `origin` (left, top of the line, pixels), pressed together to end before x = `limit`.

    `hand` is whose; without one the seed takes it. Answers with the x at which the pen was lifted. Same seed
    and place, same strokes: nobody writes a word twice alike.
    """
    hand = hand or hand_of(seed)
    return _Writing(draw, hand, random.Random(f"{seed}|{text}|{origin}"), size).write(text, origin, limit)  # noqa: S311


class _Writing:
    """One line being written."""

    def __init__(self, draw: ImageDraw.ImageDraw, hand: Hand, choose: random.Random, size: int) -> None:
        self._draw, self._hand, self._choose = draw, hand, choose
        self._size = size * hand.size
        self._step = self._size / 10.5
        self._phase = choose.uniform(0, math.tau)

    def write(self, text: str, origin: tuple[int, int], limit: int) -> int:
        if self._hand.manner is Manner.CAPITALS:
            text = text.upper()
        blank = self._size * self._choose.uniform(0.35, 0.55)
        breadths = [self._breadth(word) for word in text.split()]
        natural = sum(breadths) + blank * (len(breadths) - 1)
        squeeze = min(1.0, max(1, limit - origin[0] - 6) / max(1.0, natural))
        low, x = origin[1] + self._size * 0.15 + self._size_below(), float(origin[0])
        for word, breadth in zip(text.split(), breadths, strict=True):
            base = low - self._hand.slope * (x - origin[0]) + self._choose.uniform(-3, 3)
            match self._hand.manner:
                case Manner.LOOPS:
                    self._loops(word, x, base, squeeze)
                case Manner.OUTLINES:
                    self._outlines(word, x, base, squeeze)
                case _:
                    self._letters(word, x, base, squeeze)
            x += (breadth + blank) * squeeze
        return min(limit, round(x - blank * squeeze))

    def _size_below(self) -> float:
        return 0.83 * self._size / self._hand.size

    def _breadth(self, word: str) -> float:
        match self._hand.manner:
            case Manner.LOOPS:
                return sum(_loop_breadth(letter) for letter in word) * self._size
            case Manner.OUTLINES:
                return float(_face(self._face_name(), round(self._size)).getlength(word)) * 1.08
            case _:
                return sum(strokes_of(letter)[2] + self._gap() for letter in word) * self._step

    def _gap(self) -> float:
        return 1.6 if self._hand.manner is Manner.JOINED else 2.2

    def _letters(self, word: str, x: float, base: float, squeeze: float) -> None:
        running: list[tuple[float, float]] = []
        start = x
        for letter in word:
            body, marks, width = strokes_of(letter)
            grow = self._choose.uniform(0.88, 1.14)
            sink = base - self._choose.uniform(-2.2, 2.2) + 2.5 * math.sin((x - start) / 90 + self._phase)
            wide = self._choose.uniform(0.85, 1.15) * squeeze

            def placed(
                stroke: Stroke, at: float = x, low: float = sink, grow: float = grow, wide: float = wide
            ) -> Stroke:
                return tuple(
                    (
                        at + px * self._step * wide + self._hand.slant * py * self._step + self._jitter(),
                        low - py * self._step * grow + self._jitter(),
                    )
                    for px, py in stroke
                )

            for number, stroke in enumerate(body):
                points = placed(stroke)
                joins = (
                    self._hand.manner is Manner.JOINED and letter.isalpha() and self._choose.random() < 0.93
                )
                if joins and (number == 0 or stroke[0][1] <= 4):
                    running += points
                else:
                    self._stroke(running)
                    running = [] if joins else running[:0]
                    self._stroke(points)
            for stroke in marks:
                self._stroke(placed(stroke, x + self._choose.uniform(-3, 6)))
            x += (width + self._gap()) * self._step * squeeze
        self._stroke(running)

    def _loops(self, word: str, x: float, base: float, squeeze: float) -> None:
        half = self._size * self._choose.uniform(0.40, 0.48)
        points: list[tuple[float, float]] = []
        for letter in word:
            breadth = _loop_breadth(letter) * self._size * squeeze
            rise = half * (
                self._choose.uniform(1.7, 2.1) if letter in _TALL else self._choose.uniform(0.85, 1.1)
            )
            fall = half * 0.8 if letter in _DEEP else 0.0
            loops = self._choose.choice((1, 1, 2))
            for step in range(9):
                turn = step / 8
                height = rise * math.sin(math.pi * turn * loops) ** 2 - fall * math.sin(math.pi * turn) ** 4
                sway = breadth * 0.22 * math.sin(2 * math.pi * turn * loops)
                along = x + breadth * turn + sway + self._hand.slant * height
                points.append((along + self._jitter(), base - height + self._jitter()))
            if letter not in "aceimnorsuvxz" and self._choose.random() < 0.5:
                mark = x + breadth * 0.5 + self._hand.slant * half * 2
                self._stroke([(mark, base - half * 1.9), (mark + 12, base - half * 2.2)])
            x += breadth
        self._stroke(points)

    def _outlines(self, word: str, x: float, base: float, squeeze: float) -> None:
        font = _face(self._face_name(), round(self._size))
        side = round(self._size * 2.4)
        for letter in word:
            tile = Image.new("L", (side, side), 0)
            ImageDraw.Draw(tile).text((side / 2, side * 0.7), letter, 255, font, anchor="ms")
            lean = self._hand.slant * 0.6 + self._choose.uniform(-0.12, 0.12)
            grow, turn = self._choose.uniform(0.86, 1.14), self._choose.uniform(-0.07, 0.07)
            foot = side * 0.7
            # Output pixel to input pixel, about the letter's foot.
            tile = tile.transform(
                tile.size,
                Image.Transform.AFFINE,
                (
                    1 / (squeeze * grow), lean, side / 2 * (1 - 1 / (squeeze * grow)) - lean * foot,
                    turn, 1 / grow, foot * (1 - 1 / grow) - turn * side / 2,
                ),
                Image.Resampling.BILINEAR,
            )  # fmt: skip
            advance = font.getlength(letter) * 1.08 * squeeze
            at = (round(x + advance / 2 - side / 2), round(base - foot + self._choose.uniform(-3, 3)))
            self._draw.bitmap(at, tile, fill=self._hand.pen)
            x += advance

    def _face_name(self) -> str:
        return _FACES[round(self._hand.slant * 100) % len(_FACES)]

    def _jitter(self) -> float:
        return self._choose.uniform(-1, 1) * self._hand.wobble_px

    def _stroke(self, points: Stroke | list[tuple[float, float]]) -> None:
        """Along the points in a smooth curve, pressed more here and less there."""
        if not points:
            return
        pressure = self._choose.uniform(0, math.tau)
        reached = 0.0
        for (x, y), (to_x, to_y) in zip(_smooth(points), [*_smooth(points)[1:], points[-1]], strict=True):
            steps = max(1, round(math.hypot(to_x - x, to_y - y) / _STEP_PX))
            for step in range(steps):
                reached += _STEP_PX
                half = self._hand.width_px / 2 * (1 + 0.22 * math.sin(reached / 37 + pressure))
                at_x, at_y = x + (to_x - x) * step / steps, y + (to_y - y) * step / steps
                self._draw.ellipse((at_x - half, at_y - half, at_x + half, at_y + half), self._hand.pen)


def _smooth(points: Stroke | list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points of the Catmull-Rom curve through all given ones."""
    if len(points) < 3:
        return list(points)
    padded = [points[0], *points, points[-1]]
    curve: list[tuple[float, float]] = []
    for before, start, end, after in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for step in range(4):
            t = step / 4
            curve.append((_between(before[0], start[0], end[0], after[0], t),
                          _between(before[1], start[1], end[1], after[1], t)))  # fmt: skip
    return [*curve, points[-1]]


def _between(before: float, start: float, end: float, after: float, t: float) -> float:
    return 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t * t
        + (3 * start - before - 3 * end + after) * t**3
    )


def _loop_breadth(letter: str) -> float:
    return 0.62 if letter in "mwMW" else 0.24 if letter in "il1.,'" else 0.42


@cache
def _face(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(
        str(files("resources") / "fonts" / name), size, layout_engine=ImageFont.Layout.BASIC
    )
