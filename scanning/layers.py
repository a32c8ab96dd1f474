"""Splits a page's picture for storing: sharp ink as one bit at full resolution, paper and colours coarse.

What mixed raster content (ISO 16485) does: letters stay as sharp as they were scanned and cost little, while
paper, seals and shadows, which have no fine detail, are kept in colour at half resolution.
"""

import io

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.TiffImagePlugin import ROWSPERSTRIP, STRIPBYTECOUNTS, STRIPOFFSETS, TiffImageFile

from scanning.cleanup import darkened, flattened, ink_mask, noise_level
from scanning.pages import PageLayers, Pixels

_PAPER_STEP = 2
"""Paper is kept at half the page's resolution."""
_INK_STEP = 4
_PAPER_QUALITY, _INK_QUALITY = 55, 50
_NOISY_SIGMA = 5.0


def layers_of(picture: Pixels, dpi: int) -> PageLayers:
    """The three layers of an RGB picture."""
    ink = _inked(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.uint8), dpi)
    # Letters' soft edges belong to the ink, else a grey ghost of each letter would stay on the paper.
    around: Pixels = cv2.dilate(ink, np.ones((5, 5), np.uint8)).astype(np.uint8)
    paper = _averaged(picture, 255 - around, _PAPER_STEP)
    colour = _averaged(picture, cv2.erode(ink, np.ones((2, 2), np.uint8)).astype(np.uint8), _INK_STEP)
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
        even = cv2.GaussianBlur(cv2.medianBlur(even, 3), (0, 0), 0.9).astype(np.uint8)
    return ink_mask(darkened(even), dpi)


def _averaged(picture: Pixels, chosen: Pixels, step: int) -> Pixels:
    """Means of the chosen pixels in cells of `step`; cells without any take their neighbours' colour."""
    height, width = picture.shape[:2]
    size = (max(1, (width + step - 1) // step), max(1, (height + step - 1) // step))
    masked = cv2.bitwise_and(picture, picture, mask=chosen)
    sums = cv2.resize(masked, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    weights = cv2.resize(chosen, size, interpolation=cv2.INTER_AREA).astype(np.float32) / np.float32(255)
    return _filled(sums, weights)


def _filled(sums: NDArray[np.float32], weights: NDArray[np.float32]) -> Pixels:
    """Holes filled from ever coarser means, the finest that knows a colour."""
    height, width = weights.shape
    known = weights > 0.1
    colours = cv2.divide(sums, cv2.merge([np.maximum(weights, np.float32(0.1))] * 3))
    if not known.all() and min(height, width) > 1:
        half = ((width + 3) // 4, (height + 3) // 4)
        coarse = _filled(
            cv2.resize(sums, half, interpolation=cv2.INTER_AREA)
            .reshape(half[1], half[0], 3)
            .astype(np.float32),
            cv2.resize(weights, half, interpolation=cv2.INTER_AREA)
            .reshape(half[1], half[0])
            .astype(np.float32),
        )
        wide = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR).reshape(height, width, 3)
        cv2.copyTo(wide.astype(np.float32), (~known).astype(np.uint8), colours)
    bounded: Pixels = np.clip(colours, 0, 255).astype(np.uint8)
    return bounded


def _jpeg(picture: Pixels, quality: int) -> bytes:
    packed = cv2.imencode(
        ".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality]
    )[1]
    return packed.tobytes()


def _group4(ink: Pixels) -> bytes:
    """The mask in CCITT group 4, one strip: 1 where there is ink."""
    packed = io.BytesIO()
    Image.fromarray(ink).convert("1", dither=Image.Dither.NONE).save(
        packed, "TIFF", compression="group4", tiffinfo={ROWSPERSTRIP: ink.shape[0]}
    )
    packed.seek(0)
    with TiffImageFile(packed) as tiff:
        (offset,), (length,) = tiff.tag_v2[STRIPOFFSETS], tiff.tag_v2[STRIPBYTECOUNTS]
    return packed.getvalue()[offset : offset + length]
