"""What can go wrong with the stand-in scanner, and the answers that go wrong."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.types import Receive, Scope, Send

from sandbox.wire import transport_of

_HTML = "<!DOCTYPE html><html lang='vi'><body><h1>Trang cài đặt của máy</h1></body></html>"
_DRIP_BYTES = 1024


class ScannerFaults(BaseModel):
    """What shall go wrong; all off by default. A count runs down as it happens."""

    model_config = ConfigDict(extra="forbid")

    busy_times: Annotated[int, Field(ge=0)] = 0
    """So many orders are answered 503."""
    not_ready_times: Annotated[int, Field(ge=0)] = 0
    """So many times a page is asked for in vain (503)."""
    retry_after_s: Annotated[int, Field(ge=0)] | None = None
    """Sent with each 503."""
    jam_after_pages: Annotated[int, Field(ge=0)] | None = None
    is_cover_open: bool = False
    job_lost_after_pages: Annotated[int, Field(ge=0)] | None = None
    stopped_after_pages: Annotated[int, Field(ge=0)] | None = None
    """Somebody presses the red button: 410."""
    order_status: Annotated[int, Field(ge=400, le=599)] | None = None
    good_pages: Annotated[int, Field(ge=0)] = 0
    """So many pages come well before the line spoils those after (the five below)."""
    cut_after_bytes: Annotated[int, Field(ge=1)] | None = None
    """The connection is reset after so many bytes of a page."""
    truncate_to_bytes: Annotated[int, Field(ge=1)] | None = None
    """A page ends there, and the answer says that this is all."""
    wrong_length_bytes: int = 0
    """Added to the length of a page that is announced."""
    slow_s: Annotated[float, Field(ge=0)] = 0.0
    """Pause after each kilobyte of a page."""
    silence_s: Annotated[float, Field(ge=0)] = 0.0
    """Before the first byte of a page."""
    html: bool = False
    half_xml: bool = False
    location: Literal["absolute", "relative", "other_host"] = "absolute"


def document_answer(faults: ScannerFaults, text: str) -> Response:
    """An XML document, or what comes in its place."""
    if faults.html:
        return Response(_HTML, media_type="text/html")
    return Response(text[: len(text) // 2] if faults.half_xml else text, media_type="text/xml")


def not_now(faults: ScannerFaults) -> Response:
    """503, with or without a hint when to come again."""
    headers = {} if faults.retry_after_s is None else {"Retry-After": str(faults.retry_after_s)}
    return Response(status_code=503, headers=headers)


class PageAnswer(Response):
    """One page on its way out, by a line that may fail as ordered."""

    def __init__(self, page: bytes, media_type: str, faults: ScannerFaults) -> None:
        super().__init__(page[: faults.truncate_to_bytes], media_type=media_type)
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it the plain way, or past the server's own care for right answers."""
        faults = self._faults
        await asyncio.sleep(faults.silence_s)
        content = bytes(self.body)
        if not (faults.cut_after_bytes or faults.wrong_length_bytes or faults.slow_s):
            await super().__call__(scope, receive, send)
            return
        transport = transport_of(scope)
        length = len(content) + faults.wrong_length_bytes
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {self.media_type}\r\nContent-Length: {length}\r\n"
        transport.write(f"{head}Connection: close\r\n\r\n".encode())
        content = content[: faults.cut_after_bytes]
        step = _DRIP_BYTES if faults.slow_s else max(1, len(content))
        for start in range(0, len(content), step):
            if transport.is_closing():
                break
            transport.write(content[start : start + step])
            await asyncio.sleep(faults.slow_s)
        if faults.cut_after_bytes:
            await asyncio.sleep(0.1)
            transport.abort()
        else:
            transport.close()
        while (await receive())["type"] != "http.disconnect":
            pass
