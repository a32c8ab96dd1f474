"""The office's rules, from settings, from what the program ships, and from the province's own folder.

`MOTCUA_HOME/procedures/CODE.toml` and `MOTCUA_HOME/forms/NAME.toml` with `NAME.schema.json` have the same shape as the
shipped ones and win over them: a province adds a procedure or changes its guidance without code. `calendar.toml` has the
shape of the shipped calendar and comes on top of it: days off, days worked in lieu, hours. `outcomes.toml` and
`reasons.toml` do the same for the limits of outcomes and the reasons for refusing. `linked/KEY.toml` names procedures
that go together.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import resources
from app.catalogue.offering import GENERAL_FORM, CatalogueFinder, catalogue_of, from_catalogue
from app.config import ConfigError, Settings
from app.domain.addresses import Units
from app.domain.calendar import StartRule, SupplementRule, WorkingCalendar
from app.domain.codes import AgencyId
from app.domain.dossier import Agency
from app.domain.errors import DomainError
from app.domain.forms import Form
from app.domain.linked import LinkedProcedures
from app.domain.officers import Officer, Role
from app.domain.outcome_rules import OutcomeRules, RefusalReason, reasons_from, rules_from
from app.domain.procedure import Procedure
from app.workflow.counter import Counter

_Row = TypeVar("_Row")


def load_counter(settings: Settings) -> Counter:
    """What every visit at this station shares; ConfigError names the file of the province that cannot be used."""
    agency = settings.agency
    procedures = _procedures(settings.home / "procedures")
    shelf = catalogue_of(settings.home)
    forms = {
        name: load_form(name, settings.home / "forms")
        for name in {GENERAL_FORM, *(p.form for p in procedures.values())}
    }
    return Counter(
        agency=Agency(AgencyId.parse(agency.id), agency.name, agency.superior, agency.lines, agency.place),
        counter_name=settings.station.counter,
        officer=Officer(
            settings.officer.id, settings.officer.name, settings.officer.role, Role.ADMINISTRATOR
        ),
        calendar=_calendar(settings.home / "calendar.toml"),
        start_rule=StartRule(settings.rules.start),
        supplement_rule=SupplementRule(settings.rules.supplement),
        outcome_rules=_outcome_rules(settings.home / "outcomes.toml"),
        refusal_reasons=_refusal_reasons(settings.home / "reasons.toml"),
        phone=settings.station.phone,
        procedures=procedures,
        forms=forms,
        links=_links(settings.home / "linked", procedures, forms),
        council_fees=settings.fees,
        units=load_units(),
        finder=CatalogueFinder(procedures, settings.station.usual, shelf),
        elsewhere=from_catalogue(shelf),
    )


def load_form(name: str, own: Path | None = None) -> Form:
    """A declaration's layout and schema; the province's own where it has one."""
    if own is not None and (own / f"{name}.toml").exists():
        layout, schema = own / f"{name}.toml", own / f"{name}.schema.json"
        try:
            return _form(_toml(layout), json.loads(schema.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as wrong:
            raise _unusable(layout, wrong) from wrong
    return _form(
        resources.load_toml("forms", f"{name}.toml"), resources.load_json("forms", f"{name}.schema.json")
    )


def _form(layout: dict[str, Any], schema: dict[str, Any]) -> Form:
    """Puts in what many declarations share: a section that says `use = NAME` is that of common.toml."""
    shared, rules = (
        resources.load_toml("forms", "common.toml"),
        resources.load_json("forms", "common.schema.json"),
    )
    sections, properties, required = [], dict(schema["properties"]), list(schema.get("required", ()))
    for section in layout["sections"]:
        if (used := section.get("use")) is not None:
            section = shared[used]
            properties |= rules["$defs"][used]["properties"]
            required += rules["$defs"][used].get("required", ())
        sections.append(section)
    applicant = layout.get("applicant", shared["applicant_fields"])
    return Form.from_tables(
        {**layout, "sections": sections, "applicant": applicant},
        {**schema, "properties": properties, "required": required},
    )


def load_units() -> Units:
    """The provinces and communes in force."""
    return Units.from_table(resources.load_json("units", "units-2026-07-25.json"))


def _calendar(own: Path) -> WorkingCalendar:
    """The country's days off, with the office's own file on top."""
    shipped = WorkingCalendar.from_table(resources.load_toml("calendar", "2026.toml"))
    if not own.exists():
        return shipped
    try:
        return shipped.with_office_days(_toml(own))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise _unusable(own, wrong) from wrong


def _outcome_rules(own: Path) -> tuple[OutcomeRules, ...]:
    """The limits of outcomes; the office's own come first, so that they win on the days they name."""
    shipped = rules_from(resources.load_toml("outcomes.toml"))
    return _own(own, rules_from) + shipped


def _refusal_reasons(own: Path) -> tuple[RefusalReason, ...]:
    """Reasons for refusing to receive; one of the office's own with the same code takes the shipped one's place."""
    added = _own(own, reasons_from)
    shipped = reasons_from(resources.load_toml("reasons.toml"))
    return added + tuple(r for r in shipped if r.code not in {mine.code for mine in added})


def _own(path: Path, read: Callable[[dict[str, Any]], tuple[_Row, ...]]) -> tuple[_Row, ...]:
    if not path.exists():
        return ()
    try:
        return read(_toml(path))
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        raise _unusable(path, wrong) from wrong


def _procedures(own: Path) -> dict[str, Procedure]:
    shipped = (
        Procedure.from_table(resources.load_toml("procedures", path.name))
        for path in sorted(resources.path("procedures").glob("*.toml"))
    )
    found = {str(procedure.code): procedure for procedure in shipped}
    for path in sorted(own.glob("*.toml")):
        try:
            procedure = Procedure.from_table(_toml(path))
        except (OSError, ValueError, KeyError, TypeError, DomainError) as wrong:
            raise _unusable(path, wrong) from wrong
        found[str(procedure.code)] = procedure
    return found


def _links(
    own: Path, procedures: Mapping[str, Procedure], forms: Mapping[str, Form]
) -> dict[str, LinkedProcedures]:
    """All are checked, the shipped ones too: a province may have changed a procedure or a declaration under them."""
    found: dict[str, LinkedProcedures] = {}
    for path in [*sorted(resources.path("linked").glob("*.toml")), *sorted(own.glob("*.toml"))]:
        try:
            link = LinkedProcedures.from_table(_toml(path))
            link.check(procedures, forms)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, DomainError) as wrong:
            raise _unusable(path, wrong) from wrong
        found[link.key] = link
    return found


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _unusable(path: Path, wrong: Exception) -> ConfigError:
    return ConfigError(f"Tệp {path.name} của tỉnh không dùng được ({wrong}); hãy sửa hoặc bỏ tệp này ra.")
