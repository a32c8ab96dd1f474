"""The station's access token: OAuth 2.0 client credentials, fetched anew shortly before it runs out."""

from __future__ import annotations

import time
from threading import Lock

from offline_queue.errors import Refused
from offline_queue.wire import LineOptions, Wire

_EARLY_S = 60.0
#: Where the server does not say.
_LIFETIME_S = 300.0


class StationToken:
    """Gives the bearer token; call it before each request."""

    def __init__(
        self, base_url: str, client_id: str, client_secret: str, options: LineOptions | None = None
    ) -> None:
        self._wire = Wire(base_url, options=options)
        self._client = (client_id, client_secret)
        self._token: str | None = None
        self._good_until = 0.0
        self._lock = Lock()

    def __call__(self) -> str:
        """A token that is good for at least a minute; LineDown, ServerBusy or Refused when there is none."""
        with self._lock:
            if self._token is None or time.monotonic() > self._good_until - _EARLY_S:
                token, lifetime_s = self._fetch()
                self._token, self._good_until = token, time.monotonic() + lifetime_s
            return self._token

    def _fetch(self) -> tuple[str, float]:
        try:
            answer = self._wire.ask_json(
                "POST", "oauth2/token", data={"grant_type": "client_credentials"}, auth=self._client
            )
            told_s = answer.get("expires_in")
            token, lifetime_s = answer["access_token"], float(_LIFETIME_S if told_s is None else told_s)
        except (Refused, KeyError, TypeError, ValueError, AttributeError):
            token, lifetime_s = None, 0.0
        if not isinstance(token, str) or not token:
            # Whatever its number was (RFC 6749 lets it be 400 too): a station that is not enrolled is
            # no fault of the dossier that is being sent.
            raise Refused(
                "Máy chủ không cấp mã truy cập cho trạm; hãy báo quản trị kiểm tra đăng ký trạm.", 401
            )
        return token, lifetime_s

    def forget(self) -> None:
        """After a 401: the next call fetches a new one."""
        self._token = None
