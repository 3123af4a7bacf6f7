"""Makes the opinions about origin anew where findings, rules, lists or places have changed."""

from collections.abc import Iterator
from itertools import chain, groupby, islice
from pathlib import Path

from fanal.model.finding import Finding
from fanal.model.item import Place
from fanal.model.opinion import Opinion, TrustList
from fanal.origin.rules import Rules, load_rules
from fanal.origin.scale import Scale, load_scale
from fanal.origin.weigh import weigh
from fanal.pipeline.context import Context
from fanal.pipeline.progress import Progress
from fanal.settings import Settings
from fanal.stores.interface import CaseStore

WRITTEN = 2000
FACTS = (Finding, Place, TrustList)
"""What opinions hang on."""
VERB = "weigh"


def weigh_all(store: CaseStore, settings: Settings, actor: str, progress: Progress) -> bool:
    """Weigh the findings of every content that has any; return whether there was anything to do."""
    rules, scale = load_rules(), scale_of(settings)
    facts = store.last_act(*FACTS)
    told = f"{rules.digest[:16]}-{scale.digest[:16]}"
    if is_weighed(store, facts, told) or not store.count(Finding):
        return False
    progress.step("weighing what speaks for a camera and what for a generator")
    context = Context.of(store)
    with store.act(actor, VERB, facts=facts, rules=told) as act:
        act.drop(Opinion)
        opinions = _opinions(store, context, rules, scale)
        while part := list(islice(opinions, WRITTEN)):
            act.put(part)
            progress.advance(len(part), 0)
    return True


def scale_of(settings: Settings) -> Scale:
    """Return the laboratory's scale and caps, or those of the house."""
    return load_scale(Path(settings.origin) if settings.origin else None)


def is_weighed(store: CaseStore, facts: int, rules: str) -> bool:
    """Tell whether facts up to an act were weighed by these rules, and by no others since."""
    done, by = 0, ""
    for leaf in store.history():
        if leaf.verb == VERB:
            done, by = int(leaf.details["facts"]), str(leaf.details["rules"])
    return done >= facts and by == rules


def _opinions(store: CaseStore, context: Context, rules: Rules, scale: Scale) -> Iterator[Opinion]:
    """Yield an opinion on every content of which anything is told."""
    beyond = context.beyond()
    every = groupby(store.find(Finding, order=("sha256",)), key=lambda finding: finding.sha256)
    found = ((sha256, tuple(of)) for sha256, of in every)
    for sha256, own in chain(found, ((sha256, ()) for sha256 in _left(beyond))):
        beyond.discard(sha256)
        opinion = weigh(sha256, context.with_case(sha256, own), rules, scale)
        if opinion.reasons:
            yield opinion


def _left(contents: set[str]) -> Iterator[str]:
    """Yield what is left of a set when it is first asked, in order."""
    yield from sorted(contents)
