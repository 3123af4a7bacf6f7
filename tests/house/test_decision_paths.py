"""No path leads to `no_real_person_found` but through two people: the source is walked.

What the walk sees is the text of the package: names, strings, imports, calls. It does not see what
is put together at run time from pieces that say nothing by themselves.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from pathlib import Path

import pytest

from fanal.model.decision import NO_REAL_PERSON, VICTIM_STATES
from fanal.review import decisions
from fanal.review.decisions import Needs, fold
from makers.deciding import event

SOURCE = Path(__file__).parents[2] / "src" / "fanal"
WRITER = "pipeline/decide.py"
FOLD = "review/decisions.py"
NAMED = {
    "model/decision.py": "it is named there",
    FOLD: "the fold, and the table of what leads to what",
}
"""Where the state is named, and why."""
STATES = {
    **NAMED,
    WRITER: "checks that what a person says is a state",
    "cli/decide.py": "the choices of the command",
    "cli/items.py": "the choices of what to list",
    "web/decisions.py": "the choices of the review desk",
}
"""Where all states are at hand, and why."""
ASKS = {
    "cli/decide.py": "a person's command",
    "web/decisions.py": "a person at the review desk, under the login of their session",
    "pipeline/second_opinions.py": "a second or third person, under the login of their session",
    "bench/queue.py": "measures what a decision costs, in a case of its own",
}
"""Who calls what writes decisions, and why; the web review will be the second."""
WRITES = {"decide", "undo"}
"""The functions of WRITER in which events are made."""
BEARS = {
    FOLD: {"fanal.model.decision", "fanal.review.people"},
    "review/people.py": set(),
    WRITER: {
        *("fanal.errors", "fanal.stores.interface", "fanal.model.decision", "fanal.model.item"),
        *("fanal.model.series", "fanal.pipeline.reflect", "fanal.pipeline.decided"),
        *("fanal.pipeline.named", "fanal.pipeline.said"),
        *("fanal.review.people", "fanal.review.decisions"),
    },
}
"""What bears on a decision: no finding, no score, no list, no opinion."""

Sources = Mapping[str, str]
Nodes = Iterable[ast.AST]


def package() -> dict[str, str]:
    """Return path → text of everything in the package that is text."""
    return {
        path.relative_to(SOURCE).as_posix(): path.read_text("utf-8")
        for path in sorted(SOURCE.rglob("*"))
        if path.suffix in {".py", ".toml", ".html", ".css", ".json"}
    }


def paths(sources: Sources) -> list[str]:
    """Return every path to the state that there must not be."""
    found = []
    for path, text in sources.items():
        if not path.endswith(".py"):
            found += [f"{path}: names the state"] if "no_real_person" in text.casefold() else []
            continue
        tree = ast.parse(text)
        nodes = list(ast.walk(tree))
        for check in (names, states_at_hand, asks, bears):
            found += [f"{path}: {what}" for what in check(path, nodes)]
        found += [f"{path}: {what}" for what in makes(path, tree, nodes)]
    return found


def names(path: str, nodes: Nodes) -> Iterator[str]:
    """Yield each place where the state is named, or spelled."""
    if path not in NAMED:
        apart = docstrings(nodes)
        for node in nodes:
            if NO_REAL in named_by(node) or "no_real" in spelled_by(node, apart):
                yield f"line {node.lineno} names the state"


NO_REAL = "NO_REAL_PERSON"
ISLAND = "prevention/"
"""A decision of a service is another noun there: no module of it knows the records of a case."""


def named_by(node: ast.AST) -> set[str]:
    """Return the names that a node uses."""
    if isinstance(node, ast.Name):
        return {node.id}
    if isinstance(node, ast.Attribute):
        return {node.attr}
    if isinstance(node, ast.ImportFrom):
        return {alias.name for alias in node.names}
    return set()


def docstrings(nodes: Nodes) -> set[int]:
    """Return the strings that stand for themselves: they explain and do nothing."""
    return {id(node.value) for node in nodes if isinstance(node, ast.Expr)}


def spelled_by(node: ast.AST, apart: set[int]) -> str:
    """Return the text of a string, also of one that is added up of several."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in apart:
        return node.value.casefold()
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return spelled_by(node.left, apart) + spelled_by(node.right, apart)
    if isinstance(node, ast.JoinedStr):
        return "".join(spelled_by(part, apart) for part in node.values)
    return ""


