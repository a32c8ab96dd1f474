"""Buttons that say their key: the key is a chip on the button, Enter and space both press it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy

from app.qt import theme
from app.widgets.labels import Icon, KeyChip, Text

_ICON_TOKEN = {"primary": "on_primary", "attention": "attention", "quiet": "text_muted", "flat": "text_muted"}
_INNER = Qt.WidgetAttribute.WA_TransparentForMouseEvents


class EnterButton(QPushButton):
    """A push button that Enter presses too, sized by its layout so that nothing of it is ever cut."""

    #: Least height in design pixels. Not `minimumHeight`: the stylesheet resets that when it is applied again.
    least_height = 36

    def sizeHint(self) -> QSize:
        layout = self.layout()
        if layout is None:
            return super().sizeHint()
        hint = layout.sizeHint()
        return QSize(hint.width(), max(hint.height(), theme.current().px(self.least_height)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        ):
            if not event.isAutoRepeat():
                self.click()
            event.accept()
            return
        super().keyPressEvent(event)


class KeyButton(EnterButton):
    """Icon, words and key: kinds plain, primary (one a screen), attention, quiet and flat.

    `quiet` looks switched off but stays pressable: pressing it says what is missing.
    """

    def __init__(
        self, icon: str, words: str, key: str = "", kind: str = "plain", large: bool = False
    ) -> None:
        super().__init__()
        px = theme.current().px
        self.setProperty("kind", kind)
        self.setProperty("large", large)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.least_height = 48 if large else 36
        row = QHBoxLayout(self)
        edge = px(6 if kind == "flat" else 12)
        row.setContentsMargins(edge, 0, edge, 0)
        row.setSpacing(px(8))
        self._icon = Icon(icon or "circle", _ICON_TOKEN.get(kind, "text"), 20 if large else 16)
        self._words = Text("button", words)
        self._key = KeyChip(key)
        row.addStretch(1)
        for part in (self._icon, self._words, self._key):
            part.setAttribute(_INNER)
            row.addWidget(part)
        row.addStretch(1)
        self._icon.setVisible(bool(icon))
        self._icon_name = icon
        self._key.setVisible(bool(key))
        self._words.setVisible(bool(words))
        self._named(words, key)

    def _named(self, words: str, key: str) -> None:
        self.setAccessibleName(words)
        self.setAccessibleDescription(f"Phím {key}" if key else "")

    @property
    def words(self) -> str:
        return self._words.full_text

    def set_kind(self, kind: str) -> None:
        """Look like another kind of button."""
        theme.mark(self, kind=kind)
        self._icon.set_icon(self._icon_name or "circle", _ICON_TOKEN.get(kind, "text"))

    def set_words(
        self, words: str, icon: str | None = None, key: str | None = None, name: str | None = None
    ) -> None:
        """Say something else; `name` is what a button without words is called."""
        self._words.set_text(words)
        self._words.setVisible(bool(words))
        if icon is not None:
            self._icon_name = icon
            kind = str(self.property("kind"))
            self._icon.set_icon(icon or "circle", _ICON_TOKEN.get(kind, "text"))
            self._icon.setVisible(bool(icon))
            self._icon.set_turning(icon == "loader")
        if key is not None:
            self._key.setText(key)
            self._key.setVisible(bool(key))
        self._named(name or words, self._key.text())
        self.setToolTip(name if name and not words else "")
        self.updateGeometry()


class IconButton(EnterButton):
    """A square button of one icon; its name is its tool tip and its accessible name."""

    def __init__(self, icon: str, name: str, size: float = 36, icon_size: float = 20) -> None:
        super().__init__()
        px = theme.current().px
        self._side = px(size)
        self.setProperty("kind", "icon")
        self.setFixedSize(self._side, self._side)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        drawn = Icon(icon, "text_muted", icon_size)
        drawn.setAttribute(_INNER)
        row.addWidget(drawn, alignment=Qt.AlignmentFlag.AlignCenter)
        self.setToolTip(name)
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)
