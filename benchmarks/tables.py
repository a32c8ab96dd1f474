"""One shape for all measurements: rows with the machine's own baseline beside them, so that ratios can be read."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """One thing measured several times, in seconds (or another unit that `unit` names)."""

    name: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def p99(self) -> float:
        """The value that 99 of 100 stay under; with few values, the largest."""
        ordered = sorted(self.values)
        return ordered[min(len(ordered) - 1, round(0.99 * len(ordered)))]


def show(title: str, rows: Sequence[Measured], unit: str, scale: float = 1.0, digits: int = 2) -> None:
    """Prints a table; the last row is the baseline that the others are divided by."""
    baseline = rows[-1].median
    print(f"\n{title}")
    print(f"  {'':<44}{'median':>10}{'p99':>10}{'n':>6}{'ratio':>8}   ({unit})")
    for row in rows:
        median, p99 = row.median * scale, row.p99 * scale
        ratio = f"{row.median / baseline:.2f}" if baseline else "-"
        print(f"  {row.name:<44}{median:>10.{digits}f}{p99:>10.{digits}f}{len(row.values):>6}{ratio:>8}")
