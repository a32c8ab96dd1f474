"""Officers in memory, to drive and photograph the way in: invented people, answers at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from app.domain.officers import Officer, Right, Role
from app.faces.counter.officers_desk import Done, SignInDone
from app.workflow.access import SignedIn
from app.workflow.officers import Enrolled

UNTIL = datetime(2027, 2, 21, 15, 12, tzinfo=timezone(timedelta(hours=7)))
OWN = Officer("tap-huan", "Trần Thị Ngọc Ánh Tuyết", "Công chức Một cửa", Role.ADMINISTRATOR)
LEAD = Officer("kngan", "Nguyễn Hoàng Thị Kim Ngân", "Phó Giám đốc Trung tâm", Role.LEAD)
PEOPLE = (
    Officer("anhtuyet", "Trần Thị Ngọc Ánh Tuyết", "Công chức Một cửa", Role.RECEIVING),
    Officer("hnguyet", "H’Nguyệt Byă Êban", "Công chức Tư pháp - Hộ tịch", Role.RECEIVING),
    LEAD,
    Officer("ywon", "Y Wŏn Mlô Duôn Du", "Chuyên viên Công nghệ thông tin", Role.ADMINISTRATOR),
)
PASSWORD = "ba cay buoi"


class SampleOfficers:
    """As the station's, without a station."""

    def __init__(self) -> None:
        self.people: tuple[Enrolled, ...] = ()
        self.session: SignedIn | None = SignedIn(OWN, UNTIL, OWN.login, is_asked=False)
        self.idle_lock_min = 10
        self.others = 0
        self.answer: tuple[str, float] = (
            "Mật khẩu chưa đúng; hãy xem phím Caps Lock và bộ gõ rồi nhập lại.",
            0.0,
        )
        self.left: list[str] = []

    def enrol_all(self, officer: Officer | None = None) -> None:
        """For the tests: people are enrolled, and this one sits here."""
        self.people = tuple(Enrolled(o, UNTIL) for o in PEOPLE)
        self.session = None if officer is None else SignedIn(officer, UNTIL, officer.login)

    @property
    def is_asked(self) -> bool:
        return any(p.officer.is_active for p in self.people)

    def may(self, right: Right) -> bool:
        return self.session is not None and self.session.officer.may(right)

    def enrolled(self) -> tuple[Enrolled, ...]:
        return self.people

    def parked_by_others(self) -> int:
        return self.others

    def sign_in(self, login: str, password: str, done: SignInDone) -> None:
        if password != PASSWORD:
            done(*self.answer)
            return
        officer = next(p.officer for p in self.people if p.officer.login == login)
        self.session = SignedIn(officer, UNTIL, login)
        done(None, 0.0)

    def leave(self, action: str) -> None:
        self.left.append(action)
        self.session = None

    def change_password(self, old: str, new: str, done: Done) -> None:  # noqa: ARG002
        done(None if old == PASSWORD else self.answer[0])

    def enrol(self, officer: Officer, password: str, done: Done) -> None:  # noqa: ARG002
        self.people = (*self.people, Enrolled(officer, UNTIL))
        done(None)

    def disable(self, login: str, done: Done) -> None:
        self.people = tuple(
            Enrolled(replace(p.officer, is_active=False), UNTIL) if p.officer.login == login else p
            for p in self.people
        )
        done(None)

    def set_password(self, login: str, password: str, done: Done) -> None:  # noqa: ARG002
        done(None)

    def set_idle_lock(self, minutes: int, done: Done) -> None:
        self.idle_lock_min = minutes
        done(None)
