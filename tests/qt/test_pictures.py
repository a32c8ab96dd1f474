"""Every screen in every state: photographed, nothing cut, everything named for a screen reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QWidget,
)

from app.faces.counter.keys import Action
from app.faces.counter.page_keys import PageAction
from app.faces.counter.window import QUEUE_PAGE, SETTINGS_PAGE, CounterWindow, open_window
from app.faces.kiosk.window import open_window as open_kiosk
from app.faces.pickup.window import open_window as open_pickup
from app.qt import theme
from app.qt.theme import Variant
from app.widgets.buttons import EnterButton
from app.widgets.labels import Chip, KeyChip, Text
from app.widgets.status_item import Popover, StatusItem
from app.workflow.views import ComponentState, Crop, FieldState, LineView
from tests.qt.keyboard import end, settle
from tests.qt.sample_desk import (
    NOW,
    SampleDesk,
    accepted,
    at_once,
    full_visit,
    many_pages,
    pages,
    queue_rows,
)
from tests.qt.sample_papers import NUMBER_BOX

LONG_NAME = "Nguyễn Hoàng Công Tằng Tôn Nữ Phương Thảo Nguyên"
ONLINE = LineView(True, NOW.replace(minute=28), 5, 1, NOW.replace(minute=30))
SMALL, LARGE = (1366, 768), (1920, 1080)

State = Callable[[CounterWindow, SampleDesk], None]


def cut_words(window: QWidget) -> list[str]:
    """Words that the eye cannot read whole, where they must be."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible():
            continue
        if isinstance(widget, EnterButton | Chip | KeyChip):
            need, has = widget.sizeHint(), widget.size()
            if has.width() < need.width() or has.height() < need.height():
                found.append(f"{type(widget).__name__} {widget.accessibleName()}: {has} < {need}")
        elif isinstance(widget, Text) and widget.text() and widget.height() < widget.fontMetrics().height():
            found.append(f"Text “{widget.full_text}” is too low: {widget.size()}")
        elif isinstance(widget, Text) and widget.text() and widget._elide is None:
            if widget.wordWrap():
                is_cut = widget.height() < widget.heightForWidth(widget.width())
            else:
                is_cut = widget.width() < widget.fontMetrics().horizontalAdvance(widget.text())
            if is_cut:
                found.append(f"Text “{widget.full_text}”: {widget.size()}")
    return found


def nameless(window: QWidget) -> list[str]:
    """What a screen reader could not call by a name."""
    kinds = QAbstractButton | QLineEdit | QComboBox | QAbstractItemView
    return [
        f"{type(w).__name__} in {type(w.parent()).__name__}"
        for w in window.findChildren(QWidget)
        if isinstance(w, kinds) and w.isVisible() and not w.accessibleName()
    ]


def mid_visit(window: CounterWindow, desk: SampleDesk) -> None:
    desk.open |= {
        "a": full_visit("a"),
        "b": replace(full_visit("b"), title="H’Wiêng Niê Kđăm"),
        "c": replace(full_visit("c"), title="Trần Hoàng Bảo Khánh Duy"),
    }
    window.visits.turn_to("a")


def asked_twice(window: CounterWindow, desk: SampleDesk) -> None:
    mid_visit(window, desk)
    window.act(Action.ENTER)


def locked_field(window: CounterWindow, desk: SampleDesk) -> None:
    mid_visit(window, desk)
    window.visits.intake.walk.choose("address")
    window.act(Action.UNLOCK)


def long_words(window: CounterWindow, desk: SampleDesk) -> None:
    view = replace(
        full_visit("a"),
        title=LONG_NAME,
        procedure_name="Chứng thực bản sao từ bản chính giấy tờ, văn bản do cơ quan có thẩm quyền của Việt Nam cấp",
        notices=(
            "Tờ khai ghi quan hệ “Vợ”, ứng với trường hợp “Xin cho người thân”; hãy xem lại trường hợp đã chọn.",
            "CSDLQG về dân cư không có người nào khớp cả số, họ tên và ngày sinh; hãy đối chiếu giấy tờ.",
            "Họ, chữ đệm, tên: CSDLQG dân cư ghi “Nguyễn Thị Thảo”, giấy tờ ghi “Nguyễn Thị Thào”.",
        ),
    )
    desk.open["a"] = view
    desk.change_field("a", "name", value=LONG_NAME, shown=LONG_NAME)
    desk.change_field("a", "number", problem="Giấy khai sinh cũ ghi số khác với tờ khai")
    window.visits.turn_to("a")