def states_at_hand(path: str, nodes: Nodes) -> Iterator[str]:
    """Yield each place where a state could be picked by its position."""
    if path not in STATES:
        for node in nodes:
            if {"VICTIM_STATES", "TRANSITIONS"} & named_by(node):
                yield f"line {node.lineno} has all states at hand"


def makes(path: str, tree: ast.Module, nodes: Nodes) -> Iterator[str]:
    """Yield each place where an event is made."""
    if path.startswith(ISLAND) and not any("fanal.model" in name for _, name in imported(nodes)):
        return
    called = {"Decision"} | {
        alias.asname
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name == "Decision" and alias.asname
    }
    within = {
        id(inner): node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        for inner in ast.walk(node)
    }
    may = WRITES if path == WRITER else set()
    knows = any(called & named_by(node) for node in nodes)
    for node in nodes:
        if isinstance(node, ast.Call) and within.get(id(node)) not in may:
            how = named_by(node.func)
            given = {name for part in node.args for name in named_by(part)}
            if how & called or (how & {"map", "starmap", "partial"} and given & called):
                yield f"line {node.lineno} makes a decision"
        if changes(node, knows=knows):
            yield f"line {node.lineno} makes a decision of another one"


def changes(node: ast.AST, *, knows: bool) -> bool:
    """Tell whether a record is copied with values that only a decision has.

    Where decisions are known, what a person's event is made of counts, and what cannot be told.
    """
    if not isinstance(node, ast.Call) or not named_by(node.func) & {"replace", "_replace"}:
        return False
    values = {word.arg for word in node.keywords}
    return "victim_state" in values or (knows and bool(values & {None, "by", "account", "undoes"}))


