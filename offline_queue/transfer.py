"""Resumable upload of one file by tus 1.0 (https://tus.io/protocols/resumable-upload): HEAD, then PATCH."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping

from offline_queue.errors import Refused, ServerBusy
from offline_queue.wire import Wire

CHUNK_BYTES = 512 * 1024
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

    `started_url` is what `on_started` was given in an earlier try. Raises LineDown, ServerBusy, Refused.
    """
    offset = _offset(wire, started_url, len(data)) if started_url else None
    url = started_url
    if offset is None or url is None:
        url, offset = _create(wire, path, len(data), metadata), 0
        on_started(url)
    while offset < len(data):
        chunk = data[offset : offset + CHUNK_BYTES]
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
        told = answer.headers.get("Upload-Offset", "")
        if not told.isdigit() or not offset < int(told) <= len(data):
            raise ServerBusy("Máy chủ nhận tệp nhưng báo sai vị trí; chương trình sẽ hỏi lại rồi gửi tiếp.")
        offset = int(told)
        if on_progress is not None:
            on_progress(offset)


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
    return wire.url(location)


def _offset(wire: Wire, url: str, length: int) -> int | None:
    """Where the server stands; None when it no longer knows this upload."""
    try:
        answer = wire.ask("HEAD", url, headers=_VERSION)
    except Refused as refused:
        if refused.status in (403, 404, 410, 460):
            return None
        raise
    told = answer.headers.get("Upload-Offset", "")
    if not told.isdigit() or int(told) > length:
        return None
    return int(told)
