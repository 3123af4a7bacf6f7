"""No path leads from a score, a graph or a rule of ours to a tier: only people's words do.

As for decisions, the text of the package is walked: names, strings, imports, calls.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "fanal"
WRITER = "pipeline/assess.py"
MAKES = {"made", "take_back"}
"""The functions of WRITER in which assessments are made."""
ASKS = {
    "cli/leads_assess.py": "a person's command",
    "cli/leads_join.py": "a person's command takes back what was said of accounts",
    "web/lead.py": "a person at the desk, under the login of their session",
    "pipeline/checklist.py": "answers and tiers that people give",
    "pipeline/leads_join.py": "a person says that accounts are one person's, or not",
    "pipeline/clocks.py": "a person starts or ends a period",
    "pipeline/requests.py": "two people sign a request",
    "pipeline/addresses.py": "a person says that a table of addresses counts no more",
    "pipeline/pollution.py": "a named person releases a content for a list of real victims",
    "pipeline/replies.py": "a receiver's signed reply",
    "demo/site_run.py": "the people of the demonstration say whose exhibits are whose",
}
"""Who has assessments written, and why; a new place is one line here."""
SETS = {
    "cli/leads_tier.py": "a person's command",
    "web/lead_checklist.py": "a person at the desk",
}
"""Who has tiers set."""
CHOSEN = {"tier": {"pipeline/checklist.py"}, "category": set(), "answer": {"pipeline/checklist.py"}}
"""Kind → where it is named in a call that writes: elsewhere a person chooses the kind."""
BEARS = {
    WRITER: {
        *("fanal.errors", "fanal.stores.interface", "fanal.model.desk", "fanal.model.lead"),
        *("fanal.model.item", "fanal.model.package"),
        *("fanal.pipeline.audit_records", "fanal.pipeline.said", "fanal.review.people"),
    },
    "pipeline/standing.py": {
        *("fanal.errors", "fanal.stores.interface", "fanal.model.lead", "fanal.review.people"),
        *("fanal.leads.book", "fanal.leads.fraud", "fanal.leads.naming", "fanal.leads.rows"),
        *("fanal.pipeline.assess", "fanal.pipeline.leads"),
    },
    "pipeline/checklist.py": {
        *("fanal.errors", "fanal.stores.interface", "fanal.custody.sign"),
        *("fanal.model.lead", "fanal.model.review", "fanal.review.checklist"),
        *("fanal.pipeline.assess", "fanal.pipeline.priorities", "fanal.pipeline.said"),
        "fanal.pipeline.standing",
    },
    "pipeline/worklist.py": {
        *("fanal.stores.interface", "fanal.leads.book", "fanal.model.lead", "fanal.model.site"),
        *("fanal.pipeline.assess", "fanal.pipeline.checklist", "fanal.pipeline.leads"),
        *("fanal.pipeline.standing", "fanal.review.checklist", "fanal.pipeline.clocks"),
    },
    "review/checklist.py": {
        *("fanal.errors", "fanal.review.signed", "fanal.model.review", "fanal.review.people"),
    },
    "leads/category.py": {
        *("fanal.leads.calculator", "fanal.leads.fraud", "fanal.leads.opening"),
        "fanal.model.lead",
    },
}
"""What bears on assessments, tiers, their order, and the category by facts: no finding, opinion,
match or score; no graph, no proposal of who is whom; no country."""


def package():
    return {
        path.relative_to(SOURCE).as_posix(): path.read_text("utf-8")
        for path in sorted(SOURCE.rglob("*.py"))
    }


def paths(sources) -> list[str]:
    """Return every path that there must not be."""
    found = []
    for path, text in sources.items():
        nodes = list(ast.walk(ast.parse(text)))
        for check in (makes, asks, chooses, bears):
            found += [f"{path}: {what}" for what in check(path, nodes)]
    return found


def named_by(node) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def calls(nodes) -> Iterator[tuple[ast.Call, str]]:
    """Yield each call with its name."""
    for node in nodes:
        if isinstance(node, ast.Call):
            yield node, named_by(node.func)


def within(nodes, functions) -> set[int]:
    """Return what stands in these functions."""
    found = (node for node in nodes if isinstance(node, ast.FunctionDef) and node.name in functions)
    return {id(inner) for node in found for inner in ast.walk(node)}


def makes(path, nodes) -> Iterator[str]:
    """Yield each place where an assessment is made, or one is copied with another value."""
    knows = "Assessment" in {named_by(node) for node in nodes} | imported_names(nodes)
    called = {"Assessment"} | {
        alias.asname
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name == "Assessment" and alias.asname
    }
    apart = within(nodes, MAKES) if path == WRITER else set()
    for node, name in calls(nodes):
        if id(node) in apart:
            continue
        given = {named_by(each) for each in node.args}
        if name in called or (name in {"map", "starmap", "partial"} and given & called):
            yield f"line {node.lineno} makes an assessment"
        told = {word.arg for word in node.keywords}
        if name == "replace" and knows and told & {None, "value", "by", "login", "undoes", "kind"}:
            yield f"line {node.lineno} makes an assessment of another one"


def imported_names(nodes) -> set[str]:
    return {
        alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names
    }


def imported(nodes) -> Iterator[tuple[int, str]]:
    """Yield line and module of each import, with the names taken from it."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "fanal.pipeline" if node.level else node.module or ""
            yield node.lineno, base
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


