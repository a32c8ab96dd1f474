"""Commands as tests run them, and the visit that they file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., tuple[int, list[dict[str, Any]], str]]
"""Arguments in; status, the JSON lines on stdout and the words on stderr out."""


def changed(example: Path, tmp_path: Path, **changes: Any) -> Path:
    """The example with other values; its papers are found where they are."""
    table = json.loads(example.read_text("utf-8")) | changes
    for entry in table["components"]:
        entry["paths"] = [str(example.parent / p) for p in entry.get("paths", ())]
    path = tmp_path / "visit.json"
    path.write_text(json.dumps(table, ensure_ascii=False), "utf-8")
    return path
