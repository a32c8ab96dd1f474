"""Officers at one station: who comes in, what each sees of the others' work, and that sending asks nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from app.bootstrap import open_station
from app.config import Settings
from app.domain.errors import DomainError
from app.domain.officers import Officer, Right, Role
from app.workflow.access import NotAllowed, SignedIn
from app.workflow.errors import WorkflowError
from app.workflow.intake import IntakeSession
from app.workflow.officers import SignInRefused
from app.workflow.pages import Feed
from app.workflow.station import Station
from offline_queue.officers import FIRST_DELAY_S, FREE_ATTEMPTS
from offline_queue.outbox import OutboxState, step
from offline_queue.records import Record
from tests.sandbox.process import SandboxProcess
from tests.workflow import visits

PASSWORD = "ba cây bưởi"
OFFICERS = (
    Officer("quantri", "Y Wŏn Mlô Duôn Du", "Chuyên viên", Role.ADMINISTRATOR),
    Officer("an", "Nguyễn Văn An", "Công chức Một cửa", Role.RECEIVING),
    Officer("binh", "Lê Thị Bình", "Công chức Một cửa", Role.RECEIVING),
    Officer("lan", "Phạm Ngọc Lan", "Phó Giám đốc", Role.LEAD),
)
DAY_S = 86_400.0


def enrol_all(station: Station) -> None:
    """As `motcua officer add` does, one after the other."""
    for officer in OFFICERS:
        station.officers.enrol(officer, PASSWORD)


def enter(station: Station, login: str) -> SignedIn:
    """This officer sits down."""
    session = station.officers.sign_in(login, PASSWORD)
    station.access.enter(session)
    return session


def seal(station: Station) -> Record:
    """A dossier taken in by who sits there, its file really kept."""
    session = visits.ready(station.counter)
    kept = station.keep_file(b"%PDF-1.7 mot to khai")
    session.visit = replace(
        session.visit,
        documents={
            code: replace(document, blob=kept.blob, sha256=kept.sha256, size=kept.size)
            for code, document in session.visit.documents.items()
        },
    )
    return station.seal(session.finish(station.clock.now()))


def park(station: Station) -> IntakeSession:
    """A visit in progress of who sits there."""
    session = visits.ready(station.counter)
    station.save(session.visit)
    return session


def audit_of(station: Station) -> list[tuple[str, str, str]]:
    """Who, did what, to what; oldest first."""
    rows = station.on_store(
        lambda store: store.rows("SELECT officer, action, subject FROM audit ORDER BY id")
    )
    return [(r["officer"], r["action"], r["subject"]) for r in rows]


@pytest.fixture
def station(settings: Settings) -> Iterator[Station]:
    """Four officers enrolled, nobody signed in, as a window begins."""
    with open_station(settings) as opened:
        enrol_all(opened)
        opened.access.sit_down(is_asked=True)
        yield opened


# ---- coming in


def test_a_station_without_officers_works_under_the_name_in_its_settings(settings: Settings) -> None:
    with open_station(settings) as station:
        assert station.officers.active() == ()
        station.access.sit_down(is_asked=False)
        record = seal(station)
        assert record.body["officer"] == {"id": settings.officer.id, "name": settings.officer.name}
        assert [row.key for row in station.queue()] == [record.key]
        park(station)
        assert len(station.resume()) == 1
        assert station.parked_by_others() == 0


def test_who_signed_in_stands_on_the_dossier(station: Station) -> None:
    enter(station, "an")
    assert seal(station).body["officer"] == {"id": "an", "name": "Nguyễn Văn An"}


def test_a_wrong_password_is_told_and_noted_and_then_waits(station: Station) -> None:
    for _ in range(FREE_ATTEMPTS):
        with pytest.raises(SignInRefused, match="chưa đúng") as refused:
            station.officers.sign_in("an", "sai mật khẩu")
    assert refused.value.wait_s == FIRST_DELAY_S
    with pytest.raises(SignInRefused, match="phải chờ") as waits:
        station.officers.sign_in("an", PASSWORD)
    assert 0 < waits.value.wait_s <= FIRST_DELAY_S
    assert station.access.session is None
    station.clock.correct(FIRST_DELAY_S + 1)
    assert enter(station, "an").officer.login == "an"
    actions = [action for who, action, _ in audit_of(station) if who == "an"]
    assert actions == ["sign_in_failed"] * FREE_ATTEMPTS + ["sign_in_delayed", "sign_in"]


def test_the_wait_is_there_after_a_restart(settings: Settings) -> None:
    with open_station(settings) as station:
        enrol_all(station)
        for _ in range(FREE_ATTEMPTS):
            with pytest.raises(SignInRefused):
                station.officers.sign_in("an", "sai mật khẩu")
    with open_station(settings) as station, pytest.raises(SignInRefused, match="phải chờ"):
        station.officers.sign_in("an", PASSWORD)


def test_a_password_expires_and_is_given_anew(station: Station) -> None:
    station.clock.correct(91 * DAY_S)
    with pytest.raises(SignInRefused, match="hết hạn"):
        station.officers.sign_in("an", PASSWORD)
    with pytest.raises(SignInRefused, match="chưa đúng"):  # who does not know it learns nothing of its expiry
        station.officers.sign_in("binh", "sai mật khẩu")
    with pytest.raises(NotAllowed):
        station.officers.set_password("an", "chin cay buoi")
    station.access.enter(SignedIn(OFFICERS[0], station.clock.now(), "quantri"))
    station.officers.set_password("an", "chin cay buoi")
    assert station.officers.sign_in("an", "chin cay buoi").officer.login == "an"
    assert ("quantri", "reset_password", "an") in audit_of(station)


def test_an_officer_changes_their_own_password_by_the_old_one(station: Station) -> None:
    enter(station, "an")
    with pytest.raises(SignInRefused, match="chưa đúng"):
        station.officers.change_password("sai mật khẩu", "chin cay buoi")
    with pytest.raises(DomainError):
        station.officers.change_password(PASSWORD, "ngắn")
    with pytest.raises(WorkflowError, match="giống"):
        station.officers.change_password(PASSWORD, PASSWORD)
    station.officers.change_password(PASSWORD, "chin cay buoi")
    assert station.officers.sign_in("an", "chin cay buoi").officer.login == "an"
    with pytest.raises(SignInRefused):
        station.officers.sign_in("an", PASSWORD)


def test_who_is_shut_out_does_not_come_in_and_the_last_administrator_stays(station: Station) -> None:
    enter(station, "quantri")
    station.officers.disable("an")
    with pytest.raises(SignInRefused, match="không đăng nhập được"):
        station.officers.sign_in("an", PASSWORD)
    with pytest.raises(DomainError, match="quản trị cuối cùng"):
        station.officers.disable("quantri")
    assert [o.login for o in station.officers.active()] == ["binh", "lan", "quantri"]
    station.officers.enrol(OFFICERS[1], "chin cay buoi")  # taken back
    assert enter(station, "quantri").officer.may(Right.MANAGE_OFFICERS)
    assert station.officers.sign_in("an", "chin cay buoi").officer.login == "an"


def test_the_first_to_be_enrolled_is_an_administrator(settings: Settings) -> None:
    with open_station(settings) as station:
        with pytest.raises(DomainError, match="quản trị"):
            station.officers.enrol(OFFICERS[1], PASSWORD)
        assert station.officers.all() == ()


# ---- one another's work


Try = Callable[[Station, str], object]
DOORS: dict[str, Try] = {
    "open": lambda station, key: station.record(key),
    "row": lambda station, key: station.queue(key),
    "retry": lambda station, key: station.retry(key),
    "choose": lambda station, key: station.choose_side(key, keeps_ours=True),
    "look": lambda station, key: station.look(key),
}


@pytest.mark.parametrize("door", DOORS)
def test_another_s_dossier_is_behind_no_door(station: Station, door: str) -> None:
    enter(station, "an")
    key = seal(station).key
    enter(station, "binh")
    assert station.queue() == ()
    assert station.search("nguyen") == ()
    with pytest.raises(NotAllowed, match="phụ trách bộ phận"):
        DOORS[door](station, key)
    assert audit_of(station)[-1] == ("binh", "refuse_see_all", key)


def test_own_dossiers_are_listed_found_opened_reprinted_and_sent_again(station: Station) -> None:
    enter(station, "an")
    record = seal(station)
    assert [row.key for row in station.queue()] == [record.key]
    assert [row.key for row in station.search("phuong thao")] == [record.key]
    assert station.record(record.number).key == record.key
    station.print_record(record)
    station.print_record(station.record(record.key))
    now = station.clock.now()
    station.on_store(lambda store: step(store, record.key, OutboxState.SENDING, now))
    station.on_store(lambda store: step(store, record.key, OutboxState.NEEDS_OFFICER, now, reason="thử"))
    station.retry(record.key)
    assert station.queue()[0].state == "sealed"
    assert "view" not in [action for _, action, _ in audit_of(station)]
    assert audit_of(station).count(("an", "print", record.key)) == 2


@pytest.mark.parametrize("login", ["lan", "quantri"])
def test_lead_and_administrator_see_all_and_it_is_written_down(station: Station, login: str) -> None:
    enter(station, "an")
    key = seal(station).key
    enter(station, login)
    assert [row.key for row in station.queue()] == [key]
    assert [row.key for row in station.search("phuong thao")] == [key]
    assert station.record(key).key == key
    assert audit_of(station)[-1] == (login, "view", key)


def test_parked_visits_are_shown_to_whose_they_are_and_counted_for_others(station: Station) -> None:
    enter(station, "an")
    ours = [park(station).visit.visit_id for _ in range(2)]
    enter(station, "binh")
    own = park(station).visit.visit_id
    assert [s.visit.visit_id for s in station.resume()] == [own]
    assert station.parked_by_others() == 2
    enter(station, "lan")
    assert {s.visit.visit_id for s in station.resume()} == {*ours, own}
    assert station.parked_by_others() == 0
    station.access.leave()
    assert station.resume() == []
    enter(station, "an")
    assert [s.visit.visit_id for s in station.resume()] == ours


def test_a_visit_that_a_lead_goes_on_with_stays_its_officer_s(station: Station) -> None:
    enter(station, "an")
    parked = park(station).visit.visit_id
    enter(station, "lan")
    (session,) = station.resume()
    station.save(replace(session.visit, return_by="post"))
    enter(station, "an")
    (again,) = station.resume()
    assert (again.visit.visit_id, again.visit.return_by) == (parked, "post")


def test_a_crash_gives_visits_and_their_pages_back_to_their_owner_only(settings: Settings) -> None:
    with open_station(settings) as station:
        enrol_all(station)
        enter(station, "an")
        session = station.begin()
        session.choose_procedure("2.000635", station.clock.now())
        station.save(session.visit)
        feed = Feed.begin(session.visit.visit_id, visits.DECLARATION).with_page(
            "a.jpg", "1" * 64, "1" * 64, 1
        )
        station.papers._save(feed)  # a page had come; then the power went
    with open_station(settings) as station:
        station.access.sit_down(is_asked=True)
        assert station.resume() == []
        enter(station, "binh")
        assert station.resume() == []
        enter(station, "an")
        (back,) = station.resume()
        assert back.visit.visit_id == session.visit.visit_id
        (page,) = back.visit.papers[visits.DECLARATION]
        assert page.feed == feed.feed_id


def test_what_is_from_before_officers_is_for_lead_and_administrator(settings: Settings) -> None:
    with open_station(settings) as station:
        key, parked = seal(station).key, park(station).visit.visit_id
        station.on_store(lambda store: store.db.execute("UPDATE records SET officer = NULL"))
        station.on_store(lambda store: store.db.execute("UPDATE drafts SET officer = NULL"))
        station.access.sit_down(is_asked=False)
        assert [row.key for row in station.queue()] == [key]
        enrol_all(station)
        enter(station, "an")
        assert station.queue() == ()
        assert station.resume() == []
        for login in ("lan", "quantri"):
            enter(station, login)
            assert [row.key for row in station.queue()] == [key]
            assert [s.visit.visit_id for s in station.resume()] == [parked]


def test_while_nobody_sits_there_nothing_is_shown_and_nothing_begins(station: Station) -> None:
    enter(station, "an")
    key = seal(station).key
    station.access.leave()
    assert station.queue() == ()
    for act in (station.begin, lambda: station.search("nguyen"), lambda: station.record(key)):
        with pytest.raises(NotAllowed, match="Chưa có ai đăng nhập"):
            act()


@pytest.mark.parametrize("login", ["an", "lan"])
def test_settings_and_officers_are_an_administrator_s(station: Station, login: str) -> None:
    enter(station, login)
    for act in (
        lambda: station.access.set_idle_lock(5),
        lambda: station.officers.disable("binh"),
        lambda: station.officers.enrol(Officer("moi", "Người Mới"), PASSWORD),
        lambda: station.officers.set_password("binh", PASSWORD),
    ):
        with pytest.raises(NotAllowed, match="hãy nhờ quản trị"):
            act()
    assert station.access.idle_lock_min() == 10
    enter(station, "quantri")
    station.access.set_idle_lock(5)
    assert station.access.idle_lock_min() == 5


# ---- leaving


def test_unsent_work_of_who_left_is_sent_while_nobody_sits_there(
    online: Settings, province: SandboxProcess
) -> None:
    with open_station(online) as station:
        enrol_all(station)
        station.access.sit_down(is_asked=True)
        enter(station, "an")
        province.faults(down=True)
        record = seal(station)
        parked = park(station).visit.visit_id
        assert station.sending.round().line_fault is not None
        station.access.leave()
        province.faults()
        assert station.sending.round().sent == 1
        assert station.sending.line().waiting == 0
        (there,) = [d for d in province.state() if d["key"] == record.key]
        assert there["complete"]
        assert there["times_received"] == 1
        enter(station, "an")
        assert [row.state for row in station.queue()] == ["accepted"]
        assert [s.visit.visit_id for s in station.resume()] == [parked]
