"""Whom the wire trusts, through whom it asks, and how much of a thin line it leaves to others."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from offline_queue.errors import LineDown
from offline_queue.line_share import LineShare
from offline_queue.wire import LineOptions, Wire


@dataclass(frozen=True)
class SecureServer:
    """An HTTPS server on loopback with a certificate that no public authority knows."""

    url: str
    certificate: Path
    fingerprint: str
    asked: list[str]


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[SecureServer]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = tmp_path / "tinh.pem", tmp_path / "tinh.key"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, secret)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    digest = sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest()
    yield SecureServer(f"https://127.0.0.1:{server.server_address[1]}", pem, digest, asked)
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_certificate_of_nobody_we_know_gets_nothing(secure: SecureServer) -> None:
    with pytest.raises(LineDown, match="Chứng chỉ"):
        Wire(secure.url).ask("GET", "x")
    assert secure.asked == []


def test_the_province_s_own_authority_is_enough(secure: SecureServer) -> None:
    Wire(secure.url, options=LineOptions(ca_file=str(secure.certificate))).ask("GET", "x")
    assert secure.asked == ["/x"]


def test_only_the_pinned_certificate_is_taken(secure: SecureServer) -> None:
    spelled = ":".join(secure.fingerprint[i : i + 2].upper() for i in range(0, 64, 2))
    good = LineOptions(ca_file=str(secure.certificate), certificate_sha256=spelled)
    Wire(secure.url, options=good).ask("GET", "x")
    other = LineOptions(ca_file=str(secure.certificate), certificate_sha256="0" * 64)
    with pytest.raises(LineDown, match="Chứng chỉ"):
        Wire(secure.url, options=other).ask("GET", "y")
    assert secure.asked == ["/x"]


def test_a_missing_authority_file_is_named(secure: SecureServer, tmp_path: Path) -> None:
    with pytest.raises(LineDown, match=r"khong-co\.pem"):
        Wire(secure.url, options=LineOptions(ca_file=str(tmp_path / "khong-co.pem"))).ask("GET", "x")


def test_a_proxy_is_asked_instead_of_the_server() -> None:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        proxy = f"http://127.0.0.1:{server.server_address[1]}"
        Wire("http://tinh.invalid", options=LineOptions(proxy=proxy)).ask("GET", "v1/time")
        server.shutdown()
    assert asked == ["http://tinh.invalid/v1/time"]


def test_large_sendings_rest_only_while_a_person_works(monkeypatch: pytest.MonkeyPatch) -> None:
    rests: list[float] = []
    clock = iter(range(100))
    monkeypatch.setattr("offline_queue.line_share.time.sleep", rests.append)
    monkeypatch.setattr("offline_queue.line_share.time.monotonic", lambda: float(next(clock)))
    is_busy = False
    share = LineShare(0.25, lambda: is_busy)
    with share.turn():
        pass
    assert rests == []
    is_busy = True
    with share.turn():
        pass
    assert rests == [3.0], "one second sent, three rested: a quarter of the time"
    with LineShare(1.0, lambda: True).turn():
        pass
    assert rests == [3.0]


@pytest.mark.parametrize("share", [0.0, -1.0, 1.5])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        LineShare(share)
