"""Tokens: contrast of the pairs in use, letters of every name, one stylesheet in two variants."""

from __future__ import annotations

import math
import re

import pytest
from PySide6.QtGui import QColor, QRawFont
from PySide6.QtWidgets import QApplication, QLabel

import resources
from app.qt import icons, theme
from app.qt.qss import QSS
from app.qt.text import shown
from app.qt.theme import Variant

TABLE = resources.load_toml("theme.toml")
ETHNIC_NAMES = (
    "Y Wŏn Mlô",
    "H’Nguyệt Byă Êban",
    "Rơ Châm Ŭt",
    "Đinh Ĕng",
    "Ksor Hĭt",
    "Nguyễn Thị Phương Thảo",
)


def contrast(one: str, other: str) -> float:
    """WCAG contrast of two colours."""

    def light(name: str) -> float:
        color = QColor(name)
        shares = (color.redF(), color.greenF(), color.blueF())
        red, green, blue = (c / 12.92 if c <= 0.03928 else math.pow((c + 0.055) / 1.055, 2.4) for c in shares)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    a, b = sorted((light(one), light(other)), reverse=True)
    return (a + 0.05) / (b + 0.05)


@pytest.mark.parametrize("variant", list(Variant))
@pytest.mark.parametrize("pair", TABLE["contrast"]["pairs"], ids=" on ".join)
def test_words_can_be_read(variant: Variant, pair: list[str]) -> None:
    colors = theme.theme_of(variant, 1.0).colors
    least = TABLE["contrast"][f"{variant.value}_min"]
    assert contrast(colors[pair[0]], colors[pair[1]]) >= least


def test_edges_of_fields_can_be_seen_in_high_contrast() -> None:
    colors = theme.theme_of(Variant.HIGH_CONTRAST, 1.0).colors
    assert all(contrast(colors["edge"], colors[ground]) >= 3 for ground in ("panel", "surface", "sunken"))


@pytest.mark.parametrize("variant", list(Variant))
def test_stylesheet_has_every_token_filled_in(variant: Variant) -> None:
    assert "@" not in theme.stylesheet(variant, 1.5)


def test_sizes_follow_the_text_scale() -> None:
    assert "font-size: 44px" in theme.stylesheet(Variant.LIGHT, 1.0)
    assert "font-size: 88px" in theme.stylesheet(Variant.LIGHT, 2.0)
    assert theme.theme_of(Variant.LIGHT, 9.0).scale == 2.0


def test_stylesheet_reaches_the_widgets(dressed: QApplication) -> None:
    label = QLabel("Tiếp nhận")
    label.setProperty("role", "title")
    label.ensurePolished()
    assert label.font().pixelSize() == 20
    assert label.font().families()[0] == "Be Vietnam Pro"
    assert dressed.styleSheet()


def test_no_colour_outside_the_table() -> None:
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)", re.sub(r"#[a-z]\w*", "", QSS))


@pytest.mark.parametrize("name", ETHNIC_NAMES)
def test_names_stay_in_one_face(dressed: QApplication, name: str) -> None:
    face = QRawFont(str(resources.path("fonts", "BeVietnamPro-Regular.ttf")), 14)
    assert dressed is not None
    assert all(face.supportsCharacter(ord(letter)) for letter in shown(name))


def test_every_icon_can_be_drawn(dressed: QApplication) -> None:
    assert dressed is not None
    for file in resources.path("icons").glob("*.svg"):
        image = icons.pixmap(file.stem, "text", 24).toImage()
        inked = any(image.pixelColor(x, y).alpha() for x in range(24) for y in range(24))
        assert inked, file.name
