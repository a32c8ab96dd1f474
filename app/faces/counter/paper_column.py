"""Middle column: the pages in a strip, the page itself, and the way to more of them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.faces.counter.page_keys import PageAction
from app.faces.counter.page_note import PageNote
from app.qt import theme
from app.qt.images import PagePicture
from app.qt.text import percent_text
from app.widgets.buttons import IconButton, KeyButton
from app.widgets.labels import Icon, Text, rule
from app.widgets.page_view import PageView
from app.widgets.thumbnails import Thumbnail, Thumbnails

_FILES = "Ảnh và PDF (*.pdf *.png *.jpg *.jpeg *.tif *.tiff)"


class PaperColumn(QFrame):
    """The paper."""

    page_chosen = Signal(str, int)
    scan_asked = Signal()
    files_given = Signal(list)
    page_action = Signal(str)
    menu_asked = Signal(QPoint)
    seen = Signal()

    def __init__(self) -> None:
        super().__init__()
        px = theme.current().px
        self.setProperty("surface", "sunken")
        self.setMinimumWidth(px(420))
        self.setAcceptDrops(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)

        head = QFrame()
        head.setObjectName("columnHead")
        head.setFixedHeight(px(48))
        row = QHBoxLayout(head)
        row.setContentsMargins(px(12), 0, px(8), 0)
        row.setSpacing(px(2))
        self._title = Text("section", elide=Qt.TextElideMode.ElideRight)
        self.view = PageView()
        out = IconButton("zoom-out", "Thu nhỏ (phím –)")
        self._zoom = Text("small", "100 %", "muted")
        self._zoom.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._zoom.setMinimumWidth(px(44))
        into = IconButton("zoom-in", "Phóng to (phím +)")
        whole = IconButton("maximize", "Vừa khung (phím 0)")
        self._turn = IconButton("rotate-cw", "Xoay phải trang này (Ctrl+R)")
        self._more = IconButton("chevron-down", "Mọi việc với trang này (phím Menu)")
        out.clicked.connect(self.view.zoom_out)
        into.clicked.connect(self.view.zoom_in)
        whole.clicked.connect(self.view.fit)
        self._turn.clicked.connect(lambda: self.page_action.emit(PageAction.TURN_RIGHT))
        self._more.clicked.connect(lambda: self.menu_asked.emit(self.menu_place()))
        self.scan_button = KeyButton("scan-line", "Quét thêm", "F2")
        self.scan_button.clicked.connect(self.scan_asked)
        row.addWidget(self._title, 1)
        for part in (out, self._zoom, into, whole, self._turn, self._more):
            row.addWidget(part)
        row.addSpacing(px(4))
        row.addWidget(self.scan_button)
        column.addWidget(head)
        self.note = PageNote()
        self.note.action_asked.connect(self.page_action)
        column.addWidget(self.note)

        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        self.strip = Thumbnails()
        self.strip.page_chosen.connect(self.page_chosen)
        for place in (self.strip, self.view):
            place.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            place.customContextMenuRequested.connect(
                lambda where, asked=place: self.menu_asked.emit(asked.mapToGlobal(where))
            )
        self._strip_side = QWidget()
        side = QHBoxLayout(self._strip_side)
        side.setContentsMargins(0, px(8), 0, 0)
        side.setSpacing(0)
        side.addWidget(self.strip)
        side.addWidget(rule("v"))
        body.addWidget(self._strip_side)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._blank())
        body.addWidget(self._stack, 1)
        column.addLayout(body, 1)
        self.view.zoomed.connect(self._show_zoom)

    def _blank(self) -> QWidget:
        px = theme.current().px
        blank = QWidget()
        column = QVBoxLayout(blank)
        column.setContentsMargins(px(24), px(16), px(24), px(16))
        column.setSpacing(px(12))
        self._blank_icon = Icon("scan", "text_muted", 40)
        self._blank_title = Text("strong", wrap=True)
        self._blank_hint = Text("small", "", "muted", wrap=True)
        self._scan = KeyButton("scan-line", "Quét", "F2")
        self._scan.clicked.connect(self.scan_asked)
        self._choose = KeyButton("folder-open", "Chọn tệp", "")
        self._choose.clicked.connect(self._choose_files)
        self._seen = KeyButton("eye", "Đã xem bản gốc")
        self._seen.clicked.connect(self.seen)
        column.addStretch(2)
        column.addWidget(self._blank_icon, alignment=Qt.AlignmentFlag.AlignCenter)
        for part in (self._blank_title, self._blank_hint):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(part)
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addStretch(1)
        row.addWidget(self._scan)
        row.addWidget(self._choose)
        row.addStretch(1)
        column.addWidget(self._seen, alignment=Qt.AlignmentFlag.AlignCenter)
        column.addLayout(row)
        column.addStretch(3)
        return blank

    def show_strip(self, pages: tuple[Thumbnail, ...], component: str, page: int) -> None:
        """Show the pages of the visit, with one of them chosen."""
        self._strip_side.setVisible(bool(pages))
        self.strip.show_pages(pages, component, page)

    def show_page(self, key: str, title: str, picture: PagePicture) -> None:
        """Show a page; `key` names the component that keeps its zoom."""
        self._title.set_text(title)
        self._stack.setCurrentIndex(0)
        self.view.show_page(key, picture)

    def show_blank(
        self,
        title: str,
        sentence: str,
        hint: str,
        can_scan: bool = False,
        can_mark: bool = False,
        is_busy: bool = False,
    ) -> None:
        """Say why there is no page, and what to do."""
        self._seen.setVisible(can_mark)
        self._title.set_text(title)
        self._stack.setCurrentIndex(1)
        self.view.clear_page()
        self._blank_icon.set_icon("loader" if is_busy else "scan", "info" if is_busy else "text_muted")
        self._blank_icon.set_turning(is_busy)
        self._blank_title.set_text(sentence)
        self._blank_hint.set_text(hint)
        self._scan.setVisible(can_scan)
        self._choose.setVisible(can_scan)

    def menu_place(self) -> QPoint:
        """Where a menu opens that no mouse asked for: below its button."""
        return self._more.mapToGlobal(QPoint(0, self._more.height()))

    def scan_menu_place(self) -> QPoint:
        """Where the ways to scan are offered: below the button that scans."""
        shown = next((b for b in (self.scan_button, self._scan) if b.isVisible()), None)
        return shown.mapToGlobal(QPoint(0, shown.height())) if shown is not None else self.menu_place()

    def set_narrow(self, is_narrow: bool) -> None:
        """Where there is room for one column only, the scan button stands in the action bar."""
        self.scan_button.setVisible(not is_narrow)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.files_given.emit(paths)

    def _choose_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, "Chọn tệp của giấy tờ này", "", _FILES)
        if names:
            self.files_given.emit([Path(name) for name in names])

    def _show_zoom(self, zoom: float) -> None:
        self._zoom.set_text(percent_text(zoom) if zoom < 1 else f"{round(zoom * 100)} %")
