"""A desk in memory, to drive and photograph the window: invented people, every state of every widget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TypeVar

from app.faces.counter.desk import Done
from app.qt.text import folded
from app.workflow.page_edits import EditKind, PageEdit
from app.workflow.pages import Landing
from app.workflow.views import (
    AcceptedView,
    Blocker,
    BlockerKind,
    CaseView,
    ComponentState,
    ComponentView,
    Crop,
    FieldState,
    FieldView,
    LineView,
    PageState,
    PageView,
    ParkedVisit,
    ProfileView,
    QueueRow,
    SectionView,
    Source,
    Suggestion,
    VisitView,
)
from tests.qt import sample_papers
from tests.qt.sample_officers import SampleOfficers

T = TypeVar("T")
ZONE = timezone(timedelta(hours=7))
NOW = datetime(2026, 11, 23, 15, 12, tzinfo=ZONE)
CARD = "066188004127||Nguyễn Thị Phương Thảo Nguyên|17051988|Nữ|Buôn Ma Thuột, Đắk Lắk|01012022"
PROCEDURES = (
    ("2.000635", "Cấp bản sao trích lục hộ tịch"),
    ("1.001193", "Đăng ký khai sinh"),
    ("2.000815", "Chứng thực bản sao từ bản chính giấy tờ, văn bản do cơ quan, tổ chức có thẩm quyền cấp"),
    ("1.004873", "Cấp giấy xác nhận tình trạng hôn nhân"),
)
ADDRESS = "Số 128/45 đường Y Moan Ênuôl, tổ dân phố 7, phường Tân Lập, tỉnh Đắk Lắk"


def at_once(job: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
    """Work done where it stands: pictures are there at once."""
    try:
        result = job()
    except ValueError as error:
        failed(error)
    else:
        done(result)


def _locked(name: str, label: str, value: str, source: Source, wide: bool = False) -> FieldView:
    return FieldView(name, label, value, value, FieldState.LOCKED, source=source, is_wide=wide)


def _read(name: str, label: str, value: str, confidence: float, wide: bool = False) -> FieldView:
    box = Crop("declaration", 0, sample_papers.NAME_BOX)
    return FieldView(
        name,
        label,
        value,
        value,
        FieldState.READ,
        source=Source.PAPER,
        confidence=confidence,
        crop=box,
        is_wide=wide,
    )


def sections() -> tuple[SectionView, ...]:
    """The declaration of the pictures: one doubtful number, one missing relation."""
    return (
        SectionView(
            "Người yêu cầu",
            (
                _locked(
                    "name", "Họ, chữ đệm, tên", "Nguyễn Thị Phương Thảo Nguyên", Source.REGISTER, wide=True
                ),
                _locked("id", "Số định danh", "066188004127", Source.CARD_QR),
                _locked("birth", "Ngày sinh", "17/05/1988", Source.REGISTER),
                _locked("address", "Nơi cư trú", ADDRESS, Source.REGISTER, wide=True),
            ),
        ),
        SectionView(
            "Người được cấp và việc đã đăng ký",
            (
                _read("owner", "Họ, chữ đệm, tên", "Y Bhăm Niê Kđăm", 0.96),
                _read("owner_birth", "Ngày sinh", "02/09/1985", 0.97),
                FieldView(
                    "number",
                    "Số đăng ký khai sinh",
                    "275/1992",
                    "275/1992",
                    FieldState.DOUBTFUL,
                    source=Source.PAPER,
                    confidence=0.61,
                    crop=Crop("declaration", 0, sample_papers.NUMBER_BOX),
                    suggestion=Suggestion(
                        "215/1992", "215/1992", "Giấy khai sinh cũ ghi", "đọc từ giấy 98 %"
                    ),
                ),
                FieldView("registered", "Ngày đăng ký", "", "", FieldState.EMPTY, kind="date"),
                FieldView(
                    "copies", "Số bản sao", "2", "2 bản", FieldState.TYPED, kind="number", source=Source.TYPED
                ),
                FieldView(
                    "relation",
                    "Quan hệ với người được cấp",
                    "Vợ",
                    "Vợ",
                    FieldState.TYPED,
                    kind="choice",
                    choices=("Vợ", "Chồng", "Cha", "Mẹ", "Con", "Khác"),
                    source=Source.TYPED,
                ),
                FieldView("note", "Ghi chú", "", "", FieldState.EMPTY, is_required=False),
            ),
        ),
    )


def pages(code: str, count: int) -> tuple[PageView, ...]:
    """Pages that are read and well."""
    return tuple(PageView(f"{code}-{number}", f"{code}:{number}") for number in range(count))


def components() -> tuple[ComponentView, ...]:
    """Five papers, one still being scanned."""
    state = ComponentState
    return (
        ComponentView("declaration", "Tờ khai cấp bản sao trích lục", state.DOUBTFUL, "Nghi ngờ 1 ô · 1 trang",
                      True, False, pages("declaration", 1)),
        ComponentView("mandate", "Văn bản ủy quyền", state.SCANNING, "Đang quét trang 2…", True, False,
                      pages("mandate", 1), 0.62, is_arriving=True),
        ComponentView("card", "Thẻ căn cước", state.VERIFIED, "Đã xác minh qua QR thẻ · xuất trình", True, True),
        ComponentView("residence", "Giấy tờ chứng minh nơi cư trú của người được cấp bản sao", state.REUSED,
                      "Tái sử dụng từ CSDLQG dân cư", True, False),
        ComponentView("old", "Giấy khai sinh cũ", state.READ, "Đã đọc 98 % · 1 trang", True, False, pages("old", 1)),
    )  # fmt: skip


def many_pages() -> tuple[PageView, ...]:
    """Pages in every state: well, blurred, blank, set aside, being read, not read."""
    state = PageState
    blurred = "Trang bị mờ; hãy lau kính, giữ yên máy hoặc giấy rồi quét lại."
    late = "Đọc chữ quá 90 giây chưa xong nên đã dừng; ảnh quét vẫn còn, hãy thử lại hoặc nhập tay."
    aside = "Trang này để riêng, không vào hồ sơ."
    return (
        PageView("d0", "declaration:0"),
        PageView("d1", "mandate:1", advice=blurred),
        PageView("d2", "blank:2", state.ASIDE, True, "Trang trắng, để riêng nên không vào hồ sơ."),
        PageView("d3", "old:3", state.ASIDE, advice=aside),
        PageView("d4", "old:4", state.READING),
        PageView("d5", "old:5", state.UNREAD, advice=late),
    )


def full_visit(visit_id: str) -> VisitView:
    """A visit in the middle."""
    view = VisitView(
        visit_id=visit_id,
        title="Nguyễn Thị Phương Thảo Nguyên",
        has_person=True,
        procedure_code="2.000635",
        sector_name="Hộ tịch",
        procedure_name="Cấp bản sao trích lục hộ tịch",
        case_code="spouse",
        case_name="Trích lục khai sinh · vợ nộp thay, có ủy quyền",
        cases=(CaseView("spouse", "Vợ hoặc chồng nộp thay, có ủy quyền"), CaseView("self", "Tự mình nộp")),
        step=3,
        components=components(),
        sections=sections(),
        blockers=(),
        notices=(),
        due_text="Thứ Tư, 25/11/2026",
        due_reason="Nhận sau 15:00; 24/11 là ngày nghỉ lễ",
        fee_text="16.000 đ",
        fee_reason="2 bản × 8.000 đ",
        line_note="Mất kết nối: ô xanh lấy từ lần hỏi dân cư lúc 15:07",
    )
    return with_blockers(view)


def with_blockers(view: VisitView) -> VisitView:
    """What is missing follows from what stands in the visit."""
    missing = [
        Blocker(BlockerKind.FIELD, f.name, f"Ô “{f.label}” cần xem lại trước khi tiếp nhận.")
        for f in view.doubtful
    ]
    for component in view.components:
        if component.state is ComponentState.SCANNING:
            missing.append(Blocker(BlockerKind.SCANNING, component.code, f"{component.name} đang được quét."))
        if component.state is ComponentState.MISSING and component.is_required:
            missing.append(Blocker(BlockerKind.COMPONENT, component.code, f"Còn thiếu: {component.name}."))
    if not view.has_person:
        missing.insert(0, Blocker(BlockerKind.CARD, "", "Chưa có người nộp: quét thẻ căn cước."))
    return replace(view, blockers=tuple(missing))


def empty_visit(visit_id: str) -> VisitView:
    """A visit nobody has come to yet."""
    return VisitView(visit_id, "", False, None, "", "", None, "", (), 1, (), (), (), (), "", "", "", "")


def accepted(code: str | None, key: str = "k47", codes_left: int | None = 36) -> AcceptedView:
    """The outcome of the sample visit."""
    number = None if code else "TN-Q03-261123-7F3KQ2"
    return AcceptedView(
        key=key,
        code=code,
        receipt_number=number,
        title="Cấp bản sao trích lục hộ tịch",
        applicant="Nguyễn Thị Phương Thảo Nguyên",
        phone="0905 318 642",
        procedure="Cấp bản sao trích lục hộ tịch, 2 bản",
        due_text="Thứ Tư, 25/11/2026",
        due_detail="trước 17:00",
        return_text="Quầy trả kết quả",
        return_detail="Tầng 1, cửa số 7",
        fee_text="16.000 đ",
        fee_detail="Đã thu tiền mặt",
        handled_by="Công chức Tư pháp - Hộ tịch, chuyển đầu giờ 25/11 (nhận sau 15:00, 24/11 nghỉ lễ)",
        codes_left=codes_left,
        receipt_pdf=sample_papers.slip(code or str(number)),
    )


def row(serial: int, name: str, procedure: str, state: str, words: str, files: int, sent: int, size: int,
        minute: int, reason: str | None = None) -> QueueRow:  # fmt: skip
    """One line of the outbox."""
    at = datetime(2026, 11, 23, 14 + minute // 60, minute % 60, tzinfo=ZONE)
    history: tuple[tuple[datetime, str], ...] = ((at, "Tiếp nhận, in giấy hẹn, lưu trên máy"),)
    if reason:
        history += ((NOW, "Có mạng lại, gửi lần 1"), (NOW, f"Tỉnh trả lại: {reason.lower()}"))
    retry_at = NOW.replace(minute=36) if state == "to_update" else None
    return QueueRow(f"k{serial}", f"H15.24.3-261123-{serial:04d}", name, procedure, at, state, words, files, sent,
                    size, 1, retry_at, reason, history)  # fmt: skip


def queue_rows() -> tuple[QueueRow, ...]:
    """A full queue: every state."""
    waits = "Đã lưu, chờ gửi"
    return (
        row(47, "Nguyễn Thị Phương Thảo Nguyên", "Trích lục hộ tịch", "sealed", waits, 4, 0, 3_200_000, 74),
        row(44, "Y Thuyên Niê Brông", "Đăng ký khai sinh", "sending", "Đang gửi 62 %", 6, 3, 5_800_000, 69),
        row(45, "Lê Đỗ Quỳnh Phương Uyên", "Chứng thực bản sao", "sealed", waits, 4, 0, 7_400_000, 71),
        row(46, "H’Nguyệt Byă Êban", "Tình trạng hôn nhân", "sealed", waits, 3, 0, 2_600_000, 72),
        row(41, "Nguyễn Hoàng Thị Kim Ngân", "Đăng ký tạm trú", "needs_officer", "Cần cán bộ xem", 2, 0, 1_100_000,
            31, "Số điện thoại người nộp chỉ có 9 chữ số"),
        row(48, "Trần Hoàng Bảo Khánh Duy", "Chứng thực chữ ký", "to_update", "Tỉnh bận, gửi lại 15:36", 2, 0,
            1_900_000, 79),
        row(43, "Y Wŏn Mlô Duôn Du", "Trợ cấp hưu trí xã hội", "accepted", "Tỉnh đã nhận", 5, 5, 4_400_000, 62),
        row(42, "Cao Thị Bích Hạnh", "Đăng ký khai tử", "accepted", "Tỉnh đã nhận", 3, 3, 2_000_000, 48),
        row(40, "Vũ Đình Trường Sơn", "Đăng ký thường trú", "accepted", "Tỉnh đã nhận", 6, 6, 8_100_000, 22),
    )  # fmt: skip


def find_rows(rows: tuple[QueueRow, ...], words: str) -> tuple[QueueRow, ...]:
    """Rows whose code ends in or holds the words, or whose applicant's name has all of them; newest first."""
    wanted = folded(words).split()
    if not wanted:
        return ()
    found = [r for r in rows if all(w in folded(f"{r.code} {r.applicant}") for w in wanted)]
    return tuple(sorted(found, key=lambda r: r.sealed_at, reverse=True))


