"""Just accepted: the code stands large; printing and sending follow by themselves."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from app.faces.counter.desk import Desk
from app.faces.counter.keys import Action, Page
from app.faces.counter.outcome import print_words, sync_words
from app.qt import icons, theme
from app.qt.images import Work, draw_slip
from app.widgets.band import Band
from app.widgets.buttons import KeyButton
from app.widgets.fact_cell import FactCell
from app.widgets.labels import Text, rule, surface
from app.widgets.scrolling import scrolled
from app.widgets.slip_view import SlipView
from app.workflow.views import AcceptedView

#: A key held from the last field must not skip this screen.
GUARD_S = 0.4
#: After this long without a key, what names a person is covered.
PRIVACY_MS = 60_000
_COVERED = "••••••••"


class AcceptedPage(Page):
    """One sealed dossier, told from what was stored."""

    title = "Đã tiếp nhận"
    help_keys = (
        ("Enter", "Hồ sơ tiếp theo"),
        ("F10", "In lại giấy hẹn, vẫn mã ấy"),
        ("Ctrl+C", "Chép mã hồ sơ"),
        ("Ctrl+O", "Mở trong hàng chờ đồng bộ"),
        ("Quét thẻ", "Bắt đầu lượt tiếp theo"),
    )

    next_asked = Signal()
    open_asked = Signal(str)
    covered = Signal(bool)

    def __init__(self, desk: Desk, work: Work) -> None:
        super().__init__()
        self._desk, self._work = desk, work
        self._accepted: AcceptedView | None = None
        self._shown_at = 0.0
        self._is_covered = False
        self._parked = 0
        self.setProperty("surface", "surface")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(scrolled(self._main()), 1)
        self._slip_side = self._side()
        self._line = rule("v")
        body.addWidget(self._line)
        body.addWidget(self._slip_side)
        outer.addLayout(body, 1)
        outer.addWidget(self._actions())
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(PRIVACY_MS)
        self._quiet.timeout.connect(lambda: self.set_covered(True))

    def _main(self) -> QWidget:
        px = theme.current().px
        main = QWidget()
        column = QVBoxLayout(main)
        column.setContentsMargins(px(32), px(24), px(32), px(24))
        column.setSpacing(px(16))
        head = QHBoxLayout()
        head.setSpacing(px(12))
        self._disc = QLabel()
        self._disc.setObjectName("disc")
        self._disc.setFixedSize(px(40), px(40))
        self._disc.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._disc.setPixmap(icons.pixmap("check", "on_primary", 24))
        self._title = Text("title", wrap=True)
        head.addWidget(self._disc)
        head.addWidget(self._title, 1)
        column.addLayout(head)
        numbers = QVBoxLayout()
        numbers.setSpacing(0)
        self._code_label = Text("small", "", "muted")
        self._code = Text("code")
        self._code.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._copy = KeyButton("copy", "Chép mã", "Ctrl+C")
        self._copy.clicked.connect(self._copy_code)
        line = QHBoxLayout()
        line.setSpacing(px(16))
        line.addWidget(self._code)
        line.addWidget(self._copy)
        line.addStretch(1)
        numbers.addWidget(self._code_label)
        numbers.addLayout(line)
        column.addLayout(numbers)
        facts = surface("card")
        row = QHBoxLayout(facts)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._due, self._return, self._fee = (
            FactCell("Hẹn trả kết quả"),
            FactCell("Nhận kết quả tại"),
            FactCell("Lệ phí"),
        )
        for index, cell in enumerate((self._due, self._return, self._fee)):
            if index:
                row.addWidget(rule("v"))
            row.addWidget(cell, 5 if index == 0 else 4)
        column.addWidget(facts)
        self._again = KeyButton("printer", "In lại", "F10")
        self._again.clicked.connect(self._print_again)
        self._print, self._sync = Band("card", self._again), Band("info")
        column.addWidget(self._print)
        column.addWidget(self._sync)
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(6))
        grid.setColumnMinimumWidth(0, px(96))
        grid.setColumnStretch(1, 1)
        self._lines = [Text("small", wrap=True) for _ in range(3)]
        for index, label in enumerate(("Người nộp", "Thủ tục", "Nơi xử lý")):
            grid.addWidget(Text("small", label, "muted"), index, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(self._lines[index], index, 1)
        column.addLayout(grid)
        column.addStretch(1)
        return main

    def _side(self) -> QFrame:
        px = theme.current().px
        side = surface("sunken")
        side.setFixedWidth(px(424))
        column = QVBoxLayout(side)
        column.setContentsMargins(px(24), px(16), px(23), px(16))
        column.setSpacing(px(12))
        head = QHBoxLayout()
        self._slip_title = Text(
            "section", "Giấy tiếp nhận và hẹn trả (Mẫu 01)", elide=Qt.TextElideMode.ElideRight
        )
        head.addWidget(self._slip_title, 1)
        head.addWidget(Text("label", "A5"))
        self._slip = SlipView()
        column.addLayout(head)
        column.addWidget(self._slip, 1)
        return side

    def _actions(self) -> QFrame:
        px = theme.current().px
        bar = QFrame()
        bar.setObjectName("actionBar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(px(32), px(11), px(24), px(12))
        row.setSpacing(px(8))
        self._open = KeyButton("eye", "Mở trong hàng chờ", "Ctrl+O")
        self._open.clicked.connect(self._open_dossier)
        self._waiting = Text("small", "", "muted", elide=Qt.TextElideMode.ElideRight)
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._next = KeyButton("arrow-right", "Hồ sơ tiếp theo", "Enter", "primary", large=True)
        self._next.clicked.connect(self._go_on)
        row.addWidget(self._open)
        row.addWidget(self._waiting, 1)
        row.addSpacing(px(8))
        row.addWidget(self._next)
        return bar

    # what is shown

    def show_accepted(self, accepted: AcceptedView, parked: int, is_new: bool) -> None:
        """Show a sealed dossier; a new one is guarded against the key that is still held."""
        if is_new:
            self._shown_at = time.monotonic()
        if accepted is not self._accepted:
            self._accepted = accepted
            self.set_covered(False)
            self._draw_slip(accepted)
        self._parked = parked
        self.refresh()

    def refresh(self) -> None:
        accepted = self._accepted
        if accepted is None:
            return
        provisional = accepted.code is None
        self._title.set_text("Đã nhận, biên nhận tạm" if provisional else "Đã tiếp nhận hồ sơ")
        theme.mark(self._disc, tone="info" if provisional else "verified")
        self._code_label.set_text("Số biên nhận tạm" if provisional else "Mã số hồ sơ")
        self._code.set_text(accepted.code or accepted.receipt_number or "")
        self._due.show_cell(accepted.due_text, accepted.due_detail)
        self._return.show_cell(accepted.return_text, accepted.return_detail)
        self._fee.show_cell(accepted.fee_text, accepted.fee_detail, accepted.fee_detail.startswith("Đã thu"))
        self._slip_title.set_text("Biên nhận tạm" if provisional else "Giấy tiếp nhận và hẹn trả (Mẫu 01)")
        who = " · ".join(part for part in (accepted.applicant, accepted.phone) if part)
        for line, words in zip(
            self._lines,
            (_COVERED if self._is_covered else who, accepted.procedure, accepted.handled_by),
            strict=True,
        ):
            line.set_text(words)
        self._waiting.set_text(f"Còn {self._parked} lượt đang tạm gác" if self._parked else "")
        self._print.show_band(*print_words(*self._desk.print_state(accepted.key)))
        kind, *words_of_sync = sync_words(accepted, self._desk.sync_state(accepted.key), self._desk.line())
        theme.mark(self._sync, surface=kind)
        self._sync.show_band(*words_of_sync)  # type: ignore[arg-type]

    def set_narrow(self, is_narrow: bool, is_tight: bool = False) -> None:
        """The slip gives way where there is room for one column only."""
        self._slip_side.setVisible(not is_narrow)
        self._line.setVisible(not is_narrow)

    def set_covered(self, is_covered: bool) -> None:
        """Cover name, phone and slip, or show them again; the code always stays."""
        if is_covered != self._is_covered:
            self._is_covered = is_covered
            self._slip.set_covered(is_covered)
            self.covered.emit(is_covered)
            self.refresh()

    @property
    def is_covered(self) -> bool:
        return self._is_covered

    def take_focus(self) -> None:
        # No button: Enter is answered by the page, which looks at the guard.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def watch_hands(self, watches: bool) -> None:
        """While the page is shown, every key and click starts the minute of privacy again."""
        app = QGuiApplication.instance()
        if app is None:
            return
        if watches:
            app.installEventFilter(self)
            self._quiet.start()
        else:
            app.removeEventFilter(self)
            self._quiet.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_hand = isinstance(event, QKeyEvent) or (
            isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress
        )
        if is_hand and self.isVisible():
            self._quiet.start()
            self.set_covered(False)
        return super().eventFilter(watched, event)

    # what keys do

    def act(self, action: Action) -> bool:
        match action:
            case Action.ENTER:
                self._go_on()
            case Action.PRINT:
                self._print_again()
            case Action.COPY:
                self._copy_code()
            case Action.OPEN:
                self._open_dossier()
            case Action.COMPLETE:
                pass  # F9 held from the last screen
            case _:
                return False
        return True

    def _go_on(self) -> None:
        if time.monotonic() - self._shown_at >= GUARD_S:
            self.next_asked.emit()

    def _print_again(self) -> None:
        if self._accepted is not None:
            self._desk.print_again(self._accepted.key)

    def _copy_code(self) -> None:
        QGuiApplication.clipboard().setText(self._code.full_text)
        self._copy.set_words("Đã chép", "check")
        QTimer.singleShot(2000, self._copy, lambda: self._copy.set_words("Chép mã", "copy"))

    def _open_dossier(self) -> None:
        if self._accepted is not None:
            self.open_asked.emit(self._accepted.key)

    def _draw_slip(self, accepted: AcceptedView) -> None:
        if not accepted.receipt_pdf:
            self._slip.show_slip(None, "Không có hình giấy hẹn")
            return
        self._slip.show_slip(None, "Đang mở giấy hẹn…")
        width = self._slip.width_px

        def keep(image: QImage) -> None:
            if self._accepted is accepted:
                self._slip.show_slip(image)

        self._work(
            lambda: draw_slip(accepted.receipt_pdf, width),
            keep,
            lambda _: self._slip.show_slip(None, "Không xem trước được giấy hẹn; bản in không bị ảnh hưởng"),
        )
