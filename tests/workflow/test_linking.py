"""Dossiers that belong together: each fact once, each paper once, all sealed or none."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import resources
from app.bootstrap import open_station
from app.config import ConfigError, Settings
from app.domain.groups import key_in_group
from app.domain.linked import LinkedProcedures
from app.office import load_counter
from app.workflow.counter import Counter
from app.workflow.errors import WorkflowError
from app.workflow.intake import IntakeSession
from app.workflow.linked_sealing import print_group, print_together, seal_group, sealed_group
from app.workflow.linking import LinkedVisit
from app.workflow.pages import Feed
from app.workflow.sealing import print_receipt
from app.workflow.views import FieldState, Source
from app.workflow.visit import Visit
from offline_queue import records
from offline_queue.records import Record
from tests.sandbox.process import SandboxProcess
from tests.workflow.linked_visits import (
    BIRTH,
    DEATH,
    HEAD,
    PAYMENT,
    began,
    fill,
    hand_in,
    ready_birth,
    ready_death,
)
from tests.workflow.visits import CARD, NOON, PERSON

CT01 = "000.00.00.G01-KQ003604"


@pytest.fixture(scope="module")
def counter() -> Counter:
    return load_counter(Settings(Path("/nowhere"), Path("/nowhere"), fees={"1.000656": 8000}))


def alone(counter: Counter, code: str, case: str, values: dict[str, str]) -> tuple[int, int]:
    """Fields and papers that one procedure asks for by itself."""
    session = IntakeSession.begin(counter, NOON)
    session.choose_procedure(code, NOON)
    session.take_card(CARD)
    session.take_answer(PERSON)
    session.choose_case(case)
    papers = hand_in(session)
    return fill(session, values), len(papers)


def test_each_fact_of_a_birth_is_asked_once(counter: Counter) -> None:
    visit = ready_birth(counter)
    residence = visit.followers[0].merged()
    child = residence["members.1.name"]
    assert (child.value, child.state) == (BIRTH["child_name"], FieldState.LOCKED)
    assert child.reading is not None
    assert (child.reading.source, child.reading.by) == (Source.CARRIED, "Tờ khai đăng ký khai sinh")
    assert BIRTH["child_name"] in residence["request"].value
    assert residence["new_residence"].value == BIRTH["mother_residence"]
    assert visit.blockers() == ()


def test_linked_less_is_asked_than_one_by_one(counter: Counter) -> None:
    visit = began(counter, "death", "with_notice")
    papers = len(hand_in(visit.first))
    fields = fill(visit.first, DEATH)
    for session in visit.follow():
        papers += len(hand_in(session))
        fields += fill(session, {**HEAD, **PAYMENT})
    values = {**DEATH, **HEAD, **PAYMENT, "request": "Xóa đăng ký thường trú"}
    one_by_one = [
        alone(counter, code, case, values)
        for code, case in (("1.000656", "with_notice"), ("1.003197", "one"), ("1.001731", "one"))
    ]
    assert (fields, papers) == (8, 4)
    assert tuple(map(sum, zip(*one_by_one, strict=True))) == (13, 6)


def test_what_is_mended_in_the_first_goes_over(counter: Counter) -> None:
    visit = ready_birth(counter)
    assert visit.first.enter("child_name", "Y Đổi Niê") is None
    (dossier_one, dossier_two) = visit.finish(NOON)
    assert dossier_one.form["child_name"].value == "Y Đổi Niê"
    told = dossier_two.form["members.1.name"]
    assert (told.value, told.source, told.said_by) == ("Y Đổi Niê", "carried", "Tờ khai đăng ký khai sinh")


def test_a_follower_is_not_made_before_the_first_is_whole(counter: Counter) -> None:
    visit = began(counter, "birth", "own")
    with pytest.raises(WorkflowError, match="chưa quét"):
        visit.follow()


def test_results_stand_in_for_papers(counter: Counter) -> None:
    visit = ready_death(counter)
    _, residence, funeral = visit.finish(NOON)
    proofs = {c.code: (c.proven_by, c.result_number) for d in (residence, funeral) for c in d.components}
    first = visit.first.visit.visit_id
    assert proofs["000.00.00.G01-KQ003623"] == ("linked_result", first)
    assert proofs["1.001731-G2"] == ("linked_result", first)


def test_the_draft_brings_all_back(counter: Counter) -> None:
    visit = ready_death(counter)
    table = json.loads(json.dumps(visit.visit.to_json()))
    back = LinkedVisit(IntakeSession(counter, Visit.from_json(table)))
    assert back.visit == visit.visit
    assert back.finish(NOON) == visit.finish(NOON)
    with pytest.raises(WorkflowError, match="cả nhóm"):
        back.first.finish(NOON)


def test_keys_are_derived_and_fit() -> None:
    first = "01960000-0000-7000-8000-000000000001"
    keys = [key_in_group(first, n) for n in range(5)]
    assert keys[1] == first
    assert len(set(keys)) == 5
    assert all(UUID(k).version == 7 and k[:13] == first[:13] for k in keys)
    assert keys == [key_in_group(first, n) for n in range(5)]


# ---- as data


def test_a_chain_with_a_hole_is_named(counter: Counter) -> None:
    def changed(**changes: Any) -> LinkedProcedures:
        table = tomllib.loads(resources.path("linked", "birth.toml").read_text("utf-8"))
        table["followers"][0] |= changes
        return LinkedProcedures.from_table(table)

    for changes, named in (
        ({"asked": ["head_name", "head_id"]}, r"asked must be .*relation_to_head"),
        ({"facts": {"members.1.name": "no_such"}}, "no_such"),
        ({"facts": {"no_such": "child_name"}}, "no_such"),
        ({"proposed": {"request": ["{no_such}"]}}, "no_such"),
        ({"procedure": "9.999999"}, "9.999999"),
        ({"results": {"KQ0": "1.001193"}}, "KQ0"),
        ({"exemption": "rich"}, "rich"),
    ):
        with pytest.raises(ValueError, match=named):
            changed(**changes).check(counter.procedures, counter.forms)


def test_a_province_that_breaks_a_chain_is_told_at_start(tmp_path: Path) -> None:
    own = tmp_path / "linked"
    own.mkdir()
    shipped = resources.path("linked", "death.toml").read_text("utf-8")
    (own / "funeral.toml").write_text(shipped.replace('"death"', '"funeral"'), "utf-8")
    assert "funeral" in load_counter(Settings(tmp_path, tmp_path)).links
    (own / "funeral.toml").write_text(shipped.replace("1.001731", "1.999999"), "utf-8")
    with pytest.raises(ConfigError, match=r"funeral\.toml"):
        load_counter(Settings(tmp_path, tmp_path))


# ---- several matters of one person


def test_a_list_of_procedures_shares_person_and_card_only(counter: Counter) -> None:
    visit = began(counter, ("1.001193", "1.010041"), "own")
    hand_in(visit.first)
    fill(visit.first, BIRTH)
    (residence,) = visit.follow()
    assert residence.visit.card == CARD
    assert residence.merged()["declarant_name"].value == PERSON.full_name
    assert not [b for b in residence.blockers() if b.target == "declarant_id"]
    assert not any(r.source is Source.CARRIED for r in residence.visit.carried.values())


# ---- sealing


def rows(station: Any) -> list[tuple[str, str]]:
    return [(row.key, row.state) for row in station.queue()]


def test_all_are_sealed_and_tied(settings: Settings) -> None:
    with open_station(settings) as station:
        visit = ready_death(station.counter, station)
        station.save(visit.visit)
        sealed = seal_group(station, visit.finish(NOON))
        assert [r.body["linked"]["position"] for r in sealed] == [1, 2, 3]
        assert {r.body["linked"]["group"] for r in sealed} == {key_in_group(sealed[0].key, 0)}
        assert len({r.number for r in sealed}) == 3
        taken = {c["code"]: c.get("result_number") for c in sealed[2].body["components"]}
        assert taken["1.001731-G2"] == sealed[0].number
        assert len(rows(station)) == 3
        assert station.on_store(records.list_drafts) == []
        # Filed again after a crash before the screen: nothing twice.
        assert seal_group(station, visit.finish(NOON)) == sealed
        assert sealed_group(station, sealed[0].key) == sealed
        assert len(rows(station)) == 3


def test_a_fault_in_the_middle_seals_none(settings: Settings) -> None:
    with open_station(settings) as station:
        visit = ready_death(station.counter, station)
        station.save(visit.visit)
        one, two, three = visit.finish(NOON)
        broken = replace(three, components=(*three.components, three.components[0], None))  # type: ignore[arg-type]
        with pytest.raises(AttributeError):
            seal_group(station, (one, two, broken))
        assert rows(station) == []
        (draft,) = station.on_store(records.list_drafts)
        back = LinkedVisit(IntakeSession(station.counter, Visit.from_json(draft.body)))
        assert len(seal_group(station, back.finish(NOON))) == 3


def test_another_list_under_the_same_key_is_refused(settings: Settings) -> None:
    with open_station(settings) as station:
        visit = ready_death(station.counter, station)
        one, two, three = visit.finish(NOON)
        seal_group(station, (one, two))
        with pytest.raises(WorkflowError, match="danh sách thủ tục khác"):
            seal_group(station, (one, two, three))
        assert len(rows(station)) == 2


def test_a_round_brings_all_to_the_province(online: Settings, province: SandboxProcess) -> None:
    with open_station(online) as station:
        station.sending.round()
        now = station.clock.now()
        visit = ready_birth(station.counter, station)
        sealed: tuple[Record, ...] = seal_group(station, visit.finish(now))
        assert all(record.code for record in sealed)
        station.sending.round()
        assert {state for _, state in rows(station)} == {"accepted"}
    there = {d["key"]: d for d in province.state()}
    assert all(there[record.key]["complete"] for record in sealed)


def test_pages_of_a_follower_come_back_after_a_crash(settings: Settings) -> None:
    with open_station(settings) as station:
        visit = ready_birth(station.counter, station)
        follower = visit.followers[0].visit.visit_id
        station.save(visit.visit)
        feed = Feed.begin(follower, CT01)
        feed = feed.with_page("to-khai.jpg", "4" * 64, "4" * 64, 1)
        body, now = feed.to_json(), station.clock.now()
        station.on_store(lambda store: records.save_draft(store, feed.feed_id, body, now))
    with open_station(settings) as station:
        (session,) = station.resume()
        back = LinkedVisit(session).followers[0]
        assert back.visit.visit_id == follower
        assert [page.original for page in back.visit.papers[CT01]][-1] == "4" * 64
        assert len(station.on_store(records.list_drafts)) == 1
        assert LinkedVisit(station.resume()[0]).followers[0].visit == back.visit


@pytest.mark.parametrize(
    ("die_at", "sealed"),
    [("commit seal#1", 0), ("commit seal#2", 0), ("commit seal#3", 0), ("commit seal#4", 0), ("done", 3)],
)
def test_a_power_cut_seals_all_or_none(settings: Settings, die_at: str, sealed: int) -> None:
    """Killed as each record is written, before the one commit, and right after it; begun again it is three."""

    def life(die_at: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tests.workflow.linked_child"]
        folders = [str(settings.home), str(settings.key_folder)]
        return subprocess.run([*command, *folders, die_at], capture_output=True, text=True, check=False)

    if die_at == "done":
        die_at = "committed seal#4"
    ended = life(die_at)
    assert ended.returncode == -9, (ended.stdout, ended.stderr)
    with open_station(settings) as station:
        assert len(rows(station)) == sealed
        assert len(station.on_store(records.list_drafts)) == (0 if sealed else 1)
    again = life("")
    assert again.returncode == 0, again.stderr
    assert len(json.loads(again.stdout.splitlines()[-1])) == 3
    with open_station(settings) as station:
        assert len(rows(station)) == 3


def test_one_receipt_lists_all(settings: Settings) -> None:
    with open_station(settings) as station:
        sealed = seal_group(station, ready_death(station.counter, station).finish(NOON))
    done = subprocess.run(["pdftotext", "-", "-"], input=print_group(sealed), capture_output=True, check=True)
    words = " ".join(done.stdout.decode().split())
    for record in sealed:
        assert record.number in words
        assert f"({record.body['procedure']['code']})" in words
        assert f"{datetime.fromisoformat(record.body['due']):%d/%m/%Y}" in words
    for said in (
        "(1/3, kèm danh sách)",
        "03 (ba) bộ, theo danh sách",
        "Theo HĐND",
        "trong danh sách.",
    ):
        assert said in words
    # poppler leaves out the narrow blank before the sign of the currency
    assert len(re.findall(r"\b0 ?đ", words)) == 2
    assert words.count("NGƯỜI NỘP HỒ SƠ") == 1
    with open_station(settings) as station:
        where = print_together(station, sealed)
        assert Path(where).read_bytes() == print_group(sealed)
        for record in sealed:
            lines = station.on_store(partial(records.history_of, key=record.key))
            assert [line.detail for line in lines if line.event == "printed"] == ["In giấy hẹn chung lần 1"]
        assert Path(print_together(station, sealed)).read_bytes() == print_group(sealed, 2)
    # One dossier alone keeps the form as it is.
    assert print_group(sealed[:1]) == print_receipt(sealed[0])
