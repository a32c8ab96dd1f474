"""kill -9 at many seeded moments: nothing acknowledged is lost, nothing arrives twice, no number is used up.

MOTCUA_KILLS says how many deaths (6 by default, 50 for acceptance); each seed is one station, one visit
and one plan, so a failing seed can be told again by its number.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from app.workflow.pages import Feed
from app.workflow.station import Station
from app.workflow.visit import Visit
from offline_queue import records
from scanning.drivers.folder import FolderSource
from scanning.sources import ScanRequest
from tests.faults.clear_text import found_in_clear
from tests.faults.story import DECLARATION, PAGES, SteadyProvince, StoryTeller

KILLS = int(os.environ.get("MOTCUA_KILLS", "6"))

#: The moments at which a mistake in the order of things would show; the first seeds take them in turn.
NAMED = (
    "page named",  # the first page is safe and named, the feeder has more
    "committed seal",  # durable, and nobody was told yet
    "answer PUT v1/dossiers",  # the province has it, the station does not know
    "program",  # the page is safe, its text is being read
    "commit seal",  # everything written, nothing durable
    "answer POST v1/files",  # an upload was opened, its address not noted
    "renamed",  # a file has its name, no row names it
    "acknowledged",  # the citizen knows, no receipt yet
    "request PATCH v1/files",  # half of the file is on the way
    "answer POST v1/code-leases",  # numbers were given, not kept
    "committed note",  # printed and noted, not sent
    "answer GET v1/dossiers",  # the verdict is there, the row is still 'sending'
)
LINE_FAULTS: tuple[dict[str, float], ...] = (
    {"drop_ack_rate": 0.3},
    {"error_rate": 0.3},
    {"cut_after_bytes": 40_000},
    {"drop_ack_rate": 0.2, "error_rate": 0.2, "latency_ms": 5},
)


@dataclass(frozen=True)
class Plan:
    """What a seed does to its station."""

    deaths: tuple[str, ...]  # names or numbers of events, one for each life before the last
    kill_after_share: float | None  # of an undisturbed run's time; instead of the first death
    province_dies_at_request: int | None
    faults: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Undisturbed:
    """How a run goes when nothing happens to it."""

    events: int
    requests: int
    seconds: float


def plan_of(seed: int, quiet: Undisturbed) -> Plan:
    """The same plan for the same seed and the same undisturbed run."""
    random = Random(seed)
    if seed < len(NAMED):
        deaths: tuple[str, ...] = (NAMED[seed],)
        share = None
    else:
        deaths = tuple(str(random.randint(1, quiet.events)) for _ in range(random.choice((1, 1, 2))))
        share = random.random() if random.random() < 0.4 else None
    province = random.randint(1, quiet.requests) if seed % 4 == 3 else None
    faults = {**random.choice(LINE_FAULTS), "seed": seed} if seed % 3 == 1 else {}
    return Plan(deaths, share, province, faults)


@pytest.fixture(scope="module")
def quiet(steady: SteadyProvince, pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    """One run that nobody disturbs: the measure for all others, and the proof that the story itself is right."""
    teller = StoryTeller(tmp_path_factory.mktemp("quiet"), steady, pages, seed=9_999)
    began = time.monotonic()
    ending = teller.run()
    seconds = time.monotonic() - began
    assert ending.status == 0, ending.complaints
    record = teller.check_at_the_end()
    assert record.body["code"]
    assert set(NAMED) <= set(ending.events)
    requests = sum(event.startswith("request") for event in ending.events)
    return Undisturbed(len(ending.events), requests, seconds)


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_killed_station_keeps_every_promise(
    seed: int,
    steady: SteadyProvince,
    pages: Path,
    quiet: Undisturbed,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    plan = plan_of(seed, quiet)
    teller = StoryTeller(tmp_path / "station", steady, pages, seed)
    steady.faults()
    if plan.faults:
        steady.faults(**plan.faults)
    kill_after_s = None if plan.kill_after_share is None else plan.kill_after_share * quiet.seconds
    for life, death in enumerate(plan.deaths):
        is_by_time = life == 0 and kill_after_s is not None
        ending = teller.run(
            die_at="" if is_by_time else death,
            kill_after_s=kill_after_s if is_by_time else None,
            province_dies_at_request=plan.province_dies_at_request if life == 0 else None,
        )
        # A later life is shorter, and a bad line changes the way: the moment may never come.
        assert ending.was_killed or ending.status == 0, ending.complaints
        is_sure = plan.deaths == NAMED[seed : seed + 1] and not plan.faults
        assert ending.was_killed or not is_sure, f"{death} never came: {ending.events}"
        record_property("killed", f"{ending.was_killed:d} {ending.events[-1:]}")
        assert [*found_in_clear(teller.home), *teller.scratch_files()] == []
        teller.check_after_a_kill()
    ending = teller.run()
    assert ending.status == 0, ending.complaints
    steady.faults()
    assert [*found_in_clear(teller.home), *teller.scratch_files()] == []
    teller.check_at_the_end()


@pytest.mark.parametrize("number", range(1, PAGES + 1))
@pytest.mark.parametrize("moment", ["put", "kept", "page named"])
def test_every_page_handed_over_comes_back_and_none_twice(
    moment: str, number: int, steady: SteadyProvince, pages: Path, tmp_path: Path
) -> None:
    """A death in mid-feed, at each step of each page: before it is kept, before it is named, after that."""
    teller = StoryTeller(tmp_path / "station", steady, pages, seed=5_000 + number)
    steady.faults()
    ending = teller.run(die_at=f"{moment}#{number}")
    assert ending.was_killed, ending.complaints
    named = number if moment == "page named" else number - 1
    assert ending.events.count("page named") == named

    def look(station: Station) -> None:
        (session,) = station.resume()
        kept = session.visit.papers.get(DECLARATION, ())
        assert [station.file(page.original) for page in kept] == handed_over[:named]
        (draft,) = station.on_store(records.load_drafts)
        assert Visit.from_json(draft) == session.visit
        # The feeder gives what it still has, and what was in its rollers when the power went.
        feed = Feed.begin(session.visit.visit_id, DECLARATION)
        given_again = session.given_again(DECLARATION)
        session.begin_feed(feed)
        feeder = FolderSource(teller.feeder, takes_away=True)
        station.papers.feed(feed, feeder.scan(ScanRequest()), session.take_page, given_again=given_again)
        session.end_feed(feed)
        kept = session.visit.papers[DECLARATION]
        assert [station.file(page.original) for page in kept] == handed_over
        assert [page.sha256 for page in kept] == [hashlib.sha256(page).hexdigest() for page in handed_over]

    handed_over = [path.read_bytes() for path in sorted(pages.iterdir())]
    teller.look(look)


def test_the_plans_cover_every_kind_of_trouble() -> None:
    plans = [plan_of(seed, Undisturbed(130, 20, 3.0)) for seed in range(50)]
    assert {p.deaths[0] for p in plans} >= set(NAMED)
    assert sum(p.kill_after_share is not None for p in plans) >= 10
    assert sum(p.province_dies_at_request is not None for p in plans) >= 10
    assert {tuple(sorted(set(p.faults) - {"seed"})) for p in plans if p.faults} == {
        tuple(sorted(f)) for f in LINE_FAULTS
    }
    assert any(len(p.deaths) == 2 for p in plans)
    assert plans == [plan_of(seed, Undisturbed(130, 20, 3.0)) for seed in range(50)]
