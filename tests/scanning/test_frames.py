"""The sheet is found in a photograph, the picture set straight and cut to the paper's size, its layers kept small."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from benchmarks.corpus.damage import damaged, photographed, skewed
from benchmarks.corpus.pages import Sheet, printed
from scanning.cleanup import clean
from scanning.framing import paper_corners
from scanning.layers import layers_of
from scanning.pages import ScannedPage


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    return printed("form", 3)


@pytest.mark.parametrize("seed", range(8))
def test_the_paper_on_a_desk_is_found_under_any_light(seed: int, sheet: Sheet) -> None:
    photo = damaged(sheet, (photographed(0.03 + 0.02 * (seed % 3)),), seed)
    corners = paper_corners(photo)
    assert corners is not None
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    assert 1.2 < (sides[1] + sides[3]) / (sides[0] + sides[2]) < 1.65


@pytest.mark.parametrize("degrees", [0.3, 1.5, 12, 33, 44.5])
def test_a_skewed_sheet_is_straight_within_a_tenth_and_its_size_again(degrees: float, sheet: Sheet) -> None:
    page = ScannedPage(damaged(sheet, (skewed(degrees),), 7), 300, "trang.png", "")
    cleaned = clean(page)
    assert abs(cleaned.skew) == pytest.approx(degrees, abs=0.1)
    height, width = cleaned.picture.shape[:2]
    assert (width, height) == (pytest.approx(2480, rel=0.015), pytest.approx(3508, rel=0.015))


def test_the_layers_give_the_page_again(sheet: Sheet) -> None:
    picture = np.asarray(sheet.image)
    layers = layers_of(picture, 300)
    assert layers.mask_size == (2480, 3508)
    assert len(layers.mask) + len(layers.paper) + len(layers.ink) < 150_000
    paper = np.asarray(Image.open(io.BytesIO(layers.paper)).convert("L"))
    # All ink is in the mask: what is left of the paper is white.
    assert float(np.percentile(paper, 0.1)) > 225
    tiff = _as_tiff(layers.mask, layers.mask_size)
    ink = (
        ~np.asarray(tiff.convert("L"))
        if np.asarray(tiff.convert("L")).mean() > 128
        else np.asarray(tiff.convert("L"))
    )
    dark = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) < 100
    assert float(np.mean(ink[dark] > 0)) > 0.995


def _as_tiff(group4: bytes, size: tuple[int, int]) -> Image.Image:
    """The mask's bytes in a TIFF of their own, for a decoder that is not ours."""
    width, height = size
    tags = ((256, 4, width), (257, 4, height), (258, 3, 1), (259, 3, 4), (262, 3, 0), (273, 4, 134), (277, 3, 1),
            (278, 4, height), (279, 4, len(group4)))  # fmt: skip
    packed = b"II*\0\x08\0\0\0" + len(tags).to_bytes(2, "little")
    for tag, kind, value in tags:
        packed += tag.to_bytes(2, "little") + kind.to_bytes(2, "little") + (1).to_bytes(4, "little")
        packed += value.to_bytes(4, "little")
    packed += b"\0" * (134 - len(packed))
    image = Image.open(io.BytesIO(packed + group4))
    image.load()
    return image
