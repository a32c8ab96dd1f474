"""What happens to the picture before anything is read."""

import io

import numpy as np
import pytest
from PIL import Image

from scanning.cleanup import clean
from scanning.pages import Pixels, ScannedPage
from scanning.pipeline import digitise
from scanning.samples.damage import Damage, damaged
from scanning.samples.sheets import PrintedSheet, print_declaration


@pytest.fixture(scope="module")
def declaration() -> PrintedSheet:
    return print_declaration()


def scanned(sheet: PrintedSheet, damage: Damage, dpi: int | None = 300) -> ScannedPage:
    return ScannedPage(np.asarray(damaged(sheet.image, damage)), dpi, "page.png", "")


def reddish(pixels: Pixels) -> int:
    wide = pixels.astype(np.int16)
    return int(np.count_nonzero(wide[..., 0] - np.maximum(wide[..., 1], wide[..., 2]) > 80))


def test_a_seal_over_the_text_breaks_no_field_and_stays_in_the_stored_picture(
    declaration: PrintedSheet,
) -> None:
    stamped = scanned(declaration, Damage(stamps=((0.3, 0.44), (0.66, 0.2))))
    digitised = digitise([stamped])
    for name in ("requester_name", "subject_name", "subject_birth_date", "subject_sex", "subject_id"):
        assert digitised.value(name) == declaration.fields[name]
    stored = np.asarray(Image.open(io.BytesIO(digitised.pages[0].jpeg)).convert("RGB"))
    assert reddish(stored) > 0.8 * reddish(stamped.pixels)


@pytest.mark.parametrize("degrees", [-15.0, 0.6, 9.3, 15.0])
def test_skew_is_found_to_a_tenth_of_a_degree(degrees: float, declaration: PrintedSheet) -> None:
    cleaned = clean(scanned(declaration, Damage(skew_degrees=degrees)))
    assert cleaned.skew == pytest.approx(degrees, abs=0.1)


def test_black_borders_go_and_a_mere_shadow_is_no_border(declaration: PrintedSheet) -> None:
    bordered = clean(scanned(declaration, Damage(black_border=160)))
    assert bordered.picture.shape[1] == pytest.approx(2480, abs=30)
    shadowed = clean(scanned(declaration, Damage(shadow=0.7)))
    assert shadowed.picture.shape == (3508, 2480, 3)


def test_a_photographed_page_is_cut_out_squarely(declaration: PrintedSheet) -> None:
    cleaned = clean(scanned(declaration, Damage(phone=True), dpi=72))
    height, width = cleaned.picture.shape[:2]
    assert height / width == pytest.approx(2**0.5, rel=0.01)
    edges = np.concatenate((cleaned.picture[:, :6].ravel(), cleaned.picture[:, -6:].ravel()))
    assert np.median(edges) > 100


def test_rules_go_for_reading_and_stay_for_keeping(declaration: PrintedSheet) -> None:
    cleaned = clean(scanned(declaration, Damage()))
    # The rule after "Ngày, tháng, năm sinh: 17/05/1988": nothing but dots stands there.
    stored, ink = cleaned.picture[800:900, 1100:2200], cleaned.ink[800:900, 1100:2200]
    assert np.count_nonzero(stored.min(axis=2) < 140) > 400
    assert np.count_nonzero(ink < 200) == 0


def test_blank_pages_and_poor_ones_are_told_apart(declaration: PrintedSheet) -> None:
    empty = PrintedSheet("unknown", Image.new("RGB", (2480, 3508), (250, 249, 245)), "")
    dusty = clean(scanned(empty, Damage(noise=6, shadow=0.3)))
    assert dusty.blank
    assert [verdict.name for verdict in dusty.verdicts] == ["blank"]
    good = clean(scanned(declaration, Damage()))
    assert (good.blank, good.verdicts) == (False, ())
    blurred = clean(scanned(declaration, Damage(blur=4)))
    assert "blurred" in {verdict.name for verdict in blurred.verdicts}
    dark = ScannedPage((np.asarray(declaration.image) * 0.3).astype(np.uint8), 300, "dark.png", "")
    assert "too_dark" in {verdict.name for verdict in clean(dark).verdicts}
    coarse = ScannedPage(np.asarray(declaration.image.resize((827, 1169))), 100, "coarse.png", "")
    assert "low_resolution" in {verdict.name for verdict in clean(coarse).verdicts}


@pytest.mark.parametrize("shape", [(40, 30), (300, 20000), (3508, 25), (1, 1)])
def test_pictures_of_odd_shape_do_no_harm(shape: tuple[int, int]) -> None:
    cleaned = clean(ScannedPage(np.full((*shape, 3), 240, np.uint8), None, "odd.png", ""))
    assert cleaned.blank
