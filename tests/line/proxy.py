"""A bad line on loopback: an HTTP proxy before one server that spoils requests as its weather says."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from tests.line.exchange import Exchange, LineBroken, ServerGone
from tests.line.requests_in import RequestReader
from tests.line.shaping import Bucket, reset
from tests.line.weather import Tally, Weather


class BadLine:
    """Listens on `url` in a thread of its own and passes requests on to `target`, which may be set anew."""

    def __init__(
        self, target: str, weather: Weather, on_request: Callable[[int], None] = lambda _number: None
    ) -> None:
        self.target = target
        self.weather = weather
        self.tally = Tally()
        self.up, self.down = Bucket(weather.bytes_per_s), Bucket(weather.bytes_per_s)
        self.passed = 0
        """How many requests have been seen; its number is a request's fate."""
        self._on_request = on_request
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_cut = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="bad line")
        self._ready = threading.Event()
        self.url = ""

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self.tally.line_bytes_up, self.tally.line_bytes_down = self.up.passed_bytes, self.down.passed_bytes

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._listen())

    async def _listen(self) -> None:
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._welcome, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        if self.weather.cut_every_s:
            self.start(self._cut_now_and_then())
        self._ready.set()
        await self._stop.wait()
        server.close()
        self._cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # ---- what an exchange needs of the line

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Work that goes on when its exchange has ended; given up with the line."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to the server; ServerGone where it does not listen."""
        where = urlsplit(self.target)
        try:
            reader, writer = await asyncio.open_connection(where.hostname, where.port)
        except OSError as refused:
            raise ServerGone from refused
        self._open.add(writer)
        return reader, writer

    def drop(self, writer: asyncio.StreamWriter) -> None:
        """Ends a connection."""
        self._open.discard(writer)
        reset(writer)

    # ---- connections

    def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.start(self._serve(reader, writer))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        if self._is_cut:
            self.drop(writer)
            return
        exchange = Exchange(self, reader, writer)
        try:
            # The handshake has gone once there and back before the first request can leave.
            await asyncio.sleep(self.weather.round_trip_s)
            incoming = RequestReader(reader)
            while (request := await incoming.next_head()) is not None:
                self.passed += 1
                self.tally.requests[request.method.decode()] += 1
                self._on_request(self.passed)
                await exchange.pass_on(request, incoming, self.passed)
        except (OSError, EOFError, LineBroken, ServerGone):
            pass  # whatever broke, both sides learn it by their connection
        finally:
            exchange.close()
            self.drop(writer)

    async def _cut_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(self.weather.cut_every_s - self.weather.cut_for_s)
            self._is_cut = True
            self._cut()
            self.tally.faults["line cut"] += 1
            self.tally.cut_s += self.weather.cut_for_s
            await asyncio.sleep(self.weather.cut_for_s)
            self._is_cut = False

    def _cut(self) -> None:
        for writer in list(self._open):
            self.drop(writer)
