"""The eSCL client and the sandbox's scanner over real connections, and the packaged sane-airscan as judge."""

from __future__ import annotations

import hashlib
import http.server
import io
import shutil
import signal
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from PIL import Image, ImageDraw

from sandbox.scanner_messages import UUID, advertised
from scanning.device_errors import (
    BrokenPage,
    ConnectionLost,
    CoverOpen,
    DeviceError,
    DeviceFailed,
    FeederEmpty,
    JobLost,
    NotAScanner,
    PageTooLarge,
    PaperJam,
    ScannerBusy,
    ScannerMissing,
    ScanTimedOut,
    SettingRefused,
    StoppedAtDevice,
    UntrustedCertificate,
)
from scanning.drivers.discovery import find_scanners
from scanning.drivers.escl import EsclSource, root_url
from scanning.drivers.escl_line import ScannerLine, certificate_sha256_of
from scanning.drivers.escl_messages import (
    FeederState,
    InputSource,
    NotEscl,
    parse_capabilities,
    parse_status,
    scan_settings,
)
from scanning.drivers.escl_scanner import EsclLimits
from scanning.drivers.sane import SaneSource, list_devices
from scanning.errors import Cancelled
from scanning.pages import ScannedPage
from scanning.sources import ScanRequest
from tests.sandbox.process import SandboxProcess

FEEDER = ScanRequest(dpi=100, from_feeder=True)
AIRSCAN = Path("/usr/lib/x86_64-linux-gnu/sane/libsane-airscan.so.1")
needs_airscan = pytest.mark.skipif(
    not AIRSCAN.exists() or shutil.which("scanimage") is None,
    reason="the packages sane-utils and sane-airscan are not installed",
)


class ScannerControl:
    """Lays paper into the sandbox's scanner and spoils it."""

    def __init__(self, url: str) -> None:
        self.url = f"{url}/eSCL"
        self._controls = f"{url}/sandbox/scanner"

    def lay(self, page: bytes, to: str = "feeder") -> None:
        assert requests.post(f"{self._controls}/pages", params={"to": to}, data=page, timeout=10).ok

    def lay_many(self, count: int) -> list[bytes]:
        pages = [paper(number) for number in range(1, count + 1)]
        for page in pages:
            self.lay(page)
        return pages

    def faults(self, **faults: object) -> None:
        answer = requests.post(f"{self._controls}/faults", json=faults, timeout=10)
        assert answer.ok, answer.text

    def clear_faults(self) -> None:
        assert requests.delete(f"{self._controls}/faults", timeout=10).ok

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = requests.get(self._controls, timeout=10).json()
        return state

    def clear(self) -> None:
        assert requests.delete(self._controls, timeout=10).ok


