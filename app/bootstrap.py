"""The only wiring: picks the real device, store, register, province and printer for the settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import SystemRandom
from typing import Protocol, TypeVar

import resources
from app.config import ConfigError, Settings
from app.gateways.citizens import CitizenReader
from app.gateways.population import PopulationGateway
from app.gateways.population_soap import PopulationSoap
from app.gateways.provincial import ProvincialSystem
from app.gateways.result_store import ResultStoreGateway
from app.office import load_counter
from app.scanners import choose_source, scan_profiles
from app.workflow.access import Access
from app.workflow.activity import Activity
from app.workflow.clock import StationClock
from app.workflow.counter import Counter
from app.workflow.officers import Officers
from app.workflow.ports import PopulationRegister, ResultStore
from app.workflow.reusing import Reusing
from app.workflow.sending import LeasePolicy, ProvinceLine, Sending
from app.workflow.station import Station
from offline_queue.files import FileStore
from offline_queue.integrity import check_database
from offline_queue.keys import open_keys
from offline_queue.line_share import LineShare
from offline_queue.pace import Pace
from offline_queue.presence import using
from offline_queue.restore import finish_restore
from offline_queue.rotation import finish_rotation
from offline_queue.store import Store
from offline_queue.sync import Synchroniser
from offline_queue.timetable import Timetable
from offline_queue.transport import OnStore
from offline_queue.wire import LineOptions
from printing.spool import CupsPrinter, PdfFolder, SpoolTarget

T = TypeVar("T")

PATIENCE_S = 5.0
"""A line that breaks while something is being sent and is back within this time ends nothing."""


class OnOwner(Protocol):
    """Runs a function on the thread that owns the database and waits for its result."""

    def __call__(self, function: Callable[[], T], /) -> T: ...


def _here(function: Callable[[], T], /) -> T:
    return function()


@contextmanager
def open_station(
    settings: Settings,
    on_owner: OnOwner = _here,
    on_change: Callable[[str], None] = lambda _key: None,
) -> Iterator[Station]:
    """A station with its database open; closed again when the block ends, however it ends."""
    home = settings.home
    finish_interrupted(settings)
    with using(home):
        keys = open_keys(home, settings.key_folder, settings.passphrase)
        store = on_owner(lambda: Store(home / "queue.db", keys.database))

        def on_store(function: Callable[[Store], T]) -> T:
            return on_owner(lambda: function(store))

        try:
            yield _wire(
                settings,
                FileStore(home / "files", keys.files, keys.names),
                on_store,
                on_change,
                lambda: check_database(home / "queue.db", keys.database),
            )
        finally:
            on_owner(store.close)


def finish_interrupted(settings: Settings) -> None:
    """Ends a restore or a change of keys that a crash cut off; before the station is opened."""
    finish_restore(settings.home)
    finish_rotation(settings.home, settings.key_folder, settings.passphrase)


def _wire(
    settings: Settings,
    files: FileStore,
    on_store: OnStore,
    on_change: Callable[[str], None],
    check_store: Callable[[], str | None],
) -> Station:
    counter = load_counter(settings)
    offset_s = on_store(lambda store: store.get_setting("clock_offset_s"))
    clock = StationClock(float(offset_s or 0.0))
    activity = Activity()
    access = Access(counter.officer, on_store, clock.now)
    station = settings.station
    lease_policy = LeasePolicy(
        settings.agency.id, station.id, station.leases_days, station.leases_size, station.leases_low_mark
    )
    line = _province_line(settings, files, on_store, clock, activity, on_change)
    return Station(
        counter=counter,
        access=access,
        officers=Officers(on_store, clock.now, access, settings.officers.password_days),
        station_id=station.id,
        reusing=Reusing(on_store, choose_results(settings)),
        sending=Sending(on_store, clock, lease_policy, line),
        on_store=on_store,
        files=files,
        clock=clock,
        register=choose_register(settings, counter, access),
        printer=choose_printer(settings),
        source_for=lambda reader, device: choose_source(settings, reader, device),
        profiles=scan_profiles(settings),
        activity=activity,
        check_store=check_store,
    )


def _province_line(
    settings: Settings,
    files: FileStore,
    on_store: OnStore,
    clock: StationClock,
    activity: Activity,
    on_change: Callable[[str], None],
) -> ProvinceLine | None:
    """Also puts right what a crash left half sent; None where the station works without a province."""
    told = settings.province
    if not told.url:
        return None
    random, share = SystemRandom(), LineShare(min(1.0, max(0.05, told.share)), activity.is_recent)
    pace = Pace(random)
    options = LineOptions(told.proxy, told.ca_file, told.certificate_sha256, share, pace)
    province = ProvincialSystem(
        told.url, told.client_id, told.client_secret, told.timeout_s, options, PATIENCE_S
    )
    synchroniser = Synchroniser(
        on_store, files, province, clock.now, settings.home / "sync.lock", random, on_change, told.lanes
    )
    synchroniser.recover()
    return ProvinceLine(province, synchroniser, pace, Timetable(random))


def choose_register(settings: Settings, counter: Counter, access: Access) -> PopulationRegister | None:
    """How the population register is asked; None where this station has no way to it."""
    asked = settings.population
    if not asked.url:
        return None
    reader = CitizenReader(
        counter.units,
        resources.load_toml("units", "peoples.toml"),
    )
    sector = next(p.sector_code for p in counter.procedures.values() if p.sector_code)

    def officer_id() -> str:
        return access.officer.login

    if asked.kind == "json":
        return PopulationGateway(asked.url, sector, officer_id, reader, asked.timeout_s)
    return PopulationSoap(
        asked.url,
        sector,
        officer_id,
        reader,
        asked.user,
        asked.secret,
        asked.road_client,
        asked.api_key,
        asked.timeout_s,
    )


def choose_results(settings: Settings) -> ResultStore | None:
    """The national store of results; None where this station has no way to it."""
    asked = settings.results
    return ResultStoreGateway(asked.url, asked.timeout_s) if asked.url else None


def choose_printer(settings: Settings) -> SpoolTarget | None:
    """Where papers are printed; None where this station has no printer."""
    printer = settings.printer
    match printer.kind:
        case "none":
            return None
        case "folder":
            if not printer.folder:
                raise ConfigError("Cấu hình: printer.folder còn trống; hãy ghi thư mục để lưu tệp PDF.")
            return PdfFolder(Path(printer.folder))
        case "cups":
            return CupsPrinter(printer.name)
    raise ConfigError(f"Cấu hình: printer.kind “{printer.kind}” phải là “none”, “folder” hoặc “cups”.")
