"""The handheld reader: bursts are caught anywhere, typing is given back, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from app.qt.reader import QUIET_MS, ReaderFilter
from tests.qt.keyboard import HAND_GAP_MS, READER_GAP_MS, burst, commit, end, settle, wait_for
from tests.qt.sample_desk import CARD


class Heard:
    """What the filter announced, and the field it must keep clean."""

    def __init__(self) -> None:
        self.cards: list[str] = []
        self.receipts: list[str] = []
        self.line = QLineEdit()
        self.entered = 0
        self.line.returnPressed.connect(self._enter)

    def _enter(self) -> None:
        self.entered += 1


@pytest.fixture
def heard(dressed: QApplication) -> Iterator[Heard]:
    found, reader = Heard(), ReaderFilter()
    reader.card_read.connect(found.cards.append)
    reader.receipt_read.connect(found.receipts.append)
    dressed.installEventFilter(reader)
    found.line.show()
    found.line.setFocus()
    settle()
    yield found
    dressed.removeEventFilter(reader)
    end(found.line)


def test_card_burst_is_announced_and_never_lands_in_the_field(heard: Heard) -> None:
    burst(heard.line, CARD, READER_GAP_MS)
    assert heard.cards == [CARD]
    assert heard.line.text() == ""
    assert heard.entered == 0


def test_card_burst_without_enter_ends_by_itself(heard: Heard) -> None:
    burst(heard.line, CARD, READER_GAP_MS, ends_with_enter=False)
    wait_for(lambda: heard.cards == [CARD])
    assert heard.line.text() == ""


def test_a_card_burst_that_a_busy_machine_stretches_is_still_one(heard: Heard) -> None:
    burst(heard.line, CARD[:20], READER_GAP_MS, ends_with_enter=False)
    QTest.qWait(QUIET_MS * 2)
    burst(heard.line, CARD[20:], READER_GAP_MS, starts_after_ms=QUIET_MS * 4)
    assert heard.cards == [CARD]
    assert heard.line.text() == ""


def test_receipt_burst_opens_a_dossier(heard: Heard) -> None:
    burst(heard.line, "H15.24.3-261123-0047", READER_GAP_MS)
    burst(heard.line, "TN-Q03-261123-7F3KQ2", READER_GAP_MS)
    assert heard.receipts == ["H15.24.3-261123-0047", "TN-Q03-261123-7F3KQ2"]
    assert heard.line.text() == ""


def test_typing_by_hand_reaches_the_field_in_order(heard: Heard) -> None:
    burst(heard.line, "275/1992", HAND_GAP_MS)
    wait_for(lambda: heard.entered == 1)
    assert heard.line.text() == "275/1992"
    assert heard.cards == heard.receipts == []


def test_a_fast_but_human_word_is_given_back(heard: Heard) -> None:
    burst(heard.line, "an", READER_GAP_MS)
    assert heard.line.text() == "an"
    assert heard.entered == 1


def test_a_fast_code_typed_without_enter_is_given_back(heard: Heard) -> None:
    burst(heard.line, "H15.24.3-261123-0047", READER_GAP_MS, ends_with_enter=False)
    wait_for(lambda: heard.line.text() == "H15.24.3-261123-0047")
    assert heard.receipts == []


def test_input_methods_and_command_keys_pass(heard: Heard) -> None:
    commit(heard.line, "Nguyễn")
    QTest.keyClick(heard.line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert heard.line.selectedText() == "Nguyễn"


def test_keys_held_for_a_field_that_is_gone_are_dropped(heard: Heard) -> None:
    other = QLineEdit()
    other.show()
    other.setFocus()
    burst(other, "ab", READER_GAP_MS, ends_with_enter=False)
    other.deleteLater()
    settle()
    QTest.qWait(QUIET_MS * 2)
    assert heard.line.text() == ""
