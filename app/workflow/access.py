"""Who works at this station now, and the one place where every service asks what they may.

Three ways to stand here: an officer who signed in; the officer of the settings, while nobody is enrolled; and the user of
the operating system who runs a command, who holds the station's key and may everything, under their own name.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.domain.officers import RIGHT_WORDS, RIGHTS, ROLE_WORDS, Officer, Right, Role
from app.workflow.errors import WorkflowError
from offline_queue import records
from offline_queue.transport import OnStore

_IDLE_LOCK = "idle_lock_min"
IDLE_LOCK_MIN = 10


class NotAllowed(WorkflowError):
    """A role does not reach that far; nothing was done and nothing is lost."""


@dataclass(frozen=True)
class SignedIn:
    """Who works here since when; `signs` is the name in the audit, `is_asked` says that a password was given."""

    officer: Officer
    since: datetime
    signs: str
    is_asked: bool = True


class Access:
    """The session of this process. Set by the window's thread, asked from any."""

    def __init__(self, own: Officer, on_store: OnStore, now: Callable[[], datetime]) -> None:
        """`own` is the officer of the settings; until `sit_down` or `enter` the system's user works here."""
        self._own, self._on_store, self._now = own, on_store, now
        self.session: SignedIn | None = SignedIn(own, now(), system_user(), is_asked=False)

    # ---- who

    @property
    def officer(self) -> Officer:
        """Whose name goes onto papers and the wire."""
        return self.session.officer if self.session is not None else self._own

    @property
    def signs(self) -> str:
        """The name for the audit."""
        return self.session.signs if self.session is not None else system_user()

    def sit_down(self, is_asked: bool) -> None:
        """A window opens: the officer of the settings works there, or nobody until somebody signs in."""
        own = SignedIn(self._own, self._now(), self._own.login, is_asked=False)
        self.session = None if is_asked else own

    def enter(self, session: SignedIn) -> None:
        """Somebody has signed in."""
        self.session = session

    def leave(self) -> SignedIn | None:
        """Nobody works here any more; gives who did."""
        left, self.session = self.session, None
        return left

    # ---- what they may

    def may(self, right: Right) -> bool:
        """The answer without a refusal: for what is shown or hidden."""
        return self.session is not None and self.session.officer.may(right)

    def require(self, right: Right, subject: str = "") -> SignedIn:
        """Who does it; NotAllowed, with a line in the audit, where the role does not reach that far."""
        session = self.session
        if session is None:
            raise NotAllowed("Chưa có ai đăng nhập ở máy này; hãy đăng nhập rồi làm lại, không có gì bị mất.")
        if not session.officer.may(right):
            self.note(f"refuse_{right}", subject or session.officer.login)
            raise NotAllowed(
                f"Vai trò {ROLE_WORDS[session.officer.role].lower()} không được {RIGHT_WORDS[right]}; "
                f"hãy nhờ {_who_may(right)}. Không có gì bị mất."
            )
        return session

    def sees(self, owner: str | None) -> bool:
        """Whether what that officer took in (None: nobody's) is shown to who works here."""
        return self.may(Right.SEE_ALL) or (self.may(Right.SEE_OWN) and owner == self.officer.login)

    def whose(self) -> str | None:
        """The login whose dossiers a list is narrowed to; None for everybody's."""
        if self.may(Right.SEE_ALL):
            return None
        return self.require(Right.SEE_OWN).officer.login

    def look(self, owner: str | None, subject: str) -> None:
        """Before a dossier or visit is opened: refused, or noted where it is another's."""
        session = self.require(Right.SEE_OWN)
        if owner == session.officer.login:
            return
        self.require(Right.SEE_ALL, subject)
        if session.is_asked:
            self.note("view", subject)

    def note(self, action: str, subject: str, signs: str = "") -> None:
        """An audit line; `subject` is a key, a login or a masked number, never a name."""
        at, signs = self._now(), signs or self.signs
        self._on_store(lambda store: records.audit(store, at, signs, action, subject))

    # ---- when an idle station locks itself

    def idle_lock_min(self) -> int:
        """Minutes without a key or a touch until the window locks."""
        kept = self._on_store(lambda store: store.get_setting(_IDLE_LOCK))
        return int(kept) if kept else IDLE_LOCK_MIN

    def set_idle_lock(self, minutes: int) -> None:
        """Another number of minutes, for everybody at this station."""
        self.require(Right.SETTINGS)
        if not 1 <= minutes <= 240:
            raise WorkflowError("Thời gian tự khóa phải từ 1 đến 240 phút.")
        self._on_store(lambda store: store.put_setting(_IDLE_LOCK, str(minutes)))
        self.note("settings", _IDLE_LOCK)


def _who_may(right: Right) -> str:
    return ROLE_WORDS[next(role for role in Role if right in RIGHTS[role])].lower()


def system_user() -> str:
    """Who runs this program, for the audit of commands that no officer signed in for."""
    try:
        return f"os:{getpass.getuser()}"
    except (OSError, KeyError):
        return "os:?"  # an account without a name, as in some containers
