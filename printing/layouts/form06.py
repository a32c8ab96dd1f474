"""Form 06: Phiếu kiểm soát quá trình giải quyết hồ sơ, A5: it travels with the dossier and is signed at each hand-over."""

from __future__ import annotations

from printing.layouts import notice
from printing.layouts.text import written_time
from printing.outcome_slips import ControlSlip, ControlStep

_COLUMNS_MM = (8, 46, 23, 17, 30)
_TITLES = ("Giao, nhận hồ sơ", "Giờ, ngày", "Kết quả", "Ghi chú, chữ ký")
#: Rows that the units after this counter fill in by hand.
_EMPTY_ROWS = 3
_DOTS = "." * 30
_BLANK = (f"Giao: {_DOTS}\nNhận: {_DOTS}", "...... giờ ......\n...../...../20...", "", "")


def render(slip: ControlSlip, copy_number: int = 1) -> bytes:
    """The form as PDF; the same slip always gives the same bytes."""
    due = written_time(slip.due) if slip.due else ""
    rows = [*(_cells(step) for step in slip.steps), *[_BLANK] * _EMPTY_ROWS]
    story = [
        *notice.dossier_rows(slip.dossier, first="Kèm theo hồ sơ của"),
        notice.dossier_row("Thời gian nhận hồ sơ", written_time(slip.received_at)),
        notice.dossier_row("Hẹn trả kết quả", due, is_bold=True),
        notice.dossier_row("Cơ quan giải quyết", slip.handled_by),
        *notice.grid(_TITLES, rows, _COLUMNS_MM),
    ]
    return notice.render(slip.head, story, copy_number)


def _cells(step: ControlStep) -> tuple[str, str, str, str]:
    lines = [step.what]
    lines += [f"{role}: {name}" for role, name in (("Giao", step.giver), ("Nhận", step.taker)) if name]
    at = f"{step.at:%H} giờ {step.at:%M}\n{step.at:%d/%m/%Y}" if step.at else ""
    return "\n".join(lines), at, step.outcome, step.note
