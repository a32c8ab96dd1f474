"""What can be wrong with a catalogue; each is one sentence for a person."""

from __future__ import annotations


class CatalogueError(Exception):
    """The catalogue cannot be read or changed; the sentence says what to do, and what was there is still there."""
