"""Resumable upload against a tus server that is not ours, and against servers that misbehave."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest

from offline_queue.errors import LineDown, Refused, ServerBusy
from offline_queue.transfer import CHUNK_BYTES, upload
from offline_queue.wire import Wire
from tests.offline_queue.plain_tus import PlainTus
from tests.offline_queue.servers import Asked, Exchange, Relay, ScriptedServer

DATA = Random(3).randbytes(3 * CHUNK_BYTES + 1234)
METADATA = {"filename": "tờ khai.pdf", "filetype": "application/pdf"}


class _Killed(BaseException):
    """Stands for the client's death: nothing in the program catches it."""


@dataclass
class Sender:
    """One station's memory of one upload."""

    wire: Wire
    started: list[str] = field(default_factory=list)
    progress: list[int] = field(default_factory=list)

    def send(self, data: bytes = DATA, die_at: int | None = None, started_url: str | None = None) -> str:
        """Uploads as a later try would, from what an earlier one remembered; gives back the address."""

        def note(offset: int) -> None:
            self.progress.append(offset)
            if die_at is not None and offset >= die_at:
                raise _Killed

        upload(
            self.wire,
            "files",
            data,
            METADATA,
            started_url=started_url or (self.started[-1] if self.started else None),
            on_started=self.started.append,
            on_progress=note,
        )
        return self.started[-1] if self.started else started_url or ""


@pytest.fixture(scope="module")
def tus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlainTus]:
    with PlainTus(tmp_path_factory.mktemp("tus")) as running:
        yield running


@pytest.fixture
def sender(tus: PlainTus) -> Sender:
    return Sender(Wire(tus.url, read_timeout_s=10.0))


def same(content: bytes, data: bytes = DATA) -> bool:
    """By their hashes."""
    return hashlib.sha256(content).digest() == hashlib.sha256(data).digest()


def test_a_file_arrives_whole(tus: PlainTus, sender: Sender) -> None:
    url = sender.send()
    assert same(tus.content(url))
    assert sender.progress == [CHUNK_BYTES, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES, len(DATA)]
    sender.send()  # once more, as after a lost answer: nothing is sent
    assert len(sender.progress) == 4
    assert sender.started == [url]


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1])
def test_sizes_at_the_edges(tus: PlainTus, sender: Sender, size: int) -> None:
    assert same(tus.content(sender.send(DATA[:size])), DATA[:size])


@pytest.mark.parametrize("chunks", [1, 2, 3])
def test_a_client_that_died_goes_on_where_it_stopped(tus: PlainTus, sender: Sender, chunks: int) -> None:
    with pytest.raises(_Killed):
        sender.send(die_at=chunks * CHUNK_BYTES)
    sender.progress.clear()
    url = sender.send()
    assert sender.progress[0] > chunks * CHUNK_BYTES
    assert sender.started == [url]
    assert same(tus.content(url))


def test_a_client_that_died_before_it_could_note_the_address_starts_anew(
    tus: PlainTus, sender: Sender
) -> None:
    upload(sender.wire, "files", b"", METADATA, started_url=None, on_started=lambda _url: None)
    url = sender.send()
    assert same(tus.content(url))


def test_a_line_that_broke_inside_a_chunk_is_taken_up(tus: PlainTus, sender: Sender) -> None:
    with pytest.raises(_Killed):
        sender.send(die_at=CHUNK_BYTES)
    url = sender.started[-1]
    where = urlsplit(url)
    head = (
        f"PATCH {where.path} HTTP/1.1\r\nHost: {where.netloc}\r\nTus-Resumable: 1.0.0\r\n"
        f"Upload-Offset: {CHUNK_BYTES}\r\nContent-Type: application/offset+octet-stream\r\n"
        f"Content-Length: {CHUNK_BYTES}\r\n\r\n"
    )
    with socket.create_connection((where.hostname or "", where.port or 0)) as line:
        line.sendall(head.encode() + DATA[CHUNK_BYTES : CHUNK_BYTES + 50_000])
        line.shutdown(socket.SHUT_WR)
        while line.recv(4096):  # until the server has seen that nothing more comes
            pass
    while True:  # the server may still be busy with what the broken line brought
        try:
            sender.send()
            break
        except ServerBusy:
            continue
    assert same(tus.content(url))


def test_a_server_that_was_killed_goes_on_after_its_return(tmp_path: Path) -> None:
    with PlainTus(tmp_path / "tus") as server:
        sender = Sender(Wire(server.url))
        with pytest.raises(_Killed):
            sender.send(die_at=2 * CHUNK_BYTES)
        server.kill()
        with pytest.raises(LineDown):
            sender.send()
        server.start()
        url = sender.send()
        assert sender.started == [url]
        assert same(server.content(url))


def test_an_upload_that_the_server_forgot_starts_anew(tus: PlainTus, sender: Sender) -> None:
    forgotten = f"{tus.url}/files/{'0' * 32}"
    url = sender.send(started_url=forgotten)
    assert url != forgotten
    assert same(tus.content(url))


@pytest.mark.parametrize(
    "old", ["http://tinh-cu.example/files/{id}", "https://127.0.0.1:1/files/{id}", "/files/{id}"]
)
def test_a_server_that_moved_goes_on_under_its_new_address(tus: PlainTus, sender: Sender, old: str) -> None:
    """An address kept from before the move must neither stop the queue nor be asked with our token."""
    with pytest.raises(_Killed):
        sender.send(die_at=CHUNK_BYTES)
    url = sender.started.pop()
    sender.progress.clear()
    sender.send(started_url=old.format(id=url.rsplit("/", 1)[1]))
    assert sender.progress[0] == 2 * CHUNK_BYTES
    assert same(tus.content(url))


