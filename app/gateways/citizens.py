"""What the population register says of a citizen (formats 7), however the answer travelled.

Names are read by their local part, because namespaces vary; entities are refused, because one may name a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree

from app.domain.addresses import Units
from app.domain.codes import PersonalId
from app.domain.errors import DomainError
from app.domain.people import PersonQuery, RegisteredPerson
from app.workflow.errors import RegisterRefused

OPERATION_CODE = "037"
_DENIALS = {
    "004": "Thủ tục này chưa được cấp quyền tra cứu CSDLQG về dân cư; hãy nhập theo giấy và báo quản trị.",
    "005": "Tài khoản cán bộ chưa có quyền tra cứu CSDLQG về dân cư; hãy nhập theo giấy và báo quản trị.",
}


def denied(code: str) -> RegisterRefused:
    """The sentence for a code that says no."""
    unknown = f"CSDLQG về dân cư từ chối (mã {code or 'trống'}); hãy nhập theo giấy, sẽ tra lại sau."
    return RegisterRefused(_DENIALS.get(code, unknown))


@dataclass(frozen=True)
class CitizenReader:
    """Reads answers with the units and peoples in force."""

    units: Units
    peoples: Mapping[str, str]

    def about(self, query: PersonQuery, xml: str) -> RegisteredPerson | None:
        """Whom the answer speaks of, None when of nobody; RegisterRefused where it is no answer to the question."""
        person = self.read(xml)
        if person is not None and person.personal_id != query.personal_id:
            raise RegisterRefused(
                "CSDLQG về dân cư trả lời về một người khác; hãy nhập theo giấy và báo quản trị."
            )
        return person

    def read(self, xml: str) -> RegisteredPerson | None:
        """The first citizen of a collection; RegisterRefused where it cannot be read."""
        try:
            root = defusedxml.ElementTree.fromstring(xml)
        except (ParseError, ValueError) as broken:  # ValueError: forbidden entities, letters that are none
            raise RegisterRefused(
                "CSDLQG về dân cư trả lời dở dang; hãy nhập theo giấy, sẽ tra lại sau."
            ) from broken
        fault = _anywhere(root, "Fault")
        if fault is not None:
            raise denied(_text(fault, "faultcode").rpartition(":")[2])
        person = _anywhere(root, "CongDan")
        return None if person is None else self._person(person)

    def _person(self, person: Element) -> RegisteredPerson:
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
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _anywhere(root: Element, name: str) -> Element | None:
    return next((element for element in root.iter() if _local(element) == name), None)


def _find(parent: Element | None, name: str) -> Element | None:
    if parent is None:
        return None
    return next((child for child in parent if _local(child) == name), None)


def _text(parent: Element | None, name: str) -> str:
    found = _find(parent, name)
    return (found.text or "").strip() if found is not None else ""
