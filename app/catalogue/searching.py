"""Finds procedures as a hurried person types: without marks, halves of words, codes, slips of the finger."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from app.catalogue.folding import folded
from app.catalogue.versions import IndexLine

_WORD = re.compile(r"[a-z0-9]+")
_CODE = re.compile(r"[\d.]+")
_SHORTEST_SLIP = 3
"""Shorter words are a letter away from half of all words."""
_WHOLE, _BEGUN, _SLIPPED = 1.0, 0.85, 0.6
_WORTH_OF_COMMON = 0.2
_LOOKED_AT = 200
_LEAST_SCORE = 0.1
#: In nearly every name: typed or not, they tell little.
_COMMON = frozenset(("thu", "tuc", "va", "cua", "cho", "theo", "tai", "doi", "voi", "viec", "cac"))


@dataclass(frozen=True)
class Hit:
    """A procedure that fits, and how well (1 is best)."""

    line: IndexLine
    score: float


class CatalogueSearch:
    """An index in memory: 6,400 names take some megabytes and a few milliseconds a question."""

    def __init__(self, lines: Iterable[IndexLine], favoured: Iterable[str] = ()) -> None:
        """`favoured` are codes of procedures that this counter has prepared: among equals they come first."""
        self._lines: Sequence[IndexLine] = tuple(lines)
        self._codes = {line.code: n for n, line in enumerate(self._lines)}
        self._heard = [_as_heard(line.name) for line in self._lines]
        ours = frozenset(favoured)
        self._favoured = np.array([line.code in ours for line in self._lines], np.float32)
        places: dict[str, list[int]] = defaultdict(list)
        lengths = []
        for n, heard in enumerate(self._heard):
            words = set(_WORD.findall(heard))
            lengths.append(max(1, len(words - _COMMON)))
            for word in words:
                places[word].append(n)
        self._lengths = np.array(lengths, np.float32)
        self._places = {word: np.array(found, np.int32) for word, found in places.items()}
        self._vocabulary = sorted(places)

    def find(self, asked: str, limit: int = 20) -> tuple[Hit, ...]:
        """The best fitting, best first; a code or its beginning finds just these. Nothing fits no words."""
        asked = asked.strip()
        if _CODE.fullmatch(asked) and (found := self._by_code(asked)):
            return tuple(Hit(self._lines[n], 1.0) for n in found[:limit])
        words = _WORD.findall(_as_heard(asked))
        if not words or not self._lines:
            return ()
        worths = [_WORTH_OF_COMMON if word in _COMMON else 1.0 for word in words]
        fit = np.zeros(len(self._lines), np.float32)
        for worth, word in zip(worths, words, strict=True):
            fit += worth / sum(worths) * self._fitting(word)
        covered = np.minimum(1.0, len(words) / self._lengths)
        # Words first; then how much of the name was asked for, and what is prepared here.
        scores = fit * (0.68 + 0.18 * covered + 0.04 * self._favoured)
        most = min(len(scores), max(limit, _LOOKED_AT))
        best = np.argpartition(-scores, most - 1)[:most]
        phrase = " ".join(words)
        if len(words) > 1:
            in_row = np.array([phrase in self._heard[n] for n in best], np.float32)
            scores[best] += fit[best] * 0.1 * in_row
        ranked = sorted(best.tolist(), key=lambda n: (-scores[n], n))[:limit]
        # Where some name has every word, names that lack one are only in the way.
        floor = max(0.7 * float(scores[ranked[0]]), _LEAST_SCORE)
        return tuple(Hit(self._lines[n], round(float(scores[n]), 4)) for n in ranked if scores[n] >= floor)

    def _by_code(self, asked: str) -> list[int]:
        exact = self._codes.get(asked)
        begun = sorted(n for code, n in self._codes.items() if code.startswith(asked) and n != exact)
        return ([exact] if exact is not None else []) + begun

    def _fitting(self, word: str) -> npt.NDArray[np.float32]:
        """How well each name has that word: whole, begun, or where nobody has it, a slip away."""
        fits = np.zeros(len(self._lines), np.float32)
        at = bisect_left(self._vocabulary, word)
        is_any = False
        while at < len(self._vocabulary) and self._vocabulary[at].startswith(word):
            places = self._places[self._vocabulary[at]]
            fits[places] = np.maximum(fits[places], _WHOLE if self._vocabulary[at] == word else _BEGUN)
            is_any = True
            at += 1
        if is_any or len(word) < _SHORTEST_SLIP:
            return fits
        most = 1 if len(word) < 6 else 2
        for near, distance, _ in process.extract(
            word, self._vocabulary, scorer=OSA.distance, score_cutoff=most, limit=8
        ):
            places = self._places[near]
            fits[places] = np.maximum(fits[places], _SLIPPED / distance)
        return fits


def _as_heard(text: str) -> str:
    """Folded, with i for y: "đăng kí" and "đăng ký" are one word written by two habits."""
    return folded(text).replace("y", "i")
