"""Start the stand-in: ``python -m sandbox [--port N] [--state DIR]``."""

import sys

from sandbox.server import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
