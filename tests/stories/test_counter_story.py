"""The whole visit through the real window, by keys alone, against a real sandbox, with the line cut."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.bootstrap import open_station
from app.config import Settings
from app.workflow.views import FieldState
from scanning.drivers.sample import SamplePaper, printed_paper
from scanning.samples.people import SAMPLE_REQUESTER
from tests.sandbox.process import SandboxProcess
from tests.stories.desktops import DECLARATION, Office


@pytest.fixture
def office(qapp: QApplication, tmp_path: Path) -> Iterator[Office]:
    made = Office(qapp, tmp_path)
    yield made
    made.close_all()


def test_a_visit_by_keyboard_with_the_line_cut(
    office: Office, online: Settings, province: SandboxProcess
) -> None:
    desktop = office.open(online)
    desk, driver = desktop.desk, desktop.driver
    driver.wait(lambda: desk.line().is_online is True, "offline")
    desktop.identify()
    assert desktop.desk.view(desktop.visit).title == SAMPLE_REQUESTER.full_name
    driver.choose_case(desk, desktop.visit, "relative")
    desktop.scan()
    driver.review(desk, desktop.visit, printed_paper(SamplePaper.DECLARATION).fields)
    assert desktop.field("requester_name").state is FieldState.LOCKED
    assert desk.view(desktop.visit).can_be_accepted

    province.faults(down=True)
    desk.sync_now()
    driver.wait(lambda: desk.line().is_online is False, "still online")
    driver.press("F9")
    driver.wait(lambda: len(desk.queue()) == 1, "not sealed")
    (row,) = desk.queue()
    driver.wait(lambda: desk.print_state(row.key)[0] == "printed", "not printed")
    assert row.code.startswith("H15.24.3-")
    assert (Path(online.printer.folder) / f"{row.code}.pdf").read_bytes().startswith(b"%PDF")
    assert province.state() == [d for d in province.state() if d["key"] != row.key]

    province.faults()
    driver.press("Alt+4")
    driver.press("F5")
    driver.wait(lambda: desk.queue()[0].state == "accepted", "not accepted", timeout_s=60)
    office.close(desktop)
    (there,) = [d for d in province.state() if d["key"] == row.key]
    assert there["complete"]
    with open_station(online) as station:
        record = station.record(row.key)
        here = {hashlib.sha256(station.file(f.blob)).hexdigest() for f in record.files}
    assert here == {f["sha256"] for f in there["files"]}


def test_a_parked_visit_comes_back_after_the_program_ends(office: Office, online: Settings) -> None:
    desktop = office.open(online)
    desktop.identify()
    desktop.driver.choose_case(desktop.desk, desktop.visit, "relative")
    desktop.scan()
    desktop.desk.enter(desktop.visit, "contact_phone", "0905318642")
    before = desktop.desk.view(desktop.visit)
    office.close(desktop)

    again = office.open(online)
    after = again.desk.view(again.visit)
    assert after.visit_id == before.visit_id
    assert after.sections == before.sections
    assert after.components == before.components
    (page,) = next(c for c in after.components if c.code == DECLARATION).pages
    again.driver.wait(lambda: again.desk.page_image(again.visit, page.picture) is not None, "no picture")


def test_without_register_and_province_the_visit_still_ends_with_a_receipt(
    office: Office, settings: Settings
) -> None:
    desktop = office.open(settings)
    desk, driver = desktop.desk, desktop.driver
    driver.read_with_handheld(SAMPLE_REQUESTER.qr_payload())
    driver.wait(lambda: bool(desk.visits()), "no visit")
    # The usual procedure stands first: one Enter.
    driver.choose_procedure(desk, desktop.visit, "", "2.000635")
    driver.choose_case(desk, desktop.visit, "self")
    desktop.scan()
    driver.review(desk, desktop.visit, printed_paper(SamplePaper.DECLARATION).fields)
    driver.press("F9")
    driver.wait(lambda: len(desk.queue()) == 1, "not sealed")
    (row,) = desk.queue()
    assert row.code.startswith("TN-Q03-")
    assert row.state == "sealed"


def test_f9_pressed_early_goes_to_what_is_missing_and_seals_nothing(office: Office, online: Settings) -> None:
    desktop = office.open(online)
    desktop.identify()
    desktop.driver.choose_case(desktop.desk, desktop.visit, "relative")
    desktop.driver.press("F9")
    desktop.driver.settle()
    assert desktop.desk.queue() == ()
    assert not desktop.desk.view(desktop.visit).can_be_accepted


def test_no_card_and_an_empty_feeder_are_said_and_lose_nothing(
    office: Office, online: Settings, tmp_path: Path
) -> None:
    empty = replace(online, scanner=replace(online.scanner, source="folder", folder=str(tmp_path / "feeder")))
    (tmp_path / "feeder").mkdir()
    desktop = office.open(empty)
    said: list[str | None] = []
    visit = desktop.desk.new_visit()
    desktop.desk.accept_card(visit, "https://example.vn/thuc-don", said.append)
    assert said[0] is not None
    assert "thẻ" in said[0]
    desktop.desk.choose_procedure(visit, "2.000635")
    desktop.desk.scan(visit, DECLARATION, said.append)
    desktop.driver.wait(lambda: len(said) == 2, "nothing said")
    assert said[1] is not None
    assert desktop.desk.view(visit).procedure_code == "2.000635"
