"""Finds network scanners by DNS-SD (Bonjour): `_uscan._tcp` and `_uscans._tcp`.

Nothing here chooses a network: the caller names the interfaces that may be asked on. A scanner that does
not answer can always be given by its address instead.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zeroconf import IPVersion, ServiceBrowser, ServiceInfo, ServiceListener, Zeroconf

from scanning.device_errors import NoNetwork

SERVICES = ("_uscan._tcp.local.", "_uscans._tcp.local.")
_STEP_S = 0.1
_QUESTION_MS = 2000


@dataclass(frozen=True, slots=True)
class FoundScanner:
    """One announced scanner; `url` is what `EsclSource` takes."""

    label: str
    """The name somebody gave it: `Máy quét phòng một cửa`."""
    model: str
    url: str
    uuid: str
    has_platen: bool
    has_feeder: bool
    reads_both_sides: bool

    @property
    def is_encrypted(self) -> bool:
        return self.url.startswith("https://")


def find_scanners(
    interfaces: Sequence[str],
    *,
    wait_s: float = 3.0,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[FoundScanner, ...]:
    """The scanners that answer within `wait_s` on these interfaces (their IPv4 addresses), by label.

    A scanner announced both plain and encrypted is given twice. Raises NoNetwork.
    """
    try:
        asker = Zeroconf(interfaces=list(interfaces), ip_version=IPVersion.V4Only)
    except OSError as error:
        raise NoNetwork from error
    names = _Names()
    try:
        browser = ServiceBrowser(asker, list(SERVICES), listener=names)
        deadline = time.monotonic() + wait_s
        while time.monotonic() < deadline and not cancelled():
            time.sleep(_STEP_S)
        browser.cancel()
        answers = [asker.get_service_info(kind, name, timeout=_QUESTION_MS) for kind, name in names.seen]
    finally:
        asker.close()
    found = {found for answer in answers if answer is not None and (found := scanner_in(answer))}
    return tuple(sorted(found, key=lambda scanner: (scanner.label, scanner.url)))


def scanner_in(info: ServiceInfo) -> FoundScanner | None:
    """Reads one announcement; None without an address. Keys: Mopria eSCL 2.97, table of TXT records."""
    addresses = info.parsed_addresses(IPVersion.V4Only)
    if not addresses or not info.port:
        return None
    told = {
        key.decode(errors="replace").lower(): (value or b"").decode(errors="replace")
        for key, value in info.properties.items()
    }
    scheme = "https" if info.type == SERVICES[1] else "http"
    sources = told.get("is", "").lower()
    return FoundScanner(
        info.name.removesuffix(f".{info.type}"),
        told.get("ty", ""),
        f"{scheme}://{addresses[0]}:{info.port}/{told.get('rs', 'eSCL').strip('/')}",
        told.get("uuid", "").lower(),
        "platen" in sources,
        "adf" in sources,
        told.get("duplex", "").upper() == "T",
    )


class _Names(ServiceListener):
    def __init__(self) -> None:
        self.seen: dict[tuple[str, str], None] = {}

    def add_service(self, zc: Zeroconf, type_: str, name: str) -> None:  # noqa: ARG002 - zeroconf's own form
        self.seen[(type_, name)] = None

    def update_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        self.add_service(zc, type_, name)

    def remove_service(self, zc: Zeroconf, type_: str, name: str) -> None:  # noqa: ARG002
        self.seen.pop((type_, name), None)
