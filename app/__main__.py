"""`python -m app` is `motcua`."""

import sys

from app.cli import main

sys.exit(main())
