"""Texts are shown, reviewed, checked and signed from the command line."""

import csv
import json
import re
import stat
import tomllib
from pathlib import Path

import click
import pytest

from fanal.cli.deter_messages import COMMANDS, messages
from fanal.prevention.messages.builtin import english, locales
from fanal.prevention.messages.bundles import examine, read
from makers.bundles import DAY, HELP, signed, spelt, told
from makers.messages import decision
from makers.messages import read as read_page
from makers.program import called

GUIDE = Path(__file__).parents[2] / "docs/guide/deter-messages.md"
ON = ("--day", DAY.isoformat())


def run(*given):
    return called("deter", "messages", *map(str, given))


def test_a_message_is_shown_as_text_and_written_as_a_page(capsys, tmp_path):
    assert run("show", "--locale", "en", "--country", "GB", *ON) == 0
    shown = capsys.readouterr().out
    content = decision().content
    for one in (*content.body, content.words["no_way_on"], content.crisis[0].phone):
        assert one in shown
    page = tmp_path / "page.html"
    asked = ("show", "--family", "harm", "--surface", "upload", "--html", page, *ON)
    assert run(*asked) == 0
    assert english().happened["upload"] in read_page(page.read_text("utf-8")).text()
    assert run(*asked) == 2
    assert "nothing is overwritten" in capsys.readouterr().err


def test_beside_results_and_as_json(capsys):
    assert run("show", "--family", "support.self", "--json", *ON) == 0
    one = json.loads(capsys.readouterr().out)
    assert one["body"] == list(english().messages["support.self"].body)
    assert run("show", "--family", "support.self", "--surface", "search", "--json", *ON) == 0
    one = json.loads(capsys.readouterr().out)
    assert one["body"][0] == english().happened["search"]


def test_a_page_of_the_dialogue_is_shown(capsys):
    assert run("show", "--dialogue", "ask", *ON) == 0
    assert english().dialogue["machine"] in read_page(capsys.readouterr().out).text()


def test_an_unknown_text_is_wrong_use(capsys):
    assert run("show", "--family", "zz", *ON) == 2
    assert "no text is called 'zz'" in capsys.readouterr().err


def test_a_services_own_bundle_is_shown_and_a_bad_one_is_named(capsys, tmp_path):
    path, public = signed(tmp_path)
    config = tmp_path / "deter.toml"
    config.write_text(f'[messages]\nbundles = ["{path.name}"]\nkeys = ["{public}"]\n', "utf-8")
    asked = ("show", "--family", "help", "--config", config)
    assert run(*asked, *ON) == 0
    assert HELP["title"] in capsys.readouterr().out
    assert run(*asked, "--day", "2028-01-01") == 0
    shown = capsys.readouterr()
    assert HELP["title"] not in shown.out
    assert "not used: own.toml: bundle.expires has expired" in shown.err


def test_drafts_are_counted(capsys):
    assert run("drafts") == 0
    *_, last = capsys.readouterr().out.splitlines()
    assert last.endswith(f"of {len(locales())} languages were reviewed by nobody")
    assert run("drafts", "--json") == 0
    every = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["locale"] for one in every] == list(locales())


def test_a_sheet_has_every_sentence(capsys, tmp_path):
    assert run("review", "--locale", "en", "--out", tmp_path / "en.csv") == 0
    with (tmp_path / "en.csv").open(encoding="utf-8-sig", newline="") as text:
        head, *rows = csv.reader(text)
    assert head == ["key", "english", "text", "better", "remark"]
    said = {key: first for key, first, *_ in rows}
    assert said["combined.title"] == english().messages["combined"].title
    assert run("review", "--locale", "en", "--out", tmp_path / "en.html") == 0
    assert read_page((tmp_path / "en.html").read_text("utf-8")).cells[1][1] == rows[0][1]
    assert run("review", "--locale", "tlh", "--out", tmp_path / "tlh.toml") == 0
    assert tomllib.loads((tmp_path / "tlh.toml").read_text("utf-8"))["words"]
    for wrong, why in (
        (("tlh", "tlh.html"), "no built-in texts"),
        (("en", "en.pdf"), "no kind of sheet"),
        (("../x", "x.csv"), "no language"),
        (("en", "none/en.csv"), "cannot be written"),
    ):
        assert run("review", "--locale", wrong[0], "--out", tmp_path / wrong[1]) == 2
        assert why in capsys.readouterr().err


def test_from_a_key_to_a_bundle_that_a_service_takes(capsys, tmp_path):
    key, path = tmp_path / "key.pem", tmp_path / "own.toml"
    assert run("keys", "--out", key) == 0
    public = re.search(r'keys = \["([0-9a-f]{64})"\]', capsys.readouterr().out)[1]
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    path.write_text(spelt(told()), "utf-8")
    assert run("check", path, *ON) == 0
    assert "signature not looked at" in capsys.readouterr().out
    assert run("check", path, "--key", public, *ON) == 1
    assert "it has no signature" in capsys.readouterr().out
    assert run("sign", path, "--key", key, *ON) == 0
    assert examine(path, (public,), DAY)[0]
    assert run("check", path, "--key", public, "--json", *ON) == 0
    capsys.readouterr()
    assert run("check", path, "--key", public, "--json", *ON) == 0
    one = json.loads(capsys.readouterr().out)
    assert (one["is_taken"], one["faults"], one["expires"]) == (True, [], "2027-11-01")
    # ("Zz title of help", "Zz first sentence.", "Zz second sentence."): 10 words, 3 sentences,
    # two words longer than six letters
    assert one["lix"] == {"help": 23}


def test_what_has_a_fault_is_not_signed(capsys, tmp_path):
    assert run("keys", "--out", tmp_path / "key.pem") == 0
    path = tmp_path / "own.toml"
    path.write_text(spelt(told(head={"reviewer": ""}, neutral=HELP | {"title": "<b>"})), "utf-8")
    assert run("sign", path, "--key", tmp_path / "key.pem", *ON) == 2
    assert not (tmp_path / "own.toml.sig").exists()
    assert run("check", path, "--json", *ON) == 1
    shown = capsys.readouterr().out
    assert json.loads(shown.splitlines()[-1])["faults"] == [
        {"where": "bundle.reviewer", "fault": "unreviewed"}
    ]
    assert "<b>" not in shown


def test_the_bundle_of_the_guide_is_taken():
    (example,) = re.findall(r"```toml\n(\[bundle\].*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    found, faults = read(example.encode(), DAY)
    assert not faults
    assert found.families == {"softer": "help"}


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("show", "fanal.cli.deter_messages_show"),
        ("drafts", "fanal.cli.deter_messages_drafts"),
        ("review", "fanal.cli.deter_messages_drafts"),
        ("check", "fanal.cli.deter_messages_check"),
        ("keys", "fanal.cli.deter_messages_sign"),
        ("sign", "fanal.cli.deter_messages_sign"),
    ],
)
def test_every_command_and_option_is_in_the_guide(name, place):
    text = GUIDE.read_text("utf-8")
    assert COMMANDS[name].startswith(f"{place}:")
    command = messages.get_command(click.Context(messages), name)
    assert f"fanal deter messages {name}" in text
    assert command.help
    for one in command.params:
        if isinstance(one, click.Option):
            assert one.help
            assert one.opts[0] in text, one.opts
