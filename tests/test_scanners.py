"""The settings name a scanner; the driver is built, or one sentence says which key is wrong."""

from pathlib import Path

import pytest

from app.config import ConfigError, Settings, load_settings
from app.scanners import choose_source, scan_profiles
from app.workflow.profiles import PaperFrom
from scanning.drivers.camera import CameraSource
from scanning.drivers.escl import EsclSource
from scanning.drivers.folder import FolderSource
from scanning.drivers.sane import SaneSource
from scanning.drivers.wia import WiaSource
from scanning.sources import Source

TWO_SCANNERS = """
[scanner]
source = "sane"
device = "test:0"
[scanner.devices.mang]
source = "escl"
address = "http://127.0.0.1:9/eSCL"
[scanner.profiles.so-do]
name = "Sổ đỏ"
source = "mang"
dpi = 600
paper_from = "glass"
used_for = ["1.004222"]
"""


def settings_of(text: str, folder: Path) -> Settings:
    path = folder / "config.toml"
    path.write_text(text, "utf-8")
    return load_settings(path, {"MOTCUA_HOME": str(folder)})


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", FolderSource),
        ('[scanner]\nsource = "sane"', SaneSource),
        ('[scanner]\nsource = "escl"\naddress = "127.0.0.1:9"', EsclSource),
        ('[scanner]\nsource = "wia"', WiaSource),
        ('[scanner]\nsource = "camera"\ndevice = "1"', CameraSource),
    ],
)
def test_each_source_is_built(text: str, kind: type[Source], tmp_path: Path) -> None:
    assert isinstance(choose_source(settings_of(text, tmp_path)), kind)


def test_a_profile_may_name_another_device(tmp_path: Path) -> None:
    settings = settings_of(TWO_SCANNERS, tmp_path)
    assert isinstance(choose_source(settings), SaneSource)
    profile = scan_profiles(settings).usual("1.004222", "")
    assert (profile.name, profile.dpi, profile.paper_from) == ("Sổ đỏ", 600, PaperFrom.GLASS)
    assert isinstance(choose_source(settings, None, profile.source), EsclSource)
    assert scan_profiles(settings).named("both-sides").both_sides


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[scanner]\nsource = "fax"', "fax"),
        ('[scanner]\nsource = "escl"', "address"),
        ('[scanner]\nafter = "burn"', "after"),
        ("[scanner]\ncolour = true", "scanner.colour"),
        ("[scanner.devices.a]\ncolour = true", "scanner.devices.a.colour"),
        ("[scanner.profiles.p]\ndpi = 5", "dpi"),
        ('[scanner.profiles.p]\nsource = "b"', "scanner.devices.b"),
    ],
)
def test_a_wrong_key_is_named(text: str, named: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=named):
        settings = settings_of(text, tmp_path)
        scan_profiles(settings)
        choose_source(settings)
