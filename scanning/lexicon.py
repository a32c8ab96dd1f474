"""Which syllables stand side by side in administrative Vietnamese, and which look alike to a reading engine."""

import gzip
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

_ONE_FOR_ALL = str.maketrans("aegqutij", "ooooolll")
_MOST_FIT = 4.0
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_TONELESS = dict.fromkeys(map(ord, _TONES))
_PLAIN: dict[int, str | None] = {ord("đ"): "d", **dict.fromkeys(range(0x300, 0x370))}
_NO_LETTERS = re.compile(r"[^a-z0-9]+")
_ACUTE_AND_DOT = ("\u0301", "\u0323")
_PARTS = re.compile(r"(ngh|ch|gh|gi(?=[^\W\d_])|kh|ng|nh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?([^\W\d_]+)")
_NEW_PLACES = {
    first + marked: unicodedata.normalize("NFC", first + tone) + second
    for first, second in ("oa", "oe", "uy")
    for tone in sorted(_TONES)
    for marked in (unicodedata.normalize("NFC", second + tone),)
}
_OLD_PLACES = re.compile("(?<!q)(" + "|".join(_NEW_PLACES) + r")$")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What counts of neighbouring syllables in small letters tell, from resources/lexicon."""

    fits: Mapping[tuple[str, str], float]
    syllables: frozenset[str]
    rhymes: frozenset[str]
    by_skeleton: Mapping[str, tuple[str, ...]]

    def fit(self, first: str, second: str) -> float:
        """0 for a pair never seen, up to 4 for one that is everywhere."""
        return self.fits.get((_placed(first), _placed(second)), 0.0)

    def alike(self, syllable: str) -> Iterator[str]:
        """Other known syllables that the engine may have taken for this one."""
        placed = _placed(syllable)
        if len(syllable) > 1:
            yield from (other for other in self.by_skeleton.get(_skeleton(syllable), ()) if other != placed)

    def is_known(self, syllable: str) -> bool:
        return _placed(syllable) in self.syllables

    def is_possible(self, syllable: str) -> bool:
        """Whether Vietnamese could have such a syllable: a rhyme that exists, a tone that goes with its end."""
        found = _PARTS.fullmatch(toneless(syllable))
        if found is None or found[2] not in self.rhymes:
            return False
        is_stopped = found[2].endswith(("p", "t", "c", "ch"))
        return not is_stopped or any(
            mark in unicodedata.normalize("NFD", syllable) for mark in _ACUTE_AND_DOT
        )


@cache
def lexicon() -> Lexicon:
    """Read once; a few ten thousand pairs."""
    packed = (files("resources") / "lexicon" / "bigrams.txt.gz").read_bytes()
    pairs: dict[tuple[str, str], int] = {}
    for line in gzip.decompress(packed).decode().splitlines():
        first, second, count = line.split()
        pair = _placed(first), _placed(second)
        pairs[pair] = pairs.get(pair, 0) + int(count)
    syllables = frozenset(word for pair in pairs for word in pair)
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for word in sorted(syllables):
        alike[_skeleton(word)].append(word)
    rhymes = frozenset(found[2] for word in syllables if (found := _PARTS.fullmatch(toneless(word))))
    fits = {pair: min(_MOST_FIT, 1.0 + math.log(count) / 2) for pair, count in pairs.items()}
    return Lexicon(fits, syllables, rhymes, {key: tuple(words) for key, words in alike.items()})


def without_marks(text: str) -> str:
    """Small letters without tone or vowel marks, one blank between words: for likening, never for keeping."""
    letters = unicodedata.normalize("NFD", text.lower()).translate(_PLAIN)
    return " ".join(_NO_LETTERS.sub(" ", letters).split())


def toneless(syllable: str) -> str:
    """The syllable without its tone; the marks of its vowels stay."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", syllable).translate(_TONELESS))


@lru_cache(50_000)
def _placed(syllable: str) -> str:
    """One spelling for both schools of placing the tone: hoà and hòa, thuý and thúy."""
    return _OLD_PLACES.sub(lambda found: _NEW_PLACES[found[0]], syllable)


@lru_cache(50_000)
def _skeleton(word: str) -> str:
    """What is left of a syllable when everything that the engine confuses is made one: a, e, o; i, l, t; marks."""
    return without_marks(word).translate(_ONE_FOR_ALL)
