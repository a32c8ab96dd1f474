"""Reading pages: errors per condition, speed and size, each beside the tool that a counter would otherwise use.

    python -m benchmarks.bench_scanning [PAGES_PER_CONDITION] [SEED] [CONDITION ...]

Part one reads seeded damaged pages (benchmarks/corpus) with ours and with the bare engine's defaults. Part two
makes one searchable PDF/A of ten mixed pages with ours, OCRmyPDF (deskew, rotate, PDF/A) and the bare engine.
"""

import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from benchmarks.corpus.conditions import CONDITIONS, Condition, pages_of
from scanning import engine_program
from scanning.cleanup import clean
from scanning.digitised import write
from scanning.documents import pages_in
from scanning.ocr import LANGUAGE, PAGE_TIMEOUT_S, engine, never
from scanning.pages import Pixels
from scanning.pipeline import digitise
from tests.samples.corpus import character_error_rate

_CORES = os.cpu_count() or 1
_MIXED = (
    "clean prose", "clean form", "skew 3", "letter, two columns", "noise", "turned 180", "shadow",
    "stamp over text", "table", "all at once",
)  # fmt: skip


@dataclass(frozen=True)
class Errors:
    """Mean character error rates of one condition."""

    condition: str
    ours: float
    bare: float
    verdicts: tuple[str, ...]
    worst: float


def _bare(image: Path) -> str:
    command = ["tesseract", str(image), "stdout", "-l", "vie"]
    environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
    done = subprocess.run(command, env=environment, check=True, capture_output=True)
    return done.stdout.decode()


def errors_of(condition: Condition, count: int, seed: int, folder: Path) -> Errors:
    """Reads `count` pages of a condition both ways."""
    images, truths = [], []
    for number, (sheet, pixels) in enumerate(pages_of(condition, count, seed)):
        path = folder / f"{number}.png"
        page = Image.fromarray(pixels)
        if condition.is_photo:
            page.save(path, compress_level=1)
        else:
            page.save(path, compress_level=1, dpi=(condition.dpi, condition.dpi))
        images.append(path)
        truths.append(sheet.text)
    with ThreadPoolExecutor(_CORES) as pool:
        read = list(pool.map(lambda path: digitise(path, pages_at_once=1), images))
        bare = list(pool.map(_bare, images))
    ours = [character_error_rate(each.text, truth) for each, truth in zip(read, truths, strict=True)]
    raw = [character_error_rate(each, truth) for each, truth in zip(bare, truths, strict=True)]
    verdicts = {v.name for each in read for page in each.pages for v in page.verdicts}
    return Errors(condition.name, sum(ours) / count, sum(raw) / count, tuple(sorted(verdicts)), max(ours))


def show_errors(count: int, seed: int, only: Sequence[str]) -> None:
    """Prints the table of part one, row by row."""
    print(f"\nCER %, {count} pages a condition, seed {seed}")
    print(f"  {'condition':26}{'ours':>8}{'worst':>8}{'bare':>9}   gate says")
    rows = []
    for condition in CONDITIONS:
        if only and not any(part in condition.name for part in only):
            continue
        with tempfile.TemporaryDirectory() as folder:
            row = errors_of(condition, count, seed, Path(folder))
        rows.append(row)
        print(
            f"  {row.condition:26}{row.ours * 100:8.2f}{row.worst * 100:8.2f}{row.bare * 100:9.2f}   "
            f"{', '.join(row.verdicts)}",
            flush=True,
        )
    ours, bare = (sum(getattr(row, who) for row in rows) / len(rows) * 100 for who in ("ours", "bare"))
    print(f"  {'all':26}{ours:8.2f}{'':8}{bare:9.2f}")


def _ten_pages(seed: int, folder: Path) -> tuple[Path, list[str]]:
    """One PDF of ten damaged pages (pictures only, without loss) and their texts."""
    import img2pdf  # a part of OCRmyPDF

    pictures, truths = [], []
    for name in _MIXED:
        condition = next(each for each in CONDITIONS if each.name == name)
        sheet, pixels = next(pages_of(condition, 1, seed))
        packed = io.BytesIO()
        Image.fromarray(pixels).save(packed, "PNG", dpi=(300, 300))
        pictures.append(packed.getvalue())
        truths.append(sheet.text)
    path = folder / "ten.pdf"
    path.write_bytes(img2pdf.convert(pictures))
    return path, truths


