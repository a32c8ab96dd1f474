"""Small real servers on loopback: one that answers as told, and a relay that spoils chosen requests."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    method: str
    path: str
    headers: Message
    body: bytes = field(repr=False)


class Exchange:
    """What a scripted answer is given with."""

    def __init__(self, handler: BaseHTTPRequestHandler) -> None:
        self._handler = handler

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        """A whole answer; header names are written with underscores."""
        self.begin(status, **{"Content_Length": str(len(body))} | headers)
        if self._handler.command != "HEAD":
            self._handler.wfile.write(body)

    def begin(self, status: int, **headers: str) -> None:
        """Status and headers only."""
        self._handler.send_response_only(status)
        for name, value in headers.items():
            self._handler.send_header(name.replace("_", "-"), value)
        self._handler.end_headers()

    def write(self, data: bytes) -> bool:
        """Some bytes of the body; False once the client has gone."""
        try:
            self._handler.wfile.write(data)
            self._handler.wfile.flush()
        except OSError:
            return False
        return True

    def hang_up(self) -> None:
        """Closes the connection, with or without an answer before."""
        self._handler.close_connection = True


Script = Callable[[Asked, Exchange], None]


class ScriptedServer:
    """An HTTP server whose answers a test writes; `asked` is what came in."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.asked: list[Asked] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Headers and body leave as two packets: without this each answer waits for a late acknowledgement.
            disable_nagle_algorithm = True

            def __getattr__(self, name: str) -> Any:
                if name.startswith("do_"):
                    return self._serve
                raise AttributeError(name)

            def _serve(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                asked = Asked(self.command, self.path, self.headers, self.rfile.read(length))
                outer.asked.append(asked)
                outer.script(asked, Exchange(self))

            def log_message(self, *_words: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_where: object) -> None:
                """A client that hung up is what these tests are about."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def times(self, method: str, path_start: str) -> int:
        """How often such a request came."""
        return sum(a.method == method and a.path.startswith(path_start) for a in self.asked)


class Relay(ScriptedServer):
    """Stands before a real server; `spoil` answers a request itself and says so by True."""

    def __init__(self, target: str, spoil: Callable[[Asked, Exchange], bool] = lambda _a, _e: False) -> None:
        self.target = target
        self.spoil = spoil
        super().__init__(self._pass_on)

    def _pass_on(self, asked: Asked, exchange: Exchange) -> None:
        if self.spoil(asked, exchange):
            return
        where = urlsplit(self.target)
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=20)
        kept = {k: v for k, v in asked.headers.items() if k.lower() not in ("connection", "content-length")}
        try:
            # The Host header stays as the client wrote it, so that Location points to the relay.
            connection.request(asked.method, asked.path, asked.body, kept)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        dropped = ("transfer-encoding", "content-length", "connection")
        headers = {k.replace("-", "_"): v for k, v in answer.getheaders() if k.lower() not in dropped}
        exchange.answer(answer.status, body, **headers)


def json_answer(body: bytes = b"{}", status: int = 200, **headers: str) -> Script:
    """A script that answers everything with that JSON."""

    def script(_asked: Asked, exchange: Exchange) -> None:
        exchange.answer(status, body, Content_Type="application/json", **headers)

    return script


def plain_answer(status: int, body: bytes = b"", **headers: str) -> Script:
    """One answer to everything."""

    def script(_asked: Asked, exchange: Exchange) -> None:
        exchange.answer(status, body, **headers)

    return script
