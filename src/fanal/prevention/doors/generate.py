"""Stands before a model: the prompt is asked about before anything is made (PREV-05).

    draw = guarded(deterrent, pipe)
    done = draw(prompt="…", negative_prompt="…", deter=Who(locale="fr", session=ref))
    if isinstance(done, Decision): show(done.content)

The operator's own classifier is a part of the deterrent, and is asked likewise.
"""

import asyncio
import inspect
from collections.abc import Callable, Mapping
from functools import update_wrapper
from typing import Any

from fanal.prevention.doors.asking import Decides, Who, ask, refused
from fanal.prevention.doors.requests import Unreadable
from fanal.prevention.nouns import Action, Decision, Reason, Signals, Surface

PROMPTS = ("prompt", "prompt_2", "prompt_3")
NEGATIVES = ("negative_prompt", "negative_prompt_2", "negative_prompt_3")
PROMPT = "prompt"
"""In the name of an argument that holds text for a model."""
VECTORS = "embeds"
"""In the name of an argument that holds a prompt as numbers, which nobody can ask about."""


def guarded(
    deterrent: Decides,
    make: Callable[..., Any],
    prompts: tuple[str, ...] = PROMPTS,
    negatives: tuple[str, ...] = NEGATIVES,
) -> Callable[..., Any]:
    """Return `make` behind a question: it gives a refusal as a `Decision`, else what `make` gives.

    `prompts` and `negatives` name its arguments, each a text or a list of texts; any text that is
    refused refuses the whole batch. A call without a prompt that is text is refused. What it
    returns is async where `make` is, and takes one argument more, `deter`: what is declared of the
    person.
    """
    read = _Reader(make, prompts, negatives)

    def decide(who: Who, given: tuple[Any, ...], named: Mapping[str, Any]) -> Decision:
        try:
            acts = read.acts(given, named)
        except Unreadable:
            return refused(deterrent, Surface.GENERATE, who)
        except Exception:  # noqa: BLE001 (whatever fails before the model is closed)
            return refused(deterrent, Surface.GENERATE, who, Reason.FAULT)
        return ask(deterrent, Surface.GENERATE, acts, who)

    async def later(*given: Any, deter: Who | None = None, **named: Any) -> Any:
        done = await asyncio.to_thread(decide, deter or Who(), given, named)
        return await make(*given, **named) if done.action is Action.ALLOW else done

    def now(*given: Any, deter: Who | None = None, **named: Any) -> Any:
        done = decide(deter or Who(), given, named)
        return make(*given, **named) if done.action is Action.ALLOW else done

    chosen = later if _is_async(make) else now
    update_wrapper(chosen, make, assigned=("__module__", "__name__", "__doc__"), updated=())
    return chosen


class _Reader:
    """Reads prompts out of the arguments of a call."""

    def __init__(
        self, make: Callable[..., Any], prompts: tuple[str, ...], negatives: tuple[str, ...]
    ) -> None:
        self._prompts, self._negatives = prompts, negatives
        try:
            self._signature: inspect.Signature | None = inspect.signature(make)
        except (TypeError, ValueError):
            self._signature = None

    def acts(self, given: tuple[Any, ...], named: Mapping[str, Any]) -> list[Signals]:
        """Return what is asked about, or raise `Unreadable`."""
        told = self._told(given, named)
        if any(self._is_unasked(name, value) for name, value in told.items()):
            raise Unreadable
        texts = [_texts(told[one]) for one in self._prompts if told.get(one) is not None]
        others = [_texts(told[one]) for one in self._negatives if told.get(one) is not None]
        if not texts or not all(texts):
            raise Unreadable
        lengths = {len(one) for one in (*texts, *others) if len(one) != 1}
        if len(lengths) > 1:
            raise Unreadable
        count = max(lengths, default=1)
        return [
            Signals(text=_joined(texts, at), negative=_joined(others, at)) for at in range(count)
        ]

    def _is_unasked(self, name: str, value: Any) -> bool:
        """Tell whether an argument may hold a prompt that nobody asks about."""
        is_named = name in {*self._prompts, *self._negatives}
        may_hold = not isinstance(value, int | float | None)
        return (VECTORS in name or (PROMPT in name.casefold() and not is_named)) and may_hold

    def _told(self, given: tuple[Any, ...], named: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments by their names; the first without one is the prompt."""
        if self._signature is not None:
            told = dict(self._signature.bind(*given, **named).arguments)
            for one in self._signature.parameters.values():
                if one.kind is one.VAR_KEYWORD:
                    told |= told.pop(one.name, {})
                elif one.kind is one.VAR_POSITIONAL and one.name in told:
                    told |= self._first(told.pop(one.name))
            return told
        return {**self._first(given), **named}

    def _first(self, given: tuple[Any, ...]) -> dict[str, Any]:
        """Return the first argument as the prompt; after it none may hold another."""
        if not all(isinstance(one, int | float | None) for one in given[1:]):
            raise Unreadable
        return dict(zip(self._prompts[:1], given, strict=False))


def _texts(value: Any) -> list[str]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list | tuple) or not all(isinstance(one, str) for one in texts):
        raise Unreadable
    return list(texts)


def _joined(columns: list[list[str]], at: int) -> str:
    """Return the texts of one picture: a text that stands alone holds for all of them."""
    return "\n".join(dict.fromkeys(one[at if len(one) > 1 else 0] for one in columns if one))


def _is_async(make: Callable[..., Any]) -> bool:
    return inspect.iscoroutinefunction(make) or inspect.iscoroutinefunction(
        getattr(make, "__call__", None)  # noqa: B004 (an object whose call is a coroutine)
    )
