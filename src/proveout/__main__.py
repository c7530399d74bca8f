"""`python -m proveout` is `proveout`."""

from proveout.cli import main

if __name__ == "__main__":
    main()
