"""Papers that nobody has to bring: the State has them already (NĐ 45/2020 art. 21-25, NĐ 107/2021: ask the store first)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ReuseSource(StrEnum):
    """Where a paper is taken from instead of from the citizen."""

    RESULT_STORE = "result_store"
    EARLIER_DOSSIER = "earlier_dossier"


#: Why the paper may be taken over; kept with the dossier.
LEGAL_BASIS = {
    ReuseSource.RESULT_STORE: "NĐ 45/2020/NĐ-CP điều 21-25, NĐ 107/2021/NĐ-CP: khai thác Kho dữ liệu điện tử",
    ReuseSource.EARLIER_DOSSIER: "NĐ 45/2020/NĐ-CP: tái sử dụng thành phần hồ sơ đã số hóa của chính người nộp",
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
    number: str
    agency: str

    @property
    def words(self) -> str:
        """For the list of papers: 'không cần nộp', with the source."""
        where = (
            f"Kho dữ liệu điện tử, số {self.number}"
            if self.source is ReuseSource.RESULT_STORE
            else f"hồ sơ {self.number}"
        )
        return f"Không cần nộp: đã có ở {where}" + (f" ({self.agency})" if self.agency else "")
