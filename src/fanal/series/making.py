"""Reads from what generators wrote what the pictures of one set-up have in common."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fanal.model.evidence import SENSITIVE
from fanal.series.bodies import folded
from fanal.series.spelling import digest

MOST_ADD_ONS = 16
MOST_SEED = (1 << 64) - 1
EXAMPLES = frozenset(
    {0, 1, 2, 3, 7, 10, 11, 13, 42, 69, 93, 99, 100, 101, 111, 123, 128, 256, 333, 420, 512, 555}
    | {666, 777, 888, 999, 1000, 1024, 1111, 1234, 1337, 2023, 2024, 2025, 2048, 3407, 4242, 5555}
    | {6666, 7777, 8888, 9999, 12345, 31337, 54321, 69420, 88888, 99999, 123123, 123456, 654321}
    | {1234567, 7654321, 12345678, 87654321, 123456789, 987654321, 1234567890, 3141592653}
    | {2147483647, 4294967295, MOST_SEED}
)
"""Seeds that stand in manuals, or are the first or last of their kind: they mean nothing."""
GENERATED = "trainedAlgorithmicMedia"
"""IPTC digital source type of what a trained model made."""
WEAK, MIDDLE, STRONG = "weak", "middle", "strong"


@dataclass(frozen=True, slots=True)
class Common:
    """One thing that pictures of a set-up share."""

    code: str
    """What it is, e.g. `graph shape`."""
    value: str
    """What stands for it: a digest, or digits that are one already."""
    rank: str = MIDDLE
    """How much it says where few have it."""


@dataclass(frozen=True, slots=True)
class Made:
    """What one record says of how a picture was made."""

    setup: str
    """Stands for tool, version, model and size; "" where too little is told."""
    seed: int | None
    prompt: str = ""
    """The words themselves: they are compared, and kept nowhere."""
    common: tuple[Common, ...] = field(default=())


def made_of(record: Mapping[str, Any]) -> Made:
    """Return what the data of a `generator record` say."""
    words = record.get(SENSITIVE)
    prompt = _text(words.get("prompt")) if isinstance(words, dict) else ""
    return Made(_setup(record), _seed(record.get("seed")), prompt, tuple(_shared(record)))


def of_add_on(data: Mapping[str, Any]) -> Common | None:
    """Return what stands for an add-on model: its hash, else its name."""
    told = data.get("hash")
    value = told.get("value") if isinstance(told, dict) else None
    if isinstance(value, str) and len(value) >= 8:
        return Common("add-on model", folded(value).lower()[:64], STRONG)
    words = data.get(SENSITIVE)
    name = folded(words.get("name")) if isinstance(words, dict) else ""
    return Common("add-on model", digest("name", name), STRONG) if name else None


def of_signer(data: Mapping[str, Any]) -> Common | None:
    """Return what stands for the signer of a credential that says that a model made the picture."""
    created = data.get("created")
    if not isinstance(created, list) or GENERATED not in created:
        return None
    names = [folded(data.get(name)) for name in ("issuer", "common_name", "algorithm")]
    return Common("signer", digest(*names), WEAK) if any(names[:2]) else None


def _setup(record: Mapping[str, Any]) -> str:
    size = record.get("size") or record.get("actual_size")
    model = _model(record) or folded(record.get("graph_shape"))
    if not model or not isinstance(size, list) or len(size) != 2:
        return ""
    return digest(folded(record.get("tool")), folded(record.get("version")), model, *size)


def _model(record: Mapping[str, Any]) -> str:
    """Return the model by its first hash, else by its name."""
    for one in _list(record.get("model_hashes")):
        if isinstance(one, dict) and isinstance(one.get("value"), str):
            return folded(one["value"])
    return folded(record.get("model"))


def _seed(told: Any) -> int | None:
    good = isinstance(told, int) and not isinstance(told, bool) and 0 <= told <= MOST_SEED
    return told if good and told not in EXAMPLES else None


def _text(words: Any) -> str:
    if isinstance(words, dict):  # a long one: its beginning
        words = words.get("text")
    return words if isinstance(words, str) else ""


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []


def _shared(record: Mapping[str, Any]) -> Iterator[Common]:
    if shape := folded(record.get("graph_shape")):
        yield Common("graph shape", shape.lower()[:16])
    if model := _model(record):
        hashed = bool(record.get("model_hashes"))
        yield Common("model", model.lower()[:16] if hashed else digest(model), WEAK)
    version = folded(record.get("version"))
    if version:
        yield Common("tool version", digest(folded(record.get("tool")), version), WEAK)
    yield from _of_editor(record.get("editor"))
    words = record.get(SENSITIVE)
    for name in ("user", "account"):
        told = folded(words.get(name)) if isinstance(words, dict) else ""
        if told:
            yield Common(name, digest(name, told), STRONG)


def _of_editor(editor: Any) -> Iterator[Common]:
    """Yield what the editor of graphs left of one workflow and of one look at it."""
    if not isinstance(editor, dict):
        return
    if workflow := folded(editor.get("workflow_id")):
        yield Common("workflow", digest(workflow), STRONG)
    offset = editor.get("offset")
    if isinstance(offset, list) and len(offset) == 2 and any(_is_odd(one) for one in offset):
        yield Common("editor's view", digest(*offset, editor.get("scale")), STRONG)


def _is_odd(number: Any) -> bool:
    """Tell whether a number has digits that nobody chose: whole ones are where an editor begins."""
    return isinstance(number, float) and number % 1 != 0
