"""One frozen object with everything a run may be told, read at the start and handed down."""

import math
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from fanal.errors import UsageError


@dataclass(frozen=True, slots=True)
class Settings:
    """How this run behaves; the defaults are what a lab would want."""

    engine: str = "pool"
    """Where the work runs: a name of the engines family."""
    workers: int = 0
    """Worker processes of pool and of a cluster on this machine; 0 means one a core."""
    seconds: float = 120.0
    """Wall-clock limit for one file in a worker."""
    memory: int = 4 << 30
    """Bytes of address space beyond its start that a worker may take for one file."""
    batch_files: int = 32
    """Files handed to a worker at once."""
    batch_bytes: int = 64 << 20
    """Bytes handed to a worker at once, whichever limit is met first."""
    cluster: str = ""
    """Scheduler of the engine cluster, like tls://10.0.0.1:8786; "" means one on this machine."""
    cluster_tls: str = ""
    """Folder with cert.pem, key.pem and perhaps ca.pem, the same on every machine."""
    cluster_open: bool = False
    """Take a cluster without TLS: whoever reaches it runs programs on its workers."""
    cluster_wait: float = 60.0
    """Seconds to wait for a scheduler or a worker that is not there."""
    radius: int = 31
    """Bits two PDQ hashes may differ by and still match."""
    turns: bool = False
    """Match the eight rotations and mirrors too."""
    depth: int = 5
    """Archives inside archives that are followed."""
    members: int = 1_000_000
    """Members read of one outermost archive."""
    ratio: int = 1_000
    """Bytes out for each byte in, of one outermost archive."""
    total: int = 1 << 40
    """Bytes read out of one outermost archive."""
    member_memory: int = 256 << 20
    """Bytes of an archive member held in memory to be decoded."""
    pixels: str = "asked"
    """When digests of pixels are made: `asked` where a picture in the case says that it was made
    from another one, `always`, `never`."""
    mosaics: bool = True
    """Keep of each picture that is decoded a mosaic of 32 squares, which the review desk shows."""
    key: str = ""
    """File of the signing key; "" means `signing.key` in the home folder of fanal."""
    home: str = ""
    """Folder for what fanal keeps on this machine; "" means `.fanal` in the user's home folder."""
    wait: float = 0.0
    """Seconds to wait for another run on the case to end before this one is refused."""
    origin: str = ""
    """TOML file with the laboratory's verbal scale and caps; "" means those of the house."""
    blind: float = 0.02
    """Share of what the queue sets back that is drawn at random and put among the first."""
    actor: str = ""
    """Who acts, for the custody log; "" means the user's login name."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read `fanal.toml` (or the file FANAL_SETTINGS names) and the FANAL_* names."""
        path = Path(environment.get("FANAL_SETTINGS", "fanal.toml"))
        told: dict[str, Any] = {}
        if "FANAL_SETTINGS" in environment or path.is_file():
            try:
                told.update(tomllib.loads(path.read_text("utf-8")))
            except OSError as error:
                said = f"the settings {path} cannot be read: {error.strerror}"
                raise UsageError(said, "mend FANAL_SETTINGS or the file") from error
            except (ValueError, RecursionError) as error:  # also absurd numbers and nesting
                raise UsageError(f"{path} is not valid TOML: {error}", "mend the file") from error
        for field in fields(cls):
            if (value := environment.get(f"FANAL_{field.name.upper()}")) is not None:
                told[field.name] = value
        return cls().changed(told)

    def changed(self, told: Mapping[str, Any]) -> "Settings":
        """Return a copy with these values, each checked against the type of its default."""
        known = {field.name: type(getattr(self, field.name)) for field in fields(self)}
        values: dict[str, Any] = {}
        for name, value in told.items():
            if name not in known:
                raise UsageError(
                    f"there is no setting named {name!r}", f"choose from: {', '.join(known)}"
                )
            values[name] = _typed(name, value, known[name])
        return replace(self, **values)


def _typed(name: str, value: Any, kind: type) -> Any:
    if kind is bool and isinstance(value, str):
        if value.lower() in {"1", "true", "yes", "0", "false", "no"}:
            return value.lower() in {"1", "true", "yes"}
    elif kind in {int, float} and not isinstance(value, bool):
        if (number := _number(value, kind)) is not None:
            return number
    elif type(value) is kind:  # True is no number
        return value
    raise UsageError(
        f"setting {name} cannot be {value!r}", f"give it a value like a {kind.__name__}"
    )


def _number(value: Any, kind: type) -> int | float | None:
    """Return a finite number of that kind, not below nothing; a fraction is no whole number."""
    try:
        number: int | float = kind(value)
        good = 0 <= number < math.inf and (isinstance(value, str) or number == value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if good else None
