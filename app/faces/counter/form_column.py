"""Right column: the declaration, what is still to be looked at, and the actions below."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app.qt import theme
from app.widgets.buttons import KeyButton
from app.widgets.field_form import FieldForm
from app.widgets.labels import Chip, Text
from app.widgets.question_bar import QuestionBar
from app.workflow.views import ComponentState, VisitView


class FormColumn(QFrame):
    """The form under its head."""

    def __init__(self) -> None:
        super().__init__()
        px = theme.current().px
        self.setProperty("surface", "panel")
        self.setMinimumWidth(px(440))
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self._head = QFrame()
        self._head.setObjectName("columnHead")
        self._head.setFixedHeight(px(48))
        row = QHBoxLayout(self._head)
        row.setContentsMargins(px(16), 0, px(16), 0)
        row.setSpacing(px(8))
        row.addWidget(Text("section", "Nội dung tờ khai"), 1)
        self._scanning = Chip("loader", "", "info")
        self._doubts = Chip("triangle-alert", "", "attention")
        row.addWidget(self._scanning)
        row.addWidget(self._doubts)
        self.form = FieldForm()
        self.form.setAccessibleName("Nội dung tờ khai")
        self.column.addWidget(self._head)
        self.column.addWidget(self.form, 1)

    def show_visit(self, view: VisitView) -> None:
        """Show the fields and what is still open."""
        scanning = sum(c.state is ComponentState.SCANNING for c in view.components)
        self._scanning.setVisible(scanning > 0)
        self._scanning.set_chip(
            "loader", f"Đang quét {scanning} giấy tờ" if scanning > 1 else "Đang quét", "info"
        )
        doubts = len(view.doubtful)
        if doubts:
            self._doubts.set_chip("triangle-alert", f"Còn {doubts} ô cần xem", "attention")
        elif view.can_be_accepted:
            self._doubts.set_chip("circle-check", "Đủ để tiếp nhận", "verified")
        self._doubts.setVisible(bool(doubts) or view.can_be_accepted)
        self.form.show_sections(view.sections)

    def set_narrow(self, is_narrow: bool) -> None:
        """In one column the tab says what the head would say."""
        self._head.setVisible(not is_narrow)


class ActionBar(QFrame):
    """Accept, and the one thing that Enter does; a question in place stands above them."""

    def __init__(self) -> None:
        super().__init__()
        px = theme.current().px
        self.setObjectName("actionBar")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.question = QuestionBar()
        column.addWidget(self.question)
        self._row = QHBoxLayout()
        self._row.setContentsMargins(px(16), px(11), px(16), px(11))
        self._row.setSpacing(px(8))
        self.park = KeyButton("pause", "Tạm gác", "F8")
        self.scan = KeyButton("scan-line", "Quét thêm", "F2")
        self.complete = KeyButton("check", "Tiếp nhận", "F9", "quiet")
        self.primary = KeyButton("arrow-right", "Đúng, ô tiếp theo", "Enter", "primary")
        for button in (self.park, self.scan, self.complete, self.primary):
            button.least_height = 40
        self._row.addWidget(self.park)
        self._row.addWidget(self.scan)
        self._row.addStretch(0)
        self._row.addWidget(self.complete, 2)
        self._row.addWidget(self.primary, 3)
        column.addLayout(self._row)
        self.set_narrow(False)

    def set_narrow(self, is_narrow: bool) -> None:
        """In one column the bar also carries what stands elsewhere in three."""
        self.park.setVisible(is_narrow)
        self.scan.setVisible(is_narrow)
        self._row.setStretch(2, 1 if is_narrow else 0)
        self._row.setStretch(3, 0 if is_narrow else 2)
        self._row.setStretch(4, 0 if is_narrow else 3)

    def set_tight(self, is_tight: bool) -> None:
        """Where even that is too much, the lesser buttons keep only icon and key."""
        self.park.set_words("" if is_tight else "Tạm gác", name="Tạm gác")
        self.scan.set_words("" if is_tight else "Quét thêm", name="Quét thêm")
