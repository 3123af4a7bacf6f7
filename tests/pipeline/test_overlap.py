import json
import stat
from dataclasses import dataclass, field

import pytest

from fanal.errors import PackageError, UsageError
from fanal.exchange import overlap_messages as steps
from fanal.model.desk import AuditRecord
from fanal.pipeline import overlap
from fanal.pipeline.case import signer
from fanal.pipeline.overlap import Desk, agree, begin, go_on
from fanal.pipeline.people import New, first
from fanal.pipeline.said import Said
from fanal.settings import Settings
from makers.cases import opened

pytest.importorskip("private_set_intersection.python", reason="the extra psi is absent")
PURPOSE = "zz-purpose of both"


@dataclass
class Book:
    """Identifiers, and a lead for each."""

    phones: list = field(default_factory=list)

    def values(self, kind):
        return self.phones if kind == "phone" else []

    def with_identifier(self, _kind, value, _most=50):
        return (f"L-{value[-6:]:0>12}",)


@pytest.fixture
def side(tmp_path):
    stores = []

    def made(name, phones):
        told = Settings.from_environment({}).changed({"home": str(tmp_path / name), "actor": name})
        (tmp_path / name).mkdir()
        store = opened(tmp_path / f"{name}-case")
        stores.append(store)

        def as_(login="one", by=""):
            by = by or f"Person {login}"
            return Desk(store, Book(phones), told, Said(PURPOSE, by, f"{name}-{login}"))

        return as_

    yield made
    for store in stores:
        store.close()


@pytest.fixture
def two(side):
    a = side("zz-a", [f"+4520{n:06d}" for n in range(30)])
    b = side("zz-b", [f"+4520{n:06d}" for n in range(25, 60)])
    return a, b, signer(a().settings).public, signer(b().settings).public


def counted(two):
    """A run up to the number of what is shared."""
    a, b, key_a, key_b = two
    offered = begin(a(), "phone", "zz-operation", key_b)
    asked = go_on(b(), offered.message, key_a)
    answered = go_on(a(), asked.message)
    told = go_on(b(), answered.message)
    return offered, asked, answered, told, go_on(a(), told.message)


def log(desk):
    return [
        (one.login, one.data["step"])
        for one in desk.store.find(AuditRecord, action="overlap", order=("act",))
    ]


def test_both_sides_learn_how_many_and_nothing_else(two):
    a, b, *_ = two
    offered, asked, answered, told, last = counted(two)
    assert (told.shared, last.shared) == (5, 5)
    assert told.names == last.names == ()
    assert last.message == b""
    for done in (offered, asked, answered, told):
        for value in (*a().book.phones, *b().book.phones):
            assert value.encode() not in done.message
    assert log(a()) == [("zz-a-one", "offer"), ("zz-a-one", "answer"), ("zz-a-one", "told")]
    assert log(b()) == [("zz-b-one", "ask"), ("zz-b-one", "told")]
    line = next(a().store.find(AuditRecord, action="overlap"))
    assert (line.purpose, line.data["operation"]) == (PURPOSE, "zz-operation")


def test_which_ones_takes_a_second_person_on_both_sides(two):
    a, b, *_ = two
    run = counted(two)[-1].run
    with pytest.raises(UsageError, match="second person"):
        agree(a(), run)
    with pytest.raises(UsageError, match="second person"):
        agree(a("two", "  PERSON  óne"), run)
    agreed = agree(a("two"), run)
    with pytest.raises(UsageError, match="second person"):
        go_on(b("two", "Person One"), agreed.message, agree=True)
    with pytest.raises(UsageError, match="wants to learn which 5"):
        go_on(b("two"), agreed.message)
    with pytest.raises(UsageError, match="second person"):
        go_on(b(), agreed.message, agree=True)
    asked = go_on(b("two"), agreed.message, agree=True)
    answered = go_on(a("two"), asked.message)
    named = go_on(b("two"), answered.message)
    last = go_on(a(), named.message)
    wanted = tuple(f"+4520{n:06d}" for n in range(25, 30))
    assert named.names == last.names == wanted
    for value in wanted:  # sealed on their way
        assert value.encode() not in named.message
    for desk in (a(), b()):
        (line,) = (
            one
            for one in desk.store.find(AuditRecord, action="overlap")
            if one.data["step"] == "names"
        )
        assert line.data["leads"] == [f"L-{value[-6:]:0>12}" for value in wanted]


