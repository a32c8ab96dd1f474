"""One connection and every way it can fail, each sorted into its fate, against real servers."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from offline_queue.errors import LineDown, Refused, ServerBusy
from offline_queue.wire import Wire
from tests.offline_queue.servers import Asked, Exchange, Script, ScriptedServer, json_answer
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


def test_a_refusal_names_the_fields(server: ScriptedServer, wire: Wire) -> None:
    server.script = json_answer(
        '{"errors": [{"field": "due", "message": "Ngày hẹn sai"}, {"field": "x", "message": "Y"}]}'.encode(),
        422,
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
