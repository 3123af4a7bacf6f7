"""Tells of a case how far the programs are and how far people are, for its overview."""

from collections import Counter
from collections.abc import Iterator

from fanal.model.desk import Remark
from fanal.model.finding import Fingerprint, Mosaic, Seen
from fanal.model.item import Item
from fanal.model.known import KnownList, MatchRun
from fanal.model.opinion import Opinion
from fanal.model.series import Member
from fanal.pipeline.account import ExhibitAccount, account, canaries, unchecked
from fanal.pipeline.exposure import settled_without_reveal
from fanal.pipeline.order import is_current
from fanal.pipeline.remarks import OUTCOME, of_kind
from fanal.pipeline.replies import outcomes
from fanal.pipeline.report_decided import decided
from fanal.pipeline.second_opinions import pairs
from fanal.review import report_facts as words
from fanal.review.agreement import overall
from fanal.review.overview_facts import Outcome, Processed, Progress, Stage, Undone
from fanal.stores.interface import CaseStore

OUTCOMES = 10
"""The latest ones are told."""
MOST_OPEN = 20
"""Exhibits whose run did not end that are named."""
LOOKS = {
    "perceptual": "decoded and hashed, where there is a picture",
    "generator": "searched for marks of generators",
    "camera": "searched for what a camera wrote",
    "credential": "searched for content credentials",
}
"""Analyzers that every run asks, and what they do with a content."""


def processed(store: CaseStore) -> Processed:
    """Tell how far the programs are, and what they could not do."""
    entries = account(store)
    planted = canaries(store)
    errors: Counter[str] = Counter()
    for entry in entries:
        errors.update({why: n for _, why, n, gap in _reasons(entry) if gap})
    return Processed(
        tuple(_stages(store)),
        unchecked(store)[:MOST_OPEN],
        tuple(_undone(entry) for entry in entries),
        tuple(errors.most_common()),
        sum(check["planted"] for check in planted),
        sum(check["found"] for check in planted),
    )


def _stages(store: CaseStore) -> Iterator[Stage]:
    """Yield the steps of the processing, in the order in which a run takes them."""
    contents = store.count(Item)
    yield Stage("contents read in", contents, 0)
    looked: Counter[str] = Counter()
    for analyzer, _, count in store.tally(Seen, "analyzer", "version"):
        looked[analyzer] = max(looked[analyzer], count)
    for analyzer, does in LOOKS.items():
        yield Stage(does, min(looked[analyzer], contents), contents)
    yield Stage("with a covered preview", store.count(Mosaic, frame=0), 0)
    yield _lists(store)
    yield Stage("with an opinion on their origin", store.count(Opinion), 0)
    yield Stage("put into series", store.count(Member), 0)
    current = is_current(store)
    says = "as new as the facts" if current else "older than the facts"
    yield Stage("queue put in order", int(current), 1, says)


def _lists(store: CaseStore) -> Stage:
    """Return how many lists were matched with everything that was read in."""
    newest = store.last_act(Item, Fingerprint)
    names = [name for (name,) in store.columns(KnownList, "name")]
    upto: Counter[str] = Counter()
    for name, act in store.columns(MatchRun, "list", "upto"):
        upto[name] = max(upto[name], act)
    done = sum(upto[name] >= newest for name in names)
    return Stage("lists matched with all contents", done, len(names))


def _undone(entry: ExhibitAccount) -> Undone:
    return Undone(
        entry.exhibit,
        entry.files,
        entry.contents,
        entry.size,
        entry.decoded,
        tuple(_reasons(entry)),
    )


def _reasons(entry: ExhibitAccount) -> Iterator[tuple[str, str, int, bool]]:
    """Yield what was not done, why, how often, and whether that leaves a gap."""
    for what, counts in (
        (words.NOT_READ, entry.not_read),
        (words.NOT_DECODED, entry.not_decoded),
        (words.IN_PART, entry.in_part),
        (words.RECORDED, entry.notes),
    ):
        for why, count in counts.most_common():
            gap = what != words.RECORDED and not why.startswith("no perceptual hash: not a picture")
            yield what, why, count, gap


def progress(store: CaseStore) -> Progress:
    """Tell how far people are."""
    told = decided(store)
    both = overall(pairs(store))
    second = (("agree", both.agree), ("differ", both.pairs - both.agree)) if both.pairs else ()
    settled, unseen = settled_without_reveal(store)
    return Progress(
        told.states,
        told.waits,
        told.disputed,
        second,
        settled,
        unseen,
        tuple(_outcomes(store)),
    )


def _outcomes(store: CaseStore) -> list[Outcome]:
    """Return the latest of what supervisors wrote down and of what receivers of packages answered.

    A receiver's answer is told without the lead: not everybody who sees the overview sees leads.
    """
    told = [_outcome(one) for one in of_kind(store, OUTCOME)]
    told += [
        Outcome(one.when, str(one.data.get("recipient", one.by)), f"{one.value} (a lead)", "")
        for one in outcomes(store)
    ]
    return sorted(told, key=lambda one: one.when, reverse=True)[:OUTCOMES]


def _outcome(remark: Remark) -> Outcome:
    says = f"{remark.says}: {remark.reason}" if remark.reason else remark.says
    return Outcome(remark.when, remark.by, says, remark.sha256)
