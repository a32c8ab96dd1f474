"""See runs."""

import sys

from tests.simulation.runs import main

sys.exit(main())
