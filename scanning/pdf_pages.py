"""Pages of a PDF, rendered by a process of its own that may be ended at any time."""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from typing import Any, BinaryIO, cast

import numpy as np

from scanning import children
from scanning.errors import EmptyPdf, EncryptedPdf, NotEnoughMemory, PdfTooHeavy, UnreadablePdf
from scanning.pages import PageText, ScannedPage, TextLine, Word
from scanning.pdf_child import READY

PAGE_TIMEOUT_S = 15.0
_START_TIMEOUT_S = 60.0
_PIECE_BYTES = 1_000_000
_REFUSALS = {kind.__name__: kind for kind in (EmptyPdf, EncryptedPdf, PdfTooHeavy, UnreadablePdf)}


@dataclass(frozen=True, slots=True)
class _Child:
    process: subprocess.Popen[bytes]
    input: BinaryIO
    output: BufferedReader


def pdf_pages(source: BinaryIO, name: str, digest: str, original: bytes) -> Iterator[ScannedPage]:
    """Every page of a PDF at 300 dpi, with its own words where it is born digital; `original` goes with each.

    Raises EmptyPdf, EncryptedPdf, UnreadablePdf, PdfTooHeavy for a page that takes longer than `PAGE_TIMEOUT_S` or
    more memory than a page may, NotEnoughMemory where no process can be started.
    """
    child = _started(name)
    try:
        with child.process:
            try:
                count = int(_opened(child, source, name)["pages"])
                for number in range(1, count + 1):
                    yield _page(child, original, name, digest, number, count)
            finally:
                child.process.kill()
    except BrokenPipeError as error:
        raise PdfTooHeavy(name) from error


def _started(name: str) -> _Child:
    # One thread of arithmetic is enough, and each would take address space of its own.
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    try:
        process = subprocess.Popen(
            children.command("scanning.pdf_child"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
    except OSError as error:
        raise NotEnoughMemory(name) from error
    return _Child(process, cast(BinaryIO, process.stdin), cast(BufferedReader, process.stdout))


def _opened(child: _Child, source: BinaryIO, name: str) -> dict[str, Any]:
    with _ended_after(child, _START_TIMEOUT_S):
        if child.output.readline() != READY:
            raise NotEnoughMemory(name)
    with _ended_after(child, PAGE_TIMEOUT_S):
        shutil.copyfileobj(source, child.input, _PIECE_BYTES)
        child.input.close()
        return _told(child, name)


def _page(child: _Child, original: bytes, name: str, digest: str, number: int, count: int) -> ScannedPage:
    with _ended_after(child, PAGE_TIMEOUT_S):
        facts = _told(child, name)
        shape = tuple(facts["shape"])
        pixels = np.empty(shape, np.uint8)
        view = pixels.data.cast("B")
        filled = 0
        while filled < len(view):
            taken = child.output.readinto(view[filled:])
            if not taken:
                raise PdfTooHeavy(name)
            filled += taken
    text = None if facts["lines"] is None else PageText(tuple(map(_line, facts["lines"])))
    return ScannedPage(pixels, facts["dpi"], name, digest, number, original, count, text)


def _told(child: _Child, name: str) -> dict[str, Any]:
    line = child.output.readline()
    if not line.endswith(b"\n"):
        raise PdfTooHeavy(name)
    facts: dict[str, Any] = json.loads(line)
    if "refused" in facts:
        raise _REFUSALS[facts["refused"]](name)
    return facts


def _line(words: list[tuple[str, list[int]]]) -> TextLine:
    return TextLine(tuple(Word(text, 1.0, (box[0], box[1], box[2], box[3])) for text, box in words))


@contextmanager
def _ended_after(child: _Child, seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, child.process.kill)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
