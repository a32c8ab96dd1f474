"""One HTTP connection to one server, with every way it can fail sorted into three fates.

LineDown pauses everything, ServerBusy backs off this one, Refused parks this one before an officer.
"""

from __future__ import annotations

import email.utils
import json
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict

from offline_queue.errors import LineDown, Refused, ServerBusy
from offline_queue.line_share import LineShare
from offline_queue.pace import Pace

CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 30.0
#: No answer of the contract comes near it; what pours longer is not the server.
MOST_ANSWER_BYTES = 16 * 1024 * 1024
#: A server that asks for more is asked again a day later all the same.
LONGEST_RETRY_AFTER_S = 86_400.0

#: What a gateway's HTML page says with these is about this request, not about the line.
_MEANT_ALSO_AS_PAGE = (401, 404, 409, 410, 413)
_PIECE_BYTES = 64 * 1024
#: Kept open for the lanes; a connection more is made anew for each request.
_MOST_CONNECTIONS = 32
#: Smaller questions never wait for their turn.
_LARGE_BYTES = 32 * 1024
#: A request that a busy server turned away is asked again in its place, so many times in all, and only where it is not
#: asked to wait for longer; then its record waits in the outbox.
MOST_TRIES = 8
LONGEST_IN_PLACE_S = 120.0
#: A server without a clock battery must not date our codes.
_PLAUSIBLE_YEARS = range(2020, 2100)

Token = Callable[[], str | None]


@dataclass(frozen=True)
class Answer:
    """A whole answer; header names in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def kind(self) -> str:
        """The media type as told."""
        return self.headers.get("Content-Type", "")

    @property
    def told_at(self) -> datetime | None:
        """The server's time, None where it told none."""
        told = self.headers.get("X-Server-Time")
        try:
            if told:
                at = datetime.fromisoformat(told)
            elif plain := self.headers.get("Date"):
                at = email.utils.parsedate_to_datetime(plain)
            else:
                return None
        except (ValueError, TypeError):
            return None
        return at if at.tzinfo is not None and at.year in _PLAUSIBLE_YEARS else None

    def json(self) -> Any:
        """The body as JSON; ValueError where it is none."""
        try:
            return json.loads(self.body)
        except RecursionError as deep:
            raise ValueError("nested too deeply") from deep


@dataclass(frozen=True)
class LineOptions:
    """How to reach a server: all empty means by the system's own proxy and authorities."""

    proxy: str = ""
    """http://host:port; the system's settings where empty."""
    ca_file: str = ""
    """PEM file of the authorities to trust instead of the system's."""
    certificate_sha256: str = ""
    """Fingerprint of the one certificate that the server may show, besides what the authorities say."""
    share: LineShare = field(default_factory=LineShare)
    pace: Pace | None = None
    """Of the whole station; None for what a person waits for, which is asked at once and once."""


