"""Finds the printed labels of a known form in what was read, and the words that stand after each.

Labels repeat on a form ("Nơi cư trú" of two people) and some are misread, so they are not sought one by one:
the best chain of finds in the form's own order is chosen for the whole page.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz

from scanning.pages import PageText, Word

_LIKE_ENOUGH = 78.0


@dataclass(frozen=True, slots=True)
class Label:
    """One printed label; `name` is the field after it, empty where nothing is filled in."""

    name: str
    text: str
    lines: int = 1
    """How many lines its value may take."""


@dataclass(frozen=True, slots=True)
class _Find:
    label: int
    line: int
    start: int
    end: int
    score: float

    def precedes(self, other: "_Find") -> bool:
        return (self.line, self.end) <= (other.line, other.start)


def folded(text: str) -> str:
    """Small letters and digits only, without marks or spaces: what survives a poor reading."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D")).lower()
    return re.sub(r"[^a-z0-9]", "", plain)


def title_score(text: PageText, title: str) -> float:
    """0..1: how well one line, or two neighbouring ones, spell the title of a paper."""
    wanted = folded(title)
    lines = [folded(line.text) for line in text.lines[:14]]
    joined = [first + second for first, second in pairwise(lines)]
    return max((fuzz.ratio(wanted, line) for line in lines + joined), default=0.0) / 100


def values_after(text: PageText, labels: Sequence[Label]) -> tuple[dict[str, tuple[Word, ...]], float]:
    """The words filled in after each label that was found, and the share of labels found.

    A label that was found with nothing after it gives an empty tuple.
    """
    chain = _best_chain(_finds(text, labels), len(labels))
    values: dict[str, tuple[Word, ...]] = {}
    for place, find in enumerate(chain):
        label = labels[find.label]
        if label.name:
            following = chain[place + 1] if place + 1 < len(chain) else None
            values[label.name] = _words_between(text, find, following, label.lines)
    return values, len(chain) / len(labels)


def _finds(text: PageText, labels: Sequence[Label]) -> list[_Find]:
    finds = []
    wanted = [(folded(label.text), len(label.text.split())) for label in labels]
    for row, line in enumerate(text.lines):
        words = [folded(word.text) for word in line.words]
        for number, (letters, count) in enumerate(wanted):
            for start in range(len(words)):
                best: _Find | None = None
                for end in range(start + max(1, count - 2), min(len(words), start + count + 2) + 1):
                    score = fuzz.ratio(letters, "".join(words[start:end]))
                    if score >= _floor(letters) and (best is None or score > best.score):
                        best = _Find(number, row, start, end, score)
                if best is not None:
                    finds.append(best)
    return finds


def _floor(letters: str) -> float:
    """Short labels have to match better: "số" is found everywhere."""
    return 99.0 if len(letters) < 4 else _LIKE_ENOUGH


def _best_chain(finds: list[_Find], count: int) -> list[_Find]:
    """The finds in printed order whose labels are in the form's order and match best together."""
    finds = sorted(finds, key=lambda find: (find.line, find.start, find.end))
    worth: list[float] = []
    before: list[int] = []
    for place, find in enumerate(finds):
        # Long labels say more than short ones; a neighbour in the form's order is likelier than a leap.
        own = find.score * (1 + 0.02 * (find.end - find.start))
        best, chosen = own, -1
        for earlier in range(place):
            other = finds[earlier]
            if other.label < find.label and other.precedes(find):
                leap = find.label - other.label - 1
                total = worth[earlier] + own - 2.0 * leap
                if total > best:
                    best, chosen = total, earlier
        worth.append(best)
        before.append(chosen)
    if not finds:
        return []
    last = max(range(len(finds)), key=lambda place: worth[place] - 2.0 * (count - 1 - finds[place].label))
    chain = []
    while last >= 0:
        chain.append(finds[last])
        last = before[last]
    return chain[::-1]


def _words_between(text: PageText, find: _Find, following: _Find | None, lines: int) -> tuple[Word, ...]:
    words: list[Word] = []
    for row in range(find.line, min(find.line + lines, len(text.lines))):
        line = text.lines[row].words
        start = find.end if row == find.line else 0
        end = len(line)
        if following is not None and row == following.line:
            end = following.start
        elif following is not None and row > following.line:
            break
        # A label that escaped the chain still ends in a colon: what follows is not ours.
        if row > find.line and any(word.text.endswith(":") for word in line[:end]):
            break
        words += line[start:end]
    return tuple(word for word in words if any(map(str.isalnum, word.text)))
