"""Resumable upload of one file by tus 1.0 (https://tus.io/protocols/resumable-upload): HEAD, then PATCH."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Mapping
from random import SystemRandom
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

from offline_queue.errors import LineDown, Refused, ServerBusy
from offline_queue.wire import Wire

T = TypeVar("T")

#: Small enough to pass within the read timeout on a line of 100 kbit/s.
CHUNK_BYTES = 128 * 1024
#: Between two tries to take up a broken line, half to one and a half of it: of several lanes one comes soon.
_REST_S = 0.2
#: Unknown, no upload's address (a line that broke inside the answer told half of one), another offset, expired,
#: wrong checksum (the server threw the upload away).
_UPLOAD_LOST = (404, 405, 409, 410, 460)
_dice = SystemRandom()
_VERSION = {"Tus-Resumable": "1.0.0"}


def upload(
    wire: Wire,
    path: str,
    data: bytes,
    metadata: Mapping[str, str],
    *,
    started_url: str | None,
    on_started: Callable[[str], None],
    on_progress: Callable[[int], None] | None = None,
    patience_s: float = 0.0,
) -> None:
    """Brings `data` to the server, going on where an earlier try stopped.

    `started_url` is what `on_started` was given in an earlier try, perhaps under an older address of the
    server. A line that breaks on the way and is back within `patience_s` is taken up at once: each such
    break would else end the round of sending for all records. Raises LineDown, ServerBusy, Refused.
    """
    url = _on_this_server(wire, started_url) if started_url else None
    offset: int | None = None
    furthest = 0
    broken_at_s: float | None = None
    while offset is None or offset < len(data):
        try:
            if url is not None and offset is None:
                offset = _offset(wire, url, len(data))
            if url is None or offset is None:
                url, offset = _create(wire, path, len(data), metadata), 0
                on_started(url)
            if offset > furthest:
                # What broke brought some of it over: the line is bad, but not away.
                broken_at_s, furthest = None, offset
            if offset < len(data):
                offset = _send(wire, url, offset, data)
                if on_progress is not None:
                    on_progress(offset)
        except LineDown:
            broken_at_s = time.monotonic() if broken_at_s is None else broken_at_s
            if time.monotonic() - broken_at_s >= patience_s:
                raise
            offset = None
            _rest()


def ride_over(patience_s: float, ask: Callable[[], T]) -> T:
    """Asks again while the line has been away for less than `patience_s`; only for what may be asked twice."""
    until_s = time.monotonic() + patience_s
    while True:
        try:
            return ask()
        except LineDown:
            if time.monotonic() >= until_s:
                raise
            _rest()


def _rest() -> None:
    time.sleep(_REST_S * _dice.uniform(0.5, 1.5))


def _send(wire: Wire, url: str, offset: int, data: bytes) -> int:
    """Sends the next chunk; gives the offset after it."""
    chunk = data[offset : offset + CHUNK_BYTES]
    try:
        answer = wire.ask(
            "PATCH",
            url,
            data=chunk,
            headers={
                **_VERSION,
                "Upload-Offset": str(offset),
                "Content-Type": "application/offset+octet-stream",
            },
        )
    except Refused as refused:
        if refused.status not in _UPLOAD_LOST:
            raise
        # The upload moved on or went away between HEAD and PATCH: nothing is wrong with the dossier.
        raise ServerBusy(
            "Máy chủ chưa ghép được phần tệp vừa gửi; chương trình sẽ hỏi lại rồi gửi tiếp."
        ) from refused
    told = answer.headers.get("Upload-Offset", "")
    if not told.isdecimal() or not offset < int(told) <= len(data):
        raise ServerBusy("Máy chủ nhận tệp nhưng báo sai vị trí; chương trình sẽ hỏi lại rồi gửi tiếp.")
    return int(told)


def _create(wire: Wire, path: str, length: int, metadata: Mapping[str, str]) -> str:
    pairs = ",".join(
        f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in metadata.items()
    )
    answer = wire.ask(
        "POST", path, headers={**_VERSION, "Upload-Length": str(length), "Upload-Metadata": pairs}, data=b""
    )
    location = answer.headers.get("Location")
    if not location:
        raise ServerBusy("Máy chủ nhận lời gửi tệp nhưng không cho địa chỉ; chương trình sẽ tự gửi lại.")
    url = _on_this_server(wire, location)
    if url is None:
        raise ServerBusy(
            "Máy chủ cho địa chỉ gửi tệp ngoài hệ thống tỉnh; hãy báo quản trị, chương trình sẽ gửi lại."
        )
    return url


def _on_this_server(wire: Wire, address: str) -> str | None:
    """The upload's address under the server's name as we know it; None where its path lies elsewhere.

    A server behind a proxy often tells an inner name, and a province may move; the token goes to neither.
    """
    whole = urlsplit(urljoin(wire.base_url, address))
    try:
        return wire.url(f"{whole.path}?{whole.query}" if whole.query else whole.path)
    except LineDown:
        return None


def _offset(wire: Wire, url: str, length: int) -> int | None:
    """Where the server stands; None when it no longer knows this upload."""
    try:
        answer = wire.ask("HEAD", url, headers=_VERSION)
    except Refused as refused:
        if refused.status in (403, *_UPLOAD_LOST):
            return None
        raise
    told = answer.headers.get("Upload-Offset", "")
    if not told.isdecimal() or int(told) > length:
        return None
    return int(told)
