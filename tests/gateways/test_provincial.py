"""The province's system: tokens that run out, leases whose answer was lost, and its clock."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from uuid6 import uuid7

from app.gateways.provincial import ProvincialSystem
from app.gateways.tokens import StationToken
from offline_queue.errors import LineDown, Refused, ServerBusy
from offline_queue.numbers import NumberBlock
from tests.offline_queue.servers import Asked, Exchange, Relay, ScriptedServer, json_answer
from tests.sandbox.process import AGENCY, SandboxProcess, dossier, today


@pytest.fixture
def sandbox(province: SandboxProcess) -> Iterator[SandboxProcess]:
    province.faults()
    yield province
    province.faults()


@pytest.fixture
def relay(sandbox: SandboxProcess) -> Iterator[Relay]:
    """The sandbox with a witness before it."""
    with Relay(sandbox.url) as running:
        yield running


def system_at(url: str, secret: str = "sandbox") -> ProvincialSystem:
    """As the program wires it."""
    return ProvincialSystem(url, "station", secret, 5.0)


def tokens_fetched(relay: Relay) -> int:
    return relay.times("POST", "/oauth2/token")


def test_one_token_serves_many_requests(relay: Relay) -> None:
    system = system_at(relay.url)
    for _ in range(5):
        system.greet()
    assert tokens_fetched(relay) == 1


def test_a_token_that_ran_out_is_fetched_anew_once(relay: Relay) -> None:
    system = system_at(relay.url)
    system.greet()
    refusals = [401]

    def spoil(asked: Asked, exchange: Exchange) -> bool:
        if asked.path.startswith("/v1") and refusals:
            exchange.answer(refusals.pop(), b"{}", Content_Type="application/json")
            return True
        return False

    relay.spoil = spoil
    system.greet()
    assert tokens_fetched(relay) == 2
    first, refused, again = [a.headers["Authorization"] for a in relay.asked if a.path == "/v1/time"]
    assert first == refused != again
    system.greet()
    assert tokens_fetched(relay) == 2


def test_a_province_that_forgot_all_tokens_gives_a_new_one(tmp_path: Path) -> None:
    sandbox = SandboxProcess(tmp_path / "province")
    try:
        system = system_at(sandbox.url)
        system.greet()
        database = sqlite3.connect(tmp_path / "province" / "province.sqlite3")
        database.execute("DELETE FROM tokens")
        database.commit()
        database.close()
        system.greet()
    finally:
        sandbox.close()


def test_a_province_that_takes_no_token_is_asked_twice_and_no_more(relay: Relay) -> None:
    def spoil(asked: Asked, exchange: Exchange) -> bool:
        if asked.path.startswith("/v1"):
            exchange.answer(401, b"{}", Content_Type="application/json")
            return True
        return False

    relay.spoil = spoil
    with pytest.raises(ServerBusy, match="đăng ký"):
        system_at(relay.url).greet()
    assert relay.times("GET", "/v1/time") == 2
    assert tokens_fetched(relay) == 2


def test_a_wrong_secret_is_no_fault_of_a_dossier(sandbox: SandboxProcess) -> None:
    with pytest.raises(ServerBusy, match="đăng ký"):
        system_at(sandbox.url, "wrong").put_record(str(uuid7()), {})


def test_the_secret_goes_to_the_token_endpoint_only(relay: Relay) -> None:
    system = system_at(relay.url)
    system.greet()
    kinds = {a.path: a.headers["Authorization"].split()[0] for a in relay.asked}
    assert kinds == {"/oauth2/token": "Basic", "/v1/time": "Bearer"}


@pytest.mark.parametrize(("lifetime", "fetched"), [(3600, 1), (61, 1), (60, 3), (0, 3), (None, 1)])
def test_a_token_is_renewed_a_minute_before_its_end(lifetime: int | None, fetched: int) -> None:
    """null says nothing: a default stands in."""
    life = "null" if lifetime is None else lifetime
    with ScriptedServer(json_answer(f'{{"access_token": "t", "expires_in": {life}}}'.encode())) as server:
        token = StationToken(server.url, "station", "sandbox")
        assert {token() for _ in range(3)} == {"t"}
        assert len(server.asked) == fetched


def test_a_token_endpoint_that_is_down_or_busy_is_that(sandbox: SandboxProcess) -> None:
    sandbox.faults(down=True)
    with pytest.raises(LineDown):
        system_at(sandbox.url).greet()
    sandbox.faults(down=False, status=503)
    with pytest.raises(ServerBusy):
        system_at(sandbox.url).greet()
    sandbox.faults(html=True)
    with pytest.raises(LineDown):
        system_at(sandbox.url).greet()


def test_a_lease_whose_answer_was_lost_is_the_same_again(sandbox: SandboxProcess) -> None:
    system = system_at(sandbox.url)
    days = [today(), today() + timedelta(days=1)]
    sandbox.faults(drop_ack_rate=1.0)
    with pytest.raises(LineDown):
        system.lease("Q03-1", AGENCY, "Q03", days, 20)
    sandbox.faults()
    first = system.lease("Q03-1", AGENCY, "Q03", days, 20)
    assert [(b.agency, b.day, b.last - b.first + 1) for b in first] == [(AGENCY, d, 20) for d in days]
    assert system.lease("Q03-1", AGENCY, "Q03", days, 20) == first
    second = system.lease("Q03-2", AGENCY, "Q03", days, 20)
    for one, other in zip(first, second, strict=True):
        assert other.first == one.last + 1  # nothing was lost and nothing given twice
    with pytest.raises(Refused) as no:
        system.lease("Q03-2", AGENCY, "Q03", days, 30)
    assert no.value.status == 409


@pytest.mark.parametrize(
    "body",
    [b"{}", b"[]", b"null", b'{"leases": null}', b'{"leases": [{}]}', b'{"leases": [{"day": "x"}]}',
     b'{"leases": [{"agency": "A", "day": "2026-11-23", "first": "one", "last": 2}]}'],
)  # fmt: skip
def test_a_garbled_lease_gives_no_numbers(relay: Relay, body: bytes) -> None:
    def spoil(asked: Asked, exchange: Exchange) -> bool:
        if asked.path.startswith("/v1/code-leases"):
            exchange.answer(200, body, Content_Type="application/json")
            return True
        return False

    relay.spoil = spoil
    with pytest.raises(ServerBusy, match="cấp số"):
        system_at(relay.url).lease("x", AGENCY, "Q03", [today()], 5)


def test_a_lease_is_read(sandbox: SandboxProcess) -> None:
    (block,) = system_at(sandbox.url).lease(str(uuid7()), AGENCY, "Q03", [today()], 3)
    assert isinstance(block, NumberBlock)
    assert block.last - block.first == 2


def test_what_the_province_holds_is_told_from_its_bytes(sandbox: SandboxProcess) -> None:
    digest = "ab" * 32
    listed = {"name": "to-khai.pdf", "size": 10, "sha256": digest, "media_type": "application/pdf"}
    body = dossier(sandbox.next_code(), [listed])
    system = system_at(sandbox.url)
    put = system.put_record(body["key"], body)
    assert (put.official_code, put.is_complete, put.missing) == (body["code"], False, frozenset({digest}))
    assert system.ask(body["key"]) == put
    assert system.put_record(body["key"], body) == put
    with pytest.raises(Refused) as no:
        system.put_record(body["key"], {**body, "copies": 5})
    assert no.value.status == 409
    with pytest.raises(Refused) as no:
        system.ask(str(uuid7()))
    assert no.value.status == 404


def test_the_province_s_clock_is_known_after_a_greeting(sandbox: SandboxProcess) -> None:
    system = system_at(sandbox.url)
    assert system.clock_offset_s is None
    sandbox.faults(clock_offset_s=2 * 86_400)
    system.greet()
    assert system.clock_offset_s == pytest.approx(2 * 86_400, abs=5)
