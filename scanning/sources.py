"""Where pages come from: every device and every stand-in is a `Source`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from scanning.pages import ScannedPage


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What is asked of a source; one that cannot do a thing gives its nearest."""

    dpi: int = 300
    colour: bool = True
    both_sides: bool = False
    most_pages: int | None = None
    """None: until the feeder is empty."""
    from_feeder: bool | None = None
    """None: from the feeder if it has paper, else from the glass."""
    width_mm: float = 210.0
    height_mm: float = 297.0
    cancelled: Callable[[], bool] = field(default=_never, compare=False)
    """Asked several times a second while a device works; once it says yes, the source raises Cancelled."""


class Source(Protocol):
    """Anything that turns paper into pages."""

    @property
    def name(self) -> str:
        """What the officer calls it, in Vietnamese."""
        ...

    def is_usable(self) -> tuple[bool, str]:
        """Whether it can scan now, and if not, one Vietnamese sentence why and what to do."""
        ...

    def scan(self, request: ScanRequest) -> Iterator[ScannedPage]:
        """Page after page as each is ready; raises ScanError and keeps what it has already given.

        A page is given before the next is asked of the device. Closing the iterator stops the device.
        """
        ...
