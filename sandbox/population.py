"""The population register behind the gateway's JSON variant, and by SOAP 1.1.

One operation, TraCuuThongTinCongDan (037): number, upper-case name and birth date must all agree;
whoever knows only the number learns nothing.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any
from xml.etree import ElementTree

import defusedxml.ElementTree
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sandbox.citizens import Citizen, Commune
from sandbox.store import ProvinceStore
from sandbox.wire import FaultBoard, transport_of

NAMESPACE = "http://www.mic.gov.vn/dancu/1.0"
OPERATION_CODE = "037"
_DENIALS = {
    "004": "Thủ tục hành chính chưa được cấp quyền khai thác.",
    "005": "Tài khoản cán bộ không có quyền khai thác.",
}
_DRIP_BYTES = 64
_DRIP_PAUSE_S = 0.5
_SILENCE_S = 300


class Question(BaseModel):
    """The gateway's request; names as the gateway spells them."""

    HoVaTen: str
    SoDinhDanh: str | None = None
    SoCMND: str | None = None
    NgayThangNam: str | None = None
    Nam: str | None = None
    MaTichHop: str
    MaDVC: str
    MaCanBo: str
    MaYeuCau: str


def population_router(people: tuple[Citizen, ...], store: ProvinceStore, board: FaultBoard) -> APIRouter:
    """``POST /population/TraCuuThongTinCongDan``."""
    router = APIRouter(prefix="/population", include_in_schema=False)
    by_id = {person.personal_id: person for person in people}
    by_old_id = {person.old_id: person for person in people if person.old_id}

    def collection_about(question: Question) -> str:
        found = by_id.get(question.SoDinhDanh or "") or by_old_id.get(question.SoCMND or "")
        return _collection([found] if found is not None and _agrees(question, found) else [], by_id)

    @router.post("/TraCuuThongTinCongDan")
    async def look_up(question: Question, request: Request) -> Response:
        fault = board.faults.population_error
        if fault in _DENIALS:
            return _answer(fault, _DENIALS[fault])
        if not question.MaYeuCau or question.MaTichHop != OPERATION_CODE:
            return _answer("-1", "Thiếu MaYeuCau hoặc sai MaTichHop.")
        if not store.is_first_population_request(question.MaYeuCau):
            return _answer("-1", "MaYeuCau đã được dùng.")
        text = collection_about(question)
        match fault:
            case "timeout":
                await _stay_silent(request)
                return _answer("0", text)
            case "malformed":
                return _answer("0", text.replace("</", "<", 2))
            case "truncated":
                return _BrokenResponse(_envelope("0", text), drips=False)
            case "slow_drip":
                return _BrokenResponse(_envelope("0", text), drips=True)
        return _answer("0", text)

    @router.post("/soap")
    async def look_up_by_soap(request: Request) -> Response:
        """SOAP 1.1: the same register, the same rules."""
        try:
            question = _from_envelope(await request.body())
        except (ElementTree.ParseError, ValueError):
            return _soap_fault("Client", "Phong bì SOAP không đọc được.")
        fault = board.faults.population_error
        if fault in _DENIALS:
            return _soap_fault(fault, _DENIALS[fault])
        if question.MaTichHop != OPERATION_CODE or not question.MaYeuCau:
            return _soap_fault("Client", "Thiếu MaYeuCau hoặc sai MaTichHop.")
        if not store.is_first_population_request(question.MaYeuCau):
            return _soap_fault("Client", "MaYeuCau đã được dùng.")
        text = _soap(
            f"<TraCuuThongTinCongDanResponse>{collection_about(question)}</TraCuuThongTinCongDanResponse>"
        )
        return Response(text[:-40] if fault in ("malformed", "truncated") else text, media_type="text/xml")

    return router


