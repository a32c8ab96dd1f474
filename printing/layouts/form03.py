"""Form 03: Phiếu từ chối tiếp nhận giải quyết hồ sơ, A5."""

from __future__ import annotations

from printing.layouts import notice
from printing.layouts.text import written_time
from printing.outcome_slips import RefusalSlip


def render(slip: RefusalSlip, copy_number: int = 1) -> bytes:
    """The form as PDF; the same slip always gives the same bytes."""
    story = [
        *notice.dossier_rows(slip.dossier, has_id=True),
        notice.dossier_row("Thời gian nộp", written_time(slip.submitted_at)),
        notice.paragraph("Qua xem xét, cơ quan không tiếp nhận, giải quyết hồ sơ này."),
        notice.labelled("Lý do từ chối", slip.reason),
        notice.paragraph("Giấy tờ đã nộp được trả lại cùng phiếu này."),
        notice.signed_end(
            [notice.where_to_ask(slip.contact, "để được hướng dẫn")],
            ("NGƯỜI TIẾP NHẬN HỒ SƠ", slip.contact.officer),
            ("NGƯỜI NỘP HỒ SƠ", slip.dossier.applicant),
        ),
    ]
    return notice.render(slip.head, story, copy_number)
