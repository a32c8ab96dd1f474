"""One frozen Settings from TOML; an unknown key is an error that names it."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import platformdirs

from app.domain.calendar import StartRule, SupplementRule


class ConfigError(Exception):
    """The settings cannot be used; the sentence names the file and the key."""


@dataclass(frozen=True)
class AgencySettings:
    """The receiving agency; the defaults are the training office."""

    id: str = "H15.24.3"
    name: str = "Ủy ban nhân dân phường Buôn Ma Thuột"
    short_name: str = "UBND phường Buôn Ma Thuột"
    parent: str = "Trung tâm Phục vụ hành chính công · Đắk Lắk"
    superior: str = "UBND phường Buôn Ma Thuột"
    lines: tuple[str, ...] = ("Trung tâm Phục vụ", "hành chính công")
    place: str = "Buôn Ma Thuột"


@dataclass(frozen=True)
class StationSettings:
    """This counter: `id` goes into leases and provisional numbers."""

    id: str = "Q03"
    counter: str = "Quầy số 3"
    leases_size: int = 50
    leases_days: int = 7
    leases_low_mark: int = 20
    usual: tuple[str, ...] = ("2.000635",)
    """Codes of the procedures that are offered first."""
    phone: str = ""
    """Of this counter, printed where a citizen may have a question."""


@dataclass(frozen=True)
class OfficerSettings:
    """Who sits here while no officer is enrolled (motcua officer add)."""

    id: str = "tap-huan"
    name: str = "Trần Thị Ngọc Ánh Tuyết"
    role: str = "Công chức Một cửa"


@dataclass(frozen=True)
class SignInSettings:
    """How officers sign in at this station."""

    password_days: int = 90
    """So long a password may be used here before an administrator or its officer sets another."""


@dataclass(frozen=True)
class ServerSettings:
    """One server; an empty URL means that this station works without it."""

    url: str = ""
    client_id: str = "station"
    # The public credential of the training sandbox; a province gives its own.
    client_secret: str = field(default="sandbox", repr=False)
    timeout_s: float = 10.0
    proxy: str = ""
    """http://host:port of the office's proxy; the system's own settings where empty."""
    ca_file: str = ""
    """PEM file of the authority that signed the server's certificate, where it is not a public one."""
    certificate_sha256: str = ""
    """Fingerprint of the only certificate that the server may show."""
    share: float = 0.7
    """Of the line, while a person works at this station; 1.0 leaves nothing aside."""
    lanes: int = 4
    """How many dossiers bring their files at once; their facts, which are small, go on four times as many. With one,
    all goes one after the other."""


@dataclass(frozen=True)
class DeviceSettings:
    """One scanner: which driver, and what that driver needs to find it."""

    source: str = "folder"
    """folder, sample, sane, escl, wia or camera."""
    label: str = ""
    folder: str = ""
    after: str = "move"
    """What becomes of a file of the folder when its pages are safe: move, delete or keep."""
    device: str = ""
    """SANE's or WIA's name of the device, or the number of the camera; empty takes the first."""
    options: tuple[str, ...] = ()
    """Further options for SANE's scanimage."""
    address: str = ""
    """http(s) address of an eSCL (AirScan) scanner."""
    certificate_sha256: str = ""
    """Fingerprint of that scanner's own certificate, where it has one."""


@dataclass(frozen=True)
class PopulationSettings:
    """The population register: by the gateway's JSON, or by SOAP where `kind` says so."""

    url: str = ""
    kind: str = "json"
    timeout_s: float = 10.0
    user: str = ""
    secret: str = field(default="", repr=False)
    road_client: str = ""
    api_key: str = field(default="", repr=False)


@dataclass(frozen=True)
class ResultSettings:
    """The national store of results."""

    url: str = ""
    timeout_s: float = 10.0


@dataclass(frozen=True)
class ScannerSettings(DeviceSettings):
    """The station's scanner; `[scanner.devices.NAME]` are further ones, `[scanner.profiles.KEY]` ways to scan."""

    devices: Mapping[str, DeviceSettings] = field(default_factory=dict)
    profiles: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PrinterSettings:
    """`cups` needs the printer's name, `folder` writes PDF files, `none` prints nothing."""

    kind: str = "none"
    name: str = ""
    folder: str = ""


@dataclass(frozen=True)
class RuleSettings:
    """What an office may decide: which day the time is counted from, and whether it begins anew after a supplement."""

    start: str = "receipt"
    supplement: str = "restart"


@dataclass(frozen=True)
class HandoverSettings:
    """Stations of this office that hand over on a stick, as `motcua queue identity` prints them there."""

    trusted: tuple[str, ...] = ()
    to: str = ""
    """Whose bundles are made here; empty where `trusted` has only one."""


