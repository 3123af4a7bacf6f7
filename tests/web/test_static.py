"""The scripts and styles of the desk keep the rules that its pages rest on."""

import re
import string
from pathlib import Path

import pytest

from fanal.review import own

ROOT = Path(__file__).parents[2]
WEB = ROOT / "src" / "fanal" / "web"
SCRIPTS = sorted((WEB / "static").glob("*.js"))
TEMPLATES = sorted((WEB / "templates").glob("*.html"))
STYLES = sorted((WEB / "static").glob("*.css"))
GUIDE = ROOT / "docs" / "guide" / "keys.md"
MOST_LINES = 2_500
"""Of scripts in all: as much as somebody reads in a day."""
BANNED = (
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment",
    r"\beval\b|new Function|setTimeout\(\s*[\"'`]|setInterval\(\s*[\"'`]|javascript:",
    r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.|serviceWorker",
    r"https?://(?!www\.w3\.org/)|\bimport\s*\(",
    r"setAttribute\(\s*[\"'](on|style)",
)
"""What a script must not have: text that becomes markup or code, storage, other hosts."""
BROWSERS = {
    *("Tab", "Escape", "Backspace", "Delete", "Insert", "CapsLock", "NumLock", "ScrollLock"),
    *("ContextMenu", "Home", "End", "PageUp", "PageDown"),
    *("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "'"),
    *(f"F{number}" for number in range(1, 13)),
}
"""Keys of browsers (F5, Firefox's quick find) and of screen readers (Insert and CapsLock are the
modifiers of NVDA and JAWS)."""
WORDED = re.compile(
    r'^  \["([a-z0-9-]+)", "((?:\\.|[^"\\])+)", "([^"]*)", "([a-z ]+)"\],$', re.MULTILINE
)
TABLE = {
    command: (key.replace("\\\\", "\\"), words, contexts.split())
    for command, key, words, contexts in WORDED.findall((WEB / "static/keys.js").read_text())
}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_script_turns_text_into_markup_or_keeps_anything(script):
    text = script.read_text("utf-8")
    for banned in BANNED:
        assert not re.search(banned, text), (script.name, banned)


@pytest.mark.parametrize("text", ["x.innerHTML = y", "eval(x)", "localStorage.a", "'https://cdn'"])
def test_what_is_banned_is_found(text):
    assert any(re.search(banned, text) for banned in BANNED)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_page_has_a_script_or_style_of_its_own(template):
    text = re.sub(r"\{[%{].*?[%}]\}", "0", template.read_text("utf-8"), flags=re.DOTALL)
    assert not re.search(r"\son[a-z]+\s*=", text)
    assert not re.search(r"\sstyle\s*=|<style", text)
    for source in re.findall(r"<script\b[^>]*>", text):
        assert re.search(r'src="/static/[a-z_]+\.js"', source), source
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', text)


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_styles_fetch_nothing_and_are_not_red(style):
    text = style.read_text("utf-8")
    assert "@import" not in text
    assert all(address == "mark.svg" for address in re.findall(r'url\("?([^")]*)', text))
    for red, green, blue in re.findall(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})\b", text):
        r, g, b = (int(part, 16) for part in (red, green, blue))
        assert not (r > 130 and r > 2 * g and r > 2 * b), f"#{red}{green}{blue}"
    assert not re.search(r":\s*(red|crimson|darkred|tomato)\b", text)


def test_the_scripts_can_be_read_in_a_day():
    assert sum(len(path.read_text("utf-8").splitlines()) for path in SCRIPTS) <= MOST_LINES


def test_every_key_is_that_of_the_settings():
    assert {command: key for command, (key, _, _) in TABLE.items()} == {
        command: key for command, (key, _) in own.KEYS.items()
    }


def test_no_command_takes_a_key_of_the_browser_or_of_a_screen_reader():
    for command, (key, _, _) in TABLE.items():
        bare = key.removeprefix("Shift+")
        assert bare not in BROWSERS, command
        assert bare in {"Enter", "Space"} or (len(bare) == 1 and bare in string.printable), command
    script = (WEB / "static/keys.js").read_text()
    listed = script[script.index("RESERVED = [") :].partition("];")[0]
    named = set(re.findall(r'"([A-Za-z\']+)"', listed))
    assert named >= {key for key in BROWSERS if not re.fullmatch(r"F\d+", key)}
    assert "`F${n + 1}`" in listed
    assert named >= {key for key in own.RESERVED if not re.fullmatch(r"F\d+", key)}


def test_two_commands_of_a_context_never_share_a_key():
    seen: dict[tuple[str, str], str] = {}
    for command, (key, _, contexts) in TABLE.items():
        for context in contexts:
            assert (context, key) not in seen, (command, seen.get((context, key)))
            seen[context, key] = command


def test_the_guide_tells_every_key():
    rows = re.findall(r"^\| `(.+?)` \| (.+?) \|", GUIDE.read_text("utf-8"), re.MULTILINE)
    told = dict(rows)
    for command, (key, _, _) in TABLE.items():
        shown = re.sub(r"(^|\+)([a-z])$", lambda found: found[0].upper(), key)
        assert shown.replace("SHIFT", "Shift") in told, command
