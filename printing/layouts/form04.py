"""Form 04: the apology with another day of return, A5."""

from __future__ import annotations

from printing.layouts import notice
from printing.layouts.text import markup, written_date, written_time
from printing.outcome_slips import ApologySlip


def render(slip: ApologySlip, copy_number: int = 1) -> bytes:
    """The form as PDF; the same slip always gives the same bytes."""
    received = f"Ngày {slip.received_at:%d/%m/%Y}, cơ quan đã tiếp nhận hồ sơ nêu trên của Ông (Bà)"
    new_day = markup(f"{slip.due:%H} giờ {slip.due:%M} phút, {written_date(slip.due.date())}")
    story = [
        *notice.dossier_rows(slip.dossier, first="Kính gửi"),
        notice.paragraph(f"{received}, hẹn trả kết quả lúc {written_time(slip.due_before)}."),
        notice.paragraph("Đến nay hồ sơ chưa thể giải quyết xong đúng ngày đã hẹn."),
        notice.labelled("Lý do", slip.reason),
        notice.signed_by_head(
            [
                notice.paragraph(
                    f"Cơ quan xin lỗi Ông (Bà) về việc chậm trễ này và đề nghị hẹn lại: trả kết quả lúc <b>{new_day}</b>. "
                    "Mong Ông (Bà) thông cảm./.",
                    is_markup=True,
                )
            ]
        ),
    ]
    return notice.render(slip.head, story, copy_number)
