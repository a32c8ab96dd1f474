"""Pictures of pages and slips, made ready to paint away from the window's thread.

The two functions here take tens of milliseconds and let go of the interpreter lock while they work;
a `Work` runs them elsewhere and brings their result home.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

T = TypeVar("T")
_SMALLEST_SIDE_PX = 300
_SMALL_WIDTH_PX = 120


class Work(Protocol):
    """Runs `job` away from the window's thread, then `done` with its result on the window's thread.

    Where the job raises, `failed` is called instead, on the window's thread.
    """

    def __call__(
        self, job: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]
    ) -> None: ...


@dataclass(frozen=True)
class PagePicture:
    """A page at full size and halved again and again, so that any zoom is painted sharp and quickly."""

    levels: tuple[QImage, ...]
    small: QImage

    @property
    def width(self) -> int:
        return self.levels[0].width()

    @property
    def height(self) -> int:
        return self.levels[0].height()

    def level_for(self, zoom: float) -> QImage:
        """The smallest level that still has a pixel for every pixel painted at a zoom."""
        best = self.levels[0]
        for level in self.levels[1:]:
            if level.width() < self.width * zoom:
                break
            best = level
        return best


def read_page(data: bytes) -> PagePicture:
    """The picture of a PNG or JPEG; ValueError when it is neither."""
    # Imported at the first page: the window must not wait for them to come up.
    import cv2
    import numpy as np

    pixels: Any = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_ANYCOLOR)
    if pixels is None:
        raise ValueError("not a picture of a page")
    levels = [pixels]
    while min(levels[-1].shape[:2]) > _SMALLEST_SIDE_PX:
        height, width = levels[-1].shape[:2]
        levels.append(cv2.resize(levels[-1], (width // 2, height // 2), interpolation=cv2.INTER_AREA))
    height, width = levels[-1].shape[:2]
    size = (_SMALL_WIDTH_PX, max(round(_SMALL_WIDTH_PX * height / width), 1))
    small = cv2.resize(levels[-1], size, interpolation=cv2.INTER_AREA)
    return PagePicture(tuple(_image(level) for level in levels), _image(small))


def draw_slip(pdf: bytes, width_px: int) -> QImage:
    """The first page of a PDF at a width in pixels; ValueError when it cannot be drawn."""
    import numpy as np
    import pypdfium2

    from scanning.documents import PDFIUM_LOCK

    with PDFIUM_LOCK:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            raise ValueError("not a PDF") from error
        try:
            page = document[0]
            pixels = page.render(scale=width_px / page.get_width()).to_numpy()
            return _image(np.ascontiguousarray(pixels[:, :, :3]))
        finally:
            document.close()


def _image(pixels: Pixels) -> QImage:
    height, width = pixels.shape[:2]
    import numpy as np

    form = QImage.Format.Format_Grayscale8 if pixels.ndim == 2 else QImage.Format.Format_BGR888
    return QImage(np.ascontiguousarray(pixels).data, width, height, pixels.strides[0], form).copy()
