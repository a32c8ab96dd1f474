"""The declaration: titled groups of field cards in rows, one of them in focus."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.qt import theme
from app.qt.images import PagePicture
from app.widgets.buttons import KeyButton
from app.widgets.field_card import FieldCard
from app.widgets.labels import Text
from app.workflow.views import FieldState, SectionView

_MOST_IN_ROW = 3
_ROOM_TO_SHARE = 600  # from here on a wide field may share its row


class _Section(QWidget):
    def __init__(self, title: str) -> None:
        super().__init__()
        px = theme.current().px
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(4))
        head = QHBoxLayout()
        self.title = Text("section", title)
        self.title.setMinimumHeight(px(24))
        head.addWidget(self.title, 1)
        self.unlock = KeyButton("", "Mở khóa ô", "F7", "flat")
        self.unlock.least_height = 28
        self.fewer = KeyButton("", "Bớt dòng", "", "flat")
        self.more = KeyButton("", "Thêm dòng", "", "flat")
        for button in (self.fewer, self.more):
            button.least_height = 28
            head.addWidget(button)
        head.addWidget(self.unlock)
        self.rows = QVBoxLayout()
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.lines: list[QHBoxLayout] = []
        column.addLayout(head)
        column.addLayout(self.rows)


def _holds(card: FieldCard, focus: QWidget) -> bool:
    return card is focus or card.isAncestorOf(focus)


class FieldForm(QScrollArea):
    """All fields of a visit. The current one keeps its editor open even while the focus is elsewhere."""

    field_chosen = Signal(str)
    entered = Signal(str, str, bool)
    suggestion_taken = Signal(str)
    unlock_asked = Signal()
    #: A table of the declaration, and how many rows it should have.
    rows_asked = Signal(str, int)

    def __init__(self) -> None:
        super().__init__()
        px = theme.current().px
        self.setWidgetResizable(True)
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(px(16), px(8), px(16), px(16))
        self._column.setSpacing(px(8))
        self._column.addStretch(1)
        self.setWidget(self._inside)
        self.verticalScrollBar().rangeChanged.connect(self._keep_gutter)
        self._sections: list[_Section] = []
        self._cards: dict[str, FieldCard] = {}
        self._shape: tuple[object, ...] = ()
        self._views: tuple[SectionView, ...] = ()
        self.current = ""

    def card(self, name: str) -> FieldCard | None:
        """The card of a field."""
        return self._cards.get(name)

    def show_sections(self, sections: tuple[SectionView, ...]) -> None:
        """Show the fields as they stand; cards stay where they are unless their shape has changed."""
        self._views = sections
        names = tuple((s.title, tuple(f.name for f in s.fields)) for s in sections)
        if names != tuple((s.title, tuple(f.name for f in s.fields)) for s in self._built):
            self._build(sections)
        for field in (f for s in sections for f in s.fields):
            if self._cards[field.name].view != field:
                self._cards[field.name].show_field(field)
        self._pack()

    def set_current(self, name: str) -> None:
        """Make a field the current one; an empty name leaves none."""
        if name == self.current and (not name or name in self._cards):
            return
        before = self._cards.get(self.current)
        if before is not None:
            focus = QApplication.focusWidget()
            if focus is not None and before.isAncestorOf(focus):
                # Else Qt would hand the focus of the vanishing editor to the next card, and choose it.
                self.setFocus()
            before.set_current(False)
        self.current = name if name in self._cards else ""
        card = self._cards.get(self.current)
        if card is not None:
            card.set_current(True)

    def focus_current(self) -> None:
        """Give the keyboard to the current field and scroll to it."""
        card = self._cards.get(self.current)
        if card is not None:
            card.take_focus()
            self.reveal_current()

    def reveal_current(self) -> None:
        """Scroll to the current field once the cards have found their places."""
        QTimer.singleShot(0, self, self._reveal)

    def _reveal(self) -> None:
        card = self._cards.get(self.current)
        if card is not None and card.isVisible():
            self.ensureWidgetVisible(card, 0, theme.current().px(24))

    def show_crop(self, picture: PagePicture | None) -> None:
        """Show the paper in the current field's card."""
        card = self._cards.get(self.current)
        if card is not None:
            card.show_crop(picture)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes from field to field in the paper's order, and leaves the form after the last.

        Editors are made when a field is first chosen, so Qt's own order of focus would leave the form
        from each of them.
        """
        names, focus = list(self._cards), QApplication.focusWidget()
        here = next((i for i, card in enumerate(self._cards.values()) if focus and _holds(card, focus)), None)
        there = -1 if here is None else here + (1 if forward else -1)
        if 0 <= there < len(names):
            self.field_chosen.emit(names[there])
            return True
        return super().focusNextPrevChild(forward)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._pack()
        self.reveal_current()

    _built: tuple[SectionView, ...] = ()

    def _build(self, sections: tuple[SectionView, ...]) -> None:
        for old in self._sections:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._sections, self._cards, self._shape, self.current = [], {}, (), ""
        for index, view in enumerate(sections):
            section = _Section(view.title)
            section.unlock.clicked.connect(self.unlock_asked)
            self._offer_rows(section, view)
            self._column.insertWidget(index, section)
            self._sections.append(section)
            for field in view.fields:
                card = FieldCard(field)
                card.chosen.connect(self.field_chosen)
                card.entered.connect(self.entered)
                card.suggestion_taken.connect(self.suggestion_taken)
                self._cards[field.name] = card
        self._built = sections

    def _offer_rows(self, section: _Section, view: SectionView) -> None:
        rows = view.rows
        section.more.setVisible(rows is not None and rows.count < rows.most)
        section.fewer.setVisible(rows is not None and rows.count > rows.least)
        if rows is not None:
            section.more.clicked.connect(lambda: self.rows_asked.emit(rows.group, rows.count + 1))
            section.fewer.clicked.connect(lambda: self.rows_asked.emit(rows.group, rows.count - 1))

    def _keep_gutter(self, _least: int, most: int) -> None:
        """The scroll bar stands in the gutter, so that cards do not move when it comes."""
        px = theme.current().px
        self._column.setContentsMargins(px(16), px(8), px(6 if most else 16), px(16))

    def _pack(self) -> None:
        """Place the cards in rows: as many as have room for what they must say, wide and doubtful ones alone."""
        px = theme.current().px
        room = self.width() - px(32)
        if room <= 0:
            return
        rows = [_rows([self._cards[f.name] for f in view.fields], room) for view in self._views]
        shape = tuple(tuple(tuple(c.view.name for c in row) for row in section) for section in rows)
        for section, view in zip(self._sections, self._views, strict=True):
            section.unlock.setVisible(any(f.state is FieldState.LOCKED for f in view.fields))
            is_green = all(f.state is FieldState.LOCKED for f in view.fields)
            section.rows.setSpacing(px(4 if is_green else 8))
        if shape == self._shape:
            return
        self._shape = shape
        for section, lines in zip(self._sections, rows, strict=True):
            _lay(section, lines)


def _rows(cards: list[FieldCard], room: int) -> list[list[FieldCard]]:
    rows: list[list[FieldCard]] = []
    left = -1
    for card in cards:
        needed = card.needed_width
        is_alone = card.view.is_wide and room < theme.current().px(_ROOM_TO_SHARE)
        if is_alone or card.stands_alone:
            rows.append([card])
            left = -1
        elif needed <= left and len(rows[-1]) < _MOST_IN_ROW:
            rows[-1].append(card)
            left -= needed + theme.current().px(8)
        else:
            rows.append([card])
            left = room - needed - theme.current().px(8)
    return rows


def _lay(section: _Section, rows: list[list[FieldCard]]) -> None:
    for line in section.lines:
        # Taken out one by one: an item that merely loses its layout would keep the card's old height.
        for card in section.findChildren(FieldCard):
            line.removeWidget(card)
        section.rows.removeItem(line)
        line.deleteLater()
    section.lines = []
    before = None
    for cards in rows:
        line = QHBoxLayout()
        line.setSpacing(theme.current().px(8))
        section.rows.addLayout(line)
        section.lines.append(line)
        for card in cards:
            line.addWidget(card, card.needed_width)
            card.show()
            if before is not None:
                # A card's place in the tab order is its place on the page.
                QWidget.setTabOrder(before, card)
            before = card
