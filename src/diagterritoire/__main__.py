"""Run the command line with `python -m diagterritoire`."""

import sys

try:
    from diagterritoire.cli import main
except KeyboardInterrupt:
    sys.exit(130)

main()