class SampleDesk:
    """Answers at once and remembers what it was asked."""

    agency_name = "UBND phường Buôn Ma Thuột"
    agency_parent = "Trung tâm Phục vụ hành chính công · Đắk Lắk"
    counter_name = "Quầy 03"

    def __init__(self) -> None:
        self.officers = SampleOfficers()
        self.looks: list[str] = []
        self.whose: dict[str, str] = {}
        self.open: dict[str, VisitView] = {}
        self.rows: tuple[QueueRow, ...] = ()
        self.line_view = LineView(False, NOW.replace(minute=8), 3, 0, NOW.replace(minute=7))
        self.device_list = (
            ("Máy quét", "sẵn sàng", True),
            ("Máy in", "sẵn sàng", True),
            ("Đầu đọc", "sẵn sàng", True),
        )
        self.printing: tuple[str, str, float | None] = (
            "printing",
            "Đang in giấy hẹn · Máy in A5 Quầy 03",
            0.7,
        )
        self.outcome: AcceptedView | str = accepted("H15.24.3-261123-0047")
        self.calls: list[tuple[object, ...]] = []
        self.refusal: str | None = None
        self._asked_twice: set[str] = set()
        self._listeners: list[Callable[[str], None]] = []
        self._count = 0

    # for the tests

    def put(self, view: VisitView) -> None:
        """Set a visit as it stands and say so."""
        self.open[view.visit_id] = with_blockers(view)
        self.tell(view.visit_id)

    def tell(self, visit_id: str = "") -> None:
        for listener in self._listeners:
            listener(visit_id)

    def change_field(self, visit_id: str, name: str, **changes: object) -> None:
        view = self.open[visit_id]
        changed = tuple(
            replace(s, fields=tuple(replace(f, **changes) if f.name == name else f for f in s.fields))  # type: ignore[arg-type]
            for s in view.sections
        )
        self.put(replace(view, sections=changed))

    def change_component(self, visit_id: str, code: str, **changes: object) -> None:
        view = self.open[visit_id]
        changed = tuple(replace(c, **changes) if c.code == code else c for c in view.components)  # type: ignore[arg-type]
        self.put(replace(view, components=changed))

    # the desk

    @property
    def officer_name(self) -> str:
        return self.officers.session.officer.full_name if self.officers.session else ""

    @property
    def officer_role(self) -> str:
        return self.officers.session.officer.position if self.officers.session else ""

    def look(self, key: str) -> None:
        self.looks.append(key)

    def subscribe(self, listener: Callable[[str], None]) -> None:
        self._listeners.append(listener)

    def now(self) -> datetime:
        return NOW

    def visits(self) -> tuple[ParkedVisit, ...]:
        return tuple(
            ParkedVisit(
                v.visit_id, v.title, NOW - timedelta(minutes=20 - 9 * i), self.whose.get(v.visit_id, "")
            )
            for i, v in enumerate(self.open.values())
        )

    def view(self, visit_id: str) -> VisitView:
        return self.open[visit_id]

    def new_visit(self) -> str:
        self._count += 1
        visit_id = f"n{self._count}"
        self.open[visit_id] = empty_visit(visit_id)
        return visit_id

    def close_visit(self, visit_id: str) -> None:
        self.calls.append(("close", visit_id))
        del self.open[visit_id]

    def park(self, visit_id: str) -> None:
        self.calls.append(("park", visit_id))

    def accept_card(self, visit_id: str, text: str, done: Done) -> None:
        self.calls.append(("card", visit_id, text))
        if text.count("|") < 6:
            done("Dòng này không phải của thẻ căn cước. Quét lại mặt có mã QR.")
            return
        view = self.open[visit_id]
        self.put(replace(view, has_person=True, title=text.split("|")[2], step=max(view.step, 2)))
        done(None)

    def procedures(self, words: str) -> tuple[tuple[str, str], ...]:
        return tuple(p for p in PROCEDURES if words.lower() in " ".join(p).lower())

    def choose_procedure(self, visit_id: str, code: str) -> None:
        view = self.open[visit_id]
        full = full_visit(visit_id)
        self.put(
            replace(
                view,
                procedure_code=code,
                procedure_name=dict(PROCEDURES)[code],
                cases=full.cases,
                sector_name="Hộ tịch",
            )
        )

    def choose_case(self, visit_id: str, case_code: str) -> None:
        view = self.open[visit_id]
        self.put(
            replace(full_visit(visit_id), has_person=view.has_person, title=view.title, case_code=case_code)
        )

    def mark_shown(self, visit_id: str, component_code: str) -> None:
        self.calls.append(("shown", component_code))
        self.change_component(
            visit_id, component_code, state=ComponentState.VERIFIED, detail="Cán bộ đã xem · xuất trình"
        )

    def profiles(self, visit_id: str, component_code: str) -> tuple[ProfileView, ...]:  # noqa: ARG002
        return (
            ProfileView("usual", "Thường", "300 dpi, màu", is_usual=True),
            ProfileView("both", "Hai mặt", "300 dpi, màu, khay nạp, hai mặt", is_usual=False),
        )

    def scan(
        self,
        visit_id: str,
        component_code: str,
        done: Done,  # noqa: ARG002
        landing: Landing | None = None,
        profile: str = "",
    ) -> None:
        how = ((landing,) if landing is not None else ()) + ((profile,) if profile else ())
        self.calls.append(("scan", visit_id, component_code, *how))
        self.change_component(
            visit_id,
            component_code,
            state=ComponentState.SCANNING,
            detail="Đang quét trang 1…",
            is_arriving=True,
        )

    def paste(self, visit_id: str, component_code: str, picture: bytes, done: Done) -> None:
        self.calls.append(("paste", component_code, picture[:8]))
        self.attach(visit_id, component_code, [], done)

    def edit_page(self, visit_id: str, edit: PageEdit) -> str | None:
        self.calls.append(("edit", edit))
        if edit.kind is EditKind.REMOVE:
            for component in self.open[visit_id].components:
                left = tuple(p for p in component.pages if p.key != edit.page)
                self.change_component(visit_id, component.code, pages=left)
        return self.refusal

    def undo(self, visit_id: str) -> str | None:
        self.calls.append(("undo", visit_id))
        return self.refusal

    def redo(self, visit_id: str) -> str | None:
        self.calls.append(("redo", visit_id))
        return self.refusal

    def read_again(self, visit_id: str, page: str) -> None:
        self.calls.append(("read again", visit_id, page))

    def change_page(self, visit_id: str, code: str, index: int, **changes: object) -> None:
        """For the tests: one page as it stands."""
        (component,) = (c for c in self.open[visit_id].components if c.code == code)
        changed = [*component.pages]
        changed[index] = replace(changed[index], **changes)  # type: ignore[arg-type]
        self.change_component(visit_id, code, pages=tuple(changed))

    def attach(self, visit_id: str, component_code: str, paths: list[Path], done: Done) -> None:
        self.calls.append(("attach", component_code, *paths))
        self.change_component(
            visit_id,
            component_code,
            state=ComponentState.READ,
            pages=pages(component_code, 1),
            detail="Đã đọc · 1 trang",
        )
        done(None)

    def cancel_scan(self, visit_id: str) -> None:
        self.calls.append(("cancel", visit_id))
        for component in self.open[visit_id].components:
            if component.state is ComponentState.SCANNING:
                state = ComponentState.READ if component.pages else ComponentState.MISSING
                self.change_component(
                    visit_id,
                    component.code,
                    state=state,
                    detail="Đã dừng quét",
                    progress=None,
                    is_arriving=False,
                )

    def confirm(self, visit_id: str, field: str) -> str | None:
        self.calls.append(("confirm", field))
        view = next(f for s in self.open[visit_id].sections for f in s.fields if f.name == field)
        if view.state is FieldState.EMPTY:
            return f"Ô “{view.label}” còn trống."
        if view.suggestion is not None and field not in self._asked_twice:
            self._asked_twice.add(field)
            return (
                f"Giữ {view.shown} dù giấy khai sinh ghi {view.suggestion.shown}? Nhấn Enter lần nữa để giữ."
            )
        self.change_field(visit_id, field, state=FieldState.READ, confidence=1.0, suggestion=None)
        return None

    def set_rows(self, visit_id: str, group: str, count: int) -> None:
        self.calls.append(("set_rows", visit_id, group, count))

    def enter(self, visit_id: str, field: str, value: str) -> str | None:
        self.calls.append(("enter", field, value))
        if field == "registered" and len(value) != 10:
            return "Ngày viết như 14/05/1992."
        self.change_field(visit_id, field, value=value, shown=value, state=FieldState.TYPED, source=Source.TYPED,
                          suggestion=None)  # fmt: skip
        return None

    def take_suggestion(self, visit_id: str, field: str) -> None:
        self.calls.append(("suggestion", field))
        view = next(f for s in self.open[visit_id].sections for f in s.fields if f.name == field)
        assert view.suggestion is not None
        self.change_field(visit_id, field, value=view.suggestion.value, shown=view.suggestion.shown,
                          state=FieldState.READ, confidence=0.98, suggestion=None)  # fmt: skip

    def unlock(self, visit_id: str, field: str, reason: str) -> None:
        self.calls.append(("unlock", field, reason))
        self.change_field(visit_id, field, state=FieldState.TYPED, source=Source.TYPED)

    def page_image(self, visit_id: str, picture: str) -> bytes | None:  # noqa: ARG002
        code, _, number = picture.partition(":")
        if code == "declaration":
            return sample_papers.declaration()
        if code == "blank":
            return sample_papers.blank()
        return sample_papers.other_paper(code, int(number) + 3)

    def accept(self, visit_id: str, done: Callable[[AcceptedView | str], None]) -> None:
        self.calls.append(("accept", visit_id))
        if isinstance(self.outcome, AcceptedView):
            del self.open[visit_id]
        done(self.outcome)

    def print_state(self, key: str) -> tuple[str, str, float | None]:  # noqa: ARG002
        return self.printing

    def print_again(self, key: str) -> None:
        self.calls.append(("print", key))

    def sync_state(self, key: str) -> QueueRow | None:
        return next((r for r in self.rows if r.key == key), None)

    def line(self) -> LineView:
        return self.line_view

    def queue(self) -> tuple[QueueRow, ...]:
        return self.rows

    def sync_now(self) -> None:
        self.calls.append(("sync",))

    def retry(self, key: str) -> None:
        self.calls.append(("retry", key))

    def find(self, words: str, done: Callable[[tuple[QueueRow, ...]], None]) -> None:
        done(find_rows(self.rows, words))

    def pin(self, key: str) -> None:
        self.calls.append(("pin", key))

    def choose_side(self, key: str, keeps_ours: bool) -> None:
        self.calls.append(("choose_side", f"{key} {keeps_ours}"))

    def devices(self) -> tuple[tuple[str, str, bool], ...]:
        return self.device_list
