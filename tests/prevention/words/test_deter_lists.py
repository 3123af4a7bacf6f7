"""The group of commands for an operator's own lists."""

from fanal.cli.deter_lists import COMMANDS


def test_every_command_is_there(run):
    code, out, _ = run("--help")
    assert code == 0
    assert all(name in out for name in COMMANDS)


def test_lists_are_named_once(run, terms, tmp_path):
    config = tmp_path / "deter.toml"
    config.write_text('[words]\nlists = ["a.csv"]\n', "ascii")
    assert run("check", "--config", str(config))[0] == 0
    assert run("check", "--config", str(config), str(terms))[0] == 2
    assert run("check")[0] == 2
    config.write_text("", "ascii")
    assert run("check", "--config", str(config))[0] == 2