def paper(number: int, dpi: int = 100, mode: str = "RGB") -> bytes:
    """A sheet of A4 with that many black bars."""
    sheet = Image.new(mode, (827 * dpi // 100, 1169 * dpi // 100), "white")
    drawing = ImageDraw.Draw(sheet)
    for bar in range(number):
        top = (100 + 80 * bar) * dpi // 100
        drawing.rectangle((100, top, sheet.width - 100, top + 40 * dpi // 100), fill="black")
    room = io.BytesIO()
    sheet.save(room, "JPEG", quality=90, dpi=(dpi, dpi))
    return room.getvalue()


def bars_on(page: ScannedPage) -> int:
    """How many black bars the middle of a page shows."""
    column = page.pixels[:, page.pixels.shape[1] // 2, 0] < 128
    return int(np.count_nonzero(column[1:] & ~column[:-1]))


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    process = SandboxProcess(tmp_path_factory.mktemp("scanner"))
    yield process
    assert process.end(signal.SIGTERM) == 0
    assert process.complaints == ""


@pytest.fixture
def scanner(machine: SandboxProcess) -> Iterator[ScannerControl]:
    control = ScannerControl(machine.url)
    control.clear()
    yield control
    control.clear()


@pytest.fixture
def source(scanner: ScannerControl) -> EsclSource:
    return EsclSource(scanner.url, limits=EsclLimits(question_s=5, page_s=20, busy_s=3))


def pages_until_error(pages: Iterator[ScannedPage]) -> tuple[list[ScannedPage], DeviceError]:
    """What a scan gives before it fails, and how it fails."""
    given: list[ScannedPage] = []
    with pytest.raises(DeviceError) as caught:
        for page in pages:
            given.append(page)
    return given, caught.value


# --- the plain way ---------------------------------------------------------------------------------


def test_the_feeder_gives_every_page_untouched(scanner: ScannerControl, source: EsclSource) -> None:
    laid = scanner.lay_many(4)
    pages = list(source.scan(FEEDER))
    assert [page.original for page in pages] == laid
    assert [bars_on(page) for page in pages] == [1, 2, 3, 4]
    assert [page.sha256 for page in pages] == [hashlib.sha256(page).hexdigest() for page in laid]
    assert {page.dpi for page in pages} == {100}
    assert scanner.state()["jobs"] == ["Completed"]
    assert source.is_usable() == (True, "")


def test_a_page_is_given_before_the_next_is_asked(scanner: ScannerControl, source: EsclSource) -> None:
    scanner.lay_many(3)
    pages = source.scan(FEEDER)
    for left in (2, 1, 0):
        next(pages)
        assert scanner.state()["feeder"] == left
    assert list(pages) == []


def test_the_glass_gives_one_page_and_a_white_one_when_nothing_lies_on_it(
    scanner: ScannerControl, source: EsclSource
) -> None:
    on_glass = ScanRequest(dpi=100, from_feeder=False)
    (white,) = source.scan(on_glass)
    assert white.pixels.min() == 255
    scanner.lay(paper(2), "glass")
    (page,) = source.scan(on_glass)
    assert bars_on(page) == 2
    # Nobody has said from where, and the feeder is empty.
    (page,) = source.scan(ScanRequest(dpi=100))
    assert bars_on(page) == 2
    scanner.lay(paper(5))
    assert [bars_on(page) for page in source.scan(ScanRequest(dpi=100))] == [5]


def test_settings_are_the_nearest_the_scanner_has(scanner: ScannerControl, source: EsclSource) -> None:
    scanner.lay(paper(1, dpi=300))
    (page,) = source.scan(ScanRequest(dpi=240, colour=False, both_sides=True, from_feeder=True))
    assert page.dpi == 200
    assert np.array_equal(page.pixels[..., 0], page.pixels[..., 1])
    (order,) = scanner.state()["orders"]
    assert order == {
        "source": "Feeder",
        "dpi": 200,
        "colour_mode": "Grayscale8",
        "file_format": "image/jpeg",
        "is_duplex": True,
        "width": 2480,
        "height": 3508,
        "intent": "TextAndGraphic",
    }


def test_no_more_pages_than_were_asked_for(scanner: ScannerControl, source: EsclSource) -> None:
    scanner.lay_many(3)
    assert len(list(source.scan(ScanRequest(dpi=100, from_feeder=True, most_pages=2)))) == 2
    assert scanner.state()["feeder"] == 1
    assert scanner.state()["jobs"] == ["Canceled"]
    assert list(source.scan(ScanRequest(most_pages=0))) == []


def test_closing_the_scan_ends_the_job(scanner: ScannerControl, source: EsclSource) -> None:
    scanner.lay_many(3)
    pages = source.scan(FEEDER)
    next(pages)
    pages.close()  # type: ignore[attr-defined]
    assert scanner.state()["jobs"] == ["Canceled"]
    assert scanner.state()["feeder"] == 2


def test_cancel_within_a_page_ends_the_job_at_once(scanner: ScannerControl, source: EsclSource) -> None:
    scanner.lay_many(2)

    def cancelled() -> bool:
        return bool(scanner.state()["jobs"] == ["Processing"])

    scanner.faults(silence_s=4)
    with pytest.raises(Cancelled):
        list(source.scan(ScanRequest(dpi=100, from_feeder=True, cancelled=cancelled)))
    assert scanner.state()["jobs"] == ["Canceled"]
    _wait_for_lines()


@pytest.mark.parametrize("location", ["relative", "other_host"])
def test_a_job_is_followed_only_on_the_scanner_itself(
    scanner: ScannerControl, source: EsclSource, location: str
) -> None:
    scanner.lay_many(2)
    scanner.faults(location=location)
    assert len(list(source.scan(FEEDER))) == 2


def test_an_address_never_leaves_the_scanner() -> None:
    line = ScannerLine("http://10.0.0.9:8080/eSCL", "x")
    told = (
        "http://evil.example/eSCL/ScanJobs/7/",
        "//evil.example/eSCL/ScanJobs/7",
        "/eSCL/ScanJobs/7",
        "ScanJobs/7",
    )
    assert {line.address_of(location) for location in told} == {"http://10.0.0.9:8080/eSCL/ScanJobs/7"}
    line.close()
    assert root_url("192.168.1.20") == "http://192.168.1.20/eSCL"
    assert root_url("https://may-quet.local:443/eSCL/") == "https://may-quet.local:443/eSCL"


# --- misfortune --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("faults", "given", "error"),
    [
        ({"jam_after_pages": 2}, 2, PaperJam),
        ({"jam_after_pages": 0}, 0, PaperJam),
        ({"is_cover_open": True}, 0, CoverOpen),
        ({"job_lost_after_pages": 1}, 1, JobLost),
        ({"job_lost_after_pages": 0}, 0, JobLost),
        ({"stopped_after_pages": 1}, 1, StoppedAtDevice),
        ({"cut_after_bytes": 3000}, 0, ConnectionLost),
        ({"cut_after_bytes": 3000, "good_pages": 2}, 2, ConnectionLost),
        ({"truncate_to_bytes": 3000}, 0, BrokenPage),
        ({"truncate_to_bytes": 3000, "good_pages": 3}, 3, BrokenPage),
        ({"wrong_length_bytes": 500}, 0, ConnectionLost),
        ({"wrong_length_bytes": -5000}, 0, BrokenPage),
        ({"html": True}, 0, NotAScanner),
        ({"half_xml": True}, 0, NotAScanner),
        ({"order_status": 400}, 0, SettingRefused),
        ({"order_status": 409}, 0, FeederEmpty),
        ({"order_status": 500}, 0, DeviceFailed),
        ({"busy_times": 99}, 0, ScannerBusy),
        ({"busy_times": 1, "retry_after_s": 600}, 0, ScannerBusy),
    ],
)
def test_each_misfortune_is_one_sentence_and_keeps_the_pages(
    scanner: ScannerControl, source: EsclSource, faults: dict[str, Any], given: int, error: type[DeviceError]
) -> None:
    laid = scanner.lay_many(4)
    scanner.faults(**faults)
    pages, failure = pages_until_error(source.scan(FEEDER))
    assert type(failure) is error
    assert [page.original for page in pages] == laid[:given]
    assert str(failure).endswith(".")
    assert "Processing" not in scanner.state()["jobs"]


def test_an_empty_feeder_says_so(source: EsclSource) -> None:
    assert type(pages_until_error(source.scan(FEEDER))[1]) is FeederEmpty


def test_a_busy_or_unready_scanner_is_asked_again(scanner: ScannerControl, source: EsclSource) -> None:
    scanner.lay_many(2)
    scanner.faults(busy_times=1, not_ready_times=2, retry_after_s=0)
    assert [bars_on(page) for page in source.scan(FEEDER)] == [1, 2]
    scanner.lay_many(1)
    scanner.faults(not_ready_times=1)
    assert len(list(source.scan(FEEDER))) == 1


def test_a_cover_that_stands_open_is_known_before_the_scan(
    scanner: ScannerControl, source: EsclSource
) -> None:
    scanner.faults(is_cover_open=True)
    assert source.is_usable() == (False, str(CoverOpen()))


def test_the_sandbox_keeps_to_one_job_at_a_time(scanner: ScannerControl, source: EsclSource) -> None:
    scanner.lay_many(2)
    pages = source.scan(FEEDER)
    next(pages)
    other = EsclSource(scanner.url, limits=EsclLimits(busy_s=0.5))
    assert type(pages_until_error(other.scan(FEEDER))[1]) is ScannerBusy
    assert len(list(pages)) == 1
    assert len(list(other.scan(ScanRequest(dpi=100, from_feeder=False)))) == 1


def test_after_a_jam_the_rest_is_scanned_on(scanner: ScannerControl, source: EsclSource) -> None:
    scanner.lay_many(4)
    scanner.faults(jam_after_pages=2)
    first, failure = pages_until_error(source.scan(FEEDER))
    assert type(failure) is PaperJam
    assert source.is_usable() == (False, str(PaperJam()))
    scanner.clear_faults()
    assert [bars_on(page) for page in [*first, *source.scan(FEEDER)]] == [1, 2, 3, 4]


def test_a_slow_page_has_an_end(scanner: ScannerControl) -> None:
    scanner.lay_many(1)
    scanner.faults(slow_s=0.4)
    slow = EsclSource(scanner.url, limits=EsclLimits(page_s=1.0))
    assert type(pages_until_error(slow.scan(FEEDER))[1]) is ScanTimedOut
    _wait_for_lines()
    scanner.clear()
    scanner.lay_many(1)
    scanner.faults(silence_s=1.5)
    assert (
        type(pages_until_error(EsclSource(scanner.url, limits=EsclLimits(page_s=0.8)).scan(FEEDER))[1])
        is ScanTimedOut
    )
    _wait_for_lines()


def test_a_page_too_large_is_not_taken(scanner: ScannerControl) -> None:
    scanner.lay_many(1)
    small = EsclSource(scanner.url, limits=EsclLimits(page_bytes=5000))
    assert type(pages_until_error(small.scan(FEEDER))[1]) is PageTooLarge


def test_an_address_without_a_scanner_says_so(machine: SandboxProcess) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    usable, reason = EsclSource(f"127.0.0.1:{port}").is_usable()
    assert not usable
    assert reason == str(ScannerMissing(f"127.0.0.1:{port}"))
    assert EsclSource(f"{machine.url}/v1").is_usable()[1] == str(
        NotAScanner(machine.url.removeprefix("http://"))
    )


# --- encryption --------------------------------------------------------------------------------------


@pytest.fixture
def encrypted(scanner: ScannerControl, tmp_path: Path) -> Iterator[tuple[str, int]]:
    """The scanner behind HTTPS with a certificate that nobody has signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "may-quet")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "scanner.pem"
    pem.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )

    class Forwarder(http.server.BaseHTTPRequestHandler):
        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            url = scanner.url.removesuffix("/eSCL") + self.path
            answer = requests.request(self.command, url, data=body, timeout=10)
            self.send_response(answer.status_code)
            for header in ("Location", "Content-Type"):
                if header in answer.headers:
                    self.send_header(header, answer.headers[header])
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_POST = do_DELETE = forward  # noqa: N815 - the names http.server calls

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Forwarder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield "127.0.0.1", int(server.server_address[1])
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_self_signed_scanner_is_trusted_only_by_its_written_fingerprint(
    scanner: ScannerControl, encrypted: tuple[str, int]
) -> None:
    host, port = encrypted
    address = f"https://{host}:{port}"
    assert EsclSource(address).is_usable() == (False, str(UntrustedCertificate(f"{host}:{port}")))
    wrong = EsclSource(address, certificate_sha256="00" * 32)
    assert wrong.is_usable() == (False, str(UntrustedCertificate(f"{host}:{port}")))
    fingerprint = certificate_sha256_of(host, port)
    laid = scanner.lay_many(2)
    trusted = EsclSource(address, certificate_sha256=fingerprint)
    assert [page.original for page in trusted.scan(FEEDER)] == laid


# --- what is read and written --------------------------------------------------------------------------


def test_capabilities_of_other_makers_are_understood() -> None:
    capabilities = parse_capabilities(
        b"""<?xml version="1.0"?><s:ScannerCapabilities xmlns:s="urn:s" xmlns:p="urn:p">
        <p:Version>2.1</p:Version><p:MakeAndModel>Brother MFC</p:MakeAndModel>
        <s:SettingProfiles><s:SettingProfile name="a"><s:ColorModes><s:ColorMode>Grayscale8</s:ColorMode>
        </s:ColorModes><p:DocumentFormat>application/pdf</p:DocumentFormat>
        <s:XResolutionRange><s:Min>75</s:Min><s:Max>600</s:Max><s:Normal>300</s:Normal><s:Step>25</s:Step>
        </s:XResolutionRange></s:SettingProfile></s:SettingProfiles>
        <s:Adf><s:AdfSimplexInputCaps><s:MaxWidth>2480</s:MaxWidth><s:MaxHeight>3300</s:MaxHeight>
        <s:SettingProfiles><s:SettingProfile ref="a"/></s:SettingProfiles></s:AdfSimplexInputCaps></s:Adf>
        </s:ScannerCapabilities>"""
    )
    assert capabilities.platen is None
    assert capabilities.duplex is None
    assert capabilities.feeder is not None
    assert [capabilities.feeder.nearest_resolution(dpi) for dpi in (10, 240, 311, 9999)] == [
        75,
        250,
        300,
        600,
    ]
    body, file_format = scan_settings(capabilities, InputSource.FEEDER, ScanRequest(both_sides=True))
    assert file_format == "application/pdf"
    assert b"<scan:ColorMode>Grayscale8<" in body
    assert b"<pwg:Height>3300<" in body
    assert b"<scan:Duplex>false<" in body
    assert b"Intent" not in body


def test_hostile_or_foreign_xml_is_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]><ScannerStatus>&b;</ScannerStatus>'
    for content in (bomb, b"", b"<ScannerStatus>", b"<html></html>", b"\xff\xfe\x00"):
        with pytest.raises(NotEscl):
            parse_status(content)
    strange = parse_status(
        b"<ScannerStatus><State>Idle</State><AdfState>MakersOwn</AdfState></ScannerStatus>"
    )
    assert strange.feeder is FeederState.UNKNOWN


# --- discovery -----------------------------------------------------------------------------------------


def test_a_scanner_announced_on_the_loopback_is_found_and_scanned(scanner: ScannerControl) -> None:
    port = int(scanner.url.removesuffix("/eSCL").rpartition(":")[2])
    with advertised(port, label="Máy quét phòng một cửa"):
        (found,) = (
            each for each in find_scanners(["127.0.0.1"], wait_s=2.5) if each.url.endswith(f":{port}/eSCL")
        )
    assert (found.label, found.uuid, found.url) == ("Máy quét phòng một cửa", UUID, scanner.url)
    assert found.has_platen
    assert found.has_feeder
    assert found.reads_both_sides
    assert not found.is_encrypted
    laid = scanner.lay_many(1)
    assert [page.original for page in EsclSource(found.url).scan(FEEDER)] == laid


# --- the judge: a client that is not ours ----------------------------------------------------------------


@pytest.fixture
def airscan(scanner: ScannerControl, tmp_path: Path) -> SaneSource:
    (tmp_path / "dll.conf").write_text("airscan\n")
    (tmp_path / "airscan.conf").write_text(
        f'[devices]\n"Mau" = {scanner.url}/, eSCL\n[options]\ndiscovery = disable\nws-discovery = off\n'
    )
    environment = {"SANE_CONFIG_DIR": str(tmp_path)}
    (device,) = list_devices(environment=environment)
    assert device.name.startswith("airscan:e")
    return SaneSource(device.name, environment=environment)


@needs_airscan
def test_the_packaged_airscan_scans_from_the_sandbox(scanner: ScannerControl, airscan: SaneSource) -> None:
    scanner.lay_many(3)
    pages = list(airscan.scan(FEEDER))
    assert [bars_on(page) for page in pages] == [1, 2, 3]
    assert {page.dpi for page in pages} == {100}
    assert scanner.state()["feeder"] == 0
    scanner.lay(paper(4), "glass")
    (page,) = airscan.scan(ScanRequest(dpi=100, from_feeder=False))
    assert bars_on(page) == 4
    # An empty feeder sends an undecided request to the glass.
    assert [bars_on(page) for page in airscan.scan(ScanRequest(dpi=100))] == [4]


@needs_airscan
def test_a_jam_in_mid_stack_keeps_the_pages_of_a_sane_scanner(
    scanner: ScannerControl, airscan: SaneSource
) -> None:
    scanner.lay_many(4)
    scanner.faults(jam_after_pages=2)
    pages, failure = pages_until_error(airscan.scan(FEEDER))
    assert [bars_on(page) for page in pages] == [1, 2]
    assert type(failure) is PaperJam


@needs_airscan
def test_an_unplugged_sane_scanner_keeps_the_pages(scanner: ScannerControl, airscan: SaneSource) -> None:
    scanner.lay_many(6)
    scanner.faults(good_pages=2, cut_after_bytes=2000)
    pages, failure = pages_until_error(airscan.scan(FEEDER))
    assert [bars_on(page) for page in pages] == [1, 2]
    assert type(failure) is ConnectionLost


def _wait_for_lines() -> None:
    """A line that was given up ends by itself; its socket shall not outlive the test."""
    for thread in threading.enumerate():
        if thread.name == "scanner-line":
            thread.join(10)
