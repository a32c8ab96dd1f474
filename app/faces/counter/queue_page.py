"""Hàng chờ đồng bộ: what waits, what is on its way, what needs an officer, and what happened to each."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.faces.counter.desk import Desk
from app.faces.counter.keys import Action, Page
from app.faces.counter.queue_panel import QueuePanel
from app.faces.counter.queue_table import (
    CODE,
    FILES,
    NAME,
    PROCEDURE,
    ROW,
    SIZE,
    STATE,
    TIME,
    QueueDelegate,
    QueueModel,
)
from app.qt import theme
from app.qt.text import clock_time, size_text
from app.widgets.buttons import KeyButton
from app.widgets.labels import Icon, KeyChip, Text, rule, surface
from app.widgets.tile import Tile
from app.workflow.views import MOST_ROWS, LineView, QueueRow

_WIDTHS = {CODE: 114, NAME: 232, TIME: 66, STATE: 184, FILES: 46, SIZE: 74}


_WHOLE_CODE = 190  # where a code stands whole: another agency's, or a provisional number
_LOW = 400


class QueuePage(Page):
    """The outbox as it is."""

    title = "Hàng chờ đồng bộ"
    help_keys = (
        ("↑ ↓", "Chọn hồ sơ"),
        ("F5", "Gửi ngay"),
        ("F9", "Gửi lại hồ sơ cần xem"),
        ("Ctrl+C", "Chép mã hồ sơ đang chọn"),
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._filter = ""
        self._is_narrow = False
        px = theme.current().px
        self.setProperty("surface", "surface")
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        main = QVBoxLayout()
        main.setContentsMargins(px(16), px(16), px(16), px(16))
        main.setSpacing(px(12))
        head = QHBoxLayout()
        head.addWidget(Text("title", "Hàng chờ đồng bộ"), 1)
        self._send = KeyButton("cloud-upload", "Gửi ngay", "F5")
        self._send.clicked.connect(self._desk.sync_now)
        head.addWidget(self._send)
        main.addLayout(head)
        tiles = QHBoxLayout()
        tiles.setSpacing(px(12))
        self._waiting = Tile("hard-drive", "text_muted", "Chờ gửi")
        self._officer = Tile("triangle-alert", "attention", "Cần cán bộ xem")
        self._received = Tile("circle-check", "verified", "Tỉnh đã nhận hôm nay")
        for tile in (self._waiting, self._officer, self._received):
            tiles.addWidget(tile, 1)
        main.addLayout(tiles)
        self._transfer = _Transfer()
        main.addWidget(self._transfer)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._table_card())
        self._stack.addWidget(self._empty())
        main.addWidget(self._stack, 1)
        outer.addLayout(main, 1)
        self.panel = QueuePanel()
        self.panel.retry_asked.connect(self._retry)
        self.panel.choice_asked.connect(self._choose_side)
        self.panel.copy_asked.connect(self._panel_copied)
        outer.addWidget(self.panel)

    def _table_card(self) -> QWidget:
        px = theme.current().px
        card = surface("card")
        column = QVBoxLayout(card)
        column.setContentsMargins(1, px(6), 1, 1)
        column.setSpacing(0)
        self.table = QTableView()
        self._model = QueueModel()
        self.table.setModel(self._model)
        self.table.setItemDelegate(QueueDelegate(self.table))
        self.table.setShowGrid(False)
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.setAccessibleName("Hồ sơ trong hàng chờ")
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(px(40))
        header = self.table.horizontalHeader()
        header.setAccessibleName("Cột của hàng chờ")
        header.setFixedHeight(px(32))
        header.setMinimumSectionSize(px(44))
        header.setHighlightSections(False)
        for column_index, width in _WIDTHS.items():
            self.table.setColumnWidth(column_index, px(width))
        header.setSectionResizeMode(PROCEDURE, QHeaderView.ResizeMode.Stretch)
        self.table.selectionModel().currentRowChanged.connect(self._show_row)
        column.addWidget(self.table, 1)
        column.addWidget(rule())
        foot = QHBoxLayout()
        foot.setContentsMargins(px(8), px(8), px(12), px(8))
        foot.setSpacing(px(8))
        foot.addWidget(Text("label", "Hồ sơ tỉnh đã nhận được giữ trên máy thêm một thời gian"), 1)
        self._filter_note = Text("label", "", "info")
        foot.addWidget(self._filter_note)
        foot.addWidget(KeyChip("↑ ↓"))
        foot.addWidget(Text("label", "chọn"))
        column.addLayout(foot)
        return card

    def _empty(self) -> QWidget:
        px = theme.current().px
        blank = surface("card")
        column = QVBoxLayout(blank)
        column.setSpacing(px(8))
        self._empty_icon = Icon("cloud-check", "verified", 40)
        self._empty_title = Text("panel", wrap=True)
        self._empty_hint = Text("small", "", "muted", wrap=True)
        column.addStretch(2)
        column.addWidget(self._empty_icon, alignment=Qt.AlignmentFlag.AlignCenter)
        for part in (self._empty_title, self._empty_hint):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(part)
        column.addStretch(3)
        return blank

    # what is shown

    def refresh(self) -> None:
        rows, line, now = self._desk.queue(), self._desk.line(), self._desk.now()
        waiting = [r for r in rows if r.state in ("sealed", "sending", "to_update")]
        total = sum(r.size_bytes for r in waiting)
        # Of a queue beyond all bounds only its beginning is shown; the figure is that of the whole.
        count = max(len(waiting), line.waiting) if len(rows) >= MOST_ROWS else len(waiting)
        self._waiting.show_figure(str(count), f"hồ sơ · {size_text(total)}" if waiting else "hồ sơ")
        self._officer.show_figure(str(sum(r.state == "needs_officer" for r in rows)), "hồ sơ")
        today = [r for r in rows if r.state == "accepted" and r.sealed_at.date() == now.date()]
        self._received.show_figure(str(len(today)), "hồ sơ")
        self._transfer.show_line(rows, line)
        chosen = self._chosen()
        self._model.show_rows(tuple(r for r in rows if self._fits(r)), now)
        is_short = all(r.code.startswith(self._model.shared) for r in rows) and self._model.shared
        self.table.setColumnWidth(CODE, theme.current().px(_WIDTHS[CODE] if is_short else _WHOLE_CODE))
        open_rows = any(r.state != "accepted" for r in rows)
        self._stack.setCurrentIndex(0 if rows else 1)
        self.panel.setVisible(bool(rows) and not self._is_narrow)
        self._say_empty(line)
        self._send.set_kind("plain" if open_rows else "quiet")
        self._filter_note.set_text(f"Lọc theo: {self._filter} (Esc để bỏ)" if self._filter else "")
        self._choose(chosen.key if chosen is not None else "")

    def _say_empty(self, line: LineView) -> None:
        others = line.waiting + line.needs_officer
        # What this role is not shown still waits on this machine.
        self._empty_icon.set_icon("hard-drive" if others else "cloud-check", "info" if others else "verified")
        self._empty_title.set_text(
            "Bạn không có hồ sơ nào trong hàng chờ" if others else "Mọi hồ sơ đã tới hệ thống tỉnh"
        )
        last = f"Đồng bộ lần cuối {clock_time(line.last_sync)}" if line.last_sync else "Hàng chờ đang trống"
        self._empty_hint.set_text(
            f"{others} hồ sơ của người khác vẫn an toàn trên máy này." if others else last
        )

    def show_dossier(self, key: str) -> None:
        """Turn to one dossier."""
        self._filter = ""
        self.refresh()
        self._choose(key)

    def set_narrow(self, is_narrow: bool, is_tight: bool = False) -> None:
        """Where room is short, the panel gives way and the table says only what matters most."""
        self._is_narrow = is_narrow
        self.panel.setVisible(not is_narrow and bool(self._model.rows))
        for column in (PROCEDURE, FILES, SIZE):
            self.table.setColumnHidden(column, is_narrow)
        mode = QHeaderView.ResizeMode
        self.table.horizontalHeader().setSectionResizeMode(
            NAME, mode.Stretch if is_narrow else mode.Interactive
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # In a low window the table is worth more than the sums above it.
        is_low = self.height() < theme.current().px(_LOW)
        for part in (self._waiting, self._officer, self._received, self._transfer):
            part.setVisible(not is_low)

    def take_focus(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def act(self, action: Action) -> bool:
        chosen = self._chosen()
        match action:
            case Action.COMPLETE if chosen is not None:
                self.panel.ask_again()
            case Action.COPY if chosen is not None:
                self.panel.copy_code()
            case Action.ESCAPE if self._filter:
                self._filter = ""
                self.refresh()
            case Action.NEXT_COLUMN | Action.PREVIOUS_COLUMN:
                (self.panel if self.table.hasFocus() else self.table).setFocus()
            case _:
                return False
        return True

    def _fits(self, row: QueueRow) -> bool:
        return not self._filter or self._filter in f"{row.code} {row.applicant}".lower()

    def _chosen(self) -> QueueRow | None:
        index = self.table.currentIndex()
        return index.data(ROW) if index.isValid() else None

    def _choose(self, key: str) -> None:
        at = next((i for i, row in enumerate(self._model.rows) if row.key == key), 0)
        if self._model.rows:
            flags = QItemSelectionModel.SelectionFlag
            self.table.selectionModel().setCurrentIndex(
                self._model.index(at, CODE), flags.ClearAndSelect | flags.Rows
            )
        self._show_row(self.table.currentIndex())

    def _show_row(self, index: QModelIndex, _before: QModelIndex | None = None) -> None:
        row = index.data(ROW) if index.isValid() else None
        self.panel.show_row(row, self._desk.now())
        if row is not None and self.panel.isVisible():
            self._desk.look(row.key)

    def _retry(self, key: str) -> None:
        self._desk.retry(key)
        self.refresh()

    def _choose_side(self, key: str, keeps_ours: bool) -> None:
        self._desk.choose_side(key, keeps_ours)
        self.refresh()

    def _panel_copied(self) -> None:
        self.take_focus()


class _Transfer(QFrame):
    """What is on its way now, or why nothing is."""

    def __init__(self) -> None:
        super().__init__()
        px = theme.current().px
        self.setProperty("surface", "card")
        self.setFixedHeight(px(62))
        row = QHBoxLayout(self)
        row.setContentsMargins(px(16), px(8), px(16), px(8))
        row.setSpacing(px(12))
        self._icon = Icon("cloud-upload", "info", 20)
        self._words = Text("row", elide=Qt.TextElideMode.ElideRight)
        self._share = Text("label")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        line = QHBoxLayout()
        line.addWidget(self._words, 1)
        line.addWidget(self._share)
        column = QVBoxLayout()
        column.setSpacing(px(6))
        column.addStretch(1)
        column.addLayout(line)
        column.addWidget(self._bar)
        column.addStretch(1)
        row.addWidget(self._icon)
        row.addLayout(column, 1)

    def show_line(self, rows: tuple[QueueRow, ...], line: LineView) -> None:
        sending = next((r for r in rows if r.state == "sending"), None)
        waiting = any(r.state in ("sealed", "to_update") for r in rows)
        self._bar.setVisible(sending is not None and bool(line.is_online))
        self._share.set_text("")
        if line.is_online is False:
            self._icon.set_icon("cloud-off", "info")
            self._words.set_text("Chưa có mạng, tự gửi lại khi có" if waiting or sending else "Chưa có mạng")
        elif sending is not None:
            part = (
                f" · tệp {min(sending.files_sent + 1, sending.files)} trên {sending.files}"
                if sending.files
                else ""
            )
            self._icon.set_icon("cloud-upload", "info")
            self._words.set_text(f"Đang gửi {sending.code} · {sending.applicant}{part}")
            share = sending.files_sent / sending.files if sending.files else 0.0
            sent = size_text(round(share * sending.size_bytes))
            self._share.set_text(f"khoảng {sent} / {size_text(sending.size_bytes)}")
            self._bar.setRange(0, 100)
            self._bar.setValue(round(share * 100))
        elif waiting:
            self._icon.set_icon("cloud-upload", "text_muted")
            self._words.set_text("Sắp gửi hồ sơ kế tiếp")
        elif line.waiting:
            self._icon.set_icon("cloud-upload", "text_muted")
            self._words.set_text("Đang gửi hồ sơ của người khác")
        else:
            self._icon.set_icon("cloud-check", "verified")
            self._words.set_text("Không còn hồ sơ nào chờ gửi")
        if line.note and sending is None:
            self._share.set_text(line.note)
