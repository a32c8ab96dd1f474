"""The station's access token: OAuth 2.0 client credentials, fetched anew shortly before it runs out."""

from __future__ import annotations

import time

from offline_queue.errors import Refused
from offline_queue.wire import Wire

_EARLY_S = 60.0


class StationToken:
    """Gives the bearer token; call it before each request."""

    def __init__(self, base_url: str, client_id: str, client_secret: str) -> None:
        self._wire = Wire(base_url)
        self._client = (client_id, client_secret)
        self._token: str | None = None
        self._good_until = 0.0

    def __call__(self) -> str:
        """A token that is good for at least a minute; LineDown, ServerBusy or Refused when there is none."""
        if self._token is None or time.monotonic() > self._good_until - _EARLY_S:
            answer = self._wire.ask_json(
                "POST", "oauth2/token", data={"grant_type": "client_credentials"}, auth=self._client
            )
            if not isinstance(answer, dict) or not isinstance(answer.get("access_token"), str):
                raise Refused(
                    "Máy chủ không cấp mã truy cập cho trạm; hãy báo quản trị kiểm tra đăng ký trạm.", 401
                )
            self._token = answer["access_token"]
            self._good_until = time.monotonic() + float(answer.get("expires_in", 300))
        return self._token

    def forget(self) -> None:
        """After a 401: the next call fetches a new one."""
        self._token = None
