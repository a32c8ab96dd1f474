"""Descriptions of kinds of paper: data that anyone may add to, read from TOML and checked once.

The files of `resources/papers` come with the program. A second folder may add kinds and replace shipped ones of
the same kind, so that a province describes its own papers without a line of code.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import resources
from scanning.readers.errors import PaperDescriptionInvalid
from scanning.readers.tables_of_keys import Table
from scanning.readers.value_types import ValueType

Share = float
"""0..1 of a length."""


@dataclass(frozen=True, slots=True)
class PrintedField:
    """One printed label and the field after it; without a name, printed text that only ends the field before."""

    name: str
    labels: tuple[str, ...]
    """Spellings in use; the best match on the page counts."""
    type: ValueType
    lines: int
    """How many lines its value may take."""
    is_required: bool
    is_boxed: bool
    """One ruled box for each digit."""
    values: tuple[str, ...]
    """Usual wordings of a phrase: only they can be sure."""
    zone: tuple[Share, Share, Share, Share] | None
    """Left, top, right, bottom as shares of the page: where to look if no label is found."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Printed words by which a kind of paper is known."""

    text: str
    weight: float
    is_must: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """Two people side by side: each has a column, with labels of its own or with common ones on the left."""

    have_own_labels: bool
    heads: tuple[tuple[str, ...], tuple[str, ...]]
    until: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableColumn:
    name: str
    """Empty for a column that is not kept, such as the running number."""
    type: ValueType


@dataclass(frozen=True, slots=True)
class RowTable:
    """A table of like rows; its fields are PREFIX_1_COLUMN, PREFIX_2_COLUMN and so on."""

    prefix: str
    after: tuple[str, ...]
    until: tuple[str, ...]
    edges: tuple[Share, ...]
    columns: tuple[TableColumn, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """A rule by which fields vouch for or contradict each other; the rules stand in `checks`."""

    rule: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PaperDescription:
    """All that the reader has to know of one kind of paper."""

    kind: str
    name: str
    """In Vietnamese, for people."""
    titles: tuple[str, ...]
    anchors: tuple[Anchor, ...]
    pages: int
    fields: tuple[PrintedField, ...]
    checks: tuple[Check, ...]
    components: tuple[str, ...]
    """Codes of dossier components for which this paper is handed in."""
    dated: str
    """The field for the day on the line of place and day; empty for none."""
    columns: Columns | None
    table: RowTable | None
    is_printed_only: bool
    """Nobody fills it in by hand, so no zones are given in which a hand would be looked for."""


RULES = ("number_fits_person", "same_day", "same_year")


def paper_descriptions(folder: Path | None = None) -> tuple[PaperDescription, ...]:
    """The kinds of paper that are known, those of `folder` added to or in place of the shipped ones.

    Raises PaperDescriptionInvalid naming the file and the key.
    """
    known = {description.kind: description for description in _in_folder(resources.path("papers"))}
    if folder is not None:
        known |= {description.kind: description for description in _in_folder(folder)}
    return tuple(known.values())


@cache
def _in_folder(folder: Path) -> tuple[PaperDescription, ...]:
    return tuple(read_description(file) for file in sorted(folder.glob("*.toml")))


def read_description(file: Path) -> PaperDescription:
    """One description; raises PaperDescriptionInvalid."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PaperDescriptionInvalid(file.name, "toàn bộ tệp", "không đọc được theo dạng TOML") from error
    table = Table(file.name, "", content)
    fields = tuple(map(_field, table.tables("fields")))
    description = PaperDescription(
        kind=table.text("kind"),
        name=table.text("name"),
        titles=table.texts("titles"),
        anchors=tuple(
            Anchor(anchor.text("text"), anchor.number("weight", 1), anchor.flag("must"))
            for anchor in table.tables("anchors", least=0)
        ),
        pages=round(table.number("pages", 1)),
        fields=fields,
        checks=tuple(_check(check) for check in table.tables("checks", least=0)),
        components=table.texts("components", least=0),
        dated=table.text("dated", ""),
        columns=_columns(table.table("columns")),
        table=_row_table(table.table("table")),
        is_printed_only=table.flag("printed_only"),
    )
    table.refuse_others()
    names = [field.name for field in fields if field.name]
    if len(set(names)) != len(names):
        raise PaperDescriptionInvalid(file.name, "fields", "có hai trường trùng tên")
    return description


def _field(table: Table) -> PrintedField:
    zone = table.numbers("zone")
    if zone and (len(zone) != 4 or not all(0 <= share <= 1 for share in zone)):
        table.refuse("zone", "phải là bốn số từ 0 đến 1")
    made = PrintedField(
        name=table.text("name", ""),
        labels=table.texts("labels"),
        type=_type(table),
        lines=round(table.number("lines", 1)),
        is_required=table.flag("required"),
        is_boxed=table.flag("boxed"),
        values=table.texts("values", least=0),
        zone=(zone[0], zone[1], zone[2], zone[3]) if zone else None,
    )
    table.refuse_others()
    return made


def _type(table: Table) -> ValueType:
    word = table.text("type", "text")
    try:
        return ValueType(word)
    except ValueError:
        table.refuse("type", f"có giá trị “{word}” không thuộc các loại đã biết")


def _check(table: Table) -> Check:
    rule = table.text("rule")
    if rule not in RULES:
        table.refuse("rule", f"có giá trị “{rule}” không thuộc các quy tắc đã biết")
    return Check(rule, table.texts("fields", least=2))


def _columns(table: Table | None) -> Columns | None:
    if table is None:
        return None
    heads = table.lists_of_texts("heads")
    labels = table.text("labels")
    if len(heads) != 2 or labels not in ("left", "each"):
        table.refuse("heads", "phải có đúng hai cột, và labels là “left” hoặc “each”")
    made = Columns(labels == "each", (heads[0], heads[1]), table.texts("until"))
    table.refuse_others()
    return made


def _row_table(table: Table | None) -> RowTable | None:
    if table is None:
        return None
    columns = []
    for column in table.tables("columns"):
        columns.append(TableColumn(column.text("name", "", may_be_empty=True), _type(column)))
        column.refuse_others()
    edges = table.numbers("edges")
    if len(edges) != len(columns) + 1 or list(edges) != sorted(edges):
        table.refuse("edges", "phải tăng dần và nhiều hơn số cột đúng một số")
    made = RowTable(table.text("prefix"), table.texts("after"), table.texts("until"), edges, tuple(columns))
    table.refuse_others()
    return made
