"""Run the command line with `python -m diagterritoire`."""

from diagterritoire.cli import main

main()
