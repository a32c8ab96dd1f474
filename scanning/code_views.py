"""Where a QR code may lie in a picture, and views of that place in which a blurred or noisy code shows.

Undoing the blur is what helps most: a code is black and white with edges on a grid, so that even a wrong guess
at the blur's width brings most modules back, and the code's own checksum tells whether it did.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scanning.pages import Pixels

Area = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of the picture."""

_SEARCH_SIDE = 1000
_MOST_AREAS = 5
_SMALLEST_SIDE = 60
"""41 modules of one and a half pixels."""
_MODULES = 47
"""Of a card's code, near enough: versions 6 to 9 have 41 to 53."""
_MARGIN_SHARE = 0.2
_QUICK_VIEWS = 6


@dataclass(frozen=True, slots=True, eq=False)
class CodeView:
    """A part of the picture made readable."""

    picture: Pixels
    scale: float
    """Pixels of the view per pixel of the picture."""
    left: float
    top: float
    """Where the view's corner lies in the picture."""


def busy_areas(grey: Pixels) -> tuple[Area, ...]:
    """Squares full of fine detail in both directions, the busiest first: where a code may lie.

    Needs no finder pattern, and so finds a code whose patterns are smeared, scratched or burnt out.
    """
    scale = min(1.0, _SEARCH_SIDE / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.float32)
    across = np.abs(cv2.Sobel(small, cv2.CV_32F, 1, 0))
    down = np.abs(cv2.Sobel(small, cv2.CV_32F, 0, 1))
    fine = np.abs(small - cv2.GaussianBlur(small, (0, 0), 6))
    found: list[tuple[float, float, Area]] = []
    for side in (13, 25, 45):
        size = (side, side)
        detail = 0.3 * np.sqrt(cv2.blur(across, size) * cv2.blur(down, size)) + cv2.blur(fine, size)
        detail = cv2.blur(detail, size)
        # Print beside a small code is nearly as busy: a higher level parts them.
        for level in (0.6, 0.75, 0.87):
            busy = (detail > level * detail.max()).astype(np.uint8, copy=False)
            for outline in cv2.findContours(busy, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]:
                _, (width, height), _ = cv2.minAreaRect(outline)
                if min(width, height) < _SMALLEST_SIDE * scale or max(width, height) > 2.2 * min(
                    width, height
                ):
                    continue
                x, y, w, h = cv2.boundingRect(outline)
                area = (x / scale, y / scale, (x + w) / scale, (y + h) / scale)
                found.append((level, -float(detail[y : y + h, x : x + w].mean()), area))
    found.sort()
    return without_repeats(area for _, _, area in found)[:_MOST_AREAS]


def without_repeats(areas: Iterator[Area]) -> tuple[Area, ...]:
    """The first of all areas that overlap by half."""
    kept: list[Area] = []
    for area in areas:
        if all(overlap(area, other) < 0.5 for other in kept):
            kept.append(area)
    return tuple(kept)


