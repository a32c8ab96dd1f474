"""A receipt of invented people, to be changed by the tests."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

from printing.slips import ReceiptSlip, ReturnBy, SlipComponent

VIETNAM = timezone(timedelta(hours=7))
PAPERS = (
    SlipComponent("Tờ khai đăng ký lại khai sinh (theo mẫu)", originals=1),
    SlipComponent("Văn bản ủy quyền đăng ký lại khai sinh", originals=1),
    SlipComponent("Học bạ trung học phổ thông năm học 1974 - 1975", certified=1),
    SlipComponent(
        "Sổ hộ khẩu cấp năm 1994, gồm bìa và các trang có thông tin về người được đăng ký lại khai sinh",
        copies=1,
    ),
    SlipComponent("Bằng tốt nghiệp trung cấp sư phạm", copies=1),
)


def receipt(**changes: Any) -> ReceiptSlip:
    """The receipt of the form's drawing, with changes."""
    facts: dict[str, Any] = {
        "superior_agency": "UBND phường Tân An",
        "agency_lines": ("Trung tâm phục vụ", "hành chính công"),
        "number": "1847/TNHS",
        "place": "Tân An",
        "issued_on": date(2026, 11, 20),
        "code": "H15.50.05.13-261120-0031",
        "reception_desk": "Quầy số 3, Bộ phận Một cửa",
        "applicant_title": "Ông",
        "applicant_name": "Đặng Huỳnh Ngọc Trường Giang",
        "submission_channel": "trực tiếp, theo văn bản ủy quyền",
        "address": "Số 27 đường Lê Thị Hồng Gấm, phường Tân An, tỉnh Đắk Lắk",
        "phone": "0905000147",
        "email": "dang.truonggiang@example.vn",
        "personal_id": "066091002853",
        "owner_title": "Bà",
        "owner_name": "Công Huyền Tôn Nữ Thị Phương Thảo",
        "owner_address": "Tổ dân phố 7, phường Tân An, tỉnh Đắk Lắk",
        "request": "Đăng ký lại khai sinh",
        "procedure_code": "1.004884",
        "components": PAPERS,
        "dossier_sets": 1,
        "processing_time": "05 ngày làm việc",
        "received_at": datetime(2026, 11, 20, 14, 26, tzinfo=VIETNAM),
        "due": datetime(2026, 11, 30, 17, 0, tzinfo=VIETNAM),
        "return_by": ReturnBy.COUNTER,
        "register_book": "01/2026",
        "register_serial": "1847",
        "lookup_url": "dichvucong.gov.vn",
        "support_phone": "02620000147",
        "applicant_signer": "Đặng Huỳnh Ngọc Trường Giang",
        "officer_name": "Lương Thị Hải Đường",
    }
    return ReceiptSlip(**facts | changes)
