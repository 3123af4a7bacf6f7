"""The configuration is read whole, or the wrong key of it is named."""

import pytest

from fanal.errors import UsageError
from fanal.prevention.config import Config, read_config
from fanal.prevention.nouns import Action, Surface

WHOLE = """
[service]
operator = "Made-up service"
contact = "desk@service.example"
country = "de"
locale = "de"
poll_seconds = 2
[fails]
counters = "go_on"
closed = { search = "allow" }
[words]
lists = ["terms.csv", "/else/terms.csv.age"]
support = ["support.csv"]
limit = 5000
[hashes]
lists = ["known.json"]
radius = 20
[messages]
bundles = ["de.toml"]
keys = ["{key}"]
family = "help"
[trial]
registration = "trial.toml"
[counting]
folder = "state"
minutes = 20
sessions = 10
""".replace("{key}", "AB" * 32)


def written(folder, text):
    path = folder / "deter.toml"
    path.write_text(text)
    return path


def test_a_whole_configuration_is_read_with_paths_beside_it(tmp_path):
    told = read_config(written(tmp_path, WHOLE))
    assert told.words[0] == tmp_path / "terms.csv"
    assert str(told.words[1]) == "/else/terms.csv.age"
    assert (told.country, told.locale, told.poll, told.limit) == ("DE", "de", 2, 5000)
    assert told.closed == {Surface.SEARCH: Action.ALLOW}
    assert (told.counters_dead, told.keys, told.radius) == ("go_on", ("ab" * 32,), 20)
    assert (told.registration, told.counting) == (tmp_path / "trial.toml", tmp_path / "state")
    assert (told.minutes, told.sessions, told.family) == (20, 10, "help")


def test_an_empty_configuration_is_closed_everywhere(tmp_path):
    assert read_config(written(tmp_path, "")) == Config()
    assert (Config().closed, Config().counters_dead) == ({}, "close")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[sevice]\n", "sevice"),
        ("words = 1\n", "words"),
        ('[service]\nname = "x"\n', "service.name"),
        ('[service]\ncountry = "DEU"\n', "service.country"),
        ('[fails]\nclosed = { upload = "allow" }\n', "always refuse"),
        ('[fails]\nclosed = { search = "pass" }\n', "fails.closed"),
        ('[fails]\ncounters = "maybe"\n', "fails.counters"),
        ('[words]\nlists = "terms.csv"\n', "words.lists"),
        ("[words]\nlimit = 0\n", "words.limit"),
        ("[words]\nlimit = true\n", "words.limit"),
        ("[hashes]\nradius = 32\n", "hashes.radius"),
        ('[messages]\nkeys = ["zz"]\n', "messages.keys"),
        ('[messages]\nfamily = "fear"\n', "messages.family"),
        ("[service\n", "cannot be read"),
    ],
)
def test_a_wrong_key_is_named(tmp_path, text, named):
    with pytest.raises(UsageError) as told:
        read_config(written(tmp_path, text))
    assert named in told.value.message + told.value.advice


def test_what_is_no_text_or_too_long_is_refused(tmp_path):
    path = tmp_path / "deter.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="cannot be read"):
        read_config(path)
    path.write_bytes(b"#" * 1_000_001)
    with pytest.raises(UsageError, match="too long"):
        read_config(path)
    with pytest.raises(UsageError, match="cannot be read"):
        read_config(tmp_path / "absent.toml")
    for text in ("x = " + "[" * 100_000, "x = " + "9" * 5_000):
        path.write_text(text)
        with pytest.raises(UsageError, match="cannot be read"):
            read_config(path)
