"""Slips of invented people for forms 02 to 06, to be changed by the tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from printing.outcome_slips import (
    ApologySlip,
    Contact,
    ControlSlip,
    ControlStep,
    DossierFacts,
    FormHead,
    RefusalSlip,
    StopSlip,
    SupplementSlip,
)

VIETNAM = timezone(timedelta(hours=7))
RECEIVED = datetime(2026, 11, 20, 14, 26, tzinfo=VIETNAM)
DUE = datetime(2026, 11, 30, 17, 0, tzinfo=VIETNAM)
DOSSIER = DossierFacts(
    applicant="Công Huyền Tôn Nữ Thị Phương Thảo",
    owner="",
    address="Tổ dân phố 7, phường Tân An, tỉnh Đắk Lắk",
    phone="0905000358",
    email="phuongthao.tonnu@example.vn",
    personal_id="066188002853",
    request="Đăng ký lại khai sinh",
    procedure_code="1.004884",
    sector="Hộ tịch",
)
CONTACT = Contact("Lương Thị Hải Đường", "Quầy số 3", "02620000147")
PAPERS = (
    ("Văn bản ủy quyền đăng ký lại khai sinh", "Bổ sung chữ ký của người ủy quyền ở trang 2"),
    (
        "Sổ hộ khẩu cấp năm 1994 (bản chụp)",
        "Nộp lại bản chụp rõ chữ, đủ trang 3 và trang 4; mang theo bản chính để đối chiếu",
    ),
)
EFFECT = (
    "Thời gian giải quyết hồ sơ được tính lại từ khi cơ quan tiếp nhận nhận đủ hồ sơ đã bổ sung. "
    "Việc yêu cầu bổ sung chỉ thực hiện một lần."
)
REASON = (
    "Văn bản ủy quyền chưa có chữ ký của người ủy quyền; bản chụp Sổ hộ khẩu bị mờ ở trang 3 và thiếu "
    "trang 4 nên chưa đủ căn cứ để xác định thông tin khai sinh"
)


def head(*title: str, suffix: str = "HDHS", **changes: Any) -> FormHead:
    """The head of the form's drawing."""
    plain = FormHead(
        title,
        "UBND phường Tân An",
        ("Trung tâm phục vụ", "hành chính công"),
        f"0126/{suffix}",
        "Tân An",
        date(2026, 11, 23),
        "H15.50.05.13-261120-0031",
        is_provisional=False,
    )
    return replace(plain, **changes)


SUPPLEMENT = SupplementSlip(
    head("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"), DOSSIER, PAPERS, REASON, EFFECT, CONTACT
)
REFUSAL = RefusalSlip(
    head("Phiếu từ chối tiếp nhận giải quyết hồ sơ"),
    DOSSIER,
    RECEIVED,
    "Hồ sơ không thuộc thẩm quyền giải quyết của cơ quan này",
    CONTACT,
)
APOLOGY = ApologySlip(
    head("Văn bản xin lỗi và đề nghị gia hạn", "thời gian giải quyết hồ sơ"),
    DOSSIER,
    RECEIVED,
    DUE,
    DUE + timedelta(days=7),
    "Phải xác minh tại nơi đăng ký cũ",
)
STOP = StopSlip(
    head("Thông báo dừng giải quyết hồ sơ"),
    DOSSIER,
    RECEIVED,
    "Điều 9 của quy chế",
    "Không bổ sung được giấy tờ",
    "Trả lại toàn bộ giấy tờ; chưa thu phí",
    CONTACT,
)
CONTROL = ControlSlip(
    head("Phiếu kiểm soát quá trình giải quyết hồ sơ"),
    DOSSIER,
    RECEIVED,
    DUE,
    "Công chức Tư pháp - Hộ tịch",
    (
        ControlStep(
            "Tiếp nhận hồ sơ", "Công Huyền Tôn Nữ Thị Phương Thảo", "Lương Thị Hải Đường", RECEIVED, "", ""
        ),
        ControlStep(
            "Chuyển hồ sơ đến bộ phận giải quyết",
            "Lương Thị Hải Đường",
            "Lê Văn Nhận, Tư pháp - Hộ tịch",
            RECEIVED + timedelta(hours=1),
            "Đúng hạn",
            "Kèm 05 giấy tờ",
        ),
    ),
)
