"""CSDLQG về dân cư through the gateway's JSON variant: TraCuuThongTinCongDan (037).

The answer is XML inside JSON; names are parsed by local name because namespaces vary, and external
entities are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree
from uuid6 import uuid7

from app.domain.addresses import Units
from app.domain.codes import PersonalId
from app.domain.errors import DomainError
from app.domain.people import PersonQuery, RegisteredPerson
from app.workflow.errors import RegisterRefused
from offline_queue.records import canonical_json
from offline_queue.wire import Wire

_OPERATION = "population/TraCuuThongTinCongDan"
_OPERATION_CODE = "037"
_DENIALS = {
    "004": "Thủ tục này chưa được cấp quyền tra cứu CSDLQG về dân cư; hãy nhập theo giấy và báo quản trị.",
    "005": "Tài khoản cán bộ chưa có quyền tra cứu CSDLQG về dân cư; hãy nhập theo giấy và báo quản trị.",
}


@dataclass(frozen=True)
class PopulationGateway:
    """Asks the register; every question carries a number of its own, as the register demands."""

    base_url: str
    sector_code: str
    officer_id: Callable[[], str]
    units: Units
    peoples: Mapping[str, str]
    timeout_s: float = 10.0

    def look_up(self, query: PersonQuery) -> RegisteredPerson | None:
        """The person, None when number, name and birth date fit no one together.

        Raises LineDown or ServerBusy when it cannot be asked, RegisterRefused when it will not answer.
        """
        answer = Wire(self.base_url, read_timeout_s=self.timeout_s).ask_json(
            "POST",
            _OPERATION,
            data=canonical_json(
                {
                    "HoVaTen": query.full_name.upper(),
                    "SoDinhDanh": str(query.personal_id),
                    "SoCMND": "",
                    "NgayThangNam": f"{query.birth_date:%Y%m%d}",
                    "Nam": "",
                    "MaTichHop": _OPERATION_CODE,
                    "MaDVC": self.sector_code,
                    "MaCanBo": self.officer_id(),
                    "MaYeuCau": str(uuid7()),
                }
            ).encode(),
            headers={"Content-Type": "application/json"},
        )
        if not isinstance(answer, dict):
            raise RegisterRefused(
                "CSDLQG về dân cư trả lời không đúng dạng; hãy nhập theo giấy, sẽ tra lại sau."
            )
        code = str(answer.get("error_code", ""))
        if code not in ("0", "00"):
            raise RegisterRefused(
                _DENIALS.get(
                    code,
                    f"CSDLQG về dân cư từ chối (mã {code or 'trống'}); hãy nhập theo giấy, sẽ tra lại sau.",
                )
            )
        person = self._read(str(answer.get("message", "")))
        if person is not None and person.personal_id != query.personal_id:
            raise RegisterRefused(
                "CSDLQG về dân cư trả lời về một người khác; hãy nhập theo giấy và báo quản trị."
            )
        return person

    def _read(self, xml: str) -> RegisteredPerson | None:
        try:
            root = defusedxml.ElementTree.fromstring(xml)
        except (ParseError, ValueError) as broken:  # ValueError: forbidden entities, letters that are none
            raise RegisterRefused(
                "CSDLQG về dân cư trả lời dở dang; hãy nhập theo giấy, sẽ tra lại sau."
            ) from broken
        person = root if _local(root) == "CongDan" else _find(root, "CongDan")
        if person is None:
            return None
        name = _find(person, "HoVaTen")
        home = _find(person, "ThuongTru")
        try:
            return RegisteredPerson(
                personal_id=PersonalId(_text(person, "SoDinhDanh")),
                full_name=" ".join(filter(None, (_text(name, part) for part in ("Ho", "ChuDem", "Ten")))),
                birth_date=datetime.strptime(  # noqa: DTZ007 (a birth date has no zone)
                    _text(_find(person, "NgayThangNamSinh"), "NgayThangNam"), "%Y%m%d"
                ).date(),
                sex={"1": "male", "2": "female"}[_text(person, "GioiTinh")],
                ethnicity=self.peoples.get(_text(person, "DanToc"), ""),
                nationality={"VN": "Việt Nam"}.get(_text(person, "QuocTich"), _text(person, "QuocTich")),
                residence=self.units.address(
                    _text(home, "ChiTiet"), _text(home, "MaPhuongXa"), _text(home, "MaTinhThanh")
                ),
            )
        except (DomainError, ValueError, KeyError) as garbled:
            raise RegisterRefused(
                "CSDLQG về dân cư trả lời thiếu thông tin; hãy nhập theo giấy, sẽ tra lại sau."
            ) from garbled


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _find(parent: Element | None, name: str) -> Element | None:
    if parent is None:
        return None
    return next((child for child in parent if _local(child) == name), None)


def _text(parent: Element | None, name: str) -> str:
    found = _find(parent, name)
    return (found.text or "").strip() if found is not None else ""
