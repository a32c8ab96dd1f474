"""Judges and normalises what was read into one field: a value is sure only if something vouches for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scanning.pages import Box, FieldReading, FieldState, Word
from scanning.readers.value_types import Value, ValueType, normalised

_SURE_FROM = {
    # A closed list or the lexicon leaves little room for a wrong letter; single digits have nothing to hold them.
    ValueType.SEX: 0.70,
    ValueType.ETHNICITY: 0.80,
    ValueType.NATIONALITY: 0.75,
    ValueType.RELATION: 0.80,
    # Nothing but the engine's own word tells Huệ from Hóa.
    ValueType.NAME: 0.90,
    ValueType.COUNT: 0.90,
    ValueType.NUMBER: 0.90,
    ValueType.AREA: 0.90,
    ValueType.TIME: 0.88,
}
_SURE_FROM_OTHERWISE = 0.85
"""Least confidence of the engine in every single word of a sure value."""
_MARKED = frozenset(
    {
        ValueType.NAME, ValueType.ADDRESS, ValueType.OFFICE, ValueType.PHRASE, ValueType.SENTENCE, ValueType.TEXT,
        ValueType.ETHNICITY, ValueType.RELATION,
    }
)  # fmt: skip
"""Types whose values are wrong if a mark over a letter is lost."""
_SPECK_BELOW, _PLAIN_FROM = 0.3, 0.8
_EDGES = " .,:;_-–—…·'\"`‘’“”|"


def reading_of(
    name: str,
    kind: ValueType,
    words: Sequence[Word],
    page: int,
    *,
    is_boxed: bool = False,
    usual: Sequence[str] = (),
    marks_are_kept: bool = True,
) -> FieldReading | None:
    """The field as read; None where nothing is written there: a value is never invented.

    `usual` are wordings that vouch for a phrase. `marks_are_kept` is False on pages whose printed labels were read
    with marks missing: the engine is as sure of "Nà Bung" there as of "Nà Bủng", so no name or address is.
    """
    kept = _without_specks(words)
    raw = " ".join(_bare(word.text) for word in kept).strip(_EDGES)
    if not words or not any(map(str.isalnum, raw)):
        return None
    value = normalised(kind, raw, is_boxed=is_boxed, usual=usual)
    if len(kept) < len(words):
        value = replace(value, is_vouched=False)
    confidence, state = _judged(kind, value, kept, marks_are_kept=marks_are_kept)
    was = raw if state is FieldState.CORRECTED else ""
    return FieldReading(name, value.text, confidence, state, page, spanned(kept), raw=was)


def _without_specks(words: Sequence[Word]) -> Sequence[Word]:
    """Without words at either end, standing apart, that the engine does not believe itself: seals, rules, codes."""
    if not any(word.confidence >= _PLAIN_FROM for word in words):
        return words
    first, last = 0, len(words)
    while words[first].confidence < _SPECK_BELOW and _stand_apart(words[first], words[first + 1]):
        first += 1
    while words[last - 1].confidence < _SPECK_BELOW and _stand_apart(words[last - 2], words[last - 1]):
        last -= 1
    return words[first:last]


def _stand_apart(word: Word, following: Word) -> bool:
    """On different lines, or with more than a blank between them."""
    height = max(word.box[3] - word.box[1], following.box[3] - following.box[1])
    return following.box[1] >= word.box[3] or following.box[0] - word.box[2] > height


def _bare(text: str) -> str:
    """Without the quotation marks into which specks before a word are read; names keep theirs (H', K'Long)."""
    return text.lstrip("'\"`‘’“”|") or text


def _judged(
    kind: ValueType, value: Value, words: Sequence[Word], *, marks_are_kept: bool
) -> tuple[float, FieldState]:
    weakest = min(word.confidence for word in words)
    mean = sum(word.confidence for word in words) / len(words)
    confidence = (weakest + mean) / 2
    if not value.fits:
        return round(min(confidence, 0.5), 3), FieldState.DOUBTFUL
    if value.is_corrected:
        return round(min(confidence, 0.85), 3), FieldState.CORRECTED
    lost_marks = kind in _MARKED and not marks_are_kept
    if not value.is_vouched or lost_marks or weakest < _SURE_FROM.get(kind, _SURE_FROM_OTHERWISE):
        return round(min(confidence, 0.79), 3), FieldState.DOUBTFUL
    return round(confidence, 3), FieldState.SURE


@dataclass(frozen=True, slots=True)
class FieldZone:
    """Where the value of a field stands on the cleaned page, whether anything was read there or not."""

    name: str
    page: int
    """From 1."""
    box: Box
    """Around all of `parts`."""
    parts: tuple[Box, ...]
    """One box for each line the value may take: right of the label first, then the lines below."""
    words: tuple[Word, ...]
    """What the engine read there; from handwriting that is nothing, or nonsense."""
    is_label_found: bool = True
    """False where the printed label was not found and the place was inferred from its neighbours."""


def spanned(words: Sequence[Word]) -> Box:
    """The smallest box around all words."""
    return united([word.box for word in words])


def united(boxes: Sequence[Box]) -> Box:
    """The smallest box around all boxes."""
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
