"""One value for each field of the declaration, out of everything the sources say about it.

Order of trust: the population register, then the card's QR or MRZ, then what the officer typed or
confirmed, then paper. A register or card value is locked; where another source says otherwise, the
difference is shown with both names, never hidden and never settled silently.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rapidfuzz import fuzz

from app.domain.codes import normalise_phone
from app.domain.errors import DomainError
from app.domain.forms import Form, FormField, normalise_date
from app.domain.people import SEX_WORDS, CardFacts, RegisteredPerson
from app.domain.procedure import Procedure
from app.workflow.views import FieldState, Source
from app.workflow.visit import Decision, Reading, Visit

#: Of 100: one or two wrong letters in a name or an address.
_CLOSE = 90
_SAYS = {Source.REGISTER: "CSDLQG dân cư", Source.CARD_QR: "Thẻ căn cước", Source.CARD_MRZ: "Thẻ căn cước"}


@dataclass(frozen=True)
class MergedField:
    """A field with its value and why it stands: `other` is the strongest source that says otherwise."""

    field: FormField
    value: str
    state: FieldState
    reading: Reading | None
    other: Reading | None
    problem: str | None
    writing: Reading | None = None  # where the value stands written by hand: the officer types it
    is_to_type: bool = False


def merge(
    form: Form, procedure: Procedure, visit: Visit, defaults: Mapping[str, str]
) -> dict[str, MergedField]:
    """Settles every field that is asked, in the order of the form; what depends on others comes after them."""
    readings = _readings(form, procedure, visit)
    merged: dict[str, MergedField] = {}
    values: dict[str, str] = {}
    for f in form.fields:
        if f.sum_of is None and f.is_asked(values):
            merged[f.name] = _asked(form, f, visit, readings.get(f.name, []), defaults, merged, values)
            values[f.name] = merged[f.name].value
    # Sums may stand before what they add up.
    sums = {f.name: _sum(form, f, values) for f in form.fields if f.sum_of is not None}
    if not sums:
        return merged
    return {f.name: known for f in form.fields if (known := sums.get(f.name) or merged.get(f.name))}


def _asked(
    form: Form,
    f: FormField,
    visit: Visit,
    said: list[Reading],
    defaults: Mapping[str, str],
    merged: Mapping[str, MergedField],
    values: Mapping[str, str],
) -> MergedField:
    default = defaults.get(f.name, "")
    if f.is_copy(values) and (same := merged.get(f.copy_of or "")) is not None:
        if same.state is FieldState.LOCKED and same.reading is not None:
            said = [*said, same.reading]
        else:
            default = same.value
    return _settle(form, f, visit, said, default)


def _sum(form: Form, f: FormField, values: Mapping[str, str]) -> MergedField:
    total = form.summed(f, values)
    return MergedField(f, total, FieldState.LOCKED, Reading(total, Source.RULE, "Tự tính"), None, None)


def normalise(form_field: FormField, value: str) -> str:
    """The one spelling of a value: NFC, single spaces, dates with two digits, phones from 0."""
    text = " ".join(unicodedata.normalize("NFC", value).split())
    try:
        if form_field.kind == "date" and text:
            return normalise_date(text)
        if form_field.name.endswith("phone") and text:
            return normalise_phone(text)
    except DomainError:
        return text
    if form_field.kind == "number" and text.isdigit():
        return str(int(text))
    if form_field.choices:
        return next((c for c in form_field.choices if c.casefold() == text.casefold()), text)
    return text


def _settle(form: Form, f: FormField, visit: Visit, readings: list[Reading], default: str) -> MergedField:
    decision = visit.decisions.get(f.name)
    is_unlocked = f.name in visit.unlocked
    locked = next((r for r in readings if r.source is not Source.PAPER), None)
    if locked is not None and not is_unlocked:
        # An unsure reading that comes close is more likely misread than contradicting.
        weighty = [r for r in readings if r.is_sure or fuzz.ratio(r.value, locked.value) < _CLOSE]
        other = _disagreeing(f, locked.value, weighty)
        return MergedField(f, locked.value, FieldState.LOCKED, locked, other, None)
    papers = [r for r in readings if r.source is Source.PAPER and not r.is_handwritten]
    writing = next((r for r in readings if r.is_handwritten), None)
    if decision is not None:
        typed = [r for r in readings if not r.is_handwritten]
        return replace(_decided(form, f, decision, typed), writing=writing)
    if not papers and writing is not None and not default:
        # Nothing is shown as read: what stands on paper is to be typed.
        return MergedField(f, "", FieldState.EMPTY, None, None, None, writing, is_to_type=True)
    if not papers:
        problem = form.problem(f.name, default)
        state = FieldState.TYPED if default else FieldState.EMPTY
        reading = Reading(default, Source.RULE, "Theo thủ tục") if default else None
        return MergedField(f, default, state, reading, None, problem if default else None, writing)
    best = max(papers, key=lambda r: r.confidence)
    other = _disagreeing(f, best.value, papers)
    problem = form.problem(f.name, best.value)
    is_doubtful = not best.is_sure or other is not None or problem is not None
    return MergedField(
        f, best.value, FieldState.DOUBTFUL if is_doubtful else FieldState.READ, best, other, problem
    )


def _decided(form: Form, f: FormField, decision: Decision, readings: list[Reading]) -> MergedField:
    other = _disagreeing(f, decision.value, readings)
    problem = form.problem(f.name, decision.value)
    confirmed = next((r for r in readings if _same(f, r.value, decision.value)), None)
    reading = confirmed or Reading(decision.value, Source.TYPED, "Cán bộ nhập")
    if problem is not None or not decision.is_final:
        state = FieldState.DOUBTFUL if decision.value or readings else FieldState.EMPTY
    elif not decision.value:
        state = FieldState.EMPTY
    else:
        state = FieldState.TYPED if confirmed is None else FieldState.READ
    return MergedField(f, decision.value, state, reading if decision.value else None, other, problem)


def _disagreeing(f: FormField, value: str, readings: list[Reading]) -> Reading | None:
    others = [r for r in readings if r.value and not _same(f, r.value, value)]
    return max(others, key=lambda r: (r.source is not Source.PAPER, r.confidence), default=None)


def _same(f: FormField, one: str, other: str) -> bool:
    """Compared as the register compares names: NFC and case; punctuation between words does not count."""

    def fold(text: str) -> str:
        kept = "".join(c if c.isalnum() or c == "/" else " " for c in normalise(f, text).casefold())
        return " ".join(kept.split())

    return fold(one) == fold(other)


def _readings(form: Form, procedure: Procedure, visit: Visit) -> dict[str, list[Reading]]:
    found: dict[str, list[Reading]] = {}
    known = {f.name for f in form.fields}
    for name, reading in _from_people(form, visit):
        found.setdefault(name, []).append(reading)
    for name, reading in visit.carried.items():
        if name in known:
            found.setdefault(name, []).append(reading)
    for code, document in visit.documents.items():
        fills = procedure.component(code).fills
        for read_name, reading in document.readings.items():
            target = fills.get(read_name)
            if target is not None and target in known:
                clean = normalise(form.field(target), reading.value)
                found.setdefault(target, []).append(replace(reading, value=clean))
    return found


def _from_people(form: Form, visit: Visit) -> Iterator[tuple[str, Reading]]:
    sources: list[tuple[Source, Any]] = []
    if visit.person is not None:
        sources.append((Source.REGISTER, visit.person))
    if visit.card is not None:
        sources.append((Source(f"card_{visit.card.source}"), visit.card))
    for role, person in visit.others.items():
        for attribute, name in form.persons.get(role, {}).items():
            if value := _attribute(person, attribute):
                yield name, Reading(value, Source.REGISTER, _SAYS[Source.REGISTER])
    for f in form.fields:
        if f.from_register is None:
            continue
        for source, said in sources:
            # A card still carries the address of before 1 July 2025: it is only used where nothing newer is.
            is_old_address = (
                f.from_register == "residence" and said is visit.card and visit.person is not None
            )
            if not is_old_address and (value := _attribute(said, f.from_register)):
                yield f.name, Reading(value, source, _SAYS[source])


def _attribute(said: RegisteredPerson | CardFacts, name: str) -> str:
    if isinstance(said, CardFacts):
        if said.source == "mrz" and name == "full_name":
            return ""  # the MRZ has no tone marks: it identifies, it does not spell
        name = "address" if name == "residence" else name
    value = getattr(said, name, None)
    if value is None:
        return ""
    if name == "birth_date":
        return f"{value:%d/%m/%Y}"
    return SEX_WORDS.get(str(value), str(value))