def _recognition_s(pictures: Sequence[tuple[Pixels, int]], page_mode: int = 6) -> float:
    """Seconds that the `tesseract` program needs for the pictures, at full resolution, one on each core."""

    def read(picture: tuple[Pixels, int]) -> str:
        ink, dpi = picture
        arguments = ["-l", LANGUAGE, "--psm", str(page_mode), "--dpi", str(dpi), "tsv"]
        return engine_program.run(arguments, ink, PAGE_TIMEOUT_S, never)

    started = time.perf_counter()
    with ThreadPoolExecutor(_CORES) as pool:
        list(pool.map(read, pictures))
    return time.perf_counter() - started


def _grey(pixels: Pixels) -> Pixels:
    return cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)


def _text_of(pdf: Path) -> list[str]:
    # In the order in which it was written: pdftotext's own guess tears rows of tables apart, whoever made them.
    done = subprocess.run(["pdftotext", "-raw", str(pdf), "-"], check=True, capture_output=True)
    return done.stdout.decode().split("\f")[:-1]


def show_speed(seed: int) -> None:
    """Prints the table of part two."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        source, truths = _ten_pages(seed, folder)
        rows: list[tuple[str, float, int, float]] = []

        started = time.perf_counter()
        made = digitise(source, keeps_pictures=False)
        pdf, _, _ = write(made, folder / "ours")
        ours_s = time.perf_counter() - started
        rows.append(("motcua digitise", ours_s, pdf.stat().st_size, _mean_error(_text_of(pdf), truths)))

        target = folder / "ocrmypdf.pdf"
        command = [
            sys.executable, "-m", "ocrmypdf", "-q", "-l", "vie", "--deskew", "--rotate-pages", "--output-type",
            "pdfa", "-j", str(_CORES), str(source), str(target),
        ]  # fmt: skip
        started = time.perf_counter()
        subprocess.run(command, check=True)
        theirs_s = time.perf_counter() - started
        rows.append(("OCRmyPDF", theirs_s, target.stat().st_size, _mean_error(_text_of(target), truths)))

        came = list(pages_in(source))
        cleaned = [clean(page) for page in came]
        bare_s = _recognition_s([(page.ink, page.ink_dpi) for page in cleaned])
        rows.append(("bare recognition of our cleaned pages", bare_s, 0, 0.0))
        raw_s = _recognition_s([(_grey(page.pixels), page.dpi or 300) for page in came], page_mode=3)
        rows.append(("bare recognition of the pages as they came", raw_s, 0, 0.0))
    print(
        f"\nTen mixed pages to PDF/A, {_CORES} cores; ours with {engine()}, the bare program {engine_program.version()}"
    )
    print(f"  {'':42}{'s':>7}{'pages/min':>11}{'kB':>8}{'CER %':>8}")
    for name, seconds, size, error in rows:
        print(f"  {name:42}{seconds:7.1f}{600 / seconds:11.1f}{size // 1000:8}{error * 100:8.2f}")
    print(
        f"  {theirs_s / ours_s:.2f} times OCRmyPDF's speed, {rows[0][2] / rows[1][2]:.2f} of its size, "
        f"{ours_s / bare_s:.2f} times the bare recognition ({ours_s / raw_s:.2f} of the pages as they came)"
    )


def _mean_error(texts: Sequence[str], truths: Sequence[str]) -> float:
    return sum(map(character_error_rate, texts, truths)) / len(truths)


def main() -> None:
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    only = [argument for argument in sys.argv[1:] if not argument.isdigit()]
    count, seed = (*numbers, 5, 1)[:2] if len(numbers) != 1 else (numbers[0], 1)
    if not only:
        show_speed(seed)
    show_errors(count, seed, only)


if __name__ == "__main__":
    main()
