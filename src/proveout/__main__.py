"""Run the command line as ``python -m proveout``."""

from proveout.cli import main

main()
