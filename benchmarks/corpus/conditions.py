"""The conditions under which pages are judged: which kinds of page, which harms, how heavy."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.corpus.damage import (
    Harm,
    Pixels,
    black_bordered,
    bled_through,
    copied_again,
    damaged,
    faint,
    jpeg,
    noisy,
    photographed,
    punched,
    resampled,
    rotated,
    shadowed,
    skewed,
    stamped,
    yellowed,
)
from benchmarks.corpus.pages import DPI, Sheet, printed

_MIXED = ("prose", "form", "ruled_form", "table", "letter")


@dataclass(frozen=True)
class Condition:
    name: str
    kinds: tuple[str, ...]
    harms: tuple[Harm, ...] = ()
    dpi: int = DPI
    is_heavy: bool = False
    is_photo: bool = False
    """A photograph says nothing of its resolution."""


CONDITIONS = (
    Condition("clean prose", ("prose",)),
    Condition("clean form", ("form",)),
    Condition("form on rules", ("ruled_form",)),
    Condition("table", ("table",)),
    Condition("letter, two columns", ("letter",)),
    Condition("typewriter", ("typed",)),
    Condition("skew 1", _MIXED, (skewed(1),)),
    Condition("skew 3", _MIXED, (skewed(3),)),
    Condition("skew 5", _MIXED, (skewed(5),)),
    Condition("skew 12", _MIXED, (skewed(12),)),
    Condition("turned 90", _MIXED, (rotated(1),)),
    Condition("turned 180", _MIXED, (rotated(2),)),
    Condition("turned 270", _MIXED, (rotated(3),)),
    Condition("noise", _MIXED, (noisy(25, 0.004),)),
    Condition("JPEG 40", _MIXED, (jpeg(40),)),
    Condition("shadow", _MIXED, (shadowed(0.55),)),
    Condition("150 dpi", _MIXED, (resampled(150),), dpi=150),
    Condition("100 dpi", _MIXED, (resampled(100),), dpi=100, is_heavy=True),
    Condition("faint toner", _MIXED, (faint(0.4),)),
    Condition("stamp over text", _MIXED, (stamped(),)),
    Condition("bleed-through", _MIXED, (bled_through(1),)),
    Condition("black borders", _MIXED, (black_bordered(), punched())),
    Condition("yellowed", _MIXED, (yellowed(),)),
    Condition("phone on a desk", _MIXED, (photographed(),), is_heavy=True, is_photo=True),
    Condition("copy of a copy", _MIXED, (copied_again(),), is_heavy=True),
    Condition("skew, noise, JPEG", _MIXED, (skewed(2.5), noisy(14), jpeg(55)), is_heavy=True),
    Condition("faint, stamp, skew", _MIXED, (stamped(), faint(0.55), skewed(2)), is_heavy=True),
    Condition("shadow, borders, turned", _MIXED, (skewed(1.5), black_bordered(), shadowed(0.45), rotated(1)), is_heavy=True),
    Condition("all at once", _MIXED, (stamped(1), bled_through(2, 0.15), skewed(3), shadowed(0.4), noisy(10), jpeg(60)), is_heavy=True),
)  # fmt: skip


def pages_of(condition: Condition, count: int, seed: int) -> Iterator[tuple[Sheet, Pixels]]:
    """`count` damaged pages of a condition with what was printed on them."""
    for number in range(count):
        own = seed * 1000 + number * 17 + sum(condition.name.encode())
        sheet = printed(condition.kinds[number % len(condition.kinds)], own)
        yield sheet, damaged(sheet, condition.harms, own)
