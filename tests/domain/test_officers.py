"""The table of roles, and who may be added and shut out."""

from __future__ import annotations

import unicodedata

import pytest

from app.domain.errors import DomainError
from app.domain.officers import (
    RIGHT_WORDS,
    RIGHTS,
    ROLE_WORDS,
    Officer,
    Right,
    Role,
    check_disabling,
    check_enrolment,
    checked_password,
    spelled,
)

#: As an office reads it: right, receiving officer, lead, administrator.
TABLE = {
    Right.SEE_OWN: (True, True, True),
    Right.SEE_ALL: (False, True, True),
    Right.REPRINT: (True, True, True),
    Right.MEND: (True, True, True),
    Right.SEE_REPORTS: (False, True, True),
    Right.LOOK_AFTER: (False, False, True),
    Right.SETTINGS: (False, False, True),
    Right.MANAGE_OFFICERS: (False, False, True),
}
AN = Officer("an", "Nguyễn Văn An", role=Role.ADMINISTRATOR)
BINH = Officer("binh", "Lê Thị Bình")


@pytest.mark.parametrize("right", Right)
@pytest.mark.parametrize("role", Role)
def test_each_role_has_the_rights_of_the_table(role: Role, right: Right) -> None:
    officer = Officer("xuan", "Trần Thị Xuân", role=role)
    assert officer.may(right) is TABLE[right][list(Role).index(role)]


def test_the_table_and_its_words_are_whole() -> None:
    assert set(RIGHTS) == set(ROLE_WORDS) == set(Role)
    assert set(RIGHT_WORDS) == set(Right) == set(TABLE)


def test_who_is_shut_out_may_nothing() -> None:
    assert not any(Officer("an", "An", role=Role.ADMINISTRATOR, is_active=False).may(r) for r in Right)


@pytest.mark.parametrize("login", ["", "ánh", "an binh", "an/binh", "-an", "a" * 65])
def test_a_login_goes_onto_the_wire_and_is_plain(login: str) -> None:
    with pytest.raises(DomainError, match="Tên đăng nhập"):
        Officer(login, "Nguyễn Văn An")


def test_the_first_must_be_an_administrator_and_a_login_is_given_once() -> None:
    with pytest.raises(DomainError, match="quản trị"):
        check_enrolment([], BINH)
    check_enrolment([], AN)
    check_enrolment([AN], BINH)
    with pytest.raises(DomainError, match="đã có người dùng"):
        check_enrolment([AN, BINH], BINH)
    shut = Officer("binh", "Lê Thị Bình", is_active=False)
    check_enrolment([AN, shut], BINH)


def test_the_last_administrator_stays() -> None:
    with pytest.raises(DomainError, match="quản trị cuối cùng"):
        check_disabling([AN, BINH], "an")
    check_disabling([AN, BINH], "binh")
    other = Officer("ywon", "Y Wŏn Mlô", role=Role.ADMINISTRATOR)
    check_disabling([AN, other], "an")
    with pytest.raises(DomainError):
        check_disabling([AN, Officer("ywon", "Y Wŏn Mlô", role=Role.ADMINISTRATOR, is_active=False)], "an")


@pytest.mark.parametrize("password", ["", "ngắn", "a" * 20, "x" * 129])
def test_a_password_that_is_too_weak_is_refused(password: str) -> None:
    with pytest.raises(DomainError, match="Mật khẩu"):
        checked_password(password)


def test_marks_typed_after_their_letter_are_the_same_password() -> None:
    apart = unicodedata.normalize("NFD", "ba cây bưởi")
    assert checked_password(apart) == spelled("ba cây bưởi") == "ba cây bưởi"
