"""What stands typed and is no part of a visit yet: kept for its officer while the window is locked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Typed:
    """Never shown to anybody else, never written anywhere; a value that its field took is in the draft already."""

    visit: str = ""
    field: str = ""
    text: str = ""
    reason: str = ""
    """Why that field is to be unlocked."""
    card: str = ""
    """The line of a card's text."""
