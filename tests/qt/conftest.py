"""Qt without a screen; one application, dressed once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from app.faces.counter.window import CounterWindow, open_window
from app.qt import theme
from app.qt.theme import Variant
from tests.qt.keyboard import end, settle
from tests.qt.sample_desk import SampleDesk, at_once


@pytest.fixture
def desk() -> SampleDesk:
    return SampleDesk()


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Where pictures go; MOTCUA_SHOTS keeps them."""
    folder = Path(os.environ.get("MOTCUA_SHOTS", str(tmp_path)))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[QApplication]:
    """The application in the usual look, whatever a test made of it."""
    theme.apply(qapp, Variant.LIGHT, 1.0)
    yield qapp
    theme.apply(qapp, Variant.LIGHT, 1.0)


@pytest.fixture
def window(dressed: QApplication, desk: SampleDesk) -> Iterator[CounterWindow]:
    """A counter window on the sample desk, at the smallest size it is made for."""
    opened = open_window(desk, at_once)
    opened.resize(1366, 768)
    opened.show()
    opened.activateWindow()
    settle()
    assert dressed.activeWindow() is opened
    yield opened
    if shiboken6.isValid(opened):
        end(opened)