def overlap(one: Area, other: Area) -> float:
    """Shared part of what both cover, 0..1."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    sizes = [(right - left) * (bottom - top) for left, top, right, bottom in (one, other)]
    return width * height / (sum(sizes) - width * height)


def quick_views(grey: Pixels, area: Area) -> Iterator[CodeView]:
    """The few views that help most."""
    for number, view in enumerate(views(grey, area), 1):
        yield view
        if number == _QUICK_VIEWS:
            return


def views(grey: Pixels, area: Area) -> Iterator[CodeView]:
    """Views of an area, ordered by how often each helps per millisecond."""
    for side_px in (300, 450, 200):
        crop, scale, left, top = _cut_out(grey, area, side_px)
        if min(crop.shape) < 40:
            return
        module = side_px / _MODULES
        lens = _Undoing(crop)
        for picture in _restored(crop, lens, module):
            yield CodeView(picture, scale, left, top)
            if side_px == 300:
                # The reader itself prefers other sizes for other codes.
                larger = cv2.resize(picture, None, fx=1.6, fy=1.6, interpolation=cv2.INTER_CUBIC)
                yield CodeView(larger.astype(np.uint8, copy=False), scale * 1.6, left, top)


def _cut_out(grey: Pixels, area: Area, side_px: int) -> tuple[Pixels, float, float, float]:
    """The area with some ground around it, its longer side `side_px`, of a size that transforms fast."""
    side = max(area[2] - area[0], area[3] - area[1], 8.0)
    pad = _MARGIN_SHARE * side + 8
    left, top = max(0, int(area[0] - pad)), max(0, int(area[1] - pad))
    crop = grey[top : math.ceil(area[3] + pad), left : math.ceil(area[2] + pad)]
    scale = float(np.clip(side_px / side, 0.2, 4.0))
    way = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    sized = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=way)
    height, width = (cv2.getOptimalDFTSize(length) for length in sized.shape)
    below, right = height - sized.shape[0], width - sized.shape[1]
    sized = cv2.copyMakeBorder(sized, 0, below, 0, right, cv2.BORDER_REPLICATE)
    return sized.astype(np.uint8, copy=False), scale, float(left), float(top)


def _restored(crop: Pixels, lens: "_Undoing", module: float) -> Iterator[Pixels]:
    yield crop
    yield lens.of_focus(0.3 * module, 0.02)
    yield lens.of_focus(0.45 * module, 0.02)
    soft = cv2.GaussianBlur(crop, (0, 0), 0.25 * module)
    block = max(11, round(5 * module)) | 1
    yield cv2.adaptiveThreshold(
        soft, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, block, 0
    ).astype(np.uint8, copy=False)
    # Grain asks for a timid undoing, a steady but soft picture for a bold one.
    for sigma, grain in ((0.4, 0.1), (0.5, 0.3), (0.6, 0.02), (0.45, 0.004), (0.75, 0.01)):
        yield lens.of_focus(sigma * module, grain)
    for length in (1.0, 1.5, 2.0, 2.4):
        for direction in range(8):
            yield lens.of_motion(length * module, direction * math.pi / 8, 0.2 * module)
    thin = np.ones((max(3, int(0.5 * module) | 1),) * 2, np.uint8)
    opened = cv2.morphologyEx(crop, cv2.MORPH_OPEN, thin)
    yield cv2.morphologyEx(opened, cv2.MORPH_CLOSE, thin).astype(np.uint8, copy=False)
    yield cv2.medianBlur(crop, 5).astype(np.uint8, copy=False)


class _Undoing:
    """Wiener's filter on one crop, whose spectrum is taken once."""

    def __init__(self, crop: Pixels) -> None:
        self._shape = crop.shape
        self._spectrum = np.fft.rfft2(crop.astype(np.float32))
        self._down = np.fft.fftfreq(crop.shape[0])[:, None]
        self._across = np.fft.rfftfreq(crop.shape[1])[None, :]

    def of_focus(self, sigma: float, grain: float) -> Pixels:
        """Undoes a Gaussian blur of `sigma` pixels; `grain` is the share of noise in the power."""
        return self._undone(self._focus(sigma), grain)

    def of_motion(self, length: float, angle: float, sigma: float) -> Pixels:
        """Undoes a smear of `length` pixels, with a slight blur of the lens."""
        smear = np.sinc(length * (self._across * math.cos(angle) + self._down * math.sin(angle)))
        return self._undone(smear * self._focus(sigma), 0.02)

    def _focus(self, sigma: float) -> NDArray[np.float64]:
        return np.exp(-2 * (math.pi * sigma) ** 2 * (self._across**2 + self._down**2))

    def _undone(self, transfer: NDArray[np.float64], grain: float) -> Pixels:
        spectrum = self._spectrum * transfer * (1 + grain) / (transfer**2 + grain)
        return np.clip(np.fft.irfft2(spectrum, self._shape), 0, 255).astype(np.uint8, copy=False)
