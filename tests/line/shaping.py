"""How fast and how late bytes pass in one direction."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable, Iterator
from random import Random

_PACKET_BYTES = 1448
_PACKET_HEAD_BYTES = 52
"""IPv4 and TCP with time stamps, as on a line of 1500 bytes a packet."""


class Bucket:
    """A line that carries one packet after the other, whosever they are."""

    def __init__(self, bytes_per_s: float) -> None:
        self._bytes_per_s = bytes_per_s
        self._free_at_s = 0.0
        self.passed_bytes = 0

    async def carry(self, size_bytes: int) -> None:
        """Returns when these bytes have left; at once where the line has no limit."""
        on_line = size_bytes + _PACKET_HEAD_BYTES
        self.passed_bytes += on_line
        if not self._bytes_per_s:
            return
        now_s = asyncio.get_running_loop().time()
        self._free_at_s = max(now_s, self._free_at_s) + on_line / self._bytes_per_s
        await asyncio.sleep(self._free_at_s - now_s)


class Pipe:
    """One direction of one exchange: bytes come out at the other end in order, `delay_s` after they left."""

    def __init__(self, bucket: Bucket, writer: asyncio.StreamWriter, delay_s: float) -> None:
        self._bucket = bucket
        self._writer = writer
        self._delay_s = delay_s
        self._last_at_s = 0.0

    async def send(self, data: bytes, on_out: Callable[[int], None] = lambda _size: None) -> None:
        """Sends; `on_out` hears the size of what reached the other end."""
        loop = asyncio.get_running_loop()
        for start in range(0, len(data), _PACKET_BYTES):
            packet = data[start : start + _PACKET_BYTES]
            await self._bucket.carry(len(packet))
            if self._delay_s:
                # Timers of the very same moment could ring in any order.
                self._last_at_s = max(self._last_at_s + 1e-6, loop.time() + self._delay_s)
                loop.call_at(self._last_at_s, self._put, packet, on_out)
            else:
                self._put(packet, on_out)
        if not self._delay_s and not self._writer.is_closing():
            await self._writer.drain()

    async def rest(self) -> None:
        """Returns when all has come out."""
        await asyncio.sleep(max(0.0, self._last_at_s - asyncio.get_running_loop().time()))

    def _put(self, packet: bytes, on_out: Callable[[int], None]) -> None:
        if not self._writer.is_closing():
            self._writer.write(packet)
            on_out(len(packet))


def slices(data: bytes, most_bytes: int, dice: Random) -> Iterator[bytes]:
    """Cuts into pieces of 1 to `most_bytes`."""
    start = 0
    while start < len(data):
        end = start + dice.randint(1, most_bytes)
        yield data[start:end]
        start = end


def reset(writer: asyncio.StreamWriter) -> None:
    """Breaks a connection as a broken line does, not as a polite peer."""
    connection = writer.get_extra_info("socket")
    if connection is not None and connection.fileno() >= 0:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
