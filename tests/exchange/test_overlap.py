import hashlib

import pytest

from fanal.errors import PackageError, UsageError
from fanal.exchange import overlap
from fanal.exchange.overlap import Asking, Context, answer, commitment, encoded

CONTEXT = Context("00" * 8, "zz-operation", "phone", "zz-purpose")
ONE = [f"+4520{n:06d}" for n in range(40)]
TWO = [f"+4520{n:06d}" for n in range(30, 90)]


def psi():
    return pytest.importorskip("private_set_intersection.python", reason="the extra psi is absent")


def test_the_size_is_that_of_the_intersection():
    psi()
    one, two = encoded(CONTEXT, ONE), encoded(CONTEXT, TWO)
    first = Asking()
    asked = first.ask(list(one))
    setup, replied = answer(list(two), asked, len(one))
    assert Asking(first.key).learn(setup, replied, len(two)) == len(set(ONE) & set(TWO)) == 10


def test_which_ones_are_shared_is_told_in_a_run_for_names_only():
    psi()
    one, two = encoded(CONTEXT, ONE), encoded(CONTEXT, TWO)
    first = Asking(names=True)
    setup, replied = answer(list(two), first.ask(list(one)), len(one), names=True)
    found = first.learn(setup, replied, len(two))
    assert {list(one.values())[at] for at in found} == set(ONE) & set(TWO)
    with pytest.raises(PackageError, match="cannot be answered"):
        answer(list(two), first.ask(list(one)), len(one))
    counting = Asking()
    setup, replied = answer(list(two), counting.ask(list(one)), len(one))
    told = Asking(counting.key, names=True).learn(setup, replied, len(two))  # one side cheats
    places = [at for at, value in enumerate(one.values()) if value in TWO]
    assert len(told) == len(places)
    assert told != places  # the answer to a count is in an order of its own


def test_no_message_holds_a_value_or_its_digest():
    psi()
    one = encoded(CONTEXT, ONE)
    asked = Asking().ask(list(one))
    setup, replied = answer(list(encoded(CONTEXT, TWO)), asked, len(one))
    for data in (asked, setup, replied):
        for value in (*ONE, *TWO):
            assert value.encode() not in data
            assert hashlib.sha256(value.encode()).digest() not in data
        for each in one:
            assert each.encode() not in data
            assert bytes.fromhex(each) not in data


@pytest.mark.parametrize("field", ["run", "operation", "type", "purpose"])
def test_two_contexts_share_nothing(field):
    other = {name: getattr(CONTEXT, name) for name in ("run", "operation", "type", "purpose")}
    other[field] = "wallet" if field == "type" else "zz-other"
    assert encoded(CONTEXT, ONE).keys().isdisjoint(encoded(Context(**other), ONE))


def test_sets_that_invite_guessing_are_refused():
    with pytest.raises(UsageError, match="20,000"):
        encoded(CONTEXT, (str(n) for n in range(overlap.MOST + 1)))
    with pytest.raises(UsageError, match="here are 0"):
        encoded(CONTEXT, ["", ""])
    with pytest.raises(UsageError, match="nothing is compared"):
        encoded(Context("00", "zz", "bank account", "zz"), ONE)


def test_more_than_was_committed_to_is_not_answered():
    psi()
    one = list(encoded(CONTEXT, ONE))
    with pytest.raises(PackageError, match="committed to were 39"):
        answer(one, Asking().ask(one), 39)


@pytest.mark.parametrize("data", [b"", b"\xff" * 40, b"\x0a\x05zz"])
def test_a_damaged_part_is_refused(data):
    psi()
    with pytest.raises(PackageError):
        answer(list(encoded(CONTEXT, ONE)), data, 40)
    with pytest.raises(PackageError):
        Asking().learn(data, data, 40)


@pytest.mark.parametrize("names", [False, True])
def test_a_side_that_claims_to_share_everything_is_not_believed(names):
    library = psi()
    one, two = list(encoded(CONTEXT, ONE)), list(encoded(CONTEXT, TWO[20:]))
    asking = Asking(names=names)
    asked = asking.ask(one)
    setup, replied = answer(two, asked, len(one), names=names)
    server = library.server.CreateWithNewKey(names)
    filter_ = server.CreateSetupMessage(1e-9, 40, two, library.DataStructure.BLOOM_FILTER)
    filter_.bloom_filter.bits = b"\xff" * len(filter_.bloom_filter.bits)
    with pytest.raises(PackageError, match="not told value by value"):
        asking.learn(filter_.SerializeToString(), replied, len(two))
    with pytest.raises(PackageError, match="not of 39 values"):
        asking.learn(setup, replied, 39)


def test_a_commitment_binds_to_the_set_and_tells_nothing_without_its_salt():
    items = list(encoded(CONTEXT, ONE))
    assert commitment(b"s" * 32, items) == commitment(b"s" * 32, reversed(items))
    assert commitment(b"s" * 32, items) != commitment(b"s" * 32, items[1:])
    assert commitment(b"s" * 32, items) != commitment(b"t" * 32, items)
