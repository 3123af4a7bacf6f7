"""What the fuzzers have found, each as the smallest input; it must stay mended."""

from fuzz.seeds import archives

FOUND: tuple[tuple[str, str, bytes], ...] = (
    ("tar", "a time of two signs ended the archive", archives.pax_tar(b"mtime=--5")),
    ("tar", "the first three bytes of gzip alone: IndexError", b"\x1f\x8b\x08"),
    ("settings-file", "nested without end: RecursionError", b"a = " + b"[" * 3000),
    ("settings-file", "a number of 5,000 digits: ValueError", b"workers = " + b"1" * 5000),
)
"""Target, what went wrong, and the input that showed it."""
