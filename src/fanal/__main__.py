"""Runs the command line: `python -m fanal`."""

from fanal.cli.main import start

if __name__ == "__main__":
    start()
