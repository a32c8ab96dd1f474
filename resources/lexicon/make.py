"""Makes bigrams.txt.gz anew: how often two syllables stand side by side in the texts of procedures and forms.

    python -m resources.lexicon.make PROCEDURES.jsonl.gz

Source: the national export of procedures (public), the forms, papers and administrative units in `resources`. Only counts of
pairs are kept, no text.
"""

import gzip
import json
import re
import sys
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

_SYLLABLE = re.compile(
    r"(ngh|ch|gh|gi|kh|ng|nh|ph|qu|th|tr|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(ch|ng|nh|[ckmnpt])?"
)
_SENTENCE_ENDS = re.compile(r'[\n.;:()"“”?!/]+')
_LEAST_WORD, _LEAST_PAIR = 4, 3
_FORM_WEIGHT, _UNIT_WEIGHT = 8, 4


def strings(value: object) -> Iterator[str]:
    """All texts inside a JSON or TOML value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def counted(texts: Iterator[str], weight: int, words: Counter[str], pairs: Counter[tuple[str, str]]) -> None:
    for text in texts:
        for sentence in _SENTENCE_ENDS.split(unicodedata.normalize("NFC", text)):
            row = [word.lower() for word in re.findall(r"[^\W\d_]+", sentence)]
            for word in row:
                words[word] += weight
            for pair in pairwise(row):
                pairs[pair] += weight


def main() -> None:
    words: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    with gzip.open(sys.argv[1], "rt", encoding="utf-8") as procedures:
        for line in procedures:
            counted(strings(json.loads(line)), 1, words, pairs)
    root = Path(__file__).parent.parent
    for path in sorted(
        [*root.glob("forms/*.toml"), *root.glob("papers/*.toml"), *root.glob("procedures/*.toml")]
    ):
        counted(strings(tomllib.loads(path.read_text("utf-8"))), _FORM_WEIGHT, words, pairs)
    newest = max(root.glob("units/*.json"))
    for province in json.loads(newest.read_text("utf-8"))["provinces"].values():
        places = (f"{commune}, {province['name']}" for commune in province["communes"].values())
        counted(places, _UNIT_WEIGHT, words, pairs)
    known = {word for word, count in words.items() if count >= _LEAST_WORD and _is_syllable(word)}
    rows = [
        f"{first} {second} {count}\n"
        for (first, second), count in sorted(pairs.items())
        if count >= _LEAST_PAIR and first in known and second in known
    ]
    target = Path(__file__).with_name("bigrams.txt.gz")
    with gzip.GzipFile(target, "wb", mtime=0) as packed:
        packed.write("".join(rows).encode())
    sys.stdout.write(f"{len(known)} syllables, {len(rows)} pairs\n")


def _is_syllable(word: str) -> bool:
    plain = unicodedata.normalize("NFD", word.replace("đ", "d"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    if _SYLLABLE.fullmatch(letters) is None:
        return False
    # A syllable that ends in a stop has the sharp or the heavy tone: all others are foreign or misspelt.
    return not letters.endswith(("p", "t", "c", "ch")) or "\u0301" in plain or "\u0323" in plain


if __name__ == "__main__":
    main()
