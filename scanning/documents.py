"""Opens files that hold pages: images, multi-page TIFF, PDF; refuses the rest in one sentence."""

import hashlib
import io
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from scanning.errors import (
    EmptyPdf,
    EncryptedPdf,
    FileNotFound,
    TooLarge,
    UnreadableImage,
    UnreadablePdf,
    UnsupportedFile,
)
from scanning.own_text import own_text
from scanning.pages import PageText, Pixels, ScannedPage

IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp"})
SUFFIXES = IMAGE_SUFFIXES | {".pdf"}
PDF_DPI = 300
_IMAGE_FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "WEBP")
_REFUSED_PIXELS = 150_000_000
_KEPT_PIXELS = 40_000_000
"""A3 at 450 dpi: more tells a reader nothing."""
_PDF_PASSWORD = 4
#: PDFium may be entered by one thread at a time in a whole process: whoever renders takes this first.
PDFIUM_LOCK = threading.Lock()


def pages_in(path: Path) -> Iterator[ScannedPage]:
    """Every page of one file, decoded one at a time.

    Raises a ScanError for what is missing, empty, broken, locked, too large or of another kind.
    """
    if not path.is_file():
        raise FileNotFound(path.name)
    if path.suffix.lower() not in SUFFIXES:
        raise UnsupportedFile(path.name)
    yield from pages_from(path.read_bytes(), path.name)


def pages_from(content: bytes, name: str) -> Iterator[ScannedPage]:
    """Every page of a file's bytes; `name` tells its kind and stands in the errors of `pages_in`."""
    digest = hashlib.sha256(content).hexdigest()
    if name.lower().endswith(".pdf") or content.startswith(b"%PDF-"):
        yield from _pdf_pages(content, name, digest)
    else:
        yield from _image_pages(content, name, digest)


def _image_pages(content: bytes, name: str, digest: str) -> Iterator[ScannedPage]:
    try:
        with warnings.catch_warnings():
            # The size is judged here, by the header, before a single pixel is decoded.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=_IMAGE_FORMATS)
        with image:
            for number, frame in enumerate(ImageSequence.Iterator(image), 1):
                if frame.width * frame.height > _REFUSED_PIXELS:
                    raise TooLarge(name)
                told = frame.info.get("dpi", (0, 0))[0]
                pixels, scale = _bounded(frame)
                dpi = round(float(told) * scale) or None
                yield ScannedPage(pixels, dpi, name, digest, number, content)
    except Image.DecompressionBombError as error:
        raise TooLarge(name) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise UnreadableImage(name) from error


def _bounded(frame: Image.Image) -> tuple[Pixels, float]:
    """Upright RGB pixels on white, and the factor by which a huge picture was made smaller."""
    if frame.mode.startswith("I") or frame.mode == "F":
        levels = np.asarray(frame, dtype=np.float32)
        frame = Image.fromarray((levels * (255 / max(1.0, float(levels.max())))).astype(np.uint8))
    if frame.mode in {"RGBA", "LA", "PA"} or "transparency" in frame.info:
        layer = frame.convert("RGBA")
        frame = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    image = ImageOps.exif_transpose(frame).convert("RGB")
    scale = min(1.0, (_KEPT_PIXELS / (image.width * image.height)) ** 0.5)
    if scale < 1.0:
        smaller = (max(1, int(image.width * scale)), max(1, int(image.height * scale)))
        image = image.resize(smaller, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return np.asarray(image), scale


def _pdf_pages(content: bytes, name: str, digest: str) -> Iterator[ScannedPage]:
    with PDFIUM_LOCK:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) == _PDF_PASSWORD or "password" in str(error).lower():
                raise EncryptedPdf(name) from error
            raise (EmptyPdf(name) if _is_pageless(content) else UnreadablePdf(name)) from error
        count = len(document)
    try:
        for number in range(1, count + 1):
            pixels, dpi, words = _rendered(document, number - 1, name)
            yield ScannedPage(pixels, dpi, name, digest, number, content, count, words)
    finally:
        with PDFIUM_LOCK:
            document.close()


def _is_pageless(content: bytes) -> bool:
    """Whether a file that PDFium refuses is sound but for having no page."""
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            return len(pdf.pages) == 0
    except pikepdf.PdfError:
        return False


def _rendered(document: pypdfium2.PdfDocument, index: int, name: str) -> tuple[Pixels, int, PageText | None]:
    with PDFIUM_LOCK:
        try:
            page = document[index]
            width, height = page.get_size()
            wanted = width * height * (PDF_DPI / 72) ** 2
            dpi = PDF_DPI * min(1.0, (_KEPT_PIXELS / max(1.0, wanted)) ** 0.5)
            bitmap = page.render(scale=dpi / 72, rev_byteorder=True, prefer_bgrx=False)
            pixels = np.array(bitmap.to_numpy())
            words = own_text(page, dpi / 72)
        except pypdfium2.PdfiumError as error:
            raise UnreadablePdf(name) from error
    if pixels.ndim == 2 or pixels.shape[2] == 1:
        pixels = np.repeat(pixels.reshape(*pixels.shape[:2], 1), 3, axis=2)
    return np.ascontiguousarray(pixels[..., :3]), max(1, round(dpi)), words
