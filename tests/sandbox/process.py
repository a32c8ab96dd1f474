"""A sandbox in a process of its own, which can be killed and started again on the same state."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import requests
from uuid6 import uuid7

VIETNAM = timezone(timedelta(hours=7))
AGENCY = "H15.50.05.13"


class SandboxProcess:
    """Starts, kills and talks to one sandbox."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._process: subprocess.Popen[str] | None = None
        self.url = ""
        self.complaints = ""
        self.start()

    def start(self) -> None:
        """Start on the state folder and log in."""
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "--state", str(self._state)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        first_line = process.stdout.readline()
        assert first_line, process.communicate()[1]
        self._process = process
        self.url = json.loads(first_line)["url"]
        self.session = self.session_of("station")

    def session_of(self, client: str) -> requests.Session:
        """One client's connections, logged in."""
        session = requests.Session()
        answer = session.post(
            f"{self.url}/oauth2/token",
            data={"grant_type": "client_credentials", "client_id": client, "client_secret": "sandbox"},
            timeout=10,
        )
        assert answer.status_code == 200
        session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return session

    def end(self, number: signal.Signals) -> int:
        """Send the signal and wait for the end; answers the exit code."""
        assert self._process is not None
        process, self._process = self._process, None
        self.session.close()
        process.send_signal(number)
        self.complaints += process.communicate(timeout=20)[1]
        return process.returncode

    def close(self) -> None:
        """End it if it still runs."""
        if self._process is not None:
            self.end(signal.SIGKILL)

    def faults(self, **faults: object) -> None:
        """Switch faults on; without any, all off."""
        if faults:
            answer = requests.post(f"{self.url}/sandbox/faults", json=faults, timeout=10)
        else:
            answer = requests.delete(f"{self.url}/sandbox/faults", timeout=10)
        assert answer.status_code == 200, answer.text

    def state(self) -> list[dict[str, Any]]:
        """What the province has."""
        dossiers: list[dict[str, Any]] = requests.get(f"{self.url}/sandbox/state", timeout=10).json()[
            "dossiers"
        ]
        return dossiers

    def lease(self, station: str = "Q03", size: int = 50, key: str | None = None) -> requests.Response:
        """Ask for a block of serials for today."""
        return self.session.post(
            f"{self.url}/v1/code-leases",
            json={"agency": AGENCY, "station": station, "days": [today().isoformat()], "size": size},
            headers={"Idempotency-Key": key} if key else {},
            timeout=10,
        )

    def next_code(self, station: str = "Q03") -> str:
        """A dossier code out of a fresh lease of one."""
        (lease,) = self.lease(station, size=1).json()["leases"]
        return f"{AGENCY}-{today():%y%m%d}-{lease['first']:04d}"

    def put(self, body: dict[str, Any], **headers: str) -> requests.Response:
        """Hand a dossier in."""
        return self.session.put(
            f"{self.url}/v1/dossiers/{body['key']}",
            json=body,
            headers={"Idempotency-Key": body["key"], **headers},
            timeout=10,
        )


def today() -> Any:
    """The day in Vietnam."""
    return datetime.now(VIETNAM).date()


def dossier(code: str | None, files: list[dict[str, Any]] | None = None, **changes: Any) -> dict[str, Any]:
    """A valid dossier of an invented person, with changes."""
    received = datetime.now(VIETNAM).replace(microsecond=0)
    return {
        "schema": "motcua.dossier/1",
        "key": str(uuid7()),
        "code": code,
        "receipt_number": None,
        "procedure": {"code": "1.004884", "name": "Đăng ký lại khai sinh", "case": None},
        "agency": {"id": AGENCY, "name": "UBND phường Tân An"},
        "channel": "direct",
        "received_at": received.isoformat(),
        "due": (received + timedelta(days=7)).isoformat(),
        "applicant": {
            "personal_id": "066188004127",
            "full_name": "Nguyễn Thị Phương Thảo Nguyên",
            "birth_date": "1988-05-17",
            "phone": "0905000147",
            "email": None,
            "address": "Số 128/45 đường Y Moan Ênuôl, tổ dân phố 7, phường Tân Lập, tỉnh Đắk Lắk",
        },
        "owner": None,
        "form": {"reason": "mất bản chính"},
        "fee_vnd": 8000,
        "copies": 1,
        "components": [
            {
                "code": "000.00.00.G15-KQ003204",
                "name": "Tờ khai đăng ký lại khai sinh",
                "originals": 1,
                "copies": 0,
                "files": files or [],
            }
        ],
        "return_by": "counter",
        "officer": {"id": "cb01", "name": "Lương Thị Hải Đường"},
        "history": [],
    } | changes


def in_parallel(count: int, work: Any) -> list[Any]:
    """Run ``work(index)`` in that many threads at once; answers the results by index."""
    results: list[Any] = [None] * count
    barrier = threading.Barrier(count)

    def run(index: int) -> None:
        barrier.wait()
        results[index] = work(index)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