WRITING = {"assess", "made", "take_back", "write"}


def asks(path, nodes) -> Iterator[str]:
    """Yield each place from which an assessment is written, and each that sets tiers."""
    modules = {module for _, module in imported(nodes)}
    direct = {f"fanal.pipeline.assess.{name}" for name in WRITING} & modules
    aliases = {
        alias.asname or alias.name
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.module == "fanal.pipeline"
        for alias in node.names
        if alias.name == "assess"
    }
    used = any(
        isinstance(node, ast.Attribute)
        and node.attr in WRITING
        and isinstance(node.value, ast.Name)
        and node.value.id in aliases
        for node in nodes
    )
    if (direct or used) and path not in {*ASKS, WRITER}:
        yield "writes assessments"
    if path not in {*SETS, "pipeline/checklist.py"}:
        names = {named_by(node) for node in nodes}
        if "set_tiers" in names or "fanal.pipeline.checklist.set_tiers" in modules:
            yield "sets tiers"


def chooses(path, nodes) -> Iterator[str]:
    """Yield each call that writes a tier, a category or an answer without a person's choice."""
    for node, name in calls(nodes):
        if name not in {"assess", "made"}:
            continue
        given = [*node.args, *(word.value for word in node.keywords)]
        kinds = {named_by(each).lower() for each in given}
        kinds |= {each.value for each in given if isinstance(each, ast.Constant)}
        for kind, may in CHOSEN.items():
            if kind in kinds and path not in may and not path.startswith("demo/"):
                yield f"line {node.lineno} writes a {kind}"


def bears(path, nodes) -> Iterator[str]:
    """Yield whatever else bears on assessments and tiers."""
    allowed = BEARS.get(path)
    for line, module in imported(nodes) if allowed is not None else ():
        inside = module in allowed or module.rpartition(".")[0] in allowed
        package_only = any(one.startswith(f"{module}.") for one in allowed)
        if module.startswith("fanal.") and not inside and not package_only:
            yield f"line {line} lets {module} bear on people's words"


@pytest.fixture(scope="module")
def sources():
    return package()


def test_there_is_no_other_path(sources):
    assert paths(sources) == []
    assert {*BEARS, *SETS, WRITER} <= sources.keys()


ADDED = {
    "an assessment elsewhere": ("pipeline/leads.py", "x = Assessment('j', 'tier', *rest)"),
    "under another name": (
        "leads/deeds.py",
        "from fanal.model.lead import Assessment as A\nA('j', 'category', *rest)",
    ),
    "one copied": (
        "pipeline/why.py",
        "from fanal.model.lead import Assessment\nx = replace(one, value='A')",
    ),
    "many at once": ("pipeline/quality.py", "x = list(map(Assessment, rows))"),
    "a stage assesses": ("pipeline/triage.py", "from fanal.pipeline.assess import assess"),
    "a stage assesses by its module": (
        "pipeline/weigh.py",
        "from fanal.pipeline import assess\nassess.made(said, 'note', 'L-1', 'x')",
    ),
    "a rule sets a tier": ("pipeline/deeds.py", "from fanal.pipeline.checklist import set_tiers"),
    "a neighbour sets a tier": ("pipeline/quality.py", "checklist.set_tiers(store, x, y, 'A')"),
    "a tier by name": ("pipeline/replies.py", "assess(store, said, 'tier', id, 'A')"),
    "a category by name": ("cli/leads_assess.py", "words.assess(s, said, words.CATEGORY, i, v)"),
    "a score bears": ("review/checklist.py", "import fanal.origin.weigh"),
    "a graph bears": ("pipeline/checklist.py", "from fanal.leads.graph import around"),
    "a match bears": ("pipeline/worklist.py", "from fanal.model.known import Match"),
    "a proposal bears": ("pipeline/standing.py", "from fanal.leads import proposals"),
    "an opinion bears": ("leads/category.py", "from fanal.model.opinion import Opinion"),
}


@pytest.mark.parametrize(("path", "text"), ADDED.values(), ids=ADDED)
def test_a_path_that_is_added_is_noticed(sources, path, text):
    given = {path: f"{sources.get(path, '')}\n{text}\n"}
    (first, *_) = paths(given)
    assert first.startswith(path)


def test_what_only_reads_is_left_alone():
    text = "from fanal.pipeline.assess import TIER, standing_of\nx = standing_of(every)\n"
    assert paths({"web/zz.py": text}) == []
