"""Data the program ships with: fonts, icons, procedures, forms, calendars, units."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent


def path(*parts: str) -> Path:
    """The file of a shipped resource; FileNotFoundError names what is missing from the installation."""
    found = ROOT.joinpath(*parts)
    if not found.exists():
        raise FileNotFoundError(f"resource missing from the installation: {'/'.join(parts)}")
    return found


@cache
def load_toml(*parts: str) -> dict[str, Any]:
    """A shipped TOML table, read once; callers must not change it."""
    return tomllib.loads(path(*parts).read_text(encoding="utf-8"))


@cache
def load_json(*parts: str) -> dict[str, Any]:
    """A shipped JSON table, read once; callers must not change it."""
    table: dict[str, Any] = json.loads(path(*parts).read_text(encoding="utf-8"))
    return table
