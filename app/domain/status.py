"""Where a dossier stands: the portal's ten statuses (TrangThaiHoSo) and the steps that lead from each.

One table says both; who moves a dossier asks `check_step` and gets either silence or a sentence with the legal steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from app.domain.errors import DomainError


class Status(IntEnum):
    """TrangThaiHoSo as the national portal numbers it."""

    REGISTERED = 1
    RECEIVED = 2
    NOT_RECEIVED = 3
    IN_PROCESS = 4
    SUPPLEMENT_ASKED = 5
    PAYMENT_ASKED = 6
    WITHDRAWN = 7
    STOPPED = 8
    DONE = 9
    RETURNED = 10


@dataclass(frozen=True)
class Stage:
    """A status in words, and what may come after it."""

    words: str
    next: frozenset[Status] = frozenset()


_S = Status
STAGES: Mapping[Status, Stage] = {
    _S.REGISTERED: Stage("Mới đăng ký", frozenset({_S.RECEIVED, _S.NOT_RECEIVED})),
    _S.RECEIVED: Stage(
        "Được tiếp nhận", frozenset({_S.IN_PROCESS, _S.SUPPLEMENT_ASKED, _S.WITHDRAWN, _S.STOPPED})
    ),
    _S.NOT_RECEIVED: Stage("Không được tiếp nhận"),
    _S.IN_PROCESS: Stage(
        "Đang xử lý",
        frozenset({_S.SUPPLEMENT_ASKED, _S.PAYMENT_ASKED, _S.WITHDRAWN, _S.STOPPED, _S.DONE}),
    ),
    _S.SUPPLEMENT_ASKED: Stage(
        "Yêu cầu bổ sung giấy tờ", frozenset({_S.IN_PROCESS, _S.STOPPED, _S.WITHDRAWN})
    ),
    _S.PAYMENT_ASKED: Stage("Yêu cầu thực hiện nghĩa vụ tài chính", frozenset({_S.IN_PROCESS, _S.STOPPED})),
    _S.WITHDRAWN: Stage("Công dân yêu cầu rút hồ sơ", frozenset({_S.STOPPED})),
    _S.STOPPED: Stage("Dừng xử lý"),
    _S.DONE: Stage("Đã xử lý xong", frozenset({_S.RETURNED})),
    _S.RETURNED: Stage("Đã trả kết quả"),
}


def check_step(now: Status, wanted: Status) -> None:
    """DomainError that names the legal steps where `wanted` cannot follow `now`."""
    stage = STAGES[now]
    if wanted in stage.next:
        return
    refused = f"Hồ sơ đang ở bước “{stage.words}” nên không chuyển sang “{STAGES[wanted].words}” được"
    if not stage.next:
        raise DomainError(f"{refused}; bước này là bước cuối, hồ sơ đã khép.")
    legal = ", ".join(f"“{STAGES[status].words}”" for status in sorted(stage.next))
    raise DomainError(f"{refused}; bước tiếp theo chỉ có thể là: {legal}.")
