"""The line between station and province, which can be made bad on purpose.

A plain ASGI layer around the application and a protocol class that lets it reach the TCP
connection, so that a lost answer is really a closed connection and not a polite error.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.clock import ServerClock

CAPTIVE_PORTAL = (
    "<!DOCTYPE html><html lang='vi'><title>Wi-Fi</title><body><h1>Chào mừng bạn đến với Wi-Fi công cộng</h1>"
    "<p>Bấm vào đây để đăng nhập.</p></body></html>"
)
PopulationError = Literal["004", "005", "timeout", "malformed", "truncated", "slow_drip"]
_TRANSPORT = "sandbox.transport"


class Faults(BaseModel):
    """What shall go wrong; all off by default."""

    model_config = ConfigDict(extra="forbid")

    down: bool = False
    latency_ms: Annotated[float, Field(ge=0, le=600_000)] = 0
    error_rate: Annotated[float, Field(ge=0, le=1)] = 0.0
    drop_ack_rate: Annotated[float, Field(ge=0, le=1)] = 0.0
    cut_after_bytes: Annotated[int, Field(ge=0)] = 0
    clock_offset_s: Annotated[float, Field(ge=-(10**9), le=10**9)] = 0
    html: bool = False
    status: Annotated[int, Field(ge=400, le=599)] | None = None
    retry_after_s: Annotated[int, Field(ge=0)] | None = None
    population_error: PopulationError | None = None
    seed: int | None = None


class FaultBoard:
    """The faults in force, the chance that deals them, and the clock they may turn."""

    def __init__(self, clock: ServerClock) -> None:
        self._clock = clock
        self.clear()

    def clear(self) -> None:
        """All faults off, the clock right again."""
        self.faults = Faults()
        self.chance = random.Random(0)
        self._clock.offset_s = 0.0

    def update(self, wanted: Faults) -> Faults:
        """Add the faults that were named to those in force."""
        named = wanted.model_dump(include=wanted.model_fields_set)
        self.faults = self.faults.model_copy(update=named)
        self._clock.offset_s = self.faults.clock_offset_s
        if wanted.seed is not None:
            self.chance = random.Random(wanted.seed)
        return self.faults


def protocol_class(transports: dict[tuple[str, int], asyncio.Transport]) -> type[H11Protocol]:
    """A uvicorn protocol that keeps ``transports`` filled with the open connections by peer."""

    class ReachableProtocol(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            self._peer: tuple[str, int] = transport.get_extra_info("peername")[:2]
            transports[self._peer] = transport
            super().connection_made(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            transports.pop(self._peer, None)
            super().connection_lost(exc)

    return ReachableProtocol


def transport_of(scope: Scope) -> asyncio.Transport:
    """The TCP connection that a request came by."""
    transport: asyncio.Transport = scope["extensions"][_TRANSPORT]["transport"]
    return transport


def _reset(transport: asyncio.Transport) -> None:
    # Lingering for zero seconds turns the close into a reset, as a broken line does.
    connection: socket.socket = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class FaultyLine:
    """ASGI layer that makes the faults happen on every path of the line: neither ``/sandbox`` nor the scanner."""

    def __init__(
        self,
        application: ASGIApp,
        board: FaultBoard,
        clock: ServerClock,
        transports: dict[tuple[str, int], asyncio.Transport],
    ) -> None:
        self._application = application
        self._board = board
        self._clock = clock
        self._transports = transports

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or spoil it."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        transport = self._transports[tuple(scope["client"][:2])]
        scope.setdefault("extensions", {})[_TRANSPORT] = {"transport": transport}
        timed_send = self._with_time(send)
        if scope["path"].startswith(("/sandbox", "/eSCL")):
            await self._application(scope, receive, timed_send)
            return
        faults = self._board.faults
        if faults.down:
            transport.abort()
            await _until_gone(receive)
            return
        if faults.latency_ms:
            await asyncio.sleep(faults.latency_ms / 1000)
        if faults.html:
            await _answer(send, 200, "text/html; charset=utf-8", CAPTIVE_PORTAL)
            return
        status = faults.status
        if status is None and self._board.chance.random() < faults.error_rate:
            status = self._board.chance.choice((500, 502, 503))
        if status is not None:
            headers = [] if faults.retry_after_s is None else [("retry-after", str(faults.retry_after_s))]
            await _answer(timed_send, status, "application/json", '{"detail":"Máy chủ đang bận."}', headers)
            return
        if faults.cut_after_bytes:
            receive = _cut(receive, faults.cut_after_bytes, transport)
        is_lost = self._is_acknowledgement_lost(scope)
        try:
            await self._application(scope, receive, _swallow(transport) if is_lost else timed_send)
        except ClientDisconnect:
            # The client has gone while its body was read: nobody is left to be told.
            await _until_gone(receive)
        if is_lost:
            await _until_gone(receive)

    def _is_acknowledgement_lost(self, scope: Scope) -> bool:
        return (
            scope["method"] in ("PUT", "POST", "PATCH", "DELETE")
            and scope["path"].startswith("/v1/")
            and self._board.chance.random() < self._board.faults.drop_ack_rate
        )

    def _with_time(self, send: Send) -> Send:
        async def timed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {
                    **message,
                    "headers": [
                        *message.get("headers", []),
                        (b"date", self._clock.http_date().encode()),
                        (b"x-server-time", self._clock.now().isoformat(timespec="milliseconds").encode()),
                    ],
                }
            await send(message)

        return timed


def _cut(receive: Receive, limit_bytes: int, transport: asyncio.Transport) -> Receive:
    seen = 0

    async def cut() -> Message:
        nonlocal seen
        if seen >= limit_bytes:
            _reset(transport)
            return {"type": "http.disconnect"}
        message = await receive()
        if message["type"] == "http.request":
            body: bytes = message.get("body", b"")
            if seen + len(body) > limit_bytes:
                message = {"type": "http.request", "body": body[: limit_bytes - seen], "more_body": True}
            seen += len(message.get("body", b""))
            if not message.get("more_body", False):
                seen = -(2**62)  # the whole body fitted: nothing to cut any more
        return message

    return cut


def _swallow(transport: asyncio.Transport) -> Send:
    async def swallow(message: Message) -> None:
        if message["type"] == "http.response.start":
            transport.abort()

    return swallow


async def _answer(
    send: Send, status: int, media_type: str, text: str, headers: list[tuple[str, str]] | None = None
) -> None:
    body = text.encode("utf-8")
    pairs: list[Any] = [
        (b"content-type", media_type.encode()),
        (b"content-length", str(len(body)).encode()),
        *((name.encode(), value.encode()) for name, value in headers or []),
    ]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})
