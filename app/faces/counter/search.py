"""What the search field finds: dossiers kept on this machine, by code, or by name without tone marks."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.qt import theme
from app.widgets.choice_list import Choice, ChoiceList
from app.widgets.labels import Text
from app.workflow.views import QueueRow

_MOST = 6


class SearchResults(QFrame):
    """The list under the search field; it never takes the focus from it."""

    dossier_chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._host = parent
        px = theme.current().px
        self.setProperty("surface", "popover")
        column = QVBoxLayout(self)
        column.setContentsMargins(px(4), px(8), px(4), px(8))
        column.setSpacing(px(4))
        self._head = Text("label", "", wrap=True)
        self._head.setContentsMargins(px(12), 0, px(12), 0)
        self.list = ChoiceList("Hồ sơ tìm thấy")
        self.list.chosen.connect(self.dossier_chosen)
        column.addWidget(self._head)
        column.addWidget(self.list)
        self.hide()

    def show_found(self, rows: tuple[QueueRow, ...], under: QWidget) -> None:
        """Show what was found, below a widget of the same window."""
        px = theme.current().px
        shown = rows[:_MOST]
        self.list.show_choices(
            tuple(
                Choice(r.key, r.applicant, f"{r.code} · {r.procedure} · {r.state_text}", "files")
                for r in shown
            )
        )
        self.list.setVisible(bool(shown))
        self.list.setFixedHeight(max(self.list.height_of_all, 1))
        if not rows:
            self._head.set_text("Không có hồ sơ nào khớp trên máy này. Thử phần đuôi của mã, hoặc họ tên.")
        else:
            more = f", hiện {len(shown)} hồ sơ mới nhất" if len(rows) > len(shown) else ""
            self._head.set_text(f"{len(rows)} hồ sơ trên máy này{more}")
        corner = under.mapTo(self._host, under.rect().bottomLeft())
        self.setFixedWidth(max(under.width(), px(432)))
        self.adjustSize()
        rightmost = self._host.width() - self.width() - px(8)
        self.move(min(corner.x(), rightmost), corner.y() + px(6))
        self.show()
        self.raise_()
