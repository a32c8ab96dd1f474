"""Where pages come from: every device and every stand-in is a `Source`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from scanning.pages import ScannedPage


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What is asked of a source; one that cannot do a thing gives its nearest."""

    dpi: int = 300
    colour: bool = True
    both_sides: bool = False
    most_pages: int | None = None
    """None: until the feeder is empty."""


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
        """Page after page as each is ready; raises ScanError and keeps what it has already given."""
        ...
