"""The declaration on paper: filled in at the counter from what the State knows, for the citizen to read and sign."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from app.domain.fees import money
from app.domain.forms import Form, FormField, RowGroup, Section
from app.workflow.intake import IntakeSession
from offline_queue.records import Record
from printing.declarations import DeclarationSlip, DeclaredLine, DeclaredPart
from printing.layouts import declaration

_ADDRESSEE = "addressee"
#: No declaration has them: they are for the receipt and the province.
_NOT_PRINTED = frozenset({_ADDRESSEE, "contact_phone", "contact_email"})


def print_declaration(session: IntakeSession, today: date) -> bytes:
    """The declaration of a visit as it stands, as PDF; what is not filled in yet is left to write on."""
    values = {name: field.value for name, field in session.merged().items()}
    return declaration.render(_slip(session.form, values, session.counter.agency.place, today))


def print_sealed_declaration(form: Form, record: Record) -> bytes:
    """The declaration of a sealed dossier, from its record."""
    values = {name: str(filled["value"]) for name, filled in record.body["form"].items()}
    rows = {group.name: _rows_of(group, values) for group in form.groups}
    return declaration.render(
        _slip(form.with_rows(rows), values, record.local["place"], record.sealed_at.date())
    )


def _rows_of(group: RowGroup, values: Mapping[str, str]) -> int:
    numbers = [int(name.split(".")[1]) for name in values if name.startswith(f"{group.name}.")]
    return max(numbers, default=group.least)


def _slip(form: Form, values: Mapping[str, str], place: str, day: date) -> DeclarationSlip:
    parts: list[DeclaredPart] = []
    for part in form.parts:
        if isinstance(part, RowGroup):
            parts.append(_table(part, form, values))
        elif lines := _lines(part, values):
            parts.append(DeclaredPart(part.title, lines))
    return DeclarationSlip(
        title=form.title,
        addressee=values.get(_ADDRESSEE, ""),
        parts=tuple(parts),
        place=place,
        made_on=day,
        signer=values.get(form.applicant["full_name"], ""),
    )


def _lines(section: Section, values: Mapping[str, str]) -> tuple[DeclaredLine, ...]:
    return tuple(
        DeclaredLine(f.label, _shown(f, values.get(f.name, "")), f.is_wide)
        for f in section.fields
        if f.name not in _NOT_PRINTED and f.is_asked(values)
    )


def _table(group: RowGroup, form: Form, values: Mapping[str, str]) -> DeclaredPart:
    columns = tuple(column.label for column in group.columns)
    rows = tuple(
        tuple(_shown(f, values.get(f.name, "")) for f in section.fields)
        for section in form.sections
        if section.group == group.name
    )
    wide = frozenset(column.label for column in group.columns if column.is_wide)
    return DeclaredPart(group.row_title, columns=columns, rows=rows, wide=wide)


def _shown(field: FormField, value: str) -> str:
    """Sums and amounts with their points, all else as it was declared."""
    if "đồng" in field.label.lower() or field.sum_of is not None:
        return money(int(value)) if value.isdigit() else value
    return value
