"""Dossiers through a bad line.

python -m tests.line --dossiers 1000 --files 5 --seed 1      prints a row for docs/guarantees.md
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

# A developer's own keyring must never be touched by a test.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"


def main() -> int:
    """Exit 1 where anything differs or more than 5 % of the file bytes went twice."""
    parser = argparse.ArgumentParser(prog="tests.line", description=__doc__)
    parser.add_argument("--dossiers", type=int, default=1000)
    parser.add_argument("--files", type=int, default=5, help="of each dossier")
    parser.add_argument("--largest", type=int, default=40_000, help="bytes of the largest file")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    from tests.line.fleet import Load, drain
    from tests.line.storms import MOST_RESENT_SHARE, all_at_once, hazards

    load = Load(arguments.dossiers, arguments.files, largest_bytes=arguments.largest, seed=arguments.seed)
    with tempfile.TemporaryDirectory(prefix="motcua-line-") as folder:
        outcome = drain(Path(folder), load, all_at_once(arguments.seed), hazards())
    tally = outcome.tally
    is_good = not outcome.faults_found and outcome.resent_share <= MOST_RESENT_SHARE
    what = ", ".join(f"{name} {count}" for name, count in sorted(tally.faults.items()))
    sys.stdout.write(
        f"| {outcome.dossiers} dossiers, {outcome.files} files ({outcome.file_bytes / 1e6:.1f} MB), "
        f"seed {arguments.seed}, {outcome.seconds:.0f} s | {tally.requests.total()} requests; {what}; "
        f"server killed {outcome.server_kills}, program reopened {outcome.reopened}, {outcome.rounds} rounds | "
        f"{len(outcome.faults_found)} differences, {100 * outcome.resent_share:.2f} % of bytes re-sent | "
        f"{'held' if is_good else 'BROKEN'} |\n"
    )
    told = [f"requests {dict(tally.requests)}, refusals {dict(sorted(tally.refusals.items()))}"]
    sys.stderr.write("\n".join(told + outcome.faults_found[:20]) + "\n")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
