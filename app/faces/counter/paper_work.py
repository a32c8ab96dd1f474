"""The middle column at work: which page is shown, where the box stands, what is scanned next."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu

from app.faces.counter.bench import Bench
from app.faces.counter.paper_column import PaperColumn
from app.faces.counter.pictures import Pictures
from app.faces.counter.scan_target import can_be_marked, pages_of, scan_target, short_name
from app.widgets.field_form import FieldForm
from app.widgets.thumbnails import Thumbnail
from app.workflow.pages import Landing
from app.workflow.views import ComponentState, ComponentView, FieldState, PageState


class PaperWork(QObject):
    """Shows the pages of the visit on the bench and brings more of them."""

    changed = Signal()

    def __init__(
        self,
        bench: Bench,
        column: PaperColumn,
        form: FieldForm,
        pictures: Pictures,
        say: Callable[[str], None],
    ) -> None:
        super().__init__(column)
        self._bench, self._column, self._form, self._pictures, self._say = bench, column, form, pictures, say
        self._painted: tuple[str, str, str, int] | None = None
        self._smalls: dict[str, QImage] = {}
        #: Said above the page after an edit, until another page is chosen.
        self.after_edit = ""
        #: Pages that the paper had when a scan began: the first new one is turned to.
        self._awaited: tuple[str, int] | None = None
        column.page_chosen.connect(self._choose_page)
        column.scan_asked.connect(lambda: self.scan())
        column.files_given.connect(self.attach)
        column.seen.connect(self.mark_shown)
        pictures.picture_arrived.connect(self._picture_arrived)

    # what is shown

    def show(self) -> None:
        """Show strip, page and box as they stand."""
        view, place, visit = self._bench.view, self._bench.place, self._bench.visit
        self._turn_to_awaited()
        pages = [
            self._thumbnail(number, component, page)
            for number, (component, page) in enumerate(pages_of(view), start=1)
        ]
        self._column.show_strip(tuple(pages), place.component, place.page)
        chosen = self._bench.component(place.component)
        if chosen is None:
            self._painted = None
            self._column.note.hide()
            self._column.show_blank("Giấy tờ", "Thủ tục này không cần giấy tờ nào", "")
            return
        if place.page >= len(chosen.pages):
            place.page = max(len(chosen.pages) - 1, 0)
        page = self._bench.page
        self._column.note.show_page(page, self.after_edit)
        picture = self._pictures.page(visit, page.picture) if page is not None else None
        if page is not None and picture is not None:
            painted = (visit, page.key, page.picture, id(picture))
            if self._painted != painted:
                self._painted = painted
                self._column.show_page(
                    f"{visit} {chosen.code}", f"Trang {place.page + 1}/{len(chosen.pages)}", picture
                )
        elif page is None or self._painted is None or self._painted[:2] != (visit, page.key):
            # While the same page is read, the picture of it that is there stays.
            self._painted = None
            self._show_blank(chosen)
        self._show_box()

    def _thumbnail(self, number: int, component: ComponentView, index: int) -> Thumbnail:
        if index < 0:
            return Thumbnail(component.code, index, f"{number} đang quét", is_arriving=True)
        page = component.pages[index]
        image = self._pictures.small(self._bench.visit, page.picture)
        if image is not None:
            self._smalls[page.key] = image
        is_aside = page.state is PageState.ASIDE
        return Thumbnail(
            component.code,
            index,
            f"{number} {short_name(component.name)}",
            # The picture before a turn stays until the new one is there.
            self._smalls.get(page.key),
            page.key,
            is_reading=page.state is PageState.READING,
            over=("Trang trắng" if page.is_blank else "Để riêng") if is_aside else "",
            advice="" if is_aside else page.advice,
        )

    def _turn_to_awaited(self) -> None:
        if self._awaited is not None:
            code, count = self._awaited
            chosen = self._bench.component(code)
            if chosen is not None and len(chosen.pages) > count:
                place = self._bench.place
                place.component, place.page = code, count
                self._awaited = None

    def _show_blank(self, chosen: ComponentView) -> None:
        title = short_name(chosen.name)
        is_scanning = chosen.state is ComponentState.SCANNING
        if chosen.pages or is_scanning:
            words = "Đang mở trang…" if chosen.pages else chosen.detail
            hint = "Nhấn Esc để dừng" if is_scanning else ""
            self._column.show_blank(title, words, hint, is_busy=True)
        elif chosen.state in (ComponentState.REUSED, ComponentState.VERIFIED):
            self._column.show_blank(title, chosen.detail, "Không cần quét giấy tờ này.")
        elif can_be_marked(chosen):
            words = "Giấy này chỉ xuất trình: xem bản gốc rồi ghi nhận, hoặc quét để lưu bản chụp."
            self._column.show_blank(title, chosen.name, words, can_scan=True, can_mark=True)
        else:
            words = "Đặt giấy vào máy quét rồi nhấn F2, kéo thả tệp vào đây, hoặc chọn tệp."
            self._column.show_blank(title, f"Chưa có trang nào của “{chosen.name}”", words, can_scan=True)

    def _show_box(self) -> None:
        field, place = self._bench.field(self._form.current), self._bench.place
        crop = field.crop if field is not None else None
        is_here = crop is not None and (crop.component, crop.page) == (place.component, place.page)
        is_doubtful = field is not None and field.state is FieldState.DOUBTFUL
        box = crop.box if crop is not None and is_here and self._painted is not None else None
        self._column.view.show_box(box, "attention" if is_doubtful else "info")
        if crop is not None:
            page = self._bench.page_at(crop)
            self._form.show_crop(
                self._pictures.page(self._bench.visit, page.picture) if page is not None else None
            )

    def _picture_arrived(self, visit: str) -> None:
        if visit == self._bench.visit and self._column.isVisible():
            self.show()

    # what is done

    def choose(self, component: str) -> None:
        """Turn to a paper."""
        self.after_edit = ""
        place = self._bench.place
        if place.component != component:
            place.component, place.page = component, 0
        self.changed.emit()

    def _choose_page(self, component: str, page: int) -> None:
        self.after_edit = ""
        place = self._bench.place
        place.component, place.page = component, max(page, 0)
        self.changed.emit()

    def choose_unread(self, component: str) -> None:
        """Turn to the first page of a paper that could not be read."""
        self.choose(component)
        chosen = self._bench.component(component)
        for index, page in enumerate(chosen.pages if chosen is not None else ()):
            if page.state is PageState.UNREAD:
                self._choose_page(component, index)
                return

    def follow(self, key: str) -> None:
        """Turn to a page wherever it stands now."""
        for component in self._bench.view.components:
            for index, page in enumerate(component.pages):
                if page.key == key:
                    place = self._bench.place
                    place.component, place.page = component.code, index
        self.changed.emit()

    def scan(self, landing: Landing | None = None, profile: str = "") -> None:
        """Scan pages of the chosen paper, or of the first that is missing; `landing` says where they go."""
        if self._bench.is_empty:
            return
        # A page that is there says itself which paper it belongs to.
        chosen = self._bench.place.component
        target = chosen if landing is not None else scan_target(self._bench.view, chosen)
        if not target:
            self._say("Thủ tục này không còn giấy tờ nào cần quét.")
            return
        self.choose(target)
        component = self._bench.component(target)
        if landing is None and component is not None and component.pages:
            self._awaited = target, len(component.pages)
        self._bench.desk.scan(self._bench.visit, target, self._report, landing, profile)

    def choose_profile(self) -> None:
        """Offer the ways to scan; the usual one is marked, Enter takes the one in focus."""
        if self._bench.is_empty:
            return
        target = scan_target(self._bench.view, self._bench.place.component)
        if not target:
            self._say("Thủ tục này không còn giấy tờ nào cần quét.")
            return
        menu = QMenu(self._column)
        menu.setObjectName("profileMenu")
        menu.aboutToHide.connect(menu.deleteLater)
        for number, profile in enumerate(self._bench.desk.profiles(self._bench.visit, target), 1):
            mark = " · F2" if profile.is_usual else ""
            item = menu.addAction(f"&{number}  {profile.name}{mark}\t{profile.detail}")
            item.triggered.connect(lambda _=False, key=profile.key: self.scan(profile=key))
            if profile.is_usual:
                menu.setActiveAction(item)
        menu.popup(self._column.scan_menu_place())

    def attach(self, paths: list[Path]) -> None:
        """Take files as pages of the chosen paper."""
        self._bring(lambda visit, target: self._bench.desk.attach(visit, target, paths, self._report))

    def paste(self, picture: bytes) -> None:
        """Take a picture from the clipboard as a page of the chosen paper."""
        self._bring(lambda visit, target: self._bench.desk.paste(visit, target, picture, self._report))

    def _bring(self, bring: Callable[[str, str], None]) -> None:
        if self._bench.is_empty:
            return
        target = scan_target(self._bench.view, self._bench.place.component)
        if not target:
            self._say("Thủ tục này không còn giấy tờ nào cần nhận tệp.")
            return
        self.choose(target)
        component = self._bench.component(target)
        self._awaited = target, len(component.pages) if component is not None else 0
        bring(self._bench.visit, target)

    def mark_shown(self) -> None:
        """The officer has seen the original of the chosen paper."""
        if not self._bench.is_empty:
            self._bench.desk.mark_shown(self._bench.visit, self._bench.place.component)
            self.changed.emit()

    def stop(self) -> bool:
        """Stop the scan that is under way; False when there is none."""
        is_scanning = any(c.state is ComponentState.SCANNING for c in self._bench.view.components)
        if is_scanning:
            self._bench.desk.cancel_scan(self._bench.visit)
        return is_scanning

    def _report(self, error: str | None) -> None:
        if error is not None:
            self._say(error)
