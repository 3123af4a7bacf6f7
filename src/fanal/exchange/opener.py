"""Tells whoever opens a package, in plain words, how to check it and what lies in it."""

from collections.abc import Iterable, Mapping
from textwrap import fill

WIDTH = 98

TEXT = """\
LEAD PACKAGE {package}, VERSION {version}, FOR {country}

{handling}

You need nothing of ours to check this package. Three things, in this order.

1. Opening it
   It came as one file that only your private key opens (age, version 1):

       age -d -i YOUR-PRIVATE-KEY-FILE THE-FILE > package.tar
       tar xf package.tar

2. Who it is from
   The sender signed the file manifest.json (Ed25519). The key that comes along, sender.pem, proves
   nothing by itself: compare it with the key that the sender gave you by another way. Then:

       openssl pkeyutl -verify -pubin -inkey sender.pem -rawin \\
           -in manifest.json -sigfile manifest.sig

   It must say: Signature Verified Successfully. (OpenSSL 3.0 or newer.)

3. That nothing was changed
   manifest.json names every file with its SHA-256. Any tool that computes SHA-256 can compare them;
   where jq is installed:

       jq -r '.files[] | .sha256 + "  " + .name' manifest.json | sha256sum -c

   If a line fails, or a file lies there that the manifest does not name, use nothing of the package
   and ask the sender. The file padding holds zeros only, hides how large the package is, and may be
   removed. With fanal, one command does all of it: fanal package verify THE-FILE

What lies in it

{contents}

No picture, film or sound is in it, nor a preview of one.
Facts and assessments stand apart. Nobody in it is guilty because they are in it.
"""
MEANS = {
    "README.txt": "this text",
    "brief.pdf": "what officers read first",
    "brief.html": "the same for a browser; it fetches nothing and runs nothing",
    "leads.csv": "one row a lead, for a spreadsheet",
    "leads/": "one file a lead: everything that is handed over of it, facts and assessments apart",
    "case.jsonld": "the same for other programs, as CASE/UCO 1.4",
    "vics/real-victims.json": "digests of what the leads concern and a camera made, as VICS 2.0",
    "vics/analysis-only.json": "digests of all else: never enter them into lists of real victims",
    "evidence.json": "the seized files that the facts are read from, with their digests",
    "support.json": "where people find help: hand it over with the first contact",
    "umf.csv": "which concept of UMF each field speaks of; conformity is not claimed",
    "losses.json": "what is not in the package, and what a format could not say",
}
"""File, or folder that ends with `/` → what it is."""


def readme(package: Mapping[str, str], names: Iterable[str]) -> bytes:
    """Return the text, with the files that there are."""
    every = {"README.txt", *names}
    there = [
        (name, says)
        for name, says in MEANS.items()
        if any(one == name or (name.endswith("/") and one.startswith(name)) for one in every)
    ]
    contents = "\n".join(
        fill(f"{name:<24}{says}", WIDTH, initial_indent="   ", subsequent_indent=" " * 27)
        for name, says in there
    )
    return TEXT.format(**package, contents=contents).encode("utf-8", "replace")
