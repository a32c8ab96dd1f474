from __future__ import annotations

import gzip
import json
import signal
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from uuid6 import uuid7

from tests.sandbox.process import AGENCY, VIETNAM, SandboxProcess, dossier, in_parallel, today


def _entry(sandbox: SandboxProcess, key: str) -> dict[str, Any]:
    (entry,) = [entry for entry in sandbox.state() if entry["key"] == key]
    return entry


def test_same_dossier_again_is_harmless_and_another_body_is_refused(sandbox: SandboxProcess) -> None:
    body = dossier(sandbox.next_code())
    first = sandbox.put(body)
    assert (first.status_code, first.json()["code"], first.json()["complete"]) == (201, body["code"], True)
    shuffled = dict(reversed(body.items()))
    second = sandbox.put(shuffled)
    assert second.status_code == 200
    assert second.json() == first.json()
    assert sandbox.put({**body, "fee_vnd": 9000}).status_code == 409
    assert _entry(sandbox, body["key"])["times_received"] == 3


def test_gzip_body(sandbox: SandboxProcess) -> None:
    body = dossier(sandbox.next_code())
    answer = sandbox.session.put(
        f"{sandbox.url}/v1/dossiers/{body['key']}",
        data=gzip.compress(json.dumps(body).encode()),
        headers={
            "Idempotency-Key": body["key"],
            "Content-Encoding": "gzip",
            "Content-Type": "application/json",
        },
        timeout=10,
    )
    assert answer.status_code == 201
    assert sandbox.put(body).status_code == 200


def test_size_limit_holds_after_unpacking(sandbox: SandboxProcess) -> None:
    key = str(uuid7())
    url, headers = f"{sandbox.url}/v1/dossiers/{key}", {"Idempotency-Key": key, "Content-Encoding": "gzip"}
    bomb = gzip.compress(b" " * 2_000_000)
    assert sandbox.session.put(url, data=bomb, headers=headers, timeout=10).status_code == 413
    plain = {"Idempotency-Key": key}
    assert sandbox.session.put(url, data=b" " * 2_000_000, headers=plain, timeout=10).status_code == 413


def test_headers_and_key_are_checked(sandbox: SandboxProcess) -> None:
    body = dossier(sandbox.next_code())
    url = f"{sandbox.url}/v1/dossiers/{body['key']}"
    assert sandbox.session.put(url, json=body, timeout=10).status_code == 400
    assert sandbox.put(body, **{"Idempotency-Key": str(uuid7())}).status_code == 400
    version4 = "5b0f2a52-8f0e-4a39-9c55-6a8f0f1f7d11"
    assert sandbox.put({**body, "key": version4}).status_code == 400
    nobody = requests.put(url, json=body, headers={"Idempotency-Key": body["key"]}, timeout=10)
    assert nobody.status_code == 401
    assert nobody.headers["WWW-Authenticate"].startswith("Bearer")
    wrong = sandbox.session.put(url, data=b"{", headers={"Idempotency-Key": body["key"]}, timeout=10)
    assert wrong.status_code == 400


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("note", {"note": "thêm"}),
        ("schema", {"schema": "motcua.dossier/2"}),
        ("channel", {"channel": "fax"}),
        ("procedure.code", {"procedure": {"code": "1.48", "name": "Đăng ký", "case": None}}),
        (
            "applicant.personal_id",
            {"applicant": {"personal_id": "06618800412", "full_name": "Nguyễn Thị Mẫu"}},
        ),
        ("applicant.full_name", {"applicant": {"personal_id": "066188004127", "full_name": "Nguyễn <b>"}}),
        ("owner.phone", {"owner": {"phone": "12345"}}),
        ("received_at", {"received_at": "2026-01-05T08:00:00"}),
        ("received_at", {"received_at": "2026-01-05T08:00:00+00:00"}),
        ("fee_vnd", {"fee_vnd": -1}),
        ("fee_vnd", {"fee_vnd": "8000"}),
        ("key", {"key": "5b0f2a52-8f0e-4a39-9c55-6a8f0f1f7d11"}),
        ("due", {"due": "2020-01-05T08:00:00+07:00"}),
    ],
)
def test_refusal_names_the_field(sandbox: SandboxProcess, field: str, change: dict[str, Any]) -> None:
    body = dossier(sandbox.next_code())
    key = body["key"]
    answer = sandbox.session.put(
        f"{sandbox.url}/v1/dossiers/{key}", json=body | change, headers={"Idempotency-Key": key}, timeout=10
    )
    assert answer.status_code == 422
    assert field in [error["field"] for error in answer.json()["errors"]]
    assert key not in [entry["key"] for entry in sandbox.state()]


