"""Both sides of a stack from a feeder that sees one: the fronts first, then the backs, put in pairs."""

from collections.abc import Sequence
from typing import TypeVar

from scanning.errors import ScanError

T = TypeVar("T")


class UnevenStacks(ScanError):
    """The two stacks do not have the same number of pages: nobody can say which back belongs to which front."""

    def __init__(self, fronts: int, backs: int) -> None:
        super().__init__(
            f"Mặt trước có {fronts} trang mà mặt sau có {backs} trang nên chưa ghép được; cả hai xấp còn nguyên, "
            "hãy kiểm tra tờ dính nhau rồi quét lại mặt sau."
        )


def collate(fronts: Sequence[T], backs: Sequence[T], *, are_backs_reversed: bool) -> tuple[T, ...]:
    """Front, back, front, back ...

    `are_backs_reversed`: the whole stack was turned over, so that the back of the last sheet came first.
    Raises UnevenStacks where the counts differ.
    """
    if len(fronts) != len(backs):
        raise UnevenStacks(len(fronts), len(backs))
    in_order = reversed(backs) if are_backs_reversed else iter(backs)
    return tuple(page for pair in zip(fronts, in_order, strict=True) for page in pair)
