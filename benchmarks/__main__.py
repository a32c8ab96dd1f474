"""`make bench`: every measurement beside the machine's own baseline."""

from __future__ import annotations

import os
import platform

from benchmarks import bench_seal, bench_start

print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} nhân")
bench_seal.run()
bench_start.run()
