"""The commands hand leads over from one machine to another, and their words say what to do.

fanal.cli.package_common is tested here, too.
"""

import json
from importlib import import_module

import pytest
from click.testing import CliRunner

from fanal.cli import package_common, package_leads, package_verify
from fanal.cli.main import fanal
from fanal.custody.sign import Signer
from fanal.errors import FanalError, PackageError, UsageError
from fanal.pipeline import leads, said
from fanal.pipeline.assess import TIER, assess
from fanal.pipeline.case import writing
from makers.packages import ANNA, LEAD, OTHER, Book, key_file, plain, public, quick, receiving

REASON = ("--reason", "zz-test-0001")
TO = ("--recipient", "ZZ DE", "--sender", "ZZ DK", *REASON)


__all__ = ["quick"]
pytestmark = pytest.mark.usefixtures("quick")


class WholeBook(Book):
    """A book as the leads of a case give it."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def ids(self, wanted):
        return [
            one.id
            for one in self.leads.values()
            if not wanted.country or wanted.country in {each.country for each in one.countries}
        ]

    def current(self, name):
        return name if name in self.leads else ""


@pytest.fixture
def case(tmp_path, settings):
    """A case with two leads whose tier is set."""
    with writing(tmp_path / "case", settings) as store:
        for lead in (LEAD, OTHER):
            assess(store, ANNA, TIER, lead, "tier 2")
    return tmp_path / "case"


@pytest.fixture
def run(case, tmp_path, monkeypatch):
    """Runs a command as a login: at the sender, or on another machine."""
    book = WholeBook(plain(1), plain(2))
    monkeypatch.setattr(leads, "book", lambda _store: book)

    def command(*words, login="anna", far=False, fails=None):
        monkeypatch.setattr(said, "login", lambda: login)
        settings = receiving(tmp_path)
        env = {"FANAL_ACTOR": login, "FANAL_CASE": "" if far else str(case)}
        env |= {"FANAL_HOME": settings.home, "FANAL_KEY": settings.key} if far else {}
        done = CliRunner().invoke(fanal, list(map(str, words)), env=env)
        if fails:
            assert isinstance(done.exception, fails), done.output
            return done.exception.message
        assert not done.exception, (done.output, done.exception)
        return done.output

    return command


def drafted(run, *more):
    run("package", "recipients", "add", "ZZ DE", "--country", "de", "--age-key", public(), *REASON)
    words = ("--recipient", "ZZ DE", "--sender", "ZZ DK", *more, *REASON, "--json")
    return json.loads(run("package", "build", *words))


def sent(run, out, *more):
    made = drafted(run, *more)
    run("package", "approve", made["id"], *REASON, login="bert")
    run("package", "send", made["id"], "--out", out, *REASON)
    return made["id"]


def test_leads_go_from_one_machine_to_another_and_answers_come_back(run, tmp_path):
    id_ = sent(run, tmp_path / "p.age", "--all")
    with_key = ("--identity", key_file(tmp_path))
    told = json.loads(run("package", "verify", tmp_path / "p.age", *with_key, "--json", far=True))
    assert (told["id"], told["known"], sorted(told["leads"])) == (id_, False, [LEAD, OTHER])
    opened = run(
        *("package", "open", tmp_path / "p.age", "--into", tmp_path / "in", *with_key), far=True
    )
    assert "nobody here has named that key before" in opened
    assert "no onward sharing without permission" in opened
    words = ("--lead", f"{LEAD}=child safeguarded", "--lead", f"{OTHER}=known: zz-2025")
    run(
        *("package", "reply", tmp_path / "p.age", *words, "--out", tmp_path / "r.age", *with_key),
        far=True,
    )
    key = Signer.from_file(tmp_path / "receiver" / "key").public
    back = ("package", "reply", tmp_path / "r.age", "--case", tmp_path / "case")
    assert "no key is on record" in run(*back, fails=PackageError)
    run(
        *("package", "recipients", "add", "ZZ DE", "--country", "DE", "--age-key", public()),
        *("--signing-key", key, *REASON),
    )
    assert f"{LEAD}: child safeguarded" in run(*back)
    assert "was taken in on" in run(*back, fails=PackageError)


def test_a_correction_and_a_recall_are_told_at_the_receiver(run, tmp_path):
    id_ = sent(run, tmp_path / "p1.age", "--all")
    with_key = ("--identity", key_file(tmp_path))

    def opened(number):
        words = ("--into", tmp_path / f"in{number}", *with_key)
        return run("package", "open", tmp_path / f"p{number}.age", *words, far=True)

    opened(1)
    sent(run, tmp_path / "p2.age", LEAD, "--corrects", id_)
    told = opened(2)
    assert f"[counts no more: {OTHER}]  withdrawn" in told
    assert "SUPERSEDED.html" in told
    run("package", "recall", id_, "--out", tmp_path / "p3.age", "--reason", "zz-wrong person")
    told = opened(3)
    assert "version 2 is recalled: zz-wrong person" in told
    assert (tmp_path / "in2" / "SUPERSEDED.html").exists()
    words = ("--into", tmp_path / "in4", *with_key)
    stale = run("package", "open", tmp_path / "p2.age", *words, far=True, fails=PackageError)
    assert "counts no more" in stale


def test_what_is_drafted_is_shown_before_it_is_approved(run, tmp_path):
    made = drafted(run, LEAD, "--lead-handling", f"{LEAD}=H3:zz-only", "--evaluation", f"{LEAD}=B3")
    told = run("package", "show", made["id"], "--files", tmp_path / "look", *REASON)
    assert "draft" in told
    assert "B3" in told
    assert "zz-only" in told
    assert json.loads((tmp_path / "look" / "leads" / f"{LEAD}.json").read_bytes())
    facts = json.loads(run("package", "show", made["id"], "--json"))
    digest = facts["now"]["manifest"]
    assert "another person" in run("package", "approve", made["id"], *REASON, fails=UsageError)
    shown = ("--manifest", "0" * 64)
    run("package", "approve", made["id"], *shown, *REASON, login="bert", fails=PackageError)
    run("package", "approve", made["id"], "--manifest", digest, *REASON, login="bert")
    assert "approved" in run("package", "list")


def test_lists_tell_packages_recipients_and_transfers(run, tmp_path):
    id_ = sent(run, tmp_path / "p.age", "--all")
    assert id_ in run("package", "list")
    assert json.loads(run("package", "list", "--json"))["state"] == "sent"
    assert "bound by the Directive" in run("package", "transfers")
    assert json.loads(run("package", "transfers", "--json"))["package"] == id_
    assert "ZZ DE" in run("package", "recipients", "list")
    assert json.loads(run("package", "recipients", "list", "--json"))["missing"] == []
    run("package", "recipients", "end", "ZZ DE", *REASON)
    assert "ended" in run("package", "recipients", "list")


def test_a_draft_can_be_refused(run):
    made = drafted(run, LEAD)
    assert "refused" in run("package", "approve", made["id"], "--refuse", *REASON, login="bert")


def test_a_country_without_adequacy_is_told_what_is_missing(run):
    words = ("ZZ AU", "--country", "AU", "--age-key", public(), *REASON)
    assert "before a package can go there" in run("package", "recipients", "add", *words)


@pytest.mark.parametrize(
    "words",
    [
        ("build", "--recipient", "ZZ DE", "--sender", "zz", *REASON),
        ("build", "L-zz", "--recipient", "ZZ DE", "--sender", "zz", *REASON),
        ("build", LEAD, "--recipient", "nobody", "--sender", "zz", *REASON),
        ("build", LEAD, "--recipient", "ZZ DE", "--sender", "zz", "--evaluation", "zz", *REASON),
        (
            "build",
            LEAD,
            "--recipient",
            "ZZ DE",
            "--sender",
            "zz",
            "--evaluation",
            "L-9=X4",
            *REASON,
        ),
        ("show", "p-zz"),
        ("approve", "p-zz", *REASON),
        ("reply", "nothing"),
        ("reply", "nothing", "--lead", "zz", "--out", "zz"),
        ("reply", "nothing", "--lead", "L=known", "--case", "zz"),
        ("verify", "nothing"),
        ("verify", "nothing", "--sender", "zz"),
    ],
)
def test_a_wrong_call_says_so(run, words):
    drafted(run, LEAD)
    assert run("package", *words, fails=FanalError)


def test_retention_lists_and_erases_when_told(run, tmp_path):
    sent(run, tmp_path / "p.age", "--all")
    assert "no policy" in run("case", "retention")
    policy = tmp_path / "policy.toml"
    policy.write_text(
        'policy = [{name = "zz", purpose = "zz", basis = "zz", covers = "copies",'
        ' trigger = "sent", period_days = 30, review_days = 10}]'
    )
    facts = json.loads(run("case", "retention", "--policy", policy, "--json"))
    assert (facts["policy"], facts["is_overdue"]) == ("zz", False)
    what = facts["kept"]["what"]
    assert what in run("case", "retention", "--policy", policy, "--reviewed", what, *REASON)
    assert "certificate" in run("case", "retention", "--erase", what, *REASON, fails=UsageError)
    told = run(
        *("case", "retention", "--erase", what, "--certificate", tmp_path / "c.json", *REASON)
    )
    assert f"erased: {what}" in told
    assert not (tmp_path / "p.age").exists()
    with_both = ("--erase", what, "--reviewed", what, *REASON)
    run("case", "retention", *with_both, fails=UsageError)


def test_the_book_is_that_of_the_case(run):
    assert package_leads.leads is leads


@pytest.mark.parametrize(
    ("module", "command", "promise"),
    [
        ("fanal.cli.package_recipients", "recipients", "on what ground data go"),
        ("fanal.cli.package_build", "build", "Another person approves it"),
        ("fanal.cli.package_show", "show", "the manifest that it has now"),
        ("fanal.cli.package_approve", "approve", "it takes another person than who drafted it"),
        ("fanal.cli.package_send", "send", "nothing is transmitted"),
        ("fanal.cli.package_recall", "recall", "One person can do it"),
        ("fanal.cli.package_list", "list_", "as it stands"),
        ("fanal.cli.package_list", "transfers", "on what ground"),
        ("fanal.cli.package_verify", "verify", "Nothing is written, no case and no network"),
        ("fanal.cli.package_verify", "open_", "a version that counts no more is refused"),
        ("fanal.cli.package_reply", "reply", "not taken in twice"),
        ("fanal.cli.case_retention", "retention", "Nothing is erased unless you say so"),
    ],
)
def test_each_command_says_what_it_promises(module, command, promise):
    done = CliRunner().invoke(
        getattr(import_module(module), command), ["--help"], terminal_width=79
    )
    assert promise in " ".join(done.output.split())


def test_a_terminal_strikes_through_and_nothing_in_it_acts(monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert package_verify._struck("zz\x1b[2J") == "\x1b[9mzz\\u001b[2J\x1b[29m"


def test_the_passphrase_is_asked_for_without_showing_it(monkeypatch):
    asked = {}
    monkeypatch.setattr("click.prompt", lambda text, **told: asked.update(told, text=text) or "zz")
    assert package_common.given("p", "k", "").passphrase() == "zz"
    assert (asked["hide_input"], asked["err"]) == (True, True)


def test_who_acts_is_the_login_that_the_machine_knows(monkeypatch, settings):
    monkeypatch.setattr(said, "login", lambda: "zz-login")
    told = package_common.who(settings, "zz", "")
    assert (told.by, told.account) == ("zz-examiner", "zz-login")
    assert package_common.who(settings, "zz", "somebody").by == "somebody"
