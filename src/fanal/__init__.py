"""fanal: puts the pictures that may show a real, unidentified child in front of a person first."""

__version__ = "0.1.0"
