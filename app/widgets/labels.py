"""Words and pictures of the screens: a label with a role, an icon, a key, a chip, a rule."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.qt import icons, theme
from app.qt.text import shown


class Text(QLabel):
    """Plain text in a role of the type scale; never interprets what it is given as markup.

    With `elide` the text gives way where room is short, and the tool tip has it whole.
    """

    def __init__(
        self,
        role: str,
        text: str = "",
        tone: str | None = None,
        wrap: bool = False,
        elide: Qt.TextElideMode | None = None,
        max_lines: int = 0,
    ) -> None:
        super().__init__()
        self._full = ""
        self._elide = elide
        self._max_lines = max_lines
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        if tone is not None:
            self.setProperty("tone", tone)
        self.setWordWrap(wrap or max_lines > 1)
        if elide is not None:
            policy = QSizePolicy.Policy.Preferred
            self.setSizePolicy(policy, QSizePolicy.Policy.Fixed)
        self.set_text(text)

    @property
    def full_text(self) -> str:
        """The text as given, however much of it is shown."""
        return self._full

    @property
    def is_cut(self) -> bool:
        """True when the room does not show the whole text."""
        return self.text() != shown(self._full)

    def set_text(self, text: str) -> None:
        """Show another text."""
        if text == self._full:
            return
        self._full = text
        self.setText(shown(text))
        self._fit()

    def set_tone(self, tone: str) -> None:
        """Say it in another tone of the theme."""
        theme.mark(self, tone=tone)

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(theme.current().px(16), hint.height()) if self._elide is not None else hint

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        if self._elide is None:
            return hint
        self.ensurePolished()
        return QSize(self.fontMetrics().horizontalAdvance(shown(self._full)) + 2, hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._elide is not None and self.width() > 0:
            self.ensurePolished()
            text = self.fontMetrics().elidedText(shown(self._full), self._elide, self.width())
        elif self._max_lines > 1 and self.width() > 0:
            self.ensurePolished()
            text = _in_lines(shown(self._full), self.fontMetrics(), self.width(), self._max_lines)
        else:
            return
        if text != self.text():
            self.setText(text)
        self.setToolTip(self._full if text != shown(self._full) else "")


def _in_lines(text: str, metrics: QFontMetrics, width: int, lines: int) -> str:
    """Text cut at a word so that it takes at most so many lines."""
    flags = int(Qt.TextFlag.TextWordWrap)

    def fits(part: str) -> bool:
        height = metrics.boundingRect(0, 0, width, 10_000, flags, part).height()
        return height < metrics.lineSpacing() * (lines + 0.5)

    if fits(text):
        return text
    words = text.split()
    while words and not fits(" ".join(words) + "…"):
        words.pop()
    return " ".join(words) + "…"


class Icon(QLabel):
    """One icon of the set; can turn while something is under way."""

    def __init__(self, name: str, token: str = "text_muted", size: float = 16) -> None:
        super().__init__()
        self._drawn = ("", "", 0.0)
        self._angle = 0
        self._turning = QTimer(self)
        self._turning.setInterval(120)
        self._turning.timeout.connect(self._turn)
        self._turns = False
        self.set_icon(name, token, size)

    def set_icon(self, name: str, token: str | None = None, size: float | None = None) -> None:
        """Show another icon; what is not given stays."""
        wanted = (name, token or self._drawn[1], size or self._drawn[2])
        if wanted == self._drawn:
            return
        self._drawn = wanted
        self._draw()
        self.setFixedSize(theme.current().px(wanted[2]), theme.current().px(wanted[2]))

    def set_turning(self, turns: bool) -> None:
        """Turn slowly, or stand still again."""
        self._turns = turns
        if turns and self.isVisible():
            self._turning.start()
        elif not turns:
            self._turning.stop()
            if self._angle:
                self._angle = 0
                self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._turns:
            self._turning.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._turning.stop()

    def _turn(self) -> None:
        self._angle = (self._angle + 45) % 360
        self._draw()

    def _draw(self) -> None:
        name, token, size = self._drawn
        self.setPixmap(icons.pixmap(name, token, size, self._angle))


class KeyChip(QLabel):
    """A key as it is written on a button."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.setObjectName("keyChip")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)


class Chip(QFrame):
    """A small pill of icon and word: 'verified', 'info', 'attention' or 'muted'."""

    def __init__(self, icon: str = "", word: str = "", tone: str = "muted") -> None:
        super().__init__()
        self.setObjectName("chip")
        self.setFixedHeight(theme.current().px(20))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        px = theme.current().px
        row = QHBoxLayout(self)
        row.setContentsMargins(px(8), 0, px(8), 0)
        row.setSpacing(px(4))
        self._icon = Icon(icon or "circle", "text_muted", 12)
        self._word = Text("chip", word, tone)
        row.addWidget(self._icon)
        row.addWidget(self._word)
        self.set_chip(icon or "circle", word, tone)

    def set_chip(self, icon: str, word: str, tone: str) -> None:
        """Show another icon, word and tone."""
        self._icon.set_icon(icon, "text_muted" if tone == "muted" else tone)
        self._word.set_text(word)
        self._word.set_tone(tone)
        theme.mark(self, tone=tone)
        self._icon.set_turning(icon == "loader")

    @property
    def word(self) -> str:
        return self._word.full_text


def rule(direction: str = "h") -> QFrame:
    """A divider: 'h' lies, 'v' stands."""
    line = QFrame()
    line.setProperty("rule", direction)
    return line


def surface(kind: str) -> QFrame:
    """A frame on a surface of the theme: surface, panel, sunken, card, verified, info, attention."""
    frame = QFrame()
    frame.setProperty("surface", kind)
    return frame


def gap(size: float) -> QWidget:
    """Empty room of a design size, both ways."""
    room = QWidget()
    room.setFixedSize(theme.current().px(size), theme.current().px(size))
    return room