def test_a_message_out_of_turn_repeated_or_of_a_stranger_is_refused(two, side):
    a, b, key_a, key_b = two
    offered = begin(a(), "phone", "zz-operation", key_b)
    with pytest.raises(UsageError, match="signed by"):
        go_on(b(), offered.message)
    with pytest.raises(PackageError, match="signed by"):
        go_on(b(), offered.message, key_b)
    asked = go_on(b(), offered.message, key_a)
    with pytest.raises(PackageError, match="joined already"):
        go_on(b(), offered.message, key_a)
    answered = go_on(a(), asked.message)
    with pytest.raises(PackageError, match="out of turn or repeated"):
        go_on(a(), asked.message)
    stranger = side("zz-c", [])
    message = steps.read(answered.message)
    forged = steps.write(message, signer(stranger().settings))
    with pytest.raises(PackageError, match="signed by"):
        go_on(b(), forged)


def test_a_set_that_changed_after_it_was_committed_to_ends_the_run(two):
    a, b, key_a, key_b = two
    offered = begin(a(), "phone", "zz-operation", key_b)
    asked = go_on(b(), offered.message, key_a)
    a().book.phones.append("+4520999999")
    with pytest.raises(UsageError, match="leads have changed"):
        go_on(a(), asked.message)


def test_the_other_side_may_not_come_with_another_set(two):
    _, b, *_ = two
    offered, asked, answered, *_ = counted(two)
    state = b().folder() / f"{offered.run}.json"
    facts = json.loads(state.read_bytes())
    facts |= {"step": "ask", "digest": steps.read(asked.message).digest, "other": "00" * 32}
    state.write_text(json.dumps(facts))
    with pytest.raises(PackageError, match="another set"):
        go_on(b(), answered.message)


def test_runs_of_a_type_are_few_a_day(two):
    a, _, _, key_b = two
    for _ in range(overlap.A_DAY):
        begin(a(), "phone", "zz-operation", key_b)
    with pytest.raises(UsageError, match="today"):
        begin(a(), "phone", "zz-operation", key_b)


@pytest.mark.parametrize(
    ("kind", "operation", "partner"),
    [("phone", "", "ab" * 32), ("bank account", "zz", "ab" * 32), ("phone", "zz", "zz")],
)
def test_a_run_needs_a_type_an_operation_and_a_partner(two, kind, operation, partner):
    with pytest.raises(UsageError):
        begin(two[0](), kind, operation, partner)


def test_a_run_with_itself_is_refused(two):
    a, _, key_a, _ = two
    with pytest.raises(UsageError, match="this laboratory itself"):
        begin(a(), "phone", "zz-operation", key_a)


def test_where_people_are_registered_only_they_compare(two):
    a, _, _, key_b = two
    first(a().store, New("zz-a-two", "Person two", (), "zz"))
    with pytest.raises(UsageError, match="no role"):
        begin(a(), "phone", "zz-operation", key_b)
    assert begin(a("two"), "phone", "zz-operation", key_b).run


def test_nothing_shared_is_never_told_by_name(side):
    a, b = side("zz-a", ["+4520000001"]), side("zz-b", ["+4520000002"])
    run = counted((a, b, signer(a().settings).public, signer(b().settings).public))[-1].run
    with pytest.raises(UsageError, match="nothing is shared"):
        agree(a("two"), run)


def test_the_state_is_for_its_owner_only_and_a_path_is_no_run(two):
    a, _, _, key_b = two
    run = begin(a(), "phone", "zz-operation", key_b).run
    assert stat.S_IMODE((a().folder() / f"{run}.json").stat().st_mode) == 0o600
    with pytest.raises(PackageError, match="no number of a run"):
        agree(a("two"), "../../../etc")
    with pytest.raises(UsageError, match="no run"):
        agree(a("two"), "ab" * 8)
