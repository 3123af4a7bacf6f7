"""Recognizes the settings, caches and logs that image generators leave, by what stands in them.

Structure decides, never a name: several keys that only one tool writes must stand together.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fanal.analyzers.model_file_folder import folder_file
from fanal.analyzers.model_file_setup_found import (
    MOST_LISTED,
    MOST_VALUES,
    Found,
    Stated,
    settings,
)
from fanal.analyzers.model_file_setup_known import IN_JSON, IN_LINES, INVOKEAI, knows
from fanal.analyzers.model_file_values import LONG, hexadecimal, plain, read_json

MOST_LINES, MOST_LINED = 20_000, 256 << 10
"""Lines, and bytes, of a settings file that is neither JSON nor HTML."""
BOARDS = {"boards", "board_images", "images", "session_queue", "workflow_library", "models"}
DRAW_THINGS = {"tensorhistorynode", "thumbnailhistoryhalfnode"}
"""Tables by which databases are known (InvokeAI app/services/shared/sqlite_migrator)."""
_TABLES = re.compile(rb"(?i)create table (?:if not exists )?[\"'`\[]?(\w{1,60})")
_LINE = re.compile(r"^([ \t]*)([A-Za-z_][\w.-]{0,80})[ \t]*[:=](?:[ \t]+(.*)|)$")
_UI = re.compile(r"^(?:customscript/[^/]+/)?(?:txt2img|img2img|extras)/.+/(?:value|visible|step)$")
_LAST_LINE = re.compile(r"^Steps: \d+, [^\n]{20,8000}$", re.MULTILINE)
_PARAMETER = re.compile(r'([A-Z][\w /-]{1,40}): ("(?:[^"\\]|\\.)*"|[^,]*)')
_HASH = re.compile(r"(?:^|[:, ])([0-9a-fA-F]{8,64})(?=$|[,\" ])")
_LOG = re.compile(r"Fooocus Log (\d{4}-\d\d-\d\d) \(private\)")
_LOGGED = re.compile(
    r"class=\"image-container\">\s*<hr>\s*<table><tr>\s*<td><a href=[\"']([^\"']+)"
)
_ROW = re.compile(
    r"<td class='(?:key|label)'>([^<]{1,60})</td><td class='value'>([^<]{1,300})</td>"
)


def setup_in_text(data: bytes) -> Stated | None:
    """Return what a text says if it is a tool's; None for any other text."""
    begin = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if begin not in _READERS and len(data) > MOST_LINED:
        return None
    text = ""
    for mark, read in _READERS.get(begin, _OTHERS):
        if mark in data:
            text = text or data.decode("utf-8-sig", "replace")
            if found := read(text):
                return found if isinstance(found, Stated) else found.stated(data)
    return None


def setup_in_database(data: bytes) -> Stated | None:
    """Return which tool's database begins with these bytes, by the names of its tables."""
    tables = {name.decode().lower() for name in _TABLES.findall(data)}
    for tool, file, marks, least in (
        ("InvokeAI", "database", BOARDS, 4),
        ("Draw Things", "project database", DRAW_THINGS, 2),
    ):
        if len(tables & marks) >= least:
            return Found(tool, file).stated(data)
    return None


def _json(text: str) -> Found | None:
    """Read one JSON object whose keys are known; a preface may stand before it."""
    begin = text.find("{", 0, LONG)
    value = read_json(text[begin:]) if begin >= 0 else None
    if not isinstance(value, dict):
        return None
    keys = frozenset(value)
    for known in IN_JSON:
        if knows(known, keys):
            found = settings(known, value)
            _packages(found, value.get("InstalledPackages"))
            if known.tool.startswith("AUTOMATIC1111"):
                found.facts["fork"] = _fork(keys)
            return found
    return None


def _fork(keys: frozenset[str]) -> str:
    """Return which of the family writes such settings."""
    for start, name in (("forge_", "Forge"), ("diffusers_", "SD.Next")):
        if any(key.startswith(start) for key in keys):
            return name
    return ""


def _packages(found: Found, packages: Any) -> None:
    """Note what Stability Matrix has installed, and where."""
    for package in packages[:MOST_VALUES] if isinstance(packages, list) else ():
        if isinstance(package, dict):
            name = plain(package.get("PackageName"), 60)
            where = plain(package.get("FullPath") or package.get("LibraryPath"))
            found.facts.setdefault("packages", []).append(name)
            if where:
                found.words.setdefault("packages", {})[name] = where


def _lines(text: str) -> Found | None:
    """Read settings in lines of key and value, as YAML, TOML and FDS write them."""
    value = _pairs(text)
    keys = frozenset(value)
    if "schema_version" in keys and "invoke-ai.github.io" in text:  # so it comments its own
        return settings(INVOKEAI, value)
    known = next((one for one in IN_LINES if knows(one, keys)), None)
    return settings(known, value) if known else None


def _pairs(text: str) -> Mapping[str, str]:
    """Return key → value of the lines; lines after a key with none or `|` are its value."""
    pairs: dict[str, str] = {}
    open_key = ""
    for line in text.split("\n", MOST_LINES)[:MOST_LINES]:
        if line.lstrip()[:1] in {"#", "", "["}:
            continue
        if found := _LINE.match(line.rstrip()):
            value = (found[3] or "").partition(" #")[0].strip().strip("\"'")
            open_key = found[2] if value in {"", "|", ">"} else ""
            pairs.setdefault(found[2], "" if open_key else value)
        elif open_key and len(pairs[open_key]) < LONG:
            pairs[open_key] = f"{pairs[open_key]}; {line.strip()}".removeprefix("; ")
    return pairs


