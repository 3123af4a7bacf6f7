"""Puts together what a receiver answers of each lead, and reads what came back."""

from collections.abc import Mapping
from dataclasses import replace

from fanal.custody.spelling import canonical
from fanal.errors import UsageError
from fanal.exchange.container import refused
from fanal.exchange.manifest import PACKAGE, REPLY, Manifest, Party
from fanal.exchange.paths import MANIFEST
from fanal.exchange.unseal import Opened
from fanal.model.package import OUTCOMES

ANSWERS = "answers.json"


def answers(told: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return lead → outcome and words, of what was said as `OUTCOME` or `OUTCOME: WORDS`."""
    found: dict[str, tuple[str, str]] = {}
    for lead, said in told.items():
        outcome, _, words = said.partition(":")
        if (outcome := outcome.strip()) not in OUTCOMES:
            raise UsageError(
                f"{lead[:40]}: there is no outcome {outcome[:40]!r}",
                f"say one of: {', '.join(OUTCOMES)}; words go after a colon",
            )
        found[lead] = (outcome, words.strip())
    return found


def reply_to(
    opened: Opened, told: Mapping[str, tuple[str, str]], receiver: Party, time: str
) -> Manifest:
    """Return the manifest of a reply to a package, back to whoever sent it."""
    about = opened.manifest
    if about.kind != PACKAGE:
        raise UsageError("only a package of leads is replied to", "name the package itself")
    if unknown := sorted(told.keys() - about.leads.keys()):
        raise UsageError(
            f"the package has no lead {unknown[0][:40]!r}",
            f"it has: {', '.join(sorted(about.leads)[:5])} …",
        )
    if not told:
        raise UsageError("a reply answers one lead at least", "say it: --lead L-…=accepted")
    return replace(
        about,
        kind=REPLY,
        sender=replace(receiver, name=about.recipient.name),
        recipient=about.sender,
        reason="",
        time=time,
        leads={
            lead: {"outcome": outcome, "words": words} for lead, (outcome, words) in told.items()
        },
        supersedes=opened.digest,
        withdrawn=(),
        notes=(),
        files=(),
    )


def files_of(manifest: Manifest) -> dict[str, bytes]:
    """Return the files of a reply: its answers once more, for programs that read no manifest."""
    return {ANSWERS: canonical({"about": manifest.supersedes, "leads": manifest.leads}).encode()}


def taken(opened: Opened) -> dict[str, tuple[str, str]]:
    """Return lead → outcome and words of a reply that was checked."""
    manifest = opened.manifest
    if manifest.kind != REPLY:
        raise refused(MANIFEST, f"it is a {manifest.kind} and no reply")
    found: dict[str, tuple[str, str]] = {}
    for lead, told in manifest.leads.items():
        if told.keys() != {"outcome", "words"}:
            raise refused(MANIFEST, f"what it says of {lead} is no answer")
        found[lead] = (told["outcome"], told["words"])
    if not found or not manifest.supersedes:
        raise refused(MANIFEST, "it answers nothing")
    return found