class Wire:
    """Asks one server; keeps the offset between its clock and ours (server minus local, in seconds)."""

    def __init__(
        self,
        base_url: str,
        token: Token | None = None,
        read_timeout_s: float = READ_TIMEOUT_S,
        options: LineOptions | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/") + "/"
        self.clock_offset_s: float | None = None
        self._token = token
        self._timeout = (CONNECT_TIMEOUT_S, read_timeout_s)
        self._options = options or LineOptions()
        self._session = _session(self._options)

    def ask(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> Answer:
        """Sends a request and gives back a 2xx answer; raises LineDown, ServerBusy, Refused or SendingStopped.

        With a pace it waits for its turn first, and asks a busy server again in its turn.
        """
        pace = self._options.pace
        if pace is None:
            return self._ask_once(method, path, self._with_token(headers), more)
        tries, wait_s = 0, 0.0
        while True:
            left_at = pace.turn(wait_s)
            sent = self._with_token(headers)
            try:
                answer = self._ask_once(method, path, sent, more)
            except LineDown:
                pace.line_broke()
                raise
            except Refused:
                pace.was_taken()
                raise
            except ServerBusy as busy:
                if not busy.is_for_all:
                    raise
                tries, wait_s = tries + 1, pace.was_busy(left_at, busy.retry_after_s)
                if tries == MOST_TRIES or wait_s > LONGEST_IN_PLACE_S:
                    raise
            else:
                pace.was_taken()
                return answer

    def _with_token(self, headers: Mapping[str, str] | None) -> dict[str, str]:
        sent = dict(headers or {})
        if self._token is not None and (token := self._token()) is not None:
            sent["Authorization"] = f"Bearer {token}"
        return sent

    def _ask_once(
        self, method: str, path: str, headers: Mapping[str, str], more: Mapping[str, Any]
    ) -> Answer:
        if "Authorization" in headers:
            # Without it a .netrc entry for this host would silently replace the token.
            more = {**more, "auth": _as_it_is}
        asked_at = datetime.now(UTC)
        is_large = len(more.get("data") or b"") >= _LARGE_BYTES
        try:
            with (
                self._options.share.turn() if is_large else nullcontext(),
                self._session.request(
                    method,
                    self.url(path),
                    headers=dict(headers),
                    timeout=self._timeout,
                    allow_redirects=False,
                    # Said with each request: REQUESTS_CA_BUNDLE would win over the session's own.
                    verify=self._options.ca_file or None,
                    stream=True,
                    **more,
                ) as response,
            ):
                body = self._read(response)
        except requests.exceptions.SSLError as strange:
            raise LineDown(
                "Chứng chỉ của máy trả lời không phải của hệ thống tỉnh nên chưa gửi gì; hãy báo quản trị, dữ liệu vẫn nguyên trên máy."
            ) from strange
        except (requests.RequestException, urllib3.exceptions.HTTPError) as silent:
            raise LineDown(_NO_CONNECTION) from silent
        except OSError as missing:
            raise LineDown(
                f"Không đọc được tệp chứng chỉ {self._options.ca_file}; hãy kiểm tra mục ca_file trong cấu hình."
            ) from missing
        answer = Answer(response.status_code, response.headers, body)
        _refuse_strangers(answer)
        self._note_clock(answer, asked_at)
        _sort(answer)
        return answer

    def ask_json(self, method: str, path: str, **more: Any) -> Any:
        """As `ask`, for answers that must be JSON; an HTML page (a captive portal) is LineDown."""
        answer = self.ask(method, path, **more)
        if "json" not in answer.kind:
            raise LineDown(_NOT_THE_SERVER)
        try:
            return answer.json()
        except ValueError as garbled:
            raise LineDown("Máy chủ trả lời dở dang; chương trình sẽ tự hỏi lại, không mất gì.") from garbled

    def url(self, path: str) -> str:
        """The address of a path on this server; a whole address is taken only on the same server."""
        whole = urljoin(self.base_url, path)
        if not whole.startswith(self.base_url):
            raise LineDown(_NOT_THE_SERVER)
        return whole

    def _read(self, response: requests.Response) -> bytes:
        """The whole body. The read timeout counts from packet to packet; this one counts it all, or an
        answer that drips would hold the queue for ever."""
        until = time.monotonic() + self._timeout[1]
        body = bytearray()
        while piece := response.raw.read1(_PIECE_BYTES, decode_content=True):
            body += piece
            if time.monotonic() > until or len(body) > MOST_ANSWER_BYTES:
                raise LineDown(
                    "Máy chủ trả lời quá lâu hoặc quá dài; chương trình sẽ tự hỏi lại, không mất gì."
                )
        return bytes(body)

    def _note_clock(self, answer: Answer, asked_at: datetime) -> None:
        if (server := answer.told_at) is None:
            return
        # The server told its time somewhere between question and answer: a slow upload that fits what
        # is known already teaches nothing.
        most_s, least_s = (server - asked_at).total_seconds(), (server - datetime.now(UTC)).total_seconds()
        if self.clock_offset_s is None or not least_s <= self.clock_offset_s <= most_s:
            self.clock_offset_s = (most_s + least_s) / 2


def _session(options: LineOptions) -> requests.Session:
    session = requests.Session()
    # On a thin line each request's head counts: no more than what servers ask for.
    session.headers = CaseInsensitiveDict({"User-Agent": "motcua", "Accept-Encoding": "gzip"})
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(pool_maxsize=_MOST_CONNECTIONS))
    if options.proxy:
        session.trust_env = False
        session.proxies = {"http": options.proxy, "https": options.proxy}
    if options.certificate_sha256:
        session.mount("https://", _PinnedAdapter(options.certificate_sha256))
    return session


class _PinnedAdapter(HTTPAdapter):
    """Accepts the one certificate whose fingerprint an administrator has written down."""

    def __init__(self, fingerprint: str) -> None:
        self._fingerprint = fingerprint.replace(":", "").replace(" ", "").lower()
        super().__init__(pool_maxsize=_MOST_CONNECTIONS)

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, assert_fingerprint=self._fingerprint, **more)

    def proxy_manager_for(self, proxy: str, **more: Any) -> Any:
        return super().proxy_manager_for(proxy, assert_fingerprint=self._fingerprint, **more)


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _refuse_strangers(answer: Answer) -> None:
    """LineDown for what a network in between answers in the server's place: its page, its clock."""
    status = answer.status
    if 300 <= status < 400 or status in (407, 511) or ("text/html" in answer.kind and status < 400):
        raise LineDown(_NOT_THE_SERVER)


def _sort(answer: Answer) -> None:
    status = answer.status
    if status < 400:
        return
    is_page = "text/html" in answer.kind and status not in _MEANT_ALSO_AS_PAGE
    if status in (408, 423, 425, 429) or status >= 500 or is_page:
        retry_after_s = _retry_after_s(answer)
        raise ServerBusy(
            f"Máy chủ đang bận (mã {status}); chương trình sẽ tự gửi lại.",
            retry_after_s,
            # Other numbers may be this request's own fault: a body at which the server stumbles.
            is_for_all=status in (429, 503) or retry_after_s is not None,
        )
    fields = _field_errors(answer)
    detail = "; ".join(reason.rstrip(" .") for _, reason in fields) or f"mã {status}"
    raise Refused(f"Máy chủ chưa nhận: {detail}.", status, fields, _told(answer))


_NO_CONNECTION = "Không kết nối được máy chủ; dữ liệu đã lưu trên máy và sẽ tự gửi khi có mạng."
_NOT_THE_SERVER = "Máy trả lời không phải hệ thống tỉnh (có thể là trang đăng nhập mạng); hãy đăng nhập mạng, dữ liệu vẫn nguyên trên máy."


def _retry_after_s(answer: Answer) -> float | None:
    told = answer.headers.get("Retry-After", "").strip()
    if told.isdecimal():
        return min(float(told), LONGEST_RETRY_AFTER_S)
    try:
        at = email.utils.parsedate_to_datetime(told)
        # Both dates by the server's clock: ours may be days off.
        wait_s = (at - (answer.told_at or datetime.now(UTC))).total_seconds()
    except (ValueError, TypeError):
        return None
    return min(max(0.0, wait_s), LONGEST_RETRY_AFTER_S)


def _told(answer: Answer) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None


def _field_errors(answer: Answer) -> tuple[tuple[str, str], ...]:
    body = _told(answer)
    errors = body.get("errors") if isinstance(body, dict) else None
    if not isinstance(errors, list):
        return ()
    return tuple(
        (str(e.get("field", "")), str(e.get("message", "")))
        for e in errors
        if isinstance(e, dict) and e.get("message")
    )
