"""One connection and every way it can fail, each sorted into its fate, against real servers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from offline_queue.errors import LineDown, Refused, ServerBusy
from offline_queue.wire import LONGEST_RETRY_AFTER_S, Wire
from tests.offline_queue.servers import Asked, Exchange, Script, ScriptedServer, json_answer

HTML = b"<!DOCTYPE html><html><title>Wi-Fi</title></html>"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """Answers `{}` until told otherwise."""
    with ScriptedServer(json_answer()) as running:
        yield running


@pytest.fixture
def wire(server: ScriptedServer) -> Wire:
    return Wire(server.url, read_timeout_s=5.0)


def plain(status: int, body: bytes = b"", **headers: str) -> Script:
    """One answer to everything."""

    def script(_asked: Asked, exchange: Exchange) -> None:
        exchange.answer(status, body, **headers)

    return script


def hung_up(_asked: Asked, exchange: Exchange) -> None:
    """No answer at all."""
    exchange.hang_up()


def test_a_good_answer_comes_back(server: ScriptedServer, wire: Wire) -> None:
    server.script = json_answer('{"tên": "Nguyễn"}'.encode())
    assert wire.ask_json("GET", "v1/x") == {"tên": "Nguyễn"}
    answer = wire.ask("GET", "v1/x")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert [a.path for a in server.asked] == ["/v1/x", "/v1/x"]


def test_a_token_is_asked_for_each_request(server: ScriptedServer) -> None:
    tokens = iter(["one", None, "two"])
    wire = Wire(server.url, lambda: next(tokens))
    for _ in range(3):
        wire.ask("GET", "x", headers={"X-Kept": "1"})
    assert [a.headers.get("Authorization") for a in server.asked] == ["Bearer one", None, "Bearer two"]
    assert {a.headers["X-Kept"] for a in server.asked} == {"1"}


def test_a_developer_s_netrc_does_not_replace_the_token(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    Wire(server.url, lambda: "token").ask("GET", "x")
    assert server.asked[0].headers["Authorization"] == "Bearer token"


def test_nobody_there_is_a_line_that_is_down() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused at once
        with pytest.raises(LineDown, match="đã lưu trên máy"):
            Wire(f"http://127.0.0.1:{taken.getsockname()[1]}").ask("GET", "x")


@pytest.mark.parametrize("url", ["", "không phải địa chỉ", "http://", "ftp://127.0.0.1/"])
def test_an_address_that_is_none_is_a_line_that_is_down(url: str) -> None:
    with pytest.raises(LineDown):
        Wire(url).ask("GET", "v1/time")


@pytest.mark.parametrize(
    "script",
    [
        hung_up,
        plain(200, HTML, Content_Type="text/html; charset=utf-8"),
        plain(511, HTML, Content_Type="text/html"),
        plain(302, b"", Location="http://127.0.0.1:1/login"),
        plain(301, b"", Location="/elsewhere"),
        plain(304),
        plain(407, HTML, Content_Type="text/html"),
        plain(200, b"<xml/>", Content_Type="application/xml"),
        plain(200, b"{}"),
        plain(204),
        plain(200, b'{"code": "H15', Content_Type="application/json"),
        plain(200, b"", Content_Type="application/json"),
        plain(200, b"\xff\xfe\x00", Content_Type="application/json"),
        plain(200, b'{"code": 1}', Content_Type="application/json", Content_Length="500", Connection="close"),
        plain(200, b"not gzip", Content_Type="application/json", Content_Encoding="gzip"),
        plain(200, b"[" * 200_000, Content_Type="application/json"),
    ],
    ids=[
        "hung up",
        "captive portal",
        "network authentication",
        "redirect",
        "moved",
        "not modified",
        "proxy login",
        "other type",
        "no type",
        "no content",
        "truncated JSON",
        "empty JSON",
        "no UTF-8",
        "less than announced",
        "broken gzip",
        "too deep",
    ],
)
def test_what_is_not_the_server_s_answer_is_a_line_that_is_down(
    server: ScriptedServer, wire: Wire, script: Script
) -> None:
    server.script = script
    with pytest.raises(LineDown) as told:
        wire.ask_json("GET", "v1/x")
    assert str(told.value).endswith(".")
    assert len(server.asked) == 1  # nothing is followed or tried again behind the caller's back


@pytest.mark.parametrize("status", [408, 423, 425, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("kind", ["application/json", "text/html"])
def test_a_busy_server_is_busy_also_when_a_gateway_says_it(
    server: ScriptedServer, wire: Wire, status: int, kind: str
) -> None:
    server.script = plain(status, HTML, Content_Type=kind, Retry_After="7")
    with pytest.raises(ServerBusy, match=f"mã {status}") as told:
        wire.ask("PUT", "v1/x", data=b"{}")
    assert told.value.retry_after_s == 7.0


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
    server.script = plain(503, Retry_After=format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True))
    with pytest.raises(ServerBusy) as busy:
        wire.ask("GET", "x")
    assert busy.value.retry_after_s is not None
    assert 3000 < busy.value.retry_after_s <= 3600


def test_a_refusal_names_the_fields(server: ScriptedServer, wire: Wire) -> None:
    server.script = json_answer(
        '{"errors": [{"field": "due", "message": "Ngày hẹn sai"}, {"field": "x", "message": "Y"}]}'.encode(), 422
    )
    with pytest.raises(Refused) as no:
        wire.ask_json("PUT", "v1/x", data=b"{}")
    assert no.value.status == 422
    assert no.value.fields == (("due", "Ngày hẹn sai"), ("x", "Y"))
    assert str(no.value) == "Máy chủ chưa nhận: Ngày hẹn sai; Y."


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"5",
        b"<html>",
        b'{"errors": null}',
        b'{"errors": 5}',
        b'{"errors": "x"}',
        b'{"errors": [null, 5, "x", {}, {"field": "due"}, {"message": ""}]}',
        b'{"errors": {"field": "due"}}',
        b"[" * 200_000,
    ],
)
def test_a_refusal_without_readable_fields_is_still_a_refusal(
    server: ScriptedServer, wire: Wire, body: bytes
) -> None:
    server.script = json_answer(body, 422)
    with pytest.raises(Refused, match="mã 422") as no:
        wire.ask("PUT", "v1/x")
    assert no.value.fields == ()


@pytest.mark.parametrize("status", [401, 404, 409, 410, 413])
def test_a_gateway_s_page_with_a_meaning_is_a_refusal(
    server: ScriptedServer, wire: Wire, status: int
) -> None:
    """A proxy that finds one record too large must not stop all the others."""
    server.script = plain(status, HTML, Content_Type="text/html")
    with pytest.raises(Refused) as no:
        wire.ask("PUT", "v1/x")
    assert no.value.status == status


@pytest.mark.parametrize("status", [400, 403, 405, 451])
def test_a_gateway_s_block_page_parks_nothing_and_stops_nobody(
    server: ScriptedServer, wire: Wire, status: int
) -> None:
    server.script = plain(status, HTML, Content_Type="text/html")
    with pytest.raises(ServerBusy):
        wire.ask("PUT", "v1/x")


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
    server.script = json_answer(**header)
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


def test_an_answer_without_an_end_is_not_swallowed(server: ScriptedServer, wire: Wire) -> None:
    ended: list[int] = []

    def pour(_asked: Asked, exchange: Exchange) -> None:
        exchange.begin(200, Content_Type="application/json", Connection="close")
        poured = 0
        while poured < 512 * 2**20 and exchange.write(b" " * 2**18):
            poured += 2**18
        ended.append(poured)
        exchange.hang_up()

    server.script = pour
    with pytest.raises(LineDown):
        wire.ask_json("GET", "x")


@pytest.mark.parametrize(
    "location", ["http://127.0.0.1:1/v1/files/1", "https://elsewhere.example/v1/files/1", "//elsewhere/x"]
)
def test_another_server_s_address_is_never_asked_with_our_token(
    server: ScriptedServer, wire: Wire, location: str
) -> None:
    with pytest.raises(LineDown):
        wire.url(location)
    assert wire.url(f"{server.url}/v1/files/1") == f"{server.url}/v1/files/1"
    assert wire.url("/v1/files/1") == f"{server.url}/v1/files/1"
