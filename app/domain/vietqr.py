"""VietQR for a fee: the text of the QR code that every Vietnamese banking app reads (formats 8.3; EMVCo, NAPAS).

A transfer is no payment until the bank or the portal says so: this module only writes what a person scans.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.domain.errors import DomainError

_NAPAS = "A000000727"
_MEMO = re.compile(r"[A-Za-z0-9 ]{1,25}")
_POLYNOMIAL = 0x1021


@dataclass(frozen=True)
class BankAccount:
    """Where fees go: the bank's six digits (BIN) and the account."""

    bin: str
    number: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d{6}", self.bin):
            raise DomainError("Mã ngân hàng (BIN) phải có đúng 6 chữ số, ví dụ 970415.")
        if not re.fullmatch(r"[0-9A-Za-z]{4,19}", self.number):
            raise DomainError("Số tài khoản nhận phí phải có 4 đến 19 chữ số hoặc chữ cái.")


def vietqr(account: BankAccount, vnd: int, memo: str) -> str:
    """The payload for that amount in đồng; `memo` at most 25 plain letters, digits and spaces.

    Banks strip everything else from a memo, so it would not come back with the transfer.
    """
    if not 0 < vnd < 10**13:
        raise DomainError("Số tiền trên mã VietQR phải lớn hơn 0.")
    if not _MEMO.fullmatch(memo):
        raise DomainError("Nội dung chuyển khoản chỉ gồm chữ không dấu, chữ số, dấu cách, tối đa 25 ký tự.")
    beneficiary = _item("00", account.bin) + _item("01", account.number)
    merchant = _item("00", _NAPAS) + _item("01", beneficiary) + _item("02", "QRIBFTTA")
    text = (
        _item("00", "01")
        + _item("01", "12")
        + _item("38", merchant)
        + _item("53", "704")
        + _item("54", str(vnd))
        + _item("58", "VN")
        + _item("62", _item("08", memo))
        + "6304"
    )
    return f"{text}{crc16(text.encode('ascii')):04X}"


def memo_of(dossier_code: str) -> str:
    """A memo that finds its dossier again: the code's letters and digits, the last 25 of them."""
    return re.sub(r"[^0-9A-Za-z]", "", dossier_code)[-25:]


def crc16(data: bytes) -> int:
    """CRC-16/CCITT-FALSE: polynomial 1021, beginning FFFF."""
    value = 0xFFFF
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1) ^ _POLYNOMIAL if value & 0x8000 else value << 1
            value &= 0xFFFF
    return value


def _item(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"
