"""The stage of the crash harness: a province, a page, stations of their own, and what must hold at the end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from uuid6 import uuid7

from app.bootstrap import open_station
from app.config import Settings
from scanning.samples.people import SAMPLE_REQUESTER
from tests.sandbox.process import SandboxProcess

CHILD_S = 120


@dataclass
class Stage:
    """A province, a page to scan, and the codes that were given so far."""

    folder: Path
    province: SandboxProcess
    page: Path
    truth: dict[str, str]
    events: list[str] = field(default_factory=list)
    length_s: float = 0.0
    codes: dict[str, str] = field(default_factory=dict)

    def plan(self, name: str) -> dict[str, Any]:
        """A station of its own for each kill, all at the same province."""
        home = self.folder / name
        home.mkdir()
        return {
            "home": str(home / "home"),
            "keys": str(home / "keys"),
            "printed": str(home / "printed"),
            "acks": str(home / "acks"),
            "page": str(self.page),
            "truth": self.truth,
            "card": SAMPLE_REQUESTER.qr_payload(),
            "visit": str(uuid7()),
        }

    def start(self, plan: dict[str, Any], die_at: int | None = None) -> subprocess.Popen[str]:
        """Starts the story as a process."""
        path = Path(plan["home"]).parent / "plan.json"
        path.write_text(json.dumps({**plan, "url": self.province.url, "die_at": die_at}), "utf-8")
        scratch = Path(plan["home"]).parent / "tmp"
        scratch.mkdir(exist_ok=True)
        return subprocess.Popen(
            [sys.executable, "-m", "tests.faults.kills.visit_child", str(path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ
            | {"TMPDIR": str(scratch), "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"},
            cwd=Path(__file__).parents[3],
        )

    def run_to_the_end(self, plan: dict[str, Any]) -> list[str]:
        """Starts the story undisturbed; its events."""
        out, complaints = self.start(plan).communicate(timeout=CHILD_S)
        assert out, complaints[-2000:]
        events: list[str] = json.loads(out)
        return events

    def check(self, plan: dict[str, Any]) -> None:
        """Holds the station, the province, the paper and the acknowledgements against each other."""
        settings = Settings(Path(plan["home"]), Path(plan["keys"]))
        with open_station(settings) as station:
            record = station.record(plan["visit"])
            (row,) = station.queue()
            assert station.resume() == []
            assert station.on_store(lambda s: s.check_integrity())
            assert station.on_store(lambda s: s.rows("SELECT count(*) AS n FROM outbox"))[0]["n"] == 1
        assert row.state == "accepted"
        (there,) = [d for d in self.province.state() if d["key"] == plan["visit"]]
        assert there["complete"]
        assert there["code"] == record.code
        assert {f["sha256"] for f in there["files"]} == {f.sha256 for f in record.files}
        acks = [line.split() for line in Path(plan["acks"]).read_text("utf-8").splitlines()]
        assert acks
        assert {tuple(ack) for ack in acks} == {(plan["visit"], record.code)}
        printed = [p.name for p in Path(plan["printed"]).iterdir() if p.suffix == ".pdf"]
        assert printed == [f"{record.code}.pdf"]
        assert record.code is not None
        assert record.code not in self.codes, f"{record.code} was given twice"
        self.codes[record.code] = plan["visit"]
        assert len({d["code"] for d in self.province.state()}) == len(self.province.state())
