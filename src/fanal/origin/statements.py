"""Writes a statement on a picture's origin for a report, from templates in several languages."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from fanal.errors import UsageError
from fanal.model.opinion import number_of

LANGUAGES = ("en", "fr", "de", "da", "es")
LONGEST = 200
"""Characters of a name that a statement repeats."""


@cache
def templates(language: str) -> Mapping[str, Any]:
    """Return the sentences of a language."""
    if language not in LANGUAGES:
        raise UsageError(
            f"there are no statements in {language!r}", f"choose one of: {', '.join(LANGUAGES)}"
        )
    path = files("fanal.origin").joinpath("statements").joinpath(f"{language}.toml")
    return tomllib.loads(path.read_text("utf-8"))


def statement(facts: Mapping[str, Any], language: str, version: str) -> str:
    """Return the statement on the public object of an item, one finding a paragraph."""
    said, origin = templates(language), facts["origin"]
    frame = said["frame"]
    parts = [
        frame["title"].format(sha256=facts["sha256"]),
        frame["basis"].format(version=version, rules=origin["rules"] or "–"),
    ]
    weighed = [one for one in origin["findings"] if one["rule"]]
    parts += [_paragraph(one, said) for one in weighed] or [frame["none"]]
    parts.append(_together(origin, said))
    parts.append(frame["caution"])
    if language != "en":
        parts.append(f"[{said['reviewed']}]")
    return "\n\n".join(parts) + "\n"


def _paragraph(one: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    frame = said["frame"]
    lines = [said["findings"][one["rule"]], *_names(one, said), _weight(one, said)]
    if one["unsigned"]:
        lines.append(frame["unsigned"])
    for doubt in one["doubts"]:
        # What an analyzer adds of its own is quoted as it stands.
        told = said.get("doubts", {}).get(doubt, doubt if said is templates("en") else f"“{doubt}”")
        lines.append(frame["doubt"].format(doubt=told))
    lines += [frame["bytes"].format_map(rest) for rest in one["data"].get("bytes", ())[:3]]
    return " ".join(lines)


def _names(one: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the finding names, in brackets."""
    told = {**one["data"], **_signer(one["data"])}
    named = [
        said["frame"]["names"].format(name=word, value=told[name][:LONGEST])
        for name, word in said["names"].items()
        if isinstance(told.get(name), str) and told[name]
    ]
    if named:
        yield f"({'; '.join(named)})"


def _signer(data: Mapping[str, Any]) -> Mapping[str, str]:
    """Return who signed a content credential, and by which list, anchor and time it was judged."""
    by = data.get("trusted_by")
    if not isinstance(by, dict):
        return {}
    judged = [by.get(key) for key in ("list", "anchor", "at")] if by.get("list") else []
    return {
        "signer": data.get("issuer") or data.get("common_name") or "",
        "list": ", ".join(str(part) for part in judged if part),
    }


def _weight(one: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    grade = said["grades"][one["grade"]]
    if one["grade"] == "none":
        return str(said["frame"]["nothing"].format(grade=grade))
    words = {
        "one": _propositions(one["for"], said),
        "other": _propositions(one["against"], said),
        "grade": grade,
    }
    if one["log10_lr"] is not None:
        return str(said["frame"]["ratio"].format(number=number_of(one["log10_lr"]), **words))
    return str(said["frame"]["fact"].format(**words))


def _propositions(codes: Sequence[str], said: Mapping[str, Any]) -> str:
    words = [said["propositions"][code] for code in codes]
    return f" {said['frame']['or']} ".join(words)


def _together(origin: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    frame = said["frame"]
    lines = [frame["state"].format(state=said["states"][origin["state"]])]
    if origin["state"] == "conflicting":
        lines += [frame["conflict"], frame["treated"]]
    elif origin["settled"]:
        lines.append(frame["settled"])
    elif origin["state"] != "camera":
        lines.append(frame["open"])
    return " ".join(lines)
