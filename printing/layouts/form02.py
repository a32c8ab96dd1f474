"""Form 02: Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ, A5."""

from __future__ import annotations

from printing.layouts import notice
from printing.outcome_slips import SupplementSlip

_COLUMNS_MM = (9, 50, 65)
_WHILE_MENDING = "Trong quá trình hoàn thiện hồ sơ, nếu có vướng mắc"


def render(slip: SupplementSlip, copy_number: int = 1) -> bytes:
    """The form as PDF; the same slip always gives the same bytes."""
    story = [
        *notice.dossier_rows(slip.dossier),
        notice.room_for(26),
        notice.paragraph("Yêu cầu bổ sung, hoàn thiện hồ sơ gồm những nội dung sau:"),
        *notice.grid(("Tên giấy tờ", "Nội dung cần bổ sung, hoàn thiện"), slip.papers, _COLUMNS_MM),
        notice.labelled("Lý do", slip.reason),
        notice.paragraph(slip.effect),
        notice.signed_end(
            [notice.where_to_ask(slip.contact, "để được hướng dẫn", _WHILE_MENDING)],
            ("NGƯỜI HƯỚNG DẪN", slip.contact.officer),
        ),
    ]
    return notice.render(slip.head, story, copy_number)
