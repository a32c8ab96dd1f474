"""One field of the declaration: what it holds, who says so, and its editor when it is looked at."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.qt import theme
from app.qt.images import PagePicture
from app.qt.text import percent_text
from app.widgets.buttons import KeyButton
from app.widgets.crop_view import CropView
from app.widgets.field_editor import FieldEditor
from app.widgets.labels import Chip, Icon, Text
from app.workflow.views import SOURCE_LABELS, FieldState, FieldView, Source

_SOURCE_ICON = {
    Source.REGISTER: "database",
    Source.CARD_QR: "qr-code",
    Source.CARD_MRZ: "id-card",
    Source.PAPER: "scan-line",
    Source.TYPED: "keyboard",
    Source.RULE: "stamp",
}


def chip_of(view: FieldView, is_long: bool = False) -> tuple[str, str, str]:
    """Icon, word and tone of a field's chip."""
    if view.state is FieldState.EMPTY:
        return (
            ("pencil", "Cần điền", "attention") if view.is_required else ("pencil", "Không bắt buộc", "muted")
        )
    if view.state is FieldState.TYPED:
        return "keyboard", SOURCE_LABELS[Source.TYPED], "muted"
    source = view.source or Source.PAPER
    icon, word = _SOURCE_ICON[source], SOURCE_LABELS[source]
    if view.state is FieldState.LOCKED:
        return icon, word, "verified"
    tone = "attention" if view.state is FieldState.DOUBTFUL else "info"
    if source is Source.PAPER and view.confidence is not None:
        word = f"{'Đọc từ giấy' if is_long else 'Đọc'} {percent_text(view.confidence)}"
    elif view.state is FieldState.DOUBTFUL and not is_long:
        word = "Cần xem"
    return icon, word, tone


class _Review(QWidget):
    """The inside of a doubtful card: the paper, the editor, and what another source says."""

    suggestion_taken = Signal()

    def __init__(self) -> None:
        super().__init__()
        px = theme.current().px
        grid = QGridLayout(self)
        grid.setContentsMargins(0, px(4), 0, 0)
        grid.setHorizontalSpacing(px(8))
        grid.setVerticalSpacing(px(8))
        self.crop = CropView()
        self.editor = FieldEditor("doubtful")
        self.editor.setFixedHeight(px(40))
        grid.addWidget(self.crop, 0, 0)
        grid.addWidget(self.editor, 0, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self._other = QWidget()
        row = QHBoxLayout(self._other)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(8))
        words = QVBoxLayout()
        words.setSpacing(0)
        said = QHBoxLayout()
        said.setSpacing(px(4))
        self._by = Text("small", elide=Qt.TextElideMode.ElideRight)
        self._value = Text("section")
        self._detail = Text("label", elide=Qt.TextElideMode.ElideRight)
        said.addWidget(self._by)
        said.addWidget(self._value)
        said.addStretch(1)
        words.addStretch(1)
        words.addLayout(said)
        words.addWidget(self._detail)
        words.addStretch(1)
        self.take = KeyButton("", "Dùng", "F4", "attention")
        self.take.clicked.connect(self.suggestion_taken)
        row.addWidget(Icon("lightbulb", "attention", 16))
        row.addLayout(words, 1)
        row.addWidget(self.take)
        grid.addWidget(self._other, 1, 0, 1, 2)

    def show_field(self, view: FieldView) -> None:
        self.crop.setVisible(view.crop is not None)
        other = view.suggestion
        self._other.setVisible(other is not None)
        if other is not None:
            self._by.set_text(other.by)
            self._value.set_text(other.shown)
            self._detail.set_text(other.detail)
            self.take.set_words(f"Dùng {other.shown}" if len(other.shown) <= 18 else "Dùng giá trị này")


