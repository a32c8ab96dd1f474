"""The one thing that Enter or the filled button does next, and how it is called."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.faces.counter.bench import Bench
from app.faces.counter.scan_target import can_be_marked
from app.workflow.views import BlockerKind, FieldState


class Step(StrEnum):
    """What can come next."""

    WAIT = "wait"
    ACCEPT = "accept"
    ENTER_FIELD = "enter_field"
    GO_TO_FIELD = "go_to_field"
    SCAN = "scan"
    MARK_SHOWN = "mark_shown"
    STOP_SCAN = "stop_scan"
    GO_TO_BLOCKER = "go_to_blocker"


@dataclass(frozen=True)
class NextStep:
    """The step, and the button that does it."""

    step: Step
    words: str
    icon: str
    key: str
    kind: str = "primary"


def next_step(bench: Bench, current_field: str, is_busy: bool) -> NextStep:
    """What comes next for the visit on the bench."""
    view = bench.view
    if is_busy:
        return NextStep(Step.WAIT, "Đang ghi hồ sơ vào máy…", "loader", "", "quiet")
    if view.can_be_accepted:
        return NextStep(Step.ACCEPT, "Tiếp nhận hồ sơ", "check", "F9")
    current = bench.field(current_field)
    if current is not None and current in view.doubtful:
        word = "Đúng" if current.state is FieldState.DOUBTFUL else "Lưu"
        rest = "xong ô này" if len(view.doubtful) == 1 else "ô tiếp theo"
        return NextStep(Step.ENTER_FIELD, f"{word}, {rest}", "arrow-right", "Enter")
    if view.doubtful:
        return NextStep(Step.GO_TO_FIELD, "Tới ô cần xem", "arrow-right", "Enter")
    first = view.blockers[0]
    match first.kind:
        case BlockerKind.CARD:
            return NextStep(Step.GO_TO_BLOCKER, "Quét thẻ người nộp", "id-card", "Enter")
        case BlockerKind.CASE:
            return NextStep(Step.GO_TO_BLOCKER, "Chọn trường hợp", "files", "Enter")
        case BlockerKind.PAGE:
            return NextStep(Step.GO_TO_BLOCKER, "Xem trang chưa đọc được", "arrow-right", "Enter")
        case BlockerKind.SCANNING:
            return NextStep(Step.STOP_SCAN, "Đang quét, dừng lại", "loader", "Esc", "plain")
        case BlockerKind.COMPONENT:
            missing = bench.component(first.target)
            if missing is None or not can_be_marked(missing):
                return NextStep(Step.SCAN, "Quét giấy còn thiếu", "scan-line", "F2")
            if missing.code == bench.place.component:
                return NextStep(Step.MARK_SHOWN, "Đã xem bản gốc", "eye", "Enter")
            return NextStep(Step.GO_TO_BLOCKER, "Tới giấy cần xem", "arrow-right", "Enter")
    return NextStep(Step.GO_TO_BLOCKER, "Xem việc còn thiếu", "arrow-right", "Enter")
