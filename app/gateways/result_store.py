"""The national store of results (KhoSoHoaDVCQG, formats 3): which papers of a citizen the State holds already."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from app.domain.people import PersonQuery
from app.domain.reuse import StoredResult
from app.workflow.errors import RegisterRefused
from offline_queue.records import canonical_json
from offline_queue.wire import Wire

_OPERATION = "result-store/KhoSoHoaDVCQG"
_BY_AN_OFFICER = "1"


@dataclass(frozen=True)
class ResultStoreGateway:
    """Asks for papers by their codes; the owner is the one who stands at the counter."""

    base_url: str
    timeout_s: float = 10.0

    def look_up(self, owner: PersonQuery, procedure: str, codes: Collection[str]) -> tuple[StoredResult, ...]:
        """What the store holds of these; raises LineDown, ServerBusy, Refused or RegisterRefused."""
        answer = Wire(self.base_url, read_timeout_s=self.timeout_s).ask_json(
            "POST",
            _OPERATION,
            data=canonical_json(
                {
                    "SoDinhDanhChuSoHuu": str(owner.personal_id),
                    "HoTenNguoiYeuCau": owner.full_name,
                    "SoDinhDanhNguoiYeuCau": str(owner.personal_id),
                    "KenhThucHien": _BY_AN_OFFICER,
                    "MaThuTuc": procedure,
                    "DanhSachDanhMucKetQua": [{"MaKetQua": code, "SoKyHieu": ""} for code in sorted(codes)],
                }
            ).encode(),
            headers={"Content-Type": "application/json"},
        )
        if not isinstance(answer, dict) or str(answer.get("errorCode", "")) not in ("0", "00"):
            raise RegisterRefused("Kho dữ liệu điện tử không trả lời câu hỏi này; hãy nhận giấy như thường.")
        papers = answer.get("result")
        listed = papers.get("DanhSachGiayToKetQua") if isinstance(papers, dict) else None
        return tuple(
            result
            for each in (listed if isinstance(listed, list) else ())
            if (result := _result(each)) is not None and result.code in codes
        )


def _result(told: Any) -> StoredResult | None:
    if not isinstance(told, dict) or not told.get("MaKetQua") or not told.get("SoKyHieu"):
        return None
    files = told.get("DanhSachTepDinhKem")
    return StoredResult(
        code=str(told["MaKetQua"]),
        name=str(told.get("TenGiayTo", "")),
        number=str(told["SoKyHieu"]),
        agency=str(told.get("CoQuanChuQuan", "")),
        files=tuple(
            (str(f.get("TenTep", "")), str(f.get("DuongDan", "")))
            for f in (files if isinstance(files, list) else ())
            if isinstance(f, dict)
        ),
    )