class FieldCard(QFrame):
    """A field in one of its states; with the focus it grows into its editor, a doubtful one with its paper."""

    chosen = Signal(str)
    entered = Signal(str, str, bool)  # name, text, whether it was changed
    suggestion_taken = Signal(str)

    def __init__(self, view: FieldView) -> None:
        super().__init__()
        self.view = view
        self._is_current = False
        self._is_edited = False
        self._message = ""
        self._review: _Review | None = None
        self._editor: FieldEditor | None = None
        px = theme.current().px
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setMinimumHeight(px(52))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(px(11), px(4), px(7), px(6))
        self._column.setSpacing(0)
        head = QHBoxLayout()
        head.setSpacing(px(4))
        self._icon = Icon("lock", "verified", 12)
        self._label = Text("label", elide=Qt.TextElideMode.ElideRight)
        self._chip = Chip()
        head.addWidget(self._icon)
        head.addWidget(self._label, 1)
        head.addWidget(self._chip)
        self._value = Text("value", wrap=True)
        self._note = Text("state", "", "attention", wrap=True)
        self._note.setContentsMargins(0, px(4), 0, 0)
        self._column.addLayout(head)
        self._column.addWidget(self._value)
        self._column.addWidget(self._note)
        self._column.addStretch(1)
        self.show_field(view)

    @property
    def needed_width(self) -> int:
        """The width at which neither label nor chip is cut, nor a wide value broken."""
        head = self._label.sizeHint().width() + self._chip.sizeHint().width() + theme.current().px(4)
        if not self._icon.isHidden():
            head += theme.current().px(16)
        if self.view.is_wide:
            head = max(head, self._value.fontMetrics().horizontalAdvance(self.view.shown))
        return max(head + theme.current().px(24), theme.current().px(160))

    @property
    def is_editable(self) -> bool:
        """False for a locked field."""
        return self.view.state is not FieldState.LOCKED

    @property
    def editor(self) -> FieldEditor | None:
        """The editor in use, None when the card only shows."""
        if not self._is_current or not self.is_editable:
            return None
        return self._review.editor if self._review is not None and self._is_grown else self._editor

    @property
    def _is_grown(self) -> bool:
        return self._is_current and self.view.state is FieldState.DOUBTFUL

    def show_field(self, view: FieldView) -> None:
        """Show the field as it stands; what is being typed just now is left alone."""
        keeps_typing = self._is_edited and view.state is self.view.state and self._is_current
        self.view = view
        theme.mark(self, state=view.state.value, required=view.is_required)
        doubtful, locked = view.state is FieldState.DOUBTFUL, view.state is FieldState.LOCKED
        self._icon.setVisible(doubtful or locked)
        self._icon.set_icon("lock" if locked else "triangle-alert", "verified" if locked else "attention")
        self._label.set_text(view.label)
        self._value.set_text(view.shown or " ")
        self._chip.set_chip(*chip_of(view, self._is_grown))
        self.setAccessibleName(f"{view.label}: {view.shown or 'chưa có'}, {self._chip.word}")
        self._arrange(keeps_typing)

    def set_current(self, is_current: bool) -> None:
        """Grow into the editor, or shrink back."""
        if is_current == self._is_current:
            return
        self._is_current, self._is_edited, self._message = is_current, False, ""
        theme.mark(self, current=is_current)
        self.show_field(self.view)

    def set_message(self, message: str) -> None:
        """Say something in place: a question before a value is kept, or what is wrong with it."""
        self._message = message
        self._say()

    def forget_edit(self) -> None:
        """What was typed is taken: the next `show_field` shows the stored value."""
        self._is_edited, self._message = False, ""

    def show_crop(self, picture: PagePicture | None) -> None:
        """Show where on the paper the value stands."""
        if self._review is not None and self.view.crop is not None:
            self._review.crop.show_crop(picture, self.view.crop.box)

    def take_focus(self) -> None:
        """Give the keyboard to the editor, or to the card itself when it is locked."""
        if self.editor is not None:
            self.editor.take_focus()
        else:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.chosen.emit(self.view.name)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.chosen.emit(self.view.name)

    def _arrange(self, keeps_typing: bool) -> None:
        px = theme.current().px
        grown, editing = self._is_grown, self._is_current and self.is_editable
        # The card itself must not catch Shift+Tab while its editor has the focus.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if editing else Qt.FocusPolicy.StrongFocus)
        if grown and self._review is None:
            self._review = _Review()
            self._review.suggestion_taken.connect(lambda: self.suggestion_taken.emit(self.view.name))
            self._connect(self._review.editor)
            self._column.insertWidget(2, self._review)
        if editing and not grown and self._editor is None:
            self._editor = FieldEditor("inCard")
            self._connect(self._editor)
            self._column.insertWidget(2, self._editor)
        if self._review is not None:
            self._review.setVisible(grown)
        if self._editor is not None:
            self._editor.setVisible(editing and not grown)
        self._value.setVisible(not editing)
        edge = px(12) if grown else px(11)
        self._column.setContentsMargins(
            edge, px(8) if grown else px(4), px(8) if grown else px(7), px(8) if grown else px(6)
        )
        theme.mark(self._label, role="section" if grown else "label")
        self._icon.set_icon(
            "triangle-alert" if grown else ("lock" if not self.is_editable else "triangle-alert"),
            size=16 if grown else 12,
        )
        editor = self.editor
        if editor is not None and not keeps_typing:
            editor.show_field(self.view)
        if grown and self._review is not None:
            self._review.show_field(self.view)
            if not keeps_typing:
                self._review.editor.mark_difference(
                    self.view.suggestion.shown if self.view.suggestion else None
                )
        self._say()

    def _connect(self, editor: FieldEditor) -> None:
        editor.returned.connect(self._enter)
        editor.edited.connect(self._mark_edited)

    def _enter(self) -> None:
        editor = self.editor
        if editor is not None:
            self.entered.emit(self.view.name, editor.text, editor.is_changed)

    def _mark_edited(self) -> None:
        self._is_edited = True
        if self._message:
            self.set_message("")

    def _say(self) -> None:
        words = self._message or (self.view.problem or "")
        self._note.set_text(words)
        self._note.setVisible(bool(words))
        # A row remembers the height for a width of its cards; it must be told that this one has changed.
        self._column.invalidate()
        self.updateGeometry()
