"""A file on a line that breaks and comes back, and addresses of uploads that came in half."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from random import Random

import pytest

from offline_queue.errors import LineDown, ServerBusy
from offline_queue.transfer import CHUNK_BYTES, upload
from offline_queue.wire import Wire
from tests.line.proxy import BadLine
from tests.line.weather import Fault, Weather
from tests.offline_queue.plain_tus import PlainTus
from tests.offline_queue.servers import Asked, Exchange, Relay

DATA = Random(5).randbytes(2 * CHUNK_BYTES + 99)
METADATA = {"filename": "tờ khai.pdf", "filetype": "application/pdf"}


@pytest.fixture(scope="module")
def tus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlainTus]:
    with PlainTus(tmp_path_factory.mktemp("tus")) as running:
        yield running


def send(url: str, started: list[str], patience_s: float = 0.0) -> None:
    """As a station that remembers where the last try stood."""
    upload(
        Wire(url, read_timeout_s=5.0),
        "files",
        DATA,
        METADATA,
        started_url=started[-1] if started else None,
        on_started=started.append,
        patience_s=patience_s,
    )


def is_there(tus: PlainTus, url: str) -> bool:
    """By the hashes of both sides."""
    return hashlib.sha256(tus.content(url)).digest() == hashlib.sha256(DATA).digest()


def test_a_file_rides_over_short_breaks_in_one_go(tus: PlainTus) -> None:
    """About 260 kB at 500 kB/s, cut every 0.33 s: without patience the first cut would have ended it."""
    started: list[str] = []
    weather = Weather(bytes_per_s=500_000, cut_every_s=0.33, cut_for_s=0.05)
    with BadLine(tus.url, weather) as line:
        send(line.url, started, patience_s=10.0)
    assert line.tally.faults["line cut"] >= 2
    assert len(started) == 1
    assert is_there(tus, started[0])
    assert line.tally.file_bytes_arrived <= 1.05 * len(DATA)


def test_a_line_that_stays_away_is_told_when_patience_ends(tus: PlainTus) -> None:
    started: list[str] = []
    with BadLine(tus.url, Weather(rates={Fault.RESET_UP: 1.0})) as line, pytest.raises(LineDown):
        send(line.url, started or [f"{line.url}/files/{'0' * 32}"], patience_s=1.0)
    assert started == []


@pytest.mark.parametrize("left", range(1, 60, 2))
def test_half_an_address_is_never_an_officers_business(tus: PlainTus, left: int) -> None:
    """A line that breaks inside the head of an answer is not seen by the HTTP client: the header is just short."""
    spoiled: list[str] = []

    def halve(asked: Asked, exchange: Exchange) -> bool:
        if asked.method != "POST" or spoiled:
            return False
        headers = {k: v for k, v in asked.headers.items() if k.startswith(("Tus", "Upload"))}
        whole = Wire(tus.url).ask("POST", "files", data=b"", headers=headers).headers["Location"]
        spoiled.append(whole[:-left])
        exchange.answer(201, Location=spoiled[0])
        return True

    started: list[str] = []
    with Relay(tus.url, halve) as relay:
        with pytest.raises((ServerBusy, LineDown)):
            send(relay.url, started)
        assert spoiled
        send(relay.url, started)
    assert is_there(tus, started[-1])
