"""Runs the program so that it writes after every few contents: small evidence, many acts."""

from fanal.cli.main import start
from fanal.pipeline import intake

if __name__ == "__main__":
    intake.WRITTEN = 8
    start()
