"""The documentation says what the program does: commands, options, settings, parts, links."""

import dataclasses
import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from fanal.analyzers import ANALYZERS
from fanal.cli.main import COMMANDS, fanal
from fanal.engines import ENGINES
from fanal.formats import READERS, WRITERS
from fanal.settings import Settings
from fanal.sources import ARCHIVES
from fanal.stores import STORES
from fanal.stores.rows import KINDS

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands() -> list[tuple[str, click.Command]]:
    """Return every command with its whole name."""
    found: list[tuple[str, click.Command]] = []
    for name in COMMANDS:
        command = fanal.get_command(click.Context(fanal), name)
        assert command is not None
        if isinstance(command, click.Group):
            found += [(f"{name} {inner}", part) for inner, part in command.commands.items()]
        else:
            found.append((name, command))
    return found


def guide() -> str:
    return "\n".join(page.read_text("utf-8") for page in sorted((ROOT / "docs/guide").glob("*.md")))


@pytest.mark.parametrize(("name", "command"), commands(), ids=str)
def test_every_command_and_option_is_in_the_guide(name, command):
    text = guide()
    first, _, inner = name.partition(" ")
    assert f"fanal {name}" in text or (f"fanal {first}" in text and f"`{inner}`" in text)
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert any(option in text for option in parameter.opts), parameter.opts


@pytest.mark.parametrize(("name", "command"), commands(), ids=str)
def test_every_command_explains_itself(name, command):
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.opts


def test_every_setting_is_in_the_guide_with_its_default():
    rows = dict(
        re.findall(
            r"^\| `(\w+)` \| `([^`]+)` \|",
            (ROOT / "docs/guide/settings.md").read_text(),
            re.MULTILINE,
        )
    )
    defaults = Settings()
    assert rows.keys() == {field.name for field in dataclasses.fields(Settings)}
    for name, told in rows.items():
        assert eval(told, {}) == getattr(defaults, name)  # noqa: S307 (our own page)


@pytest.mark.parametrize(
    ("registry", "pages"),
    [
        (ANALYZERS, "docs/extend"),
        (ENGINES, "docs/extend"),
        (STORES, "docs/extend"),
        (ARCHIVES, "docs/extend"),
        (READERS, "docs/formats"),
        (WRITERS, "docs/formats"),
    ],
    ids=lambda part: getattr(part, "group", part),
)
def test_every_part_is_documented(registry, pages):
    text = "\n".join(page.read_text("utf-8") for page in (ROOT / pages).glob("*.md"))
    names = {page.stem for page in (ROOT / pages).glob("*.md")}
    for name in registry.names():
        assert name in names or f"`{name}`" in text, name


def test_every_kind_of_record_is_in_the_words():
    words = (ROOT / "docs/words.md").read_text("utf-8")
    for kind in KINDS:
        assert f"`{kind.__name__}" in words or f".{kind.__name__}`" in words, kind.__name__


def test_readme_is_short_and_its_commands_exist():
    text = (ROOT / "README.md").read_text("utf-8")
    assert len(text.splitlines()) <= 120
    told = set(re.findall(r"bin/fanal (\w+)", text))
    assert told
    assert told <= COMMANDS.keys()
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert set(re.findall(r"make (\w+) ", text)) <= {*targets, "bench"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)", page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_every_decision_is_listed():
    pages = {page.name for page in (ROOT / "docs/decisions").glob("0*.md")}
    listed = set(
        re.findall(r"\((0\d+[^)]+\.md)\)", (ROOT / "docs/decisions/README.md").read_text())
    )
    assert pages == listed


def test_every_dependency_has_its_reason():
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    needed = re.search(r"^dependencies = \[(.*?)\]", text, re.MULTILINE | re.DOTALL)
    reasons = (ROOT / "docs/decisions/0011-dependencies.md").read_text("utf-8")
    assert needed
    for name in re.findall(r'"([a-z0-9-]+)[>=]', needed[1]):
        assert f"| {name} " in reasons, name


def test_help_names_every_command_and_loads_nothing_heavy():
    code = (
        "import sys, json; from fanal.cli.main import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    *help_lines, modules = done.stdout.splitlines()
    for name in COMMANDS:
        assert any(line.strip().startswith(name) for line in help_lines), name
    assert not {"numba", "faiss", "pi_heif"} & set(json.loads(modules))