@pytest.mark.parametrize(
    "file",
    [
        {"name": "../a.pdf", "size": 1, "sha256": "0" * 64, "media_type": "application/pdf"},
        {"name": "a.pdf", "size": -1, "sha256": "0" * 64, "media_type": "application/pdf"},
        {"name": "a.pdf", "size": 1, "sha256": "0" * 63, "media_type": "application/pdf"},
        {"name": "a.pdf", "size": 1, "sha256": "0" * 64, "media_type": "pdf"},
    ],
)
def test_malformed_file_entry_is_refused(sandbox: SandboxProcess, file: dict[str, Any]) -> None:
    answer = sandbox.put(dossier(sandbox.next_code(), [file]))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].startswith("components.0.files.0.")


def _event(status: int, **more: Any) -> dict[str, Any]:
    at = datetime.now(VIETNAM).replace(microsecond=0).isoformat()
    return {
        "kind": "stopped",
        "at": at,
        "officer": {"id": "an", "name": "Nguyễn Văn An"},
        "status": status,
        "reason": "Trùng hồ sơ",
        **more,
    }


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("status", {"status": 11, "events": [_event(8)]}),
        ("status", {"status": "8", "events": [_event(8)]}),
        ("events.0.kind", {"status": 8, "events": [_event(8, kind="lost")]}),
        ("events.0.colour", {"status": 8, "events": [_event(8, colour="đỏ")]}),
        ("events.0.reason", {"status": 8, "events": [_event(8, reason="")]}),
        ("events.0.at", {"status": 8, "events": [_event(8, at="2026-11-20T10:00:00Z")]}),
        ("", {"status": 5, "events": [_event(8)]}),
        ("", {"status": 8}),
        ("", {"events": [_event(8)]}),
    ],
)
def test_a_status_that_its_events_do_not_say_is_refused(
    sandbox: SandboxProcess, field: str, change: dict[str, Any]
) -> None:
    answer = sandbox.put(dossier(sandbox.next_code(), **change))
    assert answer.status_code == 422
    assert field in {error["field"] for error in answer.json()["errors"]}


def test_a_refusal_to_receive_is_kept_and_told_as_one(sandbox: SandboxProcess) -> None:
    refused = _event(3, kind="refused", reason_code="other", submitted_at=_event(3)["at"])
    body = dossier(sandbox.next_code(), status=3, due=None, events=[refused])
    assert sandbox.put(body).status_code == 201
    lines = sandbox.session.get(f"{sandbox.url}/v1/changes", timeout=10).json()["changes"]
    (told,) = [line for line in lines if line["key"] == body["key"]]
    assert told["facts"] == {"status": "refused", "words": "Không tiếp nhận"}


def test_code_must_be_leased_to_this_station_and_be_of_the_day(sandbox: SandboxProcess) -> None:
    def refused(code: str, **headers: str) -> str:
        answer = sandbox.put(dossier(code), **headers)
        assert answer.status_code == 422, answer.text
        (error,) = answer.json()["errors"]
        assert error["field"] == "code"
        return str(error["message"])

    code = sandbox.next_code("Q07")
    assert "chưa được cấp" in refused(f"{AGENCY}-{today():%y%m%d}-9876")
    assert "chưa được cấp" in refused(code, **{"X-Station": "Q08"})
    assert "tương lai" in refused(f"{AGENCY}-{today() + timedelta(days=1):%y%m%d}-0001")
    assert "không có thật" in refused(f"{AGENCY}-260230-0001")
    assert "khác ngày nhận" in refused(f"{AGENCY}-260105-0001")
    assert "không thuộc cơ quan" in refused(code.replace(AGENCY, "H29.27.3"))
    assert sandbox.put(dossier(code), **{"X-Station": "Q07"}).status_code == 201
    assert "hồ sơ khác" in refused(code)


def test_a_colleague_s_dossier_is_taken_from_another_station(sandbox: SandboxProcess) -> None:
    """Sealed at one counter, handed over on a stick, brought by another: the code is the first one's."""
    body = dossier(sandbox.next_code("Q07"))
    colleague = sandbox.session_of("colleague")
    url, headers = f"{sandbox.url}/v1/dossiers/{body['key']}", {"Idempotency-Key": body["key"]}
    assert colleague.put(url, json=body, headers=headers, timeout=10).status_code == 201
    assert sandbox.put(body).status_code == 200, "the first one's own try comes later and makes nothing twice"


