"""Runs the Tesseract engine in child processes of one thread each and returns words with their boxes."""

import csv
import io
import os
import re
import shutil
import subprocess
import tempfile
import time
import unicodedata
from collections.abc import Callable
from functools import cache

import cv2
import pytesseract

from scanning.errors import Cancelled, LanguageMissing, OcrFailed, OcrTimedOut, TesseractMissing
from scanning.pages import PageText, Pixels, TextLine, Word

LANGUAGE = "vie"
PAGE_TIMEOUT_S = 90.0
_POLL_S = 0.1
_ORIENTATION_CONFIDENCE = 1.0


def never() -> bool:
    return False


def check() -> tuple[bool, str]:
    """For the doctor: version and languages, or what is missing and how to mend it."""
    try:
        version = str(pytesseract.get_tesseract_version())
        languages = pytesseract.get_languages()
    except (pytesseract.TesseractNotFoundError, pytesseract.TesseractError, OSError):
        return False, str(TesseractMissing())
    if LANGUAGE not in languages:
        return False, str(LanguageMissing(LANGUAGE))
    if "osd" not in languages:
        return (
            False,
            "Tesseract thiếu dữ liệu xác định chiều trang; hãy chạy: sudo apt install tesseract-ocr-osd",
        )
    return True, f"Tesseract {version}, ngôn ngữ: {', '.join(sorted(languages))}"


@cache
def engine() -> str:
    """Which engine and which language read the pages: noted with each digitised paper."""
    try:
        return f"Tesseract {pytesseract.get_tesseract_version()}, {LANGUAGE}"
    except (pytesseract.TesseractNotFoundError, pytesseract.TesseractError, OSError) as error:
        raise TesseractMissing from error


def read_words(
    ink: Pixels,
    dpi: int,
    *,
    page_mode: int = 6,
    language: str = LANGUAGE,
    whitelist: str = "",
    timeout_s: float = PAGE_TIMEOUT_S,
    cancelled: Callable[[], bool] = never,
) -> PageText:
    """All words of a cleaned grey picture, line by line in the engine's reading order.

    `page_mode` 6 takes the page as one block: measured best once rules are gone, see the decision on scanning.
    Raises TesseractMissing, LanguageMissing, OcrTimedOut, OcrFailed, Cancelled.
    """
    arguments = ["-l", language, "--psm", str(page_mode), "--dpi", str(dpi)]
    if whitelist:
        arguments += ["-c", f"tessedit_char_whitelist={whitelist}"]
    return _parsed(_tesseract([*arguments, "tsv"], ink, timeout_s, cancelled))


def upright_turn(grey: Pixels, dpi: int, *, cancelled: Callable[[], bool] = never) -> int | None:
    """Degrees clockwise that set the text upright: 0, 90, 180 or 270; None where the engine cannot tell."""
    try:
        answer = _tesseract(["-l", "osd", "--psm", "0", "--dpi", str(dpi)], grey, PAGE_TIMEOUT_S, cancelled)
    except OcrFailed:
        return None
    found = re.search(r"^Rotate: (\d+)\s+Orientation confidence: ([\d.]+)", answer, re.MULTILINE)
    if found is None or float(found[2]) < _ORIENTATION_CONFIDENCE:
        return None
    return int(found[1]) % 360


def _tesseract(arguments: list[str], picture: Pixels, timeout_s: float, cancelled: Callable[[], bool]) -> str:
    program = shutil.which("tesseract")
    if program is None:
        raise TesseractMissing
    # Several OpenMP threads fight each other: one thread per page is more than twice as fast.
    environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
    # PNM needs no compression; an anonymous file leaves no picture of a person's paper behind on disk.
    with tempfile.TemporaryFile() as packed:
        packed.write(cv2.imencode(".pgm", picture)[1].tobytes())
        packed.seek(0)
        with subprocess.Popen(
            [program, "stdin", "stdout", *arguments],
            stdin=packed,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        ) as child:
            out, complaints = _outcome(child, timeout_s, cancelled)
    if child.returncode != 0:
        if b"Failed loading language" in complaints or b"Error opening data file" in complaints:
            raise LanguageMissing(arguments[1])
        raise OcrFailed
    return out.decode("utf-8", "replace")


def _outcome(
    child: subprocess.Popen[bytes], timeout_s: float, cancelled: Callable[[], bool]
) -> tuple[bytes, bytes]:
    """Waits in short steps, so that a cancel ends the process at once."""
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            return child.communicate(timeout=_POLL_S)
        except subprocess.TimeoutExpired:
            if cancelled():
                child.kill()
                raise Cancelled from None
            if time.monotonic() > deadline:
                child.kill()
                raise OcrTimedOut(timeout_s) from None


def _parsed(table: str) -> PageText:
    lines: dict[tuple[str, str, str, str], list[Word]] = {}
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] != "5" or not (text := _composed(row["text"] or "")):
            continue
        left, top = int(row["left"]), int(row["top"])
        box = (left, top, left + int(row["width"]), top + int(row["height"]))
        key = (row["page_num"], row["block_num"], row["par_num"], row["line_num"])
        lines.setdefault(key, []).append(Word(text, float(row["conf"]) / 100, box))
    return PageText(tuple(TextLine(tuple(words)) for words in lines.values()))


def _composed(text: str) -> str:
    """In NFC; the engine writes the stroke in "35/4" as a fraction's, which no keyboard has."""
    return unicodedata.normalize("NFC", text).replace("\N{FRACTION SLASH}", "/").strip()
