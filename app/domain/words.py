"""Texts that people give for an outcome, in one spelling that can be stored, sent and printed."""

from __future__ import annotations

import unicodedata

from app.domain.errors import DomainError

LONGEST_TEXT = 2000
_LONGEST_NAME = 200
_IN_NAMES = " '’-."


def optional_text(label: str, text: str) -> str:
    """A text that may be empty: NFC, single spaces, no hidden letters; DomainError names it where it cannot be printed."""
    seen = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    clean = " ".join(unicodedata.normalize("NFC", seen).split())
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in clean):
        raise DomainError(f"Phần {label} có ký tự không in được, hãy gõ lại.")
    if len(clean) > LONGEST_TEXT:
        raise DomainError(f"Phần {label} dài quá {LONGEST_TEXT} ký tự, hãy ghi ngắn lại.")
    return clean


def text_of(label: str, text: str) -> str:
    """A text that has to be there."""
    clean = optional_text(label, text)
    if not clean:
        raise DomainError(f"Chưa ghi {label}, hãy ghi rồi làm lại.")
    return clean


def name_of(label: str, text: str) -> str:
    """The name of a person: letters, their marks, spaces, apostrophes, hyphens and full stops."""
    clean = text_of(label, text)
    if len(clean) > _LONGEST_NAME or not all(
        letter in _IN_NAMES or unicodedata.category(letter)[0] in "LM" for letter in clean
    ):
        raise DomainError(f"Phần {label} chỉ gồm chữ cái, dài nhất {_LONGEST_NAME} ký tự, hãy gõ lại.")
    return clean
