"""CSDLQG về dân cư by SOAP 1.1 through NDXP or a province's LGSP (formats 7).

No WSDL is published: the envelope is written here, in the order of elements that the register demands. Each question
carries a number of its own and a signature made of address, user, time and secret.
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from uuid6 import uuid7

from app.domain.people import PersonQuery, RegisteredPerson
from app.gateways.citizens import OPERATION_CODE, CitizenReader
from offline_queue.wire import Wire

_ENVELOPE = """<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:dan="http://dancuquocgia.bca">
<soapenv:Header/><soapenv:Body><dan:TraCuuThongTinCongDan>{body}</dan:TraCuuThongTinCongDan></soapenv:Body>
</soapenv:Envelope>"""


@dataclass(frozen=True)
class PopulationSoap:
    """Asks the register; the same answers and errors as the JSON variant."""

    url: str
    """The whole address of the service."""
    sector_code: str
    officer_id: Callable[[], str]
    reader: CitizenReader
    user: str = ""
    secret: str = field(default="", repr=False)
    road_client: str = ""
    api_key: str = field(default="", repr=False)
    timeout_s: float = 10.0

    def look_up(self, query: PersonQuery) -> RegisteredPerson | None:
        """The person, None when number, name and birth date fit no one together.

        Raises LineDown or ServerBusy when it cannot be asked, RegisterRefused when it will not answer.
        """
        base, _, path = self.url.rpartition("/")
        answer = Wire(base, read_timeout_s=self.timeout_s).ask(
            "POST", path, data=self.envelope(query).encode(), headers=self._headers()
        )
        return self.reader.about(query, answer.body.decode("utf-8", "replace"))

    def envelope(self, query: PersonQuery) -> str:
        """The question; the order of its elements is the register's."""
        parts = (
            ("MaYeuCau", str(uuid7())),
            ("MaDVC", self.sector_code),
            ("MaTichHop", OPERATION_CODE),
            ("MaCanBo", self.officer_id()),
            ("SoDinhDanh", str(query.personal_id)),
            ("HoVaTen", query.full_name.upper()),
        )
        body = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in parts)
        day = f"<NgayThangNam>{query.birth_date:%Y%m%d}</NgayThangNam>"
        return _ENVELOPE.format(body=f"{body}<NgayThangNamSinh>{day}</NgayThangNamSinh>")

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/xml; charset=utf-8", "SOAPAction": '""'}
        if self.user:
            stamp = str(time.time_ns() // 1_000_000)
            signed = hashlib.sha256(f"{self.url}{self.user}{stamp}{self.secret}".encode()).hexdigest()
            pair = base64.b64encode(f"{self.user}:{signed}".encode()).decode()
            headers |= {"Timestamp": stamp, "Authorization": f"Basic {pair}"}
        if self.road_client:
            headers["X-Road-Client"] = self.road_client
        if self.api_key:
            headers["ApiKey"] = self.api_key
        return headers