def missing_papers(window: CounterWindow, desk: SampleDesk) -> None:
    mid_visit(window, desk)
    desk.change_component(
        "a",
        "mandate",
        state=ComponentState.MISSING,
        pages=(),
        detail="Còn thiếu, F2 để quét",
        is_arriving=False,
    )
    desk.change_component(
        "a", "residence", state=ComponentState.MISSING, is_shown_only=True, detail="Chưa xuất trình"
    )
    window.visits.intake.papers.choose("residence")


def ready(window: CounterWindow, desk: SampleDesk) -> None:
    mid_visit(window, desk)
    desk.change_field("a", "number", state=FieldState.READ, suggestion=None, confidence=0.98)
    desk.change_field("a", "registered", state=FieldState.TYPED, value="14/05/1992", shown="14/05/1992")
    desk.change_component(
        "a",
        "mandate",
        state=ComponentState.READ,
        pages=pages("mandate", 2),
        detail="Đã đọc · 2 trang",
        progress=None,
        is_arriving=False,
    )
    desk.change_component("a", "declaration", state=ComponentState.READ, detail="Đã đọc · 1 trang")


def many_states(window: CounterWindow, desk: SampleDesk) -> None:
    """Pages in every state; the blurred one is looked at."""
    mid_visit(window, desk)
    detail = "Nghi ngờ 1 ô · 4 trang · 2 trang để riêng"
    desk.change_component("a", "declaration", pages=many_pages(), detail=detail)
    window.visits.intake.paper.strip.page_chosen.emit("declaration", 1)


def blank_page(window: CounterWindow, desk: SampleDesk) -> None:
    many_states(window, desk)
    window.visits.intake.paper.strip.page_chosen.emit("declaration", 2)


def unread_page(window: CounterWindow, desk: SampleDesk) -> None:
    many_states(window, desk)
    window.visits.intake.paper.strip.page_chosen.emit("declaration", 5)


def removed_page(window: CounterWindow, desk: SampleDesk) -> None:
    many_states(window, desk)
    window.visits.intake.pages.act(PageAction.REMOVE)


def handwritten(window: CounterWindow, desk: SampleDesk) -> None:
    """Two fields are written by hand; the first is being typed from its picture."""
    mid_visit(window, desk)
    crop = Crop("declaration", 0, NUMBER_BOX)
    for name in ("number", "registered"):
        desk.change_field(
            "a",
            name,
            value="",
            shown="",
            state=FieldState.EMPTY,
            source=None,
            confidence=None,
            suggestion=None,
            crop=crop,
            is_handwritten=True,
            is_to_type=True,
        )
    window.visits.intake.walk.choose("number")


def many_states_tab(window: CounterWindow, desk: SampleDesk) -> None:
    many_states(window, desk)
    window.act(Action.NEXT_COLUMN)
    window.act(Action.NEXT_COLUMN)


def case_asked(window: CounterWindow, desk: SampleDesk) -> None:
    visit = desk.new_visit()
    desk.accept_card(
        visit, "066188004127||Nguyễn Thị Phương Thảo Nguyên|17051988|Nữ|Đắk Lắk|01012022", lambda _: None
    )
    desk.choose_procedure(visit, "2.000635")
    window.visits.turn_to(visit)


def card_error(window: CounterWindow, desk: SampleDesk) -> None:
    assert desk.open == {}
    window.visits.start.card_entered.emit("không phải thẻ")


def accepted_offline(window: CounterWindow, desk: SampleDesk) -> None:
    ready(window, desk)
    desk.printing = ("printed", "Đã in giấy hẹn, 1 tờ A5 · Máy in A5 Quầy 03, 15:14", None)
    window.act(Action.COMPLETE)


def accepted_online(window: CounterWindow, desk: SampleDesk) -> None:
    ready(window, desk)
    desk.line_view = replace(ONLINE, waiting=1, needs_officer=0)
    window.act(Action.COMPLETE)
    desk.rows = (
        replace(queue_rows()[0], state="accepted", state_text="Tỉnh đã nhận lúc 15:14", files_sent=4),
    )
    desk.tell()


def accepted_provisional(window: CounterWindow, desk: SampleDesk) -> None:
    ready(window, desk)
    desk.outcome = accepted(None, codes_left=0)
    desk.printing = ("problem", "Máy in hết giấy: nạp giấy, bản in tự tiếp tục.", None)
    desk.device_list = (
        ("Máy quét", "sẵn sàng", True),
        ("Máy in", "hết giấy", False),
        ("Đầu đọc", "sẵn sàng", True),
    )
    window.act(Action.COMPLETE)


