"""Runs the stand-in on the loopback interface until it is ended."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from sandbox.application import build_application, with_faults
from sandbox.clock import ServerClock
from sandbox.wire import FaultBoard, protocol_class

HOST = "127.0.0.1"


class _AnnouncingServer(uvicorn.Server):
    """Says where it listens, once it really does."""

    def __init__(self, config: uvicorn.Config, url: str) -> None:
        super().__init__(config)
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        sys.stdout.write(json.dumps({"url": self._url}) + "\n")
        sys.stdout.flush()


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; 0 when ended so, 1 where the port or folder cannot be used."""
    parser = argparse.ArgumentParser(prog="sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    parser.add_argument("--state", type=Path, help="folder that survives a restart; else a temporary one")
    arguments = parser.parse_args(argv)
    try:
        listener = _listen(arguments.port)
    except (OSError, OverflowError) as error:
        sys.stderr.write(f"Không mở được cổng {arguments.port}: {error}. Hãy chọn cổng khác bằng --port.\n")
        return 1
    with listener, _state_folder(arguments.state) as folder:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            sys.stderr.write(
                f"Không dùng được thư mục {folder}: {error}. Hãy chọn thư mục khác bằng --state.\n"
            )
            return 1
        _serve(listener, folder)
    return 0


@contextmanager
def _state_folder(given: Path | None) -> Iterator[Path]:
    """The one given; else a temporary one, made only then: who is killed cannot clear it away."""
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="motcua-sandbox-") as temporary:
        yield Path(temporary)


def _listen(port: int) -> socket.socket:
    # The protocol is named because asyncio turns Nagle's algorithm off only then: without it each
    # answer waits 40 ms for a delayed acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(128)
    except BaseException:
        listener.close()
        raise
    return listener


def _serve(listener: socket.socket, folder: Path) -> None:
    # uvicorn raises the signal again after its orderly end; these make that end an exit code 0.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    clock = ServerClock()
    board = FaultBoard(clock)
    transports: dict[tuple[str, int], asyncio.Transport] = {}
    application = with_faults(build_application(folder, clock, board), clock, board, transports)
    config = uvicorn.Config(
        application,
        http=protocol_class(transports),
        ws="none",
        lifespan="on",
        log_level="error",
        access_log=False,
        date_header=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
    url = f"http://{HOST}:{listener.getsockname()[1]}"
    _AnnouncingServer(config, url).run(sockets=[listener])
