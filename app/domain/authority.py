"""A letter of authorisation: who may act for whom, in what, until when (Bộ luật Dân sự 2015)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

_ANYTHING = ("mọi thủ tục", "tất cả thủ tục", "tất cả các thủ tục", "toàn bộ thủ tục")
_CODE = re.compile(r"\b\d\.\d{6}\b")
#: Words that every name of a procedure may have: they tell nothing apart.
_COMMON = frozenset(
    [
        "đăng",
        "ký",
        "thủ",
        "tục",
        "cấp",
        "giấy",
        "việc",
        "cho",
        "và",
        "của",
        "theo",
        "đề",
        "nghị",
        "hồ",
        "sơ",
        "nhận",
        "xác",
    ]
)
_HALF = 0.5


@dataclass(frozen=True)
class Authority:
    """Văn bản ủy quyền as it was read or typed; an empty text is not known.

    `is_sure` says that the agent was typed by the officer or read well.
    """

    agent_name: str = ""
    agent_id: str = ""
    principal_name: str = ""
    principal_id: str = ""
    scope: str = ""
    made_on: date | None = None
    valid_until: date | None = None
    is_sure: bool = True

    def names(self, personal_id: str, full_name: str) -> bool:
        """Whether the agent is this person: by the number where both are known, by the name otherwise."""
        if self.agent_id and personal_id:
            return self.agent_id == personal_id
        if self.agent_name and full_name:
            return _words(self.agent_name) == _words(full_name)
        return True

    @property
    def last_day(self) -> date | None:
        """The last day it holds: the one it says, else a year from its own day; None where neither is known."""
        if self.valid_until is not None or self.made_on is None:
            return self.valid_until
        try:
            return self.made_on.replace(year=self.made_on.year + 1)
        except ValueError:  # 29 February
            return date(self.made_on.year + 1, 2, 28)

    def term_warning(self, day: date) -> str | None:
        """The rule that the term breaks on that day."""
        last = self.last_day
        if last is None or day <= last:
            return None
        if self.valid_until is not None:
            return (
                f"Văn bản ủy quyền chỉ có hiệu lực đến {last:%d/%m/%Y}, nay đã hết hạn "
                "(Bộ luật Dân sự 2015, điều 140 và 563); hãy đề nghị văn bản mới."
            )
        return (
            f"Văn bản ủy quyền không ghi thời hạn nên chỉ có hiệu lực 01 năm, đến {last:%d/%m/%Y}, nay đã hết hạn "
            "(Bộ luật Dân sự 2015, điều 563); hãy đề nghị văn bản mới."
        )

    def scope_warning(self, code: str, names: tuple[str, ...], others: Mapping[str, str]) -> str | None:
        """The rule that the scope breaks; `others` are names of other procedures by their code."""
        said = " ".join(_words(self.scope))
        if not said or any(words in said for words in _ANYTHING):
            return None
        codes = set(_CODE.findall(self.scope))
        own = [" ".join(_words(name)) for name in names]
        if code in codes or any(name in said for name in own):
            return None
        rule = "người được ủy quyền chỉ làm trong phạm vi được ủy quyền (Bộ luật Dân sự 2015, điều 141)"
        meant = next((name for name in others.values() if " ".join(_words(name)) in said), None)
        if meant is not None or codes:
            return (
                f"Văn bản ủy quyền ghi cho thủ tục khác (“{meant or ', '.join(sorted(codes))}”); {rule}. "
                "Hãy xem lại nội dung ủy quyền."
            )
        shares = [_share(name, said) for name in names]
        if max(shares, default=1.0) < _HALF:
            return f"Nội dung ủy quyền không nêu thủ tục này; {rule}. Hãy xem lại nội dung ủy quyền."
        return None


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFC", text).casefold()
    return (
        "".join(c if c.isalnum() or c == "." else " " for c in plain).replace(". ", " ").rstrip(".").split()
    )


def _share(name: str, said: str) -> float:
    telling = [word for word in _words(name) if word not in _COMMON]
    known = set(said.split())
    return sum(word in known for word in telling) / len(telling) if telling else 1.0
