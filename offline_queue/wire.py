"""One HTTP connection to one server, with every way it can fail sorted into three fates.

LineDown pauses everything, ServerBusy backs off this one, Refused parks this one before an officer.
"""

from __future__ import annotations

import email.utils
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import requests

from offline_queue.errors import LineDown, QueueError, Refused, ServerBusy

CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 30.0

Token = Callable[[], str | None]


class Wire:
    """Asks one server; keeps the offset between its clock and ours (server minus local, in seconds)."""

    def __init__(
        self, base_url: str, token: Token | None = None, read_timeout_s: float = READ_TIMEOUT_S
    ) -> None:
        self.base_url = base_url.rstrip("/") + "/"
        self.clock_offset_s: float | None = None
        self._token = token
        self._timeout = (CONNECT_TIMEOUT_S, read_timeout_s)
        self._session = requests.Session()

    def ask(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> requests.Response:
        """Sends a request and gives back a 2xx answer; raises LineDown, ServerBusy or Refused."""
        sent = dict(headers or {})
        if self._token is not None and (token := self._token()) is not None:
            sent["Authorization"] = f"Bearer {token}"
        asked_at = datetime.now(UTC)
        try:
            answer = self._session.request(
                method, self.url(path), headers=sent, timeout=self._timeout, allow_redirects=False, **more
            )
        except requests.RequestException as silent:
            raise LineDown(
                "Không kết nối được máy chủ; dữ liệu đã lưu trên máy và sẽ tự gửi khi có mạng."
            ) from silent
        self._note_clock(answer, asked_at)
        self._sort(answer)
        return answer

    def ask_json(self, method: str, path: str, **more: Any) -> Any:
        """As `ask`, for answers that must be JSON; an HTML page (a captive portal) is LineDown."""
        answer = self.ask(method, path, **more)
        if "json" not in answer.headers.get("Content-Type", ""):
            raise LineDown(_NOT_THE_SERVER)
        try:
            return answer.json()
        except (ValueError, requests.RequestException) as garbled:
            raise LineDown("Máy chủ trả lời dở dang; chương trình sẽ tự hỏi lại, không mất gì.") from garbled

    def url(self, path: str) -> str:
        """The address of a path on this server; a whole address is taken only on the same server."""
        whole = urljoin(self.base_url, path)
        if not whole.startswith(self.base_url):
            raise LineDown(_NOT_THE_SERVER)
        return whole

    def _note_clock(self, answer: requests.Response, asked_at: datetime) -> None:
        told = answer.headers.get("X-Server-Time")
        try:
            server = datetime.fromisoformat(told) if told else None
            if server is None and (plain := answer.headers.get("Date")):
                server = email.utils.parsedate_to_datetime(plain)
        except (ValueError, TypeError):
            return
        if server is not None and server.tzinfo is not None:
            middle = asked_at + (datetime.now(UTC) - asked_at) / 2
            self.clock_offset_s = (server - middle).total_seconds()

    @staticmethod
    def _sort(answer: requests.Response) -> None:
        status = answer.status_code
        kind = answer.headers.get("Content-Type", "")
        if "text/html" in kind or 300 <= status < 400:
            raise LineDown(_NOT_THE_SERVER)
        if status in (408, 423, 425, 429) or status >= 500:
            raise ServerBusy(
                f"Máy chủ đang bận (mã {status}); chương trình sẽ tự gửi lại.", _retry_after_s(answer)
            )
        if status >= 400:
            fields = _field_errors(answer)
            detail = "; ".join(reason for _, reason in fields) or f"mã {status}"
            raise Refused(f"Máy chủ chưa nhận: {detail}.", status, fields)


_NOT_THE_SERVER = "Máy trả lời không phải hệ thống tỉnh (có thể là trang đăng nhập mạng); hãy đăng nhập mạng, dữ liệu vẫn nguyên trên máy."


def _retry_after_s(answer: requests.Response) -> float | None:
    told = answer.headers.get("Retry-After", "").strip()
    if told.isdigit():
        return float(told)
    try:
        at = email.utils.parsedate_to_datetime(told)
    except (ValueError, TypeError):
        return None
    return max(0.0, (at - datetime.now(UTC)).total_seconds()) if at.tzinfo else None


def _field_errors(answer: requests.Response) -> tuple[tuple[str, str], ...]:
    try:
        body = answer.json()
    except ValueError:
        return ()
    errors = body.get("errors", ()) if isinstance(body, dict) else ()
    return tuple(
        (str(e.get("field", "")), str(e.get("message", "")))
        for e in errors
        if isinstance(e, dict) and e.get("message")
    )


def dumps(body: Any) -> bytes:
    """JSON bytes for a request body."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


__all__ = ["LineDown", "QueueError", "Refused", "ServerBusy", "Wire", "dumps"]
