"""The way in by keyboard alone, and what locking leaves behind: nothing to see, nothing to paste, nothing lost."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from app.faces.counter.officer_cards import OfficersCard
from app.faces.counter.settings_cards import IdleCard, PasswordCard
from app.faces.counter.sign_in_page import SignInPage
from app.faces.counter.start_page import StartPage
from app.faces.counter.window import QUEUE_PAGE, SETTINGS_PAGE, CounterWindow
from app.widgets.password_entry import PasswordEntry
from app.workflow.views import FieldState
from tests.qt.keyboard import READER_GAP_MS, burst, commit, press, settle, wait_for
from tests.qt.sample_desk import CARD, SampleDesk, full_visit, queue_rows
from tests.qt.sample_officers import PASSWORD, PEOPLE

Key = Qt.Key
ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
CITIZEN = "Nguyễn Thị Phương Thảo Nguyên"


def page_of(window: CounterWindow) -> SignInPage:
    assert window.sign_in is not None
    return window.sign_in


def sit_down(desk: SampleDesk) -> None:
    """Officers are enrolled and the first of them works here."""
    desk.officers.enrol_all(PEOPLE[0])


def enter(window: CounterWindow, password: str = PASSWORD) -> None:
    """The password and Enter, where the focus is."""
    page_of(window).password.setFocus()
    commit(page_of(window).password, password)
    press(window, Key.Key_Return)


def words_on(window: QWidget) -> str:
    """Everything that any widget of the program still says."""
    said = [w.text() for w in QApplication.allWidgets() if isinstance(w, QLabel | QLineEdit)]
    return " ".join([*said, window.windowTitle()])


def mid_visit(window: CounterWindow, desk: SampleDesk) -> None:
    desk.open["a"] = full_visit("a")
    desk.rows = queue_rows()
    window.visits.turn_to("a")
    settle()


def test_without_officers_nothing_asks_and_f11_does_nothing(window: CounterWindow) -> None:
    assert not window.is_locked
    press(window, Key.Key_F11)
    assert not window.is_locked
    assert window.top.officer.focusPolicy() is Qt.FocusPolicy.NoFocus


def test_f11_locks_and_the_password_alone_leads_back(window: CounterWindow, desk: SampleDesk) -> None:
    sit_down(desk)
    mid_visit(window, desk)
    press(window, Key.Key_F11)
    assert window.is_locked
    assert desk.officers.left == ["lock"]
    assert QApplication.focusWidget() is page_of(window).password
    enter(window)
    assert not window.is_locked
    assert window.visits.current == "a"


def test_nothing_of_a_citizen_is_left_on_screen_or_to_paste(window: CounterWindow, desk: SampleDesk) -> None:
    sit_down(desk)
    mid_visit(window, desk)
    QApplication.clipboard().setText(CITIZEN)
    window.turn_to(QUEUE_PAGE)
    settle()
    assert CITIZEN in words_on(window)
    window.lock()
    settle()
    assert CITIZEN not in words_on(window)
    assert QApplication.clipboard().text() == ""
    assert all(row.code not in words_on(window) for row in desk.rows)


def test_keys_and_readers_reach_nothing_behind_the_lock(window: CounterWindow, desk: SampleDesk) -> None:
    sit_down(desk)
    mid_visit(window, desk)
    press(window, Key.Key_F11)
    before = list(desk.calls)
    for key in (Key.Key_F2, Key.Key_F3, Key.Key_F5, Key.Key_F9, Key.Key_F10, Key.Key_F1, Key.Key_Escape):
        press(window, key)
    for key in (Key.Key_1, Key.Key_4, Key.Key_6):
        press(window, key, ALT)
    burst(page_of(window).password, CARD, READER_GAP_MS)
    settle()
    assert window.is_locked
    assert desk.calls == before
    assert page_of(window).password.text() == ""
    assert "Hãy đăng nhập" in page_of(window).problem


def test_what_a_field_did_not_take_is_still_typed_there_for_its_officer(
    window: CounterWindow, desk: SampleDesk
) -> None:
    sit_down(desk)
    mid_visit(window, desk)
    window.visits.intake.walk.go_to("registered")
    focus = QApplication.focusWidget()
    assert isinstance(focus, QLineEdit)
    commit(focus, "14/05/19")
    press(window, Key.Key_F11)
    press(window, Key.Key_Down)  # another officer comes first
    enter(window)
    assert desk.officers.session is not None
    assert desk.officers.session.officer == PEOPLE[1]
    assert "14/05/19" not in words_on(window)
    window.lock("sign_out")
    enter(window)
    assert desk.officers.session.officer == PEOPLE[0]
    assert window.visits.intake.form.current == "registered"
    back = QApplication.focusWidget()
    assert isinstance(back, QLineEdit)
    assert back.text() == "14/05/19"


def test_a_value_that_its_field_takes_is_in_the_visit_before_the_window_locks(
    window: CounterWindow, desk: SampleDesk
) -> None:
    sit_down(desk)
    mid_visit(window, desk)
    window.visits.intake.walk.go_to("registered")
    focus = QApplication.focusWidget()
    assert isinstance(focus, QLineEdit)
    commit(focus, "14/05/1992")
    press(window, Key.Key_F11)
    field = next(f for s in desk.open["a"].sections for f in s.fields if f.name == "registered")
    assert (field.value, field.state) == ("14/05/1992", FieldState.TYPED)


def test_a_card_s_line_and_an_unlock_s_reason_are_kept_too(window: CounterWindow, desk: SampleDesk) -> None:
    sit_down(desk)
    start = window.visits.page
    assert isinstance(start, StartPage)
    press(window, Key.Key_F2)
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    commit(line, "066188004127|")
    press(window, Key.Key_F11)
    enter(window)
    assert window.visits.start.card.text == "066188004127|"
    mid_visit(window, desk)
    window.visits.intake.walk.choose("address")
    press(window, Key.Key_F7)
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    commit(line, "vừa đổi nơi ở")
    press(window, Key.Key_F11)
    enter(window)
    assert window.visits.intake.form.current == "address"
    assert window.visits.intake.bar.question.typed == "vừa đổi nơi ở"


def test_an_idle_window_locks_by_itself_and_a_key_puts_it_off(
    window: CounterWindow, desk: SampleDesk
) -> None:
    sit_down(desk)
    mid_visit(window, desk)
    window._seat.idle.watch(60_000)
    press(window, Key.Key_F6)
    assert not window.is_locked
    window._seat.idle.watch(1)
    wait_for(lambda: window.is_locked)
    assert desk.officers.left == ["lock"]
    assert "a" in desk.open


def test_up_and_down_choose_who_also_from_the_password(window: CounterWindow, desk: SampleDesk) -> None:
    sit_down(desk)
    window.lock()
    press(window, Key.Key_Down)
    press(window, Key.Key_Down)
    enter(window)
    assert desk.officers.session is not None
    assert desk.officers.session.officer == PEOPLE[2]
    assert window.top.officer.accessibleName() == "Nguyễn Hoàng Thị Kim Ngân, Phó Giám đốc Trung tâm"


def test_tab_goes_from_the_names_to_the_password_to_the_button(
    window: CounterWindow, desk: SampleDesk
) -> None:
    sit_down(desk)
    window.lock("sign_out")
    settle()
    page = page_of(window)
    assert QApplication.focusWidget() is page.list
    press(window, Key.Key_Tab)
    assert QApplication.focusWidget() is page.password
    press(window, Key.Key_Tab)
    assert QApplication.focusWidget() is page.button
    press(window, Key.Key_Tab, SHIFT)
    assert QApplication.focusWidget() is page.password


def test_enter_on_a_name_asks_for_the_password(window: CounterWindow, desk: SampleDesk) -> None:
    sit_down(desk)
    window.lock("sign_out")
    press(window, Key.Key_Return)
    assert QApplication.focusWidget() is page_of(window).password
    press(window, Key.Key_Return)
    assert "Hãy nhập mật khẩu" in page_of(window).problem


def test_a_wrong_password_is_said_and_gone_and_a_wait_holds_the_button(
    window: CounterWindow, desk: SampleDesk
) -> None:
    sit_down(desk)
    window.lock()
    enter(window, "sai")
    page = page_of(window)
    assert "chưa đúng" in page.problem
    assert page.password.text() == ""
    desk.officers.answer = ("Đã sai 4 lần liền nên phải chờ; rồi nhập lại mật khẩu.", 4.2)
    enter(window, "sai")
    assert page.button.words == "Chờ 5 giây"
    enter(window)  # the right one, too early
    assert window.is_locked
    page._tick()
    assert page.button.words == "Chờ 4 giây"
    for _ in range(4):
        page._tick()
    assert page.button.words == "Đăng nhập"
    page.password.clear()
    enter(window)
    assert not window.is_locked


def test_a_wait_is_the_name_s_own(window: CounterWindow, desk: SampleDesk) -> None:
    sit_down(desk)
    window.lock()
    desk.officers.answer = ("Đã sai 4 lần liền nên phải chờ.", 60.0)
    enter(window, "sai")
    press(window, Key.Key_Down)
    assert page_of(window).button.words == "Đăng nhập"
    enter(window)
    assert not window.is_locked


def test_caps_lock_is_noticed_by_what_comes_of_the_letters(window: CounterWindow, desk: SampleDesk) -> None:
    sit_down(desk)
    window.lock()
    entry = page_of(window).password
    seen: list[bool] = []
    entry.caps_seen.connect(seen.append)
    burst(entry, "B", 200, ends_with_enter=False)
    wait_for(lambda: entry.text() == "B")
    assert seen == [True]
    burst(entry, "b", 200, ends_with_enter=False)
    wait_for(lambda: entry.text() == "Bb")
    assert seen == [True, False]


def test_a_password_is_neither_copied_nor_undone(window: CounterWindow) -> None:
    entry = PasswordEntry("Mật khẩu")
    commit(entry, PASSWORD)
    entry.selectAll()
    entry.copy()
    assert PASSWORD not in QApplication.clipboard().text()
    entry.clear()
    entry.undo()
    assert entry.text() == ""
    assert not window.is_locked


# ---- the officer's menu and the cards of the settings


def test_the_menu_locks_changes_officers_and_leads_to_the_password(
    window: CounterWindow, desk: SampleDesk
) -> None:
    sit_down(desk)
    window.lock()
    enter(window)
    for steps, action in ((0, "lock"), (1, "sign_out")):
        window.top.officer.setFocus()
        press(window, Key.Key_Return)
        menu = QApplication.activePopupWidget()
        assert menu is not None
        for _ in range(steps):
            QTest.keyClick(menu, Key.Key_Down)
        QTest.keyClick(menu, Key.Key_Return)
        wait_for(lambda: window.is_locked)
        assert desk.officers.left[-1] == action
        enter(window)
    window.top.officer.password_asked.emit()
    settle()
    card, focus = window.findChild(PasswordCard), QApplication.focusWidget()
    assert card is not None
    assert focus is not None
    assert card.isAncestorOf(focus)


def test_the_first_officer_is_added_by_keys_and_must_then_sign_in(
    window: CounterWindow, desk: SampleDesk
) -> None:
    window.turn_to(SETTINGS_PAGE)
    card = window.findChild(OfficersCard)
    assert card is not None
    card._add.setFocus()
    press(window, Key.Key_Return)
    for text in ("ywon", "Y Wŏn Mlô Duôn Du", None):
        focus = QApplication.focusWidget()
        assert isinstance(focus, QLineEdit)
        if text is not None:
            commit(focus, text)
        press(window, Key.Key_Return)
    assert not card._role.isEnabled()  # an administrator, whatever is wished
    card._password.setFocus()
    for text in (PASSWORD, "khac"):
        focus = QApplication.focusWidget()
        assert isinstance(focus, QLineEdit)
        commit(focus, text)
        press(window, Key.Key_Return)
    assert "không giống nhau" in card.said
    assert not desk.officers.people
    card._again.clear()
    commit(card._again, PASSWORD)
    press(window, Key.Key_Return)
    wait_for(lambda: window.is_locked)
    (one,) = desk.officers.people
    assert (one.officer.login, str(one.officer.role)) == ("ywon", "administrator")


def test_an_administrator_shuts_out_and_gives_another_password(
    window: CounterWindow, desk: SampleDesk
) -> None:
    desk.officers.enrol_all(PEOPLE[3])
    window.turn_to(SETTINGS_PAGE)
    card = window.findChild(OfficersCard)
    assert card is not None
    card.list.setFocus()
    press(window, Key.Key_Down)
    card._shut.setFocus()
    press(window, Key.Key_Return)
    press(window, Key.Key_Escape)
    assert not card.is_open
    assert all(p.officer.is_active for p in desk.officers.people)
    card._shut.setFocus()
    press(window, Key.Key_Return)
    press(window, Key.Key_Return)
    assert [p.officer.is_active for p in desk.officers.people] == [True, False, True, True]
    assert "Đã khóa" in card.said


@pytest.mark.parametrize("who", range(4))
def test_each_role_finds_its_cards_in_the_settings(window: CounterWindow, desk: SampleDesk, who: int) -> None:
    desk.officers.enrol_all(PEOPLE[who])
    window.turn_to(SETTINGS_PAGE)
    is_administrator = who == 3
    assert window.findChild(PasswordCard) is not None
    assert (window.findChild(OfficersCard) is not None) is is_administrator
    assert (window.findChild(IdleCard) is not None) is is_administrator


def test_whose_a_parked_visit_is_stands_on_its_tab(window: CounterWindow, desk: SampleDesk) -> None:
    sit_down(desk)
    desk.whose = {"b": "H’Nguyệt Byă Êban"}
    desk.open["b"] = full_visit("b")
    mid_visit(window, desk)
    assert "của H’Nguyệt Byă Êban" in " ".join(
        w.text() for w in window.visits.tabs.findChildren(QLabel) if w.isVisible()
    )
    window.visits.turn_to("b")
    assert desk.looks[-1] == "b"
