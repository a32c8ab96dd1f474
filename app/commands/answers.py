"""How commands answer: results on stdout, one JSON object or JSON lines, or plain words."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any


def answer(table: Mapping[str, Any]) -> None:
    """One JSON object on its own line."""
    sys.stdout.write(json.dumps(table, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """Words for a person who reads results."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def tell(text: str) -> None:
    """Words about how it goes, beside the results."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
