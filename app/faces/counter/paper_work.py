"""The middle column at work: which page is shown, where the box stands, what is scanned next."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.faces.counter.bench import Bench
from app.faces.counter.paper_column import PaperColumn
from app.faces.counter.pictures import Pictures
from app.faces.counter.scan_target import can_be_marked, pages_of, scan_target, short_name
from app.widgets.field_form import FieldForm
from app.widgets.thumbnails import Thumbnail
from app.workflow.views import ComponentState, ComponentView, FieldState


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
        self._painted: tuple[str, str, int, int] | None = None
        column.page_chosen.connect(self._choose_page)
        column.scan_asked.connect(self.scan)
        column.files_given.connect(self.attach)
        column.seen.connect(self.mark_shown)
        pictures.picture_arrived.connect(self._picture_arrived)

    # what is shown

    def show(self) -> None:
        """Show strip, page and box as they stand."""
        view, place, visit = self._bench.view, self._bench.place, self._bench.visit
        pages: list[Thumbnail] = []
        for number, (component, page) in enumerate(pages_of(view), start=1):
            image = self._pictures.small(visit, component.code, page) if page >= 0 else None
            words = "đang quét" if page < 0 else short_name(component.name)
            pages.append(Thumbnail(component.code, page, f"{number} {words}", image, page < 0))
        self._column.show_strip(tuple(pages), place.component, place.page)
        chosen = self._bench.component(place.component)
        if chosen is None:
            self._painted = None
            self._column.show_blank("Giấy tờ", "Thủ tục này không cần giấy tờ nào", "")
            return
        if place.page >= chosen.pages:
            place.page = max(chosen.pages - 1, 0)
        picture = self._pictures.page(visit, chosen.code, place.page) if chosen.pages else None
        if picture is None:
            self._painted = None
            self._show_blank(chosen)
        else:
            painted = (visit, chosen.code, place.page, id(picture))
            if self._painted != painted:
                self._painted = painted
                title = f"{short_name(chosen.name)} · trang {place.page + 1}"
                self._column.show_page(f"{visit} {chosen.code}", title, picture)
        self._show_box()

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
            self._form.show_crop(self._pictures.page(self._bench.visit, crop.component, crop.page))

    def _picture_arrived(self, visit: str, _component: str, _page: int) -> None:
        if visit == self._bench.visit and self._column.isVisible():
            self.show()

    # what is done

    def choose(self, component: str) -> None:
        """Turn to a paper."""
        place = self._bench.place
        if place.component != component:
            place.component, place.page = component, 0
        self.changed.emit()

    def _choose_page(self, component: str, page: int) -> None:
        place = self._bench.place
        place.component, place.page = component, max(page, 0)
        self.changed.emit()

    def scan(self) -> None:
        """Scan pages of the chosen paper, or of the first that is missing."""
        if self._bench.is_empty:
            return
        target = scan_target(self._bench.view, self._bench.place.component)
        if not target:
            self._say("Thủ tục này không còn giấy tờ nào cần quét.")
            return
        self.choose(target)
        self._bench.desk.scan(self._bench.visit, target, self._report)

    def attach(self, paths: list[Path]) -> None:
        """Take files as pages of the chosen paper."""
        if self._bench.is_empty:
            return
        target = scan_target(self._bench.view, self._bench.place.component)
        if target:
            self.choose(target)
            self._bench.desk.attach(self._bench.visit, target, paths, self._report)

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
