"""What was found, each as a small input; it must stay mended."""

import zlib
from base64 import b64decode
from collections.abc import Callable
from functools import partial

from fuzz.seeds import archives, hostile

FOUND: tuple[tuple[str, str, bytes | Callable[[], bytes]], ...] = (
    ("tar", "a time of two signs ended the archive", archives.pax_tar(b"mtime=--5")),
    ("tar", "the first three bytes of gzip alone: IndexError", b"\x1f\x8b\x08"),
    ("settings-file", "nested without end: RecursionError", b"a = " + b"[" * 3000),
    ("settings-file", "a number of 5,000 digits: ValueError", b"workers = " + b"1" * 5000),
    (
        "sevenzip",
        "names of an odd number of bytes ended the archive",
        b64decode(
            "N3q8ryccAASKitZhBQAAAAAAAABIAAAAAAAAAEjA3E5oZWxsbwEEBgABCQUABwsBAAEBAAwFAAgKAYamEDYAAAUBGQ"
            "QAAAAIEQoAYTd6vK8nHAAEiorWYQUAAAAAAP//////k8F63QEVBgEAIICAgQAA"
        ),
    ),
    (
        "nesting-loose",
        "600 bytes: a million folders in memory",
        partial(hostile.folders, 1_000_000),
    ),
    ("nesting-loose", "4 kB: millions of packed sizes, for minutes", hostile.packed_sizes),
    ("nesting-loose", "1 kB: one property over and over, for a minute", hostile.properties),
    ("nesting-loose", "44 bytes: a million members without names, many times", hostile.nameless),
    (
        "nesting-loose",
        "coders that expand and contract, without end or output",
        hostile.coder_chain,
    ),
    ("list-ncmec", "a comment without end, held whole and read again and again", hostile.comment),
    ("list-ncmec", "a document type that gives each element 3,000 attributes", hostile.attributes),
    ("list-nsrl", "an error that quotes bytes: UnicodeDecodeError", hostile.bad_view),
    (
        "list-nsrl",
        "a damaged table: MemoryError",
        zlib.decompress(
            b64decode(
                "eNrtlVFv0zAQgO22GitaJcQ0VWgPuA9IHbRgO44Tv81OnKmijNFVCDRQFWgGhXar2gixPlF+EH+C"
                "F/4Ib/yH4rQpbH1ArcQkhPblorNP58tdbJ0Pn9Q7cYSOTwe9MEYWyAAIwS5CYEZuMgFzsskc/AaC"
                "JSlMF38D8At8Z9SS7IJVGN/OXitubcHPpTh81Y2CWl0nb85raNnUqClVXaPEgsrDtyG1OWrqZ80K"
                "MhOSDnttOx0dd7pR6yTsRbP5dfRnpu7DzihCtf2m3tONCuqHk8vk9fvwTdTqtOcf3FGZteLmJuxN"
                "iz94uGcke6F0Y0Dlfri4sIJ+lblzANeK29vwbBrjqW4c1h7vpyrj3T0XKzWi8odoMOycnqR/bRB1"
                "o3AYtdphnEZMNh7C78DIFVf829yC2Tul0agaR8O4ijEmFFO7iomR2Tn+AYxcscCnmbrxv9RzE2bz"
                "9+bHIG2Yyf5nzL0IX0C4ckC46lW2yNElVZpb3vV5Zn1cKIAH63ltKewxRoUbeMQjTMhABeyrKwQP"
                "lKCMOlIzohlnQgmLeZIJWwiiHNemGytyIYUN5dr2fF+iXj8+ux9/jMclaDJ7+agK80o6LuEqcANM"
                "vEBLRsyDfW37UlNKTd7Y4kRaghPHkcJTf+025iSgpl/Y0pdCCEtbnDmYm2SkkpamtkNM9dij3BOe"
                "j31X+CJxx8K1PJ+yQGGfC14lgeNTVxMncOj5PvQTmxhTIA=="
            )
        ),
    ),
    ("list-nsrl", "12 kB: a view of sixteen hundred million rows", hostile.cross_view),
    (
        "credential-places",
        "a box that ends inside its own head: an offset beyond the file",
        b64decode(
            "AAAAFGZ0eXBpcwAAAAACAGlzb20AAAD4dXVpZNj+w9YbDkg8kpdYKId+xIEAAAAAbWFuaWZlc3QAAAAAY3MAEQ=="
        ),
    ),
    (
        "trust-chain",
        "a name in a certificate as a string of bits: TypeError",
        b64decode(
            "MIIB8zCCAZmgAwIBAgIUKkD4erekszzAUb1k0Sp87eO60jowCgYIKoZIzj0EAwIwPjELMAkGA1UEBhMCWFgxGDAWBg"
            "NVBAoMD3p6IGhvdXNlIGlzc3VlcjEVMBMGA1UEAwwMaG91c2UgaXNzdWVyMB4XDTI0MDEwMTAwMDAwMFoXDTM0MDEw"
            "MTAwMDAwMFowPjELMAkGA1UEBgMCWFgxGDAWBgNVBAoMD3p6IGhvdXNlIHNpZ25lcjEVMBMGA1UEAwwMaG91c2Ugc2"
            "lnbmVyMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEnwijCcA5q1oK1eLc/OX/HncaY8g8DGZItVpDALnSgqTRic2N"
            "eeyQtLUe7PZJNUCt31YspYzX5F//OqQTG3BvgqN1MHMwDAYDVR1AAQH/BAIwADAdBgNVHQ4EFgQUNWEiwCpb7X8zkD"
            "QDRhEesQrf6aIwHwYDVR0jBBgwFoAU6ffpAIDRWCkOYsOBKxmS+E6yKPQwDgYDVR0PAQH/BAQDAgeAMBMGA1UdJQQM"
            "MAoGCCsGAQUFBwMEMAoGCCqGSM49BAMCA0gAMEUCICyoDbwRTqwPsrIiba8qHt1WHjZYo53dk89GVl7EU2EWAiEA0r"
            "c8wjfW4vryuNde6oIjC+r4NcpxULCNTRDq18TiEnYAenoA"
        ),
    ),
    ("list-vics", "damage in every value: lines counted from the start", hostile.damaged_values),
    ("site-cards", "a cut number of many asterisks, gone through 2^70 ways", b"411111" + b"*" * 70),
    (
        "release",
        "a share with nothing below: ZeroDivisionError",
        b'{"countries":[],"counts":[],"day":"2026-11-27","epsilon":"1/0","measures":["shown"]}',
    ),
    (
        "ledger",
        "a share with nothing below: ZeroDivisionError",
        b'{"before":"","day":"2026-11-27","epsilon":"1/0","format":"fanal ledger 1","on":'
        b'"2026-11-29","release":"%s","table":"counts"}\n' % (b"a" * 64),
    ),
)
"""Target, what went wrong, and the input that showed it, or what makes that."""
