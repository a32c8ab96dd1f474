"""The few things done to every page at full size, each by the quickest way that gives the same answer."""

import ctypes
import sys

import cv2
import numpy as np
from numpy.typing import NDArray

from scanning.pages import Pixels

_MOST_SHORT_LABELS = 30_000
"""Far below 65,536, for the labelling counts up to twice as many beginnings as there are."""
_trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
_BEGINS = np.array([[1, 1, 1], [1, 0, 0], [0, 0, 0]], np.uint8)


def halved(picture: cv2.typing.MatLike) -> Pixels:
    """Means of two by two pixels; an odd edge is doubled first, for only the exact half is quick."""
    height, width = picture.shape[:2]
    if height % 2 or width % 2:
        picture = cv2.copyMakeBorder(picture, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE)
    half = (width + 1) // 2, (height + 1) // 2
    return cv2.resize(picture, half, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def coarsened(picture: Pixels, longest: float) -> tuple[Pixels, float]:
    """The picture halved until its longer side is near `longest` (0.7 to 1.4 times), and the scale.

    Exact halves take a fifth of the time of one step to a size between.
    """
    scale = 1.0
    while max(picture.shape[:2]) > 1.4 * longest:
        picture = cv2.resize(
            picture[: picture.shape[0] // 2 * 2, : picture.shape[1] // 2 * 2],
            (picture.shape[1] // 2, picture.shape[0] // 2),
            interpolation=cv2.INTER_AREA,
        ).astype(np.uint8, copy=False)
        scale /= 2
    return picture, scale


def components(
    mask: Pixels,
) -> tuple[int, cv2.typing.MatLike, cv2.typing.MatLike, cv2.typing.MatLike]:
    """Connected pieces of a mask (8 neighbours) as OpenCV gives them: count, labels, facts, middles.

    With 16-bit labels, a third of the time, wherever they surely suffice.
    """
    begun = cv2.bitwise_and(mask, cv2.bitwise_not(cv2.dilate(mask, _BEGINS)))
    kind = cv2.CV_16U if cv2.countNonZero(begun) < _MOST_SHORT_LABELS else cv2.CV_32S
    return cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=kind)


def places(mask: Pixels) -> NDArray[np.intp]:
    """Where the flat mask is not 0."""
    return np.flatnonzero(mask != 0)


def share_below(grey: Pixels) -> NDArray[np.float64]:
    """For each grey level the share of pixels at most as bright: percentiles without sorting."""
    counts = cv2.calcHist([grey], [0], None, [256], [0, 256]).ravel().astype(np.float64)
    shares: NDArray[np.float64] = np.cumsum(counts) / max(1.0, float(counts.sum()))
    return shares


def percentile(grey: Pixels, percent: float) -> int:
    """The level that `percent` of the pixels do not exceed."""
    return int(np.searchsorted(share_below(grey), percent / 100))


def give_back_memory() -> None:
    """What pictures left behind goes back to the system, where the C library would keep it (glibc)."""
    if _trim is not None:
        _trim(0)
