"""Papers that nobody has to bring: the State has them already (NĐ 45/2020 art. 21-25, NĐ 107/2021: ask the store first)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ReuseSource(StrEnum):
    """Where a paper is taken from instead of from the citizen."""

    RESULT_STORE = "result_store"
    EARLIER_DOSSIER = "earlier_dossier"
    LINKED_RESULT = "linked_result"
    """The result of a procedure before it in the chain, issued before this one is worked on."""
    LINKED_PAPER = "linked_paper"
    """Handed in with another dossier of the same visit."""


#: Why the paper may be taken over; kept with the dossier.
LEGAL_BASIS = {
    ReuseSource.RESULT_STORE: "NĐ 45/2020/NĐ-CP điều 21-25, NĐ 107/2021/NĐ-CP: khai thác Kho dữ liệu điện tử",
    ReuseSource.EARLIER_DOSSIER: "NĐ 45/2020/NĐ-CP: tái sử dụng thành phần hồ sơ đã số hóa của chính người nộp",
    ReuseSource.LINKED_RESULT: "NĐ 61/2018/NĐ-CP: liên thông, kết quả của thủ tục trước là thành phần của thủ tục sau",
    ReuseSource.LINKED_PAPER: "NĐ 61/2018/NĐ-CP: liên thông, một giấy tờ chỉ nộp một lần",
}


@dataclass(frozen=True)
class StoredResult:
    """Kết quả giải quyết in the store: which paper, its number, who issued it, where its files lie."""

    code: str
    name: str
    number: str
    agency: str
    files: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Reused:
    """One paper of a visit that is taken over: from where, and by which number it is known there."""

    source: ReuseSource
    number: str  # of a linked dossier its key, until it has a number
    agency: str

    @property
    def words(self) -> str:
        """For the list of papers: 'không cần nộp', with the source."""
        if self.source is ReuseSource.LINKED_RESULT:
            return f"Không cần nộp: kết quả của thủ tục liền trước ({self.agency})"
        if self.source is ReuseSource.LINKED_PAPER:
            return f"Không cần nộp: đã nộp cùng lượt ({self.agency})"
        where = (
            f"Kho dữ liệu điện tử, số {self.number}"
            if self.source is ReuseSource.RESULT_STORE
            else f"hồ sơ {self.number}"
        )
        return f"Không cần nộp: đã có ở {where}" + (f" ({self.agency})" if self.agency else "")
