"""Opens files that hold pages: images, multi-page TIFF, PDF; refuses the rest in one sentence."""

import hashlib
import io
import struct
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from scanning.errors import (
    FileNotFound,
    NotAPage,
    NotEnoughMemory,
    TooLarge,
    UnreadableImage,
    UnsupportedFile,
)
from scanning.pages import Pixels, ScannedPage
from scanning.pdf_child import MOST_PIXELS
from scanning.pdf_pages import pdf_pages

IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp"})
SUFFIXES = IMAGE_SUFFIXES | {".pdf"}
_IMAGE_FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "WEBP")
_REFUSED_PIXELS = 150_000_000
_LONGEST_SHAPE = 100
_LARGEST_TOLD_DPI = 10_000
_BAND_PIXELS = 8_000_000
_PDF_HEAD = b"%PDF-"
#: What decoders let through of a file that lies about itself.
_BROKEN = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    RuntimeError,
    struct.error,
)
#: PDFium may be entered by one thread at a time in a whole process: whoever renders takes this first.
PDFIUM_LOCK = threading.Lock()


def pages_in(path: Path, *, with_original: bool = True) -> Iterator[ScannedPage]:
    """Every page of one file, decoded one at a time.

    Pages without their original leave the file where it is: a long one is never in memory as a whole.
    Raises a ScanError for what is missing, empty, broken, locked, too large or of another kind.
    """
    if not path.is_file():
        raise FileNotFound(path.name)
    if path.suffix.lower() not in SUFFIXES:
        raise UnsupportedFile(path.name)
    if with_original:
        yield from pages_from(path.read_bytes(), path.name)
    else:
        with path.open("rb") as source:
            digest = hashlib.file_digest(source, "sha256").hexdigest()
            yield from _pages(source, path.name, digest, b"")


def pages_from(content: bytes, name: str) -> Iterator[ScannedPage]:
    """Every page of a file's bytes; `name` tells its kind and stands in the errors of `pages_in`."""
    yield from _pages(io.BytesIO(content), name, hashlib.sha256(content).hexdigest(), content)


def _pages(source: BinaryIO, name: str, digest: str, original: bytes) -> Iterator[ScannedPage]:
    source.seek(0)
    is_pdf = name.lower().endswith(".pdf") or source.read(len(_PDF_HEAD)) == _PDF_HEAD
    source.seek(0)
    open_pages = pdf_pages if is_pdf else _image_pages
    for page in open_pages(source, name, digest, original):
        sides = page.pixels.shape[:2]
        if max(sides) > _LONGEST_SHAPE * min(sides):
            raise NotAPage(name)
        yield page
        del page


def _image_pages(source: BinaryIO, name: str, digest: str, original: bytes) -> Iterator[ScannedPage]:
    try:
        with warnings.catch_warnings():
            # The size is judged here, by the header, before a single pixel is decoded.
            warnings.simplefilter("ignore")
            image = Image.open(source, formats=_IMAGE_FORMATS)
        with image:
            for number, frame in enumerate(ImageSequence.Iterator(image), 1):
                if frame.width * frame.height > _REFUSED_PIXELS:
                    raise TooLarge(name)
                dpi = _told_dpi(frame)
                pixels, scale = _bounded(frame)
                yield ScannedPage(pixels, round(dpi * scale) or None, name, digest, number, original)
                del pixels
    except Image.DecompressionBombError as error:
        raise TooLarge(name) from error
    except MemoryError as error:
        raise NotEnoughMemory(name) from error
    except _BROKEN as error:
        raise UnreadableImage(name) from error


def _told_dpi(frame: Image.Image) -> float:
    """What the file says of its resolution, 0 where that is nothing or nonsense."""
    try:
        told = float(frame.info.get("dpi", (0, 0))[0])
    except (TypeError, ValueError, LookupError, ArithmeticError):
        return 0.0
    return told if 0 < told < _LARGEST_TOLD_DPI else 0.0


def _bounded(frame: Image.Image) -> tuple[Pixels, float]:
    """Upright RGB pixels on white, and the factor by which a huge picture was made smaller."""
    scale = min(1.0, (MOST_PIXELS / (frame.width * frame.height)) ** 0.5)
    brightest = _brightest(frame)
    image = _on_white(frame, brightest) if scale == 1.0 else _made_smaller(frame, scale, brightest)
    orientation = frame.getexif().get(0x0112)
    if orientation in range(2, 9):
        image.getexif()[0x0112] = orientation
        image = ImageOps.exif_transpose(image)
    return np.asarray(image), scale


def _brightest(frame: Image.Image) -> float:
    """The level to be shown as white, for pictures of more than eight bits; 0 for the others."""
    if not (frame.mode.startswith("I") or frame.mode == "F"):
        return 0.0
    _, level = frame.getextrema()
    return max(1.0, float(level)) if isinstance(level, int | float) and np.isfinite(level) else 1.0


def _on_white(frame: Image.Image, brightest: float) -> Image.Image:
    if brightest:
        levels = np.nan_to_num(np.asarray(frame, dtype=np.float32)) * np.float32(255 / brightest)
        frame = Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8, copy=False))
    if frame.mode in {"RGBA", "LA", "PA"} or "transparency" in frame.info:
        layer = frame.convert("RGBA")
        frame = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    return frame.convert("RGB")


def _made_smaller(frame: Image.Image, scale: float, brightest: float) -> Image.Image:
    """Band by band: a huge picture is in memory once, never a second time in other colours."""
    width, height = max(1, int(frame.width * scale)), max(1, int(frame.height * scale))
    step = frame.height / height
    rows = max(1, int(_BAND_PIXELS / frame.width / step))
    margin = int(4 * step) + 1
    smaller = Image.new("RGB", (width, height))
    for top in range(0, height, rows):
        bottom = min(height, top + rows)
        first, last = max(0, int(top * step) - margin), min(frame.height, int(bottom * step) + margin)
        band = frame.crop((0, first, frame.width, last))
        band.info |= frame.info
        box = (0, top * step - first, frame.width, min(bottom * step, frame.height) - first)
        lean = _on_white(band, brightest).resize((width, bottom - top), Image.Resampling.LANCZOS, box)
        smaller.paste(lean, (0, top))
    return smaller
