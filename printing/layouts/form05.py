"""Form 05: Thông báo dừng giải quyết hồ sơ, A5."""

from __future__ import annotations

from printing.layouts import notice
from printing.layouts.text import written_time
from printing.outcome_slips import StopSlip


def render(slip: StopSlip, copy_number: int = 1) -> bytes:
    """The form as PDF; the same slip always gives the same bytes."""
    story = [
        *notice.dossier_rows(slip.dossier, first="Kính gửi"),
        notice.dossier_row("Thời gian nhận hồ sơ", written_time(slip.received_at)),
        notice.paragraph("Cơ quan thông báo dừng giải quyết hồ sơ nêu trên."),
        notice.labelled("Căn cứ", slip.basis),
        notice.labelled("Lý do dừng", slip.reason),
        notice.labelled("Phí, lệ phí và giấy tờ đã nộp", slip.returned),
        notice.signed_by_head([notice.where_to_ask(slip.contact, "để được giải đáp")]),
    ]
    return notice.render(slip.head, story, copy_number)
