"""Mends what the reading engine is known to confuse; a mended word keeps what was read."""

import re
from dataclasses import dataclass, replace

from scanning.lexicon import Lexicon, lexicon
from scanning.pages import PageText, TextLine, Word

_LIKE_DIGITS = str.maketrans("OoQDIl|SBZ", "0000111582")
_NUMBER = re.compile(r"([(\"“]?)([0-9OoQDIl|SBZ]+(?:[/.,:-][0-9OoQDIl|SBZ]+)*)([.,;:)\"”]*)")
_LEAST_DIGITS, _LEAST_SHARE = 4, 0.6


_SYLLABLE = re.compile(r"^(\W*)([^\W\d_]+)(\W*)$")
_ENDS_SENTENCE = re.compile(r"[.;!?]\W*$")
# Names of other peoples end so ("Ênuôl", "Bdap"); Vietnamese syllables never do.
_FOREIGN_ENDS = frozenset("bdfhklrsvxz")
_PRICE_OF_IMPOSSIBLE, _PRICE_OF_UNKNOWN, _PRICE_OF_KNOWN, _PRICE_OF_NAME = 1.0, 1.6, 5.0, 6.0


def mended_number(word: Word) -> Word:
    """O, l, S and the like among many digits are 0, 1, 5: "O35905554400" is a number."""
    found = _NUMBER.fullmatch(word.text)
    if found is None:
        return word
    digits, letters = sum(map(str.isdigit, found[2])), sum(map(str.isalpha, found[2]))
    if letters == 0 or digits < _LEAST_DIGITS or digits < _LEAST_SHARE * (digits + letters):
        return word
    text = found[1] + found[2].translate(_LIKE_DIGITS) + found[3]
    return replace(word, text=text, raw=word.raw or word.text)


def mended_words(text: PageText) -> PageText:
    """Words that cannot stand beside their neighbours, made the look-alikes that often do.

    The engine takes a for o and drops marks in slanted or narrow faces ("ngòy", "phóp luột"). Judged by the pairs
    of neighbouring syllables in published texts (`scanning.lexicon`); words in company that these texts know,
    numbers and all else that is no syllable are left alone.
    """
    words = [word for line in text.lines for word in line.words]
    start = 0
    for end, word in enumerate(words, 1):
        if end == len(words) or _ENDS_SENTENCE.search(word.text) or _SYLLABLE.match(word.text) is None:
            words[start:end] = _mended_sentence(words[start:end], lexicon())
            start = end
    given = iter(words)
    return PageText(tuple(TextLine(tuple(next(given) for _ in line.words)) for line in text.lines))


@dataclass(frozen=True, slots=True)
class _Way:
    """The best spelling of the words so far that ends in `last`."""

    gain: float
    last: str
    before: "_Way | None" = None

    @property
    def words(self) -> list[str]:
        spelled, way = [], self
        while way.before is not None:
            spelled.append(way.last)
            way = way.before
        return spelled[::-1]


def _mended_sentence(words: list[Word], known: Lexicon) -> list[Word]:
    """The spelling whose neighbours fit best, each change having its price."""
    letters = [found[2] if (found := _SYLLABLE.match(word.text)) else "" for word in words]
    ways = [_Way(0.0, "")]
    for written in letters:
        plain = written.lower()
        choices = [(0.0, plain), *((-_price(written, plain, known), other) for other in known.alike(plain))]
        following = []
        for cost, choice in choices:
            gains = [way.gain + cost + known.fit(way.last, choice) for way in ways]
            best_gain = max(gains)
            following.append(_Way(best_gain, choice, ways[gains.index(best_gain)]))
        ways = following
    best = max(ways, key=lambda way: way.gain)
    return [
        word if choice == written.lower() else _respelled(word, written, choice)
        for word, written, choice in zip(words, letters, best.words, strict=True)
    ]


def _price(written: str, plain: str, known: Lexicon) -> float:
    """What a change must bring in: more where the word as read is one, or may be a name."""
    is_foreign = plain[-1:] in _FOREIGN_ENDS
    if not is_foreign and not known.is_possible(plain):
        return _PRICE_OF_IMPOSSIBLE
    is_name = is_foreign or (written[:1].isupper() and not (written.isupper() and len(written) > 1))
    if is_name:
        return _PRICE_OF_NAME
    return _PRICE_OF_KNOWN if known.is_known(plain) else _PRICE_OF_UNKNOWN


def _respelled(word: Word, written: str, better: str) -> Word:
    if written.isupper() and len(written) > 1:
        better = better.upper()
    elif written[:1].isupper():
        better = better[:1].upper() + better[1:]
    return replace(word, text=word.text.replace(written, better), raw=word.raw or word.text)