def test_a_serial_that_the_province_took_for_itself_is_nobody_s(sandbox: SandboxProcess) -> None:
    given = sandbox.put(dossier(None, receipt_number="TN-Q07-261128-0001")).json()["code"]
    answer = sandbox.put(dossier(given))
    assert answer.status_code == 422
    assert "chưa được cấp" in answer.json()["errors"][0]["message"]


def test_both_orders_of_the_agency_id_name_one_agency(sandbox: SandboxProcess) -> None:
    body = dossier(sandbox.next_code(), agency={"id": "13.05.50.H15", "name": "UBND phường Tân An"})
    assert sandbox.put(body).status_code == 201


def test_provisional_number_gets_a_code_and_stays_an_alias(sandbox: SandboxProcess) -> None:
    body = dossier(None, receipt_number="TN-Q03-01JD7Z6W9T")
    answer = sandbox.put(body)
    assert answer.status_code == 201
    code = answer.json()["code"]
    assert code.startswith(f"{AGENCY}-{today():%y%m%d}-")
    for name in (body["key"], code, "TN-Q03-01JD7Z6W9T"):
        found = sandbox.session.get(f"{sandbox.url}/v1/dossiers/{name}", timeout=10).json()
        assert (found["key"], found["code"], found["receipt_number"]) == (
            body["key"],
            code,
            "TN-Q03-01JD7Z6W9T",
        )
    assert sandbox.put(dossier(None, receipt_number="TN-Q03-01JD7Z6W9T")).status_code == 422
    assert sandbox.put(dossier(None)).status_code == 422


def test_leases_of_five_stations_at_once_never_clash(sandbox: SandboxProcess) -> None:
    def ask(index: int) -> list[tuple[int, int]]:
        answers = [sandbox.lease(f"Q{index}", size=7) for _ in range(8)]
        return [(lease["first"], lease["last"]) for answer in answers for lease in answer.json()["leases"]]

    blocks = [block for station in in_parallel(5, ask) for block in station]
    serials = [serial for first, last in blocks for serial in range(first, last + 1)]
    assert len(blocks) == 40
    assert len(serials) == len(set(serials)) == 280


def test_lease_asked_again_gets_the_same_block(sandbox: SandboxProcess) -> None:
    first = sandbox.lease(key="một-lần".encode().hex())
    again = sandbox.lease(key="một-lần".encode().hex())
    assert first.json() == again.json()
    assert sandbox.lease(size=3, key="một-lần".encode().hex()).status_code == 409
    assert sandbox.lease().json() != first.json()


def test_lease_is_bounded(sandbox: SandboxProcess) -> None:
    (lease,) = sandbox.lease(size=100_000).json()["leases"]
    assert lease["last"] - lease["first"] + 1 == 500
    for day in (today() - timedelta(days=1), today() + timedelta(days=15)):
        answer = sandbox.session.post(
            f"{sandbox.url}/v1/code-leases",
            json={"agency": AGENCY, "station": "Q03", "days": [day.isoformat()], "size": 5},
            timeout=10,
        )
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "days.0")


def test_changes_are_ordered_and_resumable(sandbox: SandboxProcess) -> None:
    def changes(cursor: str) -> dict[str, Any]:
        answer: dict[str, Any] = sandbox.session.get(
            f"{sandbox.url}/v1/changes", params={"since": cursor}, timeout=10
        ).json()
        return answer

    cursor = changes("0")["cursor"]
    bodies = [dossier(sandbox.next_code()) for _ in range(3)]
    for body in bodies:
        sandbox.put(body)
    answer = changes(cursor)
    assert [change["key"] for change in answer["changes"]] == [body["key"] for body in bodies]
    assert changes(answer["cursor"]) == {"cursor": answer["cursor"], "changes": []}


def test_acknowledged_dossier_survives_a_kill(own_sandbox: SandboxProcess) -> None:
    body = dossier(own_sandbox.next_code())
    first = own_sandbox.put(body).json()
    assert own_sandbox.end(signal.SIGKILL) == -signal.SIGKILL
    own_sandbox.start()
    again = own_sandbox.put(body)
    assert (again.status_code, again.json()) == (200, first)
    assert [(entry["key"], entry["times_received"]) for entry in own_sandbox.state()] == [(body["key"], 2)]
    assert own_sandbox.put(dossier(own_sandbox.next_code())).status_code == 201
    assert own_sandbox.end(signal.SIGTERM) == 0
    assert own_sandbox.complaints == ""
