"""What a seed does to its station: how many visits, where it dies, what the province and the line do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from uuid import UUID


class Kind(StrEnum):
    """What the station is doing, in the order of a visit."""

    START = "start"  # opening, putting right what the last death left, leasing numbers
    SCAN = "scan"
    DECLARE = "declare"
    SEAL = "seal"
    ENQUEUE = "enqueue"  # the second half of the sealing transaction, from the outbox row on
    PRINT = "print"
    UPLOAD = "upload"
    ACKNOWLEDGE = "acknowledge"  # from the question whether all is there to the row 'accepted'


ORDER = tuple(Kind)
_WEIGHTS: Mapping[Kind, int] = {
    Kind.START: 2,
    Kind.SCAN: 5,
    Kind.DECLARE: 1,
    Kind.SEAL: 3,
    Kind.ENQUEUE: 3,
    Kind.PRINT: 3,
    Kind.UPLOAD: 4,
    Kind.ACKNOWLEDGE: 3,
}
_BY_TIME_SHARE = 0.25
#: A visit that nobody disturbs lasts about so long; a later moment would find the life at its end.
_LONGEST_LIFE_S = 0.25
_LINE_FAULTS: tuple[dict[str, float], ...] = (
    {"drop_ack_rate": 0.3},
    {"error_rate": 0.3},
    {"cut_after_bytes": 20_000},
    {"drop_ack_rate": 0.2, "error_rate": 0.2, "latency_ms": 2},
)


@dataclass(frozen=True)
class VisitScript:
    """One citizen: the record's key, how many pages are in the feeder, whether the line is used before the end."""

    key: str
    pages: int
    is_offline: bool


@dataclass(frozen=True)
class Death:
    """A moment to die: within `kind` of the given visit after that share of its events, or after a time."""

    visit: int
    kind: Kind
    share: float
    after_s: float | None = None


@dataclass(frozen=True)
class Plan:
    """Everything that happens to one station."""

    seed: int
    visits: tuple[VisitScript, ...]
    deaths: tuple[Death, ...]
    province_dies_at_request: int | None
    serials: int
    faults: Mapping[str, float] = field(default_factory=dict)


def plan_of(seed: int) -> Plan:
    """The same plan for the same seed."""
    random = Random(seed)
    visits = tuple(
        VisitScript(key_of(random), random.choice((1, 2, 2, 3)), random.random() < 0.2)
        for _ in range(random.choice((1, 1, 2)))
    )
    deaths = []
    for _ in range(random.choice((3, 4, 5, 6))):
        kind = random.choices(ORDER, [_WEIGHTS[k] for k in ORDER])[0]
        is_by_time = random.random() < _BY_TIME_SHARE
        after_s = random.uniform(0.0, _LONGEST_LIFE_S) if is_by_time else None
        deaths.append(Death(random.randrange(len(visits)), kind, random.random(), after_s))
    deaths.sort(key=lambda death: (death.visit, ORDER.index(death.kind)))
    return Plan(
        seed=seed,
        visits=visits,
        deaths=tuple(deaths),
        province_dies_at_request=random.randint(1, 8) if random.random() < 0.25 else None,
        serials=random.choice((1, 3, 8)),
        faults={**random.choice(_LINE_FAULTS), "seed": seed} if random.random() < 0.25 else {},
    )


def key_of(random: Random) -> str:
    """A UUID of version 7 made of the seed, so that a failing run can be told again."""
    bits = (0x019B << 112) | random.getrandbits(112)
    bits = bits & ~(0xF << 76) | (7 << 76)
    bits = bits & ~(0x3 << 62) | (2 << 62)
    return str(UUID(int=bits))
