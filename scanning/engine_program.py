"""The system's `tesseract` program: where its models lie, and a process for each page where it is not kept loaded."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import cv2
import pytesseract

from scanning.errors import Cancelled, LanguageMissing, OcrFailed, OcrTimedOut, TesseractMissing
from scanning.pages import Pixels

_POLL_S = 0.1
_ASK_TIMEOUT_S = 60.0


def version() -> str:
    """Raises TesseractMissing."""
    _path()
    try:
        return str(pytesseract.get_tesseract_version())
    except (pytesseract.TesseractNotFoundError, OSError, SystemExit) as error:
        raise TesseractMissing from error


def models() -> Path | None:
    """The folder of the engine's models; None where the program does not say. Raises TesseractMissing."""
    # Who sets this brings models along; the program need not even be there.
    if told := os.environ.get("TESSDATA_PREFIX"):
        return Path(told)
    return _models(_path())


def languages() -> tuple[str, ...]:
    """Of which there are models. Raises TesseractMissing."""
    _path()
    try:
        return tuple(sorted(pytesseract.get_languages()))
    except (pytesseract.TesseractNotFoundError, pytesseract.TesseractError, OSError) as error:
        raise TesseractMissing from error


def run(arguments: list[str], picture: Pixels, timeout_s: float, cancelled: Callable[[], bool]) -> str:
    """What the program prints about a grey picture.

    Raises TesseractMissing, LanguageMissing, OcrTimedOut, OcrFailed, Cancelled.
    """
    # Several OpenMP threads fight each other: one thread per page is more than twice as fast.
    environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
    # PNM needs no compression; an anonymous file leaves no picture of a person's paper behind on disk.
    with tempfile.TemporaryFile() as packed:
        packed.write(cv2.imencode(".pgm", picture)[1].tobytes())
        packed.seek(0)
        with subprocess.Popen(
            [_path(), "stdin", "stdout", *arguments],
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


def _path() -> str:
    path = shutil.which("tesseract")
    if path is None:
        raise TesseractMissing
    return path


@cache
def _models(path: str) -> Path | None:
    told = re.search(r'available languages in "(.+)"', _asked(path, "--list-langs"))
    return Path(told[1]) if told else None


def _asked(path: str, question: str) -> str:
    """Old versions answer on the other stream."""
    try:
        asked = subprocess.run(
            [path, question],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_ASK_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TesseractMissing from error
    return asked.stdout.decode("utf-8", "replace")
