"""Puts the words of a page into the order in which a person reads them."""

import re
from dataclasses import replace

from rapidfuzz import fuzz

from scanning.lexicon import without_marks
from scanning.pages import PageText, TextLine, Word
from scanning.spelling import mended_number

_LOWEST_CONFIDENCE = 0.3
_STATE_HEADINGS = ("cong hoa xa hoi chu nghia viet nam", "dang cong san viet nam", "doc lap tu do hanh phuc")
_HEADING_LIKENESS = 75
_LEADER = re.compile(r"^[.…·_]{2,}|[.…·_]{2,}$|…$")
_RULE = re.compile(r"[.…·_¬|~]+")
_LABEL_WITH_VALUE = re.compile(r"(ngày|Ngày|tháng|năm|số:?|Số:?)(\d[\d/]*)|([^\W\d_]{2,}:)([^\W\d_]\S*)")


def in_reading_order(text: PageText, width: int, height: int) -> PageText:
    """Noise left out, and the two columns of an official letter's head read one after the other.

    The engine is told to take a page as one block, which reads best; a head with the agency on the left and
    the state heading on the right then comes out row by row, and is put right here.
    """
    lines = [kept for line in text.lines if (kept := _without_noise(line)) is not None]
    depth, gutter = _head_gutter(lines, width, height)
    if depth:
        left = [part for line in lines[:depth] if (part := _part(line, 0, gutter))]
        right = [part for line in lines[:depth] if (part := _part(line, gutter, width))]
        # A table has gaps too: only beside the State's heading is a gap the gutter of a letter's head.
        if _is_state_heading(right):
            lines = [*left, *right, *lines[depth:]]
    return PageText(tuple(lines))


def _is_state_heading(lines: list[TextLine]) -> bool:
    text = without_marks(" ".join(line.text for line in lines))
    return any(fuzz.partial_ratio(words, text) >= _HEADING_LIKENESS for words in _STATE_HEADINGS)


def _without_noise(line: TextLine) -> TextLine | None:
    """Pen strokes, seals and specks come out as unlikely words without a letter, or as a short unlikely line."""
    words = tuple(
        word
        for found in line.words
        for word in _unglued(mended_number(_without_leader(found)))
        if any(map(str.isalnum, word.text))
        or (word.confidence >= _LOWEST_CONFIDENCE and _RULE.fullmatch(word.text) is None)
    )
    letters = sum(character.isalnum() for word in words for character in word.text)
    if letters == 0 or max(word.confidence for word in words) < (0.6 if letters < 4 else 0.4):
        return None
    return TextLine(words)


def _without_leader(word: Word) -> Word:
    """Full stops of a dotted rule that the engine took for the word's end or beginning."""
    text = _LEADER.sub("", word.text)
    if text == word.text or not text:
        return word
    # A full stop is about half as wide as the mean letter.
    left, top, right, bottom = word.box
    share = len(text) / (len(text) + 0.5 * (len(word.text) - len(text)))
    return replace(word, text=text, box=(left, top, left + round((right - left) * share), bottom))


def _unglued(word: Word) -> tuple[Word, ...]:
    """ "tháng5" and "tộc:Ê" as two words: what is filled in often stands close to its label."""
    glued = _LABEL_WITH_VALUE.fullmatch(word.text)
    if glued is None:
        return (word,)
    label, value = (part for part in glued.groups() if part is not None)
    left, top, right, bottom = word.box
    # Each letter and digit is about as wide as the mean.
    middle = left + round((right - left) * len(label) / len(word.text))
    return (
        Word(label, word.confidence, (left, top, middle, bottom)),
        Word(value, word.confidence, (middle, top, right, bottom)),
    )


def _part(line: TextLine, left: float, right: float) -> TextLine | None:
    words = tuple(word for word in line.words if left <= (word.box[0] + word.box[2]) / 2 < right)
    return TextLine(words) if words else None


def _head_gutter(lines: list[TextLine], width: int, height: int) -> tuple[int, float]:
    """How many lines from the top stand in two columns, and where the gap between them lies.

    At least two lines must bear words on both sides of one gap near the middle.
    """
    if not lines or not lines[0].words:
        return 0, 0.0
    open_from, open_to = 0.22 * width, 0.72 * width
    depth, split = 0, 0
    for line in lines:
        if line.words[0].box[1] > 0.35 * height:
            break
        gap = _gap_within(line.words, open_from, open_to, 0.03 * width)
        if gap is None:
            break
        open_from, open_to, both = gap
        depth += 1
        split += both
    return (depth, (open_from + open_to) / 2) if split >= 2 else (0, 0.0)


def _gap_within(
    words: tuple[Word, ...], start: float, end: float, least: float
) -> tuple[float, float, bool] | None:
    """The widest stretch of [start, end] free of words, and whether words stand on both sides of it."""
    best: tuple[float, float] = (0.0, 0.0)
    reached = start
    for word in sorted(words, key=lambda word: word.box[0]):
        here = min(float(word.box[0]), end)
        if here - reached > best[1] - best[0]:
            best = (reached, here)
        reached = max(reached, float(word.box[2]))
    if end - reached > best[1] - best[0]:
        best = (reached, end)
    if best[1] - best[0] < least:
        return None
    both = any(word.box[2] <= best[0] for word in words) and any(word.box[0] >= best[1] for word in words)
    return (*best, both)
