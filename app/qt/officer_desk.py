"""Who sits at the window: signing in and out, and the officers of the station, away from the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from app.domain.officers import Officer, Right
from app.qt.tasks import Tasks
from app.workflow.access import SignedIn
from app.workflow.officers import Enrolled, SignInRefused
from app.workflow.station import Station

Done = Callable[[str | None], None]
#: The sentence why not (None: signed in), and the seconds until the next attempt is let in.
SignInDone = Callable[[str | None, float], None]
T = TypeVar("T")


class OfficerDesk:
    """Implements the counter's OfficersDesk on a Station."""

    def __init__(
        self,
        station: Station,
        tasks: Tasks,
        *,
        entered: Callable[[SignedIn], None],
        left: Callable[[], None],
        changed: Callable[[], None],
        sentence: Callable[[Exception], str],
        loud: Callable[[Exception], None],
    ) -> None:
        self._station, self._tasks = station, tasks
        self._entered, self._left, self._changed = entered, left, changed
        self._sentence, self._loud = sentence, loud
        # Before there is a window to wait for: whether somebody must sign in decides what it shows first.
        self._enrolled = station.officers.all()
        self._idle_lock_min = station.access.idle_lock_min()
        self._parked_by_others = 0
        station.access.sit_down(self.is_asked)

    # ---- who

    @property
    def session(self) -> SignedIn | None:
        return self._station.access.session

    @property
    def is_asked(self) -> bool:
        return any(one.officer.is_active for one in self._enrolled)

    @property
    def idle_lock_min(self) -> int:
        return self._idle_lock_min

    def may(self, right: Right) -> bool:
        return self._station.access.may(right)

    def enrolled(self) -> tuple[Enrolled, ...]:
        return self._enrolled

    def parked_by_others(self) -> int:
        return self._parked_by_others

    def name_of(self, login: str | None) -> str:
        """What an officer is called; empty where nobody of that login is enrolled."""
        return next((o.officer.full_name for o in self._enrolled if o.officer.login == login), "")

    # ---- in and out

    def sign_in(self, login: str, password: str, done: SignInDone) -> None:
        def took(session: SignedIn) -> None:
            self._station.access.enter(session)
            self._entered(session)
            self.refresh()
            done(None, 0.0)

        def failed(error: Exception) -> None:
            done(self._sentence(error), error.wait_s if isinstance(error, SignInRefused) else 0.0)

        self._tasks.run(lambda: self._station.officers.sign_in(login, password), took, failed)

    def leave(self, action: str) -> None:
        session = self._station.access.leave()
        if session is None:
            return
        self._parked_by_others = 0
        self._note(session, action)
        self._left()
        self.refresh()

    def end(self) -> None:
        """The program ends under whoever sits here; what they began last is still done in their name."""
        if self.session is not None:
            self._note(self.session, "sign_out")

    def _note(self, session: SignedIn, action: str) -> None:
        if session.is_asked:
            note, login = self._station.access.note, session.officer.login
            self._tasks.run_on_owner(lambda: note(action, login, session.signs), _nothing, self._loud)

    def change_password(self, old: str, new: str, done: Done) -> None:
        self._act(lambda: self._station.officers.change_password(old, new), done)

    # ---- an administrator's work

    def enrol(self, officer: Officer, password: str, done: Done) -> None:
        self._act(lambda: self._station.officers.enrol(officer, password), done)

    def disable(self, login: str, done: Done) -> None:
        self._act(lambda: self._station.officers.disable(login), done)

    def set_password(self, login: str, password: str, done: Done) -> None:
        self._act(lambda: self._station.officers.set_password(login, password), done)

    def set_idle_lock(self, minutes: int, done: Done) -> None:
        self._act(lambda: self._station.access.set_idle_lock(minutes), done)

    # ---- inside

    def refresh(self) -> None:
        """Looks again at who is enrolled and how many visits others have parked."""

        def look() -> tuple[tuple[Enrolled, ...], int, int]:
            station = self._station
            return station.officers.all(), station.parked_by_others(), station.access.idle_lock_min()

        self._look(look, _nothing)

    def _act(self, work: Callable[[], object], done: Done) -> None:
        asked_by = self.session

        def look() -> tuple[tuple[Enrolled, ...], int, int]:
            work()
            station = self._station
            return station.officers.all(), station.parked_by_others(), station.access.idle_lock_min()

        def answer(sentence: str | None) -> None:
            # Whoever asked may have left meanwhile: the next one is not told.
            if self.session is asked_by:
                done(sentence)

        self._look(look, answer, lambda error: answer(self._sentence(error)))

    def _look(
        self,
        look: Callable[[], tuple[tuple[Enrolled, ...], int, int]],
        done: Callable[[None], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        asked_by = self.session

        def took(found: tuple[tuple[Enrolled, ...], int, int]) -> None:
            self._enrolled, parked, self._idle_lock_min = found
            if self.session is asked_by:
                self._parked_by_others = parked if asked_by is not None else 0
            self._changed()
            done(None)

        self._tasks.run(look, took, failed or self._loud)


def _nothing(_result: object) -> None:
    """The caller needs no answer."""
