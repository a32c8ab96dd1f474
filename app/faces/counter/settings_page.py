"""Cài đặt: how the screens look, and how the devices are; their own pages come later."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.officers import Right
from app.faces.counter.desk import Desk
from app.faces.counter.keys import Action, Page
from app.faces.counter.officer_cards import OfficersCard
from app.faces.counter.settings_cards import IdleCard, PasswordCard
from app.qt import theme
from app.qt.theme import Variant
from app.widgets.buttons import KeyButton
from app.widgets.labels import Icon, Text, rule, surface
from app.widgets.scrolling import bring_into_view, scrolled

SCALES = (1.0, 1.25, 1.5, 1.75, 2.0)
_DEVICE_ICONS = {"Máy quét": "scan-line", "Máy in": "printer", "Đầu đọc": "qr-code"}


class SettingsPage(Page):
    """Text size and contrast take effect at once."""

    title = "Cài đặt"
    look_chosen = Signal(str, float)
    #: The first officer was enrolled here.
    sign_in_begun = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        worn = theme.current()
        px = worn.px
        self.setProperty("surface", "surface")
        room = QWidget()
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        outer = QVBoxLayout(room)
        outer.setContentsMargins(px(16), px(16), px(16), px(16))
        outer.setSpacing(px(12))
        outer.addWidget(Text("title", "Cài đặt"))
        card = surface("card")
        card.setMaximumWidth(px(720))
        column = QVBoxLayout(card)
        column.setContentsMargins(px(16), px(16), px(16), px(16))
        column.setSpacing(px(12))
        column.addWidget(Text("panel", "Màn hình"))
        column.addWidget(Text("small", "Cỡ chữ", "muted"))
        self._sizes = self._choices(
            [(f"{round(scale * 100)} %", scale == worn.scale) for scale in SCALES], "Cỡ chữ"
        )
        column.addWidget(self._sizes[0])
        column.addWidget(Text("small", "Màu", "muted"))
        self._colors = self._choices(
            [
                ("Thường", worn.variant is Variant.LIGHT),
                ("Tương phản cao", worn.variant is Variant.HIGH_CONTRAST),
            ],
            "Màu",
        )
        column.addWidget(self._colors[0])
        self._sizes[1].idClicked.connect(self._choose)
        self._colors[1].idClicked.connect(self._choose)
        outer.addWidget(card)
        self._people(outer)
        devices = surface("card")
        devices.setMaximumWidth(px(720))
        self._devices = QVBoxLayout(devices)
        self._devices.setContentsMargins(px(16), px(16), px(16), px(16))
        self._devices.setSpacing(px(8))
        self._devices.addWidget(Text("panel", "Thiết bị"))
        self._rows: list[tuple[Icon, Text, Text]] = []
        outer.addWidget(devices)
        outer.addWidget(
            Text(
                "small",
                "Chọn và thử thiết bị ngay tại đây sẽ có trong bản sau; nay đặt trong tệp cấu hình.",
                "muted",
            )
        )
        outer.addStretch(1)
        page.addWidget(scrolled(room))

    def _people(self, outer: QVBoxLayout) -> None:
        """What this officer's role may see of the officers."""
        officers, session = self._desk.officers, self._desk.officers.session
        self.password: PasswordCard | None = None
        self.officers: OfficersCard | None = None
        if session is not None and session.is_asked:
            self.password = PasswordCard(self._desk)
            outer.addWidget(self.password)
        if officers.is_asked and officers.may(Right.SETTINGS):
            outer.addWidget(IdleCard(self._desk))
        if officers.may(Right.MANAGE_OFFICERS):
            self.officers = OfficersCard(self._desk)
            self.officers.begun.connect(self.sign_in_begun)
            outer.addWidget(self.officers)

    @staticmethod
    def _choices(words: list[tuple[str, bool]], name: str) -> tuple[QWidget, QButtonGroup]:
        box, group = QWidget(), QButtonGroup()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.current().px(8))
        group.setParent(box)
        for index, (word, is_on) in enumerate(words):
            button = KeyButton("", word, kind="choice")
            button.setCheckable(True)
            button.toggled.connect(lambda checked, b=button: theme.mark(b, on=checked))
            button.setChecked(is_on)
            button.setAccessibleName(f"{name}: {word}")
            group.addButton(button, index)
            row.addWidget(button)
        row.addStretch(1)
        return box, group

    def _choose(self, _index: int) -> None:
        scale = SCALES[max(self._sizes[1].checkedId(), 0)]
        variant = Variant.HIGH_CONTRAST if self._colors[1].checkedId() == 1 else Variant.LIGHT
        self.look_chosen.emit(variant.value, scale)

    def act(self, action: Action) -> bool:
        if action is Action.ESCAPE and self.officers is not None and self.officers.is_open:
            self.officers.put_away()
            return True
        return False

    def ask_password(self) -> None:
        """Lead to one's own password."""
        if self.password is not None:
            bring_into_view(self.password)
            self.password.take_focus()

    def refresh(self) -> None:
        if self.officers is not None:
            self.officers.refresh()
        devices = self._desk.devices()
        if len(self._rows) != len(devices):
            for name, _, _ in devices:
                row = QHBoxLayout()
                row.setSpacing(theme.current().px(12))
                icon = Icon(_DEVICE_ICONS.get(name, "monitor"), "text_muted", 20)
                words, state = Text("value", name), Text("small", "", "muted", wrap=True)
                state.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                row.addWidget(icon)
                row.addWidget(words)
                row.addWidget(state, 1)
                self._devices.addWidget(rule())
                self._devices.addLayout(row)
                self._rows.append((icon, words, state))
        for (_, _, state), (_, words_of_state, is_well) in zip(self._rows, devices, strict=True):
            state.set_text(words_of_state[:1].upper() + words_of_state[1:])
            state.set_tone("verified" if is_well else "attention")

    def take_focus(self) -> None:
        checked = self._sizes[1].checkedButton()
        if checked is not None:
            checked.setFocus(Qt.FocusReason.OtherFocusReason)