def _ui_defaults(text: str) -> Found | None:
    value = read_json(text)
    told = [key for key in value if _UI.match(key)] if isinstance(value, dict) else []
    if len(told) < 5 or 2 * len(told) < len(value):
        return None
    return Found("AUTOMATIC1111 family", "ui-config.json", facts={"keys": len(value)})


def _comfy(text: str) -> Found | None:
    value = read_json(text)
    told = [key for key in value if key.startswith("Comfy.")] if isinstance(value, dict) else []
    if len(told) < 3:
        return None
    version = plain(value.get("Comfy.InstalledVersion"), 40)
    return Found("ComfyUI", "comfy.settings.json", version, facts={"keys": len(value)})


def _hash_cache(text: str) -> Found | None:
    """Read the digests of every model that an A1111 tool has met, also of those now gone."""
    value = read_json(text)
    found = Found("AUTOMATIC1111 family", "cache.json")
    for section, dialect in (("hashes", "sha256"), ("hashes-addnet", "tensors")):
        models = value.get(section) if isinstance(value, dict) else None
        for title, told in models.items() if isinstance(models, dict) else ():
            digest = hexadecimal(told.get("sha256"), 64) if isinstance(told, dict) else ""
            if digest:
                _add_hash(found, dialect, digest, title)
    return found if found.hashes else None


def _fooocus_cache(text: str) -> Found | None:
    """Read the digests that Fooocus keeps, one JSON object with one path a line."""
    found = Found("Fooocus", "hash_cache.txt")
    for line in filter(None, text.split("\n", MOST_LINES)[:MOST_LINES]):
        value = read_json(line)
        if not isinstance(value, dict) or len(value) != 1:
            return None
        ((path, told),) = value.items()
        digest = hexadecimal(told, 10, 64)
        if not digest or not re.search(r"[/\\].*\.(?:safetensors|ckpt|pth?|bin|patch)$", path):
            return None
        _add_hash(found, "sha256" if len(digest) == 64 else "autov2", digest, path)
    return found if found.hashes else None


def _add_hash(found: Found, dialect: str, digest: str, title: str) -> None:
    found.hashes.append({"dialect": dialect, "value": digest})
    names = found.words.setdefault("models_met", [])
    if len(names) < MOST_LISTED:
        names.append([plain(title, 150), digest[:12]])


def _generation_text(text: str) -> Found | None:
    """Read the record that A1111 tools write beside a picture, or of the last one they made."""
    last = _LAST_LINE.search(text) if len(text) <= 64 << 10 else None
    pairs = _PARAMETER.findall(last[0]) if last else []
    told = {key: value.strip().strip('"') for key, value in pairs}
    if not told.keys() >= {"Steps", "Sampler", "CFG scale", "Seed"}:
        return None
    found = Found("AUTOMATIC1111 family", "generation text", plain(told.get("Version"), 40))
    for key, dialect in (("Model hash", "a1111"), ("VAE hash", "a1111"), ("TI hashes", "autov2")):
        _add_hashes(found, dialect, told.get(key, ""))
    _add_hashes(found, "autov3", told.get("Lora hashes", ""))
    found.models = {key: plain(told[key]) for key in ("Model", "VAE") if told.get(key)}
    found.words["text"] = plain(text, LONG)
    return found


def _add_hashes(found: Found, dialect: str, text: str) -> None:
    for value in _HASH.findall(text)[:MOST_VALUES]:
        found.hashes.append({"dialect": dialect, "value": value.lower()})


def _log(text: str) -> Found | None:
    """Read the log of pictures that Fooocus writes for each day (modules/private_logger.py)."""
    begun = _LOG.search(text[:LONG])
    if not begun:
        return None
    names = list(_logged(text))
    found = Found("Fooocus", "log.html", facts={"date": begun[1], "pictures": len(names)})
    found.words["pictures"] = [plain(name, 100) for name in names[:MOST_LISTED]]
    for key, value in _ROW.findall(text):
        if key.endswith(" Model") or key.startswith("LoRA "):
            found.models.setdefault(f"{key}: {value}"[:200], plain(value))
    return found


def _logged(text: str) -> Iterator[str]:
    return (one[1] for one in _LOGGED.finditer(text))


_Readers = tuple[tuple[bytes, Callable[[str], Found | Stated | None]], ...]
_READERS: Mapping[bytes, _Readers] = {
    b"{": (
        (b'"outdir_', _json),
        (b'"sd_model_checkpoint"', _json),
        (b'"path_checkpoints"', _json),
        (b'"InstalledPackages"', _json),
        (b'"render_devices"', _json),
        (b'"pretrained_model_name_or_path"', _json),
        (b"/visible", _ui_defaults),
        (b'"Comfy.', _comfy),
        (b'"hashes', _hash_cache),
        (b'.safetensors": "', _fooocus_cache),
        (b'"_diffusers_version"', folder_file),
        (b'"peft_type"', folder_file),
    ),
    b"<": ((b"Fooocus Log ", _log),),
}
"""First character of a text → bytes that must stand in it, and how it is then read."""
_OTHERS: _Readers = (
    (b'"path_checkpoints"', _json),
    (b"SDModelFolder", _lines),
    (b"ModelRoot", _lines),
    (b"schema_version", _lines),
    (b"InvokeAI:", _lines),
    (b"base_path", _lines),
    (b"render_devices", _lines),
    (b"pretrained_model_name_or_path", _lines),
    (b"CFG scale: ", _generation_text),
)
"""The same of texts that begin otherwise."""
