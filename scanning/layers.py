"""Splits a page's picture for storing: sharp ink as one bit at full resolution, paper and colours coarse.

What mixed raster content (ISO 16485) does: letters stay as sharp as they were scanned and cost little, while
paper, seals and shadows, which have no fine detail, are kept in colour at half resolution.
"""

import io

import cv2
import numpy as np
from PIL import Image
from PIL.TiffImagePlugin import ROWSPERSTRIP, STRIPBYTECOUNTS, STRIPOFFSETS, TiffImageFile

from scanning.cleanup import darkened, flattened, ink_mask, noise_level
from scanning.pages import PageLayers, Pixels
from scanning.raster import halved

_PAPER_STEP = 2
"""Paper is kept at half the page's resolution."""
_INK_STEP = 4
_PAPER_QUALITY, _INK_QUALITY = 55, 50
_NOISY_SIGMA = 5.0
_LEAST_WEIGHT = 26
"""Of 255: less of a cell than a tenth tells no colour."""


def layers_of(picture: Pixels, dpi: int) -> PageLayers:
    """The three layers of an RGB picture."""
    ink = _inked(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False), dpi)
    # Letters' soft edges belong to the ink, else a grey ghost of each letter would stay on the paper.
    around: Pixels = cv2.dilate(ink, np.ones((5, 5), np.uint8)).astype(np.uint8, copy=False)
    paper = _averaged(picture, 255 - around, _PAPER_STEP)
    colour = _averaged(
        picture, cv2.erode(ink, np.ones((2, 2), np.uint8)).astype(np.uint8, copy=False), _INK_STEP
    )
    height, width = ink.shape
    return PageLayers(
        paper=_jpeg(paper, _PAPER_QUALITY),
        paper_size=(paper.shape[1], paper.shape[0]),
        ink=_jpeg(colour, _INK_QUALITY),
        ink_size=(colour.shape[1], colour.shape[0]),
        mask=_group4(ink),
        mask_size=(width, height),
    )


def _inked(grey: Pixels, dpi: int) -> Pixels:
    even = flattened(grey)
    if noise_level(even) > _NOISY_SIGMA:
        even = cv2.GaussianBlur(cv2.medianBlur(even, 3), (0, 0), 0.9).astype(np.uint8, copy=False)
    return ink_mask(darkened(even), dpi)


def _averaged(picture: Pixels, chosen: Pixels, step: int) -> Pixels:
    """Means of the chosen pixels in cells of `step`; cells without any take their neighbours' colour."""
    sums, weights = cv2.bitwise_and(picture, picture, mask=chosen), chosen
    for _ in range(step.bit_length() - 1):
        sums, weights = halved(sums), halved(weights)
    return _filled(sums.astype(np.uint8, copy=False), weights)


def _filled(sums: Pixels, weights: Pixels) -> Pixels:
    """Holes filled from ever coarser means, the finest that knows a colour."""
    height, width = weights.shape
    unknown = weights < _LEAST_WEIGHT
    colours = sums.copy()
    # Most cells are all paper, their sums are their means already: the division is for the few at letters' edges.
    edges = np.flatnonzero((weights < 255) & ~unknown)
    flat = colours.reshape(-1, 3)
    shares = weights.ravel()[edges, None].astype(np.uint16)
    flat[edges] = np.minimum(flat[edges].astype(np.uint16) * np.uint16(255) // shares, 255)
    if unknown.any() and min(height, width) > 1:
        coarse = _filled(halved(halved(sums)), halved(halved(weights)))
        wide = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR).astype(
            np.uint8, copy=False
        )
        cv2.copyTo(wide, unknown.astype(np.uint8, copy=False), colours)
    return colours


def _jpeg(picture: Pixels, quality: int) -> bytes:
    packed = cv2.imencode(
        ".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality]
    )[1]
    return packed.tobytes()


def _group4(ink: Pixels) -> bytes:
    """The mask in CCITT group 4, one strip: 1 where there is ink."""
    packed = io.BytesIO()
    height, width = ink.shape
    Image.frombytes("1", (width, height), np.packbits(ink, axis=1).tobytes()).save(
        packed, "TIFF", compression="group4", tiffinfo={ROWSPERSTRIP: height}
    )
    packed.seek(0)
    with TiffImageFile(packed) as tiff:
        (offset,), (length,) = tiff.tag_v2[STRIPOFFSETS], tiff.tag_v2[STRIPBYTECOUNTS]
    return packed.getvalue()[offset : offset + length]
