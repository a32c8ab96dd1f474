"""Time on the line: the server's clock, its wishes to be left alone, and answers that do not end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from offline_queue.errors import LineDown, Refused, ServerBusy
from offline_queue.wire import LONGEST_RETRY_AFTER_S, Wire
from tests.offline_queue.servers import Asked, Exchange, ScriptedServer, json_answer
from tests.offline_queue.servers import plain_answer as plain

HTML = b"<!DOCTYPE html><html><title>Wi-Fi</title></html>"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """Answers `{}` until told otherwise."""
    with ScriptedServer(json_answer()) as running:
        yield running


@pytest.fixture
def wire(server: ScriptedServer) -> Wire:
    return Wire(server.url, read_timeout_s=5.0)


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("0", 0.0),
        ("120", 120.0),
        (" 3 ", 3.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("²", None),
        ("999999999999999999999", LONGEST_RETRY_AFTER_S),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_RETRY_AFTER_S),
        ("Fri, 31 Dec 1999 23:59:59 GMT", 0.0),
    ],
)
def test_retry_after_is_read_or_left(
    server: ScriptedServer, wire: Wire, told: str, wanted: float | None
) -> None:
    server.script = plain(503, Retry_After=told)
    with pytest.raises(ServerBusy) as busy:
        wire.ask("GET", "x")
    assert busy.value.retry_after_s == wanted


@pytest.mark.parametrize("wrong", [timedelta(0), timedelta(days=2), timedelta(days=-2)])
def test_a_retry_date_is_measured_by_the_server_s_clock(
    server: ScriptedServer, wire: Wire, wrong: timedelta
) -> None:
    now = datetime.now(UTC).replace(microsecond=0) + wrong
    server.script = plain(
        503,
        Date=format_datetime(now, usegmt=True),
        Retry_After=format_datetime(now + timedelta(seconds=90), usegmt=True),
    )
    with pytest.raises(ServerBusy) as busy:
        wire.ask("GET", "x")
    assert busy.value.retry_after_s == 90.0


def test_a_retry_date_without_the_server_s_clock_is_measured_by_ours(
    server: ScriptedServer, wire: Wire
) -> None:
    server.script = plain(
        503, Retry_After=format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    )
    with pytest.raises(ServerBusy) as busy:
        wire.ask("GET", "x")
    assert busy.value.retry_after_s is not None
    assert 3000 < busy.value.retry_after_s <= 3600


def test_the_server_s_time_is_kept_from_good_and_from_bad_answers(server: ScriptedServer, wire: Wire) -> None:
    assert wire.clock_offset_s is None
    for status in (200, 503, 422):
        for ahead in (timedelta(days=2), timedelta(days=-2)):
            told = (datetime.now(UTC) + ahead).isoformat()
            server.script = json_answer(b"{}", status, X_Server_Time=told)
            try:
                wire.ask("GET", "x")
            except (ServerBusy, Refused):
                assert status != 200
            assert wire.clock_offset_s == pytest.approx(ahead.total_seconds(), abs=5)


def test_the_date_header_tells_the_time_where_the_finer_one_is_missing(
    server: ScriptedServer, wire: Wire
) -> None:
    ahead = timedelta(hours=5)
    server.script = json_answer(Date=format_datetime(datetime.now(UTC) + ahead, usegmt=True))
    wire.ask("GET", "x")
    assert wire.clock_offset_s == pytest.approx(ahead.total_seconds(), abs=5)


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"X_Server_Time": "hôm qua".encode().decode("latin-1")},
        {"X_Server_Time": "2026-11-23T12:00:00"},
        {"Date": "yesterday"},
        {"Date": "Mon, 99 Nov 2026 99:00:00 GMT"},
        {"Date": "Thu, 01 Jan 1970 00:00:10 GMT"},
        {"X_Server_Time": "9999-12-31T23:59:59+00:00"},
    ],
)
def test_a_time_that_cannot_be_read_changes_nothing(
    server: ScriptedServer, wire: Wire, header: dict[str, str]
) -> None:
    told = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    server.script = json_answer(X_Server_Time=told)
    wire.ask("GET", "x")
    before = wire.clock_offset_s
    server.script = plain(200, b"{}", **header)
    wire.ask("GET", "x")
    assert wire.clock_offset_s == before is not None


def test_a_slow_answer_does_not_shift_a_clock_that_is_known(server: ScriptedServer, wire: Wire) -> None:
    ahead, never = timedelta(seconds=100), threading.Event()

    def script(asked: Asked, exchange: Exchange) -> None:
        if asked.path == "/slow":
            never.wait(0.2)
        told = (datetime.now(UTC) + ahead).isoformat()
        if asked.path == "/slow":
            never.wait(0.2)
        exchange.answer(200, b"{}", Content_Type="application/json", X_Server_Time=told)

    server.script = script
    wire.ask("GET", "quick")
    before = wire.clock_offset_s
    wire.ask("PATCH", "slow")
    assert wire.clock_offset_s == before is not None


@pytest.mark.parametrize("status", [200, 302, 511])
def test_a_captive_portal_s_clock_is_not_taken_over(server: ScriptedServer, wire: Wire, status: int) -> None:
    """Cheap routers live in 1970: their Date must not set the day in dossier codes."""
    server.script = plain(
        status, HTML, Content_Type="text/html", Date="Thu, 01 Jan 1970 00:00:10 GMT", Location="/login"
    )
    with pytest.raises(LineDown):
        wire.ask("GET", "v1/time")
    assert wire.clock_offset_s is None


def test_a_silent_server_is_not_waited_for(server: ScriptedServer) -> None:
    over = threading.Event()

    def silent(_asked: Asked, exchange: Exchange) -> None:
        over.wait(60)
        exchange.hang_up()

    server.script = silent
    with pytest.raises(LineDown):
        Wire(server.url, read_timeout_s=0.2).ask("GET", "x")
    over.set()


def test_an_answer_that_only_drips_is_not_waited_for(server: ScriptedServer) -> None:
    """Each byte comes well within the read timeout, the end never."""
    client_gone = threading.Event()

    def drip(_asked: Asked, exchange: Exchange) -> None:
        exchange.begin(200, Content_Type="application/json", Content_Length="1000000")
        while exchange.write(b" ") and not client_gone.wait(0.02):
            pass
        exchange.hang_up()

    server.script = drip
    with pytest.raises(LineDown):
        Wire(server.url, read_timeout_s=0.4).ask_json("GET", "x")
    client_gone.set()