@dataclass(frozen=True)
class Settings:
    """Everything a station is told; `home` is where its data lives."""

    home: Path
    key_folder: Path
    passphrase: str | None = field(default=None, repr=False)
    agency: AgencySettings = field(default_factory=AgencySettings)
    station: StationSettings = field(default_factory=StationSettings)
    officer: OfficerSettings = field(default_factory=OfficerSettings)
    officers: SignInSettings = field(default_factory=SignInSettings)
    province: ServerSettings = field(default_factory=ServerSettings)
    population: PopulationSettings = field(default_factory=PopulationSettings)
    results: ResultSettings = field(default_factory=ResultSettings)
    scanner: ScannerSettings = field(default_factory=ScannerSettings)
    printer: PrinterSettings = field(default_factory=PrinterSettings)
    rules: RuleSettings = field(default_factory=RuleSettings)
    handover: HandoverSettings = field(default_factory=HandoverSettings)
    fees: Mapping[str, int] = field(default_factory=dict)
    """Amounts that the provincial council sets, in đồng, by the fee's key."""


_SECTIONS: Mapping[str, type[Any]] = {
    "agency": AgencySettings,
    "station": StationSettings,
    "officer": OfficerSettings,
    "officers": SignInSettings,
    "province": ServerSettings,
    "population": PopulationSettings,
    "results": ResultSettings,
    "scanner": ScannerSettings,
    "printer": PrinterSettings,
    "rules": RuleSettings,
    "handover": HandoverSettings,
}


def load_settings(config: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Reads `config`, else MOTCUA_HOME/config.toml where it exists; MOTCUA_*_URL win over both."""
    home = Path(
        environment.get("MOTCUA_HOME") or platformdirs.user_data_dir("motcua", appauthor=False)
    ).absolute()
    path = config or home / "config.toml"
    table: dict[str, Any] = {}
    if config is not None or path.exists():
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as missing:
            raise ConfigError(f"Không đọc được tệp cấu hình {path}; hãy kiểm tra đường dẫn.") from missing
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
            raise ConfigError(f"Tệp cấu hình {path} sai cú pháp TOML: {broken}.") from broken
    for section, variable in (
        ("province", "MOTCUA_PROVINCE_URL"),
        ("population", "MOTCUA_POPULATION_URL"),
        ("results", "MOTCUA_RESULTS_URL"),
    ):
        if url := environment.get(variable):
            table[section] = {**table.get(section, {}), "url": url}
    key_folder = environment.get("MOTCUA_KEY_DIR") or (
        Path(platformdirs.user_config_dir("motcua", appauthor=False)) / "keys"
    )
    parts = {name: _section(name, given, path) for name, given in table.items()}
    settings = Settings(
        home=home,
        key_folder=Path(key_folder).absolute(),
        passphrase=environment.get("MOTCUA_PASSPHRASE") or None,
        **parts,
    )
    if settings.population.kind not in ("json", "soap"):
        raise ConfigError(f"Cấu hình {path}: population.kind phải là “json” hoặc “soap”.")
    try:
        StartRule(settings.rules.start)
    except ValueError:
        raise ConfigError(f"Cấu hình {path}: rules.start phải là “receipt” hoặc “transfer”.") from None
    try:
        SupplementRule(settings.rules.supplement)
    except ValueError:
        raise ConfigError(f"Cấu hình {path}: rules.supplement phải là “restart” hoặc “pause”.") from None
    return settings


def _section(name: str, given: Any, path: Path) -> Any:
    if name == "fees":
        return _fees(given, path)
    if name not in _SECTIONS:
        known = ", ".join((*_SECTIONS, "fees"))
        raise ConfigError(f"Cấu hình {path}: không có mục “{name}”; các mục có: {known}.")
    if isinstance(given, dict) and isinstance(given.get("devices"), dict) and name == "scanner":
        given["devices"] = {
            key: _filled(DeviceSettings, f"scanner.devices.{key}", table, path)
            for key, table in given["devices"].items()
        }
    return _filled(_SECTIONS[name], name, given, path)


def _fees(given: Any, path: Path) -> dict[str, int]:
    """The only table whose keys are data: each fee that the council sets has its own."""
    if not isinstance(given, dict) or any(type(v) is not int or v < 0 for v in given.values()):
        raise ConfigError(f"Cấu hình {path}: mục [fees] phải là các dòng KHÓA = SỐ_TIỀN, tính bằng đồng.")
    return given


def _filled(kind: type[Any], name: str, given: Any, path: Path) -> Any:
    if not isinstance(given, dict):
        raise ConfigError(f"Cấu hình {path}: mục “{name}” phải là một bảng [{name}].")
    defaults = {f.name: getattr(kind(), f.name) for f in fields(kind)}
    for key, value in given.items():
        if key not in defaults:
            raise ConfigError(
                f"Cấu hình {path}: không có khóa “{name}.{key}”; các khóa có: {', '.join(defaults)}."
            )
        wanted = type(defaults[key])
        if isinstance(value, list):
            value = tuple(value)
        if isinstance(value, bool) or not isinstance(value, (wanted, int) if wanted is float else wanted):
            raise ConfigError(f"Cấu hình {path}: “{name}.{key}” phải thuộc kiểu {wanted.__name__}.")
        given[key] = value
    return kind(**given)
