"""Who may sign in at this station: kept beside the records, with what an attempt is checked against.

A verifier is an argon2id hash, good for signing in without a line until it expires. Guessing is slowed down by the
database itself: an attempt is counted BEFORE it is checked, so that ending the program, opening a second one or
starting the machine anew gains nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from offline_queue.errors import StoreError
from offline_queue.store import Store

#: So many attempts may go wrong without a wait; after that the wait doubles each time.
FREE_ATTEMPTS = 3
FIRST_DELAY_S = 5.0
LONGEST_DELAY_S = 900.0

_hasher = argon2.PasswordHasher()


@dataclass(frozen=True)
class StoredOfficer:
    """An officer as kept here; `role` is the caller's word, `attempts` counts those since the last right one."""

    login: str
    full_name: str
    position: str
    role: str
    is_active: bool
    verifier: str = field(repr=False)
    valid_until: datetime
    attempts: int = 0
    tried_at: datetime | None = None

    def wait_s(self, now: datetime) -> float:
        """Seconds until the next attempt is let in; a clock put back never makes it longer than the delay itself."""
        if self.tried_at is None:
            return 0.0
        delay_s = delay_after(self.attempts)
        return min(delay_s, max(0.0, delay_s - (now - self.tried_at).total_seconds()))


def delay_after(attempts: int) -> float:
    """The wait in seconds after so many wrong attempts in a row."""
    if attempts < FREE_ATTEMPTS:
        return 0.0
    # Bounded before it is raised to a power: a year of guessing must not overflow.
    return float(min(LONGEST_DELAY_S, FIRST_DELAY_S * 2 ** min(attempts - FREE_ATTEMPTS, 20)))


def make_verifier(password: str) -> str:
    """The argon2id hash of a password, with its salt; slow on purpose."""
    return _hasher.hash(password)


def fits(verifier: str, password: str) -> bool:
    """Whether the password is the one; slow on purpose. StoreError where the verifier is spoiled."""
    try:
        return _hasher.verify(verifier, password)
    except InvalidHashError as spoiled:
        raise StoreError("Mật khẩu lưu trên máy đã hỏng; hãy nhờ quản trị đặt lại mật khẩu.") from spoiled
    except VerificationError:
        return False


def list_officers(store: Store) -> tuple[StoredOfficer, ...]:
    """Everybody who was ever enrolled, by login."""
    return tuple(map(_officer, store.rows("SELECT * FROM officers ORDER BY login")))


def find_officer(store: Store, login: str) -> StoredOfficer | None:
    """One of them."""
    rows = store.rows("SELECT * FROM officers WHERE login = ?", login)
    return _officer(rows[0]) if rows else None


def put_officer(store: Store, officer: StoredOfficer) -> None:
    """Enrols an officer, or replaces what is known of one."""
    row = vars(officer) | {
        "valid_until": officer.valid_until.isoformat(),
        "tried_at": officer.tried_at.isoformat() if officer.tried_at else None,
        "is_active": int(officer.is_active),
    }
    with store.transaction() as db:
        db.table("officers").upsert(row, pk="login")


def begin_attempt(store: Store, login: str, now: datetime) -> tuple[StoredOfficer | None, float]:
    """Counts an attempt and gives what to check it against; with a wait above 0 s it is not let in, nor counted."""
    with store.transaction() as db:
        officer = find_officer(store, login)
        if officer is None or not officer.is_active:
            return None, 0.0
        if (wait_s := officer.wait_s(now)) > 0:
            return officer, wait_s
        db.execute(
            "UPDATE officers SET attempts = attempts + 1, tried_at = ? WHERE login = ?",
            [now.isoformat(), login],
        )
    return find_officer(store, login), 0.0


def end_attempts(store: Store, login: str) -> None:
    """The password was right: counting begins anew."""
    with store.transaction() as db:
        db.execute("UPDATE officers SET attempts = 0, tried_at = NULL WHERE login = ?", [login])


def _officer(row: dict[str, Any]) -> StoredOfficer:
    return StoredOfficer(
        login=row["login"],
        full_name=row["full_name"],
        position=row["position"],
        role=row["role"],
        is_active=bool(row["is_active"]),
        verifier=row["verifier"],
        valid_until=datetime.fromisoformat(row["valid_until"]),
        attempts=row["attempts"],
        tried_at=datetime.fromisoformat(row["tried_at"]) if row["tried_at"] else None,
    )
