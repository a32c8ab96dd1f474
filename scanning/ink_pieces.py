"""The connected pieces of ink on a page, as they are kept with it: all that telling handwriting from print needs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class InkPieces:
    """Pieces that may be letters, and how much each is like another; about 20 kB a page."""

    boxes: NDArray[np.int32]
    """Left, top, right, bottom of each (n x 4) in pixels of the reading engine's picture."""
    likeness: NDArray[np.float32]
    """0..1: how much the piece has the shape of the piece most like it; 0 for one too large to be one letter."""
    letter_height: float
    """Typical, in pixels of the reading engine's picture."""
    scale: float
    """Pixels of the page's stored picture for each of these."""
