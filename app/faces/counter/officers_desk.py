"""What the window asks about who sits at it; see `desk.Desk` for the rules of its answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from app.domain.officers import Officer, Right
from app.workflow.access import SignedIn
from app.workflow.officers import Enrolled

Done = Callable[[str | None], None]
#: The sentence why not (None: signed in), and the seconds until the next attempt is let in.
SignInDone = Callable[[str | None, float], None]


class OfficersDesk(Protocol):
    """Signing in and out, and an administrator's work on the list."""

    @property
    def session(self) -> SignedIn | None:
        """Who sits here; None while the window is locked."""
        ...

    @property
    def is_asked(self) -> bool:
        """True where officers are enrolled, so that one of them must sign in."""
        ...

    @property
    def idle_lock_min(self) -> int: ...

    def may(self, right: Right) -> bool: ...

    def enrolled(self) -> tuple[Enrolled, ...]:
        """Everybody, those who were shut out too, by login."""
        ...

    def parked_by_others(self) -> int:
        """How many visits in progress are not shown to who sits here."""
        ...

    def sign_in(self, login: str, password: str, done: SignInDone) -> None: ...

    def leave(self, action: str) -> None:
        """Nobody sits here any more: "lock" or "sign_out", as the audit has it. Every visit stays as it is."""
        ...

    def change_password(self, old: str, new: str, done: Done) -> None: ...

    def enrol(self, officer: Officer, password: str, done: Done) -> None: ...

    def disable(self, login: str, done: Done) -> None: ...

    def set_password(self, login: str, password: str, done: Done) -> None: ...

    def set_idle_lock(self, minutes: int, done: Done) -> None: ...