def accepted_covered(window: CounterWindow, desk: SampleDesk) -> None:
    accepted_offline(window, desk)
    window.visits.outcome.set_covered(True)


def queue_full(window: CounterWindow, desk: SampleDesk) -> None:
    desk.rows, desk.line_view = queue_rows(), ONLINE
    window.turn_to(QUEUE_PAGE)


def queue_conflict(window: CounterWindow, desk: SampleDesk) -> None:
    rows = [row for row in queue_rows() if row.state != "needs_officer"]
    both = replace(
        next(row for row in queue_rows() if row.state == "needs_officer"),
        reason="Hồ sơ được sửa cả ở máy này và ở tỉnh; cả hai bản còn nguyên, hãy chọn bản dùng tiếp.",
        differences=(
            ("Người nộp, điện thoại", "0905318642", "0905318624"),
            ("Tờ khai, nơi cư trú", "Số 35/4 Quang Trung, xã Bảo Thạnh, tỉnh Vĩnh Long", "để trống"),
            ("Số bản", "2", "3"),
        ),
    )
    desk.rows, desk.line_view = (both, *rows), ONLINE
    window.turn_to(QUEUE_PAGE)


def queue_offline(window: CounterWindow, desk: SampleDesk) -> None:
    desk.rows = tuple(row for row in queue_rows() if row.state in ("sealed", "to_update"))
    window.turn_to(QUEUE_PAGE)


def queue_empty(window: CounterWindow, desk: SampleDesk) -> None:
    desk.line_view = replace(ONLINE, waiting=0, needs_officer=0)
    desk.tell()
    window.turn_to(QUEUE_PAGE)


def helped(window: CounterWindow, desk: SampleDesk) -> None:
    mid_visit(window, desk)
    window.act(Action.HELP)


def searched(window: CounterWindow, desk: SampleDesk) -> None:
    desk.rows = queue_rows()
    window.top.focus_search()
    window.top.box.line.setText("nguyen")
    window._search("nguyen")


def papers_tab(window: CounterWindow, desk: SampleDesk) -> None:
    mid_visit(window, desk)
    window.act(Action.NEXT_COLUMN)


def page_tab(window: CounterWindow, desk: SampleDesk) -> None:
    papers_tab(window, desk)
    window.act(Action.NEXT_COLUMN)


def nothing(window: CounterWindow, desk: SampleDesk) -> None:
    assert window.visits.page is window.visits.start
    assert desk.open == {}


def rail(index: int) -> State:
    def turn(window: CounterWindow, desk: SampleDesk) -> None:
        assert desk.open == {}
        window.turn_to(index)

    return turn


@dataclass(frozen=True)
class Shot:
    """One picture: its name, what is on it, in which look and size."""

    name: str
    state: State
    scale: float = 1.0
    variant: Variant = Variant.LIGHT
    size: tuple[int, int] = SMALL


SHOTS = (
    Shot("start", nothing),
    Shot("start-card-error", card_error),
    Shot("start-case", case_asked),
    Shot("intake", mid_visit),
    Shot("intake-question", asked_twice),
    Shot("intake-unlock", locked_field),
    Shot("intake-long", long_words),
    Shot("intake-missing", missing_papers),
    Shot("intake-ready", ready),
    Shot("intake-large", mid_visit, size=LARGE),
    Shot("intake-help", helped),
    Shot("pages", many_states),
    Shot("pages-blank", blank_page),
    Shot("pages-unread", unread_page),
    Shot("pages-removed", removed_page),
    Shot("pages-handwritten", handwritten),
    Shot("pages-large", many_states, size=LARGE),
    Shot("150-pages", many_states_tab, 1.5),
    Shot("200-pages", many_states_tab, 2.0),
    Shot("200-pages-large", many_states_tab, 2.0, size=LARGE),
    Shot("150-handwritten", handwritten, 1.5),
    Shot("200-handwritten", handwritten, 2.0),
    Shot("contrast-pages", many_states, variant=Variant.HIGH_CONTRAST),
    Shot("accepted", accepted_online),
    Shot("accepted-offline", accepted_offline),
    Shot("accepted-provisional", accepted_provisional),
    Shot("accepted-covered", accepted_covered),
    Shot("queue", queue_full),
    Shot("queue-conflict", queue_conflict),
    Shot("queue-offline", queue_offline),
    Shot("queue-empty", queue_empty),
    Shot("search", searched),
    Shot("dossiers", rail(1)),
    Shot("results", rail(2)),
    Shot("reports", rail(4)),
    Shot("settings", rail(SETTINGS_PAGE)),
    Shot("200-start", nothing, 2.0, size=LARGE),
    Shot("200-intake", mid_visit, 2.0, size=LARGE),
    Shot("200-papers", papers_tab, 2.0, size=LARGE),
    Shot("200-page", page_tab, 2.0, size=LARGE),
    Shot("200-accepted", accepted_offline, 2.0, size=LARGE),
    Shot("200-queue", queue_full, 2.0, size=LARGE),
    Shot("200-conflict", queue_conflict, 2.0, size=LARGE),
    Shot("200-search", searched, 2.0, size=LARGE),
    Shot("200-settings", rail(SETTINGS_PAGE), 2.0, size=LARGE),
    Shot("200-small-intake", mid_visit, 2.0),
    Shot("150-intake", mid_visit, 1.5),
    Shot("contrast-intake", mid_visit, variant=Variant.HIGH_CONTRAST),
    Shot("contrast-queue", queue_full, variant=Variant.HIGH_CONTRAST),
)


