"""What can go wrong on the way to paper, said to the officer."""

from __future__ import annotations


class PrintError(Exception):
    """Printing did not happen; ``str(error)`` says in Vietnamese what to do next."""


class SlipError(ValueError):
    """A slip was given facts that cannot be right; the message names the field."""