def imported(nodes: Nodes) -> Iterator[tuple[int, str]]:
    """Yield line and module of each import, those within functions too."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "fanal.pipeline" if node.level else node.module or ""
            yield node.lineno, base
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def asks(path: str, nodes: Nodes) -> Iterator[str]:
    """Yield each place from which a decision could be asked for."""
    if path not in ASKS:
        for line, module in imported(nodes):
            if module == "fanal.pipeline.decide":
                yield f"line {line} imports what writes decisions"
        apart = docstrings(nodes)
        for node in nodes:
            if "pipeline.decide" in spelled_by(node, apart):
                told = spelled_by(node, apart).split("pipeline.decide")[1]
                if not told[:1].isalpha():
                    yield f"line {node.lineno} names what writes decisions"


def bears(path: str, nodes: Nodes) -> Iterator[str]:
    """Yield whatever else bears on decisions."""
    if path in BEARS:
        allowed = BEARS[path]
        for line, module in imported(nodes):
            inside = module in allowed or module.rpartition(".")[0] in allowed
            if module.startswith("fanal.") and not inside and not is_package(module, allowed):
                yield f"line {line} lets {module} bear on decisions"


def is_package(module: str, allowed: set[str]) -> bool:
    """Tell whether it is only the package of which something allowed is imported."""
    return any(one.startswith(f"{module}.") for one in allowed)


def alone(length: int) -> list[tuple[tuple[str, str, str], ...]]:
    """Return the short histories in which nobody is found though not two people say so."""
    who = [("Anna", "u"), ("Béla", "v"), ("Béla", "u"), ("Anna", "v")]
    every = [(*one, state) for one in who for state in VICTIM_STATES]
    found = []
    for history in product(every, repeat=length):
        events = [event(n, name, state, login=u) for n, (name, u, state) in enumerate(history)]
        if fold(events).victim_state != NO_REAL_PERSON:
            continue
        last = {(name, login): state for name, login, state in history}
        votes = [one for one, state in last.items() if state == NO_REAL_PERSON]
        two = any(a[0] != b[0] and a[1] != b[1] for a in votes for b in votes)
        if len(votes) < len(last) or not two:
            found.append(history)
    return found


@pytest.fixture(scope="module")
def sources():
    return package()


def test_there_is_no_other_path(sources):
    assert paths(sources) == []
    assert {*STATES, *ASKS, *BEARS} <= sources.keys()


def test_the_fold_reaches_it_by_two_people_only():
    assert alone(1) == []
    assert alone(2) == []


def test_a_table_that_asks_for_one_person_is_noticed(monkeypatch):
    weaker = {**decisions.TRANSITIONS, NO_REAL_PERSON: Needs(1, unopposed=True)}
    monkeypatch.setattr(decisions, "TRANSITIONS", weaker)
    assert len(alone(1)) == 4


def test_a_table_that_lets_a_majority_win_is_noticed(monkeypatch):
    votes = [event(1, "A", NO_REAL_PERSON), event(2, "B", NO_REAL_PERSON)]
    opposed = [*votes, event(3, "C", "identified")]
    monkeypatch.setattr(decisions, "VICTIM_STATES", VICTIM_STATES[::-1])
    assert fold(opposed).victim_state == "identified"
    weaker = {**decisions.TRANSITIONS, NO_REAL_PERSON: Needs(2, unopposed=False)}
    monkeypatch.setattr(decisions, "TRANSITIONS", weaker)
    assert fold(opposed).victim_state == NO_REAL_PERSON


ADDED = {
    "a stage names the state": (
        "pipeline/weigh.py",
        "from fanal.model.decision import NO_REAL_PERSON",
    ),
    "an attribute": ("origin/combine.py", "x = decision.NO_REAL_PERSON"),
    "a string": ("analyzers/interface.py", "x = 'no_real_person_found'"),
    "a string in parts": ("series/alike.py", "x = 'no_' + 'real_person' + '_found'"),
    "a string that is filled in": ("matching/near.py", "x = f'no_real_{y}'"),
    "a state by its position": ("pipeline/facts.py", "x = VICTIM_STATES[-1]"),
    "a state of the table": ("review/order.py", "x = max(TRANSITIONS)"),
    "a template": ("review/templates/report.html", "no_real_person_found"),
    "rules": ("origin/rules.toml", "state = 'no_real_person_found'"),
    "an event elsewhere": ("pipeline/match.py", "Decision('d', 's', 'b', 'a', 'w', x, 'r')"),
    "an event by another name": (
        "pipeline/order.py",
        "from fanal.model.decision import Decision as D\nD('d', 's', 'b', 'a', 'w', x, 'r')",
    ),
    "an event of a module": ("cli/queue.py", "model.decision.Decision(*row)"),
    "events in a row": ("pipeline/joined.py", "x = list(map(Decision, rows))"),
    "an event from the island": (
        "prevention/decide.py",
        "from fanal.model.decision import Decision\nDecision('d', 's', 'b', 'a', 'w', x, 'r')",
    ),
    "an event changed": (
        "pipeline/decided.py",
        "x = dataclasses.replace(one, by='zz')",
    ),
    "an event changed elsewhere": ("pipeline/weigh.py", "x = replace(one, victim_state=state)"),
    "an event changed in some way": ("pipeline/decided.py", "x = replace(one, **values)"),
    "a further writer": (WRITER, "def settle(store, row):\n    return Decision(*row)"),
    "a stage decides": ("pipeline/triage.py", "from fanal.pipeline.decide import decide"),
    "a stage decides when it runs": (
        "pipeline/order.py",
        "def f():\n    from fanal.pipeline import decide",
    ),
    "a neighbour decides": ("pipeline/lists.py", "from . import decide"),
    "the module decides": ("cli/triage.py", "import fanal.pipeline.decide as d"),
    "a name decides": ("cli/main.py", "x = 'fanal.pipeline.decide:decide'"),
    "an opinion bears": (WRITER, "from fanal.model.opinion import Opinion"),
    "a finding bears": (FOLD, "from fanal.model.finding import Finding"),
    "a score bears": ("review/people.py", "import fanal.origin.weigh"),
}


@pytest.mark.parametrize(("path", "text"), ADDED.values(), ids=ADDED)
def test_a_path_that_is_added_is_noticed(sources, path, text):
    given = {path: f"{sources.get(path, '')}\n{text}\n"}
    (first, *_) = paths(given)
    assert first.startswith(path)


def test_names_and_sentences_that_lead_nowhere_are_left_alone():
    text = '"""On no_real_person_found."""\nfrom fanal.pipeline.decided import events\nDecision\n'
    assert paths({"cli/zz.py": text}) == []