@pytest.fixture
def looks(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    theme.apply(qapp, Variant.LIGHT, 1.0)


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_nothing_is_cut_and_everything_has_a_name(looks: QApplication, shots: Path, shot: Shot) -> None:
    desk = SampleDesk()
    window = open_window(desk, at_once)
    if (shot.variant, shot.scale) != (Variant.LIGHT, 1.0):
        end(window)
        theme.apply(looks, shot.variant, shot.scale)
        window = CounterWindow(desk, at_once)
    window.resize(*shot.size)
    window.show()
    window.activateWindow()
    settle()
    shot.state(window, desk)
    settle()
    picture = window.grab()
    assert picture.save(str(shots / f"counter-{shot.name}.png"))
    cut, lacking = cut_words(window), nameless(window)
    end(window)
    assert cut == []
    assert lacking == []
    assert (picture.width(), picture.height()) == shot.size


@pytest.mark.parametrize(("name", "opens"), [("kiosk", open_kiosk), ("pickup", open_pickup)])
def test_doors_say_what_is_coming(
    looks: QApplication, shots: Path, name: str, opens: Callable[[SampleDesk], QWidget]
) -> None:
    assert looks is not None
    window = opens(SampleDesk())
    window.resize(*SMALL)
    window.show()
    settle()
    assert window.grab().save(str(shots / f"{name}.png"))
    cut = cut_words(window)
    said = " ".join(text.full_text for text in window.findChildren(Text))
    end(window)
    assert cut == []
    assert "trong bản sau" in said


def test_the_menus_of_page_and_scanner_show_their_keys(
    window: CounterWindow, desk: SampleDesk, shots: Path
) -> None:
    many_states(window, desk)
    page = window.visits.intake
    menus: tuple[tuple[str, Callable[[], None]], ...] = (
        ("pageMenu", lambda: page.pages.open_menu(page.paper.menu_place())),
        ("paperMenu", lambda: page.pages.act(PageAction.TO_PAPER)),
        ("profileMenu", page.papers.choose_profile),
    )
    for name, opens in menus:
        opens()
        settle()
        menu = page.paper.findChild(QMenu, name)
        assert menu is not None
        assert all(action.text() for action in menu.actions() if not action.isSeparator())
        assert menu.grab().save(str(shots / f"counter-{name}.png"))
        menu.close()
        settle()


def test_every_status_item_says_what_to_do(window: CounterWindow, desk: SampleDesk, shots: Path) -> None:
    desk.line_view = LineView(False, NOW.replace(minute=8), 3, 1, NOW.replace(minute=7))
    desk.device_list = (
        ("Máy quét", "chưa cắm", False),
        ("Máy in", "hết giấy", False),
        ("Đầu đọc", "sẵn sàng", True),
    )
    desk.tell()
    settle()
    items = [item for item in window.status.findChildren(StatusItem) if item.isVisible()]
    assert len(items) == 7
    for index, item in enumerate(items):
        item.click()
        settle()
        popover = item.findChild(Popover)
        assert popover is not None
        assert cut_words(popover) == []
        assert item.status.advice in {text.full_text for text in popover.findChildren(Text)}
        assert popover.grab().save(str(shots / f"status-{index}.png"))
        popover.close()
        settle()
