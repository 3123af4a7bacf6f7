"""A reply answers leads of the package and goes back to whoever sent that."""

import json

import pytest

from fanal.errors import PackageError, UsageError
from fanal.exchange.manifest import RECALL, Party
from fanal.exchange.reply import answers, files_of, reply_to, taken
from fanal.exchange.seal import render, seal
from fanal.exchange.unseal import check, unlock
from makers.cases import signer
from makers.packages import LEAD, archive, identity, public

TIME = "2026-11-27T12:00:00+00:00"
OWN = Party("somebody else", public(), signer(5).public)


def replied(told=None, about=None):
    about = about or check(archive())
    made = reply_to(about, told or {LEAD: ("arrested", "zz words")}, OWN, TIME)
    files = files_of(made)
    data = seal(render(made, files), files, signer(5).sign).data
    return check(unlock(data, [identity(2)]))


def test_it_goes_back_to_the_sender():
    found = replied()
    assert taken(found) == {LEAD: ("arrested", "zz words")}
    about = check(archive())
    assert found.manifest.supersedes == about.digest
    assert found.manifest.recipient == about.manifest.sender
    assert found.manifest.sender == Party("ZZ Receiver", public(), signer(5).public)
    told = json.loads(found.files["answers.json"])
    assert told["leads"] == {LEAD: {"outcome": "arrested", "words": "zz words"}}


def test_answers_are_words_that_there_are():
    assert answers({LEAD: "known", "L-2": "refused: zz: zz"}) == {
        LEAD: ("known", ""),
        "L-2": ("refused", "zz: zz"),
    }
    with pytest.raises(UsageError, match="no outcome 'maybe'"):
        answers({LEAD: "maybe"})


def test_a_lead_that_is_not_in_the_package_is_refused():
    with pytest.raises(UsageError, match="no lead 'L-zz'"):
        replied({"L-zz": ("known", "")})
    with pytest.raises(UsageError, match="one lead at least"):
        reply_to(check(archive()), {}, OWN, TIME)


def test_only_a_package_is_answered():
    with pytest.raises(UsageError, match="only a package"):
        replied(about=check(archive(kind=RECALL)))
    with pytest.raises(PackageError, match="no reply"):
        taken(check(archive()))
