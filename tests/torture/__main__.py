"""The long crash harness.

python -m tests.torture kills --count 10000 --seed 1 --workers 2
python -m tests.torture torn --count 2000 --seed 1
python -m tests.torture --seed N        tells seed N of the kills once more
"""

from __future__ import annotations

import argparse
import os
import sys

# A developer's own keyring must never be touched by a test.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.torture", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("kills", "torn"), default="kills")
    parser.add_argument("--count", type=int, default=1, help="deaths, or rebuilt folders")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.what == "kills":
        from tests.torture.kill_runs import run_kills

        return run_kills(arguments.count, arguments.seed, arguments.workers)
    from tests.torture.torn import run_torn

    return run_torn(arguments.count, arguments.seed, arguments.workers)


if __name__ == "__main__":
    sys.exit(main())
