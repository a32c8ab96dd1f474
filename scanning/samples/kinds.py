"""One invented paper of any kind by its seed: for tests, training and measuring."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from scanning.samples import invented
from scanning.samples.cards import print_card_back, print_card_front
from scanning.samples.certificates import (
    print_birth_certificate,
    print_birth_notice,
    print_death_extract,
    print_land_certificate,
    print_marital_status_certificate,
    print_marriage_certificate,
)
from scanning.samples.civil_declarations import (
    print_birth_declaration,
    print_death_declaration,
    print_marital_status_declaration,
    print_marriage_declaration,
)
from scanning.samples.faces import Face
from scanning.samples.paper import PrintedSheet
from scanning.samples.residence import print_residence_change
from scanning.samples.sheets import (
    declaration_for,
    print_authorization,
    print_declaration,
)

_NOBODY: frozenset[str] = frozenset()
_COUNTS = ("_count", "living_children", "children_this_time")
EVERYTHING = frozenset({"*"})
"""As `handwritten`: every field is filled in by hand."""
_Print = Callable[..., PrintedSheet]


_PAPERS: Mapping[str, tuple[_Print, Callable[[invented.Story], invented.Values]]] = {
    "declaration_marital_status": (print_marital_status_declaration, invented.marital_declaration),
    "declaration_birth": (print_birth_declaration, invented.birth_declaration),
    "declaration_death": (print_death_declaration, invented.death_declaration),
    "declaration_marriage": (print_marriage_declaration, invented.marriage_declaration),
    "residence_change": (print_residence_change, invented.residence_change),
    "birth_notice": (print_birth_notice, invented.birth_notice),
    "birth_certificate": (print_birth_certificate, invented.birth_certificate),
    "death_extract": (print_death_extract, invented.death_extract),
    "marriage_certificate": (print_marriage_certificate, invented.marriage_certificate),
    "marital_status_certificate": (print_marital_status_certificate, invented.marital_certificate),
    "land_certificate": (print_land_certificate, invented.land_certificate),
}
SAMPLE_KINDS = (
    "declaration_civil_extract",
    "authorization",
    *_PAPERS,
    "citizen_card",
    "citizen_card_back",
)
"""Every kind of paper of which a sample can be printed."""


def print_sample(
    kind: str, seed: int = 1, *, handwritten: frozenset[str] = _NOBODY, face: Face = Face.REGULAR
) -> PrintedSheet:
    """An invented paper of one of SAMPLE_KINDS; `handwritten` names fields filled in by hand, or EVERYTHING;
    `face` is that of the values that are typed.

    Raises KeyError for another kind. Cards are never filled in by hand.
    """
    story = invented.Story(seed)
    if kind == "citizen_card":
        return print_card_front(story.first)
    if kind == "citizen_card_back":
        return print_card_back(story.first)
    if kind == "declaration_civil_extract":
        declared = declaration_for(
            story.first, story.old, addressee=story.office, registered_at=invented.office(story.old)[0]
        )
        names = frozenset(type(declared).__slots__)
        return print_declaration(declared, handwritten=_by_hand(handwritten, names), seed=seed, face=face)
    if kind == "authorization":
        letter = invented.authorization(story)
        names = frozenset(type(letter).__slots__) - {"made_on"}
        return print_authorization(
            letter, stamped=True, handwritten=_by_hand(handwritten, names), seed=seed, face=face
        )
    printer, fill = _PAPERS[kind]
    values = fill(story)
    # The day of signing is part of a printed line on every sample.
    names = frozenset(values) - {"made_on", "number", "made_at", "office", "hospital"}
    sheet = printer(values, handwritten=_by_hand(handwritten, names), seed=seed, face=face)
    # "01" on paper is the number 1.
    counts = {name: str(int(value)) for name, value in sheet.fields.items() if name.endswith(_COUNTS)}
    return replace(sheet, fields=sheet.fields | counts)


def _by_hand(asked: frozenset[str], names: frozenset[str]) -> frozenset[str]:
    return names if asked == EVERYTHING else asked & names
