"""A visit in progress: everything that is saved as it is typed and scanned, and comes back after a crash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

from app.domain.codes import PersonalId
from app.domain.people import CardFacts, RegisteredPerson
from app.domain.reuse import Reused, ReuseSource
from app.workflow.pages import FinishedPage, Page, Papers, keeps
from app.workflow.views import Source


@dataclass(frozen=True)
class Reading:
    """One value that a source gave for one field of the declaration."""

    value: str
    source: Source
    by: str  # who says so, for people: "Tờ khai", "Giấy ủy quyền", "Thẻ căn cước", "CSDLQG dân cư"
    confidence: float = 1.0
    is_sure: bool = True
    component: str | None = None
    page: int = 0  # place among the sheets of the document, from 0
    box: tuple[int, int, int, int] | None = None
    is_handwritten: bool = False  # written by hand: `value` is empty, `box` is where the writing stands


@dataclass(frozen=True)
class Decision:
    """What the officer said about a field; it wins over readings, never over a locked register value."""

    value: str
    source: Source
    is_asked: bool = False  # the second source's value was put to the officer once
    is_final: bool = True


@dataclass(frozen=True)
class ScannedDocument:
    """The one file of a component, put together from its pages: `made_of` names the sheets in their order."""

    name: str
    blob: str
    sha256: str
    size: int
    kind: str
    made_of: tuple[str, ...]
    readings: Mapping[str, Reading] = field(default_factory=dict)


@dataclass(frozen=True)
class LinkedVisits:
    """Visits that are handed in together with the one that holds them, in their order after it."""

    link: str  # the key of the chain; empty for a list that the officer made
    procedures: tuple[str, ...]  # all, the first one's too
    followers: tuple[Visit, ...] = ()


@dataclass(frozen=True)
class Visit:
    """The whole state of a visit; each change makes a new one."""

    visit_id: str
    begun_at: datetime
    procedure: str | None = None
    case: str | None = None
    is_case_chosen: bool = False
    others: Mapping[str, RegisteredPerson] = field(
        default_factory=dict
    )  # whom else the declaration speaks of
    answers: Mapping[str, str] = field(default_factory=dict)  # of the guidance: question -> answer
    rows: Mapping[str, int] = field(default_factory=dict)  # of the declaration's groups that repeat
    exemption: str | None = None  # who need not pay, by the procedure's own code
    card: CardFacts | None = None
    person: RegisteredPerson | None = None
    register_fault: str | None = None
    is_register_asked: bool = False
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    unlocked: Mapping[str, str] = field(default_factory=dict)
    papers: Papers = field(default_factory=dict)
    finished: Mapping[str, FinishedPage] = field(default_factory=dict)  # by sheet
    documents: Mapping[str, ScannedDocument] = field(default_factory=dict)  # by component
    cut_feeds: frozenset[str] = frozenset()  # a crash ended them: their source may give the same pages again
    shown: frozenset[str] = frozenset()
    reused: Mapping[str, Reused] = field(default_factory=dict)  # by component: what the State has already
    carried: Mapping[str, Reading] = field(
        default_factory=dict
    )  # what an earlier declaration of the same visit says: locked, each fact is asked once
    proposed: Mapping[str, str] = field(default_factory=dict)  # wordings that the officer may change
    linked: LinkedVisits | None = None
    authority: Mapping[str, str] = field(default_factory=dict)  # of a letter of authorisation, as typed
    channel: str = "direct"
    return_by: str = "counter"

    def with_decision(self, name: str, decision: Decision) -> Visit:
        """The visit with the officer's word on one field."""
        return replace(self, decisions={**self.decisions, name: decision})

    def kept_pages(self, component: str) -> tuple[Page, ...]:
        """The pages of a component that go into its paper."""
        return tuple(p for p in self.papers.get(component, ()) if keeps(p, self.finished))

    def is_put_together(self, component: str) -> bool:
        """True when the component's document is made of its pages as they stand."""
        document = self.documents.get(component)
        made_of = document.made_of if document is not None else ()
        return made_of == tuple(p.sheet for p in self.kept_pages(component))

    def to_json(self) -> dict[str, Any]:
        """A draft's body; `from_json` gives the same visit back."""
        table = asdict(self)
        table["begun_at"] = self.begun_at.isoformat()
        table["shown"] = sorted(self.shown)
        table["cut_feeds"] = sorted(self.cut_feeds)
        if self.card:
            table["card"] |= {
                "personal_id": str(self.card.personal_id),
                "birth_date": _iso(self.card.birth_date),
                "issued": _iso(self.card.issued),
            }
        if self.person:
            table["person"] = _person_table(self.person)
        table["others"] = {role: _person_table(person) for role, person in self.others.items()}
        if self.linked:
            table["linked"]["followers"] = [visit.to_json() for visit in self.linked.followers]
        return table

    @classmethod
    def from_json(cls, table: Mapping[str, Any]) -> Visit:
        """Reads a draft's body."""
        card, person = table["card"], table["person"]
        return cls(
            **{
                **table,
                "begun_at": datetime.fromisoformat(table["begun_at"]),
                "card": card
                and CardFacts(
                    **{
                        **card,
                        "personal_id": PersonalId(card["personal_id"]),
                        "birth_date": _date(card["birth_date"]),
                        "issued": _date(card["issued"]),
                        "warnings": tuple(card["warnings"]),
                    }
                ),
                "person": person and _person(person),
                "others": {role: _person(other) for role, other in table.get("others", {}).items()},
                "decisions": {
                    name: Decision(**{**d, "source": Source(d["source"])})
                    for name, d in table["decisions"].items()
                },
                "papers": {
                    code: tuple(Page.from_json(p) for p in pages) for code, pages in table["papers"].items()
                },
                "finished": {
                    sheet: FinishedPage(**{**done, "advice": tuple(done["advice"])})
                    for sheet, done in table["finished"].items()
                },
                "documents": {code: _document(d) for code, d in table["documents"].items()},
                "cut_feeds": frozenset(table["cut_feeds"]),
                "shown": frozenset(table["shown"]),
                "reused": {
                    code: Reused(**{**each, "source": ReuseSource(each["source"])})
                    for code, each in table.get("reused", {}).items()
                },
                "carried": {name: _reading(r) for name, r in table.get("carried", {}).items()},
                "linked": (linked := table.get("linked"))
                and LinkedVisits(
                    linked["link"],
                    tuple(linked["procedures"]),
                    tuple(cls.from_json(each) for each in linked["followers"]),
                ),
            }
        )


def _person_table(person: RegisteredPerson) -> dict[str, Any]:
    return {
        **asdict(person),
        "personal_id": str(person.personal_id),
        "birth_date": person.birth_date.isoformat(),
    }


def _person(table: Mapping[str, Any]) -> RegisteredPerson:
    return RegisteredPerson(
        **{
            **table,
            "personal_id": PersonalId(table["personal_id"]),
            "birth_date": date.fromisoformat(table["birth_date"]),
        }
    )


def _document(table: Mapping[str, Any]) -> ScannedDocument:
    return ScannedDocument(
        **{
            **table,
            "made_of": tuple(table["made_of"]),
            "readings": {name: _reading(r) for name, r in table["readings"].items()},
        }
    )


def _reading(table: Mapping[str, Any]) -> Reading:
    box = tuple(table["box"]) if table["box"] else None
    return Reading(**{**table, "source": Source(table["source"]), "box": box})


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
