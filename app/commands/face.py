"""`motcua`: opens a face on this station."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from app.bootstrap import open_station
from app.commands.sandbox import Sandbox
from app.config import PopulationSettings, PrinterSettings, ScannerSettings, ServerSettings, Settings
from app.qt.bridge import StationDesk
from app.qt.tasks import Tasks


def run(options: Namespace, settings: Settings) -> int:
    """Shows the window until it is closed."""
    if options.sandbox:
        with Sandbox(settings.home / "training" / "province") as sandbox:
            return _show(options.face, for_training(settings, sandbox.url))
    return _show(options.face, settings)


def for_training(settings: Settings, url: str) -> Settings:
    """The same office with data of its own, sample paper and receipts as files: nothing real is touched."""
    home = settings.home / "training"
    return replace(
        settings,
        home=home / "station",
        province=ServerSettings(url=url, timeout_s=5.0),
        population=PopulationSettings(url=url, timeout_s=5.0),
        scanner=ScannerSettings(source="sample"),
        printer=PrinterSettings(kind="folder", folder=str(home / "printed")),
    )


def _show(face: str, settings: Settings) -> int:
    application = make_application()
    with open_desk(settings) as (desk, tasks):
        match face:
            case "kiosk":
                from app.faces.kiosk.window import open_window as open_kiosk

                window = open_kiosk(desk)
            case "pickup":
                from app.faces.pickup.window import open_window as open_pickup

                window = open_pickup(desk)
            case _:
                from app.faces.counter.window import open_window as open_counter

                window = open_counter(desk, tasks.run, kept_look(settings))
        window.resize(1366, 768)
        desk.start(lambda: None)
        window.show()
        status = application.exec()
        window.close()
        return status


def make_application(is_headless: bool = False) -> QApplication:
    """The one QApplication; without a display it paints offscreen."""
    has_display = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    if is_headless or (sys.platform.startswith("linux") and not has_display):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    application = QApplication(["motcua"])
    application.setApplicationName("motcua")
    application.setApplicationDisplayName("Một Cửa")
    return application


def kept_look(settings: Settings) -> QSettings:
    """Text size, colours and column widths of this station's officer."""
    return QSettings(str(settings.home / "look.ini"), QSettings.Format.IniFormat)


@contextmanager
def open_desk(settings: Settings) -> Iterator[tuple[StationDesk, Tasks]]:
    """A station with its threads and the desk on it; all is closed in order when the block ends."""
    tasks = Tasks()
    desks: list[StationDesk] = []

    def on_change(key: str) -> None:
        for desk in desks:
            desk.note_sync(key)

    try:
        with open_station(settings, tasks.on_owner, on_change) as station:
            agency = settings.agency
            desk = StationDesk(station, tasks, agency.short_name, agency.parent)
            desks.append(desk)
            try:
                yield desk, tasks
            finally:
                desk.stop()
                tasks.end_pool()
    finally:
        tasks.close()
