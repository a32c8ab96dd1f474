"""VietQR: the published sample, the check value, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import DomainError
from app.domain.vietqr import BankAccount, crc16, memo_of, vietqr

ACCOUNT = BankAccount("970415", "113366668888")


def test_the_check_value_of_the_standard() -> None:
    assert crc16(b"123456789") == 0x29B1


def test_the_sample() -> None:
    assert vietqr(ACCOUNT, 8000, "H26 26 261122 0001") == (
        "00020101021238560010A0000007270126000697041501121133666688880208QRIBFTTA"
        "5303704540480005802VN62220818H26 26 261122 00016304CFAF"
    )


@given(st.integers(1, 10**9), st.text("ABCabc019 ", min_size=1, max_size=25))
def test_every_part_says_how_long_it_is(vnd: int, memo: str) -> None:
    text = vietqr(ACCOUNT, vnd, memo)
    parts, at = {}, 0
    while at < len(text):
        length = int(text[at + 2 : at + 4])
        parts[text[at : at + 2]] = text[at + 4 : at + 4 + length]
        at += 4 + length
    assert (parts["54"], parts["62"][4:]) == (str(vnd), memo)
    assert int(parts["63"], 16) == crc16(text[:-4].encode())


def test_a_memo_that_banks_keep() -> None:
    assert memo_of("H15.24.3-261128-0047") == "H152432611280047"


@pytest.mark.parametrize(
    ("account", "vnd", "memo"),
    [
        (ACCOUNT, 0, "a"),
        (ACCOUNT, -1, "a"),
        (ACCOUNT, 1, "phí"),
        (ACCOUNT, 1, "a-b"),
        (ACCOUNT, 1, ""),
        (ACCOUNT, 1, "a" * 26),
    ],
)
def test_what_no_bank_would_take_is_refused(account: BankAccount, vnd: int, memo: str) -> None:
    with pytest.raises(DomainError):
        vietqr(account, vnd, memo)


@pytest.mark.parametrize(("bank", "number"), [("97041", "1234"), ("970415", "12"), ("970415", "12 34")])
def test_an_account_is_checked(bank: str, number: str) -> None:
    with pytest.raises(DomainError):
        BankAccount(bank, number)
