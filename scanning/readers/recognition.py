"""How much a page looks like a described kind of paper, by its title and its anchors."""

from collections.abc import Sequence

from rapidfuzz import fuzz

from scanning.pages import PageText
from scanning.readers.descriptions import PaperDescription
from scanning.readers.spelling import folded

_TITLE_LINES = 16
_LIKE_ENOUGH = 80.0


def title_score(text: PageText, titles: Sequence[str]) -> tuple[float, int]:
    """0..1: how well up to three neighbouring lines spell one of the titles, and the letters of that title.

    Whole lines count, and of a line with other words beside the title the words in capitals: titles contain each
    other ("GIẤY KHAI SINH"), so a part of a line is no title.
    """
    whole = [folded(line.text) for line in text.lines[:_TITLE_LINES]]
    capital = [
        folded(" ".join(word.text for word in line.words if word.text.isupper() or not word.text.isalpha()))
        for line in text.lines[:_TITLE_LINES]
    ]
    best, length = 0.0, 0
    for title in titles:
        wanted = folded(title)
        for lines in (whole, capital):
            for count in (1, 2, 3):
                for start in range(len(lines) - count + 1):
                    score = fuzz.ratio(wanted, "".join(lines[start : start + count]))
                    if score > best:
                        best, length = score, len(wanted)
    return best / 100, length


def anchor_share(text: PageText, description: PaperDescription) -> float | None:
    """Weight of the anchors found over the weight of all; 0 where a must is missing, None without anchors."""
    if not description.anchors:
        return None
    letters = folded(text.text)
    found = total = 0.0
    for anchor in description.anchors:
        wanted = folded(anchor.text)
        stands = fuzz.partial_ratio(wanted, letters, score_cutoff=_LIKE_ENOUGH) > 0 if letters else False
        if anchor.is_must and not stands:
            return 0.0
        total += anchor.weight
        found += anchor.weight if stands else 0.0
    return found / total


def likeness(text: PageText, description: PaperDescription) -> tuple[float, int]:
    """0..1 by title and anchors alone, and the length of the title that matched: long ones say more."""
    title, length = title_score(text, description.titles)
    share = anchor_share(text, description)
    return (title if share is None else 0.65 * title + 0.35 * share), length
