"""What the officer does to the chosen page: by key, by the page's menu, by dragging its thumbnail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QObject, QPoint
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter
from PySide6.QtWidgets import QMenu

from app.faces.counter.bench import Bench
from app.faces.counter.page_keys import BRING_BACK, PAGE_KEYS, PageAction
from app.faces.counter.paper_column import PaperColumn
from app.faces.counter.paper_work import PaperWork
from app.faces.counter.scan_target import can_be_scanned, short_name
from app.workflow.page_edits import EditKind, PageEdit
from app.workflow.pages import FeedUse, Landing
from app.workflow.views import ComponentView, PageState, PageView

_EDITS = {
    PageAction.TURN_RIGHT: EditKind.TURN_RIGHT,
    PageAction.TURN_LEFT: EditKind.TURN_LEFT,
    PageAction.CUT: EditKind.CUT,
    PageAction.REMOVE: EditKind.REMOVE,
}
_LANDINGS = {
    PageAction.REPLACE: FeedUse.INSTEAD,
    PageAction.INSERT_AFTER: FeedUse.AFTER,
    PageAction.INSERT_BEFORE: FeedUse.BEFORE,
    PageAction.BACKS: FeedUse.BACKS_TURNED_OVER,
    PageAction.BACKS_IN_ORDER: FeedUse.BACKS_IN_ORDER,
}
_SAID = {EditKind.REMOVE: "Đã bỏ trang {0} của “{1}”.", EditKind.CUT: "Đã cắt trang {0} của “{1}” làm hai."}
#: In the menu, a line stands before each of these.
_GROUPS = (PageAction.TURN_RIGHT, PageAction.UP, PageAction.ASIDE, PageAction.UNDO)
_QUICK_PNG = 10  # of 100: a picture on the clipboard is packed while the officer waits


class PageWork(QObject):
    """Edits pages through the desk, and stays with the page that was edited."""

    def __init__(
        self, bench: Bench, column: PaperColumn, papers: PaperWork, say: Callable[[str], None]
    ) -> None:
        super().__init__(column)
        self._bench, self._column, self._papers, self._say = bench, column, papers, say
        column.page_action.connect(lambda action: self.act(PageAction(action)))
        column.menu_asked.connect(self.open_menu)
        column.strip.page_dropped.connect(self.move)

    def act(self, action: PageAction) -> None:
        """Do what a key or the menu asks."""
        if self._bench.is_empty:
            return
        match action:
            case PageAction.UNDO:
                self._answer(self._bench.desk.undo(self._bench.visit))
            case PageAction.REDO:
                self._answer(self._bench.desk.redo(self._bench.visit))
            case PageAction.PASTE:
                self._paste()
            case PageAction.BACKS | PageAction.BACKS_IN_ORDER:
                self._papers.scan(Landing(_LANDINGS[action]))
            case _:
                page = self._bench.page
                if page is not None:
                    self._act_on(action, page)

    def _act_on(self, action: PageAction, page: PageView) -> None:
        match action:
            case PageAction.REPLACE | PageAction.INSERT_AFTER | PageAction.INSERT_BEFORE:
                self._papers.scan(Landing(_LANDINGS[action], page.key))
            case PageAction.ASIDE:
                is_aside = page.state is PageState.ASIDE
                self._edit(PageEdit(EditKind.BRING_BACK if is_aside else EditKind.SET_ASIDE, page.key))
            case PageAction.UP:
                self._step(page, -1)
            case PageAction.DOWN:
                self._step(page, 1)
            case PageAction.TO_PAPER:
                self._paper_menu(page).popup(self._column.menu_place())
            case _:
                self._edit(PageEdit(_EDITS[action], page.key))

    def move(self, key: str, component: str, index: int) -> None:
        """A thumbnail was dropped between two others: before place `index` of a paper."""
        place = next(
            ((c.code, i) for c in self._bench.view.components for i, p in enumerate(c.pages) if p.key == key),
            None,
        )
        if place is not None and place != (component, index):
            # Places are counted without the page that moves.
            index -= place[0] == component and place[1] < index
            self._edit(PageEdit(EditKind.MOVE, key, component, index))

    def read_again(self) -> bool:
        """Read the chosen page once more where it could not be read; False where there is nothing to do."""
        page, component = self._bench.page, self._bench.component(self._bench.place.component)
        is_stuck = component is not None and component.is_stuck
        if page is None or not (page.state is PageState.UNREAD or is_stuck):
            return False
        self._bench.desk.read_again(self._bench.visit, page.key)
        return True

    def open_menu(self, where: QPoint) -> None:
        """All that can be done to the chosen page, with its keys."""
        page = self._bench.page
        menu = self._new_menu("pageMenu")
        for key in PAGE_KEYS:
            if key.action in _GROUPS:
                menu.addSeparator()
            is_aside = page is not None and page.state is PageState.ASIDE
            words = BRING_BACK if key.action is PageAction.ASIDE and is_aside else key.words
            item = menu.addAction(f"{words}\t{key.shown}")
            item.triggered.connect(lambda _=False, action=key.action: self.act(action))
            item.setEnabled(page is not None or key.is_anywhere)
        menu.popup(where)

    def _paper_menu(self, page: PageView) -> QMenu:
        """The other papers, once for this page alone, once for it and all that follow."""
        menu = self._new_menu("paperMenu")
        here = self._bench.place.component
        others = [c for c in self._bench.view.components if c.code != here and _takes_pages(c)]
        for kind, words in (
            (EditKind.MOVE, "Chỉ trang này sang"),
            (EditKind.SPLIT, "Từ trang này trở đi sang"),
        ):
            for number, other in enumerate(others):
                if number == 0 and kind is EditKind.SPLIT:
                    menu.addSeparator()
                edit = PageEdit(kind, page.key, other.code, len(other.pages))
                item = menu.addAction(f"{words} “{short_name(other.name)}”")
                item.triggered.connect(lambda _=False, e=edit, name=other.name: self._send(e, name))
        if not others:
            menu.addAction("Trường hợp này không có giấy tờ nào khác").setEnabled(False)
        return menu

    def _send(self, edit: PageEdit, name: str) -> None:
        what = "Trang này và các trang sau" if edit.kind is EditKind.SPLIT else "Trang này"
        self._papers.after_edit = f"{what} đã chuyển sang “{name}”."
        self._edit(edit)

    def _new_menu(self, name: str) -> QMenu:
        menu = QMenu(self._column)
        menu.setObjectName(name)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _step(self, page: PageView, step: int) -> None:
        """One place up or down; past the end of a paper, into the next one that has pages."""
        components, place = self._bench.view.components, self._bench.place
        here = next(i for i, c in enumerate(components) if c.code == place.component)
        there = place.page + step
        if 0 <= there < len(components[here].pages):
            self._edit(PageEdit(EditKind.MOVE, page.key, place.component, there))
            return
        others = components[here + 1 :] if step > 0 else components[:here][::-1]
        other = next((c for c in others if _takes_pages(c)), None)
        if other is not None:
            index = 0 if step > 0 else len(other.pages)
            self._edit(PageEdit(EditKind.MOVE, page.key, other.code, index))

    def _edit(self, edit: PageEdit) -> None:
        place = self._bench.place
        component = self._bench.component(place.component)
        said = _SAID.get(edit.kind)
        if said is not None and component is not None:
            self._papers.after_edit = said.format(place.page + 1, component.name)
        self._answer(self._bench.desk.edit_page(self._bench.visit, edit))
        if edit.kind in (EditKind.MOVE, EditKind.SPLIT):
            self._bench.load()
            self._papers.follow(edit.page)

    def _answer(self, refusal: str | None) -> None:
        if refusal is not None:
            self._papers.after_edit = ""
            self._say(refusal)
        self._papers.changed.emit()

    def _paste(self) -> None:
        """Files or a picture from the clipboard."""
        # An empty clipboard may have no data at all.
        data = QGuiApplication.clipboard().mimeData() or QMimeData()
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        image = QGuiApplication.clipboard().image() if data.hasImage() else QImage()
        if paths:
            self._papers.attach(paths)
        elif not image.isNull():
            self._papers.paste(_png(image))
        else:
            self._say("Bảng tạm không có ảnh hay tệp nào; hãy chép ảnh rồi nhấn Ctrl+V lại.")


def _takes_pages(component: ComponentView) -> bool:
    return can_be_scanned(component) or bool(component.pages)


def _png(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"png"))
    writer.setCompression(_QUICK_PNG)
    writer.write(image)
    return bytes(data.data())
