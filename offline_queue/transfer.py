"""Resumable upload of one file by tus 1.0 (https://tus.io/protocols/resumable-upload): HEAD, then PATCH."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from urllib.parse import urljoin, urlsplit

from offline_queue.errors import LineDown, Refused, ServerBusy
from offline_queue.wire import Wire

#: Small enough to pass within the read timeout on a line of 100 kbit/s.
CHUNK_BYTES = 128 * 1024
#: Unknown, another offset, expired, wrong checksum (the server threw the upload away).
_UPLOAD_LOST = (404, 409, 410, 460)
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
) -> None:
    """Brings `data` to the server, going on where an earlier try stopped.

    `started_url` is what `on_started` was given in an earlier try, perhaps under an older address of the
    server. Raises LineDown, ServerBusy, Refused.
    """
    url = _on_this_server(wire, started_url) if started_url else None
    offset = _offset(wire, url, len(data)) if url else None
    if offset is None or url is None:
        url, offset = _create(wire, path, len(data), metadata), 0
        on_started(url)
    while offset < len(data):
        chunk = data[offset : offset + CHUNK_BYTES]
        told = _send(wire, url, offset, chunk)
        if not told.isdecimal() or not offset < int(told) <= len(data):
            raise ServerBusy("Máy chủ nhận tệp nhưng báo sai vị trí; chương trình sẽ hỏi lại rồi gửi tiếp.")
        offset = int(told)
        if on_progress is not None:
            on_progress(offset)


def _send(wire: Wire, url: str, offset: int, chunk: bytes) -> str:
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
    return answer.headers.get("Upload-Offset", "")


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
