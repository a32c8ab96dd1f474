"""Where the value of each described field stands on the page, so that handwriting can be looked for there."""

from collections.abc import Mapping, Sequence
from statistics import median

from scanning.pages import Box
from scanning.readers.descriptions import PaperDescription, PrintedField
from scanning.readers.flow import Placed
from scanning.readers.labels import Find
from scanning.readers.papers import ReadPage
from scanning.readers.values import FieldZone, united

_LINE_OF_TEXT = 1.6
"""Heights of a line of letters from one filled line to the next where nothing else tells."""


def zones_of(
    flow: Sequence[Placed],
    chain: Sequence[Find],
    values: Mapping[int, Sequence[Placed]],
    description: PaperDescription,
    page: ReadPage,
) -> list[FieldZone]:
    """One zone for each named field that could be placed: by its label, by its neighbours or as described."""
    by_label = {find.label: place for place, find in enumerate(chain)}
    height = _letter_height(flow)
    zones = []
    for number, field in enumerate(description.fields):
        if not field.name:
            continue
        if number in by_label:
            place = by_label[number]
            parts = _parts_after(flow, chain, place, field, height)
            first = flow[chain[place].start]
            words = tuple(placed.word for placed in values.get(number, ()))
            if words:
                parts = (_stretched(parts[0], words[0].box), *parts[1:])
            zones.append(FieldZone(field.name, first.page, united(parts), parts, words))
            continue
        inferred = _between(flow, chain, number, field, height) or _as_described(field, page)
        if inferred is not None:
            on_page, box = inferred
            zones.append(FieldZone(field.name, on_page, box, (box,), (), is_label_found=False))
    return zones


def _parts_after(
    flow: Sequence[Placed], chain: Sequence[Find], place: int, field: PrintedField, height: int
) -> tuple[Box, ...]:
    """Right of the label up to the next label or the column's edge, then whole lines down to the next label."""
    find = chain[place]
    last = flow[find.end - 1]
    on_line = [p.word.box for p in flow[find.start : find.end] if p.row == last.row]
    _, top, label_right, bottom = united(on_line)
    label_right = min(label_right, last.right)
    # Where labels have a column of their own, the value stands in the next one.
    left = max(label_right + height // 4, last.left if label_right <= last.left else 0)
    following = _next_label(flow, chain, place)
    right, limit = last.right, None
    if following is not None:
        if following.row == last.row and following.word.box[0] > left:
            right = following.word.box[0] - height // 4
        elif following.page == last.page and following.word.box[1] > bottom:
            limit = following.word.box[1]
    room = height // 2
    parts = [(left, max(0, top - room), max(right, left + height), bottom + room)]
    pitch = round(height * _LINE_OF_TEXT)
    for _ in range(1, field.lines):
        upper = parts[-1][3]
        lower = upper + pitch
        if limit is None or lower > limit + height // 4 or right != last.right:
            break
        parts.append((last.left, upper, last.right, lower))
    return tuple(parts)


def _next_label(flow: Sequence[Placed], chain: Sequence[Find], place: int) -> Placed | None:
    """First word of the next label of the same column, or of the next label below on the page."""
    own = flow[chain[place].end - 1]
    for find in chain[place + 1 :]:
        word = flow[find.start]
        if word.page == own.page and (word.row == own.row or word.word.box[1] > own.word.box[1]):
            return word
    return None


def _between(
    flow: Sequence[Placed], chain: Sequence[Find], number: int, field: PrintedField, height: int
) -> tuple[int, Box] | None:
    """The lines between the labels before and after, where there is room for a line."""
    before = next((find for find in reversed(chain) if find.label < number), None)
    after = next((find for find in chain if find.label > number), None)
    if before is None or after is None:
        return None
    upper, lower = flow[before.end - 1], flow[after.start]
    top, bottom = upper.word.box[3], lower.word.box[1]
    if upper.page != lower.page or bottom - top < height:
        # Perhaps on the same line as the label before.
        if upper.row == lower.row and lower.word.box[0] - upper.word.box[2] > 2 * height:
            return upper.page, (upper.word.box[2], upper.word.box[1], lower.word.box[0], upper.word.box[3])
        return None
    depth = round(height * _LINE_OF_TEXT) * (field.lines + 1)
    return upper.page, (upper.left, top, upper.right, min(bottom, top + depth))


def _as_described(field: PrintedField, page: ReadPage) -> tuple[int, Box] | None:
    if field.zone is None or not page.width or not page.height:
        return None
    left, top, right, bottom = field.zone
    box = (
        round(left * page.width),
        round(top * page.height),
        round(right * page.width),
        round(bottom * page.height),
    )
    return 1, box


def _letter_height(flow: Sequence[Placed]) -> int:
    """Typical height of a printed word in pixels."""
    heights = [placed.word.box[3] - placed.word.box[1] for placed in flow]
    return max(8, round(median(heights))) if heights else 40


def _stretched(part: Box, word: Box) -> Box:
    """A value may begin left of where its zone was thought to."""
    left, top, right, bottom = part
    return (
        (min(left, word[0]), min(top, word[1]), max(right, left + 1), max(bottom, word[3]))
        if (word[1] < bottom)
        else part
    )
