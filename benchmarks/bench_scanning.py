"""Pages per minute and reading errors on mixed damaged pages: ours against the engine's own command.

    python -m benchmarks.bench_scanning [PAGES] [SEED]

All rows read the same files in one run; each makes a searchable PDF and the text.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scanning.pipeline import digitise, write
from tests.samples.corpus import character_error_rate, mixed_sheets, saved


@dataclass(frozen=True, slots=True)
class Row:
    way: str
    pages_per_minute: float
    mean_error_rate: float
    """Characters wrong per character of truth."""
    ratio_of_speed: float
    """Against the engine's command with its defaults."""


def run(pages: int = 6, seed: int = 1) -> list[Row]:
    """Measures every way on the same pages; the first row is ours."""
    with tempfile.TemporaryDirectory() as place:
        papers = Path(place) / "papers"
        papers.mkdir()
        files, truths = [], []
        for number, (condition, sheet) in enumerate(mixed_sheets(pages, seed), 1):
            damaged = saved(sheet, papers, condition, seed=seed + number)
            files.append(damaged.rename(papers / f"trang-{number}.png"))
            truths.append(sheet.text)
        out = Path(place) / "out"
        out.mkdir()

        def ours() -> list[str]:
            digitised = digitise(papers)
            write(digitised, out)
            return [page.text.text for page in digitised.pages]

        def bare(limit: str | None, at_once: int) -> list[str]:
            environment = os.environ | ({"OMP_THREAD_LIMIT": limit} if limit else {})

            def one(file: Path) -> str:
                target = out / file.stem
                command = ["tesseract", str(file), str(target), "-l", "vie", "pdf", "txt"]
                subprocess.run(command, env=environment, check=True, capture_output=True)
                return target.with_suffix(".txt").read_text("utf-8")

            with ThreadPoolExecutor(at_once) as pool:
                return list(pool.map(one, files))

        ways: list[tuple[str, Callable[[], list[str]]]] = [
            ("scanning.digitise", ours),
            ("tesseract, defaults", lambda: bare(None, 1)),
            ("tesseract, one thread", lambda: bare("1", 1)),
            ("tesseract, one thread, two at once", lambda: bare("1", 2)),
        ]
        measured = []
        for way, read in ways:
            started = time.perf_counter()
            texts = read()
            took_s = time.perf_counter() - started
            errors = [character_error_rate(*pair) for pair in zip(texts, truths, strict=True)]
            measured.append((way, 60 * pages / took_s, sum(errors) / pages))
    default = next(speed for way, speed, _ in measured if way == "tesseract, defaults")
    return [Row(way, speed, error, speed / default) for way, speed, error in measured]


def main() -> None:
    numbers = [int(argument) for argument in sys.argv[1:3]]
    print(f"{'way':36} {'pages/min':>9} {'CER %':>7} {'speed':>7}")
    for row in run(*numbers):
        print(
            f"{row.way:36} {row.pages_per_minute:9.1f} {row.mean_error_rate * 100:7.2f} "
            f"{row.ratio_of_speed:6.2f}x"
        )


if __name__ == "__main__":
    main()
