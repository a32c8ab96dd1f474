"""Declarations (tờ khai) as data: a JSON Schema 2020-12 says what is valid, a layout how it is shown.

Values are plain strings as a person writes them (dates dd/mm/yyyy); the schema's `format` and `pattern`
check them, the layout's `refusal` is the sentence a person gets when a check fails. A section may repeat (members of a
household): its fields are then called `group.row.field`, rows counted from 1, and the schema has an array of objects.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import jsonschema

from app.domain.errors import DomainError

_DATE = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")


def parse_date(text: str) -> date:
    """A day as people write it: 17/05/1988, 17-5-1988; refuses days that do not exist."""
    match = _DATE.fullmatch(text.strip())
    try:
        if not match:
            raise ValueError
        return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        raise DomainError(
            f"“{text}” không phải ngày có thật, hãy nhập ngày/tháng/năm, ví dụ 17/05/1988."
        ) from None


@dataclass(frozen=True)
class FormField:
    """One field of a declaration: where its value may come from besides the keyboard."""

    name: str
    label: str
    kind: str  # text | date | number | choice | id
    is_required: bool
    is_wide: bool
    choices: tuple[str, ...]
    from_register: str | None  # attribute of RegisteredPerson that fills and locks it
    pattern: str | None
    refusal: str
    when: Mapping[str, frozenset[str]] = field(
        default_factory=dict
    )  # field -> values under which it is asked
    sum_of: str | None = None  # `group.field` whose numbers it adds up
    check: str | None = None  # what is looked at besides the pattern, see `checks`
    copy_of: str | None = (
        None  # the field that says the same where `copy_when` holds: each fact is asked once
    )
    copy_when: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def is_asked(self, values: Mapping[str, str]) -> bool:
        """True where the fields it depends on have such values."""
        return _holds(self.when, values)

    def is_copy(self, values: Mapping[str, str]) -> bool:
        """True where it says the same as the field it copies."""
        return self.copy_of is not None and _holds(self.copy_when, values)


@dataclass(frozen=True)
class Section:
    """A titled group of fields in the order of the paper; of a repeating one, the row."""

    title: str
    fields: tuple[FormField, ...]
    group: str | None = None
    row: int = 0


@dataclass(frozen=True)
class RowGroup:
    """A section that repeats: its columns, and how many rows there may be."""

    name: str
    row_title: str
    columns: tuple[FormField, ...]
    least: int
    most: int

    def row(self, number: int) -> Section:
        """One row as a section of its own."""
        fields = tuple(self._cell(column, number) for column in self.columns)
        return Section(f"{self.row_title} {number}", fields, self.name, number)

    def _cell(self, column: FormField, number: int) -> FormField:
        when = {
            name if name not in {c.name for c in self.columns} else f"{self.name}.{number}.{name}": fit
            for name, fit in column.when.items()
        }
        return replace(column, name=f"{self.name}.{number}.{column.name}", when=when)


@dataclass(frozen=True)
class Form:
    """A declaration: its sections, and the schema a finished one must satisfy."""

    name: str
    title: str
    parts: tuple[Section | RowGroup, ...]
    sections: tuple[Section, ...]
    schema: Mapping[str, Any]
    applicant: Mapping[str, str]  # attribute of Applicant -> the field that holds it
    persons: Mapping[str, Mapping[str, str]]  # others it speaks of: attribute of RegisteredPerson -> field

    @classmethod
    def from_tables(cls, layout: Mapping[str, Any], schema: Mapping[str, Any]) -> Form:
        """Joins resources/forms/NAME.toml with NAME.schema.json; a field missing in either is an error."""
        parts = tuple(_part(part, schema) for part in layout["sections"])
        shown = {
            name
            for part in parts
            for name in ([part.name] if isinstance(part, RowGroup) else [shown.name for shown in part.fields])
        }
        if shown != set(schema["properties"]):
            raise ValueError(
                f"form {layout['name']}: layout and schema differ in {shown ^ set(schema['properties'])}"
            )
        persons = layout.get("persons", {})
        if unknown := {name for person in persons.values() for name in person.values()} - shown:
            raise ValueError(f"form {layout['name']}: no fields {unknown}")
        form = cls(layout["name"], layout["title"], parts, (), schema, layout["applicant"], persons)
        return form.with_rows({})

    def with_rows(self, rows: Mapping[str, int]) -> Form:
        """The same declaration with so many rows of each group that repeats."""
        sections: list[Section] = []
        for part in self.parts:
            if isinstance(part, Section):
                sections.append(part)
            else:
                count = min(max(rows.get(part.name, part.least), part.least), part.most)
                sections += [part.row(number) for number in range(1, count + 1)]
        return replace(self, sections=tuple(sections))

    @property
    def groups(self) -> tuple[RowGroup, ...]:
        """The sections that repeat."""
        return tuple(part for part in self.parts if isinstance(part, RowGroup))

    def group(self, name: str) -> RowGroup:
        """The repeating section of that name, or a sentence that says there is none."""
        for group in self.groups:
            if group.name == name:
                return group
        raise DomainError(f"Tờ khai “{self.title}” không có bảng “{name}”.")

    @property
    def fields(self) -> tuple[FormField, ...]:
        """All fields in the order of the paper."""
        return tuple(f for section in self.sections for f in section.fields)

    def field(self, name: str) -> FormField:
        """The field of that name, or a sentence that says the form has none."""
        for form_field in self.fields:
            if form_field.name == name:
                return form_field
        raise DomainError(f"Tờ khai “{self.title}” không có ô “{name}”, hãy bỏ ô này ra.")

    def problem(self, name: str, value: str) -> str | None:
        """Why this value cannot stand in this field, in one sentence; None when it can."""
        form_field = self.field(name)
        if not value.strip():
            return f"Ô “{form_field.label}” còn trống." if form_field.is_required else None
        if form_field.kind == "date":
            try:
                parse_date(value)
            except DomainError as refused:
                return str(refused)
        if form_field.choices and value not in form_field.choices:
            return f"“{form_field.label}” phải là một trong: {', '.join(form_field.choices)}."
        if form_field.pattern and not re.search(form_field.pattern, value):
            return form_field.refusal
        return None

    def validate(self, values: Mapping[str, str]) -> None:
        """Checks a finished declaration against the schema; the first fault is raised as a sentence."""
        asked = [f for f in self.fields if f.is_asked(values)]
        for form_field in asked:
            if problem := self.problem(form_field.name, values.get(form_field.name, "")):
                raise DomainError(problem)
        finished = self.nested({f.name: values[f.name] for f in asked if values.get(f.name, "").strip()})
        for fault in jsonschema.Draft202012Validator(self.schema).iter_errors(finished):
            raise DomainError(
                f"Tờ khai chưa hợp lệ ở ô “{'.'.join(map(str, fault.path)) or self.title}”, hãy xem lại."
            )

    def nested(self, values: Mapping[str, str]) -> dict[str, Any]:
        """The values as the schema has them: each group a list of its rows."""
        table: dict[str, Any] = {f.name: values[f.name] for f in self.fields if f.name in values}
        for section in self.sections:
            if section.group is None:
                continue
            row = {f.name.rpartition(".")[2]: table.pop(f.name) for f in section.fields if f.name in table}
            table.setdefault(section.group, [])
            if row:
                table[section.group].append(row)
        return {name: value for name, value in table.items() if value != []}

    def summed(self, form_field: FormField, values: Mapping[str, str]) -> str:
        """What a field that adds up comes to; empty while nothing is to be added."""
        group, _, column = (form_field.sum_of or "").partition(".")
        amounts = [
            int(values[f.name])
            for section in self.sections
            if section.group == group
            for f in section.fields
            if f.name.endswith(f".{column}") and values.get(f.name, "").isdigit()
        ]
        return str(sum(amounts)) if amounts else ""


def normalise_date(text: str) -> str:
    """dd/mm/yyyy with two digits each, as declarations print it."""
    return f"{parse_date(text):%d/%m/%Y}"


def is_date(text: str) -> bool:
    """True when the text is a day that exists."""
    try:
        parse_date(text)
    except DomainError:
        return False
    return True


def from_iso(text: str) -> date:
    """yyyy-mm-dd, as files and wires write a day."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 (a day has no zone)
    except (TypeError, ValueError):
        raise DomainError(f"“{text}” không phải ngày dạng năm-tháng-ngày, ví dụ đúng: 1988-05-17.") from None


