"""Saves damaged sample papers to disk and measures readings against the printed truth."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from scanning.drivers.sample import save_paper
from scanning.samples.damage import CONDITIONS, Damage
from scanning.samples.people import invented_person
from scanning.samples.sheets import PrintedSheet, declaration_for, print_authorization, print_declaration


def plain(text: str) -> str:
    """NFC, every run of white space one blank."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def character_error_rate(read: str, truth: str) -> float:
    """Levenshtein distance over the length of the truth, both plain."""
    wanted = plain(truth)
    return Levenshtein.distance(plain(read), wanted) / len(wanted)


def saved(
    sheet: PrintedSheet,
    folder: Path,
    condition: str | Damage = "clean",
    *,
    suffix: str = ".png",
    seed: int = 1,
) -> Path:
    """The sheet under one of the named conditions, as a file."""
    damage = CONDITIONS[condition] if isinstance(condition, str) else condition
    name = condition if isinstance(condition, str) else "page"
    return save_paper(sheet, folder / (name + suffix), damage=damage, seed=seed)


def mixed_sheets(count: int, seed: int) -> Iterator[tuple[str, PrintedSheet]]:
    """Declarations and authorisations of invented people, each with the name of a condition, in turn."""
    conditions = ("skew", "noise", "upside_down", "shadow", "stamp", "black_border", "phone", "all_at_once")
    for number in range(count):
        requester, subject = invented_person(seed + 2 * number), invented_person(seed + 2 * number + 1)
        is_letter = number % 3 == 2
        declared = declaration_for(requester, subject)
        sheet = print_authorization(stamped=True) if is_letter else print_declaration(declared)
        yield conditions[number % len(conditions)], sheet
