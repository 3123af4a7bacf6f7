"""Addresses of the Internet as sites write them: one spelling, and the 128 bits behind it."""

import ipaddress
import re
from dataclasses import dataclass

IPV4_SQL = (
    r"(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\.(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}"
)
"""An IPv4 address in its one spelling: no zeros in front, which some programs read as octal."""
MAPPED = 0xFFFF << 32
_V4_PORT = re.compile(r"([0-9.]+):([0-9]{1,5})")
_V6_PORT = re.compile(r"\[([^\]]+)\](?::([0-9]{1,5}))?")


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it is compared."""

    text: str
    """RFC 5952; an IPv4 address that was written as an IPv6 one is shown as IPv4."""
    high: int
    low: int
    """64 bits each; IPv4 lies in `::ffff:0:0/96`."""
    port: int | None


def address(raw: str) -> Address | str:
    """Read an address, perhaps with a port or a zone id; return why not where it is none."""
    text = raw.strip()
    port: int | None = None
    if found := _V6_PORT.fullmatch(text) or _V4_PORT.fullmatch(text):
        text, port = found[1], int(found[2]) if found[2] else None
        if port is not None and port > 0xFFFF:
            return "no address: the port is too high"
    if "," in text or " " in text:
        return "several addresses"
    text = text.partition("%")[0] if ":" in text else text
    try:
        read = ipaddress.ip_address(text)
    except ValueError:
        is_octal = re.fullmatch(r"[0-9.]+", text) and re.search(r"(^|\.)0[0-9]", text)
        return "zeros in front of a number" if is_octal else "no address"
    return _told(int(read), read.version, port)


def packed(raw: str) -> Address | str:
    """Read the 4 or 16 bytes of an address, written as `0x…`."""
    found = re.fullmatch(r"0[xX]([0-9a-fA-F]{8}|[0-9a-fA-F]{32})", raw.strip())
    if not found:
        return "not 4 or 16 bytes"
    return _told(int(found[1], 16), 4 if len(found[1]) == 8 else 6, None)


def number(raw: str) -> Address | str:
    """Read an IPv4 address that is written as one whole number."""
    text = raw.strip()
    if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) > 0xFFFFFFFF:
        return "no number of 32 bits"
    return _told(int(text), 4, None)


def _told(value: int, version: int, port: int | None) -> Address:
    whole = value | MAPPED if version == 4 else value
    is_v4 = whole >> 32 == 0xFFFF
    text = str(ipaddress.IPv4Address(whole & 0xFFFFFFFF) if is_v4 else ipaddress.IPv6Address(whole))
    return Address(text, whole >> 64, whole & (1 << 64) - 1, port)
