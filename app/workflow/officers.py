"""Enrolling officers and signing them in: the rules of the domain over what the station keeps.

Checking a password takes a tenth of a second on purpose: never on the window's thread, never on the database's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.domain.officers import (
    Officer,
    Right,
    Role,
    check_disabling,
    check_enrolment,
    checked_password,
    spelled,
)
from app.workflow.access import Access, SignedIn
from app.workflow.errors import WorkflowError
from offline_queue import officers as kept
from offline_queue.records import write_audit
from offline_queue.store import Store
from offline_queue.transport import OnStore


class SignInRefused(WorkflowError):
    """Nobody was signed in; `wait_s` is how long until the next attempt is let in."""

    def __init__(self, sentence: str, wait_s: float = 0.0) -> None:
        super().__init__(sentence)
        self.wait_s = wait_s


@dataclass(frozen=True)
class Enrolled:
    """An officer of this station and until when the password may be used without a line."""

    officer: Officer
    valid_until: datetime


class Officers:
    """The officers of this station."""

    def __init__(
        self, on_store: OnStore, now: Callable[[], datetime], access: Access, password_days: int
    ) -> None:
        self._on_store, self._now, self._access, self._password_days = on_store, now, access, password_days

    def all(self) -> tuple[Enrolled, ...]:
        """Everybody who was ever enrolled, by login."""
        return tuple(
            Enrolled(_officer(o), o.valid_until.astimezone(self._now().tzinfo))
            for o in self._on_store(kept.list_officers)
        )

    def active(self) -> tuple[Officer, ...]:
        """Who may sign in; with nobody among them the station works under the name in its settings."""
        return tuple(e.officer for e in self.all() if e.officer.is_active)

    # ---- enrolling

    def enrol(self, officer: Officer, password: str) -> Enrolled:
        """Adds an officer, or takes one back who was shut out; DomainError says what does not fit."""
        self._access.require(Right.MANAGE_OFFICERS, officer.login)
        officer = replace(officer, login=officer.login.lower())
        made = kept.make_verifier(checked_password(password))
        valid_until = self._valid_until()

        def put(store: Store) -> None:
            with store.transaction():
                check_enrolment([_officer(o) for o in kept.list_officers(store)], officer)
                kept.put_officer(
                    store,
                    kept.StoredOfficer(
                        officer.login,
                        officer.full_name.strip(),
                        officer.position.strip(),
                        str(officer.role),
                        True,
                        made,
                        valid_until,
                    ),
                )
                self._write(store, "enrol", officer.login)

        self._on_store(put)
        return self.one(officer.login)

    def disable(self, login: str) -> Enrolled:
        """Shuts an officer out from the next sign-in on; what is theirs stays, for the lead to go on with."""
        self._access.require(Right.MANAGE_OFFICERS, login)

        def shut(store: Store) -> None:
            with store.transaction():
                found = _known(store, login)
                check_disabling([_officer(o) for o in kept.list_officers(store)], login)
                kept.put_officer(store, replace(found, is_active=False))
                self._write(store, "disable", login)

        self._on_store(shut)
        return self.one(login)

    def set_password(self, login: str, password: str) -> Enrolled:
        """An administrator gives another password; waits and expiry begin anew."""
        self._access.require(Right.MANAGE_OFFICERS, login)
        self._on_store(lambda store: _known(store, login))
        self._put_password(login, password, "reset_password")
        return self.one(login)

    def one(self, login: str) -> Enrolled:
        """One officer; a sentence where nobody has that login."""
        found = self._on_store(lambda store: _known(store, login))
        return Enrolled(_officer(found), found.valid_until.astimezone(self._now().tzinfo))

    # ---- signing in

    def sign_in(self, login: str, password: str) -> SignedIn:
        """Who that is; SignInRefused where it is not, not yet, or not any more. The caller lets them `enter`."""
        found = self._check(login, password)
        now = self._now()
        if found.valid_until <= now:
            self._access.note("sign_in_expired", login, login)
            raise SignInRefused(
                f"Mật khẩu của {found.full_name} hết hạn ngày {found.valid_until:%d/%m/%Y}; "
                "hãy nhờ quản trị đặt lại. Hồ sơ và lượt đang gác còn nguyên."
            )
        self._access.note("sign_in", login, login)
        return SignedIn(_officer(found), now, login)

    def change_password(self, old: str, new: str) -> None:
        """The officer who works here changes their own; the old one is asked for like a sign-in."""
        session = self._access.session
        if session is None or not session.is_asked:
            raise WorkflowError("Hãy đăng nhập trước khi đổi mật khẩu.")
        login = session.officer.login
        checked_password(new)
        self._check(login, old)
        if old == new:
            raise WorkflowError("Mật khẩu mới giống mật khẩu cũ; hãy chọn mật khẩu khác.")
        self._put_password(login, new, "password")

    def _check(self, login: str, password: str) -> kept.StoredOfficer:
        now = self._now()
        found, wait_s = self._on_store(lambda store: kept.begin_attempt(store, login, now))
        if found is None:
            raise SignInRefused("Tên này không đăng nhập được ở máy này; hãy chọn lại tên hoặc hỏi quản trị.")
        if wait_s > 0:
            self._access.note("sign_in_delayed", login, login)
            raise SignInRefused(
                f"Đã sai {found.attempts} lần liền nên phải chờ; rồi nhập lại mật khẩu.", wait_s
            )
        if not kept.fits(found.verifier, spelled(password)):
            self._access.note("sign_in_failed", login, login)
            raise SignInRefused(
                "Mật khẩu chưa đúng; hãy xem phím Caps Lock và bộ gõ tiếng Việt rồi nhập lại.",
                kept.delay_after(found.attempts),
            )
        self._on_store(lambda store: kept.end_attempts(store, login))
        return found

    def _put_password(self, login: str, password: str, action: str) -> None:
        made, valid_until = kept.make_verifier(checked_password(password)), self._valid_until()

        def put(store: Store) -> None:
            with store.transaction():
                fresh = replace(
                    _known(store, login), verifier=made, valid_until=valid_until, attempts=0, tried_at=None
                )
                kept.put_officer(store, fresh)
                self._write(store, action, login)

        self._on_store(put)

    def _valid_until(self) -> datetime:
        return self._now() + timedelta(days=self._password_days)

    def _write(self, store: Store, action: str, login: str) -> None:
        write_audit(store, self._now(), self._access.signs, action, login)


def _officer(found: kept.StoredOfficer) -> Officer:
    return Officer(found.login, found.full_name, found.position, Role(found.role), found.is_active)


def _known(store: Store, login: str) -> kept.StoredOfficer:
    found = kept.find_officer(store, login)
    if found is None:
        raise WorkflowError(
            f"Không có cán bộ “{login}” ở máy này; hãy xem lại tên đăng nhập (motcua officer list)."
        )
    return found
