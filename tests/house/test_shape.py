"""Rules of the house: floors, sizes, mirror, docstrings."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_files_and_functions_are_short(module):
    text = module.read_text("utf-8")
    assert len(text.splitlines()) <= LONG_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < LONG_FUNCTION, node.name


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_says_what_it_is_for(module):
    told = ast.get_docstring(ast.parse(module.read_text("utf-8")))
    assert told
    assert "TODO" not in told
    assert told.splitlines()[0].endswith((".", ":"))


def test_every_module_has_its_test():
    tests = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    missing = [
        name_of(module)
        for module in MODULES
        if module.stem not in {"__init__", "__main__", "interface"}
        and not {module.relative_to(SOURCE).parts[0], name_of(module)} & ELSEWHERE.keys()
        and len(module.read_text("utf-8").splitlines()) > SHORT_MODULE
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
