"""The connected pieces of ink on a page, as they are kept with it: all that telling handwriting from print needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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

    def to_json(self) -> dict[str, Any]:
        """For keeping with the page; `from_json` gives the same pieces back."""
        return {
            "boxes": self.boxes.tolist(),
            "likeness": [round(float(likeness), 3) for likeness in self.likeness],
            "letter_height": float(self.letter_height),
            "scale": float(self.scale),
        }

    @classmethod
    def from_json(cls, table: Mapping[str, Any]) -> "InkPieces":
        """What `to_json` told."""
        boxes = np.array(table["boxes"], np.int32).reshape(-1, 4)
        likeness = np.array(table["likeness"], np.float32)
        return cls(boxes, likeness, table["letter_height"], table["scale"])
