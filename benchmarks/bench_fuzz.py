"""Bad input in bulk: mutated files opened under limits of time and memory, and what came of them.

    python -m benchmarks.bench_fuzz [N=10000] [SEED=1] [FIRST=0]

Each file ends as pages or as one sentence; anything else is a finding, printed with the numbers that make it again.
"""

from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict

from tests.fuzz.runs import Outcome, outcomes


def run(count: int = 10_000, seed: int = 1, first: int = 0) -> list[Outcome]:
    """Prints the tables; answers with the findings."""
    began = time.perf_counter()
    by_kind: dict[str, list[Outcome]] = defaultdict(list)
    by_mutation: dict[str, list[Outcome]] = defaultdict(list)
    findings: list[Outcome] = []
    slowest: list[Outcome] = []
    for done, outcome in enumerate(outcomes(count, seed, first=first), 1):
        case = outcome.case
        by_kind[case.paper].append(outcome)
        by_mutation["wrong_suffix" if case.name != case.paper else case.mutation].append(outcome)
        slowest = sorted([*slowest, outcome], key=lambda o: -o.cpu_s)[:5]
        if outcome.finding:
            findings.append(outcome)
            print(f"FINDING {case}\n{outcome.finding}", flush=True)
        if done % 1000 == 0:
            print(
                f"... {done} after {time.perf_counter() - began:.0f} s, {len(findings)} findings", flush=True
            )
    _table("kind", by_kind)
    _table("mutation", by_mutation)
    print("\nmost work (CPU seconds of the worker): ")
    for outcome in slowest:
        print(f"  {outcome.cpu_s:6.2f}  {outcome.case.name}, {outcome.case.mutation}, #{outcome.case.number}")
    print(f"\n{count} files, seed {seed}: {len(findings)} findings, {time.perf_counter() - began:.0f} s")
    return findings


def _table(title: str, rows: dict[str, list[Outcome]]) -> None:
    print(f"\n{title:<22}{'files':>7}{'read':>7}{'pages':>7}{'findings':>10}   refused, by error")
    for name in [*sorted(rows), ""]:
        of_row = rows[name] if name else [o for each in rows.values() for o in each]
        refused = Counter(o.refusal for o in of_row if o.refusal)
        read = sum(not o.refusal and not o.finding for o in of_row)
        told = ", ".join(f"{kind} {number}" for kind, number in refused.most_common())
        print(
            f"{name or 'all':<22}{len(of_row):>7}{read:>7}{sum(o.pages for o in of_row):>7}"
            f"{sum(bool(o.finding) for o in of_row):>10}   {told}"
        )


if __name__ == "__main__":
    sys.exit(1 if run(*map(int, sys.argv[1:4])) else 0)