def test_an_address_outside_the_province_starts_anew(tus: PlainTus) -> None:
    def strip(asked: Asked, exchange: Exchange) -> bool:
        if not asked.path.startswith("/api/files"):
            exchange.answer(404)
            return True
        return False

    with Relay(tus.url, strip) as relay:
        sender = Sender(Wire(f"{relay.url}/api"))
        with pytest.raises(Refused):
            sender.send(started_url="http://elsewhere.example/other/1")
        assert {a.path for a in relay.asked} == {"/api/files"}


@pytest.mark.parametrize("status", [404, 409, 410, 460])
def test_an_upload_lost_between_asking_and_sending_is_no_fault_of_the_dossier(
    tus: PlainTus, status: int
) -> None:
    """What a client that was killed had still on the way moves the offset: 409, and no officer can mend it."""
    faults = [status]

    def spoil(asked: Asked, exchange: Exchange) -> bool:
        if asked.method == "PATCH" and faults:
            exchange.answer(faults.pop(), b"{}", Content_Type="application/json")
            return True
        return False

    with Relay(tus.url, spoil) as relay:
        sender = Sender(Wire(relay.url))
        with pytest.raises(ServerBusy):
            sender.send()
        url = sender.send()
        assert same(tus.content(url))


def test_a_lost_acknowledgement_of_a_chunk_is_not_sent_twice(tus: PlainTus) -> None:
    faults = ["PATCH"]

    def spoil(asked: Asked, exchange: Exchange) -> bool:
        if asked.method in faults:
            faults.clear()
            with Relay(tus.url) as inner:  # it does arrive
                Wire(inner.url).ask(asked.method, asked.path, data=asked.body, headers=dict(asked.headers))
            exchange.hang_up()
            return True
        return False

    with Relay(tus.url, spoil) as relay:
        sender = Sender(Wire(relay.url))
        with pytest.raises(LineDown):
            sender.send()
        url = sender.send()
        assert sender.progress[0] == 2 * CHUNK_BYTES
        assert same(tus.content(url))


@pytest.mark.parametrize("told", ["", "x", "-1", "²", "0", "99999999999"])
def test_an_offset_that_cannot_be_is_asked_again(tus: PlainTus, told: str) -> None:
    def spoil(asked: Asked, exchange: Exchange) -> bool:
        if asked.method == "PATCH":
            exchange.answer(204, Upload_Offset=told)
        return asked.method == "PATCH"

    with Relay(tus.url, spoil) as relay, pytest.raises(ServerBusy, match="sai vị trí"):
        Sender(Wire(relay.url)).send()


@pytest.mark.parametrize("told", ["", "x", "²", "99999999999"])
def test_a_place_that_cannot_be_starts_anew(tus: PlainTus, sender: Sender, told: str) -> None:
    url = sender.send()

    def spoil(asked: Asked, exchange: Exchange) -> bool:
        if asked.method == "HEAD":
            exchange.answer(200, Upload_Offset=told)
        return asked.method == "HEAD"

    with Relay(tus.url, spoil) as relay:
        other = Sender(Wire(relay.url))
        again = other.send(started_url=url)
        assert urlsplit(again).path != urlsplit(url).path
        assert same(tus.content(again))


def test_a_creation_without_an_address_is_asked_again() -> None:
    def script(_asked: Asked, exchange: Exchange) -> None:
        exchange.answer(201)

    with ScriptedServer(script) as server, pytest.raises(ServerBusy, match="không cho địa chỉ"):
        Sender(Wire(server.url)).send()


def test_an_inner_address_behind_a_proxy_is_taken_under_the_outer_one(tus: PlainTus) -> None:
    with Relay(tus.url) as relay:

        def inner(asked: Asked, exchange: Exchange) -> bool:
            if asked.method != "POST":
                return False
            answer = Wire(tus.url).ask(
                "POST",
                asked.path,
                data=b"",
                headers={k: v for k, v in asked.headers.items() if k.startswith(("Tus", "Upload"))},
            )
            path = urlsplit(answer.headers["Location"]).path
            exchange.answer(201, Location=f"http://tus-inner:1080{path}")
            return True

        relay.spoil = inner
        sender = Sender(Wire(relay.url))
        assert same(tus.content(sender.send()))


def test_an_address_of_another_place_is_no_lost_line() -> None:
    def script(_asked: Asked, exchange: Exchange) -> None:
        exchange.answer(201, Location="http://elsewhere.example/other/1")

    with ScriptedServer(script) as server, pytest.raises(ServerBusy, match="báo quản trị"):
        Sender(Wire(f"{server.url}/api")).send()


def test_a_refused_creation_is_told_and_nothing_is_sent() -> None:
    def script(_asked: Asked, exchange: Exchange) -> None:
        exchange.answer(413, b"{}", Content_Type="application/json")

    with ScriptedServer(script) as server:
        sender = Sender(Wire(server.url))
        with pytest.raises(Refused, match="mã 413"):
            sender.send()
        assert sender.started == []
        assert [a.method for a in server.asked] == ["POST"]
