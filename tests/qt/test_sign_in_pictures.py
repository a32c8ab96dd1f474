"""The way in and the officers' cards, in every state: photographed, nothing cut, everything named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu

from app.faces.counter.officer_cards import OfficersCard
from app.faces.counter.window import QUEUE_PAGE, SETTINGS_PAGE, CounterWindow, open_window
from app.qt import theme
from app.qt.theme import Variant
from tests.qt.keyboard import commit, end, press, settle
from tests.qt.sample_desk import SampleDesk, at_once, full_visit
from tests.qt.sample_officers import LEAD, PASSWORD, PEOPLE
from tests.qt.test_pictures import SMALL, cut_words, nameless

Key = Qt.Key
State = Callable[[CounterWindow, SampleDesk], None]
ADMINISTRATOR = PEOPLE[3]


def enter_password(window: CounterWindow, password: str) -> None:
    """As typed, then Enter."""
    assert window.sign_in is not None
    window.sign_in.password.setFocus()
    commit(window.sign_in.password, password)
    press(window, Key.Key_Return)


def begun(window: CounterWindow, desk: SampleDesk) -> None:
    desk.officers.enrol_all(PEOPLE[0])
    window.lock("sign_out")


def locked(window: CounterWindow, desk: SampleDesk) -> None:
    desk.officers.enrol_all(PEOPLE[0])
    window.lock()


def wrong(window: CounterWindow, desk: SampleDesk) -> None:
    locked(window, desk)
    assert window.sign_in is not None
    window.sign_in.password.caps_seen.emit(True)
    enter_password(window, "sai rồi")


def waiting(window: CounterWindow, desk: SampleDesk) -> None:
    locked(window, desk)
    desk.officers.answer = ("Đã sai 7 lần liền nên phải chờ; rồi nhập lại mật khẩu.", 80.0)
    enter_password(window, "sai rồi")


def expired(window: CounterWindow, desk: SampleDesk) -> None:
    locked(window, desk)
    desk.officers.answer = (
        "Mật khẩu của Trần Thị Ngọc Ánh Tuyết hết hạn ngày 21/11/2026; hãy nhờ quản trị đặt lại. "
        "Hồ sơ và lượt đang gác còn nguyên.",
        0.0,
    )
    enter_password(window, PASSWORD + "?")


def asked(window: CounterWindow, desk: SampleDesk) -> None:
    locked(window, desk)
    assert window.sign_in is not None
    desk.officers.sign_in = lambda *_: None  # type: ignore[method-assign]  # an answer that is still to come
    enter_password(window, PASSWORD)


def seated(window: CounterWindow, desk: SampleDesk, officer: int = 3) -> None:
    locked(window, desk)
    assert window.sign_in is not None
    window.sign_in.list.step(officer)
    enter_password(window, PASSWORD)


def others_parked(window: CounterWindow, desk: SampleDesk) -> None:
    desk.officers.others = 2
    seated(window, desk, 1)


def nothing_of_mine_waits(window: CounterWindow, desk: SampleDesk) -> None:
    seated(window, desk, 1)
    window.turn_to(QUEUE_PAGE)


def lead_s_tabs(window: CounterWindow, desk: SampleDesk) -> None:
    desk.open |= {
        "a": full_visit("a"),
        "b": replace(full_visit("b"), title="H’Wiêng Niê Kđăm"),
    }
    desk.whose = {"b": "H’Nguyệt Byă Êban"}
    seated(window, desk, 2)
    window.visits.turn_to("a")


def settings_of_administrator(window: CounterWindow, desk: SampleDesk) -> None:
    seated(window, desk)
    window.turn_to(SETTINGS_PAGE)


def settings_of_receiving(window: CounterWindow, desk: SampleDesk) -> None:
    seated(window, desk, 0)
    window._ask_password()


def card_of(window: CounterWindow) -> OfficersCard:
    card = window.findChild(OfficersCard)
    assert card is not None
    return card


def adding(window: CounterWindow, desk: SampleDesk) -> None:
    settings_of_administrator(window, desk)
    card_of(window)._add.click()


def resetting(window: CounterWindow, desk: SampleDesk) -> None:
    settings_of_administrator(window, desk)
    card_of(window).list.step(1)
    card_of(window)._reset.click()
    commit(card_of(window)._password, "mot mat khau")
    press(window, Key.Key_Return)
    press(window, Key.Key_Return)


def shutting(window: CounterWindow, desk: SampleDesk) -> None:
    settings_of_administrator(window, desk)
    card_of(window)._shut.click()


def first_one(window: CounterWindow, _desk: SampleDesk) -> None:
    window.turn_to(SETTINGS_PAGE)
    card_of(window)._add.click()


@dataclass(frozen=True)
class Shot:
    name: str
    state: State
    size: tuple[int, int] = SMALL
    variant: Variant = Variant.LIGHT
    scale: float = 1.0


STATES = (
    begun,
    locked,
    wrong,
    waiting,
    expired,
    asked,
    others_parked,
    nothing_of_mine_waits,
    lead_s_tabs,
    settings_of_administrator,
    settings_of_receiving,
    adding,
    resetting,
    shutting,
    first_one,
)
SHOTS = (
    *(Shot(state.__name__, state) for state in STATES),
    *(Shot(f"{state.__name__}-200", state, scale=2.0) for state in (begun, wrong, others_parked, adding)),
    *(Shot(f"{state.__name__}-contrast", state, variant=Variant.HIGH_CONTRAST) for state in (wrong, adding)),
    Shot("begun-small", begun, (640, 480)),
)


@pytest.fixture
def looks(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    theme.apply(qapp, Variant.LIGHT, 1.0)


def opened(application: QApplication, desk: SampleDesk, shot: Shot) -> CounterWindow:
    theme.apply(application, shot.variant, shot.scale)
    window = CounterWindow(desk, at_once)
    window.resize(*shot.size)
    window.show()
    window.activateWindow()
    settle()
    return window


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_nothing_is_cut_and_everything_has_a_name(looks: QApplication, shots: Path, shot: Shot) -> None:
    desk = SampleDesk()
    window = opened(looks, desk, shot)
    shot.state(window, desk)
    settle()
    picture = window.grab()
    assert picture.save(str(shots / f"officers-{shot.name}.png"))
    cut, lacking = cut_words(window), nameless(window)
    end(window)
    assert cut == []
    assert lacking == []
    assert (picture.width(), picture.height()) == shot.size


def test_the_menu_of_the_officer_says_its_keys(looks: QApplication, shots: Path) -> None:
    assert looks is not None
    desk = SampleDesk()
    desk.officers.enrol_all(LEAD)
    window = open_window(desk, at_once)
    window.resize(*SMALL)
    window.show()
    settle()
    window.top.officer.click()
    settle()
    menu = window.top.officer.findChild(QMenu)
    assert menu is not None
    assert [a.text() for a in menu.actions()] == ["Khóa màn hình  (F11)", "Đổi người", "Đổi mật khẩu"]
    assert menu.grab().save(str(shots / "officers-menu.png"))
    menu.close()
    end(window)
