"""Whatever comes in and whatever people say, no content that they have to look at is lost.

A machine adds contents, links and matches, and decides, takes back, merges and splits, in any
order. After each step the queue is compared with one that is worked out here from plain records.
"""

import itertools
from collections import defaultdict

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fanal.errors import UsageError
from fanal.model.known import Match
from fanal.model.review import Moved, Task
from fanal.model.series import SAME_SESSION, Link, Member, Series
from fanal.pipeline import regroup
from fanal.pipeline.decided import standings
from fanal.pipeline.group import group, is_grouped
from fanal.pipeline.order import is_current, order
from fanal.pipeline.progress import Silent
from fanal.pipeline.queued import Queue
from fanal.stores.interface import Server
from makers.cases import opened
from makers.deciding import said, says, takes_back
from makers.ordering import Scene, name

FRESH = itertools.count()
STEP = {"": 2, "unidentified": 4, "generated": 6, "identified": 7, "harmless": 8}
"""What a list says of a content → the step that docs/guide/queue.md gives it."""
KIND = {"identified": ("illegal", True)}
PEOPLE = ("zz-a", "zz-b")
TOLD = st.sampled_from(("identified", "no_real_person_found", "treat_as_real"))
SOME = st.sets(st.integers(0, 40), min_size=1, max_size=4)
ONE = st.integers(0, 40)


class Work(RuleBasedStateMachine):
    """A case that many hands work on."""

    def __init__(self) -> None:
        super().__init__()
        self.store = opened(Server(f"memory://zz-lost-{next(FRESH)}"), name="memory")
        self.own: dict[str, int] = {}
        """Content → the step that lists give it."""
        self.decisions: list[str] = []
        self.events: list[str] = []

    def teardown(self) -> None:
        self.store.close()

    def names(self, numbers) -> list[str]:
        return sorted({name(number % len(self.own)) for number in numbers})

    def follow(self) -> None:
        group(self.store, "zz", Silent())
        order(self.store, "zz", Silent(), 0.25)

    @initialize(told=st.lists(st.sampled_from(sorted(STEP)), min_size=4, max_size=8))
    def begin(self, told) -> None:
        self.add(told)
        self.link({0, 1, 2})
        self.follow()

    @rule(told=st.lists(st.sampled_from(sorted(STEP)), min_size=1, max_size=3))
    def add(self, told) -> None:
        made = Scene()
        for kind in told:
            number = len(self.own)
            which, victim = KIND.get(kind, (kind, None))
            made.add(number, f"desk-{number % 3}/a", kind=which, victim=victim)
            self.own[name(number)] = STEP[kind]
        made.write(self.store)

    @rule(numbers=st.sets(ONE, min_size=2, max_size=4), strong=st.integers(40, 90))
    def link(self, numbers, strong=80) -> None:
        chain = self.names(numbers)
        with self.store.act("zz", "link") as act:
            act.put(
                Link(a, b, SAME_SESSION, "zz", strong, joins=True, says="zz")
                for a, b in itertools.pairwise(chain)
            )

    @rule(number=ONE)
    def list_knows(self, number) -> None:
        (sha256,) = self.names([number])
        if self.own[sha256] == 2:
            with self.store.act("zz", "match") as act:
                act.put([Match(sha256, "zz later", "harmless", "md5", 0, 1, None)])
            self.own[sha256] = STEP["harmless"]

    @rule()
    def triage(self) -> None:
        self.follow()

    @rule(by=st.sampled_from(PEOPLE), state=TOLD, numbers=SOME)
    def decide(self, by, state, numbers) -> None:
        self.decisions.append(says(self.store, by, state, *self.names(numbers)).id)

    @rule(by=st.sampled_from(PEOPLE), state=TOLD, number=ONE)
    def decide_series(self, by, state, number) -> None:
        if series := self.series_of(number):
            self.decisions.append(says(self.store, by, state, series=series).id)

    @precondition(lambda self: self.decisions)
    @rule(by=st.sampled_from(PEOPLE), which=ONE)
    def take_back(self, by, which) -> None:
        try:
            self.decisions.append(
                takes_back(self.store, by, self.decisions[which % len(self.decisions)]).id
            )
        except UsageError:  # it was taken back already, or was another person's word
            return

    @rule(numbers=st.sets(ONE, min_size=2, max_size=4))
    def merge(self, numbers) -> None:
        self.say(regroup.merge, self.names(numbers))

    @rule(number=ONE)
    def split(self, number) -> None:
        if series := self.series_of(number):
            self.say(regroup.split, series, self.names([number]))

    @precondition(lambda self: self.events)
    @rule(which=ONE)
    def take_event_back(self, which) -> None:
        self.say(regroup.undo, self.events[which % len(self.events)])

    def say(self, verb, *told) -> None:
        try:
            done = verb(self.store, *told, said("zz-a"), Silent())
        except UsageError:  # it is so already
            return
        self.events.append(done.event.id)

    def series_of(self, number) -> str:
        (sha256,) = self.names([number])
        return next((name for (name,) in self.store.columns(Member, "series", sha256=sha256)), "")

    @invariant()
    def nothing_is_lost(self) -> None:
        if not self.own:
            return
        member = dict(self.store.columns(Member, "sha256", "series"))
        standing = standings(self.store)
        open_: dict[str, set[str]] = defaultdict(set)
        for sha256 in self.own:
            if not (sha256 in standing and standing[sha256].decided):
                open_[member.get(sha256, sha256)].add(sha256)
        tasks = queue(self.store)
        held: dict[str, list[str]] = defaultdict(list)
        for sha256 in tasks:
            held[member.get(sha256, sha256)].append(sha256)
        assert not [unit for unit, of in held.items() if not set(of) <= open_[unit]]
        assert tasks == {task.sha256: task.step for task in Queue(self.store).tasks()}
        if not is_current(self.store):
            return
        assert is_grouped(self.store, decisions=False)
        assert {unit for unit, of in open_.items() if of} == held.keys()
        assert {len(of) for of in held.values()} <= {1}
        for unit, (shown,) in held.items():  # what the blind sample drew stands earlier still
            assert tasks[shown] <= min(self.own[one] for one in open_[unit])
        sizes = {one.name: one.size for one in self.store.find(Series)}
        assert sizes == {unit: len([m for m in member.values() if m == unit]) for unit in sizes}


