"""`motcua intake --example`: a complete, valid visit of an invented person with its papers as pictures."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.domain.errors import DomainError
from app.domain.forms import Form, FormField
from app.domain.procedure import ComponentRequirement, ComponentUse, Procedure, ProcedureCase
from app.workflow.counter import Counter
from scanning.drivers.sample import SamplePaper, printed_paper, save_paper
from scanning.samples.kinds import SAMPLE_KINDS, print_sample
from scanning.samples.paper import PrintedSheet
from scanning.samples.people import SAMPLE_REQUESTER, SAMPLE_SUBJECT
from scanning.samples.sheets import print_plain_paper

_SEED = 7
#: The one declaration whose sample is about the same two people as the demo; its case is theirs.
_OWN_SAMPLE = "declaration_civil_extract"
_OWN_CASE = {"2.000635": "relative"}
_TRIED = (
    "Theo giấy tờ kèm theo",
    "Không",
    SAMPLE_SUBJECT.personal_id,
    f"{SAMPLE_SUBJECT.birth_date:%d/%m/%Y}",
    "2",
    "0912345678",
    "2026-2027",
    "5000000",
    "1985",
)
"""What a field takes that nothing printed speaks of: the first that its rule lets pass."""


def write_example(counter: Counter, code: str, out: Path) -> Path:
    """Writes visit.json and its papers into `out`; gives back the path of visit.json."""
    procedure = counter.procedures.get(code)
    if procedure is None:
        raise DomainError(
            f"Chưa có hồ sơ mẫu cho thủ tục {code}; các thủ tục có mẫu: {', '.join(counter.procedures)}."
        )
    form = counter.forms[procedure.form]
    case = procedure.case(_OWN_CASE.get(code, procedure.cases[0].code))
    out.mkdir(parents=True, exist_ok=True)
    sheets = [(paper, _sheet(paper)) for paper in _handed_in(procedure, case)]
    person = SAMPLE_REQUESTER
    visit = {
        "procedure": code,
        "case": case.code,
        "channel": "direct",
        "copies": 2,
        "return_by": "counter",
        "applicant": {
            "personal_id": person.personal_id,
            "full_name": person.full_name,
            "birth_date": person.birth_date.isoformat(),
            "phone": "0912345678",
            "email": "nguoi.mau@example.vn",
        },
        "card_qr": person.qr_payload(),
        # What an officer would type beside the papers; the rest comes from the card and the register.
        "form": _typed(form, sheets),
        "components": [
            {
                "code": paper.code,
                "originals": paper.originals,
                "copies": paper.copies,
                "paths": [save_paper(sheet, out / f"giay-{number}.jpg").name],
            }
            for number, (paper, sheet) in enumerate(sheets, 1)
        ],
    }
    path = out / "visit.json"
    path.write_text(json.dumps(visit, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def _handed_in(procedure: Procedure, case: ProcedureCase) -> Iterator[ComponentRequirement]:
    for paper in procedure.components_of(case.code):
        if paper.use is ComponentUse.SUBMIT and paper.is_required and "register" not in paper.proven_by:
            yield paper


def _sheet(paper: ComponentRequirement) -> PrintedSheet:
    if paper.reader == _OWN_SAMPLE:
        return printed_paper(SamplePaper.DECLARATION)
    if paper.reader == "authorization":
        return printed_paper(SamplePaper.AUTHORIZATION)
    if paper.reader in SAMPLE_KINDS:
        return print_sample(paper.reader, _SEED)
    return print_plain_paper(paper.name, SAMPLE_REQUESTER.full_name)


def _typed(form: Form, sheets: Sequence[tuple[ComponentRequirement, PrintedSheet]]) -> dict[str, str]:
    """Every field that must have a value and is not the applicant's: as printed, else one that its rule takes."""
    printed: dict[str, str] = {}
    for paper, sheet in sheets:
        for read_name, target in paper.fills.items():
            if value := sheet.fields.get(read_name, ""):
                printed.setdefault(target, value)
    # The counter itself says whom a declaration is addressed to, unless the paper does.
    applicants = {*form.applicant.values(), *({"addressee"} - set(printed))}
    values: dict[str, str] = {}
    rows: dict[str, int] = {}
    for target in printed:
        group, _, rest = target.partition(".")
        if rest:
            rows[group] = max(rows.get(group, 1), int(rest.partition(".")[0]))
    grown = form.with_rows(rows)
    for field in grown.fields:
        if field.name in applicants or field.sum_of is not None or not field.is_asked(values):
            continue
        value = printed.get(field.name, "")
        if value and grown.problem(field.name, value) is None:
            values[field.name] = value
        elif field.is_required:
            values[field.name] = _any_value(grown, field)
    return values


def _any_value(form: Form, field: FormField) -> str:
    tried = (*field.choices, *_TRIED)
    if field.name.endswith("name"):
        tried = (SAMPLE_SUBJECT.full_name, *tried)
    for value in tried:
        if form.problem(field.name, value) is None:
            return value
    raise DomainError(f"Ô “{field.label}” chưa có giá trị mẫu.")
