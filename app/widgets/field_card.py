"""One field of the declaration: what it holds, who says so, and its editor when it is looked at."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QMouseEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
)

from app.qt import theme
from app.qt.images import PagePicture
from app.qt.text import percent_text
from app.widgets.field_editor import FieldEditor
from app.widgets.field_review import FieldReview
from app.widgets.labels import Chip, Icon, Text
from app.workflow.views import SOURCE_LABELS, FieldState, FieldView, Source

_SOURCE_ICON = {
    Source.REGISTER: "database",
    Source.CARD_QR: "qr-code",
    Source.CARD_MRZ: "id-card",
    Source.PAPER: "scan-line",
    Source.TYPED: "keyboard",
    Source.RULE: "stamp",
    Source.CARRIED: "copy",
}


def chip_of(view: FieldView, is_long: bool = False) -> tuple[str, str, str]:
    """Icon, word and tone of a field's chip."""
    if view.is_to_type:
        return "pen-line", "Viết tay, cần nhập" if is_long else "Viết tay", "attention"
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
        self._body = "value"
        self._review: FieldReview | None = None
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
    def has_keyboard(self) -> bool:
        """True when the focus is in the card."""
        focus = QApplication.focusWidget()
        return focus is not None and (focus is self or self.isAncestorOf(focus))

    @property
    def stands_alone(self) -> bool:
        """True where the card needs a row: it has, or will have, its place on the paper beside the editor."""
        return self.view.state is FieldState.DOUBTFUL or self.view.is_to_type or self._is_grown

    @property
    def _is_grown(self) -> bool:
        """Beside its paper: a doubtful value, and what stands there by hand and is typed."""
        view = self.view
        is_written = view.is_handwritten and view.crop is not None and self.is_editable
        return self._is_current and (view.state is FieldState.DOUBTFUL or is_written)

    def show_field(self, view: FieldView) -> None:
        """Show the field as it stands; what is being typed just now is left alone."""
        keeps_typing = self._is_edited and view.state is self.view.state and self._is_current
        self.view = view
        theme.mark(self, state=view.state.value, required=view.is_required)
        theme.mark(self, written=view.is_to_type)
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
        """Show the value, the editor in its place, or the large one beside the paper."""
        grown, editing = self._is_grown, self._is_current and self.is_editable
        body = "review" if grown else "line" if editing else "value"
        is_other = body != self._body
        had_keyboard = is_other and self.has_keyboard
        focus = QApplication.focusWidget()
        if had_keyboard and focus is not None:
            # An editor that vanishes with the focus would hand it to the next card, and choose that.
            focus.clearFocus()
        self._body = body
        # The card itself must not catch Shift+Tab while its editor has the focus.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if editing else Qt.FocusPolicy.StrongFocus)
        self._make_room(grown, editing)
        self._dress(grown)
        editor = self.editor
        if editor is not None and not keeps_typing:
            editor.show_field(self.view)
        if self._review is not None and grown:
            self._review.show_field(self.view)
            if not keeps_typing:
                other = self.view.suggestion
                self._review.editor.mark_difference(other.shown if other is not None else None)
        if had_keyboard and editing:
            self.take_focus()
        self._say()

    def _make_room(self, grown: bool, editing: bool) -> None:
        if grown and self._review is None:
            self._review = FieldReview()
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

    def _dress(self, grown: bool) -> None:
        px = theme.current().px
        left, top, right, bottom = (12, 8, 8, 8) if grown else (11, 4, 7, 6)
        self._column.setContentsMargins(px(left), px(top), px(right), px(bottom))
        theme.mark(self._label, role="section" if grown else "label")
        icon = "triangle-alert" if self.is_editable else "lock"
        self._icon.set_icon(icon, size=16 if grown else 12)

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
