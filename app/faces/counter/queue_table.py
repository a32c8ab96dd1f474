"""The queue's table: model, order, and how its cells are painted."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.qt import icons, theme
from app.qt.text import clock_or_day, shown, size_text
from app.workflow.views import QueueRow

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
CODE, NAME, PROCEDURE, TIME, STATE, FILES, SIZE = range(7)
_TITLES = ("Mã hồ sơ", "Người nộp", "Thủ tục", "Lưu lúc", "Tình trạng", "Tệp", "Cỡ")
_RIGHT = (TIME, FILES, SIZE)
_RANK = {"needs_officer": 0, "sending": 1, "to_update": 2, "sealed": 2, "accepted": 3}
_LOOK = {
    "needs_officer": ("triangle-alert", "attention"),
    "sending": ("cloud-upload", "info"),
    "to_update": ("clock", "text_muted"),
    "sealed": ("hard-drive", "text_muted"),
    "accepted": ("circle-check", "verified"),
}
_DIGIT_EM = 0.66


def in_order(rows: tuple[QueueRow, ...]) -> tuple[QueueRow, ...]:
    """What needs the officer, what is being sent, what waits by age, what is received (latest first)."""

    def rank(row: QueueRow) -> tuple[int, float]:
        moment = row.sealed_at.timestamp()
        return _RANK.get(row.state, 2), -moment if row.state == "accepted" else moment

    return tuple(sorted(rows, key=rank))


def shared_part(codes: list[str]) -> str:
    """The beginning that all codes share, up to the dash: 'H15.24.3-'; empty when there is none."""
    heads = {code.partition("-")[0] for code in codes}
    return f"{heads.pop()}-" if len(heads) == 1 else ""


class QueueModel(QAbstractTableModel):
    """Rows of the outbox."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[QueueRow, ...] = ()
        self.now: datetime | None = None
        self.shared = ""

    def show_rows(self, rows: tuple[QueueRow, ...], now: datetime) -> None:
        """Take up other rows; the same rows in the same order only repaint."""
        rows = in_order(rows)
        if [r.key for r in rows] == [r.key for r in self.rows]:
            if rows != self.rows:
                self.rows, self.now = rows, now
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, SIZE))
            return
        self.beginResetModel()
        self.rows, self.now = rows, now
        self.shared = shared_part([r.code for r in rows if not r.code.startswith("TN-")])
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(_TITLES)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section in _RIGHT else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return f"{self.shared}…" if section == CODE and self.shared else _TITLES[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.ToolTipRole and index.column() in (CODE, NAME, PROCEDURE):
            return (row.code, row.applicant, row.procedure)[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._cell(row, index.column())
        return None

    def _cell(self, row: QueueRow, column: int) -> str:
        match column:
            case 0:
                return row.code.removeprefix(self.shared)
            case 1:
                return row.applicant
            case 2:
                return row.procedure
            case 3:
                return clock_or_day(row.sealed_at, self.now) if self.now else ""
            case 4:
                return row.state_text
            case 5:
                return f"{row.files_sent}/{row.files}" if row.state == "sending" else str(row.files)
        return size_text(row.size_bytes)


class QueueDelegate(QStyledItemDelegate):
    """Paints every cell: digits in cells of one width, the state with icon, words and bar."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        worn, row = theme.current(), index.data(ROW)
        rect = QRectF(option.rect)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if is_chosen:
            painter.fillRect(rect, worn.color("info_soft"))
        painter.setPen(worn.color("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        room = rect.adjusted(worn.px(8), 0, -worn.px(8), 0)
        column = index.column()
        words = shown(str(index.data()))
        if column == STATE:
            self._paint_state(painter, room, row, words)
        elif column in (CODE, TIME, FILES, SIZE):
            painter.setFont(worn.font(13))
            painter.setPen(worn.color("text"))
            painter.setClipRect(room)
            draw_figures(painter, room, words, is_right=column != CODE)
        else:
            painter.setFont(worn.font(13, 500 if column == NAME else 400))
            painter.setPen(worn.color("text"))
            painter.drawText(room, _LEFT, painter.fontMetrics().elidedText(words, _ELIDE, int(room.width())))
        painter.restore()

    def _paint_state(self, painter: QPainter, room: QRectF, row: QueueRow, words: str) -> None:
        worn = theme.current()
        icon, token = _LOOK.get(row.state, _LOOK["sealed"])
        if row.state == "to_update" and row.next_try_at is None:
            icon = "hard-drive"
        is_sending = row.state == "sending" and row.files > 0
        line = room.adjusted(0, 0, 0, -worn.px(8)) if is_sending else room
        top = line.center().y() - worn.px(8)
        painter.drawPixmap(int(line.left()), round(top), icons.pixmap(icon, token, 16))
        painter.setFont(worn.font(13, 600 if row.state in ("needs_officer", "accepted") else 500))
        painter.setPen(worn.color(token))
        text = line.adjusted(worn.px(24), 0, 0, 0)
        painter.drawText(text, _LEFT, painter.fontMetrics().elidedText(words, _ELIDE, int(text.width())))
        if is_sending:
            bar = QRectF(room.left(), room.bottom() - worn.px(11), room.width(), worn.px(4))
            painter.fillRect(bar, worn.color("line"))
            bar.setWidth(bar.width() * row.files_sent / row.files)
            painter.fillRect(bar, worn.color("info"))


_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
_ELIDE = Qt.TextElideMode.ElideRight


def draw_figures(painter: QPainter, room: QRectF, words: str, is_right: bool) -> None:
    """Text with every digit in a cell of one width, since the face has no tabular figures."""
    metrics = painter.fontMetrics()
    cell = painter.font().pixelSize() * _DIGIT_EM
    widths = [cell if c.isdigit() else metrics.horizontalAdvance(c) for c in words]
    left = room.right() - sum(widths) if is_right else room.left()
    for letter, width in zip(words, widths, strict=True):
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignHCenter)
        painter.drawText(
            QRectF(left, room.top(), width, room.height()), middle | int(Qt.TextFlag.TextDontClip), letter
        )
        left += width
