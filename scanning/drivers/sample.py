"""A source without a device: prints invented papers, so that the demo, training and tests have something to scan."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import islice
from pathlib import Path

import numpy as np

from scanning.pages import ScannedPage
from scanning.samples.cards import print_card_back, print_card_front
from scanning.samples.damage import Damage, damaged
from scanning.samples.people import SAMPLE_REQUESTER, SAMPLE_SUBJECT, SamplePerson
from scanning.samples.sheets import (
    PAGE_DPI,
    AuthorizationValues,
    PrintedSheet,
    declaration_for,
    print_authorization,
    print_declaration,
)
from scanning.sources import ScanRequest


class SamplePaper(StrEnum):
    DECLARATION = "to-khai"
    AUTHORIZATION = "uy-quyen"
    CARD_FRONT = "the-mat-truoc"
    CARD_BACK = "the-mat-sau"


def printed_paper(
    paper: SamplePaper,
    *,
    requester: SamplePerson = SAMPLE_REQUESTER,
    subject: SamplePerson = SAMPLE_SUBJECT,
    changed: Mapping[str, str] | None = None,
) -> PrintedSheet:
    """One invented paper; `changed` overrides fields of the declaration."""
    match paper:
        case SamplePaper.DECLARATION:
            is_default = (requester, subject) == (SAMPLE_REQUESTER, SAMPLE_SUBJECT)
            relation = {"relation": "Vợ"} if is_default else {}
            kept = {"registered_on": "14/05/1992", "registration_number": "215/1992"} if is_default else {}
            book = {"registration_book": "01-TP/CC-1992"} if is_default else {}
            return print_declaration(
                declaration_for(requester, subject, **(relation | kept | book | dict(changed or {})))
            )
        case SamplePaper.AUTHORIZATION:
            return print_authorization(
                AuthorizationValues(
                    principal_name=subject.full_name.upper(),
                    principal_birth_date=subject.birth_text,
                    principal_id=subject.personal_id,
                    principal_residence=subject.residence,
                    agent_name=requester.full_name.upper(),
                    agent_birth_date=requester.birth_text,
                    agent_id=requester.personal_id,
                    agent_residence=requester.residence,
                ),
                stamped=True,
            )
        case SamplePaper.CARD_FRONT:
            return print_card_front(requester)
        case SamplePaper.CARD_BACK:
            return print_card_back(requester)


class SampleSource:
    """Stands in for a scanner; the same seed gives the same pixels."""

    def __init__(
        self,
        papers: Sequence[SamplePaper] = (SamplePaper.DECLARATION,),
        *,
        requester: SamplePerson = SAMPLE_REQUESTER,
        subject: SamplePerson = SAMPLE_SUBJECT,
        damage: Damage | None = None,
        seed: int = 1,
    ) -> None:
        self._papers = tuple(papers)
        self._requester = requester
        self._subject = subject
        self._damage = damage or Damage()
        self._seed = seed

    @property
    def name(self) -> str:
        return "Giấy mẫu (không cần máy quét)"

    def is_usable(self) -> tuple[bool, str]:
        return True, ""

    def scan(self, request: ScanRequest) -> Iterator[ScannedPage]:
        for number, paper in enumerate(islice(self._papers, request.most_pages), 1):
            sheet = printed_paper(paper, requester=self._requester, subject=self._subject)
            pixels = np.asarray(damaged(sheet.image, self._damage, self._seed + number))
            digest = hashlib.sha256(pixels.tobytes()).hexdigest()
            yield ScannedPage(pixels, PAGE_DPI, f"{paper}.jpg", digest, 1)


def save_paper(sheet: PrintedSheet, path: Path, *, damage: Damage | None = None, seed: int = 1) -> Path:
    """Writes a printed sheet as a 300 dpi picture (JPEG or PNG by the suffix of `path`)."""
    damaged(sheet.image, damage or Damage(), seed).save(path, dpi=(PAGE_DPI, PAGE_DPI), quality=90)
    return path
