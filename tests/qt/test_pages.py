"""The pages of a visit by keyboard, menu, dragging and dropping, on the sample desk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from app.faces.counter.help_panel import HelpPanel
from app.faces.counter.intake_page import IntakePage
from app.faces.counter.page_keys import PAGE_KEYS, PageAction
from app.faces.counter.window import CounterWindow
from app.widgets.labels import KeyChip
from app.widgets.thumbnails import PAGE_MIME
from app.workflow.page_edits import EditKind, PageEdit
from app.workflow.pages import FeedUse, Landing
from app.workflow.views import Blocker, BlockerKind, ComponentState, Crop, FieldState
from tests.qt.keyboard import HAND_GAP_MS, burst, press, settle, wait_for
from tests.qt.sample_desk import SampleDesk, full_visit, many_pages
from tests.qt.sample_papers import NUMBER_BOX

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def page(window: CounterWindow, desk: SampleDesk) -> IntakePage:
    """A visit whose declaration has pages in every state; the strip has the keyboard, page 2 is shown."""
    desk.open["a"] = full_visit("a")
    desk.change_component("a", "declaration", pages=many_pages())
    window.visits.turn_to("a")
    shown = window.visits.page
    assert isinstance(shown, IntakePage)
    shown.paper.strip.page_chosen.emit("declaration", 1)
    shown.paper.strip.setFocus()
    settle()
    return shown


def edits(desk: SampleDesk) -> list[object]:
    return [call[1] for call in desk.calls if call[0] == "edit"]


@pytest.mark.parametrize("place", ["strip", "view"])
@pytest.mark.parametrize(
    ("key", "modifiers", "edit"),
    [
        (Key.Key_R, (CTRL,), PageEdit(EditKind.TURN_RIGHT, "d1")),
        (Key.Key_L, (CTRL,), PageEdit(EditKind.TURN_LEFT, "d1")),
        (Key.Key_Delete, (), PageEdit(EditKind.REMOVE, "d1")),
        (Key.Key_D, (CTRL,), PageEdit(EditKind.CUT, "d1")),
        (Key.Key_Up, (CTRL,), PageEdit(EditKind.MOVE, "d1", "declaration", 0)),
        (Key.Key_Down, (CTRL,), PageEdit(EditKind.MOVE, "d1", "declaration", 2)),
    ],
)
def test_one_key_edits_the_chosen_page(
    window: CounterWindow,
    desk: SampleDesk,
    page: IntakePage,
    place: str,
    key: Qt.Key,
    modifiers: tuple[Qt.KeyboardModifier, ...],
    edit: PageEdit,
) -> None:
    focus: QWidget = page.paper.strip if place == "strip" else page.paper.view
    focus.setFocus()
    press(window, key, *modifiers)
    assert edits(desk) == [edit]


def test_the_space_key_sets_aside_and_brings_back(
    window: CounterWindow, desk: SampleDesk, page: IntakePage
) -> None:
    press(window, Key.Key_Space)
    wait_for(lambda: edits(desk) == [PageEdit(EditKind.SET_ASIDE, "d1")])
    page.paper.strip.page_chosen.emit("declaration", 2)
    assert page.paper.note.words == "Trang trắng, để riêng nên không vào hồ sơ."
    page.paper.note._button.click()
    assert edits(desk)[1:] == [PageEdit(EditKind.BRING_BACK, "d2")]


def test_pages_go_over_the_edge_into_the_next_paper(
    window: CounterWindow, desk: SampleDesk, page: IntakePage
) -> None:
    page.paper.strip.page_chosen.emit("declaration", 5)
    press(window, Key.Key_Down, CTRL)
    page.paper.strip.page_chosen.emit("old", 0)
    press(window, Key.Key_Up, CTRL)
    assert edits(desk) == [
        PageEdit(EditKind.MOVE, "d5", "mandate", 0),
        PageEdit(
            EditKind.MOVE, "old-0", "mandate", 1
        ),  # papers that are only shown and have none are passed over
    ]


def test_scans_land_at_the_chosen_page(window: CounterWindow, desk: SampleDesk, page: IntakePage) -> None:
    assert page.bench.place.page == 1
    for key, modifiers, landing in (
        (Key.Key_F2, (CTRL,), Landing(FeedUse.INSTEAD, "d1")),
        (Key.Key_Insert, (), Landing(FeedUse.AFTER, "d1")),
        (Key.Key_Insert, (SHIFT,), Landing(FeedUse.BEFORE, "d1")),
        (Key.Key_M, (CTRL,), Landing(FeedUse.BACKS_TURNED_OVER)),
        (Key.Key_M, (CTRL, SHIFT), Landing(FeedUse.BACKS_IN_ORDER)),
    ):
        press(window, key, *modifiers)
        assert desk.calls[-1] == ("scan", "a", "declaration", landing)


def test_undo_and_redo_are_for_pages_only_where_nothing_is_typed(
    window: CounterWindow, desk: SampleDesk, page: IntakePage
) -> None:
    press(window, Key.Key_Z, CTRL)
    press(window, Key.Key_Y, CTRL)
    press(window, Key.Key_Z, CTRL, SHIFT)
    assert [c[0] for c in desk.calls] == ["undo", "redo", "redo"]
    page.form.focus_current()
    for key in (Key.Key_Z, Key.Key_Y, Key.Key_V, Key.Key_Delete):
        press(window, key, CTRL)
    assert [c[0] for c in desk.calls] == ["undo", "redo", "redo"]
    press(window, Key.Key_R, CTRL)  # a page may be turned while its field is typed
    assert edits(desk)[-1] == PageEdit(EditKind.TURN_RIGHT, "d1")


def test_keys_that_take_a_page_away_work_on_the_paper_only(
    window: CounterWindow, desk: SampleDesk, page: IntakePage
) -> None:
    page.walk.choose("address")  # a green card: no text field, and no page either
    for key in (Key.Key_Delete, Key.Key_Insert):
        press(window, key)
    assert edits(desk) == []
    assert not any(c[0] == "scan" for c in desk.calls)


def test_what_was_done_is_said_with_its_undo(
    window: CounterWindow, desk: SampleDesk, page: IntakePage
) -> None:
    press(window, Key.Key_Delete)
    assert page.paper.note.words == "Đã bỏ trang 2 của “Tờ khai cấp bản sao trích lục”."
    page.paper.note._button.click()
    assert ("undo", "a") in desk.calls
    page.paper.strip.page_chosen.emit("declaration", 0)
    assert page.paper.note.words == ""


def test_a_refusal_is_said_in_place(window: CounterWindow, desk: SampleDesk, page: IntakePage) -> None:
    desk.refusal = "Không còn việc nào để hoàn tác."
    press(window, Key.Key_Z, CTRL)
    assert page.bar.question.words == desk.refusal


def test_a_poor_page_asks_for_a_new_scan_by_one_key(desk: SampleDesk, page: IntakePage) -> None:
    assert page.paper.note.words.startswith("Trang bị mờ")
    assert page.paper.note._button.words == "Quét lại trang này"
    page.paper.note._button.click()
    assert desk.calls[-1] == ("scan", "a", "declaration", Landing(FeedUse.INSTEAD, "d1"))


def test_f5_reads_again_what_could_not_be_read(
    window: CounterWindow, desk: SampleDesk, page: IntakePage
) -> None:
    press(window, Key.Key_F5)
    assert desk.calls == [("sync",)]
    page.paper.strip.page_chosen.emit("declaration", 5)
    press(window, Key.Key_F5)
    assert desk.calls[-1] == ("read again", "a", "d5")


def test_f9_leads_to_a_page_that_could_not_be_read(
    window: CounterWindow, desk: SampleDesk, page: IntakePage
) -> None:
    blocker = Blocker(BlockerKind.PAGE, "declaration", "Trang 6 của “Tờ khai” chưa đọc được.")
    desk.open["a"] = replace(desk.open["a"], blockers=(blocker,))
    desk.tell("a")
    press(window, Key.Key_F9)
    assert page.bench.place.page == 5
    assert page.bar.question.words == blocker.text


def test_shift_f2_offers_the_ways_to_scan(window: CounterWindow, desk: SampleDesk, page: IntakePage) -> None:
    press(window, Key.Key_F2, SHIFT)
    menu = page.paper.findChild(QMenu, "profileMenu")
    assert menu is not None
    usual, both = menu.actions()
    assert usual.text() == "&1  Thường · F2\t300 dpi, màu"
    assert menu.activeAction() is usual
    both.trigger()
    assert desk.calls[-1] == ("scan", "a", "declaration", "both")


def test_pages_are_sent_to_another_paper_from_a_menu(
    window: CounterWindow, desk: SampleDesk, page: IntakePage
) -> None:
    press(window, Key.Key_J, CTRL)
    menu = page.paper.findChild(QMenu, "paperMenu")
    assert menu is not None
    offers = [a for a in menu.actions() if not a.isSeparator()]
    assert [a.text() for a in offers] == [
        "Chỉ trang này sang “Văn bản”",
        "Chỉ trang này sang “Giấy khai”",
        "Từ trang này trở đi sang “Văn bản”",
        "Từ trang này trở đi sang “Giấy khai”",
    ]
    offers[3].trigger()
    assert edits(desk) == [PageEdit(EditKind.SPLIT, "d1", "old", 1)]


def test_the_menu_of_a_page_holds_every_action(desk: SampleDesk, page: IntakePage) -> None:
    page.pages.open_menu(page.paper.menu_place())
    menu = page.paper.findChild(QMenu, "pageMenu")
    assert menu is not None
    offers = [a for a in menu.actions() if not a.isSeparator()]
    assert [a.text() for a in offers] == [f"{k.words}\t{k.shown}" for k in PAGE_KEYS]
    offers[[k.action for k in PAGE_KEYS].index(PageAction.TURN_LEFT)].trigger()
    assert edits(desk) == [PageEdit(EditKind.TURN_LEFT, "d1")]


@pytest.mark.usefixtures("page")
def test_the_help_lists_every_page_key(window: CounterWindow) -> None:
    press(window, Key.Key_F1)
    panel = window.findChild(HelpPanel)
    assert panel is not None
    chips = {chip.text() for chip in panel.findChildren(KeyChip)}
    assert {k.shown for k in PAGE_KEYS} | {"Shift+F2", "F5"} <= chips


# dragging and dropping


def dropped(target: QWidget, data: QMimeData, where: QPointF) -> bool:
    """Data dropped on a widget as the platform delivers it; False where the widget does not take it."""
    copy, left, plain = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    point = where.toPoint()
    enter = QDragEnterEvent(point, copy, data, left, plain)
    QApplication.sendEvent(target, enter)
    move = QDragMoveEvent(point, copy, data, left, plain)
    move.setAccepted(enter.isAccepted())  # as the platform hands it on
    QApplication.sendEvent(target, move)
    if not move.isAccepted():
        return False
    drop = QDropEvent(where, copy, data, left, plain)
    QApplication.sendEvent(target, drop)
    return drop.isAccepted()


def test_a_thumbnail_is_dragged_to_its_place(desk: SampleDesk, page: IntakePage) -> None:
    strip = page.paper.strip
    model = strip.model()
    for source, row, is_lower, edit in (
        (0, 1, True, PageEdit(EditKind.MOVE, "d0", "declaration", 1)),
        (3, 0, False, PageEdit(EditKind.MOVE, "d3", "declaration", 0)),
        (1, 6, False, PageEdit(EditKind.MOVE, "d1", "mandate", 0)),
    ):
        desk.calls.clear()
        data = model.mimeData([model.index(source, 0)])
        assert data.hasFormat(PAGE_MIME)
        strip.scrollTo(model.index(row, 0))
        rect = strip.visualRect(model.index(row, 0))
        where = QPointF(rect.center().x(), rect.bottom() - 4 if is_lower else rect.top() + 4)
        assert dropped(strip.viewport(), data, where)
        assert edits(desk) == [edit]


def test_files_are_dropped_on_page_and_strip_and_column(
    desk: SampleDesk, page: IntakePage, tmp_path: Path
) -> None:
    paths = [tmp_path / "khai-sinh.pdf", tmp_path / "trang-2.png"]
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    desk.change_component("a", "mandate", state=ComponentState.READ, is_arriving=False)
    for target in (page.paper.view.viewport(), page.paper.strip.viewport(), page.paper):
        desk.calls.clear()
        assert dropped(target, data, QPointF(20, 20))
        assert desk.calls == [("attach", "declaration", *paths)]


def test_a_picture_and_files_are_pasted(
    window: CounterWindow, desk: SampleDesk, page: IntakePage, tmp_path: Path
) -> None:
    clipboard = QApplication.clipboard()
    clipboard.clear()
    press(window, Key.Key_V, CTRL)
    assert page.bar.question.words.startswith("Bảng tạm không có ảnh")
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    clipboard.setImage(image)
    page.paper.strip.setFocus()
    press(window, Key.Key_V, CTRL)
    assert ("paste", "declaration", b"\x89PNG\r\n\x1a\n") in desk.calls
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.pdf"))])
    clipboard.setMimeData(data)
    press(window, Key.Key_V, CTRL)
    assert desk.calls[-1] == ("attach", "declaration", tmp_path / "a.pdf")
    clipboard.clear()


# handwriting, crop by crop


def test_handwriting_is_typed_crop_by_crop(window: CounterWindow, desk: SampleDesk, page: IntakePage) -> None:
    names = ("number", "registered", "note")
    for name in names:
        desk.change_field(
            "a",
            name,
            value="",
            shown="",
            state=FieldState.EMPTY,
            source=None,
            suggestion=None,
            crop=Crop("declaration", 0, NUMBER_BOX),
            is_handwritten=True,
            is_to_type=True,
        )
    page.walk.go_to("number")
    for name, text in zip(names, ("215/1992", "14/05/1992", "sổ cũ"), strict=True):
        assert page.form.current == name
        card = page.form.card(name)
        assert card is not None
        assert card._review is not None
        assert card._review.isVisible()
        assert card._review.crop.isVisible()
        assert card._review.crop._picture is not None
        editor = card.editor
        assert editor is not None
        assert editor.text == ""
        assert card.has_keyboard
        focus = QApplication.focusWidget()
        assert focus is not None
        burst(focus, text, HAND_GAP_MS, ends_with_enter=False)
        wait_for(lambda e=editor, t=text: e.text == t)  # type: ignore[misc]
        desk.change_field("a", name, is_to_type=False)
        press(window, Key.Key_Return)
        assert ("enter", name, text) in desk.calls
    assert page.form.current == ""


def test_handwriting_that_nobody_needs_is_dismissed_by_enter(
    window: CounterWindow, desk: SampleDesk, page: IntakePage
) -> None:
    desk.change_field(
        "a", "note", crop=Crop("declaration", 0, NUMBER_BOX), is_handwritten=True, is_to_type=True
    )
    page.walk.go_to("note")
    press(window, Key.Key_Return)
    assert ("confirm", "note") in desk.calls
