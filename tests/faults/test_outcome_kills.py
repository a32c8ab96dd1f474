"""kill -9 between the steps of an outcome: done once or not at all, and never told twice to the province."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from uuid6 import uuid7

from app.bootstrap import open_station
from app.config import Settings
from app.domain.course import Standing
from app.workflow.outcomes import Outcomes
from app.workflow.station import Station
from offline_queue import records
from tests.commands.visits import changed
from tests.faults.story import ROOT
from tests.sandbox.process import SandboxProcess
from tests.workflow.outcomes import held, seal, send

#: Where it dies, and how many outcomes must have become durable by then.
MOMENTS = {
    "commit edit#1": 0,  # everything written, nothing durable
    "committed edit#1": 1,  # durable, nobody was told
    "commit edit#2": 1,
    "committed edit#3": 3,
    "request PUT v1/dossiers#1": 3,  # on its way
    "answer PUT v1/dossiers#1": 3,  # the province has it, the station does not know
    "answer PUT v1/dossiers#2": 3,
}


def child(settings: Settings, province: SandboxProcess, commands: list[list[str]], die_at: str = "") -> int:
    """Runs the commands in a program of their own; its exit status."""
    environment = {
        **os.environ,
        "MOTCUA_HOME": str(settings.home),
        "MOTCUA_KEY_DIR": str(settings.key_folder),
        "MOTCUA_PROVINCE_URL": province.url,
        "MOTCUA_POPULATION_URL": province.url,
        "OUTCOME_COMMANDS": json.dumps(commands),
        "OUTCOME_DIE_AT": die_at,
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.outcome_child"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode


@pytest.mark.parametrize("moment", MOMENTS)
def test_outcomes_survive_death_and_are_each_made_once(
    online: Settings, province: SandboxProcess, moment: str
) -> None:
    with open_station(online) as station:
        send(station)
        record = seal(station)
        send(station)
    commands = [
        ["outcome", record.key, "supplement", "--paper", "Giấy ủy quyền=Ký ở trang 2", "--reason", "Chưa ký"],
        ["outcome", record.key, "complete"],
        ["outcome", record.key, "stop", "--reason", "Người nộp không còn đủ điều kiện"],
        ["sync"],
    ]
    assert child(online, province, commands, moment) == -signal.SIGKILL
    kinds = ["supplement_asked", "supplement_completed", "stopped"]
    durable = MOMENTS[moment]
    with open_station(online) as station:
        events = Outcomes(station).standing(record.key).events
        assert [event["kind"] for event in events] == kinds[:durable]
        _told_in_full(station, record.key, kinds[:durable])
    # Whoever does not know how far it came says the last thing again, and goes on.
    assert child(online, province, commands[max(0, durable - 1) :]) == 0
    with open_station(online) as station:
        send(station)
        versions = Outcomes(station).versions(record.key)
        assert [event["kind"] for event in Standing.of(versions[-1].body).events] == kinds
        assert [version.number for version in versions] == [1, 2, 3, 4]
        _told_in_full(station, record.key, kinds)
    body = held(province, record.key)
    assert (body["status"], [event["kind"] for event in body["events"]]) == (8, kinds)
    assert body["version"] == 4


def _told_in_full(station: Station, key: str, kinds: list[str]) -> None:
    """History and audit have a line for each outcome that is there, and none for another."""
    history = station.on_store(lambda store: records.history_of(store, key))
    assert [line.event for line in history if line.event in {*kinds, "stopped", "supplement_asked"}] == kinds
    rows = station.on_store(lambda store: store.rows("SELECT action FROM audit WHERE subject = ?", key))
    assert sorted(r["action"] for r in rows if r["action"].startswith(("supplement", "stopped"))) == sorted(
        kinds
    )


@pytest.mark.parametrize(("moment", "is_durable"), [("commit seal", False), ("committed seal", True)])
def test_a_refusal_survives_death_and_uses_one_number(
    online: Settings, province: SandboxProcess, example: Path, tmp_path: Path, moment: str, is_durable: bool
) -> None:
    with open_station(online) as station:
        send(station)
        before = station.codes_left()
    key = str(uuid7())
    refuse = ["outcome", str(changed(example, tmp_path, key=key)), "refuse", "--reason", "pending_elsewhere"]
    assert child(online, province, [refuse], moment) == -signal.SIGKILL
    with open_station(online) as station:
        assert (station.sealed(key) is not None) is is_durable
    assert child(online, province, [refuse, ["sync"]]) == 0
    with open_station(online) as station:
        assert station.codes_left() == before - 1
    assert held(province, key)["status"] == 3
