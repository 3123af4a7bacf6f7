"""Runs the command line: `python -m fanal`."""

from fanal.cli.main import main

if __name__ == "__main__":
    main()
