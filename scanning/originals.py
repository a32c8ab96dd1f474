"""A scanned page as bytes, to be kept safe before it is read and to be read again after a crash."""

import hashlib
import io

import numpy as np
from PIL import Image

from scanning.pages import ScannedPage

_QUALITY = 95
_UNKNOWN_DPI = 1


def pack(page: ScannedPage) -> bytes:
    """The page as a JPEG with its resolution."""
    packed = io.BytesIO()
    dpi = page.dpi or _UNKNOWN_DPI
    Image.fromarray(page.pixels).save(packed, "JPEG", quality=_QUALITY, subsampling=0, dpi=(dpi, dpi))
    return packed.getvalue()


def unpack(data: bytes, name: str, number: int = 1) -> ScannedPage:
    """The page that `pack` made, as it came from the scanner."""
    with Image.open(io.BytesIO(data)) as image:
        dpi = round(image.info.get("dpi", (_UNKNOWN_DPI,))[0])
        pixels = np.asarray(image.convert("RGB"), dtype=np.uint8)
    return ScannedPage(
        pixels, dpi if dpi > _UNKNOWN_DPI else None, name, hashlib.sha256(data).hexdigest(), number
    )
