"""The province's system (HTTT giải quyết TTHC cấp tỉnh) over docs/openapi/provincial.yaml."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from app.gateways.tokens import StationToken
from offline_queue.changes import Change, ChangeKind, ChangePage
from offline_queue.errors import Conflicting, Refused, ServerBusy
from offline_queue.numbers import NumberBlock
from offline_queue.records import FileEntry, canonical_json
from offline_queue.transfer import ride_over, upload
from offline_queue.transport import Delivered
from offline_queue.wire import LineOptions, Wire


class ProvincialSystem:
    """Hands over dossiers and files, leases serials, tells the time."""

    def __init__(
        self,
        base_url: str,
        client_id: str,
        client_secret: str,
        timeout_s: float = 30.0,
        options: LineOptions | None = None,
        patience_s: float = 0.0,
    ) -> None:
        """`patience_s`: a line that breaks while dossiers are sent and is back within this time ends nothing; all of
        it may be asked twice. For the time and for numbers somebody may wait: there a break is told at once."""
        self._patience_s = patience_s
        self._token = StationToken(base_url, client_id, client_secret, options)
        self._wire = Wire(base_url, self._token, timeout_s, options)

    @property
    def clock_offset_s(self) -> float | None:
        """Server time minus this machine's time, from the last answer."""
        return self._wire.clock_offset_s

    def put_record(self, key: str, body: Mapping[str, Any]) -> Delivered:
        """PUT the sealed record; the key makes a resend harmless."""
        return _delivered(self._put(key, body, {"Idempotency-Key": key}))

    def update_record(self, key: str, version: int, body: Mapping[str, Any], etag: str) -> Delivered:
        """PUT of a later version, made from the one with that tag (If-Match)."""
        try:
            answer = self._put(key, body, {"Idempotency-Key": f"{key}:{version}", "If-Match": f'"{etag}"'})
        except Refused as refused:
            told = refused.told if isinstance(refused.told, dict) else {}
            theirs, revision = told.get("body"), told.get("revision")
            if refused.status != 412 or not isinstance(theirs, dict) or not isinstance(revision, int):
                raise
            raise Conflicting("Hồ sơ đã được sửa ở tỉnh.", theirs, revision) from refused
        return _delivered(answer)

    def held(self, key: str) -> Change:
        """The version that the province holds now."""
        answer = self._ask_json("GET", f"v1/dossiers/{key}?with_body=true")
        try:
            facts = {"body": dict(answer["body"]), "revision": int(answer["revision"])}
            return Change(ChangeKind.EDITED, key, datetime.fromisoformat(answer["changed_at"]), facts)
        except (KeyError, TypeError, ValueError) as garbled:
            raise ServerBusy(_GARBLED) from garbled

    def changes(self, cursor: str) -> ChangePage:
        """What the province tells after the cursor; an empty one starts at the beginning."""
        answer = self._ask_json("GET", f"v1/changes?since={quote(cursor)}")
        try:
            return ChangePage(
                str(answer["cursor"]),
                tuple(
                    Change(
                        str(line["kind"]),
                        str(line["key"]),
                        datetime.fromisoformat(line["at"]),
                        dict(line["facts"]),
                    )
                    for line in answer["changes"]
                ),
            )
        except (KeyError, TypeError, ValueError) as garbled:
            raise ServerBusy(_GARBLED) from garbled

    def ask(self, key: str) -> Delivered:
        """What the province holds, hashed from its own bytes."""
        answer = self._ask_json("GET", f"v1/dossiers/{key}")
        try:
            missing = [f["sha256"] for f in answer["files"] if f["received"] is not True]
        except (KeyError, TypeError) as garbled:
            raise ServerBusy(_GARBLED) from garbled
        return _delivered({**answer, "missing_files": missing})

    def put_file(self, key: str, entry: FileEntry, data: bytes, on_started: Callable[[str], None]) -> None:
        """Uploads one file by tus, going on where an earlier try stopped."""

        def send() -> None:
            upload(
                self._wire,
                "v1/files",
                data,
                {
                    "filename": entry.name,
                    "filetype": entry.media_type,
                    "dossier": key,
                    "component": entry.part,
                    "sha256": entry.sha256,
                },
                started_url=entry.upload_url,
                on_started=on_started,
                patience_s=self._patience_s,
            )

        self._with_fresh_token(send)

    def lease(
        self, request_id: str, agency: str, station: str, days: Iterable[date], size: int
    ) -> list[NumberBlock]:
        """Serial blocks for those days; the same request id gets the same blocks."""
        answer = self._ask_once(
            "POST",
            "v1/code-leases",
            data=canonical_json(
                {"agency": agency, "station": station, "days": [d.isoformat() for d in days], "size": size}
            ).encode(),
            headers={"Content-Type": "application/json", "Idempotency-Key": request_id},
        )
        try:
            return [
                NumberBlock(
                    lease["agency"], date.fromisoformat(lease["day"]), int(lease["first"]), int(lease["last"])
                )
                for lease in answer["leases"]
            ]
        except (KeyError, TypeError, ValueError) as garbled:
            raise ServerBusy("Máy chủ cấp số trả lời không đúng dạng; chương trình sẽ hỏi lại.") from garbled

    def greet(self) -> None:
        """Asks the server's time: LineDown, ServerBusy or Refused say what is wrong with the line."""
        self._ask_once("GET", "v1/time")

    def _put(self, key: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> Any:
        return self._ask_json(
            "PUT",
            f"v1/dossiers/{key}",
            data=gzip.compress(canonical_json(body).encode(), mtime=0),
            headers={**headers, "Content-Type": "application/json", "Content-Encoding": "gzip"},
        )

    def _ask_json(self, method: str, path: str, **more: Any) -> Any:
        return ride_over(self._patience_s, lambda: self._ask_once(method, path, **more))

    def _ask_once(self, method: str, path: str, **more: Any) -> Any:
        return self._with_fresh_token(lambda: self._wire.ask_json(method, path, **more))

    def _with_fresh_token(self, send: Callable[[], Any]) -> Any:
        try:
            return send()
        except Refused as refused:
            if refused.status != 401:
                raise
            self._token.forget()
            try:
                return send()
            except Refused as again:
                if again.status != 401:
                    raise
                # A station without a valid enrolment is no fault of this dossier.
                raise ServerBusy("Máy chủ chưa nhận đăng ký của trạm này; hãy báo quản trị.") from again


_GARBLED = "Máy chủ trả lời không đúng dạng; chương trình sẽ hỏi lại."


def _delivered(answer: Any) -> Delivered:
    """The server's word, taken only where it says it plainly: a guess could lose a dossier."""
    try:
        code, is_complete, missing = answer["code"], answer["complete"], frozenset(answer["missing_files"])
    except (KeyError, TypeError) as garbled:
        raise ServerBusy(_GARBLED) from garbled
    if (
        not isinstance(code, str)
        or not code
        or not isinstance(is_complete, bool)
        or not all(isinstance(digest, str) for digest in missing)
        or (is_complete and missing)
    ):
        raise ServerBusy(_GARBLED)
    # A province that keeps no versions answers none; without changes there is only the first.
    revision = answer.get("revision", 1)
    newest = answer.get("newest", revision)
    if not isinstance(revision, int) or not isinstance(newest, int):
        raise ServerBusy(_GARBLED)
    return Delivered(code, is_complete, missing, revision, newest)
