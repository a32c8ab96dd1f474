"""Declarations (tờ khai) as data: a JSON Schema 2020-12 says what is valid, a layout how it is shown.

Values are plain strings as a person writes them (dates dd/mm/yyyy); the schema's `format` and `pattern`
check them, the layout's `refusal` is the sentence a person gets when a check fails.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Section:
    """A titled group of fields in the order of the paper."""

    title: str
    fields: tuple[FormField, ...]


@dataclass(frozen=True)
class Form:
    """A declaration: its sections, and the schema a finished one must satisfy."""

    name: str
    title: str
    sections: tuple[Section, ...]
    schema: Mapping[str, Any]
    applicant: Mapping[str, str]  # attribute of Applicant -> the field that holds it

    @classmethod
    def from_tables(cls, layout: Mapping[str, Any], schema: Mapping[str, Any]) -> Form:
        """Joins resources/forms/NAME.toml with NAME.schema.json; a field missing in either is an error."""
        properties: Mapping[str, Any] = schema["properties"]
        required = set(schema.get("required", ()))
        sections = tuple(
            Section(
                part["title"],
                tuple(
                    _field(entry, properties[entry["name"]], entry["name"] in required)
                    for entry in part["fields"]
                ),
            )
            for part in layout["sections"]
        )
        shown = {f.name for s in sections for f in s.fields}
        if shown != set(properties):
            raise ValueError(f"form {layout['name']}: layout and schema differ in {shown ^ set(properties)}")
        return cls(layout["name"], layout["title"], sections, schema, layout["applicant"])

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
        for form_field in self.fields:
            if problem := self.problem(form_field.name, values.get(form_field.name, "")):
                raise DomainError(problem)
        finished = {name: value for name, value in values.items() if value.strip()}
        for fault in jsonschema.Draft202012Validator(self.schema).iter_errors(finished):
            raise DomainError(
                f"Tờ khai chưa hợp lệ ở ô “{'.'.join(map(str, fault.path)) or self.title}”, hãy xem lại."
            )


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
    )
