"""Who works at a counter, and what each role may: one table, asked in one place of the workflow."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.domain.errors import DomainError

_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_SHORTEST_PASSWORD, _LONGEST_PASSWORD = 8, 128


class Role(StrEnum):
    """What an officer is at this counter; `ROLE_WORDS` says it on screens."""

    RECEIVING = "receiving"
    LEAD = "lead"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    """One thing that a role may or may not; `RIGHT_WORDS` says it in a refusal."""

    SEE_OWN = "see_own"
    SEE_ALL = "see_all"
    REPRINT = "reprint"
    MEND = "mend"
    SEE_REPORTS = "see_reports"
    LOOK_AFTER = "look_after"
    SETTINGS = "settings"
    MANAGE_OFFICERS = "manage_officers"


ROLE_WORDS: Mapping[Role, str] = {
    Role.RECEIVING: "Cán bộ tiếp nhận",
    Role.LEAD: "Phụ trách bộ phận",
    Role.ADMINISTRATOR: "Quản trị",
}

RIGHT_WORDS: Mapping[Right, str] = {
    Right.SEE_OWN: "tiếp nhận và xem hồ sơ của mình",
    Right.SEE_ALL: "xem hồ sơ do người khác nhận",
    Right.REPRINT: "in lại giấy hẹn",
    Right.MEND: "sửa, chọn bản hoặc gửi lại hồ sơ trong hàng chờ",
    Right.SEE_REPORTS: "xem báo cáo",
    Right.LOOK_AFTER: "sao lưu, khôi phục hoặc đổi khóa của trạm",
    Right.SETTINGS: "đổi cài đặt của trạm",
    Right.MANAGE_OFFICERS: "thêm, khóa cán bộ hoặc đặt lại mật khẩu",
}

#: The table. A right over dossiers reaches one's own; over others' only together with SEE_ALL.
RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.RECEIVING: frozenset({Right.SEE_OWN, Right.REPRINT, Right.MEND}),
    Role.LEAD: frozenset({Right.SEE_OWN, Right.SEE_ALL, Right.REPRINT, Right.MEND, Right.SEE_REPORTS}),
    Role.ADMINISTRATOR: frozenset(Right),
}


@dataclass(frozen=True)
class Officer:
    """Who received a dossier, or may sign in: `login` goes onto the wire and into every record of who did what."""

    login: str
    full_name: str
    position: str = ""
    role: Role = Role.RECEIVING
    is_active: bool = True

    def __post_init__(self) -> None:
        if not _LOGIN.fullmatch(self.login):
            raise DomainError(
                f"Tên đăng nhập “{self.login}” chỉ gồm chữ không dấu, số, dấu chấm, gạch hoặc @, dài nhất 64 ký tự."
            )
        if not self.full_name.strip():
            raise DomainError("Cán bộ phải có họ tên.")

    def may(self, right: Right) -> bool:
        """What the table says of this officer's role."""
        return self.is_active and right in RIGHTS[self.role]


def check_enrolment(officers: Sequence[Officer], new: Officer) -> None:
    """DomainError where this officer cannot be added: the first must be an administrator, a login is given once."""
    if not any(o.is_active and o.role is Role.ADMINISTRATOR for o in officers) and (
        new.role is not Role.ADMINISTRATOR
    ):
        raise DomainError("Người đầu tiên được thêm phải là quản trị; hãy thêm quản trị trước.")
    if any(o.login == new.login and o.is_active for o in officers):
        raise DomainError(f"Tên đăng nhập “{new.login}” đã có người dùng; hãy chọn tên khác.")


def check_disabling(officers: Sequence[Officer], login: str) -> None:
    """DomainError where this officer cannot be shut out: somebody must be left who can let others in."""
    left = [o for o in officers if o.is_active and o.role is Role.ADMINISTRATOR and o.login != login]
    if not left:
        raise DomainError("Đây là quản trị cuối cùng nên không khóa được; hãy thêm một quản trị khác trước.")


def spelled(password: str) -> str:
    """One spelling for one password: a mark may be typed within its letter or after it."""
    return unicodedata.normalize("NFC", password)


def checked_password(text: str) -> str:
    """A new password in its one spelling; DomainError for one that is too weak."""
    password = spelled(text)
    if not _SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        raise DomainError(f"Mật khẩu phải dài từ {_SHORTEST_PASSWORD} đến {_LONGEST_PASSWORD} ký tự.")
    if len(set(password)) < _SHORTEST_PASSWORD // 2:
        raise DomainError("Mật khẩu lặp lại quá ít ký tự nên dễ đoán; hãy dùng nhiều ký tự khác nhau hơn.")
    return password
