"""The papers of a case, one row each: state by icon and words, a bar while pages arrive."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.qt import theme
from app.widgets.labels import Icon, Text
from app.workflow.views import ComponentState, ComponentView

_LOOK = {
    ComponentState.MISSING: ("circle", "muted", "attention"),
    ComponentState.OPTIONAL: ("circle", "muted", "muted"),
    ComponentState.SCANNING: ("loader", "info", "info"),
    ComponentState.READ: ("file-check", "info", "info"),
    ComponentState.DOUBTFUL: ("triangle-alert", "attention", "attention"),
    ComponentState.REUSED: ("recycle", "verified", "verified"),
    ComponentState.VERIFIED: ("circle-check", "verified", "verified"),
}
_PLAIN = {"muted": "text_muted"}


class ComponentRow(QPushButton):
    """One paper; pressing it shows its pages and makes it the target of the next scan."""

    def __init__(self) -> None:
        super().__init__()
        px = theme.current().px
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(12), px(8), px(16), px(6))
        row.setSpacing(px(12))
        self._icon = Icon("circle", size=20)
        self._name = Text("row", elide=Qt.TextElideMode.ElideMiddle)
        self._state = Text("state", elide=Qt.TextElideMode.ElideRight)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 100)
        words = QVBoxLayout()
        words.setSpacing(px(1))
        words.addWidget(self._name)
        words.addWidget(self._state)
        words.addSpacing(px(2))
        words.addWidget(self._bar)
        words.addStretch(1)
        row.addWidget(self._icon, alignment=Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        for part in (self._icon, self._name, self._state, self._bar):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        return QSize(theme.current().px(200), theme.current().px(58))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def show_component(self, view: ComponentView) -> None:
        """Show a paper as it stands."""
        icon, icon_tone, tone = _LOOK[view.state]
        if view.state is ComponentState.MISSING and not view.is_required:
            tone = "muted"
        self._icon.set_icon(icon, _PLAIN.get(icon_tone, icon_tone))
        self._icon.set_turning(view.state is ComponentState.SCANNING)
        self._name.set_text(view.name)
        self._state.set_text(view.detail)
        self._state.set_tone(tone)
        self._bar.setVisible(view.state is ComponentState.SCANNING)
        if view.progress is None:
            self._bar.setRange(0, 0)
        else:
            self._bar.setRange(0, 100)
            self._bar.setValue(round(view.progress * 100))
        self.setAccessibleName(f"{view.name}: {view.detail}")


class ComponentList(QWidget):
    """All papers of the case; up and down go through them."""

    component_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, ComponentRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)

    def show_components(self, components: tuple[ComponentView, ...], chosen: str) -> None:
        """Show the papers, with one of them chosen."""
        if tuple(c.code for c in components) != tuple(self._rows):
            for old in self._rows.values():
                self._column.removeWidget(old)
                old.hide()
                old.deleteLater()
            self._rows = {}
            for index, component in enumerate(components):
                row = ComponentRow()
                row.clicked.connect(lambda _=False, code=component.code: self.component_chosen.emit(code))
                self._rows[component.code] = row
                self._column.insertWidget(index, row)
        for component in components:
            self._rows[component.code].show_component(component)
            self._rows[component.code].setChecked(component.code == chosen)

    def row(self, code: str) -> ComponentRow | None:
        """The row of a paper, to give it the focus."""
        return self._rows.get(code)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        rows = list(self._rows.values())
        held = next((i for i, row in enumerate(rows) if row.hasFocus()), None)
        if step is None or held is None or not 0 <= held + step < len(rows):
            super().keyPressEvent(event)
            return
        rows[held + step].setFocus(Qt.FocusReason.TabFocusReason)
        rows[held + step].click()
