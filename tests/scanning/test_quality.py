"""The gate names what is wrong with a page, and says nothing of a good one."""

import cv2
import numpy as np
import pytest

from benchmarks.corpus.damage import (
    Harm,
    Pixels,
    black_bordered,
    copied_again,
    damaged,
    faint,
    jpeg,
    noisy,
    photographed,
    shadowed,
    skewed,
    stamped,
    yellowed,
)
from benchmarks.corpus.pages import Sheet, printed
from scanning.cleanup import believable_dpi, clean
from scanning.framing import paper_corners
from scanning.pages import ScannedPage
from scanning.quality import is_blank, verdicts_on


@pytest.fixture(scope="module")
def sheets() -> tuple[Sheet, ...]:
    return printed("prose", 5), printed("table", 5)


def named(pixels: Pixels, dpi: int | None = 300) -> set[str]:
    page = ScannedPage(np.ascontiguousarray(pixels), dpi, "trang.png", "")
    return {
        verdict.name
        for verdict in verdicts_on(page.pixels, believable_dpi(pixels, dpi), paper_corners(pixels))
    }


def blurred(sigma: float) -> Harm:
    return lambda page, _dice: cv2.GaussianBlur(page, (0, 0), sigma).astype(np.uint8)


def shaken(page: Pixels, _dice: np.random.Generator) -> Pixels:
    return cv2.blur(page, (15, 1)).astype(np.uint8)


def dark(page: Pixels, _dice: np.random.Generator) -> Pixels:
    return (page * 0.35).astype(np.uint8)


def lamp(page: Pixels, _dice: np.random.Generator) -> Pixels:
    height, width = page.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    spot = np.exp(
        -((((x - width * 0.55) / (width * 0.12)) ** 2 + ((y - height * 0.4) / (height * 0.08)) ** 2) ** 2)
    )
    lit: Pixels = np.clip(page * 0.82 + spot[..., None] * 300, 0, 255).astype(np.uint8)
    return lit


def finger(page: Pixels, _dice: np.random.Generator) -> Pixels:
    page = page.copy()
    height, width = page.shape[:2]
    middle, size = (int(width * 0.08), int(height * 0.55)), (int(width * 0.13), int(width * 0.05))
    cv2.ellipse(page, middle, size, 0, 0, 360, (205, 150, 125), -1)
    return page


def dust(page: Pixels, _dice: np.random.Generator) -> Pixels:
    page = page.copy()
    place = int(page.shape[1] * 0.4)
    page[:, place : place + 4] = (90, 90, 95)
    return page


def torn(page: Pixels, _dice: np.random.Generator) -> Pixels:
    page = page.copy()
    cv2.fillPoly(page, [np.array([[0, 0], [330, 0], [0, 330]], np.int32)], (60, 52, 45))
    return page


def cut_off(page: Pixels, _dice: np.random.Generator) -> Pixels:
    return page[:, : int(page.shape[1] * 0.86)]


@pytest.mark.parametrize(
    ("name", "harms"),
    [
        ("blurred", (blurred(3.5),)),
        ("blurred", (blurred(6),)),
        ("blurred", (shaken,)),
        ("too_dark", (dark,)),
        ("glare", (photographed(0.03), lamp)),
        ("fingers", (photographed(0.03), finger)),
        ("stripe", (dust,)),
        ("cut_corner", (torn, photographed(0.03))),
        ("cut_corner", (photographed(0.03), cut_off)),
        ("poor_copy", (copied_again(),)),
    ],
)
def test_the_defect_is_named(name: str, harms: tuple[Harm, ...], sheets: tuple[Sheet, ...]) -> None:
    for sheet in sheets[:1]:
        assert name in named(damaged(sheet, harms, 5)), sheet.kind


@pytest.mark.parametrize(
    "harms",
    [(), (skewed(3),), (noisy(25, 0.004),), (jpeg(40),), (shadowed(0.55),), (faint(0.4),), (stamped(),),
     (black_bordered(),), (photographed(),), (yellowed(),), (blurred(1.5),)],
)  # fmt: skip
def test_nothing_is_said_of_a_page_that_can_be_read(
    harms: tuple[Harm, ...], sheets: tuple[Sheet, ...]
) -> None:
    for number, sheet in enumerate(sheets):
        assert named(damaged(sheet, harms, number)) == set(), sheet.kind


def test_a_coarse_page_and_a_blank_one(sheets: tuple[Sheet, ...]) -> None:
    small = np.asarray(sheets[0].image.resize((827, 1169)))
    assert "low_resolution" in named(small, 100)
    white = np.full((3508, 2480, 3), 248, np.uint8)
    cleaned = clean(ScannedPage(white, 300, "trang.png", ""))
    assert cleaned.blank
    assert [verdict.name for verdict in cleaned.verdicts] == ["blank"]
    assert not is_blank(np.asarray(sheets[0].image.convert("L")), 300)
