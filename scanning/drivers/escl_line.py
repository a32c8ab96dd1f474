"""The line to one network scanner: every exchange has an end in time and in size, and can be given up."""

import hashlib
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from scanning.device_errors import (
    BrokenPage,
    ConnectionLost,
    PageTooLarge,
    ScannerMissing,
    ScanTimedOut,
    UntrustedCertificate,
)
from scanning.errors import Cancelled

CONNECT_TIMEOUT_S = 5.0
_STEP_S = 0.1
_CHUNK_BYTES = 65536


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    """Their names in lower case."""
    body: bytes = field(repr=False)

    @property
    def retry_after_s(self) -> float | None:
        """RFC 9110, 10.2.3; only the number of seconds, which is what scanners send."""
        text = self.headers.get("retry-after", "").strip()
        return float(text) if text.isdigit() else None


class ScannerLine:
    """HTTP to one scanner and to no other host; redirects and proxies are not followed."""

    def __init__(self, url: str, name: str, *, certificate_sha256: str = "") -> None:
        self.url = url
        self._name = name
        self._session = requests.Session()
        self._session.trust_env = False
        # Keeping a connection open while paper is fed is what makes some scanners drop it.
        self._session.headers.update({"Connection": "close", "Accept-Encoding": "identity"})
        if certificate_sha256:
            self._session.verify = False
            self._session.mount("https://", _PinnedAdapter(certificate_sha256))

    def close(self) -> None:
        self._session.close()

    def address_of(self, location: str) -> str:
        """A job's address, which a scanner may give relative or under a name that we cannot resolve."""
        own, told = urlsplit(self.url), urlsplit(urljoin(f"{self.url}/", location))
        return urlunsplit((own.scheme, own.netloc, told.path.rstrip("/"), told.query, ""))

    def exchange(
        self,
        method: str,
        address: str,
        *,
        body: bytes | None = None,
        timeout_s: float,
        limit_bytes: int,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Answer:
        """One request and its whole answer.

        Raises ScannerMissing, ConnectionLost, BrokenPage (less than was announced), PageTooLarge,
        ScanTimedOut, UntrustedCertificate or Cancelled. `requests` cannot be woken while it waits, so
        it waits in a thread of its own, which ends by itself when nobody waits for it any more.
        """
        outcome: Future[Answer] = Future()
        given_up = threading.Event()

        def work() -> None:
            try:
                outcome.set_result(self._exchange(method, address, body, timeout_s, limit_bytes, given_up))
            except BaseException as error:  # noqa: BLE001 - raised again where the answer is waited for
                outcome.set_exception(error)

        threading.Thread(target=work, name="scanner-line", daemon=True).start()
        deadline = time.monotonic() + timeout_s
        while not outcome.done():
            if cancelled():
                given_up.set()
                raise Cancelled
            if time.monotonic() > deadline:
                given_up.set()
                raise ScanTimedOut(timeout_s)
            wait([outcome], timeout=_STEP_S)
        return outcome.result()

    def _exchange(
        self,
        method: str,
        address: str,
        body: bytes | None,
        timeout_s: float,
        limit_bytes: int,
        given_up: threading.Event,
    ) -> Answer:
        headers = {"Content-Type": "text/xml"} if body is not None else {}
        try:
            with self._session.request(
                method,
                address,
                data=body,
                headers=headers,
                stream=True,
                allow_redirects=False,
                timeout=(CONNECT_TIMEOUT_S, timeout_s),
            ) as response:
                content = bytearray()
                while not given_up.is_set() and (
                    chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True)
                ):
                    content += chunk
                    if len(content) > limit_bytes:
                        raise PageTooLarge(limit_bytes)
                named = {name.lower(): value for name, value in response.headers.items()}
        except requests.exceptions.SSLError as error:
            raise UntrustedCertificate(self._name) from error
        except requests.exceptions.ReadTimeout as error:
            raise ScanTimedOut(timeout_s) from error
        except requests.exceptions.ConnectionError as error:
            lost = isinstance(error, requests.exceptions.ConnectTimeout) or "refused" in str(error)
            raise (ScannerMissing(self._name) if lost else ConnectionLost()) from error
        except (requests.exceptions.RequestException, HTTPError, OSError) as error:
            raise ConnectionLost from error
        announced = "" if "content-encoding" in named else named.get("content-length", "")
        if announced.isdigit() and len(content) != int(announced):
            raise BrokenPage
        return Answer(response.status_code, named, bytes(content))


class _PinnedAdapter(HTTPAdapter):
    """Trusts the one certificate whose fingerprint an administrator has written down, and no other."""

    def __init__(self, fingerprint: str) -> None:
        self._fingerprint = fingerprint.replace(":", "").lower()
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, assert_fingerprint=self._fingerprint, **kwargs)


def certificate_sha256_of(host: str, port: int = 443, *, timeout_s: float = CONNECT_TIMEOUT_S) -> str:
    """The fingerprint to compare with the one on the scanner's own panel; raises ScannerMissing."""
    try:
        pem = ssl.get_server_certificate((host, port), timeout=timeout_s)
    except OSError as error:
        raise ScannerMissing(host) from error
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
