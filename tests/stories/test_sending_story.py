"""Rounds of sending from the window: wishes during a round, and closing while a busy server is waited for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from app.commands.face import open_desk
from app.config import Settings
from tests.offline_queue.servers import Asked, Exchange, Relay
from tests.sandbox.process import SandboxProcess


def _live_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until, "it did not come"
        QApplication.processEvents()
        time.sleep(0.005)


def _through(settings: Settings, url: str) -> Settings:
    return replace(settings, province=replace(settings.province, url=url))


@pytest.mark.usefixtures("qapp")
def test_a_wish_during_a_round_is_a_round_right_after_it(online: Settings, province: SandboxProcess) -> None:
    go_on, held = threading.Event(), threading.Event()

    def hold(asked: Asked, _exchange: Exchange) -> bool:
        if asked.path == "/v1/time":
            held.set()
            assert go_on.wait(60)
        return False

    with Relay(province.url, hold) as relay, open_desk(_through(online, relay.url)) as (desk, _tasks):
        desk.start(lambda: None)
        _live_until(held.is_set)
        desk.sync_now()
        desk.sync_now()
        go_on.set()
        _live_until(lambda: relay.times("GET", "/v1/time") == 2)
        _live_until(lambda: desk.line().is_online is True)


@pytest.mark.usefixtures("qapp")
def test_closing_the_window_waits_for_no_busy_server(online: Settings, province: SandboxProcess) -> None:
    turned_away = threading.Event()

    def busy(asked: Asked, exchange: Exchange) -> bool:
        if asked.path != "/v1/time":
            return False
        exchange.answer(503, Retry_After="39")
        turned_away.set()
        return True

    with Relay(province.url, busy) as relay:
        with open_desk(_through(online, relay.url)) as (desk, _tasks):
            desk.start(lambda: None)
            _live_until(turned_away.is_set)
        # Who had waited would have asked again before the end.
        assert relay.times("GET", "/v1/time") == 1