def _part(part: Mapping[str, Any], schema: Mapping[str, Any]) -> Section | RowGroup:
    group = part.get("repeat")
    rules = schema["properties"][group]["items"] if group else schema
    required = set(rules.get("required", ()))
    fields = tuple(
        _field(
            entry,
            rules["properties"][entry["name"]],
            # One that is only asked in some cases is required there: the schema cannot ask for it always.
            entry["name"] in required or entry.get("required", False),
        )
        for entry in part["fields"]
    )
    if not group:
        return Section(part["title"], fields)
    if {f.name for f in fields} != set(rules["properties"]):
        raise ValueError(f"group {group}: layout and schema differ")
    least = schema["properties"][group].get("minItems", 1)
    most = schema["properties"][group].get("maxItems", 20)
    return RowGroup(group, part["title"], fields, least, most)


def _field(entry: Mapping[str, Any], rule: Mapping[str, Any], is_required: bool) -> FormField:
    return FormField(
        name=entry["name"],
        label=entry["label"],
        kind=entry.get("kind", "text"),
        is_required=is_required,
        is_wide=entry.get("wide", False),
        choices=tuple(rule.get("enum", ())),
        from_register=entry.get("from_register"),
        pattern=rule.get("pattern"),
        refusal=entry.get("refusal", f"Ô “{entry['label']}” chưa đúng dạng, hãy xem lại."),
        when=_conditions(entry.get("when", {})),
        sum_of=entry.get("sum_of"),
        check=entry.get("check"),
        copy_of=entry.get("copy_of"),
        copy_when=_conditions(entry.get("copy_when", {})),
    )


def _conditions(table: Mapping[str, Any]) -> Mapping[str, frozenset[str]]:
    return {name: frozenset([fit] if isinstance(fit, str) else fit) for name, fit in table.items()}


def _holds(when: Mapping[str, frozenset[str]], values: Mapping[str, str]) -> bool:
    return all(
        values.get(name, "").casefold() in {each.casefold() for each in fit} for name, fit in when.items()
    )
