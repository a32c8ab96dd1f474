"""Two officers at one counter, by keys alone: each with their own work, nothing lost in between, all of it sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from app.bootstrap import open_station
from app.config import Settings
from app.domain.officers import Officer, Role
from app.qt.bridge import StationDesk
from app.workflow.views import ComponentState
from scanning.drivers.sample import SamplePaper, printed_paper
from scanning.samples.people import SAMPLE_REQUESTER
from tests.qt.keyboard import commit, settle
from tests.sandbox.process import SandboxProcess
from tests.stories.desktops import DECLARATION, Desktop, Office

PASSWORD = "ba cây bưởi"
AN = Officer("an", "Nguyễn Văn An", "Công chức Một cửa")
BINH = Officer("binh", "Lê Thị Bình", "Công chức Một cửa")
CHIEF = Officer("chi", "Phạm Ngọc Chi", "Phó Giám đốc", Role.ADMINISTRATOR)
CITIZEN = SAMPLE_REQUESTER.full_name


@pytest.fixture
def office(qapp: QApplication, tmp_path: Path) -> Iterator[Office]:
    made = Office(qapp, tmp_path)
    yield made
    made.close_all()


@pytest.fixture
def staffed(online: Settings) -> Settings:
    """The same station with three officers."""
    with open_station(online) as station:
        for officer in (CHIEF, AN, BINH):
            station.officers.enrol(officer, PASSWORD)
    return online


def sign_in(desktop: Desktop, officer: Officer, password: str = PASSWORD) -> None:
    """Up or down to the name, Enter, the password as an input method writes it, Enter."""
    page, driver = desktop.window.sign_in, desktop.driver
    assert page is not None
    logins = sorted(o.login for o in (CHIEF, AN, BINH))
    page.list.setFocus()
    driver.press("Home")
    for _ in range(logins.index(officer.login)):
        driver.press("Down")
    driver.press("Return")
    commit(page.password, password)
    driver.press("Return")


def come_in(desktop: Desktop, officer: Officer) -> None:
    """Signed in, with what was parked on the tabs."""
    sign_in(desktop, officer)
    desktop.driver.wait(lambda: not desktop.window.is_locked, "not signed in")
    assert desktop.desk.officer_name == officer.full_name
    desktop.driver.settle()


def leave(desktop: Desktop, key: str = "F11") -> None:
    """The key, and the way in is there."""
    desktop.driver.press(key)
    desktop.driver.wait(lambda: desktop.window.is_locked, "not locked")


def take_in(desktop: Desktop, *, and_seal: bool) -> str:
    """A visit by keys until nothing is doubtful; sealed where it is wanted. Gives its id."""
    desk, driver = desktop.desk, desktop.driver
    desktop.identify()
    visit = desktop.visit
    driver.choose_case(desk, visit, "relative")
    desktop.scan()
    driver.review(desk, visit, printed_paper(SamplePaper.DECLARATION).fields)
    assert desk.view(visit).can_be_accepted
    if and_seal:
        finish(desktop, visit)
    return visit


def finish(desktop: Desktop, visit: str) -> None:
    """F9, until it is sealed and printed."""
    desktop.driver.press("F9")
    desktop.driver.wait(lambda: any(r.key == visit for r in desktop.desk.queue()), "not sealed")
    desktop.driver.wait(lambda: desktop.desk.print_state(visit)[0] == "printed", "not printed")


def said_anywhere() -> str:
    """Everything that a widget of the program still says or holds."""
    settle()  # what was given up is gone for good
    return " ".join(w.text() for w in QApplication.allWidgets() if isinstance(w, QLabel | QLineEdit))


def visits_of(desk: StationDesk) -> list[str]:
    return [v.visit_id for v in desk.visits()]


def test_two_officers_share_a_counter_and_neither_sees_or_loses_the_other_s_work(
    office: Office, staffed: Settings, province: SandboxProcess
) -> None:
    desktop = office.open(staffed)
    desk, driver = desktop.desk, desktop.driver
    assert desktop.window.is_locked
    come_in(desktop, AN)

    # An has two visits that lack nothing; the line goes down, one is taken in and the other stays parked.
    first = take_in(desktop, and_seal=False)
    second = take_in(desktop, and_seal=False)
    province.faults(down=True)
    driver.press("Ctrl+Tab")
    finish(desktop, first)
    QApplication.clipboard().setText(CITIZEN)
    leave(desktop)
    driver.settle()
    assert CITIZEN not in said_anywhere()
    assert QApplication.clipboard().text() == ""

    # A wrong password leads nowhere.
    sign_in(desktop, BINH, "không phải")
    driver.wait(lambda: "chưa đúng" in driver.last_sentence(), "nothing said")
    assert desktop.window.is_locked

    # Bình sees none of it, in the tabs, in the queue or by searching, and only hears how many are parked.
    come_in(desktop, BINH)
    assert visits_of(desk) == []
    driver.wait(lambda: desk.officers.parked_by_others() == 1, "not counted")
    found: list[object] = []
    desk.find(CITIZEN, found.append)
    driver.wait(lambda: bool(found), "no answer")
    assert found == [()]
    driver.press("Alt+4")
    driver.settle()
    assert desk.queue() == ()
    assert CITIZEN not in said_anywhere()
    with pytest.raises(Exception, match="người khác"):
        desk.view(second)
    driver.press("Alt+1")
    driver.wait(lambda: "1 hồ sơ đang gác của người khác" in said_anywhere(), "not said")
    driver.press("Ctrl+Z")
    assert visits_of(desk) == []

    # Bình's own visit, while the line comes back and An's dossier goes by itself.
    province.faults()
    own = take_in(desktop, and_seal=True)
    assert [row.key for row in desk.queue()] == [own]
    leave(desktop)
    desk.sync_now()
    driver.wait(lambda: sum(d["complete"] for d in province.state()) >= 2, "not sent", timeout_s=60)

    # An comes back, finds the visit as it was, and finishes it.
    come_in(desktop, AN)
    driver.wait(lambda: visits_of(desk) == [second], "the visit is gone")
    assert {row.key for row in desk.queue()} == {first}
    driver.press("Ctrl+Tab")
    driver.settle()
    assert desk.view(second).can_be_accepted
    finish(desktop, second)
    office.close(desktop)

    with open_station(staffed) as station:
        station.sending.round()
        officers = {key: station.record(key).body["officer"]["id"] for key in (first, own, second)}
        audit = station.on_store(lambda store: store.rows("SELECT officer, action FROM audit ORDER BY id"))
    assert officers == {first: "an", own: "binh", second: "an"}
    there = {d["key"]: d for d in province.state()}
    assert all(there[key]["complete"] and there[key]["times_received"] == 1 for key in officers)
    who_did = [(line["officer"], line["action"]) for line in audit]
    assert who_did.count(("an", "sign_in")) == 2
    assert ("binh", "sign_in_failed") in who_did
    assert ("an", "lock") in who_did
    assert not {("an", "view"), ("binh", "view")} & set(who_did)


def test_locked_in_the_middle_of_a_scan_every_page_is_there_again(office: Office, staffed: Settings) -> None:
    desktop = office.open(staffed)
    desk, driver = desktop.desk, desktop.driver
    come_in(desktop, AN)
    desktop.identify()
    visit = desktop.visit
    driver.choose_case(desk, visit, "relative")
    driver.press("F2")
    leave(desktop)
    come_in(desktop, BINH)
    assert visits_of(desk) == []
    leave(desktop)
    come_in(desktop, AN)
    assert visits_of(desk) == [visit]
    read = (ComponentState.READ, ComponentState.DOUBTFUL)
    driver.wait(lambda: desktop.state() in read, "not read", timeout_s=60)
    (page,) = next(c for c in desk.view(visit).components if c.code == DECLARATION).pages
    driver.wait(lambda: desk.page_image(visit, page.picture) is not None, "no picture")


def test_after_the_end_of_the_program_each_finds_their_own_visit(office: Office, staffed: Settings) -> None:
    desktop = office.open(staffed)
    come_in(desktop, AN)
    desktop.identify()
    visit = desktop.visit
    office.close(desktop)
    again = office.open(staffed)
    assert again.window.is_locked
    assert again.desk.visits() == ()
    come_in(again, BINH)
    assert again.desk.visits() == ()
    leave(again)
    come_in(again, CHIEF)
    again.driver.wait(lambda: visits_of(again.desk) == [visit], "the chief does not see it")
    (parked,) = again.desk.visits()
    assert parked.officer_name == AN.full_name
    leave(again)
    come_in(again, AN)
    again.driver.wait(lambda: visits_of(again.desk) == [visit], "the visit is gone")
    assert again.desk.visits()[0].title == CITIZEN
