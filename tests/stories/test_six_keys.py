"""From the card to the printed receipt with at most six keys beside the scan, when the register answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.config import Settings
from app.workflow.views import FieldState
from scanning.drivers.sample import SamplePaper, printed_paper
from scanning.samples.people import SAMPLE_REQUESTER
from tests.stories.desktops import Office

MOST_KEYS = 6


@pytest.fixture
def office(qapp: QApplication, tmp_path: Path) -> Iterator[Office]:
    made = Office(qapp, tmp_path)
    yield made
    made.close_all()


def test_a_whole_visit_takes_at_most_six_keys(office: Office, online: Settings) -> None:
    desktop = office.open(online)
    desk, driver = desktop.desk, desktop.driver
    driver.wait(lambda: desk.line().is_online is True, "offline")
    driver.read_with_handheld(SAMPLE_REQUESTER.qr_payload())
    driver.wait(lambda: bool(desk.visits()), "no visit")
    # Enter: the procedure of every day stands first.
    driver.choose_procedure(desk, desktop.visit, "", "2.000635")
    driver.wait(lambda: driver.is_verified(desk.view(desktop.visit)), "no answer")
    # Down, Enter: for a relative.
    driver.choose_case(desk, desktop.visit, "relative")
    # F2, not counted: the scan itself.
    desktop.scan()
    scans = 1
    # Read from the paper, found in the register by number, name and birth date together: locked, nothing to confirm.
    driver.wait(lambda: desktop.field("subject_name").state is FieldState.LOCKED, "the relative is not known")
    reviewed = driver.review(desk, desktop.visit, printed_paper(SamplePaper.DECLARATION).fields)
    driver.press("F9")
    driver.wait(lambda: len(desk.queue()) == 1, "not sealed")
    (row,) = desk.queue()
    driver.wait(lambda: desk.print_state(row.key)[0] == "printed", "not printed")
    assert driver.keys_pressed - scans <= MOST_KEYS, reviewed
