"""A process of its own that opens one PDF: what a bad file does to PDFium happens here, not at the counter.

A few hundred bytes can ask for hours of drawing or all the memory there is, and PDFium ends its process when memory
runs out. The program writes the file to our input and reads from our output: `READY`, one line that tells the number
of pages or the refusal, then for each page one line about it and its pixels.
"""

import ctypes
import io
import json
import os
import sys
from typing import Any, BinaryIO

import numpy as np
import pypdfium2

from scanning.own_text import own_text
from scanning.pages import PageText, Pixels

if sys.platform != "win32":
    import resource

READY = b"ready\n"
PDF_DPI = 300
MOST_PIXELS = 40_000_000
"""A3 at 450 dpi: more tells a reader nothing."""
_MOST_BYTES = 1_600_000_000
_PDF_PASSWORD = 4
_BROKEN = (pypdfium2.PdfiumError, ValueError, ArithmeticError, ctypes.ArgumentError, AssertionError)


def main() -> None:
    """Serves one file and ends."""
    target = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    _bound_memory()
    target.write(READY)
    target.flush()
    try:
        _serve(sys.stdin.buffer.read(), target)
    except MemoryError:
        _tell(target, refused="PdfTooHeavy")
    except BrokenPipeError:
        # Nobody wants the other pages.
        os._exit(0)


def _serve(content: bytes, target: BinaryIO) -> None:
    try:
        document = pypdfium2.PdfDocument(content)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        is_locked = getattr(error, "err_code", None) == _PDF_PASSWORD or "password" in str(error).lower()
        _tell(target, refused="EncryptedPdf" if is_locked else _why_refused(content))
        return
    _tell(target, pages=count)
    for index in range(count):
        try:
            pixels, dpi, text = _rendered(document, index)
        except _BROKEN:
            _tell(target, refused="UnreadablePdf")
            return
        _tell(target, shape=pixels.shape, dpi=dpi, lines=_packed(text))
        target.write(pixels.data)
        target.flush()


def _tell(target: BinaryIO, **facts: Any) -> None:
    target.write(json.dumps(facts).encode() + b"\n")
    target.flush()


def _why_refused(content: bytes) -> str:
    """Whether a file that PDFium refuses is sound but for having no page."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            return "UnreadablePdf" if len(pdf.pages) else "EmptyPdf"
    except (pikepdf.PdfError, ValueError, RuntimeError):
        return "UnreadablePdf"


def _rendered(document: pypdfium2.PdfDocument, index: int) -> tuple[Pixels, int, PageText | None]:
    page = document[index]
    try:
        width, height = page.get_size()
        wanted = width * height * (PDF_DPI / 72) ** 2
        dpi = PDF_DPI * min(1.0, (MOST_PIXELS / max(1.0, wanted)) ** 0.5)
        bitmap = page.render(scale=dpi / 72, rev_byteorder=True, prefer_bgrx=False)
        pixels = bitmap.to_numpy()
        if pixels.ndim == 2 or pixels.shape[2] == 1:
            pixels = np.repeat(pixels.reshape(*pixels.shape[:2], 1), 3, axis=2)
        pixels = np.ascontiguousarray(pixels[..., :3])
        if not pixels.size:
            raise ValueError("a page without area")
        return pixels, max(1, round(dpi)), own_text(page, pixels.shape[1], pixels.shape[0])
    finally:
        # A long file would keep every page it has shown.
        page.close()


def _packed(text: PageText | None) -> list[list[tuple[str, tuple[int, ...]]]] | None:
    return None if text is None else [[(word.text, word.box) for word in line.words] for line in text.lines]


def _bound_memory() -> None:
    """Windows has no such bound for a process by itself: there the time limit alone holds."""
    if sys.platform != "win32":
        _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = _MOST_BYTES if hard == resource.RLIM_INFINITY else min(_MOST_BYTES, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
