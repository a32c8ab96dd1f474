"""CSDLQG về dân cư through the gateway's JSON variant: TraCuuThongTinCongDan (037); the answer is XML inside JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from uuid6 import uuid7

from app.domain.people import PersonQuery, RegisteredPerson
from app.gateways.citizens import OPERATION_CODE, CitizenReader, denied
from app.workflow.errors import RegisterRefused
from offline_queue.records import canonical_json
from offline_queue.wire import Wire

_OPERATION = "population/TraCuuThongTinCongDan"


@dataclass(frozen=True)
class PopulationGateway:
    """Asks the register; every question carries a number of its own, as the register demands."""

    base_url: str
    sector_code: str
    officer_id: Callable[[], str]
    reader: CitizenReader
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
                    "MaTichHop": OPERATION_CODE,
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
            raise denied(code)
        return self.reader.about(query, str(answer.get("message", "")))
