"""The one theme: tokens, fonts, palette and stylesheet in a variant and a text size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

import resources
from app.qt.qss import QSS, fill

MIN_SCALE, MAX_SCALE = 1.0, 2.0
_POLISHED = Qt.WidgetAttribute.WA_WState_Polished
_FONT_FILES = (
    "BeVietnamPro-Regular.ttf",
    "BeVietnamPro-Medium.ttf",
    "BeVietnamPro-SemiBold.ttf",
    "BeVietnamPro-Bold.ttf",
    "NotoSans-Regular.ttf",
    "NotoSans-SemiBold.ttf",
)


class Variant(StrEnum):
    """The two sets of colours."""

    LIGHT = "light"
    HIGH_CONTRAST = "high_contrast"


@dataclass(frozen=True)
class Theme:
    """Colours of a variant and sizes of a text scale; painted widgets take both from here."""

    variant: Variant
    scale: float
    colors: Mapping[str, str]

    def px(self, size: float) -> int:
        """A size of the design (at 100 % text) in logical pixels of this scale."""
        return round(size * self.scale)

    def color(self, token: str) -> QColor:
        """The colour of a token; KeyError names one that the table lacks."""
        return QColor(self.colors[token])

    def font(self, size_px: float, weight: int = 400) -> QFont:
        """The program's face at a design size; `weight` is 400, 500, 600 or 700."""
        font = QFont([_table()["type"]["family"], _table()["type"]["fallback"]])
        font.setPixelSize(self.px(size_px))
        font.setWeight(QFont.Weight(weight))
        return font


def _table() -> dict[str, Any]:
    return resources.load_toml("theme.toml")


@cache
def theme_of(variant: Variant, text_scale: float) -> Theme:
    """The theme of a variant at a text scale of 1.0 to 2.0 (other scales are brought within)."""
    colors = dict(_table()["color"])
    if variant is Variant.HIGH_CONTRAST:
        colors |= _table()["high_contrast"]
    return Theme(variant, min(max(text_scale, MIN_SCALE), MAX_SCALE), MappingProxyType(colors))


def stylesheet(variant: Variant = Variant.LIGHT, text_scale: float = 1.0) -> str:
    """The one stylesheet of all faces in a variant at a text scale."""
    theme = theme_of(variant, text_scale)
    return fill(QSS, theme.colors, theme.scale)


def palette(theme: Theme) -> QPalette:
    """The palette behind the stylesheet, for what Qt paints itself (selections, tool tips, placeholders)."""
    made = QPalette()
    role = QPalette.ColorRole
    for target, token in (
        (role.Window, "surface"),
        (role.Base, "panel"),
        (role.AlternateBase, "surface"),
        (role.Button, "panel"),
        (role.WindowText, "text"),
        (role.Text, "text"),
        (role.ButtonText, "text"),
        (role.PlaceholderText, "text_muted"),
        (role.Highlight, "info"),
        (role.HighlightedText, "on_primary"),
        (role.ToolTipBase, "text"),
        (role.ToolTipText, "panel"),
        (role.Link, "info"),
    ):
        made.setColor(target, theme.color(token))
    return made


@cache
def _register_fonts() -> None:
    for name in _FONT_FILES:
        if QFontDatabase.addApplicationFont(str(resources.path("fonts", name))) < 0:
            raise RuntimeError(f"font cannot be read: {name}")


class _Worn:
    """The theme the application wears now; Qt has one style sheet for one application."""

    theme: Theme = theme_of(Variant.LIGHT, 1.0)


def current() -> Theme:
    """The theme last applied."""
    return _Worn.theme


def apply(app: QApplication, variant: Variant = Variant.LIGHT, text_scale: float = 1.0) -> Theme:
    """Dress the application: fonts, palette, stylesheet. Windows built before must be built anew."""
    _register_fonts()
    theme = theme_of(variant, text_scale)
    sheet = stylesheet(variant, text_scale)
    if _Worn.theme is theme and app.styleSheet() == sheet:
        return theme
    _Worn.theme = theme
    app.setStyle("Fusion")
    app.setPalette(palette(theme))
    app.setFont(theme.font(_table()["type"]["base_px"]))
    app.setStyleSheet(sheet)
    return theme


def mark(widget: QWidget, **properties: object) -> None:
    """Set dynamic properties that the stylesheet looks at, and restyle the widget and what it holds.

    Nothing happens when the properties already stand, so it may be called at every refresh.
    """
    if all(widget.property(name) == value for name, value in properties.items()):
        return
    for name, value in properties.items():
        widget.setProperty(name, value)
    if widget.testAttribute(_POLISHED):
        for each in (widget, *widget.findChildren(QWidget)):
            each.style().unpolish(each)
            each.style().polish(each)
