"""Network scanners that speak eSCL (AirScan, Mopria): no driver, only HTTP and XML.

Source of the rules: Mopria Alliance, eSCL Technical Specification 2.97. A page is asked for only when the
page before has been taken, so a scan that breaks off has lost none of those it gave.
"""

import contextlib
from collections.abc import Callable, Iterator
from itertools import islice
from urllib.parse import urlsplit, urlunsplit

from scanning.device_errors import (
    DeviceError,
    FeederEmpty,
)
from scanning.drivers.escl_line import ScannerLine
from scanning.drivers.escl_messages import (
    FeederState,
    InputSource,
    ScannerCapabilities,
)
from scanning.drivers.escl_scanner import FEEDER_ERRORS, EsclLimits, EsclScanner, pace_of
from scanning.pages import ScannedPage
from scanning.sources import ScanRequest


class EsclSource:
    """A scanner at an address: `192.168.1.20`, `http://192.168.1.20:8080/eSCL`, `https://...`.

    `certificate_sha256` is the fingerprint of the scanner's own certificate, for one that no authority
    has signed; without it such a scanner is refused.
    """

    def __init__(
        self, address: str, *, label: str = "", certificate_sha256: str = "", limits: EsclLimits | None = None
    ) -> None:
        self._url = root_url(address)
        self._label = label
        self._certificate_sha256 = certificate_sha256
        self._limits = limits or EsclLimits()

    @property
    def name(self) -> str:
        return f"Máy quét {self._label or urlsplit(self._url).hostname}"

    def is_usable(self) -> tuple[bool, str]:
        try:
            with self._connected(lambda: False) as scanner:
                scanner.capabilities()
                status = scanner.status()
        except DeviceError as error:
            return False, str(error)
        if status is not None and status.feeder in FEEDER_ERRORS:
            return False, str(FEEDER_ERRORS[status.feeder]())
        return True, ""

    def capabilities(self) -> ScannerCapabilities:
        """What the scanner says it can do; raises a DeviceError."""
        with self._connected(lambda: False) as scanner:
            return scanner.capabilities()

    def scan(self, request: ScanRequest) -> Iterator[ScannedPage]:
        """See `Source.scan`; the glass gives one page, the feeder all it holds."""
        if request.most_pages is not None and request.most_pages < 1:
            return
        with self._connected(request.cancelled) as scanner:
            capabilities = scanner.capabilities()
            has_both = capabilities.platen is not None and capabilities.feeder is not None
            source = InputSource.PLATEN if capabilities.feeder is None else InputSource.FEEDER
            if has_both and request.from_feeder is None:
                status = scanner.status()
                if status is not None and status.feeder is FeederState.EMPTY:
                    source = InputSource.PLATEN
            elif has_both and not request.from_feeder:
                source = InputSource.PLATEN
            try:
                job = scanner.order(capabilities, source, request)
            except FeederEmpty:
                if request.from_feeder is not None or not has_both:
                    raise
                source = InputSource.PLATEN
                job = scanner.order(capabilities, source, request)
            most = 1 if source is InputSource.PLATEN else request.most_pages
            try:
                # A PDF may hold more pages than were asked for.
                yield from islice(scanner.pages(job, source, most, pace_of(capabilities.model)), most)
            finally:
                scanner.end(job)

    @contextlib.contextmanager
    def _connected(self, cancelled: Callable[[], bool]) -> Iterator[EsclScanner]:
        name = self._label or urlsplit(self._url).netloc
        line = ScannerLine(self._url, name, certificate_sha256=self._certificate_sha256)
        try:
            yield EsclScanner(line, name, self._limits, cancelled)
        finally:
            line.close()


def root_url(address: str) -> str:
    """The address of the scanner's eSCL root, from whatever a person has typed."""
    told = urlsplit(address if "://" in address else f"http://{address}")
    return urlunsplit((told.scheme, told.netloc, told.path.rstrip("/") or "/eSCL", "", ""))
