"""Finds the printed labels of a described paper among the words that were read.

Labels repeat on a form ("Nơi cư trú" of two people) and some are misread, so they are not sought one by one:
the best chain of finds in the form's own order is chosen for the whole paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from scanning.readers.flow import Placed
from scanning.readers.spelling import folded

_LIKE_ENOUGH = 78.0
_LONGEST_NUMBER = 4
_LEAP = 2.0
"""What it costs to pass over a label of the form."""


@dataclass(frozen=True, slots=True)
class Find:
    """One label as found: words `start` to before `end` of the flow."""

    label: int
    start: int
    end: int
    score: float
    spelling: str


def found_labels(flow: Sequence[Placed], labels: Sequence[Sequence[str]]) -> tuple[Find, ...]:
    """The likeliest finds in the order of `labels`, each a list of spellings; not every label is found."""
    chain = _best_chain(_finds(flow, labels), len(labels))
    return tuple(replace(find, start=_with_number(flow, find.start)) for find in chain)


def _with_number(flow: Sequence[Placed], start: int) -> int:
    """A label's running number ("II.", "4.") that opens its line belongs to the label, however it was read."""
    before = start - 1
    if before < 0 or flow[before].row != flow[start].row or len(flow[before].word.text) > _LONGEST_NUMBER:
        return start
    opens_line = before == 0 or flow[before - 1].row != flow[before].row
    return before if opens_line else start


def best_window(words: Sequence[str], spellings: Sequence[str]) -> tuple[int, int, float] | None:
    """Start, end and score (0..100) of the words that spell one of `spellings` best; None below the floor.

    `words` are folded.
    """
    best: tuple[int, int, float] | None = None
    for spelling in spellings:
        letters, count = folded(spelling), len(spelling.split())
        for start in range(len(words)):
            for end in _ends(start, count, len(words)):
                if not words[start] or not words[end - 1]:
                    continue
                score = fuzz.ratio(letters, "".join(words[start:end]), score_cutoff=_floor(letters))
                if score and (best is None or score > best[2]):
                    best = (start, end, score)
    return best


def _ends(start: int, count: int, limit: int) -> range:
    return range(start + max(1, count - 2), min(limit, start + count + 2) + 1)


def _finds(flow: Sequence[Placed], labels: Sequence[Sequence[str]]) -> list[Find]:
    words = [folded(placed.word.text) for placed in flow]
    wanted = [
        (number, spelling, folded(spelling), len(spelling.split()))
        for number, spellings in enumerate(labels)
        for spelling in spellings
    ]
    finds: dict[tuple[int, int], Find] = {}
    for start, first in enumerate(words):
        if not first:
            continue
        for number, spelling, letters, count in wanted:
            for end in _ends(start, count, len(words)):
                if not _is_near(flow[start], flow[end - 1]):
                    break
                # A word without letters at the end belongs to no label.
                if not words[end - 1]:
                    continue
                score = fuzz.ratio(letters, "".join(words[start:end]), score_cutoff=_floor(letters))
                known = finds.get((number, start))
                if score and (known is None or (score, end) > (known.score, known.end)):
                    finds[number, start] = Find(number, start, end, score, spelling)
    return list(finds.values())


def _is_near(first: Placed, last: Placed) -> bool:
    """A label may run over one line's end, never from one column into another."""
    return last.row - first.row <= 1 and (first.left, first.right) == (last.left, last.right)


def _floor(letters: str) -> float:
    """Short labels have to match better: "số" is found everywhere."""
    return 99.0 if len(letters) < 4 else 86.0 if len(letters) < 7 else _LIKE_ENOUGH


def _best_chain(found: list[Find], count: int) -> tuple[Find, ...]:
    """The finds in printed order whose labels are in the form's order and match best together."""
    finds = sorted(found, key=lambda find: (find.start, find.end))
    worth: list[float] = []
    before: list[int] = []
    for place, find in enumerate(finds):
        # Long labels say more than short ones; a neighbour in the form's order is likelier than a leap.
        own = find.score * (1 + 0.02 * len(find.spelling.split()))
        best, chosen = own, -1
        for earlier in range(place):
            other = finds[earlier]
            if other.label < find.label and other.end <= find.start:
                total = worth[earlier] + own - _LEAP * (find.label - other.label - 1)
                if total > best:
                    best, chosen = total, earlier
        worth.append(best)
        before.append(chosen)
    if not finds:
        return ()
    last = max(range(len(finds)), key=lambda place: worth[place] - _LEAP * (count - 1 - finds[place].label))
    chain = []
    while last >= 0:
        chain.append(finds[last])
        last = before[last]
    return tuple(chain[::-1])
