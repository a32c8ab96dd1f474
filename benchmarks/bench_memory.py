"""Memory for one long document: 500 pages through `digitise` and `write`, and through `motcua digitise`.

    python -m benchmarks.bench_memory [PAGES=500] [tiff|pdf]

Each way runs in a process of its own; what is printed is its memory with that of all its children, looked at ten times
a second, and how much each further page adds once the first ones are through. "at 500" is a guess by that growth.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pikepdf
from PIL import Image

from scanning.samples.people import invented_person
from scanning.samples.sheets import declaration_for, print_declaration

_LIMIT_MB = 1024
_KINDS_OF_SHEET = 8
_LOOK_EVERY_S = 0.1
_LIBRARY = """
import sys
from pathlib import Path
from scanning.digitised import write
from scanning.pipeline import digitise
def told(step, done, known):
    print(done, flush=True)
write(digitise(Path(sys.argv[1]), progress=told, keeps_pictures=False), Path(sys.argv[2]))
"""


@dataclass
class Watched:
    """One run: megabytes over time, and at the end of each page where the run tells them."""

    way: str
    samples_mb: list[float] = field(default_factory=list)
    at_page_mb: list[tuple[int, float]] = field(default_factory=list)
    seconds: float = 0.0
    status: int = 0

    @property
    def peak_mb(self) -> float:
        return max(self.samples_mb, default=0.0)

    @property
    def slope_mb(self) -> float | None:
        """Megabytes for each further page, over the later two thirds; None where pages are not told."""
        later = self.at_page_mb[len(self.at_page_mb) // 3 :]
        if len(later) < 20:
            return None
        # Work in hand rises and falls with every page: its floor tells what is kept.
        floors = [min(mb for _, mb in later[n : n + 3]) for n in range(len(later) - 2)]
        return float(np.polyfit([page for page, _ in later[1:-1]], floors, 1)[0])


def run(pages: int = 500, kind: str = "tiff") -> list[Watched]:
    """Prints the table; raises RuntimeError where a run fails."""
    with tempfile.TemporaryDirectory() as place:
        source = Path(place) / f"ho-so.{kind}"
        (_write_tiff if kind == "tiff" else _write_pdf)(source, pages)
        size_mb = source.stat().st_size / 1e6
        print(f"{pages} pages in one {kind} of {size_mb:.0f} MB; allowed: {_LIMIT_MB} MB")
        print(f"{'way':<26}{'peak MB':>9}{'MB/page':>9}{'at 500':>9}{'pages/min':>11}")
        ways = [
            ("digitise + write", [sys.executable, "-c", _LIBRARY, str(source), f"{place}/one"]),
            (
                "motcua digitise",
                [sys.executable, "-m", "app", "digitise", str(source), "--out", f"{place}/two"],
            ),
        ]
        watched = []
        for way, command in ways:
            seen = _watched(way, command)
            if seen.status != 0:
                raise RuntimeError(f"{way} ended with {seen.status}")
            slope = seen.slope_mb
            there = None if slope is None else seen.peak_mb + slope * (500 - pages)
            print(
                f"{way:<26}{seen.peak_mb:>9.0f}{'-' if slope is None else f'{slope:.2f}':>9}"
                f"{'-' if there is None else f'{there:.0f}':>9}{60 * pages / seen.seconds:>11.1f}",
                flush=True,
            )
            watched.append(seen)
        return watched


def _sheets(pages: int, mode: str = "RGB") -> Iterator[Image.Image]:
    printed = [
        print_declaration(declaration_for(invented_person(2 * n), invented_person(2 * n + 1))).image.convert(
            mode
        )
        for n in range(min(_KINDS_OF_SHEET, pages))
    ]
    for number in range(pages):
        yield printed[number % len(printed)]


def _write_tiff(target: Path, pages: int) -> None:
    """Group 4, as feeders in offices make them."""
    first, *others = _sheets(pages, "1")
    first.save(target, "TIFF", compression="group4", dpi=(300, 300), save_all=True, append_images=others)


def _write_pdf(target: Path, pages: int) -> None:
    """Colour pictures, one a page."""
    with pikepdf.new() as pdf:
        for sheet in _sheets(pages):
            leaf = io.BytesIO()
            sheet.save(leaf, "PDF", resolution=300)
            with pikepdf.open(leaf) as one:
                pdf.pages.extend(one.pages)
        pdf.save(target)


def _watched(way: str, command: list[str]) -> Watched:
    seen = Watched(way)
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        stop = threading.Event()

        def look() -> None:
            while not stop.wait(_LOOK_EVERY_S):
                seen.samples_mb.append(_tree_mb(child.pid))

        looker = threading.Thread(target=look, daemon=True)
        looker.start()
        assert child.stdout is not None
        for line in child.stdout:
            if line.strip().isdigit():
                seen.at_page_mb.append((int(line), _resident_mb(child.pid)))
        seen.status = child.wait()
        stop.set()
        looker.join()
    seen.seconds = time.perf_counter() - began
    return seen


def _tree_mb(root: int) -> float:
    """Resident memory of a process and all that it started; what they share counts for each of them."""
    parents: dict[int, int] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                stat = Path(entry.path, "stat").read_text("ascii", "replace")
            except OSError:
                continue
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    family = {root}
    while grown := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= grown
    return sum(map(_resident_mb, family))


def _resident_mb(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    arguments = sys.argv[1:]
    found = run(int(arguments[0]) if arguments else 500, arguments[1] if len(arguments) > 1 else "tiff")
    sys.exit(1 if any(each.peak_mb > _LIMIT_MB for each in found) else 0)
