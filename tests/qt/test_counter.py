"""The counter window by keyboard alone, on the sample desk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from app.faces.counter.accepted_page import AcceptedPage
from app.faces.counter.intake_page import IntakePage
from app.faces.counter.start_page import StartPage
from app.faces.counter.window import QUEUE_PAGE, SETTINGS_PAGE, CounterWindow, open_window
from app.qt import theme
from app.qt.theme import Variant
from app.workflow.views import ComponentState, FieldState
from tests.qt.keyboard import HAND_GAP_MS, READER_GAP_MS, burst, end, press, settle, wait_for
from tests.qt.sample_desk import CARD, SampleDesk, at_once, full_visit, pages, queue_rows, with_blockers

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


def intake_of(window: CounterWindow) -> IntakePage:
    page = window.visits.page
    assert isinstance(page, IntakePage)
    return page


def begin(window: CounterWindow, desk: SampleDesk) -> IntakePage:
    """A visit in the middle."""
    desk.open["a"] = full_visit("a")
    window.visits.turn_to("a")
    settle()
    return intake_of(window)


def make_ready(desk: SampleDesk) -> None:
    """Nothing is missing any more."""
    desk.change_field("a", "number", state=FieldState.READ, suggestion=None)
    desk.change_field("a", "registered", state=FieldState.TYPED, value="14/05/1992", shown="14/05/1992")
    desk.change_component("a", "mandate", state=ComponentState.READ)


def focused() -> QWidget:
    """The widget that has the keyboard."""
    focus = QApplication.focusWidget()
    assert focus is not None
    return focus


def typed(text: str) -> None:
    """Characters by hand where the focus is."""
    burst(focused(), text, HAND_GAP_MS, ends_with_enter=False)


def test_begins_with_one_line_and_the_search(window: CounterWindow) -> None:
    assert isinstance(window.visits.page, StartPage)
    focus = QApplication.focusWidget()
    assert isinstance(focus, QLineEdit)
    assert focus.accessibleName() == "Tìm thủ tục"


def test_a_page_built_ahead_shows_nothing_of_itself(window: CounterWindow) -> None:
    built = window.visits.intake
    settle()
    assert not built.tabs.isVisible()


def test_a_visit_by_keyboard_from_card_to_case(window: CounterWindow, desk: SampleDesk) -> None:
    press(window, Key.Key_F2)
    focus = QApplication.focusWidget()
    assert isinstance(focus, QLineEdit)
    focus.setText(CARD)
    press(window, Key.Key_Return)
    assert desk.calls[-1][0] == "card"
    assert window.visits.start.is_case_asked is False
    press(window, Key.Key_Return)  # the first procedure
    assert window.visits.start.is_case_asked is True
    press(window, Key.Key_Down)
    press(window, Key.Key_Return)
    assert intake_of(window).bench.view.case_code == "self"


def test_the_paper_may_be_read_before_the_case_is_known(window: CounterWindow, desk: SampleDesk) -> None:
    visit = desk.new_visit()
    desk.choose_procedure(visit, "2.000635")
    window.visits.turn_to(visit)
    assert window.visits.start.is_case_asked
    window.visits.start.case_chosen.emit("")
    assert intake_of(window).bench.view.case_code is None
    intake_of(window).case_asked.emit()
    assert isinstance(window.visits.page, StartPage)


def test_procedures_are_found_without_tone_marks(window: CounterWindow) -> None:
    typed("hon nhan")
    wait_for(lambda: window.visits.start.search.text() == "hon nhan")
    assert window.visits.start.list.model().rowCount() == 1
    press(window, Key.Key_Return)
    assert window.visits.start.is_case_asked


def test_a_wrong_card_line_says_why_where_it_was_entered(window: CounterWindow, desk: SampleDesk) -> None:
    window.visits.start.card_entered.emit("không phải thẻ")
    settle()
    error = window.visits.start.card._error
    assert error.isVisible()
    assert "Quét lại" in error.full_text
    assert len(desk.open) == 1


def test_the_focus_begins_at_the_doubtful_field_with_its_paper(
    window: CounterWindow, desk: SampleDesk
) -> None:
    page = begin(window, desk)
    assert page.form.current == "number"
    card = page.form.card("number")
    assert card is not None
    assert card.editor is not None
    assert card.editor.isAncestorOf(focused())
    assert page.paper.view._box is not None


def test_enter_asks_once_where_a_source_disagrees_then_goes_on(
    window: CounterWindow, desk: SampleDesk
) -> None:
    page = begin(window, desk)
    press(window, Key.Key_Return)
    card = page.form.card("number")
    assert card is not None
    assert card._note.full_text.startswith("Giữ 275/1992 dù")
    assert page.form.current == "number"
    press(window, Key.Key_Return)
    assert page.form.current == "registered"
    assert [c for c in desk.calls if c[0] == "confirm"] == [("confirm", "number"), ("confirm", "number")]


def test_f4_takes_the_suggestion_and_goes_on(window: CounterWindow, desk: SampleDesk) -> None:
    page = begin(window, desk)
    press(window, Key.Key_F4)
    number = page.bench.field("number")
    assert number is not None
    assert number.shown == "215/1992"
    assert page.form.current == "registered"


def test_a_wrong_value_is_said_in_place_and_a_right_one_goes_on(
    window: CounterWindow, desk: SampleDesk
) -> None:
    page = begin(window, desk)
    press(window, Key.Key_F4)
    typed("1992")
    wait_for(lambda: _text_of(page, "registered") == "1992")
    press(window, Key.Key_Return)
    card = page.form.card("registered")
    assert card is not None
    assert card._note.full_text == "Ngày viết như 14/05/1992."
    _line_of(page, "registered").clear()
    typed("14/05/1992")
    wait_for(lambda: _text_of(page, "registered") == "14/05/1992")
    press(window, Key.Key_Return)
    assert ("enter", "registered", "14/05/1992") in desk.calls
    assert page.form.current == ""


def test_what_is_being_typed_survives_news(window: CounterWindow, desk: SampleDesk) -> None:
    page = begin(window, desk)
    press(window, Key.Key_F4)
    typed("14/0")
    wait_for(lambda: _text_of(page, "registered") == "14/0")
    desk.change_component("a", "mandate", progress=0.9, detail="Đang quét trang 3…")
    settle()
    assert _text_of(page, "registered") == "14/0"


def test_a_kept_value_is_still_shown(window: CounterWindow, desk: SampleDesk) -> None:
    page = begin(window, desk)
    press(window, Key.Key_Return)
    press(window, Key.Key_Return)
    card = page.form.card("number")
    assert card is not None
    assert card._value.isVisible()
    assert card._value.text() == "275/1992"
    assert page.form.current == "registered"
    assert page.form.card("registered").has_keyboard  # type: ignore[union-attr]


def test_a_field_that_paper_settles_is_left_for_the_next(window: CounterWindow, desk: SampleDesk) -> None:
    page = begin(window, desk)
    desk.change_field("a", "number", state=FieldState.READ, suggestion=None)
    settle()
    assert page.form.current == "registered"
    assert page.form.card("registered").has_keyboard  # type: ignore[union-attr]


def test_after_the_last_field_no_other_is_chosen(window: CounterWindow, desk: SampleDesk) -> None:
    page = begin(window, desk)
    desk.change_field("a", "registered", state=FieldState.TYPED, value="14/05/1992", shown="14/05/1992")
    press(window, Key.Key_F4)
    assert page.form.current == ""
    assert QApplication.focusWidget() is page.form


def test_early_f9_goes_to_what_is_missing_and_says_it(window: CounterWindow, desk: SampleDesk) -> None:
    page = begin(window, desk)
    page.paper.view.setFocus()
    press(window, Key.Key_F9)
    card = page.form.card("number")
    assert card is not None
    assert card._note.full_text == "Ô “Số đăng ký khai sinh” cần xem lại trước khi tiếp nhận."
    assert card.isAncestorOf(focused())
    assert not any(c[0] == "accept" for c in desk.calls)


def test_early_f9_on_a_missing_paper_chooses_it(window: CounterWindow, desk: SampleDesk) -> None:
    page = begin(window, desk)
    make_ready(desk)
    desk.change_component("a", "old", state=ComponentState.MISSING, pages=(), detail="Còn thiếu")
    press(window, Key.Key_F9)
    assert page.bench.place.component == "old"
    assert page.bar.question.words == "Còn thiếu: Giấy khai sinh cũ."
    desk.change_component("a", "old", state=ComponentState.READ, pages=pages("old", 1))
    settle()
    assert page.bar.question.isHidden()


def test_an_original_that_is_only_shown_is_marked_by_enter(window: CounterWindow, desk: SampleDesk) -> None:
    page = begin(window, desk)
    make_ready(desk)
    desk.change_component("a", "residence", state=ComponentState.MISSING, is_shown_only=True)
    page.form.setFocus()
    press(window, Key.Key_Return)
    assert page.bench.place.component == "residence"
    page.form.setFocus()
    press(window, Key.Key_Return)
    assert ("shown", "residence") in desk.calls
    assert page.bench.view.can_be_accepted


def test_f2_scans_the_chosen_paper_and_esc_stops(window: CounterWindow, desk: SampleDesk) -> None:
    page = begin(window, desk)
    make_ready(desk)
    row = page.case.list.row("old")
    assert row is not None
    row.click()
    press(window, Key.Key_F2)
    assert ("scan", "a", "old") in desk.calls
    press(window, Key.Key_Escape)
    assert ("cancel", "a") in desk.calls
    assert page.bench.view.can_be_accepted


def test_f7_asks_a_reason_in_place(window: CounterWindow, desk: SampleDesk) -> None:
    page = begin(window, desk)
    page.walk.choose("address")
    press(window, Key.Key_F7)
    press(window, Key.Key_Return)  # no reason is no answer
    assert not page.bar.question.isHidden()
    typed("Vua doi cho o")
    wait_for(lambda: page.bar.question._line.text() == "Vua doi cho o")
    press(window, Key.Key_Return)
    assert ("unlock", "address", "Vua doi cho o") in desk.calls
    assert page.form.current == "address"
    press(window, Key.Key_F7)
    assert page.bar.question.words.startswith("Chọn ô màu xanh")
    press(window, Key.Key_Escape)
    assert page.bar.question.isHidden()


def test_f6_goes_round_the_columns(window: CounterWindow, desk: SampleDesk) -> None:
    page = begin(window, desk)
    press(window, Key.Key_F6)
    assert page.case.isAncestorOf(focused())
    press(window, Key.Key_F6)
    assert QApplication.focusWidget() is page.paper.view
    press(window, Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert page.case.isAncestorOf(focused())


def test_zoom_stays_with_its_paper(window: CounterWindow, desk: SampleDesk) -> None:
    page = begin(window, desk)
    page.paper.view.setFocus()
    press(window, Key.Key_Plus)
    wait_for(lambda: page.paper.view.zoom != pytest.approx(0.32, abs=0.02))
    zoom = page.paper.view.zoom
    page.papers.choose("old")
    assert page.paper.view.zoom != pytest.approx(zoom)
    page.papers.choose("declaration")
    assert page.paper.view.zoom == pytest.approx(zoom)


def test_a_visit_is_parked_and_comes_back_where_it_was(window: CounterWindow, desk: SampleDesk) -> None:
    page = begin(window, desk)
    page.walk.choose("copies")
    press(window, Key.Key_F8)
    assert isinstance(window.visits.page, StartPage)
    assert ("park", "a") in desk.calls
    press(window, Key.Key_Tab, CTRL)
    assert intake_of(window).form.current == "copies"


def test_what_was_typed_is_kept_when_the_officer_turns_elsewhere(
    window: CounterWindow, desk: SampleDesk
) -> None:
    page = begin(window, desk)
    page.walk.choose("copies")
    _line_of(page, "copies").setText("3")
    press(window, Key.Key_F8)
    assert ("enter", "copies", "3") in desk.calls
    window.visits.turn_to("a")
    page.walk.choose("note")
    _line_of(page, "note").setText("hẹn gọi lại")
    window.close()
    assert ("enter", "note", "hẹn gọi lại") in desk.calls


def test_closing_a_visit_asks_first(window: CounterWindow, desk: SampleDesk) -> None:
    page = begin(window, desk)
    press(window, Key.Key_W, CTRL)
    assert "Bỏ lượt của" in page.bar.question.words
    press(window, Key.Key_Escape)
    assert "a" in desk.open
    press(window, Key.Key_W, CTRL)
    press(window, Key.Key_Return)
    assert desk.open == {}


def test_only_f9_accepts(window: CounterWindow, desk: SampleDesk) -> None:
    page = begin(window, desk)
    make_ready(desk)
    page.form.setFocus()
    press(window, Key.Key_Return)
    assert not any(c[0] == "accept" for c in desk.calls)
    press(window, Key.Key_F9)
    assert isinstance(window.visits.page, AcceptedPage)
    assert window.visits.page._code.full_text == "H15.24.3-261123-0047"


def test_a_dossier_that_could_not_be_sealed_stays_and_says_why(
    window: CounterWindow, desk: SampleDesk
) -> None:
    page = begin(window, desk)
    make_ready(desk)
    desk.outcome = "Ổ đĩa đầy nên chưa ghi được. Bản nháp còn nguyên; dọn ổ đĩa rồi nhấn F9 lại."
    press(window, Key.Key_F9)
    assert page.bar.question.words == desk.outcome
    assert page.form.isEnabled()


def test_the_outcome_cannot_be_skipped_by_a_held_key(window: CounterWindow, desk: SampleDesk) -> None:
    begin(window, desk)
    make_ready(desk)
    press(window, Key.Key_F9)
    outcome = window.visits.outcome
    outcome._shown_at += 3600  # as if it had come up only now
    press(window, Key.Key_Return)
    assert window.visits.page is outcome
    outcome._shown_at -= 7200
    press(window, Key.Key_Return)
    assert isinstance(window.visits.page, StartPage)


def test_a_minute_without_a_key_covers_the_person(window: CounterWindow, desk: SampleDesk) -> None:
    begin(window, desk)
    make_ready(desk)
    press(window, Key.Key_F9)
    outcome = window.visits.outcome
    assert outcome._quiet.isActive()
    assert outcome._quiet.interval() == 60_000
    outcome._quiet.timeout.emit()
    name = "Nguyễn Thị Phương Thảo Nguyên"
    assert not any(name in line.full_text for line in outcome._lines)
    assert not any(name in b.accessibleName() for b in window.visits.tabs._buttons)
    assert outcome._code.full_text == "H15.24.3-261123-0047"
    press(window, Key.Key_Shift)
    assert any(name in line.full_text for line in outcome._lines)


def test_f10_prints_again_and_ctrl_o_opens_the_queue(window: CounterWindow, desk: SampleDesk) -> None:
    begin(window, desk)
    make_ready(desk)
    press(window, Key.Key_F9)
    press(window, Key.Key_F10)
    assert ("print", "k47") in desk.calls
    desk.rows = queue_rows()
    press(window, Key.Key_O, CTRL)
    assert window.page is window._pages[QUEUE_PAGE]
    assert window.page.panel._code.full_text == "H15.24.3-261123-0047"  # type: ignore[attr-defined]


@pytest.mark.parametrize("rail", range(6))
def test_a_card_may_be_read_on_any_page(window: CounterWindow, desk: SampleDesk, rail: int) -> None:
    press(window, Key(Key.Key_1 + rail), ALT)
    burst(QApplication.focusWidget() or window, CARD, READER_GAP_MS)
    settle()
    assert [c for c in desk.calls if c[0] == "card"] == [("card", "n1", CARD)]
    assert window.page is window.visits
    assert desk.open["n1"].has_person


def test_a_card_read_while_typing_opens_a_new_visit_and_leaves_the_field_alone(
    window: CounterWindow, desk: SampleDesk
) -> None:
    page = begin(window, desk)
    focus = QApplication.focusWidget()
    assert isinstance(focus, QLineEdit)
    burst(focus, CARD, READER_GAP_MS)
    settle()
    assert window.visits.current == "n1"
    window.visits.turn_to("a")
    assert _text_of(page, "number") == "275/1992"


def test_a_receipt_read_anywhere_opens_its_dossier(window: CounterWindow, desk: SampleDesk) -> None:
    desk.rows = queue_rows()
    burst(QApplication.focusWidget() or window, "H15.24.3-261123-0044", READER_GAP_MS)
    settle()
    assert window.page is window._pages[QUEUE_PAGE]
    assert window.page.panel._code.full_text.endswith("0044")  # type: ignore[attr-defined]


def test_search_finds_and_opens(window: CounterWindow, desk: SampleDesk) -> None:
    desk.rows = queue_rows()
    begin(window, desk)
    press(window, Key.Key_F3)
    typed("bich hanh")
    wait_for(window.results.isVisible)
    press(window, Key.Key_Return)
    assert window.page is window._pages[QUEUE_PAGE]
    assert window.page.panel._code.full_text.endswith("0042")  # type: ignore[attr-defined]
    assert window.top.box.line.text() == ""


def test_the_queue_by_keyboard(window: CounterWindow, desk: SampleDesk) -> None:
    desk.rows = queue_rows()
    press(window, Key.Key_4, ALT)
    press(window, Key.Key_F9)
    assert desk.calls[-1] == ("retry", "k41")
    press(window, Key.Key_F5)
    assert ("sync",) in desk.calls
    press(window, Key.Key_C, CTRL)
    assert QApplication.clipboard().text() == "H15.24.3-261123-0041"


def test_help_shows_the_keys_of_this_page_and_closes_with_esc(
    window: CounterWindow, desk: SampleDesk
) -> None:
    begin(window, desk)
    press(window, Key.Key_F1)
    assert window.help.isVisible()
    assert window.help._title.full_text == "Phím ở trang Tiếp nhận"
    press(window, Key.Key_Escape)
    assert not window.help.isVisible()


def test_dropped_files_go_to_the_chosen_paper(
    window: CounterWindow, desk: SampleDesk, tmp_path: Path
) -> None:
    page = begin(window, desk)
    page.papers.choose("old")
    page.paper.files_given.emit([tmp_path / "khai-sinh.pdf"])
    assert ("attach", "old", tmp_path / "khai-sinh.pdf") in desk.calls


def test_a_visit_that_ends_elsewhere_leaves_no_tab(window: CounterWindow, desk: SampleDesk) -> None:
    begin(window, desk)
    del desk.open["a"]
    desk.tell("a")
    assert isinstance(window.visits.page, StartPage)


def test_news_after_the_window_is_gone_is_not_its_business(window: CounterWindow, desk: SampleDesk) -> None:
    begin(window, desk)
    end(window)
    desk.tell("a")
    desk.tell()
    assert window._is_closed


def test_text_size_changes_at_once_and_is_kept(
    dressed: QApplication, desk: SampleDesk, tmp_path: Path
) -> None:
    settings = QSettings(str(tmp_path / "look.ini"), QSettings.Format.IniFormat)
    window = open_window(desk, at_once, settings)
    window.resize(1366, 768)
    window.show()
    desk.open["a"] = with_blockers(full_visit("a"))
    window.visits.turn_to("a")
    window.turn_to(SETTINGS_PAGE)
    window.page.look_chosen.emit("high_contrast", 1.5)  # type: ignore[attr-defined]
    wait_for(lambda: theme.current() == theme.theme_of(Variant.HIGH_CONTRAST, 1.5))
    wait_for(lambda: window.page.isVisible())
    assert window.visits.current == "a"
    end(window)
    again = open_window(desk, at_once, settings)
    assert theme.current().scale == 1.5
    end(again)
    assert dressed.styleSheet() == theme.stylesheet(Variant.HIGH_CONTRAST, 1.5)


def test_a_missing_person_is_asked_for_in_the_case_column(window: CounterWindow, desk: SampleDesk) -> None:
    desk.open["a"] = with_blockers(replace(full_visit("a"), has_person=False))
    window.visits.turn_to("a")
    settle()
    press(window, Key.Key_F9)
    focus = QApplication.focusWidget()
    assert isinstance(focus, QLineEdit)
    assert focus.accessibleName().startswith("Dòng chữ")


def _line_of(page: IntakePage, name: str) -> QLineEdit:
    card = page.form.card(name)
    assert card is not None
    assert card.editor is not None
    return card.editor._line


def _text_of(page: IntakePage, name: str) -> str:
    return _line_of(page, name).text()
