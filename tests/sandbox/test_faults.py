from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.openapi import contract_text
from tests.sandbox.process import SandboxProcess, dossier

CONTRACT = Path(__file__).parents[2] / "docs" / "openapi" / "provincial.yaml"


def test_lost_acknowledgement_leaves_one_dossier(sandbox: SandboxProcess) -> None:
    body = dossier(sandbox.next_code())
    sandbox.faults(drop_ack_rate=1.0)
    with pytest.raises(requests.ConnectionError):
        sandbox.put(body)
    sandbox.faults()
    assert sandbox.put(body).status_code == 200
    assert [(entry["key"], entry["times_received"]) for entry in sandbox.state()] == [(body["key"], 2)]


def test_down_closes_the_connection_but_not_the_control(sandbox: SandboxProcess) -> None:
    sandbox.faults(down=True)
    with pytest.raises(requests.ConnectionError):
        sandbox.session.get(f"{sandbox.url}/v1/health", timeout=10)
    assert requests.get(f"{sandbox.url}/sandbox/citizens", timeout=10).status_code == 200
    sandbox.faults(down=False)
    assert sandbox.session.get(f"{sandbox.url}/v1/health", timeout=10).json() == {"status": "ok"}


def test_captive_portal_answers_html_everywhere(sandbox: SandboxProcess) -> None:
    sandbox.faults(html=True)
    for method, path in (("PUT", "/v1/dossiers/x"), ("POST", "/oauth2/token"), ("GET", "/population/x")):
        answer = requests.request(method, sandbox.url + path, data=b"{}", timeout=10)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert "X-Server-Time" not in answer.headers


def test_a_killed_sandbox_with_a_state_folder_leaves_nothing_else_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    process = SandboxProcess(tmp_path / "province")
    process.close()
    assert list(scratch.iterdir()) == []


def test_busy_server_says_when_to_come_again(sandbox: SandboxProcess) -> None:
    sandbox.faults(status=503, retry_after_s=2)
    answer = sandbox.put(dossier(None))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")


def test_errors_are_dealt_by_a_seed(sandbox: SandboxProcess) -> None:
    def deal() -> list[int]:
        sandbox.faults(error_rate=0.5, seed=7)
        return [sandbox.session.get(f"{sandbox.url}/v1/health", timeout=10).status_code for _ in range(30)]

    first = deal()
    assert 200 in first
    assert max(first) >= 500
    assert deal() == first


def test_wrong_clock_shows_everywhere(sandbox: SandboxProcess) -> None:
    sandbox.faults(clock_offset_s=-86400 * 3)
    answer = sandbox.session.get(f"{sandbox.url}/v1/time", timeout=10)
    expected = datetime.now(UTC) - timedelta(days=3)
    for told in (
        datetime.fromisoformat(answer.json()["now"]),
        datetime.fromisoformat(answer.headers["X-Server-Time"]),
        parsedate_to_datetime(answer.headers["Date"]),
    ):
        assert abs(told - expected) < timedelta(minutes=5)
    assert answer.json()["now"].endswith("+07:00")
    refused = sandbox.put(dossier(None, receipt_number="TN-Q03-CLOCK1"))
    assert [error["field"] for error in refused.json()["errors"]] == ["received_at"]


def test_latency_is_waited(sandbox: SandboxProcess) -> None:
    sandbox.faults(latency_ms=150)
    start = time.monotonic()
    sandbox.session.get(f"{sandbox.url}/v1/health", timeout=10)
    assert time.monotonic() - start >= 0.15


def test_cut_body_never_reaches_the_handler(sandbox: SandboxProcess) -> None:
    body = dossier(sandbox.next_code(), form={"text": "x" * 200_000})
    sandbox.faults(cut_after_bytes=1000)
    with pytest.raises(requests.ConnectionError):
        sandbox.put(body)
    sandbox.faults()
    assert sandbox.put(body).status_code == 201


@pytest.mark.parametrize("wanted", [{"earthquake": True}, {"error_rate": 2}, {"population_error": "006"}])
def test_unknown_fault_is_refused(sandbox: SandboxProcess, wanted: dict[str, Any]) -> None:
    answer = requests.post(f"{sandbox.url}/sandbox/faults", json=wanted, timeout=10)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == next(iter(wanted))


def test_wrong_secret_gets_no_token(sandbox: SandboxProcess) -> None:
    form = {"grant_type": "client_credentials", "client_id": "station", "client_secret": "guess"}
    assert requests.post(f"{sandbox.url}/oauth2/token", data=form, timeout=10).status_code == 401
    form = {"grant_type": "client_credentials", "client_id": "nobody", "client_secret": ""}
    assert requests.post(f"{sandbox.url}/oauth2/token", data=form, timeout=10).status_code == 401
    form = {"grant_type": "password", "client_id": "station", "client_secret": "sandbox"}
    assert requests.post(f"{sandbox.url}/oauth2/token", data=form, timeout=10).status_code == 400
    grant = {"grant_type": "client_credentials"}
    basic = requests.post(f"{sandbox.url}/oauth2/token", data=grant, auth=("station", "sandbox"), timeout=10)
    assert basic.status_code == 200


def test_published_contract_is_the_served_one() -> None:
    published = CONTRACT.read_text(encoding="utf-8")
    assert published == contract_text()
    document = json.loads(published)
    assert document["openapi"] == "3.1.0"
    assert all(path.startswith(("/v1/", "/oauth2/")) for path in document["paths"])
    references = {part.split('"')[0] for part in published.split('"#/components/schemas/')[1:]}
    assert references <= set(document["components"]["schemas"])
