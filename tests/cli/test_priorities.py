"""A rule file is checked, set, shown and cleared from the command line."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fanal.pipeline.case import reading, writing
from fanal.pipeline.queued import Queue
from makers.ordering import Scene, name, ordered
from makers.program import called

RULES = 'name = "zz rules"\nexhibits = ["phone", "zz-9"]\n'


@pytest.fixture
def filled(case, settings):
    """A case of two exhibits."""
    made = Scene()
    for number in range(3):
        made.add(number, ("desk/a", "phone/b")[number == 2])
    with writing(case, settings) as store:
        made.write(store)
        ordered(store)
    return case


@pytest.fixture
def words(tmp_path):
    """The file, its signature and its key, as they are given on the command line."""
    key = Ed25519PrivateKey.generate()
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    parts = {"rules.toml": RULES.encode(), "rules.sig": key.sign(RULES.encode()), "key.pem": pem}
    for label, data in parts.items():
        (tmp_path / label).write_bytes(data)
    rules, signature, public = (tmp_path / label for label in parts)
    return (rules, "--signature", signature, "--key", public)


def first(case):
    with reading(case) as store:
        return next(Queue(store).tasks()).sha256


def test_a_signed_file_is_set_shown_and_cleared(filled, words, capsys):
    assert called("priorities", "show", "--case", filled) == 0
    assert capsys.readouterr().out == "no rule file: the order of the house counts\n"
    assert called("priorities", "set", *words, "--case", filled) == 0
    out = capsys.readouterr().out
    assert "first: exhibit phone\n" in out
    assert "not in this case so far: exhibit zz-9\n" in out
    assert first(filled) == name(2)
    assert called("priorities", "show", "--case", filled) == 0
    assert "the signature holds" in capsys.readouterr().out
    assert called("priorities", "show", "--case", filled, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["name"] == "zz rules"
    assert told["says"] == ["name: zz rules", "first: exhibit phone", "first: exhibit zz-9"]
    assert called("priorities", "clear", "--case", filled) == 0
    assert capsys.readouterr().out.startswith("no rule file counts any more (before: ")
    assert called("priorities", "clear", "--case", filled) == 0
    assert capsys.readouterr().out == "none did\n"
    assert called("priorities", "show", "--case", filled, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {}


def test_a_file_that_was_changed_after_signing_is_refused(filled, words, capsys):
    words[0].write_text(RULES + "days = 800\n", "utf-8")
    assert called("priorities", "set", *words, "--case", filled) == 2
    assert "the signature is not that of this key over this file" in capsys.readouterr().err


def test_a_file_is_checked_before_anybody_signs_it(tmp_path, capsys):
    path = tmp_path / "zz.toml"
    path.write_text('name = "zz"\ndays = 800\nblind = 0.05\norder = ["camera"]\n', "utf-8")
    assert called("priorities", "check", path) == 0
    assert capsys.readouterr().out.splitlines() == [
        "name: zz",
        "recent: taken 800 days before the intake at most",
        "rungs: camera, kin, source, input, kept, passed, shared, spread, device",
        "blind sample: 5 %",
    ]
    path.write_text('name = "zz"\nhide = ["desk"]\n', "utf-8")
    assert called("priorities", "check", path) == 2
    assert "nothing that raises" in capsys.readouterr().err


def test_a_case_that_is_not_there_is_not_made(words, tmp_path, capsys):
    typed = tmp_path / "zz-typo"
    assert called("priorities", "set", *words, "--case", typed) == 1
    assert called("priorities", "clear", "--case", typed) == 1
    assert capsys.readouterr().err.count("there is no case") == 2
    assert not typed.exists()
