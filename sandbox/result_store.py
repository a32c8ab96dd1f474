"""The national store of results: of each invented citizen it holds some papers, the same ones every time."""

from __future__ import annotations

import hashlib

from fastapi import APIRouter
from pydantic import BaseModel, Field

from sandbox.citizens import Citizen

_HELD_OF_100 = 70
"""Of a hundred papers that are asked for, so many are there."""


class Wanted(BaseModel):
    """One kind of paper."""

    MaKetQua: str
    SoKyHieu: str = ""


class StoreQuestion(BaseModel):
    """The store's request; names as it spells them."""

    SoDinhDanhChuSoHuu: str
    HoTenNguoiYeuCau: str
    SoDinhDanhNguoiYeuCau: str
    KenhThucHien: str
    MaThuTuc: str
    DanhSachDanhMucKetQua: list[Wanted] = Field(max_length=200)


def result_store_router(people: tuple[Citizen, ...]) -> APIRouter:
    """``POST /result-store/KhoSoHoaDVCQG``."""
    router = APIRouter(prefix="/result-store", include_in_schema=False)
    by_id = {person.personal_id: person for person in people}

    @router.post("/KhoSoHoaDVCQG")
    async def look_up(question: StoreQuestion) -> dict[str, object]:
        owner = by_id.get(question.SoDinhDanhChuSoHuu)
        if owner is None or question.KenhThucHien not in ("1", "2"):
            return {"errorCode": "1", "message": "Không có chủ sở hữu này.", "signature": "", "result": None}
        found = [
            _paper(owner, wanted.MaKetQua)
            for wanted in question.DanhSachDanhMucKetQua
            if _lot(owner, wanted.MaKetQua) < _HELD_OF_100
        ]
        return {
            "errorCode": "0",
            "message": "thành công",
            "signature": "",
            "result": {"DanhSachGiayToKetQua": found},
        }

    return router


def _lot(owner: Citizen, code: str) -> int:
    digest = hashlib.sha256(f"{owner.personal_id} {code}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % 100


def _paper(owner: Citizen, code: str) -> dict[str, object]:
    serial = _lot(owner, code + " serial") * 7 + 11
    return {
        "MaKetQua": code,
        "TenGiayTo": f"Giấy tờ {code}",
        "SoKyHieu": f"{serial}/2025",
        "CoQuanChuQuan": "Ủy ban nhân dân nơi cư trú",
        "DanhSachTepDinhKem": [{"TenTep": f"{code}.pdf", "DuongDan": f"/kho/{owner.personal_id}/{code}.pdf"}],
    }