def queue(store) -> dict[str, int]:
    """Return the step of each content in the queue, by the last that was written of it."""
    found = {task.sha256: (0, task.step) for task in store.find(Task)}
    for moved in store.find(Moved):
        found[moved.sha256] = max(found.get(moved.sha256, (0, 0)), (moved.number, moved.step))
    return {sha256: step for sha256, (_, step) in found.items() if step}


TestNothingIsLost = Work.TestCase
TestNothingIsLost.settings = settings(
    max_examples=8,
    stateful_step_count=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
)


def test_what_is_taken_back_stands_again_where_it_stood():
    """A photograph beside harmless pictures, decided by mistake, does not come back behind them."""
    store = opened(Server(f"memory://zz-lost-{next(FRESH)}"), name="memory")
    made = Scene()
    photograph = made.add(0)
    for number in (1, 2, 3):
        made.add(number, kind="harmless")
    made.series("s-1", 0, 1, 2, 3)
    made.write(store)
    order(store, "zz", Silent())
    done = says(store, "zz-a", "identified", photograph)
    with store.act("zz", "intake") as act:  # something new comes in meanwhile
        act.put([Match(photograph, "zz later", "generated", "pdq", 20, 1, None)])
    order(store, "zz", Silent())
    assert set(queue(store).values()) == {8}
    takes_back(store, "zz-a", done.id)
    assert is_current(store)
    assert set(queue(store).values()) == {2}
    store.close()
