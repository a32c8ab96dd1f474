"""Requests as they come from one client's connection, one after the other."""

from __future__ import annotations

import asyncio

import h11

_READ_BYTES = 64 * 1024


class RequestReader:
    """Heads first; the body is read as it is needed."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self._parser = h11.Connection(h11.SERVER)

    async def next_head(self) -> h11.Request | None:
        """The next request's head; None when the client has closed."""
        if self._parser.their_state is h11.DONE:
            # h11 wants to see an answer before the next request; what was answered does not matter here.
            self._parser.send(h11.Response(status_code=200, headers=[("content-length", "0")]))
            self._parser.send(h11.EndOfMessage())
            self._parser.start_next_cycle()
        event = await self._event()
        return event if isinstance(event, h11.Request) else None

    async def next_data(self) -> bytes:
        """The next piece of the body; empty at its end. EOFError where the client breaks off inside."""
        event = await self._event()
        if isinstance(event, h11.Data):
            return bytes(event.data)
        if isinstance(event, h11.EndOfMessage):
            return b""
        raise EOFError

    async def whole_body(self) -> bytes:
        """All of it."""
        body = bytearray()
        while piece := await self.next_data():
            body += piece
        return bytes(body)

    async def until_gone(self) -> None:
        """Returns when the client has closed its connection."""
        while await self._reader.read(_READ_BYTES):
            pass

    async def _event(self) -> h11.Event:
        while True:
            try:
                event = self._parser.next_event()
            except h11.RemoteProtocolError as broken:
                raise EOFError from broken
            if event is h11.NEED_DATA:
                self._parser.receive_data(await self._reader.read(_READ_BYTES))
            elif isinstance(event, h11.Event):
                return event
            else:
                raise EOFError