_ORDER = ("MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "SoDinhDanh", "HoVaTen", "NgayThangNamSinh")
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def _from_envelope(body: bytes) -> Question:
    """The question out of its envelope; ValueError where its elements are missing or in another order."""
    operation = defusedxml.ElementTree.fromstring(body, forbid_dtd=True).find(
        f"{{{_SOAP}}}Body/{{http://dancuquocgia.bca}}TraCuuThongTinCongDan"
    )
    if operation is None or tuple(child.tag for child in operation) != _ORDER:
        raise ValueError("elements missing or out of order")
    values = {child.tag: child.text or "" for child in operation}
    return Question(**values, NgayThangNam=operation.findtext("NgayThangNamSinh/NgayThangNam"))


def _soap(inside: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="{_SOAP}"><soapenv:Body>'
        f"{inside}</soapenv:Body></soapenv:Envelope>"
    )


def _soap_fault(code: str, words: str) -> Response:
    # With 200, as gateways in between answer: a 500 would tell a client to come again.
    inside = f"<soapenv:Fault><faultcode>soapenv:{code}</faultcode><faultstring>{words}</faultstring></soapenv:Fault>"
    return Response(_soap(inside), media_type="text/xml")


def _agrees(question: Question, person: Citizen) -> bool:
    if question.NgayThangNam:
        is_birth_date_right = question.NgayThangNam == person.birth_date.strftime("%Y%m%d")
    else:
        is_birth_date_right = question.Nam == f"{person.birth_date.year:04d}"
    return is_birth_date_right and question.HoVaTen == person.full_name.upper()


def _envelope(code: str, message: str) -> bytes:
    return json.dumps({"error_code": code, "message": message}, ensure_ascii=False).encode("utf-8")


def _answer(code: str, message: str) -> JSONResponse:
    return JSONResponse({"error_code": code, "message": message})


def _collection(found: list[Citizen], by_id: dict[str, Citizen]) -> str:
    root = ElementTree.Element("CongdanCollection", {"xmlns": NAMESPACE})
    for person in found:
        _add_citizen(root, person, by_id)
    return ElementTree.tostring(root, encoding="unicode")


def _add_citizen(root: ElementTree.Element, person: Citizen, by_id: dict[str, Citizen]) -> None:
    family, middle, given = person.name_parts
    home = _place(person.commune, person.detail)
    fields: dict[str, Any] = {
        "SoDinhDanh": person.personal_id,
        "SoCMND": person.old_id or "",
        "HoVaTen": {"Ho": family, "ChuDem": middle, "Ten": given},
        "GioiTinh": "1" if person.sex == "male" else "2",
        "DanToc": person.ethnicity,
        "TonGiao": "00",
        "TinhTrangHonNhan": person.marital_status,
        "NgayThangNamSinh": {
            "Nam": f"{person.birth_date.year:04d}",
            "NgayThangNam": person.birth_date.strftime("%Y%m%d"),
        },
        "NoiDangKyKhaiSinh": _place(person.commune, ""),
        "QueQuan": _place(person.commune, ""),
        "ThuongTru": home,
        "NoiOHienTai": home,
        "QuocTich": "VN",
    }
    for name, relative_id in (
        ("Cha", person.father_id),
        ("Me", person.mother_id),
        ("VoChong", person.spouse_id),
        ("ChuHo", person.household_head_id),
    ):
        relative = by_id.get(relative_id or "")
        if relative is not None:
            fields[name] = {
                "HoVaTen": relative.full_name,
                "QuocTich": "VN",
                "SoDinhDanh": relative.personal_id,
                "SoCMND": relative.old_id or "",
            }
    _add(ElementTree.SubElement(root, "CongDan"), fields)


def _place(commune: Commune, detail: str) -> dict[str, str]:
    # Districts are gone since 1 July 2025: the element stays, empty.
    return {
        "MaTinhThanh": commune.province_code,
        "MaQuanHuyen": "",
        "MaPhuongXa": commune.code,
        "ChiTiet": detail,
        "QuocGia": "VN",
    }


def _add(parent: ElementTree.Element, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        element = ElementTree.SubElement(parent, name)
        if isinstance(value, dict):
            _add(element, value)
        else:
            element.text = value


async def _stay_silent(request: Request) -> None:
    for _ in range(_SILENCE_S * 4):
        if await request.is_disconnected():
            return
        await asyncio.sleep(0.25)


class _BrokenResponse(Response):
    """An answer that stops in the middle, or comes so slowly that a patient client gives up."""

    def __init__(self, body: bytes, *, drips: bool) -> None:
        super().__init__(body, media_type="application/json")
        self._drips = drips

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytes(self.body)
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        if self._drips:
            for start in range(0, len(body), _DRIP_BYTES):
                await send(
                    {
                        "type": "http.response.body",
                        "body": body[start : start + _DRIP_BYTES],
                        "more_body": True,
                    }
                )
                await asyncio.sleep(_DRIP_PAUSE_S)
                if transport_of(scope).is_closing():
                    return
            await send({"type": "http.response.body", "body": b""})
            return
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        transport_of(scope).close()
        while (await receive())["type"] != "http.disconnect":
            pass
