"""One request on its way to the server and its answer on the way back, spoiled as was dealt."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import h11

from tests.line.requests_in import RequestReader
from tests.line.shaping import Pipe, slices
from tests.line.weather import Fate, Fault, deal

if TYPE_CHECKING:
    from tests.line.proxy import BadLine

_READ_BYTES = 64 * 1024
_SERVER_PATIENCE_S = 60.0
_READ_WITHIN_S = 0.02
_PATIENT_SHARE = 0.25
"""Of the clients whose request comes late, those that learn it by their time limit only."""
_LENGTH = re.compile(rb"(?i)(content-length: *)\d+")


class LineBroken(Exception):
    """This exchange ends with a broken connection, as was dealt."""


class ServerGone(Exception):
    """The server does not listen, or went away before it had answered."""


class Exchange:
    """Passes the requests of one client's connection on, over one connection to the server while it lasts."""

    def __init__(self, line: BadLine, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._line = line
        self._reader = reader
        self._writer = writer
        self._server: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    def close(self) -> None:
        """Ends the connection to the server."""
        if self._server is not None:
            self._line.drop(self._server[1])
            self._server = None

    async def pass_on(self, request: h11.Request, incoming: RequestReader, number: int) -> None:
        """One request and its answer; LineBroken, ServerGone or EOFError where the connection must end."""
        fate = deal(self._line.weather, number)
        if fate.fault is Fault.LATE:
            await self._deliver_late(request, incoming, fate, number)
        elif fate.fault is Fault.OVERTAKEN:
            self._count(fate)
            await self._until_overtaken(number)
        elif fate.fault is Fault.DUPLICATE:
            await self._pass_twice(request, incoming, fate)
            return
        reader, writer = await self._connected()
        parser = h11.Connection(h11.CLIENT)
        head = parser.send(request)
        assert head is not None
        up = Pipe(self._line.up, writer, self._line.weather.round_trip_s / 2)
        sending = asyncio.create_task(self._send(up, head, request, incoming, parser, fate))
        receiving = asyncio.create_task(self._receive(reader, parser, fate))
        try:
            await asyncio.wait({sending, receiving}, return_when=asyncio.FIRST_EXCEPTION)
            for task in (sending, receiving):
                if task.done():
                    task.result()
        finally:
            sending.cancel()
            receiving.cancel()
            await asyncio.gather(sending, receiving, return_exceptions=True)
        if parser.their_state is not h11.DONE:
            await self._hang_up()

    # ---- there

    async def _send(
        self,
        pipe: Pipe,
        head: bytes,
        request: h11.Request,
        incoming: RequestReader,
        parser: h11.Connection,
        fate: Fate,
    ) -> None:
        note = self._note_file_bytes if request.method == b"PATCH" else _nobody
        left = self._bytes_until_broken(len(head), request, fate)
        part = head
        note_part: Callable[[int], None] = _nobody
        while True:
            if left is not None and len(part) >= left:
                await pipe.send(part[:left], note_part)
                await pipe.rest()
                # On a real line the server has long read what came when it learns of the break, if it ever does.
                await asyncio.sleep(_READ_WITHIN_S)
                await self._break(incoming, fate)
            left = None if left is None else left - len(part)
            if fate.fault is Fault.SLICE:
                for piece in slices(part, self._line.weather.slice_bytes, fate.dice):
                    await pipe.send(piece, note_part)
                    await asyncio.sleep(0)
            else:
                await pipe.send(part, note_part)
            part, note_part = await incoming.next_data(), note
            if not part:
                break
            parser.send(h11.Data(data=part))
        parser.send(h11.EndOfMessage())
        if fate.fault is Fault.SLICE:
            self._count(fate)

    @staticmethod
    def _bytes_until_broken(head_bytes: int, request: h11.Request, fate: Fate) -> int | None:
        if fate.fault not in (Fault.RESET_UP, Fault.STALL):
            return None
        return 1 + int(fate.place * (head_bytes + _length(request) - 1))

    async def _break(self, incoming: RequestReader, fate: Fate) -> None:
        self._count(fate)
        if fate.fault is Fault.STALL:
            await incoming.until_gone()
            if self._server is not None:
                self._line.start(self._drop_later(self._server[1]))
                self._server = None
        raise LineBroken

    async def _drop_later(self, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(self._line.weather.half_open_s)
        self._line.drop(writer)

    # ---- and back

    async def _receive(self, reader: asyncio.StreamReader, parser: h11.Connection, fate: Fate) -> None:
        """Gives the answer on; ServerGone where none comes."""
        down = Pipe(self._line.down, self._writer, self._line.weather.round_trip_s / 2)
        is_spoiled = fate.fault in (Fault.RESET_DOWN, Fault.TRUNCATE, Fault.SHORTEN, Fault.LOST_ACK)
        whole = bytearray()
        status = 0
        while True:
            try:
                event = parser.next_event()
            except h11.RemoteProtocolError as broken:
                raise ServerGone from broken
            if event is h11.NEED_DATA:
                async with asyncio.timeout(_SERVER_PATIENCE_S):
                    data = await reader.read(_READ_BYTES)
                if not data:
                    raise ServerGone
                parser.receive_data(data)
                if is_spoiled:
                    whole += data
                elif fate.fault is Fault.SLICE:
                    for piece in slices(data, self._line.weather.slice_bytes, fate.dice):
                        await down.send(piece)
                        await asyncio.sleep(0)
                else:
                    await down.send(data)
            elif isinstance(event, h11.Response):
                status = event.status_code
            elif isinstance(event, h11.EndOfMessage):
                break
        if is_spoiled:
            await self._spoil(down, bytes(whole), fate)
        await down.rest()
        if status >= 400:
            self._line.tally.refusals[status] += 1

    async def _spoil(self, down: Pipe, answer: bytes, fate: Fate) -> None:
        self._count(fate)
        head, _, body = answer.partition(b"\r\n\r\n")
        if fate.fault is Fault.SHORTEN and body:
            kept = body[: int(fate.place * len(body))]
            await down.send(_LENGTH.sub(rb"\g<1>%d" % len(kept), head, 1) + b"\r\n\r\n" + kept)
            return
        if fate.fault is not Fault.LOST_ACK:
            await down.send(answer[: int(fate.place * len(answer))])
        await down.rest()
        if fate.fault is not Fault.RESET_DOWN:
            # Nothing tells the client that more was meant to come.
            await self._hang_up()
        raise LineBroken

    # ---- more than one request, or at another time

    async def _until_overtaken(self, number: int) -> None:
        waited_s = 0.0
        while self._line.passed <= number and waited_s < self._line.weather.late_s:
            await asyncio.sleep(0.01)
            waited_s += 0.01

    async def _deliver_late(
        self, request: h11.Request, incoming: RequestReader, fate: Fate, number: int
    ) -> None:
        self._count(fate)
        body = await incoming.whole_body()
        self._line.start(self._late(request, body, number))
        if fate.place < _PATIENT_SHARE:
            await incoming.until_gone()
        raise LineBroken

    async def _late(self, request: h11.Request, body: bytes, number: int) -> None:
        await self._until_overtaken(number)
        # The client's next request is on its way: this one comes after it, or together with it.
        await asyncio.sleep(0.02)
        if request.method == b"PATCH":
            self._line.tally.file_bytes_arrived += len(body)
        await self._ask_aside(request, body)

    async def _pass_twice(self, request: h11.Request, incoming: RequestReader, fate: Fate) -> None:
        self._count(fate)
        body = await incoming.whole_body()
        if request.method == b"PATCH":
            self._line.tally.file_bytes_arrived += len(body)
        one = self._ask_aside(request, body)
        # Side by side, or the second when the first has been answered.
        if fate.place < 0.5:
            answer, _ = await asyncio.gather(one, self._ask_aside(request, body))
        else:
            answer = await one
            await self._ask_aside(request, body)
        if not answer:
            raise ServerGone
        down = Pipe(self._line.down, self._writer, self._line.weather.round_trip_s / 2)
        await down.send(answer)
        await down.rest()

    async def _ask_aside(self, request: h11.Request, body: bytes) -> bytes:
        """Asks over a connection of its own; the raw answer, empty where there was none."""
        try:
            reader, writer = await self._line.connect()
        except ServerGone:
            return b""
        parser = h11.Connection(h11.CLIENT)
        answer = bytearray()
        try:
            for event in (request, h11.Data(data=body), h11.EndOfMessage()):
                writer.write(parser.send(event) or b"")
            async with asyncio.timeout(_SERVER_PATIENCE_S):
                while not isinstance(told := parser.next_event(), h11.EndOfMessage):
                    if told is h11.NEED_DATA:
                        data = await reader.read(_READ_BYTES)
                        answer += data
                        parser.receive_data(data)
                    elif not isinstance(told, (h11.Response, h11.Data)):
                        return b""
        except (OSError, h11.ProtocolError):
            return b""
        finally:
            self._line.drop(writer)
        return bytes(answer)

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._server is None or self._server[0].at_eof() or self._server[1].is_closing():
            self.close()
            self._server = await self._line.connect()
        return self._server

    async def _hang_up(self) -> None:
        """A clean end of the client's connection."""
        self._writer.close()
        await self._writer.wait_closed()
        raise LineBroken

    def _note_file_bytes(self, size_bytes: int) -> None:
        self._line.tally.file_bytes_arrived += size_bytes

    def _count(self, fate: Fate) -> None:
        if fate.fault is not None:
            self._line.tally.faults[fate.fault] += 1


def _nobody(_size_bytes: int) -> None:
    pass


def _length(request: h11.Request) -> int:
    return next((int(value) for name, value in request.headers if name == b"content-length"), 0)
