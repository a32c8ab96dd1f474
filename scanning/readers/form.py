"""Reads any described kind of paper: its labels, the values after them and where those stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scanning.pages import Box, FieldReading
from scanning.readers.checks import after_checks, spelled_alike
from scanning.readers.columns import in_one_stream
from scanning.readers.days import dated_from, day_on_line
from scanning.readers.descriptions import PaperDescription, PrintedField
from scanning.readers.flow import Placed, Row, joined, rows_of
from scanning.readers.labels import Find, found_labels
from scanning.readers.member_table import read_table, table_rows
from scanning.readers.papers import PaperReading, ReadPage
from scanning.readers.spelling import canonical
from scanning.readers.value_types import ValueType
from scanning.readers.values import FieldZone, reading_of, spanned
from scanning.readers.zones import zones_of

_MARKS_KEPT_FROM = 0.93


@dataclass(frozen=True, slots=True)
class Reading:
    """A described paper as read from some pages, and the share of its labels that were found."""

    paper: PaperReading
    label_share: float


def read_form(pages: Sequence[ReadPage], first: int, description: PaperDescription) -> Reading:
    """The paper that begins on page number `first` (from 1), read as `description` says."""
    rows = rows_of(pages, first, description.pages)
    fields: list[FieldReading] = []
    top = bottom = 0
    if description.table:
        top, bottom = table_rows(rows, description.table)
    rest = (*rows[:top], *rows[bottom:]) if bottom > top else rows
    flow = joined(in_one_stream(rest, description.columns))
    labels = [field.labels for field in description.fields]
    chain = found_labels(flow, labels)
    marks_are_kept = _mark_share(flow, chain) >= _MARKS_KEPT_FROM
    values = {find.label: _words_after(flow, chain, place, description) for place, find in enumerate(chain)}
    for number, field in enumerate(description.fields):
        if field.name and number in values:
            words = [placed.word for placed in values[number]]
            page = flow[next(find.start for find in chain if find.label == number)].page
            reading = reading_of(
                field.name,
                field.type,
                words,
                page,
                is_boxed=field.is_boxed,
                usual=field.values,
                marks_are_kept=marks_are_kept,
            )
            if reading is not None:
                fields.append(reading)
    zones = zones_of(flow, chain, values, description, pages[first - 1])
    if description.table and bottom > top:
        read, table_zones = read_table(rows[top:bottom], description.table, marks_are_kept=marks_are_kept)
        fields += read
        zones += table_zones
    dated, dated_zones = _dated(rows, description, _used(values, description))
    fields += dated
    zones += dated_zones
    names = {field.name for field in description.fields if field.type is ValueType.NAME}
    checked = after_checks(spelled_alike(fields, names, flow), description.checks)
    share = len(chain) / len(labels)
    read_names = {reading.name for reading in checked}
    missing = tuple(
        field.name for field in description.fields if field.is_required and field.name not in read_names
    )
    places = () if description.is_printed_only else tuple(zones)
    return Reading(PaperReading(description.kind, 0.0, checked, places, missing), share)


def _words_after(
    flow: Sequence[Placed], chain: Sequence[Find], place: int, description: PaperDescription
) -> tuple[Placed, ...]:
    """The words between a label and the next, on as many lines as the field may take, in the same column."""
    find, field = chain[place], description.fields[chain[place].label]
    end = chain[place + 1].start if place + 1 < len(chain) else len(flow)
    label = flow[find.end - 1]
    rows: list[int] = []
    words: list[Placed] = []
    for placed in flow[find.end : end]:
        if (placed.page, placed.left, placed.right) != (label.page, label.left, label.right):
            break
        if placed.row not in rows:
            rows.append(placed.row)
            beyond = placed.row > label.row and len(rows) + (rows[0] > label.row) > field.lines
            if beyond or (placed.row > label.row and _is_not_ours(flow, placed, end, words, field)):
                break
        words.append(placed)
    return tuple(placed for placed in words if any(map(str.isalnum, placed.word.text)))


def _is_not_ours(
    flow: Sequence[Placed], placed: Placed, end: int, words: Sequence[Placed], field: PrintedField
) -> bool:
    """Whether a further line is no part of the value: a label that escaped the chain still ends in a colon, a line
    in capitals under a value in small letters is a heading, and place and day stand over the signatures."""
    line = [each.word.text for each in flow[:end] if each.row == placed.row and each.left == placed.left]
    text = " ".join(line)
    may_be_capital = field.type is ValueType.NAME or not words
    is_heading = (
        text.isupper() and not may_be_capital and not " ".join(each.word.text for each in words).isupper()
    )
    return any(word.endswith(":") for word in line) or is_heading or day_on_line(text) is not None


def _mark_share(flow: Sequence[Placed], chain: Sequence[Find]) -> float:
    """Share of the printed words of the labels whose marks were read as printed."""
    right = total = 0
    for find in chain:
        read = {canonical(placed.word.text.strip(".,:;()")) for placed in flow[find.start : find.end]}
        wanted = [canonical(word.strip(".,:;()")) for word in find.spelling.split()]
        total += len(wanted)
        right += sum(word in read for word in wanted)
    return right / total if total else 0.0


def _used(values: Mapping[int, Sequence[Placed]], description: PaperDescription) -> set[tuple[int, Box]]:
    """Page and box of every word that is part of a field's value."""
    return {
        (placed.page, placed.word.box)
        for number, words in values.items()
        if description.fields[number].name
        for placed in words
    }


def _dated(
    rows: Sequence[Row], description: PaperDescription, taken: set[tuple[int, Box]]
) -> tuple[list[FieldReading], list[FieldZone]]:
    """The day on the line "place, ngày … tháng … năm …", which has no label; the last such line counts."""
    for row in reversed(rows) if description.dated else ():
        start = dated_from([placed.word.text for placed in row])
        if start is None or any((placed.page, placed.word.box) in taken for placed in row[start:]):
            continue
        words = [placed.word for placed in row[start:]]
        box = spanned(words)
        zone = FieldZone(description.dated, row[0].page, box, (box,), tuple(words))
        reading = reading_of(description.dated, ValueType.DATE, words, row[0].page)
        return ([reading] if reading else []), [zone]
    return [], []
