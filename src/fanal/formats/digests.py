"""Judges the hashes of a row: which are taken, which are refused and why."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fanal.model.known import KnownHash, Refused

LENGTHS = {"md5": 32, "sha1": 40, "sha256": 64, "pdq": 64}
"""Hexadecimal digits of each kind; a PDQ hash has 256 bits."""
EMPTY = {
    "md5": "d41d8cd98f00b204e9800998ecf8427e",
    "sha1": "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
}
"""Digests of no bytes (RFC 1321, FIPS 180-4): they would match every empty file."""
NAMES = {
    **{kind: kind for kind in LENGTHS},
    **{f"{kind}hash": kind for kind in LENGTHS},
    **{f"hash{kind}": kind for kind in LENGTHS},
    **{f"{kind}sum": kind for kind in LENGTHS},
    **{f"{kind}hex": kind for kind in LENGTHS},
}
"""What a column or a hash may be called, without blanks, dashes and underscores."""
YES = frozenset({"y", "yes", "t", "true", "1"})
"""Spellings of yes seen in ICSE and VICS lists."""
NO = frozenset({"n", "no", "f", "false", "0"})
"""Spellings of no."""
_HEX = frozenset("0123456789abcdef")
_PLAIN = str.maketrans("", "", " -_\"'\t")


def plain_name(name: str) -> str:
    """Return a name as it is compared: lower case, without blanks, dashes and underscores."""
    return name.lower().translate(_PLAIN)


def kind_named(name: object) -> str:
    """Return the kind of hash that a name means (`SHA-256` is `sha256`), or "" for none of ours."""
    return NAMES.get(plain_name(name), "") if isinstance(name, str) else ""


def kinds_unnamed(value: str, of_64: tuple[str, ...]) -> tuple[str, ...]:
    """Return the kinds that a hash without a name is taken for, told by its length."""
    digest = value.strip().lower()
    kinds = tuple(kind for kind, digits in LENGTHS.items() if digits == len(digest))
    if len(kinds) < 2:
        return kinds
    return ("sha256",) if digest == EMPTY["sha256"] else of_64


def kinds_of_64(values: Iterable[str]) -> tuple[str, ...]:
    """Return what unnamed hashes of 64 digits are: SHA-256, PDQ, or not to be told, so both.

    A PDQ hash compares 256 numbers with their median, so nearly always 128 of its bits are set
    (Facebook, "The TMK+PDQF video-hashing algorithm and the PDQ image-hashing algorithm", 2019);
    of SHA-256 digests one in twenty has exactly 128. Taking both costs memory and misses nothing.
    """
    halves = [
        int(value, 16).bit_count() == 128
        for value in (each.strip().lower() for each in values)
        if len(value) == 64 and _HEX.issuperset(value)
    ]
    if len(halves) >= 16:
        if sum(halves) > 0.6 * len(halves):
            return ("pdq",)
        if sum(halves) < 0.3 * len(halves):
            return ("sha256",)
    return ("sha256", "pdq")


def judge(kind: str, value: object) -> tuple[str, str]:
    """Return the hash in lower case and "", or "" and the reason why it is not taken."""
    if value is None:
        return "", ""
    if not isinstance(value, str):
        return "", f"not text: {kind}"
    digest = value.strip().lower()
    if not digest:
        return "", ""
    if len(digest) != LENGTHS[kind]:
        return "", f"wrong length: {kind}"
    if not _HEX.issuperset(digest):
        return "", f"not hexadecimal: {kind}"
    if digest == EMPTY.get(kind):
        return "", f"zero-length file: {kind}"
    return digest, ""


def entry(
    row: int, given: Iterable[tuple[str, object]], **says: Any
) -> Iterator[KnownHash | Refused]:
    """Yield the entry that the given hashes make, if any is good, then each hash refused."""
    digests: dict[str, str] = {}
    refused: list[Refused] = []
    for kind, value in given:
        digest, reason = judge(kind, value)
        if digest and digests.setdefault(kind, digest) != digest:
            reason = f"second value: {kind}"
        if reason:
            refused.append(Refused(row, reason))
    if digests:
        yield KnownHash(**{**digests, **says})
    elif not refused:
        yield Refused(row, "no hash")
    yield from refused


def flag(value: object) -> bool | None:
    """Return what a yes/no field says, as boolean or as text; None where it says neither."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, (str, int)) else ""
    if word in YES:
        return True
    return False if word in NO else None


def unreadable_flag(row: int, name: str, value: object) -> tuple[Refused, ...]:
    """Return one Refused where a yes/no field holds something else; an empty one says nothing."""
    blank = value is None or (isinstance(value, str) and not value.strip())
    if blank or flag(value) is not None:
        return ()
    return (Refused(row, f"not yes or no: {name}"),)


def category_text(value: object) -> str:
    """Return a category as text, exactly as given; 0 is a value, null is none.

    Published scales swap the meaning of 0 and 5, so nothing here may ask for truth.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def kept(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that hold something, so that a million empty cells cost nothing."""
    return {name: value for name, value in fields.items() if value is not None and value != ""}
