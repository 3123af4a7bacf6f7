"""Bundles of made-up wording, signed by a key of the test."""

from datetime import date
from pathlib import Path
from typing import Any

from fanal.prevention.messages.keys import make_key, sign, signature_of
from fanal.prevention.messages.worksheet import _quoted

DAY = date(2026, 11, 27)
HEAD: dict[str, Any] = {
    "version": 1,
    "locale": "en",
    "families": ["help"],
    "reading_level": "plain words",
    "reviewer": "Desk Z",
    "review_date": date(2026, 11, 1),
    "legal_check": "Counsel Z",
    "legal_date": date(2026, 11, 2),
    "expires": date(2027, 11, 1),
}
HELP = {"title": "Zz title of help", "body": ["Zz first sentence.", "Zz second sentence."]}


def told(**sections: Any) -> dict[str, Any]:
    """Return a bundle that is taken, with sections changed; `head` changes keys of its head."""
    head = HEAD | sections.pop("head", {})
    return {"bundle": head, "family": {"help": HELP}} | sections


def spelt(table: dict[str, Any]) -> str:
    """Return tables as TOML, one level of sections below the first."""
    lines: list[str] = []
    for section, values in table.items():
        plain = {key: one for key, one in values.items() if not isinstance(one, dict)}
        lines += [f"[{section}]", *(f"{key} = {_value(one)}" for key, one in plain.items()), ""]
        for key in values.keys() - plain.keys():
            lines += spelt({f"{section}.{_quoted(key)}": values[key]}).splitlines()
    return "\n".join(lines) + "\n"


def _value(one: Any) -> str:
    if isinstance(one, list):
        return f"[{', '.join(map(_value, one))}]"
    return _quoted(one) if isinstance(one, str) else str(one)


def signed(folder: Path, name: str = "own.toml", **sections: Any) -> tuple[Path, str]:
    """Write a bundle and its signature; return it and the public key."""
    key = folder / "key.pem"
    if not key.exists():
        make_key(key)
    path = folder / name
    path.write_text(spelt(told(**sections)), "utf-8")
    signature, public = sign(path.read_bytes(), key)
    signature_of(path).write_text(signature, "ascii")
    return path, public
