"""Rules of the house: floors, sizes, mirror, docstrings."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from makers.source import statements

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "fanal"
MODULES = sorted(SOURCE.rglob("*.py"))
LONG_FILE, LONG_FUNCTION, SHORT_MODULE = 400, 50, 30
ELSEWHERE = {
    "bench": "measured by make bench, run by tests/cli/test_bench.py",
    "model": "plain data, made and compared by every other test",
    "demo/indoors.py": "drawn through draw.scene: tests/demo/test_draw.py",
    "demo/outdoors.py": "likewise",
}
"""Rooms and modules that are tested under another name, and where."""


def test_imports_run_down():
    done = subprocess.run(
        [sys.executable, "-m", "importlinter.cli", "--help"], capture_output=True, check=False
    )
    command = Path(sys.executable).with_name("lint-imports")
    if done.returncode or not command.exists():
        pytest.skip("import-linter is not installed in this environment")
    told = subprocess.run([command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout[-2000:]


@pytest.fixture(scope="module")
def texts():
    """The text of every module by its name."""
    return {name_of(module): module.read_text("utf-8") for module in MODULES}


@pytest.fixture(scope="module")
def trees(texts):
    return {name: ast.parse(text) for name, text in texts.items()}


def test_files_are_short(texts):
    assert [name for name, text in texts.items() if len(text.splitlines()) > LONG_FILE] == []


def test_functions_are_short(trees):
    wrong = [
        f"{name}: {node.name}"
        for name, tree in trees.items()
        for node in statements(tree)
        if isinstance(node, ast.FunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONG_FUNCTION
    ]
    assert wrong == []


def test_a_module_says_what_it_is_for(trees):
    told = {name: ast.get_docstring(tree) or "" for name, tree in trees.items()}
    assert [name for name, says in told.items() if "TODO" in says] == []
    first = {name: says.partition("\n")[0] for name, says in told.items()}
    assert [name for name, line in first.items() if not line.endswith((".", ":"))] == []


def test_every_module_has_its_test(texts):
    tests = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    missing = [
        name_of(module)
        for module in MODULES
        if module.stem not in {"__init__", "__main__", "interface"}
        and not {module.relative_to(SOURCE).parts[0], name_of(module)} & ELSEWHERE.keys()
        and len(texts[name_of(module)].splitlines()) > SHORT_MODULE
        and f"test_{module.stem}.py" not in tests
        and not _tested_by_room(module)
    ]
    assert not missing


def name_of(module: Path) -> str:
    """Return the path of a module inside the package."""
    return module.relative_to(SOURCE).as_posix()


def _tested_by_room(module: Path) -> bool:
    """Tell whether some test of the same room imports the module."""
    name = ".".join(("fanal", *module.relative_to(SOURCE).with_suffix("").parts))
    room = ROOT / "tests" / module.relative_to(SOURCE).parts[0]
    return any(name in test.read_text("utf-8") for test in room.rglob("test_*.py"))
