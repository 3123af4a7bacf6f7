"""Addresses of crypto money: their own checksums and the kind of chain; no transfers."""

import hashlib
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BASES: dict[int, str] = {0x00: "bitcoin", 0x05: "bitcoin", 0x1E: "dogecoin", 0x30: "litecoin"}
_BASES |= {0x32: "litecoin", 0x16: "dogecoin", 0x4C: "dash", 0x10: "dash", 0x41: "tron"}
"""First byte of a Base58Check address → chain (each project's chain parameters)."""
_PEOPLE = {"bc": "bitcoin", "ltc": "litecoin"}
"""Human-readable part of a Bech32 address → chain."""
_TURNS: tuple[int, ...] = (
    0,
    1,
    62,
    28,
    27,
    36,
    44,
    6,
    55,
    20,
    3,
    10,
    43,
    25,
    39,
    41,
    45,
    15,
    21,
    8,
    18,
    2,
    61,
    56,
)
_TURNS += (14,)
Lanes = NDArray[np.uint64]


def wallets(values: Sequence[str]) -> list[tuple[str, str, bool | None]]:
    """Return of each address how it is compared, its chain ("" unknown), and whether it checks out.

    Base58Check, Bech32 (BIP 173), Bech32m (BIP 350), EIP-55. None where there is no checksum that
    is known here: an Ethereum address in small letters alone, an address of another chain.
    """
    told = [_plain(value.strip()) for value in values]
    mixed = [at for at, value in enumerate(values) if _is_mixed(value.strip())]
    if mixed:
        right = _eip55([values[at].strip() for at in mixed])
        for at, good in zip(mixed, right, strict=True):
            told[at] = (told[at][0], told[at][1], good)
    return told


def _plain(text: str) -> tuple[str, str, bool | None]:
    if re.fullmatch(r"0[xX][0-9a-fA-F]{40}", text):
        return text.lower(), "ethereum", None
    if text.lower().startswith(tuple(f"{human}1" for human in _PEOPLE)):
        chain = _segwit(text)
        return (text.lower(), chain, True) if chain else (text, "", False)
    return text, *_base58(text)


def _is_mixed(text: str) -> bool:
    return bool(
        re.fullmatch(r"0x[0-9a-fA-F]{40}", text)
        and text[2:] != text[2:].lower()
        and text[2:] != text[2:].upper()
    )


def _base58(text: str) -> tuple[str, bool | None]:
    """Return the chain of a Base58Check address, and whether its checksum holds; None: no such."""
    if not 25 <= len(text) <= 36 or not all(letter in _BASE58 for letter in text):
        return "", None
    value = 0
    for letter in text:
        value = value * 58 + _BASE58.index(letter)
    zeros = len(text) - len(text.lstrip("1"))
    data = bytes(zeros) + value.to_bytes((value.bit_length() + 7) // 8, "big")
    if len(data) != 25 or data[0] not in _BASES:
        return "", None
    check = hashlib.sha256(hashlib.sha256(data[:-4]).digest()).digest()[:4]
    return (_BASES[data[0]], True) if check == data[-4:] else ("", False)


def _segwit(text: str) -> str:
    """Return the chain of a segregated-witness address whose checksum holds, else ""."""
    if text != text.lower() and text != text.upper():
        return ""
    human, mark, data = text.lower().rpartition("1")
    if not mark or human not in _PEOPLE or not 7 <= len(data) <= 90 - len(human) - 1:
        return ""
    if not all(letter in _BECH32 for letter in data):
        return ""
    values = [_BECH32.index(letter) for letter in data]
    spread = [ord(letter) >> 5 for letter in human] + [0] + [ord(letter) & 31 for letter in human]
    version, program = values[0], len(values) - 7
    is_long_enough = 2 <= program * 5 // 8 <= 40 and program * 5 % 8 < 5
    wanted = 1 if version == 0 else 0x2BC830A3
    good = _polymod(spread + values) == wanted and version <= 16 and is_long_enough
    return _PEOPLE[human] if good and (version or program * 5 // 8 in {20, 32}) else ""


def _polymod(values: Sequence[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for at, generator in enumerate(
            (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
        ):
            check ^= generator if top >> at & 1 else 0
    return check


def _eip55(texts: Sequence[str]) -> list[bool]:
    """Tell of each address of mixed case whether its capitals are those of EIP-55."""
    hashes = keccak256([text[2:].lower().encode() for text in texts])
    return [
        all(
            letter.isdigit() or letter.isupper() == (int(nibble, 16) >= 8)
            for letter, nibble in zip(text[2:], digest.hex(), strict=False)
        )
        for text, digest in zip(texts, hashes, strict=True)
    ]


def keccak256(messages: Sequence[bytes]) -> list[bytes]:
    """Return Keccak-256 (the original padding, as Ethereum uses it) of short messages, all at once.

    Bertoni, Daemen, Peeters and Van Assche, The Keccak reference, version 3.0.
    """
    blocks = np.zeros((len(messages), 136), dtype=np.uint8)
    for row, message in zip(blocks, messages, strict=True):
        if len(message) >= 136:
            raise ValueError("the message is longer than one block")
        row[: len(message)] = np.frombuffer(message, dtype=np.uint8)
        row[len(message)] ^= 0x01
        row[135] ^= 0x80
    lanes = list(np.zeros((25, len(messages)), dtype=np.uint64))
    for at, lane in enumerate(blocks.view("<u8").T.astype(np.uint64)):
        lanes[at] = lane
    for constant in _constants():
        lanes = _round(lanes, constant)
    return [bytes(row) for row in np.stack(lanes[:4], axis=1).astype("<u8").view(np.uint8)]


def _round(lanes: list[Lanes], constant: int) -> list[Lanes]:
    columns = [
        lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)
    ]
    mixed = [columns[(x + 4) % 5] ^ _turned(columns[(x + 1) % 5], 1) for x in range(5)]
    moved: list[Lanes] = [lanes[0]] * 25
    for y in range(5):
        for x in range(5):
            at = x + 5 * y
            moved[y + 5 * ((2 * x + 3 * y) % 5)] = _turned(lanes[at] ^ mixed[x], _TURNS[at])
    done = [
        moved[x + 5 * y] ^ (~moved[(x + 1) % 5 + 5 * y] & moved[(x + 2) % 5 + 5 * y])
        for y in range(5)
        for x in range(5)
    ]
    done[0] = done[0] ^ np.uint64(constant)
    return done


def _turned(lane: Lanes, by: int) -> Lanes:
    if not by:
        return lane
    return (lane << np.uint64(by)) | (lane >> np.uint64(64 - by))


def _constants() -> list[int]:
    """Return the constants of the 24 rounds, from the register that the reference defines."""
    register, constants = 1, []
    for _ in range(24):
        constant = 0
        for power in range(7):
            if register & 1:
                constant |= 1 << (1 << power) - 1
            register = register << 1 ^ (0x171 if register >> 7 else 0)
        constants.append(constant)
    return constants
