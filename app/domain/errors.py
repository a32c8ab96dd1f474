"""Refusals of the domain: each says in one Vietnamese sentence what is wrong and what to do."""

from __future__ import annotations


class DomainError(ValueError):
    """A value that the rules of the one-door counter do not allow; str() is for the officer."""
